"""When relationship marketing pays: the horizon, the cost of switching, and the line between the two ways."""

from __future__ import annotations

from crmlib import arguments
from crmlib.language import message
from crmlib.two_by_two import Measure, TwoByTwo

MODES = ("relationship", "transaction", "depends")
_MAP = TwoByTwo(
    Measure("horizon", "horizon_boundary", 5, 2, arguments.not_negative, arguments.positive),
    Measure("switching_cost", "switching_cost_boundary", 40000, 10000, arguments.not_negative, arguments.positive),
    both="relationship",
    first_only="depends",
    second_only="depends",
    neither="transaction",
)
LONGEST_HORIZON = 200


def marketing_mode(*, horizon: float, switching_cost: float, horizon_boundary: float, switching_cost_boundary: float) -> str:
    """Relationship marketing fits customers with a long horizon and high switching costs, transaction marketing those with neither.

    Formula: "relationship" if both reach their boundary, "transaction" if neither does, "depends" if only one does.

    Arguments:
        horizon: how far the customer looks ahead, in any unit of time (0 or more).
        switching_cost: what changing the supplier would cost the customer (0 or more).
        horizon_boundary, switching_cost_boundary: from where on each counts as long or high (above 0); a value at its boundary counts.
    Returns: one of MODES.
    Raises: ValueError if an argument leaves its range; TypeError if one is not a number.
    Source: Jackson (1985); "depends" for the mixed cases is our reading, the exam text names the two pure ones.

    >>> marketing_mode(horizon=5, switching_cost=40000, horizon_boundary=2, switching_cost_boundary=10000)
    'relationship'
    """
    return _MAP.field(horizon, switching_cost, horizon_boundary, switching_cost_boundary)


def retention_from_switching_cost(*, switching_cost: float, temptation: float) -> float:
    """The share of customers who stay for another period grows with what leaving would cost them.

    Formula: r = switching cost / (switching cost + temptation): half stay where both are equal.

    Arguments:
        switching_cost: what changing the supplier would cost a customer (money, 0 or more).
        temptation: how attractive the offers of others are (money, above 0).
    Returns: a retention rate per period from 0 to 1.
    Raises: ValueError if an argument leaves its range; TypeError if one is not a number.
    Source: our working model.

    >>> retention_from_switching_cost(switching_cost=300, temptation=100)
    0.75
    """
    cost = arguments.not_negative("switching_cost", switching_cost, example=300)
    return cost / (cost + arguments.positive("temptation", temptation, example=100))


def relationship_advantage(*, horizon: int, retention_rate: float, investment: float, care_per_period: float, selling_cost: float) -> float:
    """A relationship pays when what it saves in selling, for as long as the customer stays, exceeds what was put into it.

    Formula: sum over t = 0 … horizon - 1 of r^t * (selling cost - care) - investment. While the relationship lasts a sale costs only
    the care; once the customer has left it, every sale costs what transaction marketing spends. Not discounted.

    Arguments:
        horizon: periods looked at (1 to 200).
        retention_rate: the share of relationships that last from one period to the next (0 to 1).
        investment: spent once on building the relationship (money, 0 or more).
        care_per_period: spent on it in every period in which it lasts (0 or more).
        selling_cost: what transaction marketing spends on a sale in every period: advertising, persuading, price cuts (0 or more).
    Returns: money per customer; above 0 relationship marketing pays more than transaction marketing.
    Raises: ValueError if an argument leaves its range; TypeError if one is not a number.
    Source: our working model of Jackson's (1985) two dimensions.

    >>> relationship_advantage(horizon=10, retention_rate=1, investment=200, care_per_period=20, selling_cost=60)
    200.0
    """
    horizon = _horizon("horizon", horizon)
    kept = arguments.rate("retention_rate", retention_rate, example=0.8)
    saved = arguments.not_negative("selling_cost", selling_cost, example=60) - arguments.not_negative("care_per_period", care_per_period, example=20)
    return float(sum(kept**period for period in range(horizon)) * saved - arguments.not_negative("investment", investment, example=200))


def break_even_horizon(*, retention_rate: float, investment: float, care_per_period: float, selling_cost: float, longest: int) -> int | None:
    """The break-even horizon is the first number of periods over which a relationship pays more than selling anew each time.

    Formula: the smallest horizon up to longest with relationship advantage > 0.

    Arguments:
        retention_rate, investment, care_per_period, selling_cost: as in relationship_advantage.
        longest: the longest horizon that is tried (1 to 200).
    Returns: a number of periods, or None if it never pays up to then.
    Raises: ValueError or TypeError as relationship_advantage.
    Source: as relationship_advantage.

    >>> costs = {"investment": 200, "care_per_period": 20, "selling_cost": 60}
    >>> break_even_horizon(retention_rate=1, longest=30, **costs), break_even_horizon(retention_rate=0.5, longest=30, **costs)
    (6, None)
    """
    given = {"investment": investment, "care_per_period": care_per_period, "selling_cost": selling_cost}
    for horizon in range(1, _horizon("longest", longest) + 1):
        if relationship_advantage(horizon=horizon, retention_rate=retention_rate, **given) > 1e-9:
            return horizon
    return None


def _horizon(name: str, value) -> int:
    periods = arguments.whole(name, value, minimum=1, example=10)
    if periods > LONGEST_HORIZON:
        raise ValueError(message("relationship_marketing.horizon_too_long", name=name, most=LONGEST_HORIZON, received=periods))
    return periods
