"""What the tests know about each assignment: its cells, and the named answers in tests/answers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from crmlib import assignments
from crmlib.grading.intake.source import defined
from crmlib.language import use_language
from crmlib.scorecard.answers import Answer
from crmlib.scorecard.answers import read as read_answers
from crmlib.scorecard.measure import gives_reason
from tests.support.notebook_runner import Ran, read, run, source

__all__ = ["Answer", "gives_reason"]
ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "zh")
ALL = assignments.available("en")
STEMS = assignments.marked_by_machine("en")


@cache
def answers(stem: str) -> tuple[Answer, ...]:
    return tuple(read_answers(stem)[0])


@cache
def solution(stem: str, language: str) -> dict:
    return read(ROOT / "solutions" / language / stem / f"{stem}.ipynb")


@cache
def released(stem: str, language: str) -> dict:
    return read(ROOT / "assignments" / language / stem / f"{stem}.ipynb")


def code_cells(notebook: dict) -> list[tuple[str, str]]:
    return [(cell["id"], source(cell)) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def secret_lines(stem: str, language: str, longer_than: int) -> list[str]:
    """Lines of hidden tests that no student may see: long enough not to stand elsewhere by chance, and not released."""
    visible = "".join(source(cell) for cell in released(stem, language)["cells"])
    inside, lines = False, []
    for cell in solution(stem, language)["cells"]:
        for line in map(str.strip, source(cell).splitlines()):
            if "HIDDEN TESTS" in line:
                inside = "BEGIN" in line
            elif inside and len(line) > longer_than and line not in visible:
                lines.append(line)
    return lines


def points(stem: str, language: str = "en") -> dict[str, float]:
    """Points of every graded cell by its id."""
    marks = {cell["id"]: cell["metadata"]["nbgrader"] for cell in solution(stem, language)["cells"] if "nbgrader" in cell["metadata"]}
    return {id: mark["points"] for id, mark in marks.items() if mark["grade"]}


def model_answers(stem: str, language: str) -> dict[str, str]:
    """The model answers as a student would have typed them, by cell."""
    answers = {}
    for cell in solution(stem, language)["cells"]:
        if cell["cell_type"] == "code" and cell["metadata"]["nbgrader"]["solution"]:
            lines = source(cell).splitlines()
            answers[cell["id"]] = "\n".join(line for line in lines if "### BEGIN SOLUTION" not in line and "### END SOLUTION" not in line)
    return answers


def student_cells(stem: str, language: str, given: dict[str, str]) -> list[tuple[str, str]]:
    """The cells as they run when marked: the student's file with these answers, hidden tests put back."""
    tests = dict(code_cells(solution(stem, language)))
    graded = points(stem, language)
    return [
        (id, given.get(id, tests[id] if id in graded else text)) for id, text in code_cells(released(stem, language))
    ]


def marks(stem: str, ran: dict[str, Ran]) -> dict[str, float]:
    """Marks as nbgrader gives them: an error or a line on stderr costs the cell, a number is partial credit."""
    return {
        id: 0.0 if ran[id].error or ran[id].warned else full if ran[id].value is None else float(ran[id].value)
        for id, full in points(stem).items()
    }


def mark(stem: str, language: str, given: dict[str, str]) -> tuple[dict[str, float], dict[str, Ran]]:
    use_language(language)
    ran = run(student_cells(stem, language, given))
    return marks(stem, ran), ran


def mark_one(stem: str, language: str, answer: Answer) -> tuple[float, Ran]:
    """The marks of one answer, from the cells that it needs: what is set up, the answer, its test."""
    use_language(language)
    needed = [
        (id, text)
        for id, text in student_cells(stem, language, {answer.cell: answer.source})
        if id in (answer.cell, answer.test) or id in set_up_cells(stem)
    ]
    ran = run(needed)[answer.test]
    full = points(stem)[answer.test]
    return (0.0 if ran.error or ran.warned else full if ran.value is None else float(ran.value)), ran


@cache
def set_up_cells(stem: str) -> frozenset[str]:
    """Locked cells that make names: imports, tables. The others only show or check something."""
    cells = ((cell, cell["metadata"]["nbgrader"]) for cell in solution(stem, "en")["cells"] if cell["cell_type"] == "code")
    return frozenset(cell["id"] for cell, mark in cells if not mark["grade"] and not mark["solution"] and defined(source(cell)))


def said(ran: Ran) -> str:
    return ran.text + (str(ran.error) if ran.error else "")
