"""Bias against sampling error: what silence does to a mean, and what a biased interval is worth."""

from __future__ import annotations

import math
from statistics import NormalDist

from crmlib import arguments
from crmlib.language import message
from crmlib.measuring_satisfaction.quantiles import critical_value


def non_response_bias(*, answered_mean: float, silent_mean: float, response_rate: float) -> float:
    """Non-response bias is the share of the silent times the difference between those who answer and those who do not.

    Formula: b = (1 - r) * (mean of those who answer - mean of the silent). It does not shrink when more people are asked.

    Arguments:
        answered_mean: mean of those who answer (points of the scale).
        silent_mean: mean that the silent would have given (points of the same scale).
        response_rate: r, share of those asked who answer (fraction from 0 to 1).
    Returns: points of the scale by which the mean of the answers is too high (negative: too low).
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Cochran (1977), Sampling Techniques, chapter 13.

    >>> round(non_response_bias(answered_mean=4.2, silent_mean=3.4, response_rate=0.45), 2)
    0.44
    """
    gap = arguments.number("answered_mean", answered_mean, example=4.2) - arguments.number("silent_mean", silent_mean, example=3.4)
    return (1 - arguments.rate("response_rate", response_rate, example=0.45)) * gap


def non_response_bounds(*, answered_mean: float, response_rate: float, lowest: float, highest: float) -> tuple[float, float]:
    """The non-response bounds are the mean if every silent person gave the lowest mark, and if every one gave the highest.

    Formula: r * mean + (1 - r) * lowest, and r * mean + (1 - r) * highest. Without a second call nothing tighter is certain.

    Arguments:
        answered_mean: mean of those who answer (points, from ``lowest`` to ``highest``).
        response_rate: r, share of those asked who answer (fraction from 0 to 1).
        lowest, highest: ends of the scale (points).
    Returns: two means, (low, high).
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Cochran (1977), section 13.2; Manski (1989) calls them worst-case bounds.

    >>> [round(end, 2) for end in non_response_bounds(answered_mean=4.2, response_rate=0.45, lowest=1, highest=5)]
    [2.44, 4.64]
    """
    mean = arguments.number("answered_mean", answered_mean, example=4.2)
    low, high = arguments.number("lowest", lowest, example=1), arguments.number("highest", highest, example=5)
    if not low <= mean <= high:
        raise ValueError(message("measuring_satisfaction.outside_scale", name="answered_mean", received=mean, lowest=f"{low:g}", highest=f"{high:g}"))
    share = arguments.rate("response_rate", response_rate, example=0.45)
    return share * mean + (1 - share) * low, share * mean + (1 - share) * high


def chance_interval_holds_truth(*, bias: float, standard_error: float, confidence: float) -> float:
    """The chance that a confidence interval holds the truth equals its confidence only if there is no bias.

    Formula: Phi(q - b / se) - Phi(-q - b / se), with q the normal quantile of the confidence. As answers are added, se
    shrinks and b stays: the chance falls to 0.

    Arguments:
        bias: b, by how much the mean is off on average (points, any sign).
        standard_error: se (points, above 0).
        confidence: fraction above 0 and below 1, such as 0.95.
    Returns: a fraction from 0 to 1.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Cochran (1977), Sampling Techniques, section 1.8 (effect of bias).

    >>> round(chance_interval_holds_truth(bias=0.1, standard_error=0.1, confidence=0.95), 2)
    0.83
    """
    shift = arguments.number("bias", bias, example=0.3) / arguments.positive("standard_error", standard_error, example=0.1)
    reach = critical_value(confidence=confidence, distribution="normal")
    return NormalDist().cdf(reach - shift) - NormalDist().cdf(-reach - shift)


def root_mean_square_error(*, bias: float, standard_error: float) -> float:
    """The root mean square error is how far off an estimate typically is, chance and bias taken together.

    Formula: sqrt(b^2 + se^2).

    Arguments:
        bias: b (points, any sign).
        standard_error: se (points, 0 or more).
    Returns: points, 0 or more.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Cochran (1977), Sampling Techniques, section 1.9.

    >>> root_mean_square_error(bias=0.3, standard_error=0.4)
    0.5
    """
    return math.hypot(arguments.number("bias", bias, example=0.3), arguments.not_negative("standard_error", standard_error, example=0.1))
