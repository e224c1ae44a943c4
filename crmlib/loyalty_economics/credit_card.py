"""The exam's credit-card figure, and which simple formula can have produced it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from crmlib import arguments
from crmlib.language import message
from crmlib.loyalty_economics.lifetime_value import customer_lifetime_value

# Model: timing of the margins, is there a discount rate to find, is there an acquisition cost to find?
_MODELS = {
    "lifetime_only": ("first_margin_now", False, False),
    "discount_only": ("margin_if_retained", True, False),
    "cost_only": ("first_margin_now", False, True),
    "discount_and_cost": ("margin_if_retained", True, True),
}
CREDIT_CARD_MODELS = tuple(_MODELS)


class CreditCardPoint(NamedTuple):
    """One point of the figure: retention rate (fraction), average lifetime (years), lifetime value (US dollars)."""

    retention_rate: float
    average_lifetime: float
    lifetime_value: float


@dataclass(frozen=True, slots=True)
class CreditCardFit:
    """A model fitted to the figure: its parameters, its six values and how far the worst of them is off.

    The values are customer_lifetime_value(margin, retention rate, discount_rate, timing, acquisition_cost).
    """

    model: str
    timing: str
    margin: float
    discount_rate: float
    acquisition_cost: float
    values: tuple[float, ...]
    largest_relative_error: float


@cache
def credit_card_figure() -> tuple[CreditCardPoint, ...]:
    """The credit-card figure shows how the lifetime value of an average customer rises with the retention rate.

    Formula: none; six points as printed, read from the exam point "credit-card-retention-clv".

    Arguments: none.
    Returns: a tuple of CreditCardPoint in the order of the retention rate; pandas.DataFrame(credit_card_figure()) makes it a table.
    Raises: the errors of crmlib.course if the course's data cannot be read.
    Source: exam material (source 004), after Reichheld & Sasser (1990). The labels were scattered; pairing them by rank is unambiguous.

    >>> credit_card_figure()[-1]
    CreditCardPoint(retention_rate=0.95, average_lifetime=20.0, lifetime_value=525.0)
    """
    from crmlib import course  # here, so that the formulas work without the course's files

    figures = course.point("credit-card-retention-clv").figures
    columns = (figures["retention"], figures["years"], figures["clv_usd"])
    return tuple(CreditCardPoint(*map(float, row)) for row in zip(*columns, strict=True))


def credit_card_value(*, retention_rate: float, margin: float, discount_rate: float, acquisition_cost: float) -> float:
    """A margin, a discount rate and an acquisition cost are enough to draw the credit-card curve.

    Formula: value = m r / (1 + d - r) - A. With m = 42, d = 0.0225 and A = 21 no point is off by more than 4.1 %.
    d is a net rate: a higher discount rate with growing margins gives the same curve (see effective_discount_rate).

    Arguments:
        retention_rate: r per year (0 to 1).
        margin: m per year (money).
        discount_rate: d per year (above -1, at most 1).
        acquisition_cost: A (money, 0 or more).
    Returns: money per customer.
    Raises: ValueError if 1 + d is not above r or an argument is out of range; TypeError if one is not a number.
    Source: the formula and its parameters are ours; six points and three parameters are a good fit and no proof.

    >>> round(credit_card_value(retention_rate=0.9, margin=42, discount_rate=0.0225, acquisition_cost=21), 1)
    287.6
    """
    return customer_lifetime_value(
        margin=margin,
        retention_rate=retention_rate,
        discount_rate=discount_rate,
        timing="margin_if_retained",
        acquisition_cost=acquisition_cost,
    )


def relative_errors(*, values) -> tuple[float, ...]:
    """A relative error is how far a computed value lies above or below the printed one, as a share of the printed one.

    Formula: e_i = computed_i / printed_i - 1.

    Arguments:
        values: six lifetime values computed by any formula, in the order of credit_card_figure() (money; list or column).
    Returns: six fractions, positive where the computed value is too high.
    Raises: ValueError or TypeError if there are not six numbers.
    Source: definition.

    >>> [round(error, 2) for error in relative_errors(values=[20, 38, 70, 134, 300, 630])]
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.2]
    """
    values = arguments.numbers("values", values, example="[20, 38, 70, 134, 300, 525]")
    figure = credit_card_figure()
    if len(values) != len(figure):
        raise ValueError(message("loyalty_economics.not_six_values", needed=len(figure), received=values))
    return tuple(value / point.lifetime_value - 1 for value, point in zip(values, figure, strict=True))


def largest_relative_error(*, margin: float, discount_rate: float, acquisition_cost: float) -> float:
    """The largest relative error says how badly the formula misses the worst of the six printed points.

    Formula: the largest |e_i| of relative_errors for the values m r / (1 + d - r) - A.

    Arguments:
        margin: m per year (money).
        discount_rate: d per year (above -1, at most 1).
        acquisition_cost: A (money, 0 or more; 0 shows that without it the points cannot be met).
    Returns: a fraction, 0 or more.
    Raises: ValueError if 1 + d is not above 0.95 or an argument is out of range; TypeError if one is not a number.
    Source: the formula is ours, see credit_card_value.

    >>> round(largest_relative_error(margin=42.35, discount_rate=0.0225, acquisition_cost=20.9), 3)
    0.033
    """
    values = [
        credit_card_value(
            retention_rate=point.retention_rate, margin=margin, discount_rate=discount_rate, acquisition_cost=acquisition_cost
        )
        for point in credit_card_figure()
    ]
    return max(map(abs, relative_errors(values=values)))


def fit_credit_card_figure(*, model: str) -> CreditCardFit:
    """Fitting a model means choosing the parameters that bring its curve as close as possible to the six printed points.

    Formula: least squares of the relative errors, for one of CREDIT_CARD_MODELS:
        "lifetime_only"      m / (1 - r)
        "discount_only"      m r / (1 + d - r)
        "cost_only"          m / (1 - r) - A
        "discount_and_cost"  m r / (1 + d - r) - A

    Arguments:
        model: one of CREDIT_CARD_MODELS.
    Returns: a CreditCardFit with model, timing, margin, discount_rate, acquisition_cost, values and largest_relative_error.
    Raises: ValueError if there is no such model.
    Source: ours. Only the last model meets the points, so acquisition cost and discounting are both indispensable.

    >>> fit = fit_credit_card_figure(model="discount_and_cost")
    >>> round(fit.margin, 2), round(fit.discount_rate, 4), round(fit.acquisition_cost, 1), round(fit.largest_relative_error, 3)
    (42.35, 0.0225, 20.9, 0.033)
    """
    timing, discounted, with_cost = _MODELS[arguments.one_of("model", model, CREDIT_CARD_MODELS)]

    def fitted(discount_rate: float) -> tuple[float, float, float]:
        return _fit_margin_and_cost(timing, discount_rate, with_cost)

    discount_rate = _best_discount_rate(lambda rate: fitted(rate)[0]) if discounted else 0.0
    _, margin, cost = fitted(discount_rate)
    values = tuple(margin * worth - cost for worth in _worth_of_one(timing, discount_rate))
    error = max(map(abs, relative_errors(values=values)))
    return CreditCardFit(model, timing, margin, discount_rate, cost, values, error)


def _worth_of_one(timing: str, discount_rate: float) -> list[float]:
    """The lifetime value of a margin of 1 at each of the six retention rates."""
    return [
        customer_lifetime_value(margin=1, retention_rate=point.retention_rate, discount_rate=discount_rate, timing=timing)
        for point in credit_card_figure()
    ]


def _fit_margin_and_cost(timing: str, discount_rate: float, with_cost: bool) -> tuple[float, float, float]:
    """Sum of squared relative errors, margin and acquisition cost that are best at this discount rate.

    Given d the model is linear: minimise the sum of (m a_i - A b_i - 1)², with a_i = worth_i / printed_i, b_i = 1 / printed_i.
    """
    printed = [point.lifetime_value for point in credit_card_figure()]
    a = [worth / value for worth, value in zip(_worth_of_one(timing, discount_rate), printed, strict=True)]
    b = [1 / value for value in printed]
    aa = sum(x * x for x in a)
    if with_cost:
        ab = sum(x * y for x, y in zip(a, b, strict=True))
        bb = sum(y * y for y in b)
        determinant = aa * bb - ab * ab
        margin = (sum(a) * bb - sum(b) * ab) / determinant
        cost = (sum(a) * ab - sum(b) * aa) / determinant
    else:
        margin, cost = sum(a) / aa, 0.0
    return sum((margin * x - cost * y - 1) ** 2 for x, y in zip(a, b, strict=True)), margin, cost


def _best_discount_rate(loss) -> float:
    """The discount rate with the smallest loss: a coarse grid finds the valley, golden section its bottom."""
    lowest = max(point.retention_rate for point in credit_card_figure()) - 1  # below this the value is infinite
    grid = [lowest + 10 ** (step / 10 - 3) for step in range(31)]  # closer together near the pole
    best = min(range(1, len(grid) - 1), key=lambda place: loss(grid[place]))
    low, high = grid[best - 1], grid[best + 1]
    golden = (math.sqrt(5) - 1) / 2
    while high - low > 1e-9:
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return (low + high) / 2
