"""Refuse unusable arguments with a sentence that helps: what was received, what is allowed, an example.

Every formula asks here first, so that a percentage in the place of a rate, a negative cost, text or NaN never
turns into a wrong number. Nothing is converted in silence: 80 for a rate of 0.8 is an error, not a guess.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from numbers import Complex, Number, Real
from typing import SupportsFloat, cast

from crmlib import yes_or_no
from crmlib.language import listing, message


def number(name: str, value: object, *, example: float = 10) -> float:
    """A finite number of any size.

    >>> number("margin", 8)
    8.0
    """
    if not _is_number(value):
        raise TypeError(message("arguments.not_a_number", name=name, received=_shown(value), example=example))
    try:
        result = float(cast(SupportsFloat, value))  # int, Decimal, Fraction and numpy's scalars all turn into a float here
    except (OverflowError, ValueError):  # too many digits; a signalling NaN
        result = math.inf
    if not math.isfinite(result):
        raise ValueError(message("arguments.not_finite", name=name, received=_shown(value), example=example))
    return result


def rate(name: str, value: object, *, example: float = 0.8, zero: bool = True, one: bool = True) -> float:
    """A fraction from 0 to 1; ``zero=False`` or ``one=False`` leaves out that end.

    >>> rate("retention_rate", 0.8)
    0.8
    """
    result = number(name, value, example=example)
    if result < 0 or result > 1:
        hint = message("arguments.percent_hint", percent=f"{result:g}", fraction=f"{result / 100:g}") if 1 < result <= 100 else ""
        raise ValueError(message("arguments.not_a_rate", name=name, received=_shown(value), example=example) + hint)
    if (result == 0 and not zero) or (result == 1 and not one):
        raise ValueError(message("arguments.rate_end", name=name, received=_shown(value), example=example))
    return result


def not_negative(name: str, value: object, *, example: float = 0.5) -> float:
    """A number of at least 0, such as a cost.

    >>> not_negative("cost_per_piece", 0.5)
    0.5
    """
    result = number(name, value, example=example)
    if result < 0:
        raise ValueError(message("arguments.negative", name=name, received=_shown(value), example=example))
    return result


def positive(name: str, value: object, *, example: float = 10) -> float:
    """A number above 0, such as a mailing's size."""
    result = number(name, value, example=example)
    if result <= 0:
        raise ValueError(message("arguments.not_positive", name=name, received=_shown(value), example=example))
    return result


def discount_rate(name: str, value: object, *, example: float = 0.1) -> float:
    """A discount or growth rate per period as a fraction, above -1 and at most 1.

    >>> discount_rate("discount_rate", 0.1)
    0.1
    """
    result = number(name, value, example=example)
    if result <= -1 or result > 1:
        hint = message("arguments.percent_hint", percent=f"{result:g}", fraction=f"{result / 100:g}") if 1 < result <= 100 else ""
        raise ValueError(message("arguments.not_a_discount_rate", name=name, received=_shown(value), example=example) + hint)
    return result


def whole(name: str, value: object, *, minimum: int = 0, example: int = 5) -> int:
    """A whole number of at least ``minimum``.

    >>> whole("periods", 5.0)
    5
    """
    result = number(name, value, example=example)
    if result != int(result) or result < minimum:
        raise ValueError(message("arguments.not_whole", name=name, received=_shown(value), minimum=minimum, example=example))
    return int(result)


def one_of(name: str, value: object, allowed) -> str:
    """One word out of a short list, such as a timing convention."""
    allowed = tuple(allowed)
    if not isinstance(value, str) or value not in allowed:
        choices = ", ".join(f'"{word}"' for word in allowed)
        raise ValueError(message("arguments.not_one_of", name=name, received=_shown(value), allowed=choices))
    return value


def numbers(name: str, values: object, *, example: str = "[30, 42, 44]", check=None) -> list[float]:
    """A list (or column) of at least one finite number; each may have to pass another check as well, such as ``rate``.

    >>> numbers("profits", (30, 42))
    [30.0, 42.0]
    >>> numbers("shares", [0.5, 0.5], check=rate, example="[0.5, 0.5]")
    [0.5, 0.5]
    """
    # A dict would give its keys, a set no order, a table its headings: all of them numbers, and all of them wrong ones.
    unsuitable = isinstance(values, (str, bytes, bytearray, Mapping, Set)) or hasattr(values, "columns")
    if unsuitable or not hasattr(values, "__iter__") or getattr(values, "shape", None) == ():
        raise TypeError(message("arguments.not_a_list", name=name, received=_shown(values), example=example))
    values = list(values)
    if not values:
        raise ValueError(message("arguments.empty", name=name, example=example))
    found = [number(f"{name}[{place}]", value) for place, value in enumerate(values)]
    return found if check is None else [check(f"{name}[{place}]", value) for place, value in enumerate(found)]


def table(name: str, value, columns) -> None:
    """A pandas table with at least one row that has the named columns."""
    import pandas

    if not isinstance(value, pandas.DataFrame):
        raise TypeError(message("arguments.not_a_table", name=name, received=_shown(value), columns=", ".join(columns)))
    missing = [column for column in columns if column not in value.columns]
    if missing:
        raise ValueError(
            message("arguments.columns_missing", name=name, missing=", ".join(missing), received=", ".join(map(str, value.columns)))
        )
    if value.empty:
        raise ValueError(message("arguments.empty_table", name=name, columns=", ".join(columns)))


def column(table, name: str, check, **options) -> list:
    """A table's column, every cell checked; a refusal names the cell as ``column[row label]``.

    >>> import pandas
    >>> column(pandas.DataFrame({"pieces": [100, 250]}), "pieces", whole)
    [100, 250]
    """
    return [check(f"{name}[{label}]", value, **options) for label, value in table[name].items()]


def equally_long(lists: Mapping[str, list]) -> None:
    """Lists of the same length; a refusal names each with its length."""
    if len({len(values) for values in lists.values()}) > 1:
        lengths = listing(message("arguments.list_length", name=name, length=len(values)) for name, values in lists.items())
        example = ", ".join(f"{name}=[…]" for name in lists)
        raise ValueError(message("arguments.unequal_lists", received=lengths, example=example))


def part_of(part: str, part_value: float, whole: str, whole_value: float) -> None:
    """A part that is not larger than its whole, such as the responses among the pieces sent."""
    if part_value > whole_value:
        raise ValueError(message("arguments.more_than", part=part, received=part_value, whole=whole, limit=whole_value))


def yes_no(name: str, value: object) -> bool:
    """True or False, in any form in which a table or a person writes it.

    >>> yes_no("in_person", 1), yes_no("in_person", "no")
    (True, False)
    """
    found = yes_or_no.read(value)
    if found is None:
        raise TypeError(message("arguments.not_yes_no", name=name, received=_shown(value)))
    return found


def _is_number(value: object) -> bool:
    # Decimal is not registered as a Real, numpy's zero-dimensional arrays are not Numbers: ask what they can do.
    if type(value) in (float, int):  # what nearly every call gives, thousands of times in a picture that follows a slider
        return True
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_", "timedelta64"):
        return False  # True is no amount of money, be it Python's or numpy's, nor is a span of time
    if isinstance(value, Complex) and not isinstance(value, Real):
        return False  # numpy would drop the imaginary part with no more than a warning
    if isinstance(value, Number):
        return True
    # Zero-dimensional arrays of integers and floats; numpy would also turn a text in one into a number.
    return getattr(value, "shape", None) == () and getattr(getattr(value, "dtype", None), "kind", None) in ("i", "u", "f")


def _shown(value: object) -> str:
    """What was received, short enough for a sentence."""
    try:
        text = repr(value)
    except Exception:  # Python refuses to write out integers of thousands of digits; a class of one's own may do anything
        text = f"{type(value).__name__}(…)"
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:77] + "…"
