"""From one table of a TOML file to one dataclass, field by field as the dataclass declares them.

A field's type says how it is read (``Text`` needs en and zh, a ``Literal`` one of its words, a tuple of dataclasses a list of
tables), its default that it may be left out. What a type cannot say is a reader in ``Annotated[type, reader]``; what no single
field can tell is the dataclass's own ``checked(entry)``. ``Key``, ``Otherwise`` and ``Absent`` say where else a value comes from.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, cast, get_args, get_origin, get_type_hints

from crmlib.course import files
from crmlib.course.files import CourseError
from crmlib.language import Text, message

MOST = 1e300  # the largest number that a field may hold
# Units that checks have words for (crmlib/messages/check.toml).
Unit = Literal["", "money", "usd", "yuan", "rate", "per_cent", "years", "count"]
Made = TypeVar("Made")
Reader = Callable[["Entry", str], Any]


class Key(str):
    """In ``Annotated``: the field has this name in the file."""


class Otherwise(str):
    """In ``Annotated``: where the field is missing, the file's field of this name stands in for it."""


class Absent:
    """In ``Annotated``: where the field is missing, it has this value."""

    def __init__(self, value: object):
        self.value = value


class Entry:
    """One table of a TOML file that knows where it stands, so that every refusal can say so."""

    __slots__ = ("_outside", "_place", "file", "values")

    def __init__(self, file: str, values: dict, place: str = "", outside: Entry | None = None):
        self.file, self.values, self._place, self._outside = file, values, place, outside

    @property
    def place(self) -> str:
        """What the entry is called, after the entry it stands in: option "b" of which question?"""
        named = (self.values.get(name) for name in ("id", "stem", "number"))
        own = next((name for name in named if isinstance(name, str) and name.strip()), self._place)
        if self._outside is None or own.startswith(self._outside.place):
            return own
        return "/".join(filter(None, (self._outside.place, own)))

    def inner(self, values: object, place: str = "") -> Entry:
        """A table inside this one; ``place`` tells it from its neighbours where it has no id."""
        return Entry(self.file, values if isinstance(values, dict) else {}, place, self)

    def error(self, key: str, **values: object) -> CourseError:
        return CourseError(message(f"course.{key}", file=f"course/{self.file}", place=self.place, **values))

    def need(self, name: str) -> Any:
        if name not in self.values:
            raise self.error("missing", name=name)
        return self.values[name]

    def not_a(self, name: str, wanted: str) -> CourseError:
        return self.error("not_a", name=name, received=written(self.values[name]), wanted=message(f"course.a_{wanted}"))

    def text_of(self, values: object, name: str) -> Text:
        """A text in both languages."""
        if not isinstance(values, dict):
            raise self.error("one_language", name=name, received=written(values))
        for language in ("en", "zh"):
            words = values.get(language)
            if not isinstance(words, str) or not words or words.isspace():
                raise self.error("no_language", name=name, language=language)
        if "zh_hant" in values and not isinstance(values["zh_hant"], str):
            raise self.error("no_language", name=name, language="zh_hant")
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
    values = dict(given)
    known, awaited = _plan(cast(Any, kind), tuple(given))
    unknown = entry.values.keys() - known.keys()
    for key in entry.values:
        if key not in unknown:
            values[known[key].name] = _value(known[key], entry, key)
    for field in awaited:
        if field.name in values:
            continue
        if field.otherwise in entry.values:
            values[field.name] = _value(field, entry, field.otherwise)
        elif field.absent:
            values[field.name] = field.absent.value
        else:
            raise entry.error("missing", name=field.otherwise or field.key)
    if unknown:
        raise entry.error("unknown_field", name=min(unknown), allowed=", ".join(sorted(known)))
    found = kind(**values)
    check = getattr(found, "checked", None)
    if check:
        check(entry)
    return found


def _value(field: _Field, entry: Entry, key: str) -> object:
    try:
        return field.read(entry, key)
    except CourseError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:  # what no reader foresaw
        raise entry.error("unusable", name=key, error=f"{type(error).__name__}: {error}") from error


class _Field(NamedTuple):
    """How one field of a dataclass is found in the file, and read."""

    name: str
    key: str
    otherwise: str
    absent: Absent | None
    needed: bool
    read: Reader


@cache
def _plan(kind: Any, given: tuple[str, ...]) -> tuple[dict[str, _Field], tuple[_Field, ...]]:
    """The fields that stand in the file by the name that they have there, and those that may not stay without a value."""
    fields = tuple(_field(each, hint) for each, hint in _fields(kind) if each.name not in given)
    return {field.key: field for field in fields}, tuple(field for field in fields if field.needed or field.absent or field.otherwise)


def _fields(kind: Any) -> list[tuple[dataclasses.Field, Any]]:
    types = get_type_hints(kind, include_extras=True)
    return [(each, types[each.name]) for each in dataclasses.fields(kind)]


def _field(each: dataclasses.Field, hint: Any) -> _Field:
    notes = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    key = next((note for note in notes if isinstance(note, Key)), each.name)
    otherwise = next((note for note in notes if isinstance(note, Otherwise)), "")
    absent = next((note for note in notes if isinstance(note, Absent)), None)
    needed = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
    may_be_empty = "" in (each.default, absent.value if absent else None)
    return _Field(each.name, key, otherwise, absent, needed, _reader(hint, may_be_empty))


def _reader(kind: Any, may_be_empty: bool = False) -> Reader:
    """How a value of this type is read."""
    if get_origin(kind) is Annotated:
        kind, *notes = get_args(kind)
        own = [note for note in notes if not isinstance(note, (Key, Otherwise, Absent))]
        return own[0] if own else _reader(kind, may_be_empty)
    if NoneType in get_args(kind):
        (kind,) = (each for each in get_args(kind) if each is not NoneType)
        return _reader(kind)
    if get_origin(kind) is Literal:
        return partial(_one_of, allowed=get_args(kind), may_be_empty=may_be_empty)
    if get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis:
        return partial(_tuple, of=get_args(kind)[0])
    if dataclasses.is_dataclass(kind) and kind is not Text:
        return lambda entry, name: made(cast(Any, kind), entry.inner(entry.values[name]))
    if kind is str:
        return _words if may_be_empty else _text
    return {Text: _both, int: _whole, float: number, bool: _yes_no, Mapping: _table, object: _anything, Any: _anything}[get_origin(kind) or kind]


# ---- one reader for each kind of value -----------------------------------------------------------------------------


def _text(entry: Entry, name: str) -> str:
    value = entry.values[name]
    if not isinstance(value, str):
        raise entry.not_a(name, "text")
    if not value or value.isspace():
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
        raise entry.error("not_one_of", name=name, received=written(value), allowed=", ".join(each for each in allowed if each))
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
        places = [f"{name} {place}" for place in range(1, len(values) + 1)] if len(values) > 1 else [""]
        return tuple(made(cast(Any, of), entry.inner(value, place)) for value, place in zip(values, places))
    if of is str and not all(isinstance(value, str) and value.strip() for value in values):
        raise entry.not_a(name, "list_of_words")
    return frozen(values)


def number(entry: Entry, name: str) -> float:
    if not is_number(entry.values[name]):
        raise entry.not_a(name, "number")
    return entry.values[name]


def tolerance(entry: Entry, name: str) -> float:
    """How far an answer may be off, as a share of the key."""
    if not is_number(entry.values[name]) or not 0 <= entry.values[name] < 1:
        raise entry.not_a(name, "tolerance")
    return entry.values[name]


def is_number(value: object) -> bool:
    """A number that can be reckoned with: nan, inf and what no float holds are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= MOST


def written(value: object) -> str:
    """A value as it stands in the file, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        said = "{ " + ", ".join(f"{name} = {written(each)}" for name, each in value.items()) + " }" if value else "{}"
    elif isinstance(value, list):
        said = f"[{', '.join(map(written, value))}]"
    else:
        said = f'"{value}"' if isinstance(value, str) else str(value)
    return said if len(said) <= 60 else f"{said[:59]}…"


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
