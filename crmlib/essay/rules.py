"""What course/essay.toml asks of a paper: limits, concepts, the rubric, and the texts that anybody may use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crmlib import course, toml
from crmlib.course import COURSE, CourseError
from crmlib.course.syntax import complaint
from crmlib.essay.reading_notebook import ANSWER
from crmlib.language import LANGUAGES, Text, glossary, message

STEM = "13-essay"
# In the metadata of a notebook, below "crmlib": the document that it was made from.
MADE = "essay_from"
FILE = COURSE / "essay.toml"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a paper may be: inside ``least`` and ``most`` it is right, outside ``fewest`` and ``furthest`` it is not."""

    fewest: int
    least: int
    most: int
    furthest: int


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of the course that a paper may use, with the forms by which it is known."""

    id: str
    criterion: str
    text: Text
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that the outline builder offers: a thesis, a condition, a piece of evidence."""

    id: str
    text: Text
    line: Text


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an outline: its heading, what to write there, and the choice whose things each get a heading in it."""

    id: str
    text: Text
    line: Text
    of: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One part of the rubric with sentences that a marker can start from."""

    id: str
    points: int
    title: Text
    top: Text
    comments: tuple[Text, ...]


@cache
def data() -> Mapping:
    try:
        return toml.read(FILE)
    except FileNotFoundError:
        raise CourseError(message("course.no_file", file="course/essay.toml")) from None
    except (toml.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(complaint("course/essay.toml", FILE.read_bytes(), error)) from None


def _each(name: str, make) -> Iterator:
    for place, entry in enumerate(data().get(name, ()), start=1):
        try:
            yield make(entry)
        except (KeyError, TypeError, ValueError) as error:
            told, place = f"{type(error).__name__}: {error}", entry.get("id", place)
            raise CourseError(message("course.unusable", file="course/essay.toml", place=place, name=name, error=told)) from None


@cache
def limits(language: str) -> Limits:
    return Limits(**data()["limits"][language])


@cache
def concepts() -> tuple[Concept, ...]:
    return tuple(_each("concept", _concept))


def _concept(entry: dict) -> Concept:
    """The glossary's forms of a concept, and those of the file."""
    term = glossary().get(entry["id"])
    text = Text(**entry["text"]) if "text" in entry else term.text
    forms = (*(term.text.forms if term else ()), *(term.also if term else ()), *entry.get("forms", ()), *text.forms)
    return Concept(entry["id"], entry["criterion"], text, tuple(dict.fromkeys(forms)))


@cache
def criteria() -> tuple[Criterion, ...]:
    def make(entry: dict) -> Criterion:
        comments = tuple(Text(**comment) for comment in entry["comment"])
        return Criterion(entry["id"], entry["points"], Text(**entry["title"]), Text(**entry["top"]), comments)

    return tuple(_each("criterion", make))


@cache
def choices(name: str) -> tuple[Choice, ...]:
    """What the outline builder offers under ``"thesis"``, ``"moderator"`` or ``"evidence"``."""
    return tuple(_each(name, lambda entry: Choice(entry["id"], Text(**entry["text"]), Text(**entry["line"]))))


@cache
def parts() -> tuple[Part, ...]:
    return tuple(_each("part", lambda entry: Part(entry["id"], Text(**entry["text"]), Text(**entry["line"]), entry.get("of", ""))))


@cache
def prompts() -> tuple[str, ...]:
    """What the outline builder asks for in every part, up to the dots that stand for the answer."""
    lines = [*(part.line for part in parts()), *(choice.line for name in ("thesis", "moderator", "evidence") for choice in choices(name))]
    beginnings = [form.partition("…")[0].strip() for line in lines for form in line.forms]
    return tuple(beginning for beginning in beginnings if len(beginning) > 10)


@cache
def known_texts() -> tuple[str, ...]:
    """What lessons, assignment, outline and exam points say, and quotations: nobody's copy when it stands in two papers."""
    found = [form for quotation in data().get("quotation", ()) for form in quotation.values()]
    found += [form for name in ("thesis", "moderator", "evidence") for choice in choices(name) for form in (*choice.text.forms, *choice.line.forms)]
    found += [form for part in parts() for form in (*part.text.forms, *part.line.forms)]
    for lesson in course.lessons():
        for point in course.points(lesson.stem):
            found += [*point.statement.forms, *point.sheet.forms, *point.term.forms]
    return (*found, *_pages())


def _pages() -> Iterator[str]:
    """What the lessons and the assignment say."""
    lessons = [lesson.notebook(language) for lesson in course.lessons() for language in LANGUAGES]
    for path in [*(path for path in lessons if path.is_file()), *_released()]:
        yield "\n".join("".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"] if cell["cell_type"] == "markdown")


@cache
def untouched() -> frozenset[str]:
    """What stands in the answer cell of the assignment before anybody has written there."""
    notebooks = [json.loads(path.read_bytes()) for path in _released()]
    return frozenset("".join(cell["source"]).strip() for notebook in notebooks for cell in notebook["cells"] if cell["id"] == ANSWER)


def _released() -> list[Path]:
    """The assignment as students have it, in the languages that are here."""
    places = [course.ROOT / "assignments" / language / STEM / f"{STEM}.ipynb" for language in LANGUAGES]
    return [path for path in places if path.is_file()]
