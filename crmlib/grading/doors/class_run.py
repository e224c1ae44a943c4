"""Grade an assignment of a class: many mark, one writes; no file stops the class, and a run that was killed goes on."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import shutil
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from crmlib import __version__
from crmlib.assignments import available, configuration
from crmlib.course import ROOT
from crmlib.grading.doors import model_answer, needs, trial
from crmlib.grading.doors.here import Here
from crmlib.grading.doors.job import Answer, Job, Task
from crmlib.grading.doors.settings import check_classes, known_classes, settings
from crmlib.grading.intake import class_folder, source
from crmlib.grading.intake import files as submitted
from crmlib.grading.intake.times import timestamp
from crmlib.grading.processes import temporary
from crmlib.grading.record import gradebook, journal, rows, trouble
from crmlib.grading.record.trouble import SettingsTrouble, Trouble
from crmlib.language import message

log = logging.getLogger(__name__)


class Class:
    """One class's course root: its folders, its gradebook and its settings, as nbgrader's configuration has them."""

    def __init__(self, language: str, root: Path = ROOT):
        from nbgrader.coursedir import CourseDirectory
        from traitlets import TraitError

        place = root / "course" / language / "nbgrader_config.py"
        try:
            self.config = configuration(language, root)
            self.coursedir = CourseDirectory(config=self.config)
        except TraitError as error:
            raise SettingsTrouble(message("settings.refused", reason=_first_line(error))) from error
        except (Exception, SystemExit) as error:
            raise SettingsTrouble(message("settings.unreadable", file=str(place), reason=_with_line(error))) from error
        self.language, self.repository = language, root
        self.root = Path(self.coursedir.root)
        if str(self.root) not in sys.path:  # nbgrader finds a class's own plug-ins, such as late penalties, beside its settings
            sys.path.append(str(self.root))

    @property
    def submitted(self) -> Path:
        """Where the students' folders lie."""
        return self.root / self.coursedir.submitted_directory

    def folder(self, step: str, student: str, assignment: str) -> Path:
        return Path(self.root / self.coursedir.format_path(getattr(self.coursedir, f"{step}_directory"), student, assignment)).resolve()

    def source(self, assignment: str) -> source.SourceAssignment:
        folder = self.folder("source", ".", assignment)
        if not folder.is_dir():
            raise source.SourceError(message("grade.no_such_assignment", assignment=assignment, folder=str(folder.parent)))
        return source.read(folder, self.config)

    def check(self, *, remember: bool = False) -> None:
        """Raise Trouble where a setting, a folder or the gradebook cannot be used.

        ``remember``: settings that were found good are known by their text the next time, which spares half a second.
        """
        kept, text = self.root / "classroom" / "settings-seen", self._settings_text()
        if text is None or not kept.is_file() or kept.read_text(encoding="utf-8", errors="replace") != text:
            self._check_settings()
            if remember and text is not None and self.root.is_dir():
                with contextlib.suppress(OSError):
                    kept.parent.mkdir(exist_ok=True)
                    kept.write_text(text, encoding="utf-8")
        trouble.look(self.root, self.coursedir.db_url)

    def _settings_text(self) -> str | None:
        """The settings in words that change when they do; None where they name code of the class's own, which may change unseen."""
        if {"LateSubmissionPlugin", "AssignLatePenalties"} & set(self.config):
            return None
        text = repr((ROOT, __version__, {name: dict(values) if hasattr(values, "items") else values for name, values in sorted(self.config.items())}))
        return None if " at 0x" in text else hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

    def _check_settings(self) -> None:
        settings(self.config)
        check_classes(self.config, known_classes())
        try:
            gradebook.late_penalties(self.config)
        except Exception as error:
            raise SettingsTrouble(message("settings.refused", reason=_first_line(error))) from error


def grade(
    course: Class,
    assignment: str,
    *,
    students: Iterable[str] = (),
    force: bool = False,
    workers: int = 1,
    scheduler: str = "",
    dry_run: bool = False,
    slim: bool = False,
    on_row: Callable = lambda row: None,
    on_warning: Callable = lambda text, lost: None,
    on_start: Callable = lambda count, skipped: None,
) -> list[dict]:
    """Grade every submission that is not graded yet, or all with ``force``; returns one row per student, in their order.

    With several ``workers``, or on the Dask cluster at ``scheduler``, rows are told as they come. Where the model answer
    itself does not pass a question, a row about that comes first. ``on_warning`` hears what concerns the class and no row:
    a sentence, and whether somebody's work is not seen. ``dry_run`` writes nothing: each row says under "changes" what would
    change. ``slim`` keeps of each row only what a summary needs: a class of thousands does not fit otherwise.
    Raises Trouble, with the rows so far, where the machine or a setting is in the way.
    """
    found: list[dict] = []
    try:
        course.check(remember=not dry_run)
        temporary.sweep()
        if not dry_run:
            rows.sweep(course.root, assignment)
        run = _Run(course, assignment, force, dry_run, slim, found, _quiet(on_row), _quiet(on_warning), _quiet(on_start))
        run.all(list(students), workers, scheduler)
    except Trouble as stopped:
        stopped.rows = stopped.rows or found
        raise
    except (source.SourceError, KeyboardInterrupt):
        raise
    except Exception as error:
        if text := trouble.said(error):
            raise Trouble(text, found) from error
        raise
    return found


class _Run:
    """One run over a class: what is to do, what came of it, and the one who writes."""

    def __init__(self, course: Class, assignment: str, force: bool, dry_run: bool, slim: bool, found: list, on_row, on_warning, on_start):
        self.course, self.assignment, self.force, self.dry_run, self.slim, self.found = course, assignment, force, dry_run, slim, found
        self.on_row, self.on_warning, self.on_start = on_row, on_warning, on_start
        self.beside: dict[str, tuple] = {}  # of submissions that are being marked: time, what was left out, seal
        self.held: model_answer.Held = {}
        self.seal = ""
        self.regrading = journal.Regrading(course.root, assignment)

    def all(self, students: list[str], workers: int, scheduler: str) -> None:
        course = self.course
        self.read = read = course.source(self.assignment)
        self.collected = collected = class_folder.collect(course.submitted, self.assignment, available(course.language, course.repository))
        there = [*collected.students, *collected.troubles]
        chosen = [student if student in there else rows.meant(student, there) or student for student in students] or sorted(there)
        with gradebook.Gradebook(course.coursedir, course.config) as self.gradebook:
            refusal = source.disagreement(read, self.gradebook.book, course=course.root.name)
            if refusal:
                raise source.SourceError(refusal)
            if not students:
                for text in collected.lost:
                    self.on_warning(text, True)
                used = course.coursedir.db_url.removeprefix("sqlite:///")
                others = trouble.other_gradebooks(course.root, course.repository, course.coursedir.db_url)
                for text in [*collected.warnings, *(message("trouble.other_gradebook", place=place, used=used) for place in others)]:
                    self.on_warning(text, False)
            if not chosen:
                raise source.SourceError(message("grade.nobody", folder=str(course.submitted), assignment=self.assignment))
            self.on_warning(message("grade.starting"), False)  # nobody should wait without a word while packages are compiled
            with _engine(Job(read, needs.lean(settings(course.config), read), course.language), workers, scheduler) as engine:
                self._model_answer(engine)
                self._order = {student: number for number, student in enumerate(chosen)}
                self._regrading(chosen, everybody=not students)
                self._pending = [student for student in chosen if not self._is_settled(student)]
                self.on_start(len(chosen), len(chosen) - len(self._pending))
                for answer in engine.run(self._tasks()):
                    self._take(answer)
            if not self.dry_run and not students:
                self.regrading.end()
        first = [row for row in self.found if row["student"] not in self._order]
        self.found[:] = first + sorted((row for row in self.found if row["student"] in self._order), key=lambda row: self._order[row["student"]])

    def _model_answer(self, engine) -> None:
        self.seal = model_answer.seal(self.read, settings(self.course.config), engine.isolated)

        def tried() -> list[list[str]]:
            (answer,) = engine.run([Task(None, {})])
            if answer.trouble or answer.failed or answer.died:
                raise Trouble(answer.trouble or message("grade.failed", reason=answer.failed or message("grade.process_lost")))
            return answer.held

        self.held = model_answer.kept(self.read, self.course.root, self.seal, tried, write=not self.dry_run)
        if self.held:
            self._tell(rows.trouble(message("grade.model_answer"), self.assignment, model_answer.sentence(self.held)))

    def _regrading(self, chosen: list[str], *, everybody: bool) -> None:
        """Take up a regrading of the whole class that was cut off, or begin one."""
        self.again = set(chosen) if self.force else set()
        if self.dry_run or not everybody:
            return
        seal, pending = self.regrading.pending()
        if pending and (not self.force or seal == self.seal):
            self.again = set(pending)
            self.on_warning(message("grade.goes_on", count=len(set(pending) & set(chosen))), False)
        elif self.force:
            self.regrading.begin(self.seal, chosen)

    def _is_settled(self, student: str) -> bool:
        """Whether there is nothing to execute: no work, graded before, or marked by a run that was killed before it had recorded it."""
        course, here = self.course, self.course.submitted / student / self.assignment
        if student in self.collected.troubles:
            self._tell(rows.trouble(student, self.assignment, self.collected.troubles[student]))
            return True
        if not here.is_dir():
            self._tell(rows.trouble(student, self.assignment, message("grade.nothing_submitted", folder=str(here))))
            return True
        if self.dry_run or student in self.again or not _is_done(here, course.folder("autograded", student, self.assignment)):
            return False
        row = rows.read(course.root, self.assignment, student)
        if row is not None:
            self._tell({**row, "skipped": True})
        return row is not None

    def _tasks(self) -> Iterator[Task]:
        """What is to execute, read when somebody is free to execute it."""
        left = {} if self.dry_run else journal.left(self.course.root, self.assignment)
        for student in left.keys() - set(self._pending) - self.again:
            journal.drop(self.course.root, self.assignment, student)
        for student in self._pending:
            here = self.course.submitted / student / self.assignment
            try:
                files, left_out = submitted.files(here, [notebook.name for notebook in self.read.notebooks], self.read.text)
                when, not_understood = timestamp(here)
            except Exception as error:
                self._failed(student, error)
                continue
            seal = journal.seal(self.seal, files)
            if student in left and left[student].seal == seal:
                entry = left[student]
                self._keep(student, entry.marked, entry.when, entry.forget, seal)
                continue
            self.beside[student] = when, [*left_out, *not_understood], bool(not_understood), seal
            yield Task(student, files)

    def _take(self, answer: Answer) -> None:
        student = answer.student
        when, notes, forget, seal = self.beside.pop(student)
        if answer.trouble:
            raise Trouble(answer.trouble)
        if answer.died:
            self._tell(rows.trouble(student, self.assignment, message("grade.process_lost")))
        elif answer.failed:
            log.error("%s", answer.details)
            self._tell(rows.trouble(student, self.assignment, message("grade.failed", reason=answer.failed)))
        else:
            marked = model_answer.wait(answer.marked, self.held)
            marked.repairs += notes
            self._keep(student, marked, when, forget, seal)

    def _keep(self, student: str, marked, when, forget: bool, seal: str) -> None:
        """The one writer's turn: row, gradebook and folder of one submission."""
        course, assignment = self.course, self.assignment
        try:
            if self.dry_run:
                self._tell(trial.compared(course.root, rows.row(student, assignment, marked), self.gradebook))
                return
            journal.put(course.root, assignment, journal.Entry(student, seal, marked, when, forget))
            row = keep(course, student, assignment, marked, self.gradebook, when, course.folder("autograded", student, assignment), forget=forget)
            journal.drop(course.root, assignment, student)
            self.regrading.reached(student)
            self._tell(row)
        except Exception as error:
            journal.drop(course.root, assignment, student)
            self._failed(student, error, writing=True)

    def _failed(self, student: str, error: Exception, *, writing: bool = False) -> None:
        if text := trouble.said(error, writing=writing):
            raise Trouble(text) from error
        log.error("%s", traceback.format_exc())
        self._tell(rows.trouble(student, self.assignment, message("grade.failed", reason=f"{type(error).__name__}: {error}")))

    def _tell(self, row: dict) -> None:
        # A row that stands in no file is kept whole.
        self.found.append({name: row[name] for name in _SLIM if name in row} if self.slim and row["questions"] and not self.dry_run else row)
        self.on_row(row)


_SLIM = ("student", "assignment", "status", "earned", "points", "skipped", "changes")


def _engine(job: Job, workers: int, scheduler: str):
    """Who marks: this process, several of this machine, or a cluster."""
    if scheduler:
        from crmlib.grading.doors.cluster import Cluster

        return Cluster(job, scheduler)
    if workers > 1:
        from crmlib.grading.doors.pool import Pool

        return Pool(job, workers)
    return Here(job)


def keep(course: Class, student: str, assignment: str, marked, opened, when, done: Path, *, forget: bool = False) -> dict:
    """Record a marked submission: files beside their place, row, gradebook, and the folder into place last.

    From the first thing that changes to the last there is no finished folder, so a run that is killed in between leaves
    a submission that the next run grades again, whether or not it is told to. Where the gradebook or the disk refuses,
    everything is as it was.
    """
    done.parent.mkdir(parents=True, exist_ok=True)
    gradebook.sweep(done.parent, assignment)
    before, unfinished, old, recorded = rows.keep(course.root, assignment, student), None, None, False
    try:
        unfinished = gradebook.write_folder(done, marked)
        row = rows.row(student, assignment, marked)
        old = gradebook.put_away(done)
        rows.write(course.root, row)
        row = rows.with_late(row, opened.record(student, assignment, marked, when, forget=forget))
        recorded = True
        rows.write(course.root, row)
        gradebook.put_into_place(unfinished, done, old)
    except Exception:
        if not recorded:
            _as_before(course, student, assignment, before, unfinished, old, done)
        raise
    return row


def _as_before(course: Class, student: str, assignment: str, before: bytes | None, unfinished: Path | None, old: Path | None, done: Path) -> None:
    for step in (
        lambda: shutil.rmtree(unfinished or gradebook.unfinished_of(done), ignore_errors=True),
        lambda: rows.put_back(course.root, assignment, student, before),
        lambda: old is not None and old.exists() and not done.exists() and old.rename(done),
    ):
        try:
            step()
        except OSError:  # the disk is still full: the next run grades this submission again
            log.debug("%s", traceback.format_exc())


def _quiet(tell: Callable) -> Callable:
    """What is told to a terminal or a progress bar never stops the class."""

    def told(*what) -> None:
        try:
            tell(*what)
        except Exception:
            log.debug("%s", traceback.format_exc())

    return told


def _is_done(here: Path, done: Path) -> bool:
    """nbgrader's rule: graded, and nothing newer was handed in since."""
    if not done.is_dir():
        return False
    (new, _), (old, _) = timestamp(here), timestamp(done)
    return not (new is not None and old is not None and new > old)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]


def _with_line(error: BaseException) -> str:
    """An error in a settings file with the line that it stands in."""
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg}, {Path(error.filename or '?').name}:{error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith("_config.py")]
    place = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {_first_line(error)}{place}"
