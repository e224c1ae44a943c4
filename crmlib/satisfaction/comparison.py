"""Perceived value against expected value: as ratio, as difference, and where the two rank customers differently."""

from __future__ import annotations

import math
from itertools import combinations

from crmlib import arguments
from crmlib.language import listing, message

RANKINGS = ("ratio", "difference")
STATES = ("dissatisfied", "satisfied", "delighted")
# Decimals and share within which two scores are one: 0.1 + 0.2 and 0.3 must not make a customer dissatisfied.
_SAME = 9
_CLOSE = 1e-9
# What the running case's survey calls the two scores.
_OTHER_NAMES = {"expected_value": "expectation", "perceived_value": "perceived_performance"}


def satisfaction_ratio(*, perceived_value: float, expected_value: float) -> float:
    """The satisfaction ratio is perceived value divided by expected value.

    Formula: S = P / E. A ratio of 1 or more means satisfied, a ratio below 1 dissatisfied.

    Arguments:
        perceived_value: P, what the customer perceives (score on a scale with a true zero, 0 or more).
        expected_value: E, what the customer expected (score on the same scale, above 0).
    Returns: a ratio, 0 or more.
    Raises: ValueError if E is 0 or negative (the ratio does not exist: it is neither 0 nor infinite satisfaction) or P is
        negative; TypeError if one is not a number.
    Source: exam material (source 001), a practitioner's rule; Oliver (1980) uses the difference.

    >>> satisfaction_ratio(perceived_value=80, expected_value=64)
    1.25
    """
    perceived = arguments.not_negative("perceived_value", perceived_value, example=80)
    return perceived / _expected(expected_value)


def disconfirmation(*, perceived_value: float, expected_value: float) -> float:
    """Disconfirmation is the difference between what is perceived and what was expected.

    Formula: D = P - E. Above 0 it is positive disconfirmation, below 0 negative, at 0 the expectation is confirmed.

    Arguments:
        perceived_value: P (score, any number).
        expected_value: E (score on the same scale, any number). Unlike a ratio, a difference needs no true zero.
    Returns: points of that scale, with their sign.
    Raises: ValueError or TypeError if one is not a finite number.
    Source: Oliver (1980), "A cognitive model of the antecedents and consequences of satisfaction decisions".

    >>> disconfirmation(perceived_value=9, expected_value=7)
    2.0
    """
    perceived = arguments.number("perceived_value", perceived_value, example=9)
    return perceived - arguments.number("expected_value", expected_value, example=7)


def satisfaction_state(*, perceived_value: float, expected_value: float) -> str:
    """A customer is dissatisfied below the expectation, satisfied at it and delighted above it.

    Formula: compare P with E, without rounding: a ratio of 0.98 is dissatisfied. The exam counts "satisfied" and
    "delighted" alike as satisfied.

    Arguments:
        perceived_value: P (score, any number).
        expected_value: E (score on the same scale, any number).
    Returns: one of STATES.
    Raises: ValueError or TypeError if one is not a finite number.
    Source: exam material (source 001); Kotler after Oliver (1980).

    >>> satisfaction_state(perceived_value=98, expected_value=100)
    'dissatisfied'
    """
    gap = disconfirmation(perceived_value=perceived_value, expected_value=expected_value)
    scale = max(1.0, abs(float(perceived_value)), abs(float(expected_value)))
    if abs(gap) <= _CLOSE * scale:
        return "satisfied"
    return "delighted" if gap > 0 else "dissatisfied"


def is_satisfied(*, perceived_value: float, expected_value: float) -> bool:
    """The customer is satisfied when the perceived value is equal to or greater than the expected value.

    Formula: P >= E.

    Arguments:
        perceived_value: P (score, any number).
        expected_value: E (score on the same scale, any number).
    Returns: True or False.
    Raises: ValueError or TypeError if one is not a finite number.
    Source: exam material (source 001).

    >>> is_satisfied(perceived_value=80, expected_value=80)
    True
    """
    return satisfaction_state(perceived_value=perceived_value, expected_value=expected_value) != "dissatisfied"


def perceived_value_needed(*, expected_value: float, satisfaction_ratio: float) -> float:
    """The perceived value needed is what must be delivered for a given ratio when the expectation stays as it is.

    Formula: P = S * E.

    Arguments:
        expected_value: E (score, above 0).
        satisfaction_ratio: S to be reached (ratio, 0 or more; 1 for just satisfied).
    Returns: a score on the scale of E.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: rearranged from the ratio of source 001; the lever "raise perception".

    >>> perceived_value_needed(expected_value=100, satisfaction_ratio=1)
    100.0
    """
    return arguments.not_negative("satisfaction_ratio", satisfaction_ratio, example=1) * _expected(expected_value)


def expected_value_allowed(*, perceived_value: float, satisfaction_ratio: float) -> float:
    """The expected value allowed is the highest expectation that still gives a certain ratio at what is delivered now.

    Formula: E = P / S.

    Arguments:
        perceived_value: P (score, 0 or more).
        satisfaction_ratio: S to be reached (ratio, above 0; 1 for just satisfied).
    Returns: a score on the scale of P.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: rearranged from the ratio of source 001; the lever "lower expectations".

    >>> expected_value_allowed(perceived_value=80, satisfaction_ratio=1.25)
    64.0
    """
    perceived = arguments.not_negative("perceived_value", perceived_value, example=80)
    return perceived / arguments.positive("satisfaction_ratio", satisfaction_ratio, example=1)


def rank_customers(customers, *, by: str):
    """Customers ranked by the ratio may stand in another order than customers ranked by the difference.

    Formula: ratio = P / E; difference = P - E.

    Arguments:
        customers: a pandas table, one row per customer, with customer (name), perceived_value and expected_value (or
            perceived_performance and expectation); scores as in satisfaction_ratio.
        by: "ratio" or "difference"; there is no default, because the answer depends on it.
    Returns: a pandas table, best first, with customer, perceived_value, expected_value, satisfaction_ratio, disconfirmation,
        state and rank (equal values share the better rank).
    Raises: ValueError or TypeError if a column is missing, a customer stands twice or a score is out of range.
    Source: source 001 (ratio) against Oliver (1980) (difference).

    >>> import pandas
    >>> two = pandas.DataFrame({"customer": ["A", "B"], "perceived_value": [3, 9], "expected_value": [2, 7]})
    >>> rank_customers(two, by="ratio")["customer"].tolist(), rank_customers(two, by="difference")["customer"].tolist()
    (['A', 'B'], ['B', 'A'])
    """
    arguments.one_of("by", by, RANKINGS)
    rows = _compared(customers)
    measure = {"ratio": lambda row: row[3], "difference": lambda row: row[4]}[by]
    rows.sort(key=lambda row: -measure(row))
    measures = [measure(row) for row in rows]
    import pandas

    names = ["customer", "perceived_value", "expected_value", "satisfaction_ratio", "disconfirmation", "state"]
    table = pandas.DataFrame(rows, columns=names)
    table["rank"] = [measures.index(own) + 1 for own in measures]
    return table


def ranking_conflicts(customers):
    """A conflict is a pair of customers of whom the ratio prefers one and the difference the other.

    Formula: (S1 - S2) * (D1 - D2) < 0. It happens only where both are satisfied or both are dissatisfied.

    Arguments:
        customers: a pandas table as in rank_customers.
    Returns: a pandas table, one row per such pair, with higher_by_ratio and higher_by_difference (names); perhaps empty.
    Raises: ValueError or TypeError as rank_customers.
    Source: ours, from the two formulas.

    >>> import pandas
    >>> two = pandas.DataFrame({"customer": ["A", "B"], "perceived_value": [3, 9], "expected_value": [2, 7]})
    >>> ranking_conflicts(two).values.tolist()
    [['A', 'B']]
    """
    found = []
    for one, other in combinations(_compared(customers), 2):
        by_ratio, by_difference = one[3] - other[3], one[4] - other[4]
        if by_ratio * by_difference < 0:
            found.append((one[0], other[0]) if by_ratio > 0 else (other[0], one[0]))
    import pandas

    return pandas.DataFrame(found, columns=["higher_by_ratio", "higher_by_difference"])


def satisfaction_by_disconfirmation(answers):
    """Average satisfaction at every difference shows whether satisfaction follows the comparison, as the theory says.

    Formula: mean of overall satisfaction over all answers with the same P - E.

    Arguments:
        answers: a pandas table, one row per person, with perceived_value and expected_value (or perceived_performance and
            expectation) and overall_satisfaction (scores). Rows in which one of the three is missing are left out.
    Returns: a pandas table, lowest difference first, with disconfirmation, answers (how many) and overall_satisfaction (mean).
    Raises: ValueError or TypeError if a column is missing, no row is complete or a cell is not a number.
    Source: Oliver (1980) for the idea; the table shows an association, not a cause.

    >>> from crmlib import running_case
    >>> satisfaction_by_disconfirmation(running_case.load("survey"))["answers"].sum().item()
    381
    """
    named = _named(answers, "answers", ("perceived_value", "expected_value", "overall_satisfaction"))
    complete = named[["perceived_value", "expected_value", "overall_satisfaction"]].dropna()
    if complete.empty:
        raise ValueError(message("satisfaction.no_complete_answer", name="answers"))
    columns = {name: arguments.column(complete, name, arguments.number, example=7) for name in complete.columns}
    groups: dict[float, list[float]] = {}
    for perceived, expected, overall in zip(columns["perceived_value"], columns["expected_value"], columns["overall_satisfaction"], strict=True):
        groups.setdefault(round(perceived - expected, _SAME), []).append(overall)
    import pandas

    rows = [(gap, len(given), math.fsum(given) / len(given)) for gap, given in sorted(groups.items())]
    return pandas.DataFrame(rows, columns=["disconfirmation", "answers", "overall_satisfaction"])


def _expected(expected_value: float) -> float:
    expected = arguments.number("expected_value", expected_value, example=100)
    if expected <= 0:
        raise ValueError(message("satisfaction.no_expectation", name="expected_value", received=f"{expected:g}", example=100))
    return expected


def _compared(customers) -> list[tuple]:
    """Name, P, E, ratio, difference and state of every customer."""
    named = _named(customers, "customers", ("customer", "perceived_value", "expected_value"))
    names = named["customer"].tolist()
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise ValueError(message("satisfaction.customer_twice", received=listing(dict.fromkeys(twice))))
    perceived = arguments.column(named, "perceived_value", arguments.not_negative, example=7)
    expected = arguments.column(named, "expected_value", arguments.positive, example=7)
    return [_row(*one) for one in zip(names, perceived, expected, strict=True)]


def _row(name, perceived: float, expected: float) -> tuple:
    scores = {"perceived_value": perceived, "expected_value": expected}
    gap = round(disconfirmation(**scores), _SAME)
    return name, perceived, expected, round(satisfaction_ratio(**scores), _SAME), gap, satisfaction_state(**scores)


def _named(table, name: str, columns):
    """The table with the survey's names of the two scores turned into ours."""
    if hasattr(table, "columns"):
        table = table.rename(columns={other: own for own, other in _OTHER_NAMES.items() if own not in table.columns})
    arguments.table(name, table, columns)
    return table
