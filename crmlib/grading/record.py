"""The one writer: a submission's marks go into nbgrader's gradebook in one transaction, its folder into place last.

Whatever moment the run is killed at, a second run gives the same rows: before the commit nothing is in the gradebook,
after it the folder may be missing, and a submission without its finished folder is graded again.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from crmlib.grading.submission import Marked, MarkedNotebook


class Gradebook:
    """nbgrader's gradebook over one kept connection."""

    def __init__(self, coursedir, config=None):
        from nbgrader.api import Gradebook as Book

        self.coursedir, self.config = coursedir, config
        self.book = Book(coursedir.db_url, coursedir.course_id)

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *_) -> None:
        self.book.close()

    def record(self, student: str, assignment: str, marked: Marked, timestamp=None) -> None:
        """All marks of a submission, or none of them."""
        session = self.book.db
        try:
            submission = self._submission(student, assignment, timestamp)
            for notebook in marked.notebooks:
                self._notebook(submission, notebook)
            session.flush()
            for kept in submission.notebooks:
                session.refresh(kept)
                kept.late_submission_penalty = self._penalty(submission, kept)
            session.commit()
        except BaseException:
            session.rollback()
            raise

    def _submission(self, student: str, assignment: str, timestamp):
        """The submission with its empty grades and comments, as nbgrader's add_submission makes it, but not yet committed."""
        from nbgrader import api
        from nbgrader.utils import parse_utc

        session = self.book.db
        person = session.get(api.Student, student)
        if person is None:
            person = api.Student(id=student)
            session.add(person)
        known = self.book.find_assignment(assignment)
        submission = session.query(api.SubmittedAssignment).filter_by(assignment_id=known.id, student_id=student).one_or_none()
        if submission is None:
            submission = api.SubmittedAssignment(assignment_id=known.id, student_id=student)
            session.add(submission)
            session.flush()
        for notebook in known.notebooks:
            if not any(kept.notebook_id == notebook.id for kept in submission.notebooks):
                self._empty_notebook(submission, notebook)
        if timestamp is not None:
            submission.timestamp = parse_utc(timestamp)
        session.flush()
        session.refresh(submission)
        return submission

    def _empty_notebook(self, submission, notebook) -> None:
        from nbgrader import api

        session = self.book.db
        kept = api.SubmittedNotebook(notebook_id=notebook.id, assignment_id=submission.id)
        session.add(kept)
        session.flush()
        session.add_all(api.Grade(cell_id=cell.id, notebook_id=kept.id) for cell in [*notebook.grade_cells, *notebook.task_cells])
        session.add_all(api.Comment(cell_id=cell.id, notebook_id=kept.id) for cell in [*notebook.solution_cells, *notebook.task_cells])

    def _notebook(self, submission, marked: MarkedNotebook) -> None:
        """nbgrader's rules: a manual score stays and asks for another look; what has no automatic score waits for a person."""
        kept = next(each for each in submission.notebooks if each.notebook.name == marked.name)
        earned = {question.id: question.earned for question in marked.questions}
        for grade in kept.grades:
            if grade.name in earned:
                grade.auto_score = earned[grade.name]
                grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        for comment in kept.comments:
            task = comment.cell.type == "TaskCell"
            comment.auto_comment = "No response." if comment.name in marked.unanswered and not task else None

    def _penalty(self, submission, kept) -> float | None:
        """What the configured late-penalty plugin says, kept between 0 and the score."""
        from nbgrader.preprocessors import AssignLatePenalties

        late = submission.total_seconds_late
        if late <= 0:
            return None
        step = AssignLatePenalties(config=self.config)
        step.init_plugin()
        penalty = step.plugin_inst.late_submission_penalty(submission.student_id, kept.score, late)
        return None if penalty is None else step._check_late_penalty(kept, penalty)


def write_folder(target: Path, marked: Marked) -> Path:
    """Write the finished files beside their place, under a name that nbgrader does not look at."""
    unfinished = target.parent / f".{target.name}.{os.getpid()}.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for notebook in marked.notebooks:
        text = json.dumps(notebook.notebook, ensure_ascii=False, indent=1) + "\n"
        (unfinished / f"{notebook.name}.ipynb").write_text(text, encoding="utf-8", errors="replace")
    for name, content in marked.attachments.items():
        path = unfinished / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return unfinished


def put_away(target: Path) -> Path:
    """Take an older finished folder out of nbgrader's sight before anything about it changes."""
    old = target.parent / f".{target.name}.{os.getpid()}.old"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    return old


def put_into_place(unfinished: Path, target: Path, old: Path) -> None:
    """The finished folder takes its name in one step; what it replaces is deleted after."""
    unfinished.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def sweep(folder: Path, assignment: str) -> None:
    """Remove what killed runs left behind."""
    for left in folder.glob(f".{assignment}.*"):
        if left.suffix in (".part", ".old"):
            shutil.rmtree(left, ignore_errors=True)
