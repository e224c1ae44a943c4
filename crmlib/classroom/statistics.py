"""What the marks of a class say about its questions: difficulty, discrimination, reliability. Pure numbers in and out.

A table of scores has a row for each student and a column for each question.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Scores = Sequence[Sequence[float]]
GROUP = 0.27  # share of the class in the upper and in the lower group


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean."""
    return math.fsum(values) / len(values)


def variance(values: Sequence[float]) -> float:
    """The variance with n − 1, as of a sample."""
    middle = mean(values)
    return math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1) if len(values) > 1 else 0.0


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share lies, interpolated between neighbours.

    >>> quantile([1, 2, 3, 4], 0.5)
    2.5
    """
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Pearson's correlation; None where one side does not vary."""
    a, b = mean(left), mean(right)
    spread = math.sqrt(math.fsum((x - a) ** 2 for x in left) * math.fsum((y - b) ** 2 for y in right))
    if spread < 1e-12:
        return None
    return max(-1.0, min(1.0, math.fsum((x - a) * (y - b) for x, y in zip(left, right, strict=True)) / spread))


@dataclass(frozen=True, slots=True)
class Item:
    """One question: share of its points earned, correlation with the other questions, upper minus lower group, share with full and with no points."""

    difficulty: float
    discrimination: float | None
    upper_lower: float | None
    full: float
    none: float


def items(scores: Scores, points: Sequence[float]) -> list[Item]:
    """Every question of a class; ``points`` are the most that each can earn."""
    totals = [math.fsum(row) for row in scores]
    upper, lower = groups(totals)
    found = []
    for column, most in enumerate(points):
        values = [row[column] for row in scores]
        rest = [total - value for total, value in zip(totals, values, strict=True)]
        apart = None
        if upper and most:
            apart = (weighted(values, upper) - weighted(values, lower)) / most
        found.append(
            Item(
                mean(values) / most if most else 0.0,
                correlation(values, rest) if len(values) > 2 else None,
                apart,
                mean([value >= most - 1e-9 for value in values]),
                mean([value <= 1e-9 for value in values]),
            )
        )
    return found


def groups(totals: Sequence[float], share: float = GROUP) -> tuple[list[float], list[float]]:
    """The weight of each student in the upper and in the lower group; who has the same total has the same weight.

    >>> groups([1, 2, 2, 3], share=0.5)[0]
    [0.0, 0.5, 0.5, 1.0]
    """
    size = len(totals) * share
    if size < 1:
        return [], []
    return _top(totals, size), _top([-total for total in totals], size)


def _top(totals: Sequence[float], size: float) -> list[float]:
    weights = [0.0] * len(totals)
    left = size
    for value in sorted(set(totals), reverse=True):
        those = [place for place, total in enumerate(totals) if total == value]
        part = min(1.0, left / len(those))
        for place in those:
            weights[place] = part
        left -= part * len(those)
        if left <= 1e-12:
            break
    return weights


def weighted(values: Sequence[float], weights: Sequence[float]) -> float:
    """The mean of values with weights."""
    return math.fsum(value * weight for value, weight in zip(values, weights, strict=True)) / math.fsum(weights)


def alpha(scores: Scores) -> float | None:
    """Cronbach's alpha; of questions that are right or wrong it is KR-20. None below two questions or without spread."""
    count = len(scores[0]) if scores else 0
    total = variance([math.fsum(row) for row in scores]) if len(scores) > 1 else 0.0
    if count < 2 or total < 1e-12:
        return None
    parts = math.fsum(variance([row[column] for row in scores]) for column in range(count))
    return count / (count - 1) * (1 - parts / total)


def is_right_or_wrong(scores: Scores, points: Sequence[float]) -> bool:
    """Whether every question earned all or nothing, so that alpha is KR-20."""
    return all(min(abs(value), abs(value - most)) < 1e-9 for row in scores for value, most in zip(row, points, strict=True))


def interval(estimate: float, students: int, questions: int, level: float = 0.95) -> tuple[float, float]:
    """Feldt's interval for alpha: (1 − alpha) times quantiles of F with n − 1 and (n − 1)(k − 1) degrees of freedom."""
    one, two = students - 1, (students - 1) * (questions - 1)
    tail = (1 - level) / 2
    return 1 - (1 - estimate) * f_quantile(1 - tail, one, two), 1 - (1 - estimate) * f_quantile(tail, one, two)


def f_quantile(share: float, one: float, two: float) -> float:
    """The value that F with these degrees of freedom stays below with a probability.

    >>> round(f_quantile(0.95, 5, 10), 3)
    3.326
    """
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if incomplete_beta(one / 2, two / 2, middle) < share:
            low = middle
        else:
            high = middle
    return two * low / (one * (1 - low)) if low < 1 else math.inf


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    tiny = 1e-300
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or tiny)
    found = d
    for m in range(1, 2000):
        for top in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / (1 + top * d or tiny)
            c = 1 + top / c or tiny
            found *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return front * found
