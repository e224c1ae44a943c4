"""Customer relationships: of which type they are, at which stage they stand, and how customers develop step by step.

One idea per file: ``typologies`` (two ways to sort relationships, and a price attack on them), ``stages`` (diagnosis
from evidence, the path over the years), ``development`` (from prospect to partner, with conversion rates and cost).
Use them all from here.

Rates and shares are fractions from 0 to 1, money is in any one currency, and stages, types and steps are ids such as
``"cooperative"``, equal in both languages. What the exam text says and what is our own working rule is told apart in
every docstring.
"""

from crmlib.relationships.development import (
    DEVELOPMENT_STEPS,
    LEVERS,
    DevelopmentFlow,
    development_flow,
    development_levers,
    development_step,
    prospects_needed,
)
from crmlib.relationships.stages import STAGES, StageDiagnosis, diagnose_stage, diagnose_stages, stage_path
from crmlib.relationships.typologies import (
    CLOSENESS_TYPES,
    VOLUME_LOYALTY_TYPES,
    closeness_type,
    leaves_under_price_attack,
    price_attack_table,
    volume_loyalty_table,
    volume_loyalty_type,
)

__all__ = [
    "CLOSENESS_TYPES",
    "DEVELOPMENT_STEPS",
    "LEVERS",
    "STAGES",
    "VOLUME_LOYALTY_TYPES",
    "DevelopmentFlow",
    "StageDiagnosis",
    "closeness_type",
    "development_flow",
    "development_levers",
    "development_step",
    "diagnose_stage",
    "diagnose_stages",
    "leaves_under_price_attack",
    "price_attack_table",
    "prospects_needed",
    "stage_path",
    "volume_loyalty_table",
    "volume_loyalty_type",
]
