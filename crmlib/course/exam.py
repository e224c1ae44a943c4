"""The ten lessons, and what the exam can ask in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from crmlib.course.fields import Absent, Otherwise, entries
from crmlib.course.files import ROOT, by_id, pick
from crmlib.language import Text

Kind = Literal["definition", "list", "model", "procedure", "statistic", "formula", "case", "essay"]
Examinable = Literal["full", "partial", "prompt"]
Evidence = Literal["verified", "known", "source-only", "contested", "garbled"]
KINDS, EXAMINABLE, EVIDENCE = get_args(Kind), get_args(Examinable), get_args(Evidence)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One of the ten lessons; ``stem`` is its name everywhere in the repository."""

    stem: str
    module: str
    title: Text
    question: Text
    minutes: int
    core: Annotated[bool, Absent(False)]

    @property
    def number(self) -> int:
        return int(self.stem[:2])

    def notebook(self, language: str) -> Path:
        return ROOT / "notebooks" / language / f"{self.stem}.ipynb"

    def assignment(self, language: str) -> Path:
        return ROOT / "assignments" / language / self.stem / f"{self.stem}.ipynb"


@dataclass(frozen=True, slots=True)
class ExamPoint:
    """One thing the exam can ask, with what its sources say and what the evidence says.

    ``sheet`` is what a student learns by heart: the statement, or a shorter form where the file has one.
    """

    id: str
    lesson: str
    kind: Kind
    examinable: Examinable
    term: Text
    statement: Text
    items: Annotated[tuple[Text, ...], Absent(())]
    figures: Annotated[Mapping[str, Any], Absent(MappingProxyType({}))]
    glossary: Annotated[tuple[str, ...], Absent(())]
    literature: str
    references: Annotated[tuple[str, ...], Absent(())]
    evidence: Evidence
    evidence_note: Text
    sources: tuple[str, ...]
    sheet: Annotated[Text, Otherwise("statement")]


@cache
def lessons() -> tuple[Lesson, ...]:
    """The ten lessons in order."""
    return tuple(entries("lessons.toml", "lesson", Lesson))


def lesson(stem: str) -> Lesson:
    """The lesson with this stem, such as ``"09-loyalty-economics"``."""
    return pick({each.stem: each for each in lessons()}, stem, "lessons.toml")


@cache
def points(stem: str) -> tuple[ExamPoint, ...]:
    """The exam points of one lesson in the order of its file.

    >>> points("09-loyalty-economics")[0].id
    'customer-relationship-value-five'
    """
    lesson(stem)
    return tuple(entries(f"points/{stem}.toml", "point", ExamPoint, lesson=stem))


@cache
def all_points() -> Mapping[str, ExamPoint]:
    """Every exam point by id; an id that stands twice is refused."""
    return by_id((f"points/{each.stem}.toml", point) for each in lessons() for point in points(each.stem))


def point(id: str) -> ExamPoint:
    """One exam point by its id.

    >>> point("credit-card-retention-clv").figures["clv_usd"]
    (20, 38, 70, 134, 300, 525)
    """
    return pick(all_points(), id, "points/")
