"""The one writer: a submission's marks go into nbgrader's gradebook in one transaction, its folder into place last.

Whatever moment the run is killed at, a second run gives the same rows: before the commit nothing is in the gradebook,
after it the folder may be missing, and a submission without its finished folder is graded again.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from crmlib.grading.intake.names import shown_name
from crmlib.grading.marking.submission import Marked, MarkedNotebook
from crmlib.grading.record.lines import as_lines
from crmlib.grading.record.trouble import said
from crmlib.language import message


@dataclass(frozen=True, slots=True)
class KnownNotebook:
    """A notebook of the assignment as the gradebook knows it, with the name of every cell by its id in the gradebook."""

    id: str
    graded: dict[str, str]
    commented: dict[str, str]
    tasks: frozenset[str]


class Gradebook:
    """nbgrader's gradebook over one kept connection."""

    def __init__(self, coursedir, config=None):
        from nbgrader.api import Gradebook as Book

        self.coursedir, self.config = coursedir, config
        self.book = Book(coursedir.db_url, coursedir.course_id)
        self._known: dict[str, tuple[str, dict[str, KnownNotebook]]] = {}

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *_) -> None:
        self.book.close()

    def record(self, student: str, assignment: str, marked: Marked, timestamp=None, *, forget: bool = False) -> dict | None:
        """All marks of a submission, or none of them; returns how late it was and what that costs.

        ``forget``: there is a time that nobody understands, and an older one must not stand in its place.
        """
        session = self.book.db
        try:
            submission, notebooks = self._submission(student, assignment, timestamp)
            if forget:
                submission.timestamp = None
            stored = {each.notebook_id: each for each in notebooks}
            marked_ones = {notebook.name: notebook for notebook in marked.notebooks}
            for name, known in self._assignment(assignment)[1].items():
                grades, comments = (stored[known.id].grades, stored[known.id].comments) if known.id in stored else self._empty(submission.id, known)
                if name in marked_ones:
                    self._notebook(grades, comments, known, marked_ones[name])
            session.flush()
            session.refresh(submission, ["timestamp"])
            late = self._late(submission)
            session.commit()
            return late
        except BaseException:
            session.rollback()
            raise

    def by_hand(self, student: str, assignment: str) -> dict[tuple[str, str], float]:
        """The points that a person gave, by notebook and question; a new automatic mark does not change them."""
        from nbgrader import api

        session = self.book.db
        asked = (
            session.query(api.Notebook.name, api.BaseCell.name, api.Grade.manual_score)
            .join(api.SubmittedNotebook, api.SubmittedNotebook.id == api.Grade.notebook_id)
            .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
            .join(api.Notebook, api.Notebook.id == api.SubmittedNotebook.notebook_id)
            .join(api.BaseCell, api.BaseCell.id == api.Grade.cell_id)
            .filter(api.SubmittedAssignment.student_id == student, api.SubmittedAssignment.assignment_id == self._assignment(assignment)[0])
            .filter(api.Grade.manual_score.isnot(None))
        )
        return {(notebook, cell): points for notebook, cell, points in asked}

    def _assignment(self, name: str) -> tuple[str, dict[str, KnownNotebook]]:
        """Id and notebooks of an assignment, asked of the database once: each commit makes it forget all it has read."""
        if name not in self._known:
            found = self.book.find_assignment(name)
            notebooks = {}
            for notebook in found.notebooks:
                graded, commented, tasks = (
                    {cell.id: cell.name for cell in cells} for cells in (notebook.grade_cells, notebook.solution_cells, notebook.task_cells)
                )
                notebooks[notebook.name] = KnownNotebook(notebook.id, graded | tasks, commented | tasks, frozenset(tasks))
            self._known[name] = found.id, notebooks
        return self._known[name]

    def _submission(self, student: str, assignment: str, timestamp):
        """The submission and its notebooks, as nbgrader's add_submission makes them, but not yet committed."""
        from nbgrader import api
        from nbgrader.utils import parse_utc

        session = self.book.db
        if session.get(api.Student, student) is None:
            session.add(api.Student(id=student))
        id, _ = self._assignment(assignment)
        submission = session.query(api.SubmittedAssignment).filter_by(assignment_id=id, student_id=student).one_or_none()
        notebooks = [] if submission is None else list(submission.notebooks)
        if submission is None:
            submission = api.SubmittedAssignment(id=api.new_uuid(), assignment_id=id, student_id=student)
            session.add(submission)
        if timestamp is not None:
            submission.timestamp = parse_utc(timestamp)
        return submission, notebooks

    def _empty(self, submission: str, notebook: KnownNotebook) -> tuple[list, list]:
        """The grades and comments of a notebook that was not there yet."""
        from nbgrader import api

        id = api.new_uuid()
        grades = [api.Grade(cell_id=cell, notebook_id=id) for cell in notebook.graded]
        comments = [api.Comment(cell_id=cell, notebook_id=id) for cell in notebook.commented]
        self.book.db.add_all([api.SubmittedNotebook(id=id, notebook_id=notebook.id, assignment_id=submission), *grades, *comments])
        return grades, comments

    def _notebook(self, grades: list, comments: list, known: KnownNotebook, marked: MarkedNotebook) -> None:
        """nbgrader's rules: a manual score stays and asks for another look; what has no automatic score waits for a person."""
        earned = {question.id: question.earned for question in marked.questions}
        for grade in grades:
            name = known.graded.get(grade.cell_id)
            if name in earned:
                grade.auto_score = earned[name]
                grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None or marked.asks_for_a_person
        for comment in comments:
            empty = known.commented.get(comment.cell_id) in marked.unanswered and comment.cell_id not in known.tasks
            comment.auto_comment = "No response." if empty else None

    def _late(self, submission) -> dict | None:
        """Write every notebook's late penalty; a plug-in that fails costs nobody a point, and it is said."""
        seconds, penalty, trouble = submission.total_seconds_late, 0.0, ""
        for kept in submission.notebooks:
            if seconds > 0:
                self.book.db.refresh(kept)  # its score is counted by the database
            try:
                kept.late_submission_penalty = self._penalty(submission, kept) if seconds > 0 else None
                penalty += kept.late_submission_penalty or 0.0
            except Exception as error:
                kept.late_submission_penalty, trouble = None, f"{type(error).__name__}: {error}"
        return {"seconds": float(seconds), "penalty": round(penalty, 4), "trouble": trouble} if seconds > 0 else None

    def _penalty(self, submission, kept) -> float | None:
        """What the configured late-penalty plugin says, kept between 0 and the score."""
        step = late_penalties(self.config)
        penalty = step.plugin_inst.late_submission_penalty(submission.student_id, kept.score, submission.total_seconds_late)
        return None if penalty is None else step._check_late_penalty(kept, float(penalty))


def late_penalties(config):
    """nbgrader's step with the class's own plug-in; raises where the settings name none that exists."""
    from nbgrader.preprocessors import AssignLatePenalties

    step = AssignLatePenalties(config=config)
    step.init_plugin()
    return step


def write_folder(target: Path, marked: Marked) -> Path:
    """Write the finished files beside their place, under a name that nbgrader does not look at."""
    unfinished = unfinished_of(target)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for notebook in marked.notebooks:
        text = as_lines(notebook.notebook)
        (unfinished / f"{notebook.name}.ipynb").write_text(text, encoding="utf-8", errors="replace")
    for name, content in marked.attachments.items():
        path = unfinished / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except (OSError, ValueError) as error:
            if said(error):
                raise
            # A name that this system refuses: the file lies where it was handed in.
            marked.repairs.append(message("feedback.attachment_left", name=shown_name(name)))
    return unfinished


def unfinished_of(target: Path) -> Path:
    """Where a finished folder is made before it takes its place."""
    return target.parent / f".{target.name}.{os.getpid()}.part"


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
