"""Expectations that follow what was received: yesterday's delight is today's expectation."""

from __future__ import annotations

from dataclasses import dataclass

from crmlib import arguments
from crmlib.language import message
from crmlib.satisfaction.comparison import disconfirmation, satisfaction_state


@dataclass(frozen=True, slots=True)
class ExpectationStep:
    """One period: what was expected, what was perceived, the difference and the state."""

    period: int
    perceived_value: float
    expected_value: float
    disconfirmation: float
    state: str


def expectation_steps(*, perceived_values, start: float, adaptation_rate: float) -> tuple[ExpectationStep, ...]:
    """Expectations adapt: after every period they move part of the way to what was just perceived.

    Formula: E(t+1) = E(t) + a * (P(t) - E(t)), with E(1) = start; in each period P(t) is judged against E(t).

    Arguments:
        perceived_values: P, one score per period (list of numbers).
        start: E(1), the expectation before the first period (score).
        adaptation_rate: a, share of the difference that the next expectation takes over (0 to 1).
    Returns: one ExpectationStep per period.
    Raises: ValueError or TypeError if the list is empty, an entry is not a number or an argument is out of range.
    Source: adaptation level (Helson 1964); updating of expectations (Boulding et al. 1993). The exam has the idea, not the formula.

    >>> [step.disconfirmation for step in expectation_steps(perceived_values=[70, 60, 60], start=60, adaptation_rate=0.5)]
    [10.0, -5.0, -2.5]
    """
    perceived_values = arguments.numbers("perceived_values", perceived_values, example="[60, 65, 65]")
    expected = arguments.number("start", start, example=60)
    rate = arguments.rate("adaptation_rate", adaptation_rate, example=0.5)
    steps = []
    for period, perceived in enumerate(perceived_values, start=1):
        scores = {"perceived_value": perceived, "expected_value": expected}
        steps.append(ExpectationStep(period, perceived, expected, disconfirmation(**scores), satisfaction_state(**scores)))
        expected += rate * (perceived - expected)
    return tuple(steps)


def expectation_path(*, perceived_values, start: float, adaptation_rate: float):
    """The path of expectations is the table of expectation_steps, one row per period.

    Formula: as expectation_steps.

    Arguments:
        perceived_values, start, adaptation_rate: as in expectation_steps.
    Returns: a pandas table with period, perceived_value, expected_value, disconfirmation and state.
    Raises: ValueError or TypeError as expectation_steps.
    Source: as expectation_steps.

    >>> expectation_path(perceived_values=[70, 60], start=60, adaptation_rate=0.5)["state"].tolist()
    ['delighted', 'dissatisfied']
    """
    steps = expectation_steps(perceived_values=perceived_values, start=start, adaptation_rate=adaptation_rate)
    import pandas

    names = ("period", "perceived_value", "expected_value", "disconfirmation", "state")
    return pandas.DataFrame([[getattr(step, name) for name in names] for step in steps], columns=list(names))


def gift_at_once(*, total: float, periods: int, kept_periods: int) -> tuple[float, ...]:
    """A gift at once spends all the extra value in the first periods and nothing afterwards.

    Formula: total / kept_periods in each of the first kept_periods, then 0.

    Arguments:
        total: extra value over all periods (points of the scale, 0 or more).
        periods: number of periods (whole number, 1 or more).
        kept_periods: for how many of them the gift is kept up (whole number, 1 to periods).
    Returns: the extra value of each period.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: ours, after the cosmetics firm that could not keep up delivery to the home (source 001).

    >>> gift_at_once(total=12, periods=4, kept_periods=2)
    (6.0, 6.0, 0.0, 0.0)
    """
    total = arguments.not_negative("total", total, example=78)
    periods = arguments.whole("periods", periods, minimum=1, example=12)
    kept = arguments.whole("kept_periods", kept_periods, minimum=1, example=3)
    if kept > periods:
        raise ValueError(message("satisfaction.kept_too_long", received=kept, periods=periods))
    return (total / kept,) * kept + (0.0,) * (periods - kept)


def small_steps(*, total: float, periods: int) -> tuple[float, ...]:
    """Small steps spend the same extra value so that every period brings a little more than the one before.

    Formula: g, 2g, 3g, …, with g = total / (n (n + 1) / 2).

    Arguments:
        total: extra value over all periods (points of the scale, 0 or more).
        periods: n, number of periods (whole number, 1 or more).
    Returns: the extra value of each period.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: ours, after the suspense principle (source 001).

    >>> small_steps(total=12, periods=3)
    (2.0, 4.0, 6.0)
    """
    total = arguments.not_negative("total", total, example=78)
    periods = arguments.whole("periods", periods, minimum=1, example=12)
    step = total / (periods * (periods + 1) / 2)
    return tuple(step * place for place in range(1, periods + 1))
