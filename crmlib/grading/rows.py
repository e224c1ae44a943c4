"""One plain row per submission: marks, reasons, repairs. Written whole or not at all, readable without any tool."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from crmlib.grading.submission import Marked


def row(student: str, assignment: str, marked: Marked) -> dict:
    """The row of a marked submission."""
    questions = [
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
    problems = [f"{notebook.name}.ipynb: {notebook.problem}" for notebook in marked.notebooks if notebook.problem]
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
        "questions": questions,
    }


def trouble(student: str, assignment: str, problem: str) -> dict:
    """The row of a submission that could not be marked at all."""
    return {
        "student": student, "assignment": assignment, "status": "problem", "earned": None, "points": None, "by_hand": [],
        "isolated": None, "problems": [problem], "repairs": [], "questions": [],
    }  # fmt: skip


def path_of(course_root: Path, assignment: str, student: str) -> Path:
    """Where a row stands: outside of autograded/, from which nbgrader copies files into the feedback."""
    return course_root / "marking" / assignment / f"{student}.json"


def write(course_root: Path, values: dict) -> None:
    """Replace a row in one step."""
    target = path_of(course_root, values["assignment"], values["student"])
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(values, file, ensure_ascii=False, indent=1)
    os.replace(unfinished, target)


def read(course_root: Path, assignment: str, student: str) -> dict | None:
    """A student's row, or None where there is none."""
    target = path_of(course_root, assignment, student)
    return json.loads(target.read_text(encoding="utf-8")) if target.exists() else None
