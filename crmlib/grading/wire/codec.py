"""Plain data and nothing else: how a value crosses the wall between student code and the trusted side.

``encode`` turns a value into lists, numbers, texts and tagged dicts that JSON can hold; ``decode`` turns them
back. Numbers, texts, containers, dates, numpy arrays and pandas tables pass; whatever could carry behaviour is
refused as ``NotPlain`` with the reason. A subclass arrives as its plain base and none of its own methods runs; what
only behaves like a list or a mapping is read out and arrives as one.
The decoder takes its input to be hostile: every tag, type and size is checked before anything is built.

>>> decode(encode({"rate": 0.8, "years": (1, 2)}))
{'rate': 0.8, 'years': (1, 2)}
"""

from __future__ import annotations

import builtins as _builtins

# Encoding happens beside student code. With builtins of its own, this module keeps working where a submission
# has replaced ``len`` or ``isinstance`` for everybody. It must stand before the first function.
__builtins__ = dict(vars(_builtins))  # type: ignore[assignment]  # the checker knows only the module that stands here

import datetime as dt
import re
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

TAG = "~"
TIME_ZONE = re.compile(r"[A-Za-z0-9_+\-]{1,40}(/[A-Za-z0-9_+\-]{1,40}){0,3}")


@dataclass(frozen=True)
class Limits:
    """How much may cross the wall at once."""

    depth: int = 50
    nodes: int = 400_000
    bytes: int = 12_000_000
    integer_bits: int = 65_536
    dimensions: int = 16


class NotPlain(ValueError):
    """A value that cannot cross; ``reason`` is a key of the messages (``sandbox.not_plain_<reason>``)."""

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail

    def __str__(self) -> str:
        from crmlib.language import message

        return message(f"sandbox.not_plain_{self.reason}", received=self.detail)


class _Missing:
    """The value of a name that the notebook never gave one."""

    def __repr__(self) -> str:
        return "Missing"


Missing = _Missing()


def encode(value: object, limits: Limits = Limits(), on_function: Callable | None = None) -> object:
    """The value as lists, numbers, texts and tagged dicts; ``on_function(value)`` names a callable by a number."""
    return Encoder(limits, on_function).encode(value)


def decode(data: object, limits: Limits = Limits(), on_function: Callable | None = None) -> object:
    """The value that ``encode`` wrote; ``on_function(id, name)`` makes the stand-in of a function."""
    from crmlib.grading.wire.reading import Decoder

    return Decoder(limits, on_function).decode(data)


class Encoder:
    def __init__(self, limits: Limits, on_function: Callable | None):
        self.limits, self.on_function = limits, on_function
        self.nodes = self.bytes = 0
        self.open: set[int] = set()  # containers that are being walked: meeting one again is a cycle

    def encode(self, value):
        self.spend(1, 0)
        kind = type(value)
        writer = _WRITERS.get(kind)
        if writer is None:
            return self._other(value, kind)
        return writer(self, value)

    item = encode  # one part of a container; a side may let a part stay behind and send the others

    def spend(self, nodes: int, size: int) -> None:
        """Count before copying, so that a bomb is refused and not unpacked."""
        self.nodes += nodes
        self.bytes += size
        if self.nodes > self.limits.nodes or self.bytes > self.limits.bytes:
            raise NotPlain("size")

    def inside(self, container, items) -> list:
        """The items of a container, each encoded."""
        mark = id(container)
        if mark in self.open:
            raise NotPlain("cycle")
        if len(self.open) >= self.limits.depth:
            raise NotPlain("depth")
        self.open.add(mark)
        try:
            encode = self.item
            return [encode(item) for item in items]
        finally:
            self.open.discard(mark)

    def raw(self, data) -> str:
        self.spend(0, len(data))
        return b64encode(data).decode("ascii")

    def _other(self, value, kind):
        """Subclasses and the types of libraries. ``type(value)`` is asked, never the value itself."""
        numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
        if numpy is not None or pandas is not None:
            from crmlib.grading.wire import tables

            encoded = tables.encode(self, value, kind, numpy, pandas)
            if encoded is not None:
                return encoded
        from crmlib.grading.wire import containers

        encoded = containers.encode(self, value, kind)
        if encoded is not None:
            return encoded
        for base, reduce in _REDUCERS:
            if issubclass(kind, base):
                return self.inside(value, [reduce(value)])[0]
        encoded = self.reference(value, kind)
        if encoded is not None:
            return encoded
        plain = containers.plain(value, kind, self.limits.nodes)
        if plain is not None:
            return self.inside(value, [plain])[0]
        if issubclass(kind, type):
            raise NotPlain("class", name_of(value))
        if callable(value) and self.on_function is not None:
            return self.function(value)
        raise NotPlain("function" if callable(value) else "type", name_of(kind))

    def function(self, value):
        """A function as a number by which it can be called, and its name."""
        if self.on_function is None:
            raise NotPlain("function", name_of(value, name_of(type(value))))
        return {TAG: "function", "id": int(self.on_function(value)), "name": name_of(value, name_of(type(value)))}

    def reference(self, value, kind):
        """What stays on its side and is only named here; None for whatever is data. The two sides have their own."""
        return None


def name_of(thing, otherwise: str = "?") -> str:
    """The name of a class or function as a short plain text, whatever its metaclass would like to answer."""
    try:
        name = type.__dict__["__name__"].__get__(thing) if issubclass(type(thing), type) else thing.__name__
        return str.__str__(name)[:100]
    except Exception:
        return otherwise


def _write_int(encoder, value):
    if -(2**53) < value < 2**53:
        return value
    if value.bit_length() > encoder.limits.integer_bits:
        raise NotPlain("integer")
    encoder.spend(0, value.bit_length() // 4)
    return {TAG: "int", "v": hex(value)}  # JSON readers disagree beyond 2**53


def _write_float(encoder, value):
    if value - value == 0.0:
        return value
    return {TAG: "float", "v": "nan" if value != value else "inf" if value > 0 else "-inf"}


def _write_str(encoder, value):
    encoder.spend(0, len(value))
    return value


def write_zone(zone):
    if zone is None:
        return None
    key = getattr(zone, "key", None) or getattr(zone, "zone", None)  # zoneinfo and pytz
    if type(zone) is not dt.timezone and isinstance(key, str) and TIME_ZONE.fullmatch(key):
        return str.__str__(key)
    # Only an offset that is the same at all times says the whole truth about a zone without a name.
    if type(zone) is dt.timezone or type(zone).__module__.split(".")[0] in ("pytz", "dateutil"):
        offset = zone.utcoffset(None)
        if offset is not None:
            return offset // dt.timedelta(microseconds=1)
    raise NotPlain("type", name_of(type(zone)))


def _write_datetime(encoder, value):
    fields = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    return {TAG: "datetime", "v": fields, "fold": value.fold, "zone": write_zone(value.tzinfo)}


def _write_time(encoder, value):
    fields = [value.hour, value.minute, value.second, value.microsecond]
    return {TAG: "time", "v": fields, "fold": value.fold, "zone": write_zone(value.tzinfo)}


def _write_dict(encoder, value):
    pairs = [part for pair in dict.items(value) for part in pair]
    return {TAG: "dict", "v": encoder.inside(value, pairs)}


def _write_decimal(encoder, value):
    text = Decimal.__str__(value)
    return {TAG: "decimal", "v": _write_str(encoder, text)}


def _tagged(tag):
    return lambda encoder, value: {TAG: tag, "v": encoder.inside(value, value)}


def _parts(tag, *names):
    def write(encoder, value):
        return {TAG: tag, "v": encoder.inside(value, [getattr(value, name) for name in names])}

    return write


_WRITERS = {
    type(None): lambda encoder, value: value,
    bool: lambda encoder, value: value,
    int: _write_int,
    float: _write_float,
    str: _write_str,
    list: lambda encoder, value: encoder.inside(value, value),
    dict: _write_dict,
    tuple: _tagged("tuple"),
    set: _tagged("set"),
    frozenset: _tagged("frozenset"),
    bytes: lambda encoder, value: {TAG: "bytes", "v": encoder.raw(value)},
    bytearray: lambda encoder, value: {TAG: "bytearray", "v": encoder.raw(value)},
    complex: _parts("complex", "real", "imag"),
    range: _parts("range", "start", "stop", "step"),
    slice: _parts("slice", "start", "stop", "step"),
    Fraction: _parts("fraction", "numerator", "denominator"),
    dt.timedelta: _parts("timedelta", "days", "seconds", "microseconds"),
    dt.date: _parts("date", "year", "month", "day"),
    dt.datetime: _write_datetime,
    dt.time: _write_time,
    Decimal: _write_decimal,
    type(Ellipsis): lambda encoder, value: {TAG: "ellipsis"},
}

# How a subclass becomes its base without running anything the subclass has overridden.
_REDUCERS = (
    (int, lambda value: int.__add__(value, 0)),
    (float, lambda value: float.__add__(value, -0.0)),
    (complex, lambda value: complex.__add__(value, complex(-0.0, -0.0))),
    (str, str.__str__),
    (bytes, lambda value: bytes.__getitem__(value, slice(None))),
    (bytearray, lambda value: bytearray.__getitem__(value, slice(None))),
    (list, lambda value: list.__getitem__(value, slice(None))),
    (tuple, lambda value: tuple.__getitem__(value, slice(None))),
    (dict, lambda value: dict(dict.items(value))),
    (set, lambda value: set(set.__iter__(value))),
    (frozenset, lambda value: frozenset(list(frozenset.__iter__(value)))),
    (Decimal, Decimal),
    (Fraction, lambda value: Fraction(value.numerator, value.denominator)),
    (dt.datetime, lambda value: dt.datetime.combine(dt.datetime.date(value), dt.datetime.timetz(value))),
    (dt.date, lambda value: dt.date.fromordinal(dt.date.toordinal(value))),
    (dt.timedelta, lambda value: dt.timedelta.__add__(value, dt.timedelta())),
)
