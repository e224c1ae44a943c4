"""The reading half of the codec: its input may have been written by an attacker, so everything is checked first."""

from __future__ import annotations

import builtins as _builtins

__builtins__ = dict(vars(_builtins))  # type: ignore[assignment]  # as in codec.py, and for the same reason

import datetime as dt
from base64 import b64decode
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from crmlib.grading.wire.codec import TAG, TIME_ZONE, Limits, NotPlain

_FLOATS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


class Decoder:
    def __init__(self, limits: Limits, on_function: Callable | None):
        self.limits, self.on_function = limits, on_function
        self.nodes = self.bytes = self.level = 0

    def decode(self, data):
        self.spend(1, 0)
        kind = type(data)
        if kind is str:
            self.spend(0, len(data))
            return data
        if data is None or kind is bool or kind is int or kind is float:
            if kind is int and data.bit_length() > 64:
                raise NotPlain("broken")
            return data
        if self.level >= self.limits.depth + 2:  # tables wrap a column in two more layers than they had
            raise NotPlain("depth")
        self.level += 1
        try:
            if kind is list:
                return [self.decode(item) for item in data]
            if kind is dict:
                return self._tagged(data)
        finally:
            self.level -= 1
        raise NotPlain("broken")

    def spend(self, nodes: int, size: int) -> None:
        self.nodes += nodes
        self.bytes += size
        if self.nodes > self.limits.nodes or self.bytes > self.limits.bytes:
            raise NotPlain("size")

    def _tagged(self, data):
        tag = data.get(TAG)
        reader = _READERS.get(tag) if type(tag) is str else None
        try:
            if reader is not None:
                return reader(self, data)
            if type(tag) is str and tag.startswith(("numpy.", "pandas.")):
                from crmlib.grading.wire import tables_reading

                return tables_reading.decode(self, tag, data)
            if type(tag) is str:
                return self.other(tag, data)
        except NotPlain:
            raise
        except RecursionError:
            raise NotPlain("depth") from None
        except Exception:  # a forged field may upset any constructor, in any way
            raise NotPlain("broken", tag[:40]) from None
        raise NotPlain("broken")

    def field(self, data, name, *kinds):
        """A field of a tagged dict that must have one of these types exactly."""
        value = data.get(name)
        if type(value) not in kinds:
            raise NotPlain("broken")
        return value

    def items(self, data) -> list:
        items = self.field(data, "v", list)
        return [self.decode(item) for item in items]

    def numbers(self, data, count: int, *kinds) -> list:
        values = self.items(data)
        if len(values) != count or any(type(value) not in (kinds or (int,)) for value in values):
            raise NotPlain("broken")
        return values

    def raw(self, data) -> bytes:
        text = self.field(data, "v", str)
        self.spend(0, len(text) * 3 // 4)
        return b64decode(text, validate=True)

    def _int(self, data):
        text = self.field(data, "v", str)
        self.spend(0, len(text))
        if len(text) > self.limits.integer_bits // 4 + 4:
            raise NotPlain("integer")
        return int(text, 16)

    def _dict(self, data):
        items = self.items(data)
        if len(items) % 2:
            raise NotPlain("broken")
        return dict(zip(items[::2], items[1::2], strict=True))

    def _decimal(self, data):
        text = self.field(data, "v", str)
        self.spend(0, len(text))
        return Decimal(text)

    def zone(self, data):
        value = self.field(data, "zone", str, int, type(None))
        if type(value) is int:
            return dt.timezone(dt.timedelta(microseconds=value))
        if value is None:
            return None
        if not TIME_ZONE.fullmatch(value):
            raise NotPlain("broken")
        from zoneinfo import ZoneInfo

        return ZoneInfo(value)

    def _datetime(self, data):
        year, month, day, hour, minute, second, micro = self.numbers(data, 7)
        return dt.datetime(year, month, day, hour, minute, second, micro, tzinfo=self.zone(data), fold=self.field(data, "fold", int))

    def _time(self, data):
        hour, minute, second, micro = self.numbers(data, 4)
        return dt.time(hour, minute, second, micro, tzinfo=self.zone(data), fold=self.field(data, "fold", int))

    def other(self, tag, data):
        """A named container; what stays on its own side is read by the side's own decoder."""
        from crmlib.grading.wire import containers

        found = containers.decode(self, tag, data)
        if found is None:
            raise NotPlain("broken", tag[:40])
        return found

    def _function(self, data):
        number, name = self.field(data, "id", int), self.field(data, "name", str)
        if self.on_function is None:
            raise NotPlain("function", name[:100])
        return self.on_function(number, name[:100])

    def _slice(self, data):
        items = self.items(data)
        if len(items) != 3:
            raise NotPlain("broken")
        return slice(*items)


_READERS = {
    "int": Decoder._int,
    "float": lambda decoder, data: _FLOATS[decoder.field(data, "v", str)],
    "dict": Decoder._dict,
    "tuple": lambda decoder, data: tuple(decoder.items(data)),
    "set": lambda decoder, data: set(decoder.items(data)),
    "frozenset": lambda decoder, data: frozenset(decoder.items(data)),
    "bytes": Decoder.raw,
    "bytearray": lambda decoder, data: bytearray(decoder.raw(data)),
    "complex": lambda decoder, data: complex(*decoder.numbers(data, 2, float)),
    "range": lambda decoder, data: range(*decoder.numbers(data, 3)),
    "slice": Decoder._slice,
    "fraction": lambda decoder, data: Fraction(*decoder.numbers(data, 2)),
    "timedelta": lambda decoder, data: dt.timedelta(*decoder.numbers(data, 3)),
    "date": lambda decoder, data: dt.date(*decoder.numbers(data, 3)),
    "datetime": Decoder._datetime,
    "time": Decoder._time,
    "decimal": Decoder._decimal,
    "ellipsis": lambda decoder, data: ...,
    "function": Decoder._function,
}
