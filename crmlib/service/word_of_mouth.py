"""How many people hear of a bad experience: the figure alone says nothing without the people it is counted from."""

from __future__ import annotations

from typing import NamedTuple

from crmlib import arguments
from crmlib.service.recovery import BASES


class PeopleTold(NamedTuple):
    """How many people tell, and how many at least and at most hear it from them."""

    tellers: float
    at_least: float
    at_most: float


def people_told(*, dissatisfied: float, complaint_share: float, tells_at_least: float, tells_at_most: float, base: str) -> PeopleTold:
    """The people told are those who tell, times the number each of them tells.

    Formula: tellers * tells; the tellers are all the dissatisfied, or only the complainers, as the base says. Nobody is assumed to
    hear it twice or to pass it on.

    Arguments:
        dissatisfied: dissatisfied customers (0 or more).
        complaint_share: the share of them who complain (0 to 1); used for the base "complainers".
        tells_at_least, tells_at_most: how many people each of them tells (0 or more, the first at most the second).
        base: "dissatisfied" or "complainers": who was asked when the figure was found.
    Returns: a PeopleTold: tellers, at_least, at_most.
    Raises: ValueError if an argument leaves its range or the base is another word; TypeError if one is not a number.
    Source: the exam text: 8 to 10 people per dissatisfied customer; Kotler: 11; others 5 or 25. The figures have different bases.

    >>> people_told(dissatisfied=200, complaint_share=0.05, tells_at_least=8, tells_at_most=10, base="dissatisfied")
    PeopleTold(tellers=200.0, at_least=1600.0, at_most=2000.0)
    """
    people = arguments.not_negative("dissatisfied", dissatisfied, example=200)
    share = arguments.rate("complaint_share", complaint_share, example=0.05)
    low = arguments.not_negative("tells_at_least", tells_at_least, example=8)
    high = arguments.not_negative("tells_at_most", tells_at_most, example=10)
    arguments.part_of("tells_at_least", low, "tells_at_most", high)
    tellers = people * (share if arguments.one_of("base", base, BASES) == "complainers" else 1)
    return PeopleTold(tellers, tellers * low, tellers * high)
