"""The question bank: what revision questions hold, and what makes one usable."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal, get_args

from crmlib.course import files
from crmlib.course.exam import lesson
from crmlib.course.fields import Absent, Entry, Key, made, no_id_twice
from crmlib.course.files import by_id
from crmlib.language import Text

QuestionKind = Literal["choice", "several", "number", "short", "case"]
Level = Literal["recall", "understand", "apply", "judge", ""]
QUESTION_KINDS = get_args(QuestionKind)
LEVELS = tuple(level for level in get_args(Level) if level)


def _marks(entry: Entry, name: str) -> float:
    marks = entry.values[name]
    if isinstance(marks, bool) or not isinstance(marks, (int, float)) or not marks > 0:
        raise entry.error("no_marks", received=repr(marks))
    return marks


Marks = Annotated[float, _marks]


@dataclass(frozen=True, slots=True)
class QuestionOption:
    """An option of a revision question with the reason why it is right or wrong."""

    id: str
    text: Text
    right: Annotated[bool, Absent(False)]
    why: Text


@dataclass(frozen=True, slots=True)
class MarkingPoint:
    """What earns marks in a written answer."""

    text: Text
    marks: Marks


@dataclass(frozen=True, slots=True)
class Written:
    """Something to be answered in sentences, with its model answer and what each part of it earns."""

    text: Text
    marks: Marks
    answer: Text
    marking: tuple[MarkingPoint, ...] = ()

    def checked(self, entry: Entry) -> None:
        if not self.marking:
            raise entry.error("no_marking")
        earned = sum(point.marks for point in self.marking)
        if self.marks != earned:
            raise entry.error("marks_differ", received=f"{self.marks:g}", total=f"{earned:g}")


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """A wrong number that tells what went wrong: a misconception of an exercise by name, or a reason of its own."""

    answer: float
    misconception: str = ""
    why: Text | None = None

    def checked(self, entry: Entry) -> None:
        if bool(self.misconception) == bool(self.why):
            raise entry.error("wrong_without_reason", received=f"{self.answer:g}")


@dataclass(frozen=True, slots=True)
class Question:
    """A revision question about one exam point.

    ``hint`` helps after a first wrong try without giving the answer; ``written`` holds what short answers and cases ask.
    """

    id: str
    lesson: str
    point: str
    kind: QuestionKind
    text: Text
    options: Annotated[tuple[QuestionOption, ...], Key("option")] = ()
    key: float | None = None
    unit: str = ""
    relative: float = 0.005
    why: Text | None = None
    level: Level = ""
    hint: Text | None = None
    wrong: tuple[WrongNumber, ...] = ()
    written: Annotated[tuple[Written, ...], Key("part")] = ()

    def checked(self, entry: Entry) -> None:
        no_id_twice(entry, self.options, "option")
        if not KEYED[self.kind](self, sum(option.right for option in self.options)):
            raise entry.error("no_key", name=self.kind)
        if self.why is None and not self.written:
            raise entry.error("missing", name="why")
        for wrong in self.wrong:
            if self.key is not None and abs(wrong.answer - self.key) <= self.relative * abs(self.key):
                raise entry.error("wrong_is_right", received=f"{wrong.answer:g}", right=f"{self.key:g}")


# What stands in a question of each kind besides what all have, and when it has a key.
COMMON = {"id", "point", "kind", "level", "text", "hint", "why"}
FIELDS = {
    "choice": {"option"},
    "several": {"option"},
    "number": {"key", "unit", "relative", "wrong"},
    "short": {"answer", "marks", "marking"},
    "case": {"part"},
}
KEYED = {
    "choice": lambda question, right: right == 1 and len(question.options) > 1,
    "several": lambda question, right: right >= 1 and len(question.options) > right,
    "number": lambda question, right: question.key is not None,
    "short": lambda question, right: len(question.written) == 1,
    "case": lambda question, right: len(question.written) >= 1,
}


@cache
def questions(stem: str) -> tuple[Question, ...]:
    """The revision questions of one lesson; empty where it has none yet."""
    lesson(stem)
    name = f"questions/{stem}.toml"
    if not files.exists(name):
        return ()
    found = tuple(_question(Entry(name, values, place), stem) for values, place in files.tables(name, "question"))
    by_id((name, each) for each in found)
    return found


def _question(entry: Entry, lesson: str) -> Question:
    kind = entry.values.get("kind")
    allowed = COMMON | FIELDS.get(kind if isinstance(kind, str) else "", entry.values.keys())
    for name in sorted(entry.values.keys() - allowed):
        elsewhere = any(name in fields for fields in FIELDS.values())
        raise entry.error("field_of_another_kind" if elsewhere else "unknown_field", name=name, kind=kind, allowed=", ".join(sorted(allowed)))
    if kind == "short":  # a short answer is the only part of itself
        part = {name: value for name, value in entry.values.items() if name in ("text", *FIELDS["short"])}
        entry.values = {name: value for name, value in entry.values.items() if name not in FIELDS["short"]} | {"part": [part]}
    return made(Question, entry, lesson=lesson)
