"""How long customers stay: retention, lifetime, and what happens when customers differ."""

from __future__ import annotations

import math

from crmlib import arguments
from crmlib.language import message


def average_lifetime(*, retention_rate: float) -> float:
    """Average customer lifetime is one divided by the share of customers lost per period.

    Formula: L = 1 / (1 - r), the mean of a geometric distribution that counts the first period.

    Arguments:
        retention_rate: r, share of customers kept from one period to the next (0 to 1).
    Returns: periods of r (years for a yearly rate). r = 0 gives 1 (they still buy once); r = 1 gives math.inf:
        nobody ever leaves, and infinite is the honest answer that a curve can also be drawn with.
    Raises: ValueError if the rate is out of range; TypeError if it is not a number.
    Source: exam material (source 004); Reichheld & Sasser (1990). Assumes the same constant rate for everybody.

    >>> average_lifetime(retention_rate=0.5)
    2.0
    """
    retention_rate = arguments.rate("retention_rate", retention_rate)
    return math.inf if retention_rate == 1 else 1 / (1 - retention_rate)


def median_lifetime(*, retention_rate: float) -> float:
    """Median customer lifetime is the time after which half of the customers have left; it is shorter than the average.

    Formula: ln 0.5 / ln r, the time at which the curve r^t passes one half.

    Arguments:
        retention_rate: r (0 to 1).
    Returns: periods of r; 0 for r = 0, math.inf for r = 1.
    Raises: ValueError if the rate is out of range; TypeError if it is not a number.
    Source: half-life of geometric survival.

    >>> round(median_lifetime(retention_rate=0.9), 1)
    6.6
    """
    retention_rate = arguments.rate("retention_rate", retention_rate)
    if retention_rate in (0, 1):
        return math.inf if retention_rate else 0.0
    return math.log(0.5) / math.log(retention_rate)


def retention_rate_from_lifetime(*, average_lifetime: float) -> float:
    """The retention rate that belongs to an average lifetime is one less one divided by the lifetime.

    Formula: r = 1 - 1 / L.

    Arguments:
        average_lifetime: L in periods, counting the first (1 or more).
    Returns: retention rate per period, a fraction.
    Raises: ValueError if the lifetime is below 1 or not finite; TypeError if it is not a number.
    Source: inverse of average_lifetime (source 004).

    >>> retention_rate_from_lifetime(average_lifetime=5)
    0.8
    """
    lifetime = arguments.number("average_lifetime", average_lifetime, example=5)
    if lifetime < 1:
        raise ValueError(message("loyalty_economics.lifetime_too_short", received=repr(average_lifetime)))
    return 1 - 1 / lifetime


def annual_retention_rate(*, monthly_retention_rate: float) -> float:
    """The annual retention rate is the monthly one taken to the twelfth power, because only those kept in all twelve months remain.

    Formula: r_year = r_month^12.

    Arguments:
        monthly_retention_rate: share kept from one month to the next (0 to 1).
    Returns: yearly retention rate, a fraction: 90 % a month is only 28 % a year.
    Raises: ValueError if the rate is out of range; TypeError if it is not a number.
    Source: compounding.

    >>> round(annual_retention_rate(monthly_retention_rate=0.9), 3)
    0.282
    """
    return arguments.rate("monthly_retention_rate", monthly_retention_rate, example=0.98) ** 12


def average_lifetime_of_mix(*, shares, retention_rates) -> float:
    """The average lifetime of a mixed customer base is the weighted mean of the groups' lifetimes, not the lifetime at the mean rate.

    Formula: L = sum of s_i / (1 - r_i). It exceeds 1 / (1 - mean r), since 1 / (1 - r) is convex (Jensen's inequality).

    Arguments:
        shares: s_i, each group's share of the new customers (fractions that add up to 1).
        retention_rates: r_i, each group's retention rate (0 to 1), as many as shares.
    Returns: periods; math.inf if a group never leaves.
    Raises: ValueError or TypeError if the lists are empty, unequally long or out of range.
    Source: Fader & Hardie (2010), "Customer-base valuation in a contractual setting: the perils of ignoring heterogeneity".

    >>> round(average_lifetime_of_mix(shares=[0.5, 0.5], retention_rates=[0.5, 0.9]), 6)
    6.0
    """
    mix = _mix(shares, retention_rates)
    return sum(share * average_lifetime(retention_rate=rate) for share, rate in mix)


def aggregate_retention_by_period(*, shares, retention_rates, periods: int):
    """The retention rate of a mixed customer base rises from period to period although no customer becomes more loyal.

    Formula: retention in period t = sum of s_i * r_i^t / sum of s_i * r_i^(t-1). The less loyal leave first, so
    the rest looks better every year; with one group only, the rate is constant.

    Arguments:
        shares: s_i, each group's share of the new customers (fractions that add up to 1).
        retention_rates: r_i, each group's retention rate (0 to 1), as many as shares.
        periods: number of periods shown (whole number, 1 or more).
    Returns: a pandas table with period, share_at_start, share_retained (both of the original customers) and
        retention_rate (missing once nobody is left).
    Raises: ValueError or TypeError if the lists are empty, unequally long or out of range.
    Source: Fader & Hardie (2010).

    >>> table = aggregate_retention_by_period(shares=[0.5, 0.5], retention_rates=[0.5, 0.9], periods=3)
    >>> table["retention_rate"].round(3).tolist()
    [0.7, 0.757, 0.806]
    """
    mix = _mix(shares, retention_rates)
    periods = arguments.whole("periods", periods, minimum=1, example=10)
    import pandas

    left = [sum(share * rate**period for share, rate in mix) for period in range(periods + 1)]
    return pandas.DataFrame(
        {
            "period": range(1, periods + 1),
            "share_at_start": left[:-1],
            "share_retained": left[1:],
            "retention_rate": [after / before if before > 0 else math.nan for before, after in zip(left, left[1:])],
        }
    )


def retention_by_year_of_tenure(customers):
    """Retention by year of tenure is the share of the customers who start a year with the firm that are still there at its end.

    Formula: sum of customers_retained / sum of customers_at_start, per year of tenure (sums first, not a mean of rates).

    Arguments:
        customers: a pandas table with the columns year_of_tenure (whole number, 1 or more), customers_at_start and customers_retained
            (whole numbers, retained at most start); several rows per year, one per cohort for example, are added up.
    Returns: a pandas table by year_of_tenure with customers_at_start, customers_retained and retention_rate
        (missing for a year that nobody starts).
    Raises: ValueError or TypeError if a column is missing, the table is empty or a cell is out of range.
    Source: definition of the retention rate.

    >>> import pandas
    >>> customers = pandas.DataFrame({"year_of_tenure": [1, 2], "customers_at_start": [100, 60], "customers_retained": [60, 45]})
    >>> retention_by_year_of_tenure(customers)["retention_rate"].tolist()
    [0.6, 0.75]
    """
    arguments.table("customers", customers, ("year_of_tenure", "customers_at_start", "customers_retained"))
    import pandas

    start = arguments.column(customers, "customers_at_start", arguments.whole, example=100)
    retained = arguments.column(customers, "customers_retained", arguments.whole, example=80)
    for label, kept, began in zip(customers.index, retained, start, strict=True):
        arguments.part_of(f"customers_retained[{label}]", kept, f"customers_at_start[{label}]", began)
    years = arguments.column(customers, "year_of_tenure", arguments.whole, minimum=1, example=1)
    rows = pandas.DataFrame({"year_of_tenure": years, "customers_at_start": start, "customers_retained": retained})
    result = rows.groupby("year_of_tenure").sum().reset_index()
    result["retention_rate"] = result["customers_retained"] / result["customers_at_start"]
    return result


def defection_reduced(*, retention_rate: float, by_points: float | None = None, by_share: float | None = None) -> float:
    """Reducing defection by "5 %" means either five percentage points or five per cent of the defectors, so say which.

    Formula: by points r' = r + x; by share r' = 1 - (1 - r)(1 - x). At r = 0.9 and x = 0.05 defection falls from
    10 % to 5 % (it halves) in the first sense and from 10 % to 9.5 % in the second.

    Arguments:
        retention_rate: r before (0 to 1).
        by_points: percentage points as a fraction (0.05 for five points; at most 1 - r).
        by_share: share of the defectors who are kept after all (0 to 1). Give exactly one of the two.
    Returns: the new retention rate, a fraction.
    Raises: ValueError if none or both are given or a value is out of range; TypeError if one is not a number.
    Source: reading of Reichheld & Sasser (1990), where the five per cent are percentage points.

    >>> round(defection_reduced(retention_rate=0.9, by_points=0.05), 4), round(defection_reduced(retention_rate=0.9, by_share=0.05), 4)
    (0.95, 0.905)
    """
    retention_rate = arguments.rate("retention_rate", retention_rate, example=0.9)
    if (by_points is None) == (by_share is None):
        raise ValueError(message("loyalty_economics.one_of_two", by_points=by_points, by_share=by_share))
    defection = 1 - retention_rate
    if by_share is not None:
        return 1 - defection * (1 - arguments.rate("by_share", by_share, example=0.05))
    points = arguments.rate("by_points", by_points, example=0.05)
    if points > defection + 1e-9:  # 1 - 0.9 is a little less than 0.1 in floating point
        raise ValueError(
            message("loyalty_economics.too_many_points", defection=defection, received=repr(by_points), example=defection / 2)
        )
    return min(retention_rate + points, 1.0)


def _mix(shares, retention_rates) -> list[tuple[float, float]]:
    """Share and retention rate of every group that has customers."""
    given = arguments.numbers("shares", shares, example="[0.5, 0.5]", check=arguments.rate)
    rates = arguments.numbers("retention_rates", retention_rates, example="[0.5, 0.9]", check=arguments.rate)
    arguments.equally_long({"shares": given, "retention_rates": rates})
    if not math.isclose(sum(given), 1, abs_tol=1e-6):
        raise ValueError(message("loyalty_economics.shares_sum", received=given, total=sum(given)))
    # Without this, an empty group that never leaves would give 0 * infinity.
    return [(share, rate) for share, rate in zip(given, rates, strict=True) if share > 0]
