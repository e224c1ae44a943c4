"""Loyalty and retention: who stays, who leaves, why the bucket never fills, and why satisfied is not yet loyal.

One idea per file: ``rates`` (retention with new customers handled), ``defection`` (tables of who left, where, when
and why), ``bucket`` (what leaves against what comes in), ``curves`` (satisfaction and staying under competition and
switching cost), ``types`` (attitude and behaviour, and the field's lists). Use them all from here.

Rates and shares are fractions from 0 to 1. What a period is, the caller says.
"""

from crmlib.loyalty.bucket import OffenceDefence, bucket_path, offence_and_defence, periods_until_near, steady_state
from crmlib.loyalty.curves import completely_to_merely, free_share, held_share, staying_share
from crmlib.loyalty.defection import cohort_survival, defection_reasons, defection_table, retention_by_satisfaction, worst_groups
from crmlib.loyalty.rates import customers_lost, defection_rate, pooled_retention_rate, retention_rate
from crmlib.loyalty.types import (
    CUSTOMER_TYPES,
    EXTERNAL_MEASURES,
    FIVE_A,
    INTERNAL_MEASURES,
    LOYALTY_SIGNS,
    LOYALTY_TYPES,
    customer_type,
    customer_types,
    loyalty_type,
    loyalty_types,
    repeat_share,
)

__all__ = [
    "CUSTOMER_TYPES",
    "EXTERNAL_MEASURES",
    "FIVE_A",
    "INTERNAL_MEASURES",
    "LOYALTY_SIGNS",
    "LOYALTY_TYPES",
    "OffenceDefence",
    "bucket_path",
    "cohort_survival",
    "completely_to_merely",
    "customer_type",
    "customer_types",
    "customers_lost",
    "defection_rate",
    "defection_reasons",
    "defection_table",
    "free_share",
    "held_share",
    "loyalty_type",
    "loyalty_types",
    "offence_and_defence",
    "periods_until_near",
    "pooled_retention_rate",
    "repeat_share",
    "retention_by_satisfaction",
    "retention_rate",
    "staying_share",
    "steady_state",
    "worst_groups",
]
