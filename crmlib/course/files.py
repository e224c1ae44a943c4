"""Where the course's files stand, and what is said of one that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from crmlib import places, toml
from crmlib.course.syntax import complaint
from crmlib.language import message

ROOT = places.root()
COURSE = places.course_data()


class CourseError(ValueError):
    """A course file that cannot be used; the message names the file, the entry and the remedy."""


def whole(file: str) -> dict:
    """All that stands in a course file."""
    try:
        return toml.read(COURSE / file)
    except FileNotFoundError:
        raise CourseError(message("course.no_file", file=f"course/{file}")) from None
    except (toml.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(complaint(f"course/{file}", (COURSE / file).read_bytes(), error)) from None


def tables(file: str, name: str) -> Iterator[tuple[dict, str]]:
    """Every ``[[name]]`` table of a course file, with its place for one that has no id."""
    found = whole(file)
    entries = found.get(name, ())
    if not entries or not isinstance(entries, list):
        raise CourseError(message("course.no_entries", file=f"course/{file}", name=name))
    for other in found.keys() - {name}:  # an entry under a misspelt heading would be lost without a word
        raise CourseError(message("course.other_heading", file=f"course/{file}", received=other, name=name))
    for place, values in enumerate(entries, start=1):
        yield (values if isinstance(values, dict) else {}), f"{name} {place}"


def exists(file: str) -> bool:
    return (COURSE / file).exists()


def by_id(pairs: Iterable[tuple[str, object]], name: str = "id") -> Mapping:
    """Things by their id; ``pairs`` says in which file each stands, and an id that stands twice is refused."""
    found: dict[str, object] = {}
    for file, thing in pairs:
        key = getattr(thing, name)
        if key in found:
            raise CourseError(message("course.twice", file=f"course/{file}", place=key))
        found[key] = thing
    return MappingProxyType(found)


def pick(things: Mapping, key: str, file: str):
    """The thing of this name, or what there is instead."""
    if key not in things:
        raise CourseError(message("course.no_such_entry", file=f"course/{file}", received=key, some=", ".join(list(things)[:8])))
    return things[key]
