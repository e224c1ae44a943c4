"""What the tests know about each assignment: its cells, and the named answers in tests/answers."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crmlib import assignments
from crmlib.language import message, use_language
from tests.notebook_runner import Ran, read, run, source

ROOT = Path(__file__).parents[1]
LANGUAGES = ("en", "zh")
STEMS = assignments.available("en")


@dataclass(frozen=True)
class Answer:
    """One named answer to one graded cell: the marks due and the reason that must be given."""

    test: str
    cell: str
    name: str
    source: str
    right: bool
    points: float | None
    reason: str


@cache
def answers(stem: str) -> tuple[Answer, ...]:
    with (ROOT / "tests" / "answers" / f"{stem}.toml").open("rb") as file:
        cells = tomllib.load(file)["cell"]
    return tuple(
        Answer(cell["test"], cell["answer"], given["name"], given["source"].strip("\n"), right, given.get("points"), given.get("reason", ""))
        for cell in cells
        for right in (True, False)
        for given in cell["right" if right else "wrong"]
    )


@cache
def solution(stem: str, language: str) -> dict:
    return read(ROOT / "solutions" / language / stem / f"{stem}.ipynb")


@cache
def released(stem: str, language: str) -> dict:
    return read(ROOT / "assignments" / language / stem / f"{stem}.ipynb")


def code_cells(notebook: dict) -> list[tuple[str, str]]:
    return [(cell["id"], source(cell)) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def points(stem: str, language: str = "en") -> dict[str, float]:
    """Points of every graded cell by its id."""
    marks = {cell["id"]: cell["metadata"]["nbgrader"] for cell in solution(stem, language)["cells"] if "nbgrader" in cell["metadata"]}
    return {id: mark["points"] for id, mark in marks.items() if mark["grade"]}


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


def said(ran: Ran) -> str:
    return ran.text + (str(ran.error) if ran.error else "")


def gives_reason(text: str, reason: str) -> bool:
    """Whether a text holds a misconception's words or a message, whatever stands in its blanks."""
    from crmlib import course

    if "/" in reason:
        number, _, id = reason.partition("/")
        return str(course.exercise(number).misconceptions[id].text) in text
    blank = re.sub(r"\\\{\w+\\\}", ".*?", re.escape(_raw(reason)))
    return re.search(blank, text, re.DOTALL) is not None


def _raw(key: str) -> str:
    from crmlib.language import _catalogue

    room, _, name = key.partition(".")
    return str(_catalogue(room)[name])
