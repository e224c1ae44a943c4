"""One page on what an assignment says about its class and about its questions: what to teach again, what to mend."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from crmlib import course as courses
from crmlib.classroom import grading, marks, statistics
from crmlib.classroom.trouble import ClassroomError
from crmlib.language import message, wording

SMALL, VERY_SMALL = 30, 10  # students below which figures are shaky, or say next to nothing
HARD, EASY, WEAK = 0.3, 0.95, 0.1
_PRACTICE = re.compile(r"check\.practice\(\s*[\"']([^\"']+)[\"']")


@dataclass
class Line:
    """One question in the report."""

    name: str
    number: str
    title: str
    points: float
    item: statistics.Item
    remarks: list[str] = field(default_factory=list)


@dataclass
class Report:
    """Everything that the page shows."""

    assignment: str
    title: str
    points: float
    totals: list[float]
    lines: list[Line]
    exercises: list[tuple[str, float, float]]  # heading, points, share earned
    alpha: float | None
    interval: tuple[float, float] | None
    is_kr_20: bool
    misconceptions: list[tuple[str, str, int, int]]  # exercise, text, students in graded and in practice parts
    practice: list[tuple[str, str, int, int]]  # item, what it asks, tried, passed
    left_out: dict[str, int]

    @property
    def students(self) -> int:
        return len(self.totals)


def report(course: grading.Class, assignment: str) -> Report:
    """Read gradebook, rows and finished notebooks of an assignment."""
    table = marks.read(course, assignment)
    counted = [each for each in table.students if each.status in ("graded", "waits")]
    if not counted:
        raise ClassroomError(message("marks.nobody_graded", assignment=assignment, course=course.root.name))
    title, numbers = grading.headings(course, assignment)
    questions = [question for question in table.questions if question.points > 0]
    scores = [[each.questions.get(question.key, 0.0) for question in questions] for each in counted]
    points = [question.points for question in questions]
    items = statistics.items(scores, points) if questions else []
    lines = [
        Line(question.name, *numbers.get(question.key, (question.name, "")), question.points, item) for question, item in zip(questions, items, strict=True)
    ]
    lines.sort(key=lambda line: _natural(line.number))
    for line in lines:
        line.remarks = _remarks(line.item, len(counted))
    alpha = statistics.alpha(scores)
    interval = statistics.interval(alpha, len(counted), len(questions)) if alpha is not None else None
    misconceptions, practice = _met(course, assignment, [each.person.number for each in counted])
    left_out = Counter(each.status for each in table.students if each.status != "graded")
    return Report(
        assignment, title, table.points, [each.total or 0.0 for each in counted], lines, _exercises(lines), alpha, interval,
        statistics.is_right_or_wrong(scores, points), misconceptions, practice, dict(left_out),
    )  # fmt: skip


def _natural(text: str) -> list:
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.findall(r"\d+|\D+", text)]


def _remarks(item: statistics.Item, students: int) -> list[str]:
    found = []
    if item.difficulty < HARD:
        found.append(message("class_report.remark_hard"))
    if item.difficulty > EASY:
        found.append(message("class_report.remark_easy"))
    if students >= VERY_SMALL and item.discrimination is not None:
        if item.discrimination < 0:
            found.append(message("class_report.remark_negative"))
        elif item.discrimination < WEAK and item.difficulty <= EASY:
            found.append(message("class_report.remark_weak"))
    return found


def _exercises(lines: list[Line]) -> list[tuple[str, float, float]]:
    """Exercises as the assignment numbers them, with the share of their points that the class earned."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        exercise = re.match(r"\d+\.\d+", line.number)
        found.setdefault(exercise[0] if exercise else line.number, []).append(line)
    return [
        (
            f"{number} {those[0].title}".strip(),
            sum(line.points for line in those),
            sum(line.points * line.item.difficulty for line in those) / sum(line.points for line in those),
        )
        for number, those in found.items()
    ]


def _met(course: grading.Class, assignment: str, numbers: list[str]) -> tuple[list, list]:
    """Which misconceptions were met by how many, and which practice items were tried and passed by how many."""
    known = (
        [(exercise.number, each) for exercise in courses.exercises(assignment) for each in exercise.misconceptions.values()]
        if _has_exercises(assignment)
        else []
    )
    texts = [(number, each, (each.text.en, each.text.zh)) for number, each in known]
    right = {
        language: re.compile(re.escape(_in(language, "check.practice_right")).replace(r"\{id\}", r"([^\s:：]+?)").split(r"\{received")[0])
        for language in ("en", "zh")
    }
    empty = [_in(language, key) for language in ("en", "zh") for key in ("check.unanswered",)]
    graded: Counter[tuple[str, str]] = Counter()
    practised: Counter[tuple[str, str]] = Counter()
    tried: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    items: dict[str, None] = {}
    for number in numbers:
        said = " ".join(reason for question in grading.questions_of(course, assignment, number) for reason in question["reasons"])
        shown = _practice(course, assignment, number)
        for id in shown:
            items.setdefault(id)
        for id, text in shown.items():
            lines = [line for line in text.splitlines() if line.startswith(id)]
            if any(pattern.match(line) and pattern.match(line)[1] == id for pattern in right.values() for line in lines):
                passed[id] += 1
                tried[id] += 1
            elif lines and not any(each in text for each in empty):
                tried[id] += 1
        practice = " ".join(shown.values())
        for exercise, each, forms in texts:
            graded[exercise, each.id] += any(form in said for form in forms)
            practised[exercise, each.id] += any(form in practice for form in forms)
    met = [(exercise, str(each.text), graded[exercise, each.id], practised[exercise, each.id]) for exercise, each, _ in texts]
    met = sorted((row for row in met if row[2] or row[3]), key=lambda row: (-row[2] - row[3], row[0]))
    return met, [(id, _asks(id), tried[id], passed[id]) for id in sorted(items, key=_natural)]


def _has_exercises(assignment: str) -> bool:
    return (courses.COURSE / "exercises" / f"{assignment}.toml").is_file()


def _in(language: str, key: str) -> str:
    from crmlib.language import current_language, use_language

    before = current_language()
    use_language(language)
    try:
        return wording(key)
    finally:
        use_language(before)


def _practice(course: grading.Class, assignment: str, number: str) -> dict[str, str]:
    """What the finished notebook shows below each practice check."""
    found: dict[str, str] = {}
    for path in sorted((course.root / "autograded" / number / assignment).glob("*.ipynb")):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        except (OSError, ValueError, KeyError):
            continue
        for cell in cells:
            ids = _PRACTICE.findall(cell["source"]) if cell.get("cell_type") == "code" else []
            text = "".join(output.get("text", output.get("evalue", "")) for output in cell.get("outputs", ())) if ids else ""
            for id in ids:
                found[id] = text
    return found


def _asks(id: str) -> str:
    try:
        return str(courses.practice_item(id)[1].asks or "")
    except (KeyError, ValueError, courses.CourseError):
        return ""


def write(course: grading.Class, assignment: str, path: Path) -> Report:
    """Write the page."""
    from crmlib.classroom import page

    found = report(course, assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page.report(found), encoding="utf-8", errors="replace")
    return found
