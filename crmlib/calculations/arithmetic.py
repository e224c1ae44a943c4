"""The four kinds of arithmetic, named, for steps of a worked answer and for mistakes that take the wrong one."""

from __future__ import annotations

import math
from collections.abc import Sequence


def total(*, of: Sequence[float]) -> float:
    """The sum of several numbers.

    >>> total(of=[2, 3, 4])
    9
    """
    return sum(of)


def difference(*, of: float, less: float) -> float:
    """One number less another."""
    return of - less


def product(*, of: Sequence[float]) -> float:
    """Several numbers multiplied."""
    return math.prod(of)


def quotient(*, of: float, by: float) -> float:
    """One number divided by another."""
    return of / by


def power(*, of: float, to: float) -> float:
    """One number taken to the power of another."""
    return of**to


def complement(*, of: float) -> float:
    """What is missing from a share to the whole."""
    return 1 - of


def mean(*, of: Sequence[float]) -> float:
    """The plain mean of several numbers, without weights."""
    return sum(of) / len(of)


def rounded_down(*, of: float) -> int:
    """A number cut to a whole one."""
    return math.floor(of + 1e-9)


def rounded_up(*, of: float) -> int:
    """A number raised to the next whole one."""
    return math.ceil(of - 1e-9)
