"""Rows for a person to read: a line per student, a summary, and why a question has its marks."""

from __future__ import annotations

import difflib
from pathlib import Path

from crmlib.course import CourseError
from crmlib.grading.record import rows
from crmlib.language import listing, message
from crmlib.terminal import one_line, safe


def line(row: dict) -> str:
    """One submission in one line; below it, indented, a line for whatever an instructor should know."""
    student = one_line(row["student"])
    if row["earned"] is None:
        head = message("report.not_graded", student=student)
    else:
        head = message("report.graded", student=student, earned=f"{row['earned']:g}", points=f"{row['points']:g}")
    notes = [*row["problems"], *_late(row), *row["repairs"]]
    if row["by_hand"]:
        notes.append(message("report.by_hand", questions=listing(row["by_hand"])))
    if row["isolated"] is False:
        notes.append(message("report.not_isolated"))
    if any(not question["tamper_proof"] for question in row["questions"]):
        notes.append(message("report.not_tamper_proof"))
    if row.get("skipped"):
        head += message("report.skipped")
    return "\n".join([one_line(head), *(f"    {one_line(note)}" for note in notes)])


def summary(found: list[dict]) -> str:
    """How many were graded, how many have a problem."""
    problems = [one_line(row["student"]) for row in found if row["status"] == "problem"]
    text = message("report.summary", count=len(found) - len(problems))
    return f"{text} {message('report.problems', students=listing(problems))}" if problems else text


def explanation(course_root: Path, student: str, question: str | None, assignment: str | None) -> str:
    """Everything known about the marks of one question, or of all questions of a student."""
    meant = rows.find(course_root, student) or student
    folders = [path.name for path in sorted((course_root / "marking").glob("*")) if path.is_dir() and assignment in (None, path.name)]
    found = [name for name in folders if rows.read(course_root, name, meant) is not None]
    if not found:
        raise CourseError(_unknown(course_root, student))
    student = meant
    parts = []
    for name in found:
        row = rows.read(course_root, name, student)
        chosen = [each for each in row["questions"] if question in (None, each["question"])]
        if question is not None and not chosen:
            known = listing(each["question"] for each in row["questions"])
            raise CourseError(message("report.no_such_question", question=question, known=known))
        parts += [_explained(name, row, each) for each in chosen]
        parts += [*row["problems"], *_late(row)]
        repairs = [*row["repairs"], *row.get("details", [])]
        parts += [message("report.repair_log", repairs=_indented(repairs))] if repairs else []
    return safe("\n\n".join(parts))


def _unknown(course_root: Path, student: str) -> str:
    """Who is not among the rows, and who comes near."""
    known = sorted({path.stem for path in (course_root / "marking").glob("*/*.json")})
    near = difflib.get_close_matches(student, known, n=3, cutoff=0.6)
    text = message("report.nothing_known", student=one_line(student))
    return f"{text} {message('report.near', students=listing(map(one_line, near)))}" if near else text


def _late(row: dict) -> list[str]:
    """What a late submission loses, and what that leaves."""
    late = row.get("late")
    if not late or not late["penalty"]:
        return []
    left = max(0.0, (row["earned"] or 0.0) - late["penalty"])
    return [message("report.late", time=_duration(late["seconds"]), penalty=f"{late['penalty']:g}", left=f"{left:g}")]


def _duration(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return message("report.days", days=days, hours=hours)
    return message("report.hours", hours=hours, minutes=minutes % 60)


def _explained(assignment: str, row: dict, question: dict) -> str:
    earned = message("report.waits") if question["earned"] is None else f"{question['earned']:g}"
    lines = [
        message(
            "report.question",
            assignment=assignment,
            student=one_line(row["student"]),
            question=question["question"],
            earned=earned,
            points=f"{question['points']:g}",
        )
    ]
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
