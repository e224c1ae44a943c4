"""Customer by customer: where a relationship is worth building, read off what each shares and solves with us."""

from __future__ import annotations

from crmlib import arguments
from crmlib.language import message
from crmlib.relationship_marketing.pays import (
    relationship_advantage,
    retention_from_switching_cost,
)

COLUMNS = ("customer_id", "yearly_volume", "information_shared", "problems_solved_jointly")
NOTHING_SHARED = "none"


def relationship_by_customer(
    customers, *, years_ahead, cost_per_problem: float, temptation: float, investment_share: float, care_share: float, selling_share: float
):
    """What a customer shares shows how far it looks ahead with us, what was solved together shows what leaving would cost it.

    Formula: horizon = the longest of years_ahead among the pieces shared, 1 if nothing is; switching cost = problems solved jointly *
    cost per problem; r = switching cost / (switching cost + temptation); advantage = relationship advantage with investment, care and
    selling cost as shares of the yearly volume.

    Arguments:
        customers: table with customer_id, yearly_volume, information_shared ("a;b" or "none") and problems_solved_jointly.
        years_ahead: for each piece of information, how many years ahead somebody looks who shares it (whole numbers from 1).
        cost_per_problem: what it would cost the customer to solve one such problem again with another supplier (money, 0 or more).
        temptation: how attractive the offers of others are (money, above 0).
        investment_share, care_share, selling_share: what building a relationship costs once, keeping it a year, and selling from
            deal to deal a year, as shares of the yearly volume (0 to 1).
    Returns: a pandas table in the order of the customers: customer_id, yearly_volume, horizon, switching_cost, retention_rate, advantage.
    Raises: ValueError or TypeError if a column is missing, a piece is not in years_ahead or an argument leaves its range.
    Source: our working model of Jackson's (1985) two dimensions.

    >>> import pandas
    >>> bakery = pandas.DataFrame([(1, 1000, "new_product_plan", 3)], columns=[*COLUMNS])
    >>> costs = {"investment_share": 0.12, "care_share": 0.04, "selling_share": 0.1}
    >>> found = relationship_by_customer(bakery, years_ahead={"new_product_plan": 2}, cost_per_problem=1000, temptation=1000, **costs)
    >>> found[["horizon", "retention_rate", "advantage"]].iloc[0].tolist()
    [2.0, 0.75, -15.0]
    """
    import pandas

    arguments.table("customers", customers, COLUMNS)
    if not hasattr(years_ahead, "items"):
        raise TypeError(message("relationship_marketing.no_years_ahead", received=repr(years_ahead)))
    ahead = {piece: arguments.whole(f"years_ahead[{piece!r}]", years, minimum=1, example=2) for piece, years in years_ahead.items()}
    problem = arguments.not_negative("cost_per_problem", cost_per_problem, example=2000)
    shares = {"investment": arguments.rate("investment_share", investment_share, example=0.12)}
    shares["care_per_period"] = arguments.rate("care_share", care_share, example=0.04)
    shares["selling_cost"] = arguments.rate("selling_share", selling_share, example=0.1)
    volumes = arguments.column(customers, "yearly_volume", arguments.not_negative, example=8000)
    problems = arguments.column(customers, "problems_solved_jointly", arguments.whole, example=2)
    horizons = arguments.column(customers, "information_shared", _horizon, ahead=ahead)
    rows = []
    for name, volume, horizon, solved in zip(customers["customer_id"], volumes, horizons, problems):
        cost = solved * problem
        kept = retention_from_switching_cost(switching_cost=cost, temptation=temptation)
        money = {part: share * volume for part, share in shares.items()}
        rows.append((name, volume, horizon, cost, kept, round(relationship_advantage(horizon=horizon, retention_rate=kept, **money), 9)))
    return pandas.DataFrame(rows, columns=["customer_id", "yearly_volume", "horizon", "switching_cost", "retention_rate", "advantage"])


def _horizon(name: str, shared, *, ahead) -> int:
    pieces = [piece for piece in map(str.strip, str(shared).split(";")) if piece != NOTHING_SHARED]
    for piece in pieces:
        if piece not in ahead:
            raise ValueError(message("relationship_marketing.unknown_piece", name=name, received=repr(piece), pieces=", ".join(ahead)))
    return max((ahead[piece] for piece in pieces), default=1)
