"""What questions are made of: options, pairs, items of a list, written parts, and the numbers of a calculation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType
from typing import Annotated, Literal

from crmlib.course.fields import Absent, Entry, is_number, made, written
from crmlib.language import Text


def _marks(entry: Entry, name: str) -> float:
    marks = entry.values[name]
    if not is_number(marks) or not marks > 0:
        raise entry.error("no_marks", received=written(marks))
    return marks


Marks = Annotated[float, _marks]


def _decimals(entry: Entry, name: str) -> int:
    decimals = entry.values[name]
    if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= 8:
        raise entry.error("not_one_of", name=name, received=written(decimals), allowed="0–8")
    return decimals


Decimals = Annotated[int, _decimals]


@dataclass(frozen=True, slots=True)
class QuestionOption:
    """An option of a revision question with the reason why it is right or wrong."""

    id: str
    text: Text
    right: Annotated[bool, Absent(False)]
    why: Annotated[Text | None, Absent(None)]  # in a matching or an ordering an option needs no reason of its own


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
class Pair:
    """Something to be matched: ``match`` is the id of the option that belongs to it."""

    text: Text
    match: str
    why: Text


@dataclass(frozen=True, slots=True)
class ListItem:
    """One entry of a list to be recalled; ``also`` holds other wordings that count, ``terms`` glossary terms whose every name counts."""

    text: Text
    also: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that is drawn afresh each time: from ``least`` to ``most`` in steps, or one of ``values``."""

    least: float | None = None
    most: float | None = None
    step: float | None = None
    values: tuple[float, ...] = ()
    show: Literal["number", "percent"] = "number"

    def checked(self, entry: Entry) -> None:
        ranged = (self.least, self.most, self.step)
        if bool(self.values) == any(each is not None for each in ranged) or not self.values and None in ranged:
            raise entry.error("parameter_range")
        if not all(is_number(value) for value in self.values):
            raise entry.not_a("values", "list_of_numbers")
        if len(self.values or self._steps()) < 2:
            raise entry.error("parameter_fixed")

    def drawable(self) -> tuple[float, ...]:
        """Every value that can be drawn, in order."""
        return self.values or tuple(round(self.least + place * self.step, 10) for place in self._steps())

    def _steps(self) -> range:
        if not self.step > 0:
            return range(0)
        return range(max(0, int((self.most - self.least) / self.step + 1e-9) + 1))


# The arguments of a formula: names of parameters or earlier steps, fixed numbers, words, and lists or tables of these.
Arguments = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Step:
    """A number computed by a named formula from parameters and earlier steps."""

    formula: str
    arguments: Arguments
    show: Literal["number", "percent"] = "number"
    decimals: Decimals = 2


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong way to compute the answer, and what it tells: a misconception of an exercise by name, or a reason of its own."""

    formula: str
    arguments: Arguments
    misconception: str = ""
    why: Text | None = None

    def checked(self, entry: Entry) -> None:
        if bool(self.misconception) == bool(self.why):
            raise entry.error("wrong_without_reason", received=self.formula)


def _named(kind: type):
    """A reader for a table of tables: every name with its dataclass."""

    def read(entry: Entry, name: str) -> Mapping:
        values = entry.values[name]
        if not isinstance(values, dict) or not all(isinstance(each, dict) for each in values.values()):
            raise entry.not_a(name, "table_of_tables")
        return MappingProxyType({each: made(kind, entry.inner(inner, f"{name}.{each}")) for each, inner in values.items()})

    return read


@dataclass(frozen=True, slots=True)
class Calculation:
    """A task with fresh numbers each time: what is drawn, what is computed from it, and the known ways to go wrong.

    ``decimals`` says how the answer is rounded (of the per cent where it is shown as one); ``require`` holds comparisons such as
    "cost < price" that drawn numbers must meet.
    """

    parameters: Annotated[Mapping[str, Parameter], _named(Parameter)]
    formula: str
    arguments: Arguments
    mistakes: tuple[Mistake, ...]
    decimals: Decimals
    steps: Annotated[Mapping[str, Step], _named(Step), Absent(MappingProxyType({}))]
    require: tuple[str, ...] = ()
    show: Literal["number", "percent"] = "number"

    def checked(self, entry: Entry) -> None:
        names = [*self.parameters, *self.steps]
        for condition in self.require:
            parts = condition.split()
            if len(parts) != 3 or parts[1] not in COMPARISONS or not all(part in names or _is_number(part) for part in parts[::2]):
                raise entry.error("comparison", received=condition, signs=" ".join(COMPARISONS), allowed=", ".join(names))

    def check_blanks(self, entry: Entry, texts: Mapping[str, Text | None]) -> None:
        """Refuse a text of the question with a blank that no number fills."""
        known = {*self.parameters, *self.steps}
        all_texts = [(name, text, known if name == "text" else known | {"answer"}) for name, text in texts.items()]
        all_texts += [("mistakes", mistake.why, known | {"answer", "received"}) for mistake in self.mistakes]
        for name, text, allowed in all_texts:
            for words in (text.en, text.zh) if text else ():
                try:
                    blanks = [blank for _, blank, spec, conversion in Formatter().parse(words) if blank is not None and not (spec or conversion)]
                    whole = words.count("{") == len(blanks)
                except ValueError:
                    whole = False
                if not whole:
                    raise entry.error("blank_broken", name=name)
                for blank in blanks:
                    if blank not in allowed:
                        raise entry.error("blank_unknown", name=name, received="{" + blank + "}", allowed=", ".join(sorted(allowed)))


COMPARISONS = ("<", "<=", ">", ">=", "!=")


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
