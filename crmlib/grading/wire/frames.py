"""Messages between grader and child: a length, then JSON; every read has a deadline and a limit.

The grader's side believes nothing that comes from a child. A forged message can at worst describe other outputs
or other data; one that is late, too long or broken ends the session and never the grader.
"""

from __future__ import annotations

import json
import os
import struct
import threading
import time
from collections import deque

HEADER = struct.Struct(">I")
CHUNK = 1 << 16
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


class Ended(Exception):
    """The session is over; ``reason`` is "time", "output" or "died"."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def pack(message: object) -> bytes:
    content = _encode(message).encode()
    return HEADER.pack(len(content)) + content


def unpack(content: bytes, parts: int) -> dict:
    """The message, provided that it would not swell: each comma or bracket may become an object in memory."""
    if content.count(b",") + content.count(b"[") + content.count(b"{") > parts:
        raise Ended("output")
    try:
        message = json.loads(content)
    except (ValueError, RecursionError):
        raise Ended("died") from None
    if type(message) is not dict:
        raise Ended("died")
    return message


class Channel:
    """The grader's three pipes to one child: requests out, replies in, and what was written to descriptors 1 and 2."""

    def __init__(self, requests: int, replies: int, raw: int, frame_bytes: int, flood_bytes: int):
        self.frame_bytes, self.flood_bytes = frame_bytes, flood_bytes
        self.raw = bytearray()
        self.raw_limit = 0  # how much of it is worth keeping
        self._raw_arrived = 0
        self.arrived = 0  # since the request, kept or not
        self._buffer = bytearray()
        self._requests, self._replies, self._raw = requests, replies, raw
        for descriptor in (requests, replies, raw):
            os.set_blocking(descriptor, False)

    def send(self, message: object, deadline: float) -> None:
        self.arrived = self._raw_arrived = 0
        content = memoryview(pack(message))
        while content:
            try:
                content = content[os.write(self._requests, content[:CHUNK]) :]
            except BlockingIOError:
                self._wait(self._requests, None, deadline)
            except OSError:  # nobody reads any more
                raise Ended("died") from None

    def receive(self, deadline: float) -> dict:
        """The next message of the child; meanwhile raw output is taken in and cut."""
        while True:
            if len(self._buffer) >= HEADER.size:
                (length,) = HEADER.unpack_from(self._buffer)
                if length > self.frame_bytes:  # nothing honest is that long
                    raise Ended("died")
                if len(self._buffer) >= HEADER.size + length:
                    content = bytes(self._buffer[HEADER.size : HEADER.size + length])
                    del self._buffer[: HEADER.size + length]
                    return unpack(content, self.frame_bytes // 8)
            ready = self._wait(None, self._replies, deadline)
            if self._raw in ready:
                self.take_raw()
            content = self._read(self._replies) if self._replies in ready else None
            if content == b"":
                self.take_raw()
                raise Ended("died")
            if content:
                self._count(content)
                self._buffer += content

    def _wait(self, writing, reading, deadline: float) -> set[int]:
        """The descriptors on which something can be done, or has come to an end."""
        import select

        poll = select.poll()
        if writing is not None:
            poll.register(writing, select.POLLOUT)
        if reading is not None:
            poll.register(reading, select.POLLIN)
            if self._raw is not None:
                poll.register(self._raw, select.POLLIN)
        left = deadline - time.monotonic()
        ready = {descriptor for descriptor, _ in poll.poll(left * 1000 + 1)} if left > 0 else set()
        if not ready:
            raise Ended("time")
        return ready

    def _read(self, descriptor: int) -> bytes | None:
        try:
            return os.read(descriptor, CHUNK)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def take_raw(self) -> None:
        content = self._read(self._raw) if self._raw is not None else None
        if content == b"":  # closed by the child: polling it again would spin
            os.close(self._raw)
            self._raw = None
        elif content:
            self._keep_raw(content)

    def _keep_raw(self, content: bytes) -> None:
        self._count(content)
        self._raw_arrived += len(content)
        if self._raw_arrived > self.flood_bytes:
            raise Ended("output")
        self.raw += content[: max(self.raw_limit - len(self.raw), 0)]

    def _count(self, content: bytes) -> None:
        self.arrived += len(content)
        if self.arrived > self.flood_bytes + self.frame_bytes:
            raise Ended("output")

    def raw_text(self) -> str:
        """What was kept of the raw output since the last time."""
        text, self.raw = bytes(self.raw).decode("utf-8", "replace"), bytearray()
        return text

    def hang_up(self, seconds: float) -> None:
        """Say that there are no more requests, and give the child a moment to leave by itself."""
        os.close(self._requests)
        self._requests = None
        deadline = time.monotonic() + seconds
        try:
            while True:
                self._wait(None, self._replies, deadline)
                self.take_raw()
                if self._read(self._replies) == b"":
                    return
        except Ended:
            return

    def close(self) -> None:
        for descriptor in (self._requests, self._replies, self._raw):
            if descriptor is not None:
                os.close(descriptor)


class ThreadedChannel(Channel):
    """The same over the pipes of a ``subprocess.Popen`` where a pipe cannot be polled (Windows)."""

    def __init__(self, process, frame_bytes: int, flood_bytes: int):
        self.frame_bytes, self.flood_bytes = frame_bytes, flood_bytes
        self.raw, self.raw_limit, self._buffer = bytearray(), 0, bytearray()
        self.arrived = self._raw_arrived = 0
        self._process = process
        self._requests, self._replies, self._raw = process.stdin.fileno(), process.stdout.fileno(), process.stderr.fileno()
        self._changed = threading.Condition()
        self._waiting: dict[int, deque[bytes]] = {self._replies: deque(), self._raw: deque()}
        self._closed: set[int] = set()
        self._over = False
        for descriptor in self._waiting:
            threading.Thread(target=self._pump, args=(descriptor,), daemon=True).start()

    def _pump(self, descriptor: int) -> None:
        while True:
            try:
                content = os.read(descriptor, CHUNK)
            except OSError:
                content = b""
            with self._changed:
                if not content:
                    self._closed.add(descriptor)
                else:
                    self._waiting[descriptor].append(content)
                self._changed.notify_all()
                # A flood waits here in the pipe, not in memory.
                self._changed.wait_for(lambda: self._over or len(self._waiting[descriptor]) < 64)
            if not content or self._over:
                return

    def send(self, message: object, deadline: float) -> None:
        self.arrived = self._raw_arrived = 0
        failed = []

        def write() -> None:
            try:
                self._process.stdin.write(pack(message))
                self._process.stdin.flush()
            except (OSError, ValueError):
                failed.append(True)

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        writer.join(max(deadline - time.monotonic(), 0))
        if writer.is_alive():
            raise Ended("time")
        if failed:
            raise Ended("died")

    def _wait(self, writing, reading, deadline: float) -> set[int]:
        def ready() -> bool:
            return any(self._waiting.values()) or reading in self._closed

        with self._changed:
            if not self._changed.wait_for(ready, max(deadline - time.monotonic(), 0)):
                raise Ended("time")
        return {reading, self._raw}

    def _read(self, descriptor: int) -> bytes | None:
        with self._changed:
            waiting = self._waiting[descriptor]
            if waiting:
                content = waiting.popleft()
                self._changed.notify_all()
                return content
            return b"" if descriptor in self._closed else None

    def take_raw(self) -> None:
        content = self._read(self._raw)
        if content:
            self._keep_raw(content)

    def hang_up(self, seconds: float) -> None:
        self._process.stdin.close()

    def close(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            try:
                pipe.close()
            except OSError:
                pass
