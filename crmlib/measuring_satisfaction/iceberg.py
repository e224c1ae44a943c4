"""The complaint iceberg: from purchases down to complaints, and from complaints up to everybody who is dissatisfied."""

from __future__ import annotations

import math
from dataclasses import dataclass

from crmlib import arguments


@dataclass(frozen=True, slots=True)
class Iceberg:
    """Purchases, those of them that left somebody dissatisfied, and of these the ones that were complained about or not."""

    purchases: float | None  # unknown when only complaints and the complaint share are given
    dissatisfied: float
    complaints: float
    silent: float

    @property
    def silent_per_complaint(self) -> float:
        """How many say nothing for each one who complains; infinite where nobody complains although somebody is dissatisfied."""
        if self.complaints:
            return self.silent / self.complaints
        return math.inf if self.silent else 0.0

    @property
    def complaints_per_1000(self) -> float | None:
        """Complaints per 1,000 purchases."""
        return None if self.purchases is None else 1000 * self.complaints / self.purchases


def iceberg_from_purchases(*, purchases: float, dissatisfied_share: float, complaint_share: float) -> Iceberg:
    """Complaints are the purchases times the dissatisfied share times the share of the dissatisfied who complain.

    Formula: dissatisfied = n * d; complaints = n * d * c; silent = n * d * (1 - c). With the exam's "fewer than 5 %" the
    complaints are an upper bound and the silent a lower one.

    Arguments:
        purchases: n, purchases in the period (count, above 0).
        dissatisfied_share: d, share of purchases that leave the buyer dissatisfied (fraction from 0 to 1).
        complaint_share: c, share of the dissatisfied who complain to the firm (fraction from 0 to 1).
    Returns: an Iceberg; its counts are not rounded.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Kotler and Keller, Marketing Management (25 % and 5 %); exam material (sources 002, 004).

    >>> iceberg_from_purchases(purchases=1000, dissatisfied_share=0.25, complaint_share=0.05)
    Iceberg(purchases=1000.0, dissatisfied=250.0, complaints=12.5, silent=237.5)
    """
    count = arguments.positive("purchases", purchases, example=1000)
    dissatisfied = count * arguments.rate("dissatisfied_share", dissatisfied_share, example=0.25)
    complaints = dissatisfied * arguments.rate("complaint_share", complaint_share, example=0.05)
    return Iceberg(count, dissatisfied, complaints, dissatisfied - complaints)


def iceberg_from_complaints(*, complaints: float, complaint_share: float, dissatisfied_share: float | None = None) -> Iceberg:
    """The dissatisfied are the complaints divided by the share of the dissatisfied who complain.

    Formula: dissatisfied = complaints / c; silent = dissatisfied - complaints; purchases = dissatisfied / d. If fewer
    than c complain, there are more dissatisfied customers than this: a lower bound.

    Arguments:
        complaints: complaints received (count, 0 or more).
        complaint_share: c, share of the dissatisfied who complain (fraction above 0, at most 1).
        dissatisfied_share: d, share of purchases that dissatisfy (fraction above 0, at most 1); None leaves the purchases open.
    Returns: an Iceberg; its counts are not rounded.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: rearranged from the exam's two shares (sources 002, 004).

    >>> iceberg_from_complaints(complaints=30, complaint_share=0.05)
    Iceberg(purchases=None, dissatisfied=600.0, complaints=30.0, silent=570.0)
    """
    tip = arguments.not_negative("complaints", complaints, example=30)
    dissatisfied = tip / arguments.rate("complaint_share", complaint_share, example=0.05, zero=False)
    if dissatisfied_share is None:
        return Iceberg(None, dissatisfied, tip, dissatisfied - tip)
    purchases = dissatisfied / arguments.rate("dissatisfied_share", dissatisfied_share, example=0.25, zero=False)
    return Iceberg(purchases, dissatisfied, tip, dissatisfied - tip)


def apparent_satisfied_share(*, purchases: float, complaints: float) -> float:
    """The apparent satisfied share is what a firm believes that takes everybody who does not complain for satisfied.

    Formula: 1 - complaints / purchases. It is a misreading, kept here to be compared with the truth.

    Arguments:
        purchases: purchases in the period (count, above 0).
        complaints: complaints about them (count, from 0 to the purchases).
    Returns: a fraction from 0 to 1.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: our example of the reasoning that the exam's text warns of (source 004).

    >>> apparent_satisfied_share(purchases=1000, complaints=12.5)
    0.9875
    """
    count = arguments.positive("purchases", purchases, example=1000)
    tip = arguments.not_negative("complaints", complaints, example=12)
    arguments.part_of("complaints", tip, "purchases", count)
    return 1 - tip / count
