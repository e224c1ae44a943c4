"""How many answers a margin needs. Beyond the exam."""

from __future__ import annotations

import math

from crmlib import arguments
from crmlib.measuring_satisfaction.quantiles import critical_value


def sample_size_for_share(*, margin: float, confidence: float, share: float, population: int | None = None) -> int:
    """The sample size for a share is z squared times p times 1 - p, divided by the margin squared.

    Formula: n0 = z^2 * p * (1 - p) / e^2; in a population of N: n = n0 / (1 + (n0 - 1) / N); rounded up. It counts
    complete answers of a random sample: no number of answers mends a biased one.

    Arguments:
        margin: e, half the interval's width (fraction above 0, below 1: 0.05 for 5 percentage points).
        confidence: fraction above 0 and below 1, such as 0.95.
        share: p expected (fraction above 0 and below 1); 0.5 needs the most answers.
        population: N (count, 1 or more); None for very many.
    Returns: answers needed (whole number).
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Cochran (1977), Sampling Techniques, chapter 4.

    >>> sample_size_for_share(margin=0.05, confidence=0.95, share=0.5)
    385
    """
    half_width = arguments.rate("margin", margin, example=0.05, zero=False, one=False)
    expected = arguments.rate("share", share, example=0.5, zero=False, one=False)
    many = (_z(confidence) / half_width) ** 2 * expected * (1 - expected)
    return _rounded_up(many, population, many - 1)


def sample_size_for_mean(*, margin: float, confidence: float, standard_deviation: float, population: int | None = None) -> int:
    """The sample size for a mean is the square of z times the standard deviation, divided by the margin.

    Formula: n0 = (z * s / e)^2; in a population of N: n = n0 / (1 + n0 / N); rounded up.

    Arguments:
        margin: e, half the interval's width (points of the scale, above 0).
        confidence: fraction above 0 and below 1, such as 0.95.
        standard_deviation: s expected (points of the scale, above 0).
        population: N (count, 1 or more); None for very many.
    Returns: answers needed (whole number).
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Cochran (1977), Sampling Techniques, chapter 4.

    >>> sample_size_for_mean(margin=0.1, confidence=0.95, standard_deviation=1)
    385
    """
    half_width = arguments.positive("margin", margin, example=0.1)
    many = (_z(confidence) * arguments.positive("standard_deviation", standard_deviation, example=1) / half_width) ** 2
    return _rounded_up(many, population, many)


def _z(confidence: float) -> float:
    return critical_value(confidence=confidence, distribution="normal")


def _rounded_up(many: float, population, compared: float) -> int:
    if population is not None:
        whole = arguments.whole("population", population, minimum=1, example=1000)
        many = min(many / (1 + compared / whole), whole)
    return max(1, math.ceil(many - 1e-9))
