"""Consumption value: what a customer gets and gives, which offer wins, which kinds of value there are, how value is managed.

One idea per file: ``benefit`` (total customer value, total customer cost, delivered value), ``offers`` (tables of
competing offers: ranking, sensitivity, what would win), ``time`` (the customer's own value of time), ``typologies``
(five consumption values, eight experience values), ``management`` (the process in three stages, the value chain).
Use them all from here.

All values and costs are the customer's own judgement in one currency; types, stages and activities are ids such as
``"epistemic_value"``, equal in both languages.
"""

from crmlib.consumption_value.benefit import (
    COST_COMPONENTS,
    VALUE_COMPONENTS,
    delivered_value,
    time_cost,
    total_customer_cost,
    total_customer_value,
)
from crmlib.consumption_value.management import VALUE_CHAIN, VALUE_MANAGEMENT_PROCESS, value_chain, value_management_process
from crmlib.consumption_value.offers import RANKINGS, best_offers, change_needed, compare_offers, lead, sensitivity
from crmlib.consumption_value.time import segments_by_value_of_time, value_of_time_at_tie, with_value_of_time
from crmlib.consumption_value.typologies import (
    CONSUMPTION_VALUES,
    EXPERIENCE_VALUES,
    ExperienceValue,
    consumption_values,
    experience_value,
    experience_value_dimensions,
    experience_values,
    one_switch_away,
)

__all__ = [
    "CONSUMPTION_VALUES",
    "COST_COMPONENTS",
    "EXPERIENCE_VALUES",
    "RANKINGS",
    "VALUE_CHAIN",
    "VALUE_COMPONENTS",
    "VALUE_MANAGEMENT_PROCESS",
    "ExperienceValue",
    "best_offers",
    "change_needed",
    "compare_offers",
    "consumption_values",
    "delivered_value",
    "experience_value",
    "experience_value_dimensions",
    "experience_values",
    "lead",
    "one_switch_away",
    "segments_by_value_of_time",
    "sensitivity",
    "time_cost",
    "total_customer_cost",
    "total_customer_value",
    "value_chain",
    "value_management_process",
    "value_of_time_at_tie",
    "with_value_of_time",
]
