"""Slips with a number that have nothing to do with the field: the sign, the decimal point, the fraction upside down, the rounding.

Told in practice alone, where keys are open: a graded question's reasons must not say how an answer and its key lie to each
other. What is told names the slip and never the number.
"""

from __future__ import annotations

import math

from crmlib.check.kinds import Number, Numbers, read, strictly
from crmlib.check.reading import Unreadable
from crmlib.language import listing, message

CLOSE = 0.06  # a share of the key: what rounding on the way makes of a result
_SHARES = ("rate", "per_cent")
_COUNTED = ("count", "years")


def of_answer(kind, received) -> str:
    """The slip that a wrong answer to a numerical practice item shows; empty where it shows none, or where the item has no number."""
    try:
        if isinstance(kind, Number):
            value = read(kind, received, strictly)
            if kind.unit == "rate" and kind.same(value / 100, kind.expected):
                return ""  # that per cent were written for a rate is said already
            return _sentence(kind, value, kind.expected)
        if isinstance(kind, Numbers):
            return _of_several(kind, read(kind, received, strictly))
    except Unreadable:
        pass
    return ""


def _of_several(kind: Numbers, values: list) -> str:
    pairs = list(zip(values, kind.expected, strict=True))
    wrong = [place for place, (got, due) in enumerate(pairs) if got is None or not kind.one.same(got, due)]
    known = [value for value, _ in pairs if value is not None]
    if wrong and len(known) == len(pairs) and _another_order(kind, known):
        return message("near.order")
    told = [(place, sentence) for place in wrong if pairs[place][0] is not None and (sentence := _sentence(kind.one, *pairs[place]))]
    if not told:
        return ""
    first = told[0][1]
    return message("near.of_place", places=listing(place + 1 for place, sentence in told if sentence == first), text=first)


def _another_order(kind: Numbers, values: list) -> bool:
    left = [math.inf if due == "never" else float(due) for due in kind.expected]
    for value in values:
        match = next((due for due in left if kind.one.same(value, due)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _sentence(one: Number, value: float, expected) -> str:
    if expected == "never" or not math.isfinite(value):
        return message("near.never" if expected == "never" else "near.infinite")
    due = float(expected)
    slip = _slip(one, value, due)
    return message(f"near.{slip}") if slip else ""


def _slip(one: Number, value: float, due: float) -> str:
    if not due or not value:
        return "nothing" if not value and due else ""

    def is_due(other: float) -> bool:
        return one.same(other, due)

    if is_due(-value):
        return "sign"
    if one.unit in _COUNTED and math.isclose(abs(value - due), 1, abs_tol=1e-9):
        return "off_by_one"
    if one.unit in _SHARES and 0 < due < 1 and (is_due(1 - value) or (value > 1 and is_due((100 - value) / 100))):
        return "complement"
    if one.unit in _SHARES and (is_due(value - 1) or (value > 100 and is_due((value - 100) / 100))):
        return "whole_for_rise"
    if any(math.isclose(value, round(due, places)) for places in range(4)):
        return "close"
    if any(is_due(value * 10.0**power) for power in range(-8, 9) if power):
        return "decimal_point"
    if not math.isclose(abs(due), 1) and is_due(1 / value):
        return "upside_down"
    if any(is_due(value * factor) for factor in (12, 1 / 12)):
        return "months"
    if any(is_due(value * factor) for factor in (2, 0.5)):
        return "twice"
    return "close" if abs(value - due) <= CLOSE * abs(due) else ""
