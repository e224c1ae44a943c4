"""A complaint is a second chance: who can be kept, and of whom a recovery rate speaks."""

from __future__ import annotations

from typing import NamedTuple

from crmlib import arguments

BASES = ("complainers", "dissatisfied")


class AfterComplaints(NamedTuple):
    """What becomes of the dissatisfied: who complains, who is won back, who stays silently, who is lost."""

    complainers: float
    recovered: float
    silent: float
    silent_who_stay: float
    kept: float
    lost: float


def customers_recovered(*, dissatisfied: float, complaint_share: float, recovery_rate: float, base: str) -> float:
    """The customers recovered are the recovery rate times its base: all who were dissatisfied, or only those who complained.

    Formula: dissatisfied * recovery rate if the base is the dissatisfied; dissatisfied * complaint share * recovery rate if it is
    the complainers. Only who complains can be answered, so the second is what a firm can reach.

    Arguments:
        dissatisfied: dissatisfied customers (0 or more).
        complaint_share: the share of them who complain (0 to 1).
        recovery_rate: the share of the base who go on buying after a good recovery (0 to 1).
        base: "complainers" or "dissatisfied": of whom the rate speaks.
    Returns: a number of customers.
    Raises: ValueError if an argument leaves its range or the base is another word; TypeError if one is not a number.
    Source: the exam text has 70 % of the dissatisfied; Kotler has 54 to 70 % of the complainers, 95 % if it is quick (after TARP).

    >>> rates = {"dissatisfied": 200, "complaint_share": 0.05, "recovery_rate": 0.7}
    >>> round(customers_recovered(**rates, base="complainers"), 9), customers_recovered(**rates, base="dissatisfied")
    (7.0, 140.0)
    """
    people = arguments.not_negative("dissatisfied", dissatisfied, example=200)
    share = arguments.rate("complaint_share", complaint_share, example=0.05)
    rate = arguments.rate("recovery_rate", recovery_rate, example=0.7)
    return people * rate * (share if arguments.one_of("base", base, BASES) == "complainers" else 1)


def after_complaints(*, dissatisfied: float, complaint_share: float, recovery_rate: float, silent_return_rate: float) -> AfterComplaints:
    """Of the dissatisfied a firm keeps those it recovers after a complaint, and those who come back without a word.

    Formula: complainers = dissatisfied * complaint share; recovered = complainers * recovery rate; silent = dissatisfied - complainers;
    silent who stay = silent * silent return rate; kept = recovered + silent who stay; lost = the rest.

    Arguments:
        dissatisfied: dissatisfied customers (0 or more).
        complaint_share: the share of them who complain (0 to 1).
        recovery_rate: the share of the complainers who go on buying (0 to 1).
        silent_return_rate: the share of those who say nothing who go on buying all the same (0 to 1).
    Returns: an AfterComplaints.
    Raises: ValueError if an argument leaves its range; TypeError if one is not a number.
    Source: arithmetic; the idea that encouraging complaints saves customers is Fornell and Wernerfelt's (1987).

    >>> after_complaints(dissatisfied=200, complaint_share=0.5, recovery_rate=0.75, silent_return_rate=0.25).kept
    100.0
    """
    rates = {"dissatisfied": dissatisfied, "complaint_share": complaint_share, "recovery_rate": recovery_rate}
    recovered = customers_recovered(**rates, base="complainers")
    stay = arguments.rate("silent_return_rate", silent_return_rate, example=0.1)
    complainers = float(dissatisfied) * float(complaint_share)
    silent = float(dissatisfied) - complainers
    kept = recovered + silent * stay
    return AfterComplaints(complainers, recovered, silent, silent * stay, kept, float(dissatisfied) - kept)
