"""Grade an assignment of a class, one submission after the other; no file stops the class."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from crmlib.assignments import configuration
from crmlib.course import ROOT
from crmlib.grading import record, rows, source, submitted
from crmlib.grading.submission import mark
from crmlib.language import message

log = logging.getLogger(__name__)


class Class:
    """One class's course root: its folders, its gradebook and its settings, as nbgrader's configuration has them."""

    def __init__(self, language: str, root: Path = ROOT):
        from nbgrader.coursedir import CourseDirectory

        self.config = configuration(language, root)
        self.coursedir = CourseDirectory(config=self.config)
        self.root = Path(self.coursedir.root)
        if str(self.root) not in sys.path:  # nbgrader finds a class's own plug-ins, such as late penalties, beside its settings
            sys.path.append(str(self.root))

    def folder(self, step: str, student: str, assignment: str) -> Path:
        return Path(self.root / self.coursedir.format_path(getattr(self.coursedir, f"{step}_directory"), student, assignment)).resolve()

    def source(self, assignment: str) -> source.SourceAssignment:
        folder = self.folder("source", ".", assignment)
        if not folder.is_dir():
            raise source.SourceError(message("grade.no_such_assignment", assignment=assignment, folder=str(folder.parent)))
        return source.read(folder, self.config)


def grade(course: Class, assignment: str, *, students: Iterable[str] = (), force: bool = False, on_row: Callable = lambda row: None) -> list[dict]:
    """Grade every submission that is not graded yet, or all with ``force``; returns one row per student."""
    from crmlib.grading.workers import workers

    chosen = list(students) or submitted.students(course.root, assignment, course.coursedir.submitted_directory)
    read = course.source(assignment)
    found = []
    with record.Gradebook(course.coursedir, course.config) as gradebook:
        refusal = source.disagreement(read, gradebook.book, course=course.root.name)
        if refusal:
            raise source.SourceError(refusal)
        if not chosen:
            raise source.SourceError(message("grade.nobody", folder=str(course.root / course.coursedir.submitted_directory), assignment=assignment))
        with workers(course.config) as (sandbox, checker):
            for student in chosen:
                found.append(_one(course, read, student, gradebook, sandbox, checker, force))
                on_row(found[-1])
    return found


def _one(course: Class, read, student: str, gradebook, sandbox, checker, force: bool) -> dict:
    """One student's row; whatever goes wrong with this submission stays with it."""
    try:
        here = course.folder("submitted", student, read.name)
        if not here.is_dir():
            return rows.trouble(student, read.name, message("grade.nothing_submitted", folder=str(here)))
        done = course.folder("autograded", student, read.name)
        if not force and _is_done(here, done):
            row = rows.read(course.root, read.name, student)
            if row is not None:
                return {**row, "skipped": True}
        files, left_out = submitted.files(here)
        timestamp, trouble = submitted.timestamp(here)
        marked = mark(files, read, sandbox, checker)
        marked.repairs += [*left_out, *trouble]
        return keep(course, student, read.name, marked, gradebook, timestamp, done)
    except Exception as error:
        log.error("%s", traceback.format_exc())
        return rows.trouble(student, read.name, message("grade.failed", reason=f"{type(error).__name__}: {error}"))


def keep(course: Class, student: str, assignment: str, marked, gradebook, timestamp, done: Path) -> dict:
    """Record a marked submission: files beside their place, row, gradebook, and the folder into place last.

    From the first thing that changes to the last there is no finished folder, so a run that is killed in between leaves
    a submission that the next run grades again, whether or not it is told to.
    """
    done.parent.mkdir(parents=True, exist_ok=True)
    record.sweep(done.parent, assignment)
    unfinished = record.write_folder(done, marked)
    row = rows.row(student, assignment, marked)
    old = record.put_away(done)
    rows.write(course.root, row)
    gradebook.record(student, assignment, marked, timestamp)
    record.put_into_place(unfinished, done, old)
    return row


def _is_done(here: Path, done: Path) -> bool:
    """nbgrader's rule: graded, and nothing newer was handed in since."""
    if not done.is_dir():
        return False
    (new, _), (old, _) = submitted.timestamp(here), submitted.timestamp(done)
    return not (new is not None and old is not None and new > old)
