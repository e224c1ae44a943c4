"""Hunting or gardening: what a fixed yearly budget does when it is spent on winning customers or on keeping them.

Our model, not the sources': each new customer costs the same; what is spent on keeping, per customer, lifts the
retention rate from its floor towards its ceiling, at first quickly and then less and less.
"""

from __future__ import annotations

import math

from crmlib import arguments
from crmlib.language import message

MOST_YEARS = 100


def customers_over_years(
    *,
    start: float,
    years: int,
    budget: float,
    acquisition_share: float,
    acquisition_cost: float,
    lowest_retention: float,
    highest_retention: float,
    keeping_spend: float,
):
    """The customer base grows in a year in which more customers are won than leave.

    Formula: won = budget * share / acquisition cost; spend per customer s = budget * (1 - share) / customers at the start of the
    year; retention r = highest - (highest - lowest) * 2^(-s / keeping spend); end = start * r + won.

    Arguments:
        start: customers at the beginning (above 0).
        years: how many years (1 to 100).
        budget: money a year for winning and keeping together (0 or more).
        acquisition_share: the share of it spent on winning new customers, 0 (all gardening) to 1 (all hunting).
        acquisition_cost: money per new customer (above 0).
        lowest_retention, highest_retention: retention rates per year without any spending on keeping, and with all one could wish
            for (lowest at most highest).
        keeping_spend: money per customer and year that brings the retention rate half the way from lowest to highest (above 0).
    Returns: a pandas table, one row a year: year, customers at its start, won, lost, end, retention_rate.
    Raises: ValueError if an argument leaves its range; TypeError if one is not a number.
    Source: our working model; the image is Wunderman's (1996): marketing is gardening, not hunting.

    >>> hunting = {"start": 1000, "years": 1, "budget": 60000, "acquisition_cost": 200, "keeping_spend": 30}
    >>> row = customers_over_years(acquisition_share=1, lowest_retention=0.6, highest_retention=0.9, **hunting).iloc[0]
    >>> row["won"], row["lost"], row["end"]
    (np.float64(300.0), np.float64(400.0), np.float64(900.0))
    """
    import pandas

    here = arguments.positive("start", start, example=1000)
    years = arguments.whole("years", years, minimum=1, example=10)
    if years > MOST_YEARS:
        raise ValueError(message("foundations.too_many_years", most=MOST_YEARS, received=years))
    budget = arguments.not_negative("budget", budget, example=60000)
    share = arguments.rate("acquisition_share", acquisition_share, example=0.5)
    cost = arguments.positive("acquisition_cost", acquisition_cost, example=200)
    lowest = arguments.rate("lowest_retention", lowest_retention, example=0.6)
    highest = arguments.rate("highest_retention", highest_retention, example=0.9)
    arguments.part_of("lowest_retention", lowest, "highest_retention", highest)
    half_way = arguments.positive("keeping_spend", keeping_spend, example=30)
    rows = []
    for year in range(1, years + 1):
        spend = budget * (1 - share) / here if here else math.inf
        kept = highest - (highest - lowest) * 2 ** (-spend / half_way)
        won, lost = budget * share / cost, here * (1 - kept)
        rows.append((year, here, won, lost, here - lost + won, kept))
        here = here - lost + won
    return pandas.DataFrame(rows, columns=["year", "start", "won", "lost", "end", "retention_rate"])


def years_of_growth(path) -> int:
    """The years of growth are the years, from the first on, in which more customers are won than lost.

    Formula: the number of leading rows with won > lost.

    Arguments:
        path: table as customers_over_years returns it (columns won and lost).
    Returns: a whole number of years; 0 if the base shrinks or stands still from the start.
    Raises: ValueError or TypeError if a column is missing or holds no numbers.
    Source: definition.

    >>> import pandas
    >>> years_of_growth(pandas.DataFrame({"won": [300, 300, 300], "lost": [200, 250, 300]}))
    2
    """
    arguments.table("path", path, ("won", "lost"))
    grown = [won > lost + 1e-9 for won, lost in zip(arguments.column(path, "won", arguments.number), arguments.column(path, "lost", arguments.number))]
    return grown.index(False) if False in grown else len(grown)
