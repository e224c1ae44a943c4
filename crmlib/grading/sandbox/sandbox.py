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
import os
from collections.abc import Iterable, Mapping

from crmlib.grading.processes import bubblewrap, temporary
from crmlib.grading.processes.bubblewrap import SandboxUnavailable
from crmlib.grading.processes.settings import LARGE, Settings, asks_for_large, checked_files
from crmlib.grading.processes.warm import Alone, Forked, ParentGone, Refused, Warm, can_fork
from crmlib.grading.sandbox.session import Session

_PROGRAM = "from crmlib.grading.processes.parent import main; main()"
_ALONE = "from crmlib.grading.sandbox.child import alone; alone()"


class Sandbox:
    """A warm parent that forks one child per submission. Keep it, and leave it, in the thread that entered it."""

    def __init__(self, settings: Settings = Settings()):
        self.settings = settings
        self.isolated = False
        self.why_not = ""  # what stood in the way where ``isolated`` is False
        self.not_loaded: dict[str, str] = {}  # what was to be imported beforehand and could not be
        self.warm: Warm | None = None
        self._before = 0.0  # CPU seconds of parents that are gone
        self._tried = False
        self._whole: Sandbox | None = None

    def __enter__(self) -> Sandbox:
        try:
            self._start(bubblewrap.find())
            self.isolated = True  # said only after a session on trial has come and gone
        except SandboxUnavailable as trouble:
            self._stop()
            if self.settings.required:
                raise
            self.why_not = str(trouble)
            if can_fork():
                self._start(None)
        return self

    def __exit__(self, *_) -> None:
        if self._whole is not None:
            self._whole.__exit__()
        self._stop()

    @property
    def cpu_seconds(self) -> float:
        """Of the parent and all children that have ended."""
        return self._before + (self.warm.cpu_seconds if self.warm else 0.0) + (self._whole.cpu_seconds if self._whole else 0.0)

    def fit_for(self, texts: Iterable[str], files: Mapping[str, bytes]) -> Sandbox:
        """This sandbox, or one in which everything is loaded, where code like this may want what is not loaded here."""
        if set(LARGE) & set(self.settings.preload) or not asks_for_large(texts, files):
            return self
        if self._whole is None:
            self._whole = Sandbox(dataclasses.replace(self.settings, preload=Settings().preload)).__enter__()
        return self._whole

    def _start(self, program: str | None) -> None:
        inside, self._tried = program is not None, False
        words = bubblewrap.command(program, self.settings.course_parts) if inside else []
        self.warm = Warm(_PROGRAM, self._for_parent(inside))
        try:
            ready = self.warm.start({} if inside else bubblewrap.environment(inside=False), within=words)
            self.not_loaded = ready["failed"]
            with self.open({}, _isolated=inside):  # one session on trial: refused namespaces show here
                pass
            self._tried = True
        except (OSError, ParentGone) as trouble:
            raise bubblewrap.explain(self.warm.kill() or str(trouble)) from None

    def _for_parent(self, isolated: bool) -> dict:
        fields = dataclasses.asdict(self.settings)
        for name in ("course_parts", "required"):
            del fields[name]
        root = isolated and os.getuid() == 0
        return fields | {
            "isolated": isolated,
            "user": bubblewrap.NOBODY if root else None,
            "cpu_seconds": self.settings.submission_cpu_seconds,
        }

    def _stop(self) -> None:
        if self.warm is not None:
            self._before += self.warm.cpu_seconds
            self.warm.stop()
            self.warm = None

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
        isolated = self.isolated if _isolated is None else _isolated
        folder = "/tmp/work" if isolated else temporary.folder("submission")
        child = self._child({"folder": folder, "seed": self.settings.seed if seed is None else seed})
        left = self.settings.submission_seconds if seconds is None else seconds
        session = Session(child, self.settings, left, None if isolated else folder)
        try:
            session.put(chosen)
        except BaseException:
            session.close()
            raise
        return session

    def _child(self, request: dict) -> _Child | Alone:
        if self.warm is None:
            return Alone(_ALONE, self._for_parent(isolated=False) | request)
        try:
            return self._forked(request)
        except (OSError, ParentGone):  # the parent was killed, for want of memory perhaps: once more with a new one
            self._start_again()
            return self._forked(request)

    def _forked(self, request: dict) -> _Child:
        try:
            return _Child(self, self.warm.fork(request))
        except Refused as refusal:
            raise bubblewrap.explain(str(refusal)) from None

    def _start_again(self) -> None:
        if not self._tried:
            raise ParentGone("the first session could not be opened")
        self.warm.kill()
        self._stop()
        self._start(bubblewrap.find() if self.isolated else None)  # as before, never a silent downgrade

    def reopen(self, session: Session, files: Mapping[str, bytes], cells: Iterable[tuple[str, str]]) -> Session:
        """A new session in which the given earlier cells have run again, with the time that the old one had left."""
        session.close()
        fresh = self.open(files, seconds=session.seconds_left)
        fresh.replay(cells)
        return fresh


class _Child:
    """A child of the warm parent. Where the parent itself hangs or is gone, every process inside goes with it."""

    def __init__(self, sandbox: Sandbox, forked: Forked):
        self._sandbox, self._forked = sandbox, forked
        self.channel, self.starts_slowly = forked.channel, forked.starts_slowly

    def end(self) -> dict:
        try:
            return self._forked.end()
        except (OSError, ParentGone):
            self._sandbox._start_again()
            return {"reason": None}
