"""How many standard errors a confidence level needs: quantiles of the normal and of Student's t distribution."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from crmlib import arguments

DISTRIBUTIONS = ("normal", "t")
# From here on the series below would be long, and the expansion is right to nine decimals.
_MANY = 400


def normal_quantile(*, probability: float) -> float:
    """The normal quantile is the number that a standard normal value stays below with the given probability.

    Formula: the inverse of the normal distribution function. For 95 % confidence take probability 0.975: 1.96.

    Arguments:
        probability: fraction above 0 and below 1.
    Returns: a number of standard errors.
    Raises: ValueError or TypeError if the probability is out of range or not a number.
    Source: standard (Cochran 1977).

    >>> round(normal_quantile(probability=0.975), 3)
    1.96
    """
    return NormalDist().inv_cdf(arguments.rate("probability", probability, example=0.975, zero=False, one=False))


def student_t_quantile(*, probability: float, degrees_of_freedom: int) -> float:
    """Student's t quantile is the normal quantile's counterpart when the standard deviation itself is only estimated.

    Formula: P(|T| < t) has a finite series in sines and cosines of atan(t / sqrt(f)) for whole degrees of freedom f
    (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4); t is found by halving an interval. For more than 400 degrees of
    freedom the expansion around the normal quantile is used (26.7.5).

    Arguments:
        probability: fraction above 0 and below 1; 0.975 for 95 % confidence.
        degrees_of_freedom: answers less one (whole number, 1 or more).
    Returns: a number of standard errors.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Student (1908); Abramowitz and Stegun (1964), Handbook of Mathematical Functions.

    >>> round(student_t_quantile(probability=0.975, degrees_of_freedom=9), 3)
    2.262
    """
    wanted = arguments.rate("probability", probability, example=0.975, zero=False, one=False)
    degrees = arguments.whole("degrees_of_freedom", degrees_of_freedom, minimum=1, example=24)
    if wanted < 0.5:
        return -_upper_quantile(1 - wanted, degrees)
    return _upper_quantile(wanted, degrees)


def critical_value(*, confidence: float, distribution: str, answers: int | None = None) -> float:
    """The critical value is how many standard errors the interval reaches to either side of the mean.

    Formula: the quantile at (1 + confidence) / 2, of the normal or of Student's t distribution with answers - 1 degrees
    of freedom.

    Arguments:
        confidence: fraction above 0 and below 1, such as 0.95.
        distribution: "normal" (1.96 at 95 %) or "t" (a little more, the fewer the answers).
        answers: number of answers (2 or more; needed for "t" only).
    Returns: a number of standard errors.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: standard (Cochran 1977).

    >>> round(critical_value(confidence=0.95, distribution="t", answers=25), 3)
    2.064
    """
    level = arguments.rate("confidence", confidence, example=0.95, zero=False, one=False)
    upper = (1 + level) / 2
    if arguments.one_of("distribution", distribution, DISTRIBUTIONS) == "normal":
        return normal_quantile(probability=upper)
    return student_t_quantile(probability=upper, degrees_of_freedom=arguments.whole("answers", answers, minimum=2, example=25) - 1)


@lru_cache(maxsize=512)
def _upper_quantile(probability: float, degrees: int) -> float:
    if degrees > _MANY:
        return _expanded(NormalDist().inv_cdf(probability), degrees)
    # Halve the angle's interval, not that of t: the angle has an end, t has none.
    low, high = 0.0, math.pi / 2
    while high - low > 1e-15:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _central_probability(middle, degrees) < 2 * probability - 1 else (low, middle)
    return math.sqrt(degrees) * math.tan((low + high) / 2)


def _central_probability(angle: float, degrees: int) -> float:
    """P(|T| < t) where t = sqrt(degrees) * tan(angle)."""
    odd = degrees % 2
    square = math.cos(angle) ** 2
    term = math.cos(angle) if odd else 1.0
    total = 0.0
    for step in range(odd, degrees - 1, 2):
        total += term
        term *= square * (step + 1) / (step + 2)
    if not odd:
        return math.sin(angle) * total
    return 2 / math.pi * (angle + math.sin(angle) * total)


def _expanded(z: float, degrees: int) -> float:
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3
