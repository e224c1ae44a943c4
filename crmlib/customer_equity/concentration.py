"""How unequally customers contribute: the top share, the whale curve, and the best against the rest."""

from __future__ import annotations

import math
from typing import NamedTuple

from crmlib import arguments
from crmlib.language import message


class WhalePeak(NamedTuple):
    """Where the cumulative value is highest: with how many customers, which share of the total that is, and what the others lose."""

    customers: int
    share_of_total: float
    lost: float


def top_share(values, *, share: float) -> float:
    """The top share is what the most valuable customers bring of the value of all.

    Formula: sum of the ceil(share * n) largest values / sum of all values.

    Arguments:
        values: one value per customer (list or column; may be negative, but the sum must be above 0).
        share: the share of the customers counted as the top, above 0 and at most 1 (0.2 for 80/20); part of a customer counts as one.
    Returns: a share of the total; above 1 where the others together lose money.
    Raises: ValueError if share leaves its range or the sum is not above 0; TypeError if a value is not a number.
    Source: definition; the exam's 20 % and 80 %.

    >>> top_share([50, 30, 8, 6, 4, 2], share=0.2)
    0.8
    """
    ordered = _ordered(values)
    top = arguments.rate("share", share, example=0.2, zero=False)
    # 0.2 * 15 is a little more than 3 in floating point, but three customers are meant.
    return sum(ordered[: math.ceil(top * len(ordered) - 1e-9)]) / _total(ordered)


def whale_curve(values):
    """The whale curve adds up the customers' values from the best to the worst.

    Formula: cumulative value of the first k customers, and the same as a share of the total. It rises above 1 where the last
    customers lose money.

    Arguments:
        values: as in top_share.
    Returns: a pandas table, one row a customer: customers (1, 2, …), share_of_customers, value, cumulative, share_of_total.
    Raises: ValueError or TypeError as top_share.
    Source: Kaplan and Narayanan (2001) made the name known; arithmetic.

    >>> whale_curve([50, 30, -20])["cumulative"].tolist()
    [50.0, 80.0, 60.0]
    """
    import pandas

    ordered = _ordered(values)
    total = _total(ordered)
    rows, so_far = [], 0.0
    for place, value in enumerate(ordered, start=1):
        so_far += value
        rows.append((place, place / len(ordered), value, so_far, so_far / total))
    return pandas.DataFrame(rows, columns=["customers", "share_of_customers", "value", "cumulative", "share_of_total"])


def whale_peak(values) -> WhalePeak:
    """The peak of the whale curve is what the firm would earn if nobody cost more than they bring.

    Formula: the largest cumulative value, as a share of the total; lost = peak - total.

    Arguments:
        values: as in top_share.
    Returns: a WhalePeak: customers, share_of_total, lost.
    Raises: ValueError or TypeError as top_share.
    Source: as whale_curve.

    >>> whale_peak([50, 30, 8, 6, 4, 2, 0, -10, -15, -15])
    WhalePeak(customers=6, share_of_total=1.6666666666666667, lost=40.0)
    """
    ordered = _ordered(values)
    total = _total(ordered)
    gains = [value for value in ordered if value > 0]
    return WhalePeak(len(gains), sum(gains) / total, sum(gains) - total)


def average_ratio(*, customer_share: float, value_share: float) -> float:
    """The best customers' average against the average of the rest: 80/20 makes it 16 to 1.

    Formula: (value share / customer share) / ((1 - value share) / (1 - customer share)).

    Arguments:
        customer_share: the best customers as a share of all, above 0 and below 1.
        value_share: what they bring as a share of everything, 0 or more and below 1.
    Returns: how many times as much a best customer brings on average as one of the rest.
    Raises: ValueError if a share leaves its range; TypeError if one is not a number.
    Source: arithmetic; the exam's ratio for retailing happens to be the same 16:1.

    >>> average_ratio(customer_share=0.2, value_share=0.8)
    16.0
    """
    customers = arguments.rate("customer_share", customer_share, example=0.2, zero=False, one=False)
    value = arguments.rate("value_share", value_share, example=0.8, one=False)
    return round(value * (1 - customers) / (customers * (1 - value)), 12)


def _ordered(values) -> list[float]:
    return sorted(arguments.numbers("values", values, example="[50, 30, -20]"), reverse=True)


def _total(values: list[float]) -> float:
    total = sum(values)
    if total <= 0:
        raise ValueError(message("customer_equity.nothing_to_share", received=f"{total:g}"))
    return total
