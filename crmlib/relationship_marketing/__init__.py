"""Relationship and transaction marketing: when each pays, how trust grows and breaks, what a bonus makes people do.

One idea per file: ``pays`` (the line between the two), ``customers`` (the same, customer by customer), ``trust`` (kept and
broken promises), ``bonus`` (what is rewarded is what grows). Use them all from here.

Money is in any one currency, rates and shares are fractions from 0 to 1. The models are ours; the ideas are the
exam text's, after Jackson (1985).
"""

from crmlib.relationship_marketing.bonus import growth_under_bonus
from crmlib.relationship_marketing.customers import relationship_by_customer
from crmlib.relationship_marketing.pays import (
    MODES,
    break_even_horizon,
    marketing_mode,
    relationship_advantage,
    retention_from_switching_cost,
)
from crmlib.relationship_marketing.trust import promises_to_repair, trust_after

__all__ = [
    "MODES",
    "break_even_horizon",
    "growth_under_bonus",
    "marketing_mode",
    "promises_to_repair",
    "relationship_advantage",
    "relationship_by_customer",
    "retention_from_switching_cost",
    "trust_after",
]
