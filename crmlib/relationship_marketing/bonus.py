"""What is rewarded is what grows: salespeople share their time as their bonus tells them."""

from __future__ import annotations

from crmlib import arguments
from crmlib.language import message

MOST_YEARS = 100


def growth_under_bonus(
    *,
    start: float,
    years: int,
    acquisition_weight: float,
    contracts_at_full_time: float,
    lowest_retention: float,
    highest_retention: float,
    margin: float,
    cost_per_contract: float,
):
    """Salespeople spend their time where the bonus is: on new contracts, or on the customers that they have.

    Formula: share of time for winning = weight of new contracts in the bonus; new = full-time contracts * share; retention r = lowest +
    (highest - lowest) * (1 - share); end = start * r + new; contribution = end * margin - new * cost per contract.

    Arguments:
        start: customers at the beginning (above 0).
        years: how many years (1 to 100).
        acquisition_weight: the weight of new contracts in the bonus (0: only retention is paid, 1: only new contracts).
        contracts_at_full_time: new customers a year if all time goes into winning (0 or more).
        lowest_retention, highest_retention: retention rates per year with no time for existing customers, and with all of it.
        margin: contribution per customer and year (money).
        cost_per_contract: what each new contract costs besides the time: discounts, gifts, travel (0 or more).
    Returns: a pandas table, one row a year: year, customers (at its end), new, lost, contribution.
    Raises: ValueError if an argument leaves its range; TypeError if one is not a number.
    Source: our working model; that people do what is paid for is Kerr's (1975) folly of rewarding A while hoping for B.

    >>> people = {"start": 1000, "years": 1, "contracts_at_full_time": 300, "margin": 100, "cost_per_contract": 50}
    >>> growth_under_bonus(acquisition_weight=1, lowest_retention=0.6, highest_retention=0.9, **people)["customers"].tolist()
    [900.0]
    """
    import pandas

    here = arguments.positive("start", start, example=1000)
    years = arguments.whole("years", years, minimum=1, example=10)
    if years > MOST_YEARS:
        raise ValueError(message("relationship_marketing.too_many_years", most=MOST_YEARS, received=years))
    share = arguments.rate("acquisition_weight", acquisition_weight, example=0.5)
    new = arguments.not_negative("contracts_at_full_time", contracts_at_full_time, example=300) * share
    lowest = arguments.rate("lowest_retention", lowest_retention, example=0.6)
    highest = arguments.rate("highest_retention", highest_retention, example=0.9)
    arguments.part_of("lowest_retention", lowest, "highest_retention", highest)
    gain = arguments.number("margin", margin, example=100)
    cost = arguments.not_negative("cost_per_contract", cost_per_contract, example=50)
    kept = lowest + (highest - lowest) * (1 - share)
    rows = []
    for year in range(1, years + 1):
        lost = here * (1 - kept)
        here = here - lost + new
        rows.append((year, here, new, lost, here * gain - new * cost))
    return pandas.DataFrame(rows, columns=["year", "customers", "new", "lost", "contribution"])
