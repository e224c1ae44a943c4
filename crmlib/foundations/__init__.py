"""Foundations: which customer is valuable, whether a relationship is healthy, and why firms began to manage it.

One idea per file: ``scorecard`` (the nine criteria of a valuable customer), ``health`` (five indicators before and
after), ``gardening`` (a budget for winning and keeping), ``switching`` (who changes to the better shop). Use them all from here.

Scores run from 0 to 10, rates and shares are fractions from 0 to 1, money is in any one currency.
"""

from crmlib.foundations.gardening import customers_over_years, years_of_growth
from crmlib.foundations.health import HEALTH_INDICATORS, relationship_health
from crmlib.foundations.scorecard import CRITERIA, CRITERIA_GROUPS, valuable_customer_ranking, valuable_customer_score
from crmlib.foundations.switching import market_after, switching_share

__all__ = [
    "CRITERIA",
    "CRITERIA_GROUPS",
    "HEALTH_INDICATORS",
    "customers_over_years",
    "market_after",
    "relationship_health",
    "switching_share",
    "valuable_customer_ranking",
    "valuable_customer_score",
    "years_of_growth",
]
