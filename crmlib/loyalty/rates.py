"""Retention and defection in one period, with the newcomers taken out."""

from __future__ import annotations

from crmlib import arguments
from crmlib.language import message


def retention_rate(*, start: float, end: float, new: float) -> float:
    """The retention rate is the share of the customers at the start of a period who are still there at its end.

    Formula: r = (end - new) / start. Newcomers are taken out first: they were never at risk of leaving from the start.

    Arguments:
        start: customers at the start of the period (above 0).
        end: customers at its end, newcomers included (0 or more).
        new: customers won in the period who are still there at its end (0 or more).
    Returns: a fraction from 0 to 1.
    Raises: ValueError if start is 0 (nobody to keep: the rate does not exist), new exceeds end, or end - new exceeds start;
        TypeError if one is not a number.
    Source: definition; the exam asks for it in the questions on defection after Kotler (source 004).

    >>> retention_rate(start=1000, end=1050, new=250)
    0.8
    """
    start = arguments.positive("start", start, example=1000)
    return _kept(start, arguments.not_negative("end", end, example=1050), arguments.not_negative("new", new, example=250)) / start


def defection_rate(*, start: float, end: float, new: float) -> float:
    """The defection rate is the share of the customers at the start of a period who have left by its end.

    Formula: 1 - (end - new) / start.

    Arguments:
        start, end, new: as in retention_rate.
    Returns: a fraction from 0 to 1.
    Raises: ValueError or TypeError as retention_rate.
    Source: definition.

    >>> defection_rate(start=1000, end=1050, new=250)
    0.2
    """
    # Not 1 - r: 1 - 0.9 is not 0.1 in floating point, and counts divide cleanly.
    return customers_lost(start=start, end=end, new=new) / float(start)


def customers_lost(*, start: float, end: float, new: float) -> float:
    """The customers lost are those of the start who are not there at the end: growth can hide them.

    Formula: start + new - end.

    Arguments:
        start, end, new: as in retention_rate.
    Returns: a number of customers, 0 or more.
    Raises: ValueError or TypeError as retention_rate.
    Source: definition.

    >>> customers_lost(start=1000, end=1050, new=250)
    200.0
    """
    retention_rate(start=start, end=end, new=new)
    return float(start) + float(new) - float(end)


def pooled_retention_rate(*, start, end, new) -> float:
    """The retention rate of several groups together is their customers kept divided by their customers at the start.

    Formula: sum(end - new) / sum(start). The mean of the groups' own rates would give a small group the weight of a large one.

    Arguments:
        start, end, new: one number per group (lists or columns of the same length; each group as in retention_rate, but a group
            that starts with nobody is allowed as long as another does not).
    Returns: a fraction from 0 to 1.
    Raises: ValueError if the lists differ in length, nobody is there at the start or a group is impossible; TypeError if an
        entry is not a number.
    Source: definition.

    >>> pooled_retention_rate(start=[900, 100], end=[810, 50], new=[0, 0])
    0.86
    """
    lists = {"start": start, "end": end, "new": new}
    lists = {name: arguments.numbers(name, values, example="[900, 100]", check=arguments.not_negative) for name, values in lists.items()}
    arguments.equally_long(lists)
    kept = sum(_kept(*group, f"[{place}]") for place, group in enumerate(zip(lists["start"], lists["end"], lists["new"], strict=True)))
    return kept / arguments.positive("start", sum(lists["start"]), example=1000)


def _kept(start: float, end: float, new: float, place: str = "") -> float:
    """How many of those at the start are still there; refused where more newcomers or more stayers are left than there can be."""
    arguments.part_of(f"new{place}", new, f"end{place}", end)
    if end - new > start:
        raise ValueError(message("loyalty.more_stayed_than_there", stayed=f"{end - new:g}", start=f"{start:g}"))
    return end - new
