"""The grader's side of a warm parent: started once, forks a child on request, kills it with everything it started.

Both sides of the wall are run by one of these; what differs is the program, where it may run, and who explains a failure.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping

from crmlib.grading.processes import bubblewrap
from crmlib.grading.wire.frames import Channel, ThreadedChannel

_STARTS = 120  # seconds that a parent may take for its imports
_ANSWERS = 20  # seconds after which a parent hangs


def can_fork() -> bool:
    """Elsewhere than on Linux a process that has loaded system libraries must not be forked."""
    return sys.platform == "linux"


class ParentGone(RuntimeError):
    """The parent cannot start, has died or hangs; the text is what it said last."""


class Refused(RuntimeError):
    """The parent is well and could not make this child; the text says why."""


class Link:
    """What can be asked of a parent, over one socket."""

    def __init__(self, settings: dict):
        self.settings = settings
        self.cpu_seconds = 0.0  # of the parent and all children that have ended
        self._control: socket.socket | None = None
        self._numbers = 0

    def fork(self, request: dict) -> Forked:
        """A child that answers over pipes of its own, past the parent."""
        self._numbers += 1
        ends = [os.pipe() for _ in range(3)]  # requests, replies, raw output
        (their_requests, requests), (replies, their_replies), (raw, their_raw) = ends
        theirs = (their_requests, their_replies, their_raw)
        try:
            answer = self._ask(request | {"open": self._numbers}, theirs)
            if "opened" not in answer:
                raise Refused(str(answer.get("refused")))
        except BaseException:
            for descriptor in (requests, replies, raw):
                os.close(descriptor)
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        channel = Channel(requests, replies, raw, self.settings["frame_bytes"], self.settings["flood_bytes"])
        return Forked(self, self._numbers, channel)

    def end(self, number: int) -> dict:
        """The parent kills the child's whole tree and reports when nothing of it is left."""
        report = self._ask({"close": number})
        self.cpu_seconds = report["whole"]
        return report

    def stop(self) -> None:
        """Let it end by itself, as it does when nobody listens any more."""
        if self._control is not None:
            self._control.close()
            self._control = None

    def _last_words(self) -> str:
        return ""

    def _ask(self, request: dict, descriptors: Iterable[int] = (), *, seconds: float = _ANSWERS) -> dict:
        content, descriptors = json.dumps(request).encode(), list(descriptors)
        try:
            if descriptors:
                socket.send_fds(self._control, [content], descriptors)
            else:
                self._control.sendall(content)
        except OSError as trouble:
            raise ParentGone(self._last_words() or str(trouble)) from None
        return self._hear(seconds)

    def _hear(self, seconds: float) -> dict:
        try:
            self._control.settimeout(seconds)
            if answer := self._control.recv(1 << 16):
                return json.loads(answer)
        except OSError as trouble:
            raise ParentGone(self._last_words() or str(trouble)) from None
        raise ParentGone(self._last_words() or "the warm parent is gone")


class Branch(Link):
    """A copy of a warm parent that has run something more, from which children are forked like from itself."""

    def __init__(self, warm: Warm, request: dict):
        """Raises Refused where what was run must not be shared by the children."""
        super().__init__(warm.settings)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            warm._ask({"branch": request}, [theirs.fileno()])
            theirs.close()
            answer = self._hear(_STARTS)
            if answer.get("ready") is not True:
                raise Refused(str(answer.get("refused")))
        except BaseException:
            theirs.close()
            self.stop()
            raise


class Warm(Link):
    """A parent program and its children."""

    def __init__(self, program: str, settings: dict):
        """``program`` is the Python to run, ``settings`` what it is told first."""
        super().__init__(settings)
        self.program = program
        self.process: subprocess.Popen | None = None

    def start(self, environment: Mapping[str, str], *, within: Iterable[str] = ()) -> dict:
        """Start it, ``within`` the words of another command, and give back what it says when it is ready."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors, self._control = tempfile.TemporaryFile(), ours
        try:
            self.process = subprocess.Popen(
                [*within, bubblewrap.python(), "-s", "-P", "-c", self.program, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=[theirs.fileno()],
                env=dict(environment),
                cwd="/",
                start_new_session=True,
            )
        finally:
            theirs.close()
        return self._ask(self.settings, seconds=_STARTS)

    def kill(self) -> str:
        """End the parent at once, and with it every child; what it said last."""
        said = ""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self._errors.seek(0)
            said = self._errors.read().decode("utf-8", "replace").strip()
        self.stop()
        return said

    def stop(self) -> None:
        super().stop()
        if self.process is not None:
            try:
                self.process.wait(2)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
            self._errors.close()

    def _last_words(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace").strip()


class Forked:
    """A child of a warm parent, and how to end it."""

    starts_slowly = False

    def __init__(self, warm: Link, number: int, channel: Channel):
        self.channel = channel
        self._warm, self._number = warm, number

    def end(self) -> dict:
        return self._warm.end(self._number)


class Alone:
    """A process of its own for one notebook, where nothing can be forked: macOS, Windows."""

    starts_slowly = True

    def __init__(self, program: str, settings: dict):
        options = {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x200}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-c", program],
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            bufsize=0,
            env=bubblewrap.environment(inside=False),
            **options,
        )
        self.channel = ThreadedChannel(self._process, settings["frame_bytes"], settings["flood_bytes"])
        self.channel.send(settings, time.monotonic() + 60)

    def end(self) -> dict:
        for process in [*self._below(), self._process]:
            try:
                process.kill()
            except Exception:  # gone already
                pass
        if os.name == "posix":
            try:
                os.killpg(self._process.pid, 9)
            except (ProcessLookupError, PermissionError):
                pass
        self._process.wait()
        return {"reason": None, "cpu": 0.0}

    def _below(self) -> list:
        try:
            import psutil

            return psutil.Process(self._process.pid).children(recursive=True)
        except Exception:  # psutil missing or the process gone: what is left is the process group
            return []
