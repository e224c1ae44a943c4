"""How satisfaction forms: perceived value against expected value, what promises do, how expectations rise, and what belongs to which list.

One idea per file: ``comparison`` (ratio and difference), ``promises`` (what a promise wins and what it costs),
``rising`` (expectations that follow what was received), ``lists`` (the field's lists and the two factors). Use them
all from here.

Perceived and expected value are scores on one and the same scale, whichever it is. A ratio needs a scale with a true
zero; the difference does not. Shares and rates are fractions from 0 to 1.
"""

from crmlib.satisfaction.comparison import (
    RANKINGS,
    STATES,
    disconfirmation,
    expected_value_allowed,
    is_satisfied,
    perceived_value_needed,
    rank_customers,
    ranking_conflicts,
    satisfaction_by_disconfirmation,
    satisfaction_ratio,
    satisfaction_state,
)
from crmlib.satisfaction.lists import (
    EXPECTATION_STEPS,
    KANO_ANSWERS,
    LOWERING_METHODS,
    SATISFACTION_COMPONENTS,
    SATISFACTION_FACTORS,
    SCRIPT_MEMORIES,
    TwoFactorFeeling,
    first_missing_factor,
    kano_category,
    two_factor_feeling,
)
from crmlib.satisfaction.promises import PromiseOutcome, anchored_estimate, best_promise, expected_after_promise, promise_outcome
from crmlib.satisfaction.rising import ExpectationStep, expectation_path, expectation_steps, gift_at_once, small_steps

__all__ = [
    "EXPECTATION_STEPS",
    "KANO_ANSWERS",
    "LOWERING_METHODS",
    "RANKINGS",
    "SATISFACTION_COMPONENTS",
    "SATISFACTION_FACTORS",
    "SCRIPT_MEMORIES",
    "STATES",
    "ExpectationStep",
    "PromiseOutcome",
    "TwoFactorFeeling",
    "anchored_estimate",
    "best_promise",
    "disconfirmation",
    "expectation_path",
    "expectation_steps",
    "expected_after_promise",
    "expected_value_allowed",
    "first_missing_factor",
    "gift_at_once",
    "is_satisfied",
    "kano_category",
    "perceived_value_needed",
    "promise_outcome",
    "rank_customers",
    "ranking_conflicts",
    "satisfaction_by_disconfirmation",
    "satisfaction_ratio",
    "satisfaction_state",
    "small_steps",
    "two_factor_feeling",
]
