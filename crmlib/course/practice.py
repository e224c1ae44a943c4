"""The exercises of the assignments: practice items with their open keys, and the mistakes that checks can name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from crmlib.course import files
from crmlib.course.exam import lesson, lessons
from crmlib.course.fields import Absent, Entry, Key, Unit, entries, frozen, made, no_id_twice, tolerance
from crmlib.course.files import CourseError, by_id, pick
from crmlib.language import Text, message

PracticeKind = Literal["number", "numbers", "choice", "several", "matching", "ordering", "table"]
PRACTICE_KINDS = get_args(PracticeKind)
NOTHING: Mapping = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Misconception:
    """A way to go wrong that a check can name, and the exam point to read again."""

    id: str
    text: Text
    read: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen; ``also`` holds other spellings that mean the same."""

    id: str
    text: Text
    also: tuple[str, ...] = ()


def _wrong_answers(entry: Entry, name: str) -> tuple[tuple[object, str], ...]:
    inside = [entry.inner(values) for values in entry.values[name]]
    return tuple((frozen(wrong.need("answer")), wrong.need("misconception")) for wrong in inside)


def _misconceptions(entry: Entry, name: str) -> Mapping[str, Misconception]:
    found = tuple(made(Misconception, entry.inner(values)) for values in entry.values[name])
    no_id_twice(entry, found, name)
    return MappingProxyType({each.id: each for each in found})


def _sets_of_options(entry: Entry, name: str) -> Mapping[str, tuple[Option, ...]]:
    return MappingProxyType({set: tuple(_option(entry, id, values) for id, values in options.items()) for set, options in entry.values[name].items()})


def _option(entry: Entry, id: str, values: dict) -> Option:
    texts = {name: text for name, text in values.items() if name != "also"}
    return Option(id=id, text=entry.text_of(texts, id), also=tuple(values.get("also", ())))


@dataclass(frozen=True, slots=True)
class PracticeItem:
    """A practice question whose key is open: the check says at once right or wrong, and why.

    ``asks`` says which quantity is wanted, for an answer whose mistake nobody has foreseen.
    """

    id: str
    kind: PracticeKind
    key: Any  # its type follows from the kind
    unit: Annotated[Unit, Absent("")]
    relative: Annotated[Annotated[float, tolerance], Absent(0.005)]
    absolute: Annotated[float, Absent(0.0)]
    options: Annotated[str, Absent("")]
    wrong: Annotated[Annotated[tuple[tuple[object, str], ...], _wrong_answers], Absent(())]
    asks: Text | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of an assignment."""

    number: str
    lesson: str
    title: Text
    points: tuple[str, ...]
    misconceptions: Annotated[Annotated[Mapping[str, Misconception], _misconceptions], Key("misconception"), Absent(NOTHING)]
    options: Annotated[Annotated[Mapping[str, tuple[Option, ...]], _sets_of_options], Absent(NOTHING)]
    practice: Annotated[tuple[PracticeItem, ...], Absent(())]

    def checked(self, entry: Entry) -> None:
        for item in self.practice:
            for _, id in item.wrong:
                if id not in self.misconceptions:
                    raise Entry(entry.file, {}, item.id).error("unknown_link", name="misconception", received=id)


@cache
def exercises(stem: str) -> tuple[Exercise, ...]:
    """The exercises of one assignment; empty where the lesson has none yet."""
    lesson(stem)
    name = f"exercises/{stem}.toml"
    if not files.exists(name):
        return ()
    found = tuple(entries(name, "exercise", Exercise, lesson=stem))
    by_id(((name, exercise) for exercise in found), "number")
    by_id((name, item) for exercise in found for item in exercise.practice)
    return found


def exercise(number: str) -> Exercise:
    """The exercise with a number such as ``"9.1"``."""
    stem = _stem_of(number)
    return pick({each.number: each for each in exercises(stem)}, number, f"exercises/{stem}.toml")


def practice_item(id: str) -> tuple[Exercise, PracticeItem]:
    """A practice item such as ``"9.1a"`` with the exercise it belongs to."""
    found = exercise(id.rstrip("abcdefghijklmnopqrstuvwxyz"))
    return found, pick({item.id: item for item in found.practice}, id, f"exercises/{found.lesson}.toml")


def _stem_of(number: str) -> str:
    lesson_number = number.split(".")[0]
    for each in lessons():
        if str(each.number) == lesson_number:
            return each.stem
    raise CourseError(message("course.no_such_entry", file="course/exercises/", received=number, some="9.1"))
