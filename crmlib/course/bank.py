"""The question bank: what revision questions hold, and what makes one usable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal, get_args

from crmlib.course import files
from crmlib.course.bank_parts import Calculation, ListItem, Pair, QuestionOption, Written, WrongNumber
from crmlib.course.exam import lesson
from crmlib.course.fields import Entry, Key, Unit, made, no_id_twice, tolerance, written
from crmlib.course.files import by_id
from crmlib.language import Text

QuestionKind = Literal["choice", "several", "true_false", "matching", "ordering", "list", "number", "calculation", "short", "case"]
Level = Literal["recall", "understand", "apply", "judge", ""]
QUESTION_KINDS = get_args(QuestionKind)
LEVELS = tuple(level for level in get_args(Level) if level)


def _difficulty(entry: Entry, name: str) -> int:
    if not isinstance(entry.values[name], int) or isinstance(entry.values[name], bool) or entry.values[name] not in (1, 2, 3):
        raise entry.error("not_one_of", name=name, received=written(entry.values[name]), allowed="1, 2, 3")
    return entry.values[name]


@dataclass(frozen=True, slots=True)
class Question:
    """A revision question about one exam point or several; ``point`` is the main one and the first of ``points``.

    ``hint`` helps after a first wrong try without giving the answer; ``written`` holds what short answers and cases ask;
    ``holds`` whether the statement of a true-or-false question is true. ``in_lesson`` says that a lesson's self-check asks it,
    ``look_alike`` that it tells similar models apart or asks for the mistake in an answer, ``own_case`` that its situation
    stands in no lesson.
    """

    id: str
    lesson: str
    point: str
    kind: QuestionKind
    text: Text
    options: Annotated[tuple[QuestionOption, ...], Key("option")] = ()
    key: float | None = None
    unit: Unit = ""
    relative: Annotated[float, tolerance] = 0.005
    why: Text | None = None
    level: Level = ""
    hint: Text | None = None
    wrong: tuple[WrongNumber, ...] = ()
    written: Annotated[tuple[Written, ...], Key("part")] = ()
    points: tuple[str, ...] = ()
    difficulty: Annotated[int, _difficulty] = 0
    in_lesson: bool = False
    look_alike: bool = False
    own_case: bool = False
    holds: bool | None = None
    pairs: Annotated[tuple[Pair, ...], Key("pair")] = ()
    items: Annotated[tuple[ListItem, ...], Key("item")] = ()
    count: int = 0
    calculation: Calculation | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", (self.point, *(point for point in self.points if point != self.point)))
        object.__setattr__(self, "count", self.count or len(self.items))

    def checked(self, entry: Entry) -> None:
        no_id_twice(entry, self.options, "option")
        if not KEYED[self.kind](self, sum(option.right for option in self.options)):
            raise entry.error(f"key_{self.kind}")
        for option in self.options:
            if option.why is None and self.kind in REASONED:
                raise entry.inner({}, option.id).error("missing", name="why")
        if self.calculation:
            self.calculation.check_blanks(entry, {"text": self.text, "why": self.why, "hint": self.hint})
        if self.why is None and not self.written:
            raise entry.error("missing", name="why")
        for wrong in self.wrong:
            if self.key is not None and abs(wrong.answer - self.key) <= self.relative * abs(self.key):
                raise entry.error("wrong_is_right", received=f"{wrong.answer:g}", right=f"{self.key:g}")


# What stands in a question of each kind besides what all have, and when it has a key.
COMMON = {"id", "point", "points", "kind", "level", "difficulty", "in_lesson", "look_alike", "own_case", "text", "hint", "why"}
FIELDS = {
    "choice": {"option"},
    "several": {"option"},
    "true_false": {"holds", "option"},
    "matching": {"option", "pair"},
    "ordering": {"option"},
    "list": {"item", "count"},
    "number": {"key", "unit", "relative", "wrong"},
    "calculation": {"unit", "relative", "parameters", "steps", "formula", "arguments", "mistakes", "require", "decimals", "show"},
    "short": {"answer", "marks", "marking"},
    "case": {"part"},
}
ALLOWED = {kind: COMMON | fields for kind, fields in FIELDS.items()}
REASONED = ("choice", "several", "true_false")  # kinds whose options must say why they are right or wrong
KEYED: dict[str, Callable[[Question, int], bool]] = {
    "choice": lambda question, right: right == 1 and len(question.options) > 1,
    "several": lambda question, right: right >= 1 and len(question.options) > right,
    "true_false": lambda question, right: question.holds is not None and right == 1 and len(question.options) > 1,
    "matching": lambda question, right: len(question.pairs) > 1 and len(question.options) > 1 and not right and _all_match(question),
    "ordering": lambda question, right: len(question.options) > 2 and not right,
    "list": lambda question, right: 2 <= question.count <= len(question.items),
    "number": lambda question, right: question.key is not None,
    "calculation": lambda question, right: question.calculation is not None and len(question.calculation.mistakes) > 0,
    "short": lambda question, right: len(question.written) == 1,
    "case": lambda question, right: len(question.written) >= 1,
}


def _all_match(question: Question) -> bool:
    ids = {option.id for option in question.options}
    return all(pair.match in ids for pair in question.pairs)


@cache
def questions(stem: str) -> tuple[Question, ...]:
    """Every revision question of one lesson, calculations last; empty where it has none yet."""
    lesson(stem)
    names = [name for name in (f"questions/{stem}.toml", f"calculations/{stem}.toml") if files.exists(name)]
    found = [(name, _question(Entry(name, values, place), stem)) for name in names for values, place in files.tables(name, "question")]
    by_id(found)
    return tuple(question for _, question in found)


@cache
def lesson_questions(stem: str) -> tuple[Question, ...]:
    """The questions that the lesson itself asks in its self-checks."""
    return tuple(question for question in questions(stem) if question.in_lesson)


# Fields of a question that together are one thing of the dataclass: the only part of a short answer, a calculation.
GATHERED = {"short": ("part", FIELDS["short"] | {"text"}), "calculation": ("calculation", FIELDS["calculation"] - {"unit", "relative"})}


def _question(entry: Entry, lesson: str) -> Question:
    kind = entry.values.get("kind")
    if kind is None:
        raise entry.error("missing", name="kind")
    if kind not in QUESTION_KINDS:
        raise entry.error("not_one_of", name="kind", received=written(kind), allowed=", ".join(QUESTION_KINDS))
    if (kind == "calculation") is not entry.file.startswith("calculations/"):
        raise entry.error("wrong_file", kind=kind, folder="calculations" if kind == "calculation" else "questions")
    allowed = ALLOWED[kind]
    for name in sorted(entry.values.keys() - allowed):
        elsewhere = any(name in fields for fields in FIELDS.values())
        raise entry.error("field_of_another_kind" if elsewhere else "unknown_field", name=name, kind=kind, allowed=", ".join(sorted(allowed)))
    if kind in GATHERED:
        field, names = GATHERED[kind]
        inside = {name: value for name, value in entry.values.items() if name in names}
        rest = {name: value for name, value in entry.values.items() if name not in names or name == "text"}
        entry.values = rest | {field: [inside] if field == "part" else inside}
    return made(Question, entry, lesson=lesson)
