"""The door to the rooms below: whatever the classroom needs of grading is named here and nowhere else in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from crmlib import whole
from crmlib.grading.doors.class_run import Class
from crmlib.grading.record import rows
from crmlib.grading.record.trouble import Trouble

__all__ = ["Class", "Trouble", "book", "home", "read_json", "write_json"]


def home(course: Class) -> Path:
    """Where the classroom keeps what it knows: the roster as it came, and what was collected from where."""
    return course.root / "classroom"


def book(course: Class):
    """nbgrader's gradebook of the class, to be used in a ``with`` statement."""
    from nbgrader.api import Gradebook

    return Gradebook(course.coursedir.db_url, course.coursedir.course_id)


def write_json(path: Path, values: object) -> None:
    """Replace a file in one step."""
    whole.write(path, json.dumps(values, ensure_ascii=False, indent=1))


def read_json(path: Path, otherwise):
    """What stands in a file, or ``otherwise`` where there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
    except (OSError, ValueError):
        return otherwise


def headings(course: Class, assignment: str) -> tuple[str, dict[tuple[str, str], tuple[str, str]]]:
    """The assignment's title, and number and exercise of every graded cell by (notebook, cell)."""
    from crmlib.grading.marking.numbering import numbers

    title, found = "", {}
    for notebook in course.source(assignment).notebooks:
        for cell in notebook.cells:
            heading = re.search(r"(?m)^#[ \t]+(.+)$", cell.text) if cell.kind == "markdown" else None
            title = title or (heading[1] if heading else "")
        for id, number in numbers((cell.id if cell.graded else "", cell.kind, cell.text) for cell in notebook.cells).items():
            found[notebook.name, id] = (number.number, number.title)
    return title or assignment, found


def questions_of(course: Class, assignment: str, student: str) -> list[dict]:
    """The questions of a student's row, with reasons and what was handed in; none where there is no row."""
    return (rows.read(course.root, assignment, student) or {"questions": []})["questions"]


def handed_out(course: Class, assignment: str) -> dict[str, str]:
    """All text that nobody had to think of: what was handed out, and the model answers, by cell."""
    return {
        f"{cell.id or number}{part}": text
        for notebook in course.source(assignment).notebooks
        for number, cell in enumerate(notebook.cells)
        for part, text in (("", cell.text), ("/model", cell.model))
        if text
    }
