"""What the visible check lets pass crosses the wall as the same answer; what cannot cross is refused by it, in a sentence."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import enum
import io
import types
import typing

from crmlib import check
from crmlib.check import FormError
from crmlib.grading.wire.codec import Limits, NotPlain
from crmlib.grading.wire.references import Decoder, Encoder, Table
from tests.support.catalogue import every, try_each

Kind = enum.Enum("Kind", {"TYPE": "cooperative", "NUMBER": 4})
Size = enum.IntEnum("Size", {"FOUR": 4})
Switch = enum.Flag("Switch", "ON")
Ends = collections.namedtuple("Ends", "lower upper")


class Text(enum.StrEnum):
    TYPE = "cooperative"


class Typed(typing.NamedTuple):
    lower: float = 1.0
    upper: float = 2.0


@dataclasses.dataclass(frozen=True)
class Interval:
    lower: float = 1.0
    upper: float = 2.0


class Sequence:
    def __len__(self):
        return 2

    def __getitem__(self, place):
        return [1, 2][place]


class Number:
    def __float__(self):
        return 4.0


ANSWERS = {
    "enum": Kind.TYPE, "enum of a number": Kind.NUMBER, "IntEnum": Size.FOUR, "enum of texts": Text.TYPE, "flag": Switch.ON, "class of an enum": Kind,
    "members": list(Kind), "list of members": [Kind.TYPE, Kind.TYPE], "list of text members": [Text.TYPE], "dict of members": {"a": Kind.TYPE, "b": Text.TYPE},
    "dict by members": {Kind.TYPE: 1, Kind.NUMBER: 2}, "set of members": {Kind.TYPE}, "dataclass": Interval(), "class of a dataclass": Interval,
    "list of dataclasses": [Interval(), Interval()], "dict by dataclasses": {Interval(): "cooperative"}, "namedtuple": Ends(1, 2), "NamedTuple": Typed(),
    "list of namedtuples": [Ends("a", "cooperative"), Ends("b", "other")], "namedtuple of members": Ends(Text.TYPE, Kind.TYPE), "namespace": types.SimpleNamespace(a="cooperative", b="other"),
    "own sequence": Sequence(), "own number": Number(), "list of own numbers": [Number(), Number()], "range": range(1, 3), "map": [*map(int, "12")],
}  # fmt: skip
OPTIONS = ["cooperative", "other"]
CHECKS = {
    "number": check.number,
    "numbers": lambda value: check.numbers(value, count=2),
    "choice": lambda value: check.choice(value, options=OPTIONS),
    "items": lambda value: check.items(value, options=OPTIONS),
    "matching": lambda value: check.matching(value, keys=["a", "b"], options=OPTIONS),
    "ordering": lambda value: check.ordering(value, options=OPTIONS),
}


def verdict(form, value) -> str:
    """An empty text where the form is right, else the sentence that refuses it; any other error is a fault of ours."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            form(value)
    except FormError as refused:
        return str(refused)
    return ""


def across(value):
    """The value as a hidden test receives it."""
    written = Encoder(Limits(), Table(), forgiving=True).encode(value)
    return Decoder(Limits(), Table(), lambda *_: lambda *_: None).decode(written)


@every("kind", CHECKS)
def test_the_visible_check_promises_what_grading_keeps(kind):
    def kept(name):
        promised = verdict(CHECKS[kind], ANSWERS[name])
        try:
            arrived = across(ANSWERS[name])
        except NotPlain:
            assert promised, f"{name} passes the form check of {kind} and is dropped by grading"
        else:
            assert bool(verdict(CHECKS[kind], arrived)) == bool(promised), (promised, arrived)

    try_each(ANSWERS, kept)


@every("name, kind", [("IntEnum", "number"), ("enum of texts", "choice"), ("namedtuple", "numbers"), ("NamedTuple", "numbers")])
def test_what_is_plain_data_under_another_name_is_taken(name, kind):
    assert verdict(CHECKS[kind], ANSWERS[name]) == ""


@every("name, kind", [("enum", "choice"), ("enum of a number", "number"), ("dataclass", "numbers"), ("class of an enum", "choice"), ("dataclass", "matching")])  # fmt: skip
def test_a_refusal_says_what_was_received_and_what_to_write(name, kind):
    said = verdict(CHECKS[kind], ANSWERS[name])
    assert ("received" in said or "Interval" in said or "Kind" in said) and ("Write" in said or "Expected" in said), said
