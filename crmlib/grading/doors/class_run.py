"""Grade an assignment of a class, one submission after the other; no file stops the class."""

from __future__ import annotations

import logging
import shutil
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from crmlib.assignments import available, configuration
from crmlib.course import ROOT
from crmlib.grading.doors import model_answer
from crmlib.grading.doors.settings import check_classes, settings
from crmlib.grading.intake import class_folder, source
from crmlib.grading.intake import files as submitted
from crmlib.grading.intake.times import timestamp
from crmlib.grading.marking.submission import mark
from crmlib.grading.processes import temporary
from crmlib.grading.record import gradebook as record
from crmlib.grading.record import rows, trouble
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
        except Exception as error:
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

    def check(self) -> None:
        """Raise Trouble where a setting, a folder or the gradebook cannot be used."""
        from nbgrader.converters import Autograde, GenerateFeedback
        from nbgrader.coursedir import CourseDirectory
        from nbgrader.plugins import LateSubmissionPlugin
        from nbgrader.preprocessors import AssignLatePenalties, ClearSolutions

        settings(self.config)
        check_classes(self.config, (CourseDirectory, LateSubmissionPlugin, AssignLatePenalties, ClearSolutions, Autograde, GenerateFeedback))
        try:
            record.late_penalties(self.config)
        except Exception as error:
            raise SettingsTrouble(message("settings.refused", reason=_first_line(error))) from error
        trouble.look(self.root, self.coursedir.db_url)


def grade(
    course: Class,
    assignment: str,
    *,
    students: Iterable[str] = (),
    force: bool = False,
    on_row: Callable = lambda row: None,
    on_warning: Callable = lambda text, lost: None,
) -> list[dict]:
    """Grade every submission that is not graded yet, or all with ``force``; returns one row per student.

    Where the model answer itself does not pass a question, a row about that comes first.
    ``on_warning`` hears what concerns the class and no row: a sentence, and whether somebody's work is not seen.
    Raises Trouble, with the rows so far, where the machine or a setting is in the way.
    """
    found: list[dict] = []
    try:
        course.check()
        temporary.sweep()
        rows.sweep(course.root, assignment)
        _grade(course, assignment, list(students), force, found, _quiet(on_row), _quiet(on_warning))
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


def _grade(course: Class, assignment: str, students: list[str], force: bool, found: list[dict], on_row: Callable, on_warning: Callable) -> None:
    from crmlib.grading.doors.workers import workers

    read = course.source(assignment)
    collected = class_folder.collect(course.submitted, assignment, available(course.language, course.repository))
    there = [*collected.students, *collected.troubles]
    chosen = [student if student in there else rows.meant(student, there) or student for student in students] or sorted(there)
    with record.Gradebook(course.coursedir, course.config) as gradebook:
        refusal = source.disagreement(read, gradebook.book, course=course.root.name)
        if refusal:
            raise source.SourceError(refusal)
        if not students:
            for text in collected.lost:
                on_warning(text, True)
            for text in collected.warnings:
                on_warning(text, False)
        if not chosen:
            raise source.SourceError(message("grade.nobody", folder=str(course.submitted), assignment=assignment))
        on_warning(message("grade.starting"), False)  # nobody should wait without a word while packages are compiled
        with workers(course.config) as (sandbox, checker):
            held = model_answer.held(read, course.root, sandbox, checker)
            if held:
                found.append(rows.trouble(message("grade.model_answer"), assignment, model_answer.sentence(held)))
                on_row(found[-1])
            for student in chosen:
                if student in collected.troubles:
                    row = rows.trouble(student, read.name, collected.troubles[student])
                else:
                    row = _one(course, read, student, gradebook, sandbox, checker, force, held)
                found.append(row)
                on_row(row)


def _one(course: Class, read, student: str, gradebook, sandbox, checker, force: bool, held: model_answer.Held) -> dict:
    """One student's row; whatever goes wrong with this submission stays with it, what is the machine's stops the run."""
    writing = False
    try:
        here = course.submitted / student / read.name
        if not here.is_dir():
            return rows.trouble(student, read.name, message("grade.nothing_submitted", folder=str(here)))
        done = course.folder("autograded", student, read.name)
        if not force and _is_done(here, done):
            row = rows.read(course.root, read.name, student)
            if row is not None:
                return {**row, "skipped": True}
        files, left_out = submitted.files(here, [notebook.name for notebook in read.notebooks], read.text)
        when, not_understood = timestamp(here)
        marked = model_answer.wait(mark(files, read, sandbox, checker), held)
        marked.repairs += [*left_out, *not_understood]
        writing = True
        return keep(course, student, read.name, marked, gradebook, when, done, forget=bool(not_understood))
    except Exception as error:
        if text := trouble.said(error, writing=writing):
            raise Trouble(text) from error
        log.error("%s", traceback.format_exc())
        return rows.trouble(student, read.name, message("grade.failed", reason=f"{type(error).__name__}: {error}"))


def keep(course: Class, student: str, assignment: str, marked, gradebook, when, done: Path, *, forget: bool = False) -> dict:
    """Record a marked submission: files beside their place, row, gradebook, and the folder into place last.

    From the first thing that changes to the last there is no finished folder, so a run that is killed in between leaves
    a submission that the next run grades again, whether or not it is told to. Where the gradebook or the disk refuses,
    everything is as it was.
    """
    done.parent.mkdir(parents=True, exist_ok=True)
    record.sweep(done.parent, assignment)
    before, unfinished, old, recorded = rows.keep(course.root, assignment, student), None, None, False
    try:
        unfinished = record.write_folder(done, marked)
        row = rows.row(student, assignment, marked)
        old = record.put_away(done)
        rows.write(course.root, row)
        row = rows.with_late(row, gradebook.record(student, assignment, marked, when, forget=forget))
        recorded = True
        rows.write(course.root, row)
        record.put_into_place(unfinished, done, old)
    except Exception:
        if not recorded:
            _as_before(course, student, assignment, before, unfinished, old, done)
        raise
    return row


def _as_before(course: Class, student: str, assignment: str, before: bytes | None, unfinished: Path | None, old: Path | None, done: Path) -> None:
    for step in (
        lambda: shutil.rmtree(unfinished or record.unfinished_of(done), ignore_errors=True),
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
