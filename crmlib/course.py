"""The course as data: lessons, exam points, exercises, questions and references, loaded and checked.

Everything here is read from ``course/`` and comes out as frozen dataclasses. A file that cannot be used is
refused with its name, the entry and the remedy, so that whoever edits content knows which line to mend.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from crmlib.language import Text, glossary, message

ROOT = Path(__file__).parents[1]
COURSE = ROOT / "course"

KINDS = ("definition", "list", "model", "procedure", "statistic", "formula", "case", "essay")
EXAMINABLE = ("full", "partial", "prompt")
EVIDENCE = ("verified", "known", "source-only", "contested", "garbled")
PRACTICE_KINDS = ("number", "numbers", "choice", "several", "matching", "ordering", "table")
QUESTION_KINDS = ("choice", "several", "number", "short", "case")
LEVELS = ("recall", "understand", "apply", "judge")


class CourseError(ValueError):
    """A course file that cannot be used; the message names the file, the entry and the remedy."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One of the ten lessons; ``stem`` is its name everywhere in the repository."""

    stem: str
    module: str
    title: Text
    question: Text
    minutes: int
    core: bool

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
    kind: str
    examinable: str
    term: Text
    statement: Text
    items: tuple[Text, ...]
    figures: Mapping[str, object]
    glossary: tuple[str, ...]
    literature: str
    references: tuple[str, ...]
    evidence: str
    evidence_note: Text
    sources: tuple[str, ...]
    sheet: Text


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


@dataclass(frozen=True, slots=True)
class PracticeItem:
    """A practice question whose key is open: the check says at once right or wrong, and why.

    ``asks`` says which quantity is wanted, for an answer whose mistake nobody has foreseen.
    """

    id: str
    kind: str
    key: object
    unit: str
    relative: float
    absolute: float
    options: str
    wrong: tuple[tuple[object, str], ...]
    asks: Text | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of an assignment."""

    number: str
    lesson: str
    title: Text
    points: tuple[str, ...]
    misconceptions: Mapping[str, Misconception]
    options: Mapping[str, tuple[Option, ...]]
    practice: tuple[PracticeItem, ...]


@dataclass(frozen=True, slots=True)
class QuestionOption:
    """An option of a revision question with the reason why it is right or wrong."""

    id: str
    text: Text
    right: bool
    why: Text


@dataclass(frozen=True, slots=True)
class MarkingPoint:
    """What earns marks in a written answer."""

    text: Text
    marks: float


@dataclass(frozen=True, slots=True)
class Written:
    """Something to be answered in sentences, with its model answer and what each part of it earns."""

    text: Text
    marks: float
    answer: Text
    marking: tuple[MarkingPoint, ...]


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """A wrong number that tells what went wrong: a misconception of an exercise by name, or a reason of its own."""

    answer: float
    misconception: str
    why: Text | None


@dataclass(frozen=True, slots=True)
class Question:
    """A revision question about one exam point.

    ``hint`` helps after a first wrong try without giving the answer; ``written`` holds what short answers and cases ask.
    """

    id: str
    lesson: str
    point: str
    kind: str
    text: Text
    options: tuple[QuestionOption, ...]
    key: float | None
    unit: str
    relative: float
    why: Text | None
    level: str = ""
    hint: Text | None = None
    wrong: tuple[WrongNumber, ...] = ()
    written: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A work or source document the course rests on; ``checked`` says how far we have seen it ourselves."""

    id: str
    authors: str
    year: str
    title: str
    container: str
    checked: str


@cache
def lessons() -> tuple[Lesson, ...]:
    """The ten lessons in order."""
    return tuple(_read("lessons.toml", "lesson", _lesson))


def lesson(stem: str) -> Lesson:
    """The lesson with this stem, such as ``"09-loyalty-economics"``."""
    return _pick({each.stem: each for each in lessons()}, stem, "lessons.toml")


@cache
def points(stem: str) -> tuple[ExamPoint, ...]:
    """The exam points of one lesson in the order of its file.

    >>> points("09-loyalty-economics")[0].id
    'customer-relationship-value-five'
    """
    lesson(stem)
    return tuple(_read(f"points/{stem}.toml", "point", _point, lesson=stem))


@cache
def all_points() -> Mapping[str, ExamPoint]:
    """Every exam point by id; an id that stands twice is refused."""
    return _by_id((f"points/{each.stem}.toml", point) for each in lessons() for point in points(each.stem))


def point(id: str) -> ExamPoint:
    """One exam point by its id.

    >>> point("credit-card-retention-clv").figures["clv_usd"]
    (20, 38, 70, 134, 300, 525)
    """
    return _pick(all_points(), id, "points/")


@cache
def exercises(stem: str) -> tuple[Exercise, ...]:
    """The exercises of one assignment; empty where the lesson has none yet."""
    lesson(stem)
    name = f"exercises/{stem}.toml"
    if not (COURSE / name).exists():
        return ()
    found = tuple(_read(name, "exercise", _exercise, lesson=stem))
    _by_id(((name, exercise) for exercise in found), "number")
    _by_id((name, item) for exercise in found for item in exercise.practice)
    return found


def exercise(number: str) -> Exercise:
    """The exercise with a number such as ``"9.1"``."""
    stem = _stem_of(number)
    return _pick({each.number: each for each in exercises(stem)}, number, f"exercises/{stem}.toml")


def practice_item(id: str) -> tuple[Exercise, PracticeItem]:
    """A practice item such as ``"9.1a"`` with the exercise it belongs to."""
    found = exercise(id.rstrip("abcdefghijklmnopqrstuvwxyz"))
    return found, _pick({item.id: item for item in found.practice}, id, f"exercises/{found.lesson}.toml")


@cache
def questions(stem: str) -> tuple[Question, ...]:
    """The revision questions of one lesson; empty where it has none yet."""
    lesson(stem)
    name = f"questions/{stem}.toml"
    if not (COURSE / name).exists():
        return ()
    found = tuple(_read(name, "question", _question, lesson=stem))
    _by_id((name, each) for each in found)
    return found


@cache
def references() -> Mapping[str, Reference]:
    """Every work the course cites, by id."""
    try:
        with (COURSE / "references.csv").open(encoding="utf-8", newline="") as file:
            return _by_id(("references.csv", _reference(row, place)) for place, row in enumerate(csv.DictReader(file), start=2))
    except FileNotFoundError:
        raise CourseError(message("course.no_file", file="course/references.csv")) from None
    except UnicodeDecodeError as error:
        raise CourseError(message("course.unusable", file="course/references.csv", place="?", error=error)) from None


@cache
def authors() -> Mapping[str, str]:
    """The Chinese name of an author as Chinese textbooks write it, by family name.

    >>> authors()["Sheth"]
    '谢斯'
    """
    with (COURSE / "authors.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["name"]: row["zh"] for row in csv.DictReader(file)})


def check_links() -> list[str]:
    """Every link in the data that leads nowhere, as sentences; empty when all is well."""
    broken = [
        _dangling(f"{folder}/{file.name}", file.stem, file.stem, "lessons.toml")
        for folder in ("points", "exercises", "questions")
        for file in sorted((COURSE / folder).glob("*.toml"))
        if file.stem not in {each.stem for each in lessons()}
    ]
    for each in all_points().values():
        where = f"points/{each.lesson}.toml"
        broken += [_dangling(where, each.id, key, "glossary.csv") for key in each.glossary if key not in glossary()]
        broken += [_dangling(where, each.id, key, "references.csv") for key in each.references if key not in references()]
        broken += [
            _dangling(where, each.id, f"source-{key}", "references.csv")
            for key in each.sources
            if f"source-{key}" not in references()
        ]
    for stem in (each.stem for each in lessons()):
        for each in exercises(stem):
            named = [*each.points, *(wrong.read for wrong in each.misconceptions.values())]
            broken += [_dangling(f"exercises/{stem}.toml", each.number, id, "points/") for id in named if id not in all_points()]
            broken += [_dangling(f"exercises/{stem}.toml", item.id, name, "exercises/") for item in each.practice for name in _no_option(each, item)]
        broken += [
            _dangling(f"questions/{stem}.toml", each.id, each.point, "points/")
            for each in questions(stem)
            if each.point not in all_points()
        ]
        broken += [
            _dangling(f"questions/{stem}.toml", each.id, wrong.misconception, "exercises/")
            for each in questions(stem)
            for wrong in each.wrong
            if wrong.misconception and not _is_misconception(wrong.misconception)
        ]
    return broken


def _is_misconception(name: str) -> bool:
    number, _, id = name.partition("/")
    return any(id in each.misconceptions for found in lessons() for each in exercises(found.stem) if each.number == number)


def _no_option(exercise: Exercise, item: PracticeItem) -> list[str]:
    """What a practice item names as a set of options, or as an option in its key, although the exercise has none such."""
    sets = [name for name in item.options.split(" -> ") if name]
    missing = [name for name in sets if name not in exercise.options]
    if missing:
        return missing
    if not sets:
        return [] if item.kind in ("number", "numbers", "table") else ["options"]
    known = {option.id for name in sets for option in exercise.options[name]}
    named = [*item.key, *item.key.values()] if isinstance(item.key, Mapping) else [item.key] if isinstance(item.key, str) else item.key
    return [str(name) for name in named if name not in known]


# ---- from one TOML entry to one dataclass -------------------------------------------------------------------


def _lesson(entry: _Entry) -> Lesson:
    return Lesson(
        stem=entry.text("stem"),
        module=entry.text("module"),
        title=entry.both("title"),
        question=entry.both("question"),
        minutes=int(entry.need("minutes")),
        core=bool(entry.get("core", False)),
    )


def _point(entry: _Entry, lesson: str) -> ExamPoint:
    return ExamPoint(
        id=entry.text("id"),
        lesson=lesson,
        kind=entry.one_of("kind", KINDS),
        examinable=entry.one_of("examinable", EXAMINABLE),
        term=entry.both("term"),
        statement=entry.both("statement"),
        items=tuple(entry.text_of(item, "items") for item in entry.get("items", ())),
        figures=_frozen(entry.get("figures", {})),
        glossary=tuple(entry.get("glossary", ())),
        literature=entry.text("literature"),
        references=tuple(entry.get("references", ())),
        evidence=entry.one_of("evidence", EVIDENCE),
        evidence_note=entry.both("evidence_note"),
        sources=tuple(entry.need("sources")),
        sheet=entry.both("sheet" if entry.get("sheet") is not None else "statement"),
    )


def _exercise(entry: _Entry, lesson: str) -> Exercise:
    wrongs = {}
    for values in entry.get("misconception", ()):
        inner = entry.inner(values)
        if inner.text("id") in wrongs:
            raise entry.error("twice_here", name="misconception", received=inner.text("id"))
        wrongs[inner.text("id")] = Misconception(id=inner.text("id"), text=inner.both("text"), read=inner.text("read"))
    return Exercise(
        number=entry.text("number"),
        lesson=lesson,
        title=entry.both("title"),
        points=tuple(entry.need("points")),
        misconceptions=MappingProxyType(wrongs),
        options=MappingProxyType(
            {
                name: tuple(_option(entry, id, values) for id, values in choices.items())
                for name, choices in entry.get("options", {}).items()
            }
        ),
        practice=tuple(_made(_practice_item, entry.inner(values), wrongs=wrongs) for values in entry.get("practice", ())),
    )


def _option(entry: _Entry, id: str, values: dict) -> Option:
    texts = {name: text for name, text in values.items() if name != "also"}
    return Option(id=id, text=entry.text_of(texts, id), also=tuple(values.get("also", ())))


def _practice_item(entry: _Entry, wrongs: dict[str, Misconception]) -> PracticeItem:
    named = tuple((wrong["answer"], wrong["misconception"]) for wrong in entry.get("wrong", ()))
    for _, id in named:
        if id not in wrongs:
            raise entry.error("unknown_link", name="misconception", received=id)
    return PracticeItem(
        id=entry.text("id"),
        kind=entry.one_of("kind", PRACTICE_KINDS),
        key=_frozen(entry.need("key")),
        unit=str(entry.get("unit", "")),
        relative=float(entry.get("relative", 0.005)),
        absolute=float(entry.get("absolute", 0.0)),
        options=str(entry.get("options", "")),
        wrong=tuple((_frozen(answer), id) for answer, id in named),
        asks=entry.both("asks") if entry.get("asks") else None,
    )


QUESTION_FIELDS = {
    "id", "point", "kind", "level", "text", "hint", "why", "option", "key", "unit", "relative", "wrong", "answer", "marks", "marking", "part",
}  # fmt: skip
# Each kind's key, and whether it is there.
KEYED = {
    "choice": lambda question, right: right == 1 and len(question.options) > 1,
    "several": lambda question, right: right >= 1 and len(question.options) > right,
    "number": lambda question, right: question.key is not None,
    "short": lambda question, right: len(question.written) == 1,
    "case": lambda question, right: len(question.written) >= 1,
}


def _question(entry: _Entry, lesson: str) -> Question:
    for name in entry.values.keys() - QUESTION_FIELDS:
        raise entry.error("unknown_field", name=name, allowed=", ".join(sorted(QUESTION_FIELDS)))
    id, options = entry.text("id"), []
    for values in entry.get("option", ()):
        inner = entry.inner(values)
        options.append(
            QuestionOption(id=inner.text("id"), text=inner.both("text"), right=bool(inner.get("right", False)), why=inner.both("why"))
        )
    for option in options:
        if sum(option.id == other.id for other in options) > 1:
            raise entry.error("twice_here", name="option", received=option.id)
    kind = entry.one_of("kind", QUESTION_KINDS)
    in_writing = {"short": [entry], "case": [entry.inner(values) for values in entry.get("part", ())]}.get(kind)
    question = Question(
        id=id,
        lesson=lesson,
        point=entry.text("point"),
        kind=kind,
        text=entry.both("text"),
        options=tuple(options),
        key=entry.get("key"),
        unit=str(entry.get("unit", "")),
        relative=float(entry.get("relative", 0.005)),
        why=entry.both("why") if "why" in entry.values or in_writing is None else None,
        level=entry.one_of("level", LEVELS) if "level" in entry.values else "",
        hint=entry.both("hint") if "hint" in entry.values else None,
        wrong=tuple(_wrong_number(entry, values) for values in entry.get("wrong", ())),
        written=tuple(_written(each) for each in in_writing or ()),
    )
    if not KEYED[kind](question, sum(option.right for option in options)):
        raise entry.error("no_key", name=kind)
    return question


def _wrong_number(entry: _Entry, values: dict) -> WrongNumber:
    inner = entry.inner(values)
    answer = float(inner.need("answer"))
    if not (("misconception" in values) ^ ("why" in values)):
        raise entry.error("wrong_without_reason", received=f"{answer:g}")
    key, relative = entry.get("key"), float(entry.get("relative", 0.005))
    if isinstance(key, (int, float)) and abs(answer - key) <= relative * abs(key):
        raise entry.error("wrong_is_right", received=f"{answer:g}", right=f"{key:g}")
    return WrongNumber(answer, str(values.get("misconception", "")), inner.both("why") if "why" in values else None)


def _written(entry: _Entry) -> Written:
    marking = [entry.inner(values) for values in entry.get("marking", ())]
    if not marking:
        raise entry.error("no_marking")
    found = tuple(MarkingPoint(text=point.both("text"), marks=_marks(point)) for point in marking)
    marks, earned = _marks(entry), sum(point.marks for point in found)
    if marks != earned:
        raise entry.error("marks_differ", received=f"{marks:g}", total=f"{earned:g}")
    return Written(text=entry.both("text"), marks=marks, answer=entry.both("answer"), marking=found)


def _marks(entry: _Entry) -> float:
    marks = entry.need("marks")
    if isinstance(marks, bool) or not isinstance(marks, (int, float)) or not marks > 0:
        raise entry.error("no_marks", received=repr(marks))
    return marks


class _Entry:
    """One table of a TOML file that knows where it stands, so that every refusal can say so."""

    def __init__(self, file: str, values: dict, place: str):
        self.file, self.values = file, values
        self.place = str(values.get("id") or values.get("stem") or values.get("number") or place)

    def inner(self, values: dict) -> _Entry:
        found = _Entry(self.file, values, self.place)
        if not found.place.startswith(self.place):
            found.place = f"{self.place}/{found.place}"  # option "b" of which question?
        return found

    def error(self, key: str, **values) -> CourseError:
        return CourseError(message(f"course.{key}", file=f"course/{self.file}", place=self.place, **values))

    def get(self, name: str, default=None):
        return self.values.get(name, default)

    def need(self, name: str):
        if name not in self.values:
            raise self.error("missing", name=name)
        return self.values[name]

    def text(self, name: str) -> str:
        value = self.need(name)
        if not isinstance(value, str) or not value.strip():
            raise self.error("missing", name=name)
        return value

    def both(self, name: str) -> Text:
        return self.text_of(self.need(name), name)

    def text_of(self, values: object, name: str) -> Text:
        for language in ("en", "zh"):
            if not isinstance(values, dict) or not str(values.get(language, "")).strip():
                raise self.error("no_language", name=name, language=language)
        return Text(**values)

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name)
        if value not in allowed:
            raise self.error("not_one_of", name=name, received=value, allowed=", ".join(allowed))
        return value


def _read(file: str, name: str, make, **given):
    """Every ``[[name]]`` entry of a course file, made into its dataclass."""
    try:
        with (COURSE / file).open("rb") as opened:
            entries = tomllib.load(opened).get(name, ())
    except FileNotFoundError:
        raise CourseError(message("course.no_file", file=f"course/{file}")) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(message("course.unreadable", file=f"course/{file}", error=error)) from None
    if not entries or not isinstance(entries, list):
        raise CourseError(message("course.no_entries", file=f"course/{file}", name=name))
    for place, values in enumerate(entries, start=1):
        entry = _Entry(file, values if isinstance(values, dict) else {}, f"{name} {place}")
        yield _made(make, entry, **given)


def _made(make, entry: _Entry, **given):
    """The dataclass of one entry; an error that no check foresaw still says where it comes from."""
    try:
        return make(entry, **given)
    except CourseError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise entry.error("unusable", error=f"{type(error).__name__}: {error}") from error


def _reference(row: dict, place: int) -> Reference:
    try:
        return Reference(**row)
    except TypeError as error:  # a comma too many, or a heading that is none
        raise CourseError(message("course.unusable", file="course/references.csv", place=row.get("id") or place, error=error)) from None


def _by_id(pairs, name: str = "id") -> Mapping:
    found: dict[str, object] = {}
    for file, thing in pairs:
        key = getattr(thing, name)
        if key in found:
            raise CourseError(message("course.twice", file=f"course/{file}", place=key))
        found[key] = thing
    return MappingProxyType(found)


def _pick(things: Mapping, key: str, file: str):
    if key not in things:
        raise CourseError(message("course.no_such_entry", file=f"course/{file}", received=key, some=", ".join(list(things)[:8])))
    return things[key]


def _stem_of(number: str) -> str:
    lesson_number = number.split(".")[0]
    for each in lessons():
        if str(each.number) == lesson_number:
            return each.stem
    raise CourseError(message("course.no_such_entry", file="course/exercises/", received=number, some="9.1"))


def _dangling(file: str, place: str, key: str, target: str) -> str:
    return message("course.dangling", file=f"course/{file}", place=place, received=key, target=f"course/{target}")


def _frozen(value):
    """Lists become tuples and tables read-only mappings, all the way down."""
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    return value
