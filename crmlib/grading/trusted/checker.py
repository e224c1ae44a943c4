"""The grader's side of the trusted process: which names a test needs, what it found, and its calls to the student.

    with Checker() as checker, checker.open("en", assignment.files) as examination:
        examination.set_up("from crmlib import check", "setup")
        names = examination.wanted("assert area(3) == 9", frozenset({"area"}))          # ["area"]
        examination.test("assert area(3) == 9", "q1", session.snapshot(names), session.call)

A mark is what the trusted side says positively: ``done``, and the points where the cell's last value is a number.
"""

from __future__ import annotations

import builtins
import dataclasses
import json
import os
import shutil
import time
from base64 import b64decode
from collections.abc import Callable, Mapping

from crmlib.grading.processes import bubblewrap, temporary
from crmlib.grading.processes.settings import Settings, checked_files
from crmlib.grading.processes.warm import Alone, Branch, Forked, ParentGone, Refused, Warm, can_fork
from crmlib.grading.trusted.calls import ENDS, Calls, Replayed, clean, wired
from crmlib.grading.wire import names as checks_names
from crmlib.grading.wire.frames import Ended
from crmlib.language import message

_BEGINNINGS = 4  # notebooks of an assignment that may have a branch each
_LONGEST = 50_000  # bytes of what a warm parent is asked at once
_BUILTINS = frozenset(dir(builtins)) | {"get_ipython", "display", "_"}


# The packages are installed without byte code. This process holds no student code and writes it when it imports them for
# the first time: later runs, and the sandbox, which cannot write, then read it.
_COMPILES = {"PYTHONDONTWRITEBYTECODE": ""}
_PROGRAM = "from crmlib.grading.trusted.child import main; main()"
_ALONE = "from crmlib.grading.trusted.child import alone; alone()"


@dataclasses.dataclass
class TestOutcome:
    """What the trusted side says about a cell. Without ``done`` nothing of it is worth a mark."""

    __test__ = False  # no class of tests, whatever its name says to pytest

    done: bool = False
    value: float | None = None
    outputs: list[dict] = dataclasses.field(default_factory=list)
    error: tuple[str, str] | None = None
    ended: str | None = None  # None, "time", "memory" or "died"
    verdicts: list[dict] = dataclasses.field(default_factory=list)
    calls: int = 0


class Beginning:
    """The cells of one notebook before its first test, which ask nothing of the student: the same in every examination.

    Once they have run in an examination, a branch of the warm parent runs them again, and the examinations that follow
    are forked from there. Where sharing them could be noticed (a file written, a thread, a process), each runs its own.
    """

    def __init__(self, known: tuple, ran: list[tuple[dict, dict]], warm: Warm):
        self.known, self.ran = known, ran  # language and files; each request with what was said to it
        self.branch: Branch | None = None
        language, files = known
        folder = temporary.folder("checks")  # only the cells see it: each examination has a place of its own
        try:
            _write(files, folder)
            request = {"folder": folder, "language": language, "cells": [request for request, _ in ran]}
            if len(json.dumps(request)) < _LONGEST:
                self.branch = Branch(warm, request)
        except (OSError, ParentGone, Refused):
            pass
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def child(self, folder: str) -> Forked | None:
        """A process in which these cells have run; None where the branch is gone."""
        try:
            return self.branch.fork({"folder": folder, "language": self.known[0]})
        except (OSError, ParentGone, Refused):
            self.branch.stop()
            self.branch = None
            return None

    def stop(self) -> None:
        if self.branch is not None:
            self.branch.stop()


class Checker:
    """A warm trusted parent that forks one child per examination; where nothing can be forked, a process for each."""

    def __init__(self, settings: Settings = Settings()):
        self.settings = settings
        self.warm: Warm | None = None
        self.beginnings: list[Beginning] = []
        self._before = 0.0  # CPU seconds of branches that are gone

    def __enter__(self) -> Checker:
        if can_fork():
            self._start()
        return self

    def __exit__(self, *_) -> None:
        self._forget()
        if self.warm is not None:
            self.warm.stop()

    @property
    def cpu_seconds(self) -> float:
        """Of the parent, its branches and all children that have ended."""
        links = [self.warm, *(beginning.branch for beginning in self.beginnings)]
        return self._before + sum(link.cpu_seconds for link in links if link is not None)

    def learn(self, known: tuple, ran: list[tuple[dict, dict]]) -> None:
        """From now on examinations of this notebook may begin where these cells have run."""
        is_new = all((beginning.known, beginning.ran) != (known, ran) for beginning in self.beginnings)
        if self.warm is not None and ran and is_new and len(self.beginnings) < _BEGINNINGS:
            self.beginnings.append(Beginning(known, ran, self.warm))

    def _forget(self) -> None:
        for beginning in self.beginnings:
            self._before += beginning.branch.cpu_seconds if beginning.branch else 0.0
            beginning.stop()
        self.beginnings = []

    def open(self, language: str = "en", files: Mapping[str, bytes] | None = None) -> Examination:
        """An examination of one notebook; ``files`` are the assignment's own, for tests that read them."""
        return Examination(self, language, checked_files(files or {}, self.settings))

    def _start(self) -> None:
        self.warm = Warm(_PROGRAM, self._for_parent())
        try:
            self.warm.start(bubblewrap.environment(inside=False) | _COMPILES)
        except (OSError, ParentGone) as trouble:
            said = self.warm.kill() or str(trouble)
            raise RuntimeError(message("checks.cannot_start", trouble=said[-300:])) from None

    def _for_parent(self) -> dict:
        fields = dataclasses.asdict(self.settings)
        fields |= {"cpu_seconds": self.settings.submission_cpu_seconds, "pictures": False}
        return fields | {"isolated": False, "user": None}

    def child(self, folder: str, language: str) -> Forked | Alone:
        """A process for one examination."""
        request = {"folder": folder, "language": language}
        if self.warm is None:
            alone = Alone(_ALONE, self._for_parent() | request)
            alone.channel.receive(time.monotonic() + 120)  # imports are not counted as a test's time
            return alone
        try:
            return self.warm.fork(request)
        except (OSError, ParentGone):  # the parent is gone, for want of memory perhaps: once more with a new one
            self._forget()
            self.warm.kill()
            self._start()
            return self.warm.fork(request)


class Examination:
    """The trusted side of one notebook. Its cells are given in the order of the instructor's source."""

    def __init__(self, checker: Checker, language: str, files: dict[str, str]):
        self._checker, self._language = checker, language
        self._trusted: set[str] = set()  # names that the trusted process holds
        self._modules: set[str] = set()
        self._ours: set[str] = set()  # names that tests make, held or not: never asked of the student
        self._theirs: set[str] = set()  # names of a set-up cell that an answer cell below it gives another value
        self._imports: dict[str, str] = {}  # what the model answers import, for tests that use it
        self._answered: frozenset[str] = frozenset()
        self._kept: list[tuple[dict, list[dict]]] = []  # cells that define something, with the replies they got
        self._child: Forked | Alone | None = None
        self._seconds_left = checker.settings.submission_seconds
        self.cpu_seconds = 0.0
        self._known = language, files
        self._ran: list[tuple[dict, dict]] = []  # the cells before the first test, with what was said to each
        self._begins = True  # until the first test, or a cell that failed
        self._beginnings = [beginning for beginning in checker.beginnings if beginning.branch and beginning.known == self._known]
        self._folder = temporary.folder("checks")
        try:
            _write(files, self._folder)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Examination:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Nothing of the examination runs any more when this returns."""
        self._end_child()
        shutil.rmtree(self._folder, ignore_errors=True)
        if not self._begins:
            self._checker.learn(self._known, self._ran)

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.channel.close()
        try:
            self.cpu_seconds += child.end()["cpu"]
        except (OSError, ParentGone):  # with the parent every child of its is gone
            pass

    # ------------------------------------------------------------------------------------------ what can be asked
    def wanted(self, source: str, answered_names: frozenset[str]) -> list[str]:
        """The names that a cell takes from the student.

        What the trusted side has comes first, then Python's builtins, unless the student was asked to define one.
        """
        self._answered = frozenset(answered_names)
        read = checks_names.names(source).read
        for name in sorted(read & self._imports.keys() - self._trusted):
            self.set_up(self._imports.pop(name), "imports")
        own = (self._trusted | self._ours) - self._theirs | (_BUILTINS - self._answered)
        return sorted(read - own)

    def answered(self, model: str) -> None:
        """An answer cell stood here. The names of its model answer are the student's from now on, its imports ours.

        Without this a name that a set-up cell prepares and the answer changes keeps the value of the set-up cell.
        """
        imported = checks_names.imports(model)
        self._imports |= imported
        self._theirs |= (checks_names.names(model).bound & self._trusted) - self._modules - imported.keys()

    def set_up(self, source: str, cell_id: str) -> TestOutcome:
        """Run a cell that needs nothing of the student; when it fails, its names are the student's after all."""
        request = self._request(source, cell_id, {})
        if self._child is None and self._begins:
            place = len(self._ran)
            self._beginnings = [each for each in self._beginnings if len(each.ran) > place and each.ran[place][0] == request]
            if self._beginnings:
                done = self._beginnings[0].ran[place][1]
                self._ran.append((request, done))
                self._keep(request, [], done)
                return _outcome(done, 0)
        return self._run(request, None, trusted=True)

    def test(
        self, source: str, cell_id: str, values: Mapping[str, object], call: Callable, *, shared: frozenset[str] = frozenset(), hides=False
    ) -> TestOutcome:
        """Run a test cell with the student's values (encoded data, ``Missing`` or ``NotPlain``); ``call`` is the session's.

        ``shared`` names what the model's functions read of the notebook: where the test gives such a name another value,
        the student's functions see it. With ``hides`` an error says nothing of what was expected or handed over.
        """
        own = (self._trusted | self._ours) - self._theirs
        lent = {name: wired(value) for name, value in values.items() if name not in own}
        request = self._request(source, cell_id, lent) | {"shared": sorted(shared & checks_names.names(source).bound), "hides": hides}
        self._ours |= checks_names.names(source).bound - self._answered
        return self._run(request, call, trusted=False)

    def _request(self, source: str, cell_id: str, values: dict) -> dict:
        drop = [name for name in values if name in self._answered]
        lost = sorted(self._ours - self._trusted - values.keys())
        return {"source": source, "cell": str(cell_id), "values": values, "drop": drop, "lost": lost}

    # ------------------------------------------------------------------------------------------ how it is asked
    def _run(self, request: dict, call: Callable | None, *, trusted: bool) -> TestOutcome:
        replies: list[dict] = []
        try:
            if self._child is None and self._begins:
                self._start()
            elif self._child is None:
                self._start_again()
            self._begins = self._begins and trusted
            done = self._exchange(request, Calls(call, self._checker.settings, replies, self._call_back))
        except Ended as stopped:
            self._end_child()
            return self._stopped(ENDS.get(stopped.reason, "died"), len(replies))
        except BaseException:
            self._end_child()
            raise
        outcome = _outcome(done, len(replies))
        if outcome.done or not trusted:
            self._keep(request, replies, done)
        if self._begins:
            self._begins = outcome.done
            self._ran += [(request, done)] * outcome.done
        return outcome

    def _keep(self, request: dict, replies: list[dict], done: dict) -> None:
        bound = set(done["bound"])
        self._trusted |= bound
        self._theirs -= bound
        self._modules = self._modules - bound | set(done["modules"])
        if bound:
            self._kept.append((request, replies))

    def _start(self) -> None:
        """The first child: from a beginning that holds just the cells that have been given until now, or one that runs them."""
        same = [beginning for beginning in self._beginnings if len(beginning.ran) == len(self._ran)]
        self._child = same[0].child(self._folder) if same else None
        if self._child is None:
            self._child = self._checker.child(self._folder, self._language)
            for request, _ in self._ran:
                self._exchange(request, Replayed([]))

    def _start_again(self) -> None:
        """A new child in which the cells that define something have run again, with the replies they had then."""
        self._child = self._checker.child(self._folder, self._language)
        for request, replies in self._kept:
            self._exchange(request, Replayed(replies))

    def _exchange(self, request: dict, calls: Calls | Replayed) -> dict:
        channel = self._child.channel
        channel.raw_limit = 0
        limit = min(self._checker.settings.question_seconds, self._seconds_left)
        deadline = time.monotonic() + limit
        try:
            channel.send(request, deadline)
            while True:
                said = channel.receive(deadline)
                if "done" in said:
                    return said["done"]
                start = time.monotonic()
                reply = calls.answer(said["call"])
                deadline += time.monotonic() - start  # the student's time is limited by itself
                channel.send(reply, deadline)
        finally:
            self._seconds_left -= limit - (deadline - time.monotonic())

    def _call_back(self, asked: dict, calls: Calls) -> dict:
        """Let the trusted process call a function that the test handed to the student's; it may call theirs again."""
        channel = self._child.channel
        deadline = time.monotonic() + self._checker.settings.question_seconds
        channel.send({"callback": asked}, deadline)
        while "called" not in (said := channel.receive(deadline)):
            channel.send(calls.answer(said["call"]), deadline)
        return said["called"]

    def _stopped(self, reason: str, calls: int) -> TestOutcome:
        text = message(f"checks.ended_{reason}", seconds=f"{self._checker.settings.question_seconds:g}")
        output = {"output_type": "error", "ename": "Ended", "evalue": text, "traceback": [text]}
        return TestOutcome(ended=reason, outputs=[output], calls=calls)


def _write(files: Mapping[str, str], folder: str) -> None:
    """The assignment's own files, as a test finds them."""
    for name, content in files.items():
        path = os.path.join(folder, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b64decode(content))


def _outcome(done: dict, calls: int) -> TestOutcome:
    ended = done["ended"] and ENDS.get(done["ended"], "died")
    done = clean(done)
    value = None if done["value"] is None else float(done["value"])
    error = tuple(done["error"]) if done["error"] else None
    return TestOutcome(done["ok"] is True and ended is None, value, done["outputs"], error, ended, done["verdicts"], calls)
