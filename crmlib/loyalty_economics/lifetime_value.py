"""What a customer is worth: net present value, customer lifetime value under a stated timing, and break-even."""

from __future__ import annotations

import math

from crmlib import arguments
from crmlib.language import message

TIMINGS = ("first_margin_now", "first_margin_end_of_period", "margin_if_retained")


def customer_lifetime_value(
    *,
    margin: float,
    retention_rate: float,
    discount_rate: float,
    timing: str,
    periods: int | None = None,
    growth_rate: float = 0.0,
    acquisition_cost: float = 0.0,
) -> float:
    """Customer lifetime value is the net present value of all the margins a firm can expect from one customer.

    Formula without an end (m margin, r retention rate, d discount rate, A acquisition cost):
        "first_margin_now"            m (1 + d) / (1 + d - r) - A    first margin today, certain
        "first_margin_end_of_period"  m / (1 + d - r) - A            first margin at the end of period 1, certain
        "margin_if_retained"          m r / (1 + d - r) - A          margin at the end of period t if retained t times
    The first is m plus the third. All three are right; texts differ (Fader & Hardie 2012 compare them): the first is used by
    Blattberg, Kim & Neslin (2008), the second by Davis (2007), the third by Kotler & Keller (2012) and Gupta & Lehmann (2003).
    Customer equity as "first margin + value of those retained" is the first; the value of customers already won is the third.
    With growth g, the margin due at time t is m (1 + g)^t, m being today's level, which replaces 1 + d by
    (1 + d) / (1 + g); a text that lets growth begin after the first payment gets the last two values divided by 1 + g.

    Arguments:
        margin: m, contribution per period, revenue less cost and not revenue (money; may be negative).
        retention_rate: r per period (0 to 1).
        discount_rate: d per period (above -1, at most 1).
        timing: one of TIMINGS.
        periods: number of margins counted (whole number, 0 or more), or None for no end.
        growth_rate: g, growth of the margin per period (above -1, at most 1).
        acquisition_cost: A, if it is still to be spent (money, 0 or more). Leave it at 0 if it has been spent or is subtracted elsewhere.
    Returns: money per customer. A negative margin gives a negative value, and higher retention then makes it worse.
    Raises: ValueError if the sum without an end is infinite (1 + d not above r (1 + g)) or an argument is out of
        range; TypeError if one is not a number.
    Source: Fader & Hardie (2012), "Reconciling and clarifying CLV formulas"; exam material (source 000).

    >>> round(customer_lifetime_value(margin=100, retention_rate=0.8, discount_rate=0.1, timing="margin_if_retained"), 2)
    266.67
    """
    margin = arguments.number("margin", margin, example=100)
    retention_rate = arguments.rate("retention_rate", retention_rate)
    discount_rate = arguments.discount_rate("discount_rate", discount_rate)
    growth_rate = arguments.discount_rate("growth_rate", growth_rate, example=0.02)
    acquisition_cost = arguments.not_negative("acquisition_cost", acquisition_cost, example=50)
    timing = arguments.one_of("timing", timing, TIMINGS)
    if periods is not None:
        periods = arguments.whole("periods", periods)
    growth = (1 + growth_rate) / (1 + discount_rate)
    ratio = retention_rate * growth
    # Rounding can leave 1 + d a hair above r (1 + g) where they are equal: that would give a huge number, not a value.
    if periods is None and 1 - ratio < 1e-12:
        example = min(retention_rate * (1 + growth_rate) - 1 + 0.1, 1)
        raise ValueError(
            message(
                "loyalty_economics.diverges",
                discount_rate=f"{discount_rate:g}",
                retention_rate=f"{retention_rate:g}",
                growth_rate=f"{growth_rate:g}",
                example=f"{example:.2g}",
            )
        )
    return margin * _first_weight(timing, retention_rate, growth) * _geometric_sum(ratio, periods) - acquisition_cost


def net_present_value(*, cash_flows, discount_rate: float, first_at: int) -> float:
    """Net present value is the sum of all cash flows, each divided by the interest it would have earned until it comes.

    Formula: NPV = sum of x_t / (1 + d)^t, with t = 0, 1, 2, … or t = 1, 2, 3, …

    Arguments:
        cash_flows: x_t, one per period in order, outlays negative (money; list or column).
        discount_rate: d per period (above -1, at most 1).
        first_at: 0 if the first cash flow is due now, 1 if at the end of the first period.
    Returns: money of today.
    Raises: ValueError or TypeError if the list is empty or an argument is out of range or not a number.
    Source: Brealey, Myers & Allen, "Principles of Corporate Finance".

    >>> round(net_present_value(cash_flows=[100] * 5, discount_rate=0.1, first_at=1), 2)
    379.08
    """
    cash_flows = arguments.numbers("cash_flows", cash_flows, example="[-50, 30, 42]")
    discount_rate = arguments.discount_rate("discount_rate", discount_rate)
    start = arguments.number("first_at", first_at, example=1)
    if start not in (0, 1):
        raise ValueError(message("loyalty_economics.first_at", received=repr(first_at)))
    return sum(flow / (1 + discount_rate) ** time for time, flow in enumerate(cash_flows, int(start)))


def customer_lifetime_value_from_table(table, *, discount_rate: float, first_at: int) -> float:
    """From a table, customer lifetime value is the net present value of revenue less cost, row by row.

    Formula: CLV = sum of (R_t - C_t) / (1 + d)^t.

    Arguments:
        table: a pandas table, one row per period in order of time, with the columns revenue and cost (money). Both are what is
            expected of an average customer: if customers leave, they shrink with the share that remains.
        discount_rate: d per period (above -1, at most 1).
        first_at: 0 if the first row is due now, 1 if at the end of the first period.
    Returns: money of today.
    Raises: ValueError or TypeError if a column is missing, the table is empty or a cell is missing or not a number.
    Source: exam material (source 000), whose "difference of revenue and cost" is right only when discounted.

    >>> import pandas
    >>> table = pandas.DataFrame({"revenue": [300] * 5, "cost": [200] * 5})
    >>> round(customer_lifetime_value_from_table(table, discount_rate=0.1, first_at=1), 2)
    379.08
    """
    arguments.table("table", table, ("revenue", "cost"))
    revenues = arguments.column(table, "revenue", arguments.number, example=300)
    costs = arguments.column(table, "cost", arguments.number, example=200)
    profits = [revenue - cost for revenue, cost in zip(revenues, costs, strict=True)]
    return net_present_value(cash_flows=profits, discount_rate=discount_rate, first_at=first_at)


def effective_discount_rate(*, discount_rate: float, growth_rate: float) -> float:
    """The effective discount rate is what remains of the discount rate after the margin's growth.

    Formula: (1 + d) / (1 + g) - 1. Customer lifetime value with growth g equals the value without growth at this rate.

    Arguments:
        discount_rate: d per period (above -1, at most 1).
        growth_rate: g per period (above -1, at most 1).
    Returns: a rate per period; negative if the margin grows faster than it is discounted.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: the growing perpetuity (Gordon 1959).

    >>> round(effective_discount_rate(discount_rate=0.21, growth_rate=0.1), 4)
    0.1
    """
    discount_rate = arguments.discount_rate("discount_rate", discount_rate)
    growth_rate = arguments.discount_rate("growth_rate", growth_rate, example=0.02)
    return (discount_rate - growth_rate) / (1 + growth_rate)


def break_even(*, acquisition_cost: float, margin: float, retention_rate: float, discount_rate: float, timing: str) -> int | None:
    """Customer break-even is the number of purchase periods after which a customer has earned back the acquisition cost, if ever.

    Formula: the smallest n for which the first n expected margins add up to at least A, where margin number k is
        "first_margin_now"            m r^(k-1) / (1 + d)^(k-1)
        "first_margin_end_of_period"  m r^(k-1) / (1 + d)^k
        "margin_if_retained"          m r^k / (1 + d)^k
    With r = 1 and d = 0 this is A / m, rounded up. With r < 1 the margins approach a ceiling (m / (1 - r) for d = 0 and a certain
    first margin); a cost at or above it is never earned back.

    Arguments:
        acquisition_cost: A (money per customer, 0 or more).
        margin: m, contribution per period, not revenue (money).
        retention_rate: r per period (0 to 1; 1 for no churn).
        discount_rate: d per period (above -1, at most 1; 0 for no discounting).
        timing: one of TIMINGS; all three make sense, exam questions mean the first.
    Returns: a whole number of margins (0 if there is no cost to earn back), or None for never, also for a margin of 0 or less.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: the exam material names it (source 000) without a formula; the formula is ours.

    >>> break_even(acquisition_cost=50, margin=8, retention_rate=1, discount_rate=0, timing="first_margin_now")
    7
    >>> break_even(acquisition_cost=50, margin=8, retention_rate=0.8, discount_rate=0, timing="first_margin_now") is None
    True
    """
    cost = arguments.not_negative("acquisition_cost", acquisition_cost, example=50)
    margin = arguments.number("margin", margin, example=8)
    retention_rate = arguments.rate("retention_rate", retention_rate)
    discount_rate = arguments.discount_rate("discount_rate", discount_rate)
    timing = arguments.one_of("timing", timing, TIMINGS)
    growth = 1 / (1 + discount_rate)
    ratio = retention_rate * growth
    first = margin * _first_weight(timing, retention_rate, growth)
    if cost == 0:
        return 0
    if first <= 0:
        return None
    needed = cost / first  # in units of the first margin
    if needed <= 1 + 1e-9:
        return 1
    fall = 1 - ratio
    if abs(fall) < 1e-12:
        return _round_up(needed)
    if ratio == 0 or needed * fall >= 1 - 1e-12:
        return None
    # (1 - ratio^n) / (1 - ratio) >= needed, solved for n; log1p keeps its precision for a ratio close to 1.
    return _round_up(math.log1p(-needed * fall) / math.log1p(-fall))


def lifetime_value_uplift(*, value_before: float, value_after: float) -> float:
    """Uplift is the change of lifetime value as a share of the value before.

    Formula: u = V_after / V_before - 1.

    Arguments:
        value_before: lifetime value before (money, above 0).
        value_after: lifetime value after (money).
    Returns: a fraction: 0.75 means 75 % more (the ratio 1.75 is not the uplift).
    Raises: ValueError if the value before is 0 or negative; TypeError if one is not a number.
    Source: exam material (sources 000, 002, 004); Reichheld & Sasser (1990).

    >>> lifetime_value_uplift(value_before=300, value_after=525)
    0.75
    """
    before = arguments.number("value_before", value_before, example=300)
    after = arguments.number("value_after", value_after, example=525)
    if before <= 0:
        raise ValueError(message("loyalty_economics.no_value_before", name="value_before", received=f"{before:g}", example=300))
    return after / before - 1


def lifetime_value_uplift_of_retention(
    *, margin: float, retention_rate: float, new_retention_rate: float, discount_rate: float, timing: str, acquisition_cost: float = 0.0
) -> float:
    """The uplift of retention is the share by which lifetime value changes when only the retention rate changes.

    Formula: u = CLV(r') / CLV(r) - 1, both without an end. Use defection_reduced to turn "5 points" or "5 per cent" into r'.

    Arguments:
        margin: m per period (money).
        retention_rate: r before (0 to 1).
        new_retention_rate: r' after (0 to 1).
        discount_rate: d per period (above -1, at most 1).
        timing: one of TIMINGS.
        acquisition_cost: A (money, 0 or more). It is subtracted from both values, so it raises the uplift.
    Returns: a fraction per customer; it says nothing about the profit of the whole firm.
    Raises: ValueError if the value before is 0 or negative, a value is infinite or an argument is out of range;
        TypeError if one is not a number.
    Source: Reichheld & Sasser (1990); Gupta & Lehmann (2003).

    >>> round(lifetime_value_uplift_of_retention(margin=42, retention_rate=0.9, new_retention_rate=0.95, discount_rate=0.0225,
    ...                                          timing="margin_if_retained", acquisition_cost=21), 2)
    0.84
    """
    new_retention_rate = arguments.rate("new_retention_rate", new_retention_rate, example=0.95)
    before, after = (
        customer_lifetime_value(
            margin=margin, retention_rate=rate, discount_rate=discount_rate, timing=timing, acquisition_cost=acquisition_cost
        )
        for rate in (retention_rate, new_retention_rate)
    )
    return lifetime_value_uplift(value_before=before, value_after=after)


def _first_weight(timing: str, retention_rate: float, growth: float) -> float:
    """Present value of the first expected margin per unit of today's margin; growth is (1 + g) / (1 + d)."""
    return {"first_margin_now": 1.0, "first_margin_end_of_period": growth, "margin_if_retained": retention_rate * growth}[timing]


def _geometric_sum(ratio: float, terms: int | None) -> float:
    """1 + ratio + ratio² + …, that many terms or without an end."""
    fall = 1 - ratio
    if terms is None:
        return 1 / fall
    if fall == 0 or terms == 0:
        return float(terms)
    if ratio == 0:
        return 1.0
    # expm1 and log1p: 1 - ratio^n would lose its digits for a ratio close to 1.
    return -math.expm1(terms * math.log1p(-fall)) / fall


def _round_up(count: float) -> int:
    """Round up, except that 5.000000001 is 5: floating point must not charge a customer one purchase more."""
    nearest = round(count)
    return nearest if math.isclose(count, nearest, rel_tol=1e-9) else math.ceil(count)
