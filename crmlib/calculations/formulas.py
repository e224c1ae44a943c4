"""The formulas that a calculation may name: nothing else is ever called, and no text is ever run."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from types import ModuleType

from crmlib.language import message

# By topic module: what calculations may call. A name behind a colon is the part of the result that is meant.
TOPICS = {
    "loyalty_economics": (
        "acquisition_cost average_lifetime average_lifetime_of_mix break_even customer_lifetime_value defection_reduced "
        "lifetime_value_uplift lifetime_value_uplift_of_retention loss_from_losing mailing_result:result maximum_rental "
        "minimum_response_rate net_present_value retention_rate_from_lifetime value_of_keeping"
    ),
    "customer_equity": "average_ratio contribution_per_seat_hour customer_equity return_on_moving_tier top_share",
    "measuring_satisfaction": (
        "apparent_satisfied_share iceberg_from_complaints:dissatisfied iceberg_from_purchases:complaints satisfaction_index"
    ),
    "loyalty": "customers_lost defection_rate pooled_retention_rate retention_rate steady_state",
    "satisfaction": "disconfirmation expected_after_promise expected_value_allowed perceived_value_needed satisfaction_ratio",
    "consumption_value": "delivered_value time_cost total_customer_cost total_customer_value",
    "relationships": "development_flow:cost_per_partner prospects_needed",
    "relationship_marketing": "break_even_horizon relationship_advantage",
    "service": "after_complaints:kept after_sales_cost crossover_jobs customers_recovered people_told:at_least",
    "arithmetic": "complement difference mean power product quotient rounded_down rounded_up total",
}


@cache
def _modules() -> dict[str, ModuleType]:
    # Here, so that a page without calculations loads no formulas; in so many words, so that a student's zip holds them.
    from crmlib import (
        consumption_value,
        customer_equity,
        loyalty,
        loyalty_economics,
        measuring_satisfaction,
        relationship_marketing,
        relationships,
        satisfaction,
        service,
    )
    from crmlib.calculations import arithmetic

    found = (arithmetic, consumption_value, customer_equity, loyalty, loyalty_economics, measuring_satisfaction, relationship_marketing)
    return {module.__name__.rpartition(".")[2]: module for module in (*found, relationships, satisfaction, service)}


@cache
def _allowed() -> dict[str, str]:
    """Every name as calculations write it, with the module in which it stands."""
    return {name: module for module, names in TOPICS.items() for name in names.split()}


def formula(name: str) -> Callable[..., object]:
    """The formula of this name; a name that is not allowed is refused."""
    if name not in _allowed():
        near = get_close_matches(name, names(), n=6, cutoff=0.3) or names()[:6]
        raise LookupError(message("calculations.no_formula", received=name, allowed=", ".join(near)))
    function, _, part = name.partition(":")
    found = getattr(_modules()[_allowed()[name]], function)
    return (lambda **arguments: getattr(found(**arguments), part)) if part else found


def compute(name: str, arguments: Mapping[str, object], values: Mapping[str, float]) -> float:
    """The formula's result, with names of drawn or computed numbers replaced by these numbers."""

    def value(given: object) -> object:
        if isinstance(given, tuple):
            return [value(each) for each in given]
        if isinstance(given, Mapping):
            return {name: value(each) for name, each in given.items()}
        return values[given] if isinstance(given, str) and given in values else given

    try:
        return formula(name)(**{each: value(given) for each, given in arguments.items()})  # type: ignore[return-value]  # every formula in the table gives a number
    except (TypeError, ValueError, KeyError) as error:
        unknown = sorted({word for word in _words(arguments) if word not in values})
        if unknown:  # a word that an argument allows is no reason; one that the formula refused is
            raise LookupError(message("calculations.no_number", formula=name, received=", ".join(unknown), allowed=", ".join(values), error=error)) from error
        if isinstance(error, ValueError):
            raise  # these numbers do not suit; others may
        raise LookupError(message("calculations.unfit", formula=name, allowed=", ".join(_takes(name)), error=error)) from error


def _words(given: object) -> Iterator[str]:
    """Every word among arguments, at whatever depth."""
    if isinstance(given, str):
        yield given
    elif isinstance(given, (tuple, Mapping)):
        for each in given.values() if isinstance(given, Mapping) else given:
            yield from _words(each)


def _takes(name: str) -> Iterable[str]:
    return inspect.signature(getattr(_modules()[_allowed()[name]], name.partition(":")[0])).parameters


def names() -> tuple[str, ...]:
    """Every formula that a calculation may name."""
    return tuple(sorted(_allowed()))
