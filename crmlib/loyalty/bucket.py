"""The leaky bucket: a level that stands still when as many leave as come in."""

from __future__ import annotations

import math
from dataclasses import dataclass

from crmlib import arguments
from crmlib.language import message

_LONGEST = 10_000  # periods that a path may have; nobody reads further


@dataclass(frozen=True, slots=True)
class OffenceDefence:
    """The level of the bucket, and by how much it rises by one more customer won or by one fewer lost per period."""

    steady_state: float
    one_more_in: float
    one_fewer_out: float


def steady_state(*, inflow: float, defection_rate: float) -> float:
    """The level of a leaky bucket moves to the one at which as many leave as come in, whatever it starts with.

    Formula: inflow = defection_rate * level, so level = inflow / defection_rate.

    Arguments:
        inflow: customers won per period (0 or more).
        defection_rate: share of the customers at a period's start who leave by its end (above 0, up to 1).
    Returns: a number of customers.
    Raises: ValueError if the rate is 0 (without a leak the level grows for ever) or out of range; TypeError if one is not a number.
    Source: stock and flow arithmetic; the picture of the leaky bucket is the exam's (source 003).

    >>> steady_state(inflow=40, defection_rate=0.1)
    400.0
    """
    inflow = arguments.not_negative("inflow", inflow, example=40)
    return inflow / arguments.rate("defection_rate", defection_rate, example=0.1, zero=False)


def bucket_path(*, start: float, inflow: float, defection_rate: float, periods: int):
    """The path of the bucket is the level at the end of each period: what was there, less what leaks out, plus what comes in.

    Formula: end = start - defection_rate * start + inflow. Newcomers leave in the next period at the earliest.

    Arguments:
        start: customers at the start of the first period (0 or more).
        inflow, defection_rate: as in steady_state, but a rate of 0 is allowed here.
        periods: number of periods (whole number, 1 to 10,000).
    Returns: a pandas table with period, start, lost, new and end (customers, not rounded).
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: stock and flow arithmetic.

    >>> bucket_path(start=0, inflow=40, defection_rate=0.1, periods=3)["end"].round(1).tolist()
    [40.0, 76.0, 108.4]
    """
    level, inflow, leak = _checked(start, inflow, defection_rate)
    periods = arguments.whole("periods", periods, minimum=1, example=10)
    if periods > _LONGEST:
        raise ValueError(message("loyalty.too_many_periods", received=periods, most=_LONGEST))
    rows = []
    for period in range(1, periods + 1):
        rows.append((period, level, leak * level, inflow, level - leak * level + inflow))
        level = rows[-1][-1]
    import pandas

    return pandas.DataFrame(rows, columns=["period", "start", "lost", "new", "end"])


def periods_until_near(*, start: float, inflow: float, defection_rate: float, within: float) -> int:
    """The bucket comes near its level after the first period in which the distance has shrunk to a stated share of that level.

    Formula: the smallest n with |start - level| * (1 - defection_rate)^n <= within * level.

    Arguments:
        start, inflow, defection_rate: as in steady_state; inflow above 0.
        within: how near, as a share of the level (above 0, below 1).
    Returns: a whole number of periods; 0 if it starts that near.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: stock and flow arithmetic.

    >>> periods_until_near(start=0, inflow=40, defection_rate=0.1, within=0.05)
    29
    """
    start, inflow, leak = _checked(start, inflow, defection_rate)
    arguments.positive("inflow", inflow, example=40)
    level = steady_state(inflow=inflow, defection_rate=leak)
    share = arguments.rate("within", within, example=0.05, zero=False, one=False)
    distance = abs(start - level) / level
    if distance <= share:
        return 0
    if leak == 1:
        return 1
    # Rounded before it is rounded up: 0.9 ** 3 of 1000 must count as 729 even where floating point sees a hair more.
    return math.ceil(round(math.log(share / distance) / math.log(1 - leak), 9))


def offence_and_defence(*, inflow: float, defection_rate: float) -> OffenceDefence:
    """Winning one more customer per period and losing one fewer raise the level of the bucket by nearly the same: what decides is what each costs.

    Formula: with level N = inflow / c, one more in gives (inflow + 1) / c - N = 1 / c. One fewer out of the inflow that N loses
    per period is the rate (inflow - 1) / N, kept for good, and gives inflow / ((inflow - 1) / N) - N.

    Arguments:
        inflow: customers won per period (more than 1: else nobody is left to lose).
        defection_rate: c (above 0, up to 1).
    Returns: an OffenceDefence in customers.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: arithmetic of the steady state, ours. Offence and defence: Fornell and Wernerfelt (1987).

    >>> found = offence_and_defence(inflow=40, defection_rate=0.1)
    >>> found.steady_state, round(found.one_more_in, 1), round(found.one_fewer_out, 1)
    (400.0, 10.0, 10.3)
    """
    level = steady_state(inflow=inflow, defection_rate=defection_rate)
    if float(inflow) <= 1:
        raise ValueError(message("loyalty.inflow_too_small", received=inflow))
    better = level * float(inflow) / (float(inflow) - 1)  # inflow / ((inflow - 1) / N)
    return OffenceDefence(level, 1 / float(defection_rate), better - level)


def _checked(start, inflow, defection_rate) -> tuple[float, float, float]:
    return (
        arguments.not_negative("start", start, example=1000),
        arguments.not_negative("inflow", inflow, example=40),
        arguments.rate("defection_rate", defection_rate, example=0.1),
    )
