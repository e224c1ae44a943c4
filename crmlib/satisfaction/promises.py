"""What a promise does: it wins buyers and raises the expectation against which they then judge. Our model, simple on purpose."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from crmlib import arguments

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class PromiseOutcome:
    """Shares of those who hear a promise: who buys; of the buyers, who is satisfied; and the two kinds of buyers among all."""

    buyer_share: float
    satisfied_share: float
    satisfied_buyers: float
    disappointed_buyers: float


def promise_outcome(
    *, promise: float, performance: float, assimilation: float, threshold: float, buyer_spread: float, performance_spread: float
) -> PromiseOutcome:
    """A higher promise wins more buyers and leaves fewer of them satisfied.

    Formula: buyer share B = 1 / (1 + exp(-(promise - threshold) / buyer_spread)); perceived value is normal around
    performance + a * (promise - performance) with the standard deviation performance_spread; satisfied share S = P(perceived >= promise)
    = Phi((1 - a) * (performance - promise) / performance_spread); satisfied buyers = B * S, disappointed buyers = B * (1 - S).
    The promise is believed in full: it is the expectation.

    Arguments:
        promise: what is promised (score).
        performance: what is delivered on average (score on the same scale).
        assimilation: a, how far perception is drawn towards the expectation (0 none, below 1).
        threshold: the promise at which half of those who hear it buy (score).
        buyer_spread: how gradually buyers come in (points of the scale, above 0).
        performance_spread: how much perceived value differs from one delivery to the next (points, above 0).
    Returns: a PromiseOutcome; all four are fractions.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: ours. That expectations work both ways: Oliver (1980); assimilation: Anderson (1973).

    >>> example = {"performance": 60, "assimilation": 0, "threshold": 50, "buyer_spread": 10, "performance_spread": 12}
    >>> honest, boastful = (promise_outcome(promise=promise, **example) for promise in (55, 80))
    >>> round(honest.satisfied_buyers, 2), round(boastful.satisfied_buyers, 2)
    (0.41, 0.05)
    """
    promise = arguments.number("promise", promise, example=55)
    performance = arguments.number("performance", performance, example=60)
    pull = arguments.rate("assimilation", assimilation, example=0.3, one=False)
    threshold = arguments.number("threshold", threshold, example=50)
    buyer_spread = arguments.positive("buyer_spread", buyer_spread, example=10)
    performance_spread = arguments.positive("performance_spread", performance_spread, example=12)
    buyers = _logistic((promise - threshold) / buyer_spread)
    satisfied = _NORMAL.cdf((1 - pull) * (performance - promise) / performance_spread)
    return PromiseOutcome(buyers, satisfied, buyers * satisfied, buyers * (1 - satisfied))


def best_promise(
    *, performance: float, assimilation: float, threshold: float, buyer_spread: float, performance_spread: float, highest: float
) -> float:
    """The best promise is the one with the most satisfied buyers: usually neither the lowest nor the highest possible.

    Formula: the promise from 0 to highest at which satisfied buyers, B * S, are most. Both curves are log-concave, so there is one top.

    Arguments:
        performance, assimilation, threshold, buyer_spread, performance_spread: as in promise_outcome.
        highest: the end of the scale (score, above 0).
    Returns: a score.
    Raises: ValueError or TypeError as promise_outcome.
    Source: ours.

    >>> round(best_promise(performance=60, assimilation=0, threshold=50, buyer_spread=10, performance_spread=12, highest=100))
    54
    """
    low, high = 0.0, arguments.positive("highest", highest, example=100)

    def satisfied_buyers(promise):
        return promise_outcome(
            promise=promise,
            performance=performance,
            assimilation=assimilation,
            threshold=threshold,
            buyer_spread=buyer_spread,
            performance_spread=performance_spread,
        ).satisfied_buyers

    for _ in range(60):  # each step keeps two thirds: after sixty nothing is left to tell apart
        first, second = low + (high - low) / 3, high - (high - low) / 3
        low, high = (first, high) if satisfied_buyers(first) < satisfied_buyers(second) else (low, second)
    return (low + high) / 2


def expected_after_promise(*, prior_expectation: float, promise: float, trust: float) -> float:
    """After a promise the expectation lies between what was expected before and what is promised, the nearer to the promise the more it is believed.

    Formula: E = (1 - w) * E0 + w * promise.

    Arguments:
        prior_expectation: E0, from experience and what friends say (score).
        promise: what the firm promises (score on the same scale).
        trust: w, how far the promise is believed (0 to 1).
    Returns: a score.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: ours, a weighted mean in the manner of Boulding et al. (1993).

    >>> expected_after_promise(prior_expectation=60, promise=90, trust=0.5)
    75.0
    """
    prior = arguments.number("prior_expectation", prior_expectation, example=60)
    promise = arguments.number("promise", promise, example=90)
    return prior + arguments.rate("trust", trust, example=0.5) * (promise - prior)


def anchored_estimate(*, own_estimate: float, asking_price: float, weight: float) -> float:
    """An anchored estimate is one's own estimate drawn towards a number that somebody else has named.

    Formula: estimate = own + w * (asked - own).

    Arguments:
        own_estimate: what one would have guessed (money, 0 or more).
        asking_price: the number heard, the anchor (money, 0 or more).
        weight: w, pull of the anchor (0 none, 1 full).
    Returns: money. The price one finds normal has moved; what one expects of the quality has not been lowered.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: anchoring after Tversky and Kahneman (1974); the weight is ours to choose. Prices: the trousers case (source 001).

    >>> anchored_estimate(own_estimate=120, asking_price=680, weight=0.5)
    400.0
    """
    own = arguments.not_negative("own_estimate", own_estimate, example=120)
    asked = arguments.not_negative("asking_price", asking_price, example=680)
    return own + arguments.rate("weight", weight, example=0.5) * (asked - own)


def _logistic(value: float) -> float:
    # Written for either sign, so that a far-off promise gives 0 or 1 instead of an overflow.
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    grown = math.exp(value)
    return grown / (1 + grown)
