"""From one table of a TOML file to one dataclass, field by field as the dataclass declares them.

A field's type says how it is read (``Text`` needs en and zh, a ``Literal`` one of its words, a tuple of dataclasses a list of
tables), its default that it may be left out. What a type cannot say is a reader in ``Annotated[type, reader]``; what no single
field can tell is the dataclass's own ``checked(entry)``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from crmlib.course import files
from crmlib.course.files import CourseError
from crmlib.language import Text, message

Made = TypeVar("Made")
Reader = Callable[["Entry", str], Any]


def stands_as(key: str = "", *, otherwise: str = "", absent: object = dataclasses.MISSING, default: object = dataclasses.MISSING) -> Any:
    """A field that has another name in the file, or takes another field or a fixed value where it is missing there."""
    return dataclasses.field(default=default, metadata={"key": key, "otherwise": otherwise, "absent": absent})


class Entry:
    """One table of a TOML file that knows where it stands, so that every refusal can say so."""

    def __init__(self, file: str, values: dict, place: str):
        self.file, self.values = file, values
        self.place = str(values.get("id") or values.get("stem") or values.get("number") or place)

    def inner(self, values: object) -> Entry:
        """A table inside this one."""
        found = Entry(self.file, values if isinstance(values, dict) else {}, self.place)
        if not found.place.startswith(self.place):
            found.place = f"{self.place}/{found.place}"  # option "b" of which question?
        return found

    def error(self, key: str, **values: object) -> CourseError:
        return CourseError(message(f"course.{key}", file=f"course/{self.file}", place=self.place, **values))

    def need(self, name: str) -> Any:
        if name not in self.values:
            raise self.error("missing", name=name)
        return self.values[name]

    def not_a(self, name: str, wanted: str) -> CourseError:
        received = repr(self.values[name])
        return self.error("not_a", name=name, received=received[:60], wanted=message(f"course.a_{wanted}"))

    def text_of(self, values: object, name: str) -> Text:
        """A text in both languages."""
        if not isinstance(values, dict):
            raise self.error("no_language", name=name, language="en")
        for language in ("en", "zh"):
            words = values.get(language)
            if not isinstance(words, str) or not words.strip():
                raise self.error("no_language", name=name, language=language)
        if len(values) > 2 + ("zh_hant" in values):
            others = ", ".join(sorted(values.keys() - {"en", "zh", "zh_hant"}))
            raise self.error("unknown_field", name=f"{name}.{others}", allowed=", ".join(f"{name}.{each}" for each in ("en", "zh", "zh_hant")))
        return Text(**values)


def entries(file: str, name: str, kind: type[Made], **given: object) -> Iterator[Made]:
    """Every ``[[name]]`` table of a course file as its dataclass."""
    for values, place in files.tables(file, name):
        yield made(kind, Entry(file, values, place), **given)


def made(kind: type[Made], entry: Entry, **given: object) -> Made:
    """The dataclass of one table; ``given`` holds the fields that do not stand in the file."""
    plan = _plan(kind)
    values = dict(given)
    for name, key, otherwise, absent, needed, read in plan:
        if name in given:
            continue
        if key not in entry.values and otherwise:
            key = otherwise
        if key in entry.values:
            try:
                values[name] = read(entry, key)
            except (CourseError, RecursionError):
                raise
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:  # what no reader foresaw
                raise entry.error("unusable", name=key, error=f"{type(error).__name__}: {error}") from error
        elif absent is not dataclasses.MISSING:
            values[name] = absent
        elif needed:
            raise entry.error("missing", name=key)
    known = {key for name, key, *_ in plan if name not in given}
    for key in sorted(entry.values.keys() - known):
        raise entry.error("unknown_field", name=key, allowed=", ".join(sorted(known)))
    found = kind(**values)
    check = getattr(found, "checked", None)
    if check:
        check(entry)
    return found


@cache
def _plan(kind: type) -> tuple[tuple[str, str, str, Any, bool, Reader], ...]:
    """For every field: its name, its key in the file, what stands in for it, whether it must be there, how it is read."""
    types = get_type_hints(kind, include_extras=True)
    return tuple(
        (
            field.name,
            field.metadata.get("key") or field.name,
            field.metadata.get("otherwise", ""),
            field.metadata.get("absent", dataclasses.MISSING),
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
            _reader(types[field.name], "" in (field.default, field.metadata.get("absent", ()))),
        )
        for field in dataclasses.fields(kind)
    )


def _reader(kind: Any, may_be_empty: bool = False) -> Reader:
    """How a value of this type is read."""
    if get_origin(kind) is Annotated:
        return get_args(kind)[1]
    if NoneType in get_args(kind):
        (kind,) = (each for each in get_args(kind) if each is not NoneType)
        return _reader(kind)
    if get_origin(kind) is Literal:
        return partial(_one_of, allowed=get_args(kind), may_be_empty=may_be_empty)
    if get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis:
        return partial(_tuple, of=get_args(kind)[0])
    if dataclasses.is_dataclass(kind) and kind is not Text:
        return lambda entry, name: made(kind, entry.inner(entry.values[name]))
    if kind is str:
        return _words if may_be_empty else _text
    return {Text: _both, int: _whole, float: number, bool: _yes_no, Mapping: _table, object: _anything}[get_origin(kind) or kind]


# ---- one reader for each kind of value -----------------------------------------------------------------------------


def _text(entry: Entry, name: str) -> str:
    value = entry.values[name]
    if not isinstance(value, str) or not value.strip():
        raise entry.error("missing", name=name)
    return value


def _words(entry: Entry, name: str) -> str:
    if not isinstance(entry.values[name], str):
        raise entry.not_a(name, "text")
    return entry.values[name]


def _both(entry: Entry, name: str) -> Text:
    return entry.text_of(entry.values[name], name)


def _one_of(entry: Entry, name: str, allowed: tuple[str, ...], may_be_empty: bool) -> str:
    value = entry.values[name]
    if value not in allowed or value == "" and not may_be_empty:
        raise entry.error("not_one_of", name=name, received=value, allowed=", ".join(each for each in allowed if each))
    return value


def _tuple(entry: Entry, name: str, of: Any) -> tuple:
    values = entry.values[name]
    if not isinstance(values, list):
        raise entry.not_a(name, "list")
    if of is Text:
        return tuple(entry.text_of(value, name) for value in values)
    if dataclasses.is_dataclass(of):
        if not all(isinstance(value, dict) for value in values):
            raise entry.not_a(name, "list_of_tables")
        return tuple(made(of, entry.inner(value)) for value in values)
    if of is str and not all(isinstance(value, str) and value.strip() for value in values):
        raise entry.not_a(name, "list_of_words")
    return frozen(values)


def number(entry: Entry, name: str) -> float:
    value = entry.values[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise entry.not_a(name, "number")
    return value


def _whole(entry: Entry, name: str) -> int:
    value = entry.values[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise entry.not_a(name, "whole_number")
    return value


def _yes_no(entry: Entry, name: str) -> bool:
    if not isinstance(entry.values[name], bool):
        raise entry.not_a(name, "yes_no")
    return entry.values[name]


def _table(entry: Entry, name: str) -> Mapping:
    if not isinstance(entry.values[name], dict):
        raise entry.not_a(name, "table")
    return frozen(entry.values[name])


def _anything(entry: Entry, name: str) -> object:
    return frozen(entry.values[name])


def frozen(value):
    """Lists become tuples and tables read-only mappings, all the way down."""
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return tuple(frozen(inner) for inner in value)
    return value


def no_id_twice(entry: Entry, things: tuple, name: str) -> None:
    """Things of one entry that are told apart by their id."""
    ids = [thing.id for thing in things]
    for id in ids:
        if ids.count(id) > 1:
            raise entry.error("twice_here", name=name, received=id)
