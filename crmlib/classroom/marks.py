"""The marks of an assignment as the gradebook has them: each question, hand marking and extra credit, late penalty, total."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from crmlib.classroom import grading, roster
from crmlib.classroom.people import Person
from crmlib.classroom.trouble import ClassroomError
from crmlib.language import listing, message


@dataclass(frozen=True, slots=True)
class Question:
    """A graded cell: its id, with the notebook's name in front where there are several, and its points."""

    name: str
    points: float
    key: tuple[str, str]


@dataclass
class Marks:
    """One student's marks; ``status`` is "graded", "waits" (for a person), "ungraded" or "missing"."""

    person: Person
    status: str = "missing"
    time: str = ""
    questions: dict[tuple[str, str], float] = field(default_factory=dict)
    extra: float = 0.0
    penalty: float = 0.0

    @property
    def raw(self) -> float:
        """Everything earned, extra credit included."""
        return round(sum(self.questions.values()) + self.extra, 4)

    @property
    def total(self) -> float | None:
        """What counts: never below 0; None where there is nothing to count yet."""
        return round(max(0.0, self.raw - self.penalty), 4) if self.status in ("graded", "waits") else None


@dataclass
class Table:
    """The marks of the whole class."""

    assignment: str
    questions: list[Question]
    students: list[Marks]

    @property
    def points(self) -> float:
        """The most that can be earned without extra credit."""
        return round(sum(question.points for question in self.questions), 4)


def read(course: grading.Class, assignment: str) -> Table:
    """Everybody of the gradebook and of submitted/, with or without marks, in the order of their numbers."""
    from nbgrader import api

    with grading.book(course) as book:
        session = book.db
        entry = session.query(api.Assignment).filter_by(name=assignment).one_or_none()
        if entry is None:
            known = [each.name for each in session.query(api.Assignment)]
            raise ClassroomError(message("marks.not_entered", assignment=assignment, known=listing(known) or "–", course=course.root.name))
        questions = _questions(entry)
        found = {someone.number: Marks(someone) for someone in roster.everybody(course)}
        for submission in session.query(api.SubmittedAssignment).filter_by(assignment_id=entry.id):
            found.setdefault(submission.student_id, Marks(Person(submission.student_id)))
            found[submission.student_id].status = "ungraded"
            found[submission.student_id].time = submission.timestamp.isoformat(" ", "seconds") + " UTC" if submission.timestamp else ""
        _grades(session, entry.id, found)
    for path in course.submitted.glob(f"*/{assignment}"):
        if path.is_dir() and found.setdefault(path.parent.name, Marks(Person(path.parent.name))).status == "missing":
            found[path.parent.name].status = "ungraded"
    return Table(assignment, questions, sorted(found.values(), key=lambda each: each.person.number))


def _questions(entry) -> list[Question]:
    several = len(entry.notebooks) > 1
    return [
        Question(f"{notebook.name}/{cell.name}" if several else cell.name, float(cell.max_score), (notebook.name, cell.name))
        for notebook in sorted(entry.notebooks, key=lambda notebook: notebook.name)
        for cell in sorted([*notebook.grade_cells, *notebook.task_cells], key=lambda cell: cell.name)
    ]


def _grades(session, assignment_id: str, found: dict[str, Marks]) -> None:
    """All grades in one question to the database: a class of thousands has tens of thousands."""
    from nbgrader import api

    asked = (
        session.query(
            api.SubmittedAssignment.student_id, api.SubmittedNotebook.id, api.SubmittedNotebook.late_submission_penalty, api.Notebook.name,
            api.BaseCell.name, api.Grade.auto_score, api.Grade.manual_score, api.Grade.extra_credit, api.Grade.needs_manual_grade,
        )
        .join(api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
        .join(api.Notebook, api.Notebook.id == api.SubmittedNotebook.notebook_id)
        .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .join(api.BaseCell, api.BaseCell.id == api.Grade.cell_id)
        .filter(api.SubmittedAssignment.assignment_id == assignment_id)
    )  # fmt: skip
    penalties: dict[str, dict[str, float]] = defaultdict(dict)
    marked, waiting = set(), set()
    for student, kept, penalty, notebook, cell, auto, manual, extra, waits in asked:
        score = manual if manual is not None else auto
        penalties[student][kept] = penalty or 0.0
        found[student].questions[notebook, cell] = score or 0.0
        found[student].extra = round(found[student].extra + (extra or 0.0), 4)
        marked |= {student} if score is not None else set()
        waiting |= {student} if waits else set()
    for student, those in penalties.items():
        found[student].penalty = round(sum(those.values()), 4)
    for student in marked:
        found[student].status = "waits" if student in waiting else "graded"
