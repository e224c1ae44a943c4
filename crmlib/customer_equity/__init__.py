"""Customer equity and portfolio: what all customers together are worth, how unequally they are worth it, and what to do.

One idea per file: ``concentration`` (top share, whale curve, best against rest), ``tiers`` (the customer pyramid and
what moving a tier returns), ``drivers`` (value, brand and relationship equity), ``seats`` (a seat's hour, and refusing
a guest). Use them all from here.

Values may be negative where a customer costs more than they bring. Shares and rates are fractions from 0 to 1.
"""

from crmlib.customer_equity.concentration import WhalePeak, average_ratio, top_share, whale_curve, whale_peak
from crmlib.customer_equity.drivers import DRIVERS, customer_equity, gain_per_point, market_share
from crmlib.customer_equity.seats import contribution_per_seat_hour, gain_from_refusing
from crmlib.customer_equity.tiers import TIERS, customer_tiers, return_on_moving_tier, tier_table

__all__ = [
    "DRIVERS",
    "TIERS",
    "WhalePeak",
    "average_ratio",
    "contribution_per_seat_hour",
    "customer_equity",
    "customer_tiers",
    "gain_from_refusing",
    "gain_per_point",
    "market_share",
    "return_on_moving_tier",
    "tier_table",
    "top_share",
    "whale_curve",
    "whale_peak",
]
