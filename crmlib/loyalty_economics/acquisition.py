"""Winning customers: acquisition cost, the mailing case and how sure a measured response rate is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from crmlib import arguments
from crmlib.language import message


def acquisition_cost(*, cost_per_piece: float, response_rate: float, rental_per_name: float = 0.0) -> float:
    """Acquisition cost is what a firm spends on average to win one new customer.

    Formula: CAC = (c + f) / p, because 1 / p pieces are sent for every customer won.

    Arguments:
        cost_per_piece: c, cost of producing and sending one piece (money per piece, 0 or more).
        response_rate: p, new customers / pieces sent (above 0, at most 1).
        rental_per_name: f, list rental (money per name, 0 or more; 0 for an own or random list).
    Returns: money per new customer.
    Raises: ValueError if the response rate is 0 (the cost would be infinite, never 0) or an argument is out of
        range; TypeError if one is not a number.
    Source: the catalogue mailing case of the exam material (source 000).

    >>> acquisition_cost(cost_per_piece=0.5, response_rate=0.04, rental_per_name=0.2)
    17.5
    """
    cost = _cost_per_name(cost_per_piece, rental_per_name)
    return cost / _above_zero("response_rate", response_rate, example=0.04)


def minimum_response_rate(*, cost_per_piece: float, rental_per_name: float, acquisition_cost: float) -> float | None:
    """The minimum response rate is the one at which a list costs exactly as much per new customer as a given acquisition cost.

    Formula: p = (c + f) / CAC. A rented list beats a rival with that acquisition cost only above this rate.

    Arguments:
        cost_per_piece: c (money per piece, 0 or more).
        rental_per_name: f (money per name, 0 or more).
        acquisition_cost: CAC of the rival list, or the most one is willing to pay (money per customer, above 0).
    Returns: a fraction; None if it would be above 1: then not even an answer from everybody is enough. That is an
        answer to a sensible question and no mistake of the caller, so it is not an error.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: rearranged from the catalogue mailing case (source 000).

    >>> round(minimum_response_rate(cost_per_piece=0.5, rental_per_name=0.2, acquisition_cost=50), 4)
    0.014
    """
    needed = _cost_per_name(cost_per_piece, rental_per_name) / arguments.positive("acquisition_cost", acquisition_cost, example=50)
    return needed if needed <= 1 else None


def maximum_rental(*, cost_per_piece: float, response_rate: float, acquisition_cost: float) -> float:
    """The maximum rental is the highest fee per name at which a list costs no more per new customer than a given acquisition cost.

    Formula: f = CAC * p - c.

    Arguments:
        cost_per_piece: c (money per piece, 0 or more).
        response_rate: p expected from the rented list (0 to 1).
        acquisition_cost: CAC of the rival list, or the most one is willing to pay (money per customer, 0 or more).
    Returns: money per name; negative if the list would be too expensive even for nothing.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: rearranged from the catalogue mailing case (source 000).

    >>> maximum_rental(cost_per_piece=0.5, response_rate=0.04, acquisition_cost=50)
    1.5
    """
    cost = arguments.not_negative("cost_per_piece", cost_per_piece, example=0.5)
    response_rate = arguments.rate("response_rate", response_rate, example=0.04)
    return arguments.not_negative("acquisition_cost", acquisition_cost, example=50) * response_rate - cost


@dataclass(frozen=True, slots=True)
class MailingResult:
    """What a mailing brings: expected customers, its cost, the value of the customers, and the value less the cost."""

    customers: float
    cost: float
    value: float
    result: float


def mailing_result(
    *, pieces: int, cost_per_piece: float, response_rate: float, rental_per_name: float = 0.0, value_per_customer: float
) -> MailingResult:
    """The result of a mailing is the value of the customers it wins less what it costs.

    Formula: result = n * p * v - n * (c + f).

    Arguments:
        pieces: n, pieces sent (whole number, 0 or more).
        cost_per_piece: c (money per piece, 0 or more).
        response_rate: p (0 to 1; here 0 is allowed and the whole cost is lost).
        rental_per_name: f (money per name, 0 or more).
        value_per_customer: v, lifetime contribution of one customer before acquisition cost (money).
    Returns: a MailingResult with customers, cost, value and result. Customers are an expectation, not always whole.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: extension of the catalogue mailing case (source 000).

    >>> mailing_result(pieces=10_000, cost_per_piece=0.5, response_rate=0.04, rental_per_name=0.2, value_per_customer=30).result
    5000.0
    """
    pieces = arguments.whole("pieces", pieces, example=10_000)
    cost = pieces * _cost_per_name(cost_per_piece, rental_per_name)
    customers = pieces * arguments.rate("response_rate", response_rate, example=0.04)
    value = customers * arguments.number("value_per_customer", value_per_customer, example=30)
    return MailingResult(customers=customers, cost=cost, value=value, result=value - cost)


def response_rate_interval(*, responses: int, pieces: int, confidence: float) -> tuple[float, float]:
    """A confidence interval says between which response rates the true one plausibly lies, given how few pieces were tested.

    Formula (Wilson): (p + z²/2n ± z * sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), with z the normal quantile.

    Arguments:
        responses: answers received (whole number, 0 to pieces).
        pieces: n, pieces sent (whole number, 1 or more).
        confidence: such as 0.95 (strictly between 0 and 1).
    Returns: lower and upper end, fractions. Never below 0 or above 1, unlike the interval p ± z * sqrt(p(1-p)/n).
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference".

    >>> low, high = response_rate_interval(responses=4, pieces=100, confidence=0.95)
    >>> round(low, 3), round(high, 3)
    (0.016, 0.098)
    """
    pieces = arguments.whole("pieces", pieces, minimum=1, example=100)
    responses = arguments.whole("responses", responses, example=4)
    arguments.part_of("responses", responses, "pieces", pieces)
    confidence = arguments.rate("confidence", confidence, example=0.95, zero=False, one=False)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = responses / pieces
    middle = share + z * z / (2 * pieces)
    half = z * math.sqrt(share * (1 - share) / pieces + (z / (2 * pieces)) ** 2)
    scale = 1 + z * z / pieces
    # At the two ends the formula gives exactly 0 or 1; floating point would leave a speck.
    low = 0.0 if responses == 0 else (middle - half) / scale
    high = 1.0 if responses == pieces else (middle + half) / scale
    return low, high


def acquisition_cost_by_channel(campaigns):
    """Acquisition cost per channel divides all that a channel cost by all the customers it won.

    Formula: CAC = sum of pieces * (c + f) / sum of responses, per channel. Sums come first: the mean of the
    campaigns' own acquisition costs would count a small campaign as much as a large one.

    Arguments:
        campaigns: a pandas table, one row per campaign, with the columns channel, pieces (whole number), cost_per_piece and
            rental_per_name (money, 0 or more) and responses (new customers, whole number, at most pieces).
    Returns: a pandas table, one row per channel in order of first appearance, with channel, pieces, responses, cost,
        response_rate (missing without pieces) and acquisition_cost (infinite without responses, never 0).
    Raises: ValueError or TypeError if a column is missing, the table is empty or a cell is out of range.
    Source: the definition of acquisition_cost (source 000), applied to sums.

    >>> import pandas
    >>> campaigns = pandas.DataFrame({"channel": ["own", "rented"], "pieces": [10_000, 10_000], "responses": [100, 400],
    ...                               "cost_per_piece": [0.5, 0.5], "rental_per_name": [0.0, 0.2]})
    >>> acquisition_cost_by_channel(campaigns)["acquisition_cost"].tolist()
    [50.0, 17.5]
    """
    arguments.table("campaigns", campaigns, ("channel", "pieces", "cost_per_piece", "rental_per_name", "responses"))
    import pandas

    pieces = arguments.column(campaigns, "pieces", arguments.whole, example=1000)
    responses = arguments.column(campaigns, "responses", arguments.whole, example=40)
    costs = arguments.column(campaigns, "cost_per_piece", arguments.not_negative, example=0.5)
    rentals = arguments.column(campaigns, "rental_per_name", arguments.not_negative, example=0.2)
    for label, answered, sent in zip(campaigns.index, responses, pieces, strict=True):
        arguments.part_of(f"responses[{label}]", answered, f"pieces[{label}]", sent)
    cost = [sent * (own + rental) for sent, own, rental in zip(pieces, costs, rentals, strict=True)]
    rows = pandas.DataFrame({"channel": campaigns["channel"].to_numpy(), "pieces": pieces, "responses": responses, "cost": cost})
    # dropna=False: a campaign without a channel's name must stay visible instead of vanishing with its costs.
    result = rows.groupby("channel", sort=False, dropna=False).sum().reset_index()
    result["response_rate"] = result["responses"] / result["pieces"]
    result["acquisition_cost"] = (result["cost"] / result["responses"]).where(result["responses"] > 0, math.inf)
    return result


def expected_attempts_per_sale(*, success_rate: float) -> float:
    """The expected number of attempts per sale is one divided by the chance that an attempt succeeds.

    Formula: N = 1 / p.

    Arguments:
        success_rate: p, chance that one attempt sells (above 0, at most 1).
    Returns: attempts per sale, an expectation that need not be whole: about 6.7 at 15 %, 2 at 50 %.
    Raises: ValueError if the rate is 0 or out of range; TypeError if it is not a number.
    Source: mean of the geometric distribution; the exam's 15 % and 50 % are unverified.

    >>> expected_attempts_per_sale(success_rate=0.5)
    2.0
    """
    return 1 / _above_zero("success_rate", success_rate, example=0.15)


def _cost_per_name(cost_per_piece: float, rental_per_name: float) -> float:
    cost = arguments.not_negative("cost_per_piece", cost_per_piece, example=0.5)
    return cost + arguments.not_negative("rental_per_name", rental_per_name, example=0.2)


def _above_zero(name: str, value: float, *, example: float) -> float:
    result = arguments.rate(name, value, example=example)
    if result == 0:
        raise ValueError(message("loyalty_economics.no_success", name=name, received=repr(value), example=example))
    return result
