"""Customer equity as a sum, and its three drivers as levers on the choice between two firms."""

from __future__ import annotations

import math

from crmlib import arguments
from crmlib.language import listing, message

DRIVERS = ("value_equity", "brand_equity", "relationship_equity")


def customer_equity(values) -> float:
    """Customer equity is the sum of the lifetime values of all a firm's customers.

    Formula: sum of CLV; customers with a negative lifetime value count with their minus.

    Arguments:
        values: one lifetime value per customer (list or column, money).
    Returns: a sum of money.
    Raises: ValueError if there is no value; TypeError if one is not a number.
    Source: Blattberg and Deighton (1996); Rust, Zeithaml and Lemon (2000).

    >>> customer_equity([300, 525, -40])
    785.0
    """
    return float(sum(arguments.numbers("values", values, example="[300, 525, -40]")))


def market_share(*, weights, own, rival) -> float:
    """A firm's share of the choices grows with its lead over the rival in what counts for the customers.

    Formula: 1 / (1 + e^-(sum of w * (own - rival))), the logit choice between two firms.

    Arguments:
        weights: {driver: how much a point counts, 0 or more} for the three DRIVERS.
        own, rival: {driver: score} of the two firms, on any common scale.
    Returns: a share from 0 to 1; 0.5 where nothing separates the two.
    Raises: ValueError if a driver is missing or unknown or a weight is below 0; TypeError if one is not a number.
    Source: logit choice (McFadden 1974) as Rust, Lemon and Zeithaml (2004) use it; reduced to two firms and three drivers by us.

    >>> even = dict.fromkeys(DRIVERS, 5)
    >>> market_share(weights=dict.fromkeys(DRIVERS, 0.3), own=even, rival=even)
    0.5
    """
    counts = _three("weights", weights, arguments.not_negative)
    mine, theirs = _three("own", own, arguments.number), _three("rival", rival, arguments.number)
    lead = sum(counts[name] * (mine[name] - theirs[name]) for name in DRIVERS)
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, lead))))


def gain_per_point(*, weights, own, rival) -> dict[str, float]:
    """The lever of a driver is what one more point of it adds to the firm's share of the choices.

    Formula: market share with one more point of the driver - market share now, for each driver.

    Arguments:
        weights, own, rival: as in market_share.
    Returns: {driver: gain in share}, in the order of DRIVERS.
    Raises: ValueError or TypeError as market_share.
    Source: as market_share.

    >>> even = dict.fromkeys(DRIVERS, 5)
    >>> weights = {"value_equity": 0.6, "brand_equity": 0.2, "relationship_equity": 0}
    >>> gain_per_point(weights=weights, own=even, rival=even)["relationship_equity"]
    0.0
    """
    now = market_share(weights=weights, own=own, rival=rival)
    return {name: market_share(weights=weights, own={**own, name: own[name] + 1}, rival=rival) - now for name in DRIVERS}


def _three(name: str, given, check) -> dict[str, float]:
    if not hasattr(given, "keys"):
        raise TypeError(message("customer_equity.not_by_driver", name=name, received=repr(given), some=listing(DRIVERS)))
    if set(given.keys()) != set(DRIVERS):
        wrong = listing(sorted(set(map(str, given.keys())) ^ set(DRIVERS)))
        raise ValueError(message("customer_equity.other_drivers", name=name, received=wrong, some=listing(DRIVERS)))
    return {each: check(f"{name}[{each}]", given[each], example=5) for each in DRIVERS}
