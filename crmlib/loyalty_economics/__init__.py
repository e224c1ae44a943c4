"""Loyalty economics: what it costs to win a customer, what a customer is worth, and what keeping one changes.

One idea per file: ``acquisition`` (winning customers), ``lifetime`` (how long they stay), ``lifetime_value``
(what they are worth and when they have paid back), ``keeping`` (what keeping one earns and losing one costs),
``credit_card`` (the exam's credit-card figure and the formula behind it). Use them all from here.

Rates are fractions from 0 to 1, money is in any one currency, and a period is whatever the rates refer to:
a yearly retention rate goes with a yearly margin and a yearly discount rate.
"""

from crmlib.loyalty_economics.acquisition import (
    MailingResult,
    acquisition_cost,
    acquisition_cost_by_channel,
    expected_attempts_per_sale,
    mailing_result,
    maximum_rental,
    minimum_response_rate,
    response_rate_interval,
)
from crmlib.loyalty_economics.credit_card import (
    CREDIT_CARD_MODELS,
    CreditCardFit,
    CreditCardPoint,
    credit_card_figure,
    credit_card_value,
    fit_credit_card_figure,
    largest_relative_error,
    relative_errors,
)
from crmlib.loyalty_economics.keeping import break_even_year, loss_from_losing, profit_by_tenure, value_of_keeping
from crmlib.loyalty_economics.lifetime import (
    aggregate_retention_by_period,
    annual_retention_rate,
    average_lifetime,
    average_lifetime_of_mix,
    defection_reduced,
    median_lifetime,
    retention_by_year_of_tenure,
    retention_rate_from_lifetime,
)
from crmlib.loyalty_economics.lifetime_value import (
    TIMINGS,
    break_even,
    customer_lifetime_value,
    customer_lifetime_value_from_table,
    effective_discount_rate,
    lifetime_value_uplift,
    lifetime_value_uplift_of_retention,
    net_present_value,
)

__all__ = [
    "CREDIT_CARD_MODELS",
    "TIMINGS",
    "CreditCardFit",
    "CreditCardPoint",
    "MailingResult",
    "acquisition_cost",
    "acquisition_cost_by_channel",
    "aggregate_retention_by_period",
    "annual_retention_rate",
    "average_lifetime",
    "average_lifetime_of_mix",
    "break_even",
    "break_even_year",
    "credit_card_figure",
    "credit_card_value",
    "customer_lifetime_value",
    "customer_lifetime_value_from_table",
    "defection_reduced",
    "effective_discount_rate",
    "expected_attempts_per_sale",
    "fit_credit_card_figure",
    "largest_relative_error",
    "lifetime_value_uplift",
    "lifetime_value_uplift_of_retention",
    "loss_from_losing",
    "mailing_result",
    "maximum_rental",
    "median_lifetime",
    "minimum_response_rate",
    "net_present_value",
    "profit_by_tenure",
    "relative_errors",
    "response_rate_interval",
    "retention_by_year_of_tenure",
    "retention_rate_from_lifetime",
    "value_of_keeping",
]
