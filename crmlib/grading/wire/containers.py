"""The containers of the standard library by their own names, and whatever else is read as a list or a mapping.

A Counter arrives as a Counter and a named tuple with its fields, because honest tests use them so. What only behaves
like a mapping, a sequence or a set (``UserDict``, a view of a dict, a class of its own) arrives as the plain one.
"""

from __future__ import annotations

import builtins as _builtins

__builtins__ = dict(vars(_builtins))  # type: ignore[assignment]  # as in codec.py, and for the same reason

import array
import collections
import itertools
import types
from collections import abc
from functools import lru_cache

from crmlib.grading.wire.codec import TAG, NotPlain

_NOTHING: dict = {}
_KEYS, _VALUES, _ITEMS = type(_NOTHING.keys()), type(_NOTHING.values()), type(_NOTHING.items())
_FACTORIES = {kind.__name__: kind for kind in (int, float, str, bool, list, tuple, dict, set)}
_TYPE_CODES = frozenset("bBhHiIlLqQfd")
_MOST_FIELDS = 100


def encode(encoder, value, kind):
    """The value in tagged form, or None where it is no named container."""
    for base, write in _WRITERS:
        if issubclass(kind, base):
            return write(encoder, value)
    if issubclass(kind, tuple) and (fields := _fields(kind)) is not None:
        return {TAG: "namedtuple", "name": kind.__name__, "fields": fields, "v": encoder.inside(value, tuple.__iter__(value))}
    return None


def plain(value, kind, most: int):
    """A plain list, dict, set or text of what is none itself but is read like one; None where it is not."""
    if issubclass(kind, (collections.UserDict, collections.UserList, collections.UserString)):
        return vars(value).get("data")
    if issubclass(kind, memoryview):
        return value.tolist()
    if issubclass(kind, (abc.Mapping, types.MappingProxyType)):
        return {key: value[key] for key in itertools.islice(iter(value), most)}
    if issubclass(kind, abc.Set):
        return set(itertools.islice(iter(value), most))
    if issubclass(kind, (abc.Sequence, abc.ValuesView)):
        return list(itertools.islice(iter(value), most))
    return None


def _fields(kind) -> list[str] | None:
    for ancestor in type.__dict__["__mro__"].__get__(kind):
        fields = ancestor.__dict__.get("_fields")
        if type(fields) is tuple and all(type(field) is str for field in fields):
            return list(fields)
    return None


def _pairs(tag, items):
    def write(encoder, value):
        return {TAG: tag, "v": encoder.inside(value, [part for pair in items(value) for part in pair])}

    return write


def _listed(tag, items):
    return lambda encoder, value: {TAG: tag, "v": encoder.inside(value, items(value))}


def _write_default(encoder, value):
    factory = collections.defaultdict.default_factory.__get__(value)  # type: ignore[misc]  # the descriptor itself: a subclass's own attribute is not asked
    name = next((name for name, kind in _FACTORIES.items() if kind is factory), None)
    called = None if factory is None or name is not None else encoder.function(factory)
    return _pairs("defaultdict", dict.items)(encoder, value) | {"factory": name or called}


def _write_deque(encoder, value):
    most = collections.deque.maxlen.__get__(value)
    return {TAG: "deque", "v": encoder.inside(value, collections.deque.__iter__(value)), "most": most}


def _write_array(encoder, value):
    code = array.array.typecode.__get__(value)
    if code not in _TYPE_CODES:
        return encoder.encode(array.array.tolist(value))
    return {TAG: "array", "code": code, "v": encoder.raw(array.array.tobytes(value))}


_WRITERS = (
    (collections.Counter, _pairs("counter", dict.items)),
    (collections.OrderedDict, _pairs("ordered", collections.OrderedDict.items)),
    (collections.defaultdict, _write_default),
    (collections.deque, _write_deque),
    (collections.ChainMap, lambda encoder, value: {TAG: "chain", "v": encoder.inside(value, vars(value).get("maps", ()))}),
    (_KEYS, _listed("keys", iter)),
    (_VALUES, _listed("values", iter)),
    (_ITEMS, lambda encoder, value: {TAG: "items", "v": encoder.inside(value, [part for pair in value for part in pair])}),
    (array.array, _write_array),
    (types.SimpleNamespace, lambda encoder, value: _pairs("namespace", dict.items)(encoder, vars(value))),
)


def decode(decoder, tag, data):
    """The container that ``encode`` wrote; None where the tag names none of these."""
    reader = _READERS.get(tag)
    return reader(decoder, data) if reader is not None else None


def _read_pairs(decoder, data) -> dict:
    items = decoder.items(data)
    if len(items) % 2:
        raise NotPlain("broken")
    return dict(zip(items[::2], items[1::2], strict=True))


def _read_default(decoder, data):
    factory = decoder.field(data, "factory", str, dict, type(None))
    factory = decoder.decode(factory) if type(factory) is dict else factory and _FACTORIES[factory]
    if factory is not None and not callable(factory):
        raise NotPlain("broken")
    return collections.defaultdict(factory, _read_pairs(decoder, data))


def _read_deque(decoder, data):
    return collections.deque(decoder.items(data), decoder.field(data, "most", int, type(None)))


def _read_chain(decoder, data):
    maps = decoder.items(data)
    if not all(isinstance(each, dict) for each in maps):
        raise NotPlain("broken")
    return collections.ChainMap(*maps)


def _read_array(decoder, data):
    code = decoder.field(data, "code", str)
    if code not in _TYPE_CODES:
        raise NotPlain("broken")
    return array.array(code, decoder.raw(data))


def _read_tuple(decoder, data):
    fields = decoder.field(data, "fields", list)
    if len(fields) > _MOST_FIELDS or not all(type(field) is str and len(field) <= _MOST_FIELDS for field in fields):
        raise NotPlain("broken")
    return _named(decoder.field(data, "name", str)[:_MOST_FIELDS], tuple(fields))._make(decoder.items(data))


@lru_cache(256)
def _named(name: str, fields: tuple[str, ...]):
    # namedtuple itself refuses whatever is no plain name, and names with a leading underscore.
    return collections.namedtuple(name if name.isidentifier() and not name.startswith("_") else "Row", fields, module="__main__")


def _read_namespace(decoder, data):
    fields = _read_pairs(decoder, data)
    if not all(type(name) is str and not name.startswith("__") for name in fields):
        raise NotPlain("broken")
    return types.SimpleNamespace(**fields)


_READERS = {
    "counter": lambda decoder, data: collections.Counter(_read_pairs(decoder, data)),
    "ordered": lambda decoder, data: collections.OrderedDict(_read_pairs(decoder, data)),
    "defaultdict": _read_default,
    "deque": _read_deque,
    "chain": _read_chain,
    "keys": lambda decoder, data: dict.fromkeys(decoder.items(data)).keys(),
    "values": lambda decoder, data: dict(enumerate(decoder.items(data))).values(),
    "items": lambda decoder, data: _read_pairs(decoder, data).items(),
    "array": _read_array,
    "namedtuple": _read_tuple,
    "namespace": _read_namespace,
}
