"""The grader's side of the sandbox: starts the warm parent, opens a session per submission, takes outputs and data.

    with Sandbox() as sandbox:
        with sandbox.open({"data.csv": b"..."}) as session:
            outcome = session.run("answer = 6 * 7", "q1")
            session.snapshot(["answer"])                     # {"answer": 42}
    # every process of the submission is dead here

Nothing that comes back is more than outputs and plain data; whoever opens a session decides what they are worth.
"""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping

from crmlib.grading.processes import bubblewrap as sandbox_bubblewrap
from crmlib.grading.processes import temporary
from crmlib.grading.processes.bubblewrap import SandboxUnavailable
from crmlib.grading.processes.settings import Settings, checked_files
from crmlib.grading.sandbox.session import Session


class Sandbox:
    """A warm parent that forks one child per submission. Keep it, and leave it, in the thread that entered it."""

    def __init__(self, settings: Settings = Settings()):
        self.settings = settings
        self.isolated = False
        self.why_not = ""  # what stood in the way where ``isolated`` is False
        self._process: subprocess.Popen | None = None
        self._tried = False
        self._control: socket.socket | None = None
        self._numbers = 0

    def __enter__(self) -> Sandbox:
        try:
            self._start(sandbox_bubblewrap.find())
            self.isolated = True  # said only after a session on trial has come and gone
        except SandboxUnavailable as trouble:
            self._stop()
            if self.settings.required:
                raise
            self.why_not = str(trouble)
            if self._can_fork():
                self._start(None)
        return self

    def __exit__(self, *_) -> None:
        self._stop()

    @staticmethod
    def _can_fork() -> bool:
        """Elsewhere than on Linux a process that has loaded system libraries must not be forked."""
        return sys.platform == "linux"

    def _start(self, bubblewrap: str | None) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        inside = bubblewrap is not None
        words = sandbox_bubblewrap.command(bubblewrap, self.settings.course_parts) if inside else []
        words += [sandbox_bubblewrap.python(), "-s", "-P", "-c"]
        words += ["from crmlib.grading.processes.parent import main; main()", str(theirs.fileno())]
        self._errors = tempfile.TemporaryFile()
        self._tried = False
        self._control = ours
        try:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=[theirs.fileno()],
                env={} if inside else sandbox_bubblewrap.environment(inside=False),
                start_new_session=True,
            )
        finally:
            theirs.close()
        try:
            self._say(self._for_worker(inside))
            ready = self._hear(120)
            self.not_loaded, self.threads = ready["failed"], ready["threads"]
            with self.open({}, _isolated=inside):  # one session on trial: refused namespaces show here
                pass
            self._tried = True
        except (OSError, EOFError) as trouble:
            self._process.kill()
            self._process.wait()
            self._errors.seek(0)
            raise sandbox_bubblewrap.explain(self._errors.read().decode("utf-8", "replace") or str(trouble)) from None

    def _for_worker(self, isolated: bool) -> dict:
        fields = dataclasses.asdict(self.settings)
        for name in ("course_parts", "required"):
            del fields[name]
        root = isolated and os.getuid() == 0
        return fields | {
            "isolated": isolated,
            "user": sandbox_bubblewrap.NOBODY if root else None,
            "cpu_seconds": self.settings.submission_cpu_seconds,
        }

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
            self._errors.close()

    def _say(self, request: dict, descriptors: Iterable[int] = ()) -> None:
        content = json.dumps(request).encode()
        if descriptors:
            socket.send_fds(self._control, [content], list(descriptors))
        else:
            self._control.sendall(content)

    def _hear(self, seconds: float) -> dict:
        self._control.settimeout(seconds)
        content = self._control.recv(1 << 16)
        if not content:
            raise EOFError("the warm parent is gone")
        return json.loads(content)

    def open(
        self,
        files: Mapping[str, bytes] | None = None,
        *,
        seconds: float | None = None,
        seed: int | None = None,
        _isolated: bool | None = None,
    ) -> Session:
        """A session for one submission; ``files`` go to its scratch folder, ``seconds`` is what it has left in all."""
        chosen = checked_files(files or {}, self.settings)
        seed = self.settings.seed if seed is None else seed
        isolated = self.isolated if _isolated is None else _isolated
        folder = "/tmp/work" if isolated else temporary.folder("submission")
        if self._process is None:
            opened = Alone(self._for_worker(isolated=False) | {"folder": folder, "seed": seed})
        else:
            try:
                opened = self._open_forked(folder, seed)
            except (OSError, EOFError):  # the parent was killed, for want of memory perhaps: once more with a new one
                self._start_again()
                opened = self._open_forked(folder, seed)
        left = self.settings.submission_seconds if seconds is None else seconds
        session = Session(opened, self.settings, left, None if isolated else folder)
        try:
            session.put(chosen)
        except BaseException:
            session.close()
            raise
        return session

    def _open_forked(self, folder: str, seed: int) -> Forked:
        self._numbers += 1
        number = self._numbers
        ends = [os.pipe() for _ in range(3)]  # requests, replies, raw output
        (their_requests, requests), (replies, their_replies), (raw, their_raw) = ends
        theirs = (their_requests, their_replies, their_raw)
        try:
            self._say({"open": number, "folder": folder, "seed": seed}, theirs)
            answer = self._hear(20)
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        if "opened" not in answer:
            for descriptor in (requests, replies, raw):
                os.close(descriptor)
            raise sandbox_bubblewrap.explain(str(answer.get("refused")))
        return Forked(self, number, (requests, replies, raw))

    def end(self, number: int) -> dict:
        """The warm parent kills the tree of this session and says when nothing of it is left."""
        try:
            self._say({"close": number})
            report = self._hear(20)
            self.cpu_seconds = report["whole"]
            return report
        except (OSError, EOFError):  # the parent itself hangs or is gone: with it goes every process inside
            self._start_again()
            return {"reason": None}

    def _start_again(self) -> None:
        if not self._tried:
            raise EOFError("the first session could not be opened")
        self._process.kill()
        self._stop()
        self._start(sandbox_bubblewrap.find() if self.isolated else None)  # as before, never a silent downgrade

    def reopen(self, session: Session, files: Mapping[str, bytes], cells: Iterable[tuple[str, str]]) -> Session:
        """A new session in which the given earlier cells have run again, with the time that the old one had left."""
        session.close()
        fresh = self.open(files, seconds=session.seconds_left)
        fresh.replay(cells)
        return fresh


class Forked:
    """A child of the warm parent, and how to end it."""

    starts_slowly = False

    def __init__(self, sandbox: Sandbox, number: int, pipes: tuple[int, int, int]):
        from crmlib.grading.wire.frames import Channel

        settings = sandbox.settings
        self.channel = Channel(*pipes, settings.frame_bytes, settings.flood_bytes)
        self._sandbox, self._number = sandbox, number

    def end(self) -> dict:
        return self._sandbox.end(self._number)


class Alone:
    """A process of its own for one session, where nothing can be forked: macOS, Windows."""

    starts_slowly = True

    def __init__(self, settings: dict):
        from crmlib.grading.wire.frames import ThreadedChannel

        options = {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x200}
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-c", "from crmlib.grading.sandbox.child import alone; alone()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=sandbox_bubblewrap.environment(inside=False),
            **options,
        )
        self.channel = ThreadedChannel(self._process, settings["frame_bytes"], settings["flood_bytes"])
        self.channel.send(settings, time.monotonic() + 10)

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
        return {"reason": None}

    def _below(self) -> list:
        try:
            import psutil

            return psutil.Process(self._process.pid).children(recursive=True)
        except Exception:  # psutil missing or the process gone: what is left is the process group
            return []
