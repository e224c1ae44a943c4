"""One plain row per submission: marks, reasons, repairs. Written whole or not at all, readable without any tool."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crmlib import whole
from crmlib.grading.marking.submission import Marked
from crmlib.grading.record.lines import as_lines
from crmlib.language import message


def row(student: str, assignment: str, marked: Marked) -> dict:
    """The row of a marked submission."""
    questions: list[dict[str, Any]] = [
        {
            "notebook": notebook.name,
            "question": question.id,
            "points": question.points,
            "earned": question.earned,
            "reasons": question.reasons,
            "handed_in": question.handed_in,
            "received": question.received,
            "due": question.due,
            "tamper_proof": question.tamper_proof,
        }
        for notebook in marked.notebooks
        for question in notebook.questions
    ]
    problems = [f"{notebook.name}.ipynb: {problem}" for notebook in marked.notebooks for problem in (notebook.problem, *notebook.doubts) if problem]
    return {
        "student": student,
        "assignment": assignment,
        "status": "problem" if problems else "graded",
        "earned": round(sum(question["earned"] or 0 for question in questions), 4),
        "points": round(sum(question["points"] for question in questions), 4),
        "by_hand": [question["question"] for question in questions if question["earned"] is None],
        "isolated": marked.isolated,
        "problems": problems,
        "repairs": [*(repair for notebook in marked.notebooks for repair in notebook.repairs), *marked.repairs],
        "details": [detail for notebook in marked.notebooks for detail in notebook.details],
        "late": None,
        "questions": questions,
    }


def with_late(values: dict, late: dict | None) -> dict:
    """The row with how late the submission was and what it costs; where that could not be computed, a person must."""
    if late is None:
        return values
    problems = [*values["problems"], message("grade.late_unknown", reason=late["trouble"])] if late["trouble"] else values["problems"]
    return values | {"late": late, "problems": problems, "status": "problem" if problems else "graded"}


def trouble(student: str, assignment: str, problem: str) -> dict:
    """The row of a submission that could not be marked at all."""
    return {
        "student": student, "assignment": assignment, "status": "problem", "earned": None, "points": None, "by_hand": [],
        "isolated": None, "problems": [problem], "repairs": [], "details": [], "late": None, "questions": [],
    }  # fmt: skip


def path_of(course_root: Path, assignment: str, student: str) -> Path:
    """Where a row stands: outside of autograded/, from which nbgrader copies files into the feedback."""
    return course_root / "marking" / assignment / f"{student}.json"


def write(course_root: Path, values: dict) -> None:
    """Replace a row in one step."""
    target = path_of(course_root, values["assignment"], values["student"])
    whole.write(target, as_lines(values).encode("utf-8", "replace"))


def keep(course_root: Path, assignment: str, student: str) -> bytes | None:
    """A row as it stands, to be put back with ``put_back`` if what follows fails."""
    target = path_of(course_root, assignment, student)
    return target.read_bytes() if target.exists() else None


def put_back(course_root: Path, assignment: str, student: str, content: bytes | None) -> None:
    """The row as it was before."""
    target = path_of(course_root, assignment, student)
    if content is None:
        target.unlink(missing_ok=True)
    elif not target.exists() or target.read_bytes() != content:
        whole.write(target, content)


def sweep(course_root: Path, assignment: str) -> None:
    """Remove what killed runs left half written."""
    for left in (course_root / "marking" / assignment).glob(".*.part"):
        left.unlink(missing_ok=True)


def find(course_root: Path, student: str) -> str | None:
    """The id among the rows that a person means who types it, composed or not; None where there is none."""
    known = {path.stem for path in (course_root / "marking").glob("*/*.json")}
    return student if student in known else meant(student, known)


def meant(student: str, known: Iterable[str]) -> str | None:
    """The one id that is the same to the eye, whatever way its accents are stored.

    >>> meant("Jose\u0301", ["Jos\xe9", "amy"]) == "Jos\xe9"
    True
    """
    same = [each for each in known if unicodedata.normalize("NFC", each) == unicodedata.normalize("NFC", student)]
    return same[0] if len(same) == 1 else None


def read(course_root: Path, assignment: str, student: str) -> dict | None:
    """A student's row, or None where there is none."""
    target = path_of(course_root, assignment, student)
    try:
        return json.loads(target.read_text(encoding="utf-8")) if target.exists() else None
    except (ValueError, OSError):  # broken from outside: as if there were none, so that it is written anew
        return None
