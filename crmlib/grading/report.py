"""Rows for a person to read: a line per student, a summary, and why a question has its marks."""

from __future__ import annotations

import re
from pathlib import Path

from crmlib.course import CourseError
from crmlib.grading import rows
from crmlib.language import listing, message

_STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def line(row: dict) -> str:
    """One submission in one line; below it, indented, what an instructor should know."""
    if row["earned"] is None:
        head = message("report.not_graded", student=row["student"])
    else:
        head = message("report.graded", student=row["student"], earned=f"{row['earned']:g}", points=f"{row['points']:g}")
    notes = [*row["problems"], *row["repairs"]]
    if row["by_hand"]:
        notes.append(message("report.by_hand", questions=listing(row["by_hand"])))
    if row["isolated"] is False:
        notes.append(message("report.not_isolated"))
    if any(not question["tamper_proof"] for question in row["questions"]):
        notes.append(message("report.not_tamper_proof"))
    if row.get("skipped"):
        head += message("report.skipped")
    return _for_terminal("\n".join([head, *(f"    {note}" for note in notes)]))


def summary(found: list[dict]) -> str:
    """How many were graded, how many have a problem."""
    problems = [row["student"] for row in found if row["status"] == "problem"]
    text = message("report.summary", count=len(found) - len(problems))
    return f"{text} {message('report.problems', students=listing(problems))}" if problems else text


def explanation(course_root: Path, student: str, question: str | None, assignment: str | None) -> str:
    """Everything known about the marks of one question, or of all questions of a student."""
    folder = course_root / "marking"
    found = [path.parent.name for path in sorted(folder.glob(f"*/{student}.json")) if assignment in (None, path.parent.name)]
    if not found:
        raise CourseError(message("report.nothing_known", student=student))
    parts = []
    for name in found:
        row = rows.read(course_root, name, student)
        chosen = [each for each in row["questions"] if question in (None, each["question"])]
        if question is not None and not chosen:
            known = listing(each["question"] for each in row["questions"])
            raise CourseError(message("report.no_such_question", question=question, known=known))
        parts += [_explained(name, row, each) for each in chosen]
        parts += [message("report.repair_log", repairs=_indented(row["repairs"]))] if row["repairs"] else []
        parts += row["problems"] if not chosen else []
    return _for_terminal("\n\n".join(parts))


def _for_terminal(text: str) -> str:
    """Texts and file names of a submission must not move the cursor or change colours where they are printed."""
    return _STEERS.sub("�", text)


def _explained(assignment: str, row: dict, question: dict) -> str:
    earned = message("report.waits") if question["earned"] is None else f"{question['earned']:g}"
    lines = [message("report.question", assignment=assignment, student=row["student"], question=question["question"], earned=earned, points=f"{question['points']:g}")]
    if question["handed_in"]:
        lines.append(message("report.handed_in", text=_indented(question["handed_in"].splitlines())))
    if question["received"]:
        lines.append(message("report.received", text=_indented(question["received"].values() if any(question["received"].values()) else question["received"])))
    if question["due"]:
        lines.append(message("report.due", text=_indented(question["due"])))
    if question["reasons"]:
        lines.append(message("report.reasons", text=_indented(question["reasons"])))
    if not question["tamper_proof"]:
        lines.append(message("report.not_tamper_proof"))
    return "\n".join(lines)


def _indented(lines) -> str:
    return "".join(f"\n    {line}" for line in lines)
