"""The health of a relationship: five indicators, before and after."""

from __future__ import annotations

from crmlib import arguments
from crmlib.language import listing, message

# Each with the direction that is good news: only defection should fall.
HEALTH_INDICATORS = {"satisfaction": 1, "retention_rate": 1, "defection_rate": -1, "loyalty": 1, "net_worth": 1}
_RATES = ("retention_rate", "defection_rate")


def relationship_health(*, before, after) -> dict[str, str]:
    """The health of a relationship is read from five indicators: each has improved, become worse or stayed unchanged.

    Formula: improved if after > before, for the defection rate if after < before; unchanged if they are equal.

    Arguments:
        before, after: {indicator: number} with all five of HEALTH_INDICATORS; retention_rate and defection_rate are fractions from
            0 to 1, the others may have any unit as long as it is the same before and after.
    Returns: {indicator: "improved", "worse" or "unchanged"}, in the order of HEALTH_INDICATORS.
    Raises: ValueError if an indicator is missing or unknown or a rate leaves 0 to 1; TypeError if one is not a number.
    Source: the five indicators are the exam text's; the comparison is arithmetic.

    >>> last_year = {"satisfaction": 3.9, "retention_rate": 0.7, "defection_rate": 0.3, "loyalty": 0.5, "net_worth": 800}
    >>> relationship_health(before=last_year, after={**last_year, "retention_rate": 0.8, "defection_rate": 0.2})["defection_rate"]
    'improved'
    """
    first, second = _five("before", before), _five("after", after)
    words = {1: "improved", -1: "worse", 0: "unchanged"}
    found = {}
    for name, direction in HEALTH_INDICATORS.items():
        change = direction * ((second[name] > first[name]) - (second[name] < first[name]))
        found[name] = words[change]
    return found


def _five(name: str, given) -> dict[str, float]:
    if not hasattr(given, "keys"):
        raise TypeError(message("foundations.not_by_indicator", name=name, received=repr(given), some=listing(HEALTH_INDICATORS)))
    if set(given.keys()) != set(HEALTH_INDICATORS):
        wrong = listing(sorted(set(map(str, given.keys())) ^ set(HEALTH_INDICATORS)))
        raise ValueError(message("foundations.other_indicators", name=name, received=wrong, some=listing(HEALTH_INDICATORS)))
    return {each: (arguments.rate if each in _RATES else arguments.number)(f"{name}[{each}]", given[each]) for each in HEALTH_INDICATORS}
