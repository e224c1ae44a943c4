"""The customer development steps: who stands where, what the flow from prospect to partner costs, and which lever is cheapest."""

from __future__ import annotations

from dataclasses import dataclass

from crmlib import arguments
from crmlib.language import message

# The last step has an id of its own: "partner" is a type of relationship by volume and loyalty.
DEVELOPMENT_STEPS = ("prospective_customer", "first_time_customer", "client", "business_partner")
LEVERS = ("prospects", "to_first_time", "to_client", "to_partner")


@dataclass(frozen=True, slots=True)
class DevelopmentFlow:
    """How many people reach each step, what is spent at each step, all of it, and per partner (None without partners)."""

    counts: tuple[float, float, float, float]
    costs: tuple[float, float, float]
    total_cost: float
    cost_per_partner: float | None


def development_step(*, orders: int, referrals: int, orders_of_client: int) -> str:
    """The development step says how far a customer has come: prospect, first-time customer, client or partner.

    Formula: no order -> prospective_customer; fewer orders than make a client -> first_time_customer; as many or more -> client;
        a client who has brought at least one new customer -> business_partner.

    Arguments:
        orders: orders so far (whole number, 0 or more).
        referrals: new customers this one has brought (whole number, 0 or more).
        orders_of_client: orders from which one is called a client (whole number, 2 or more).
    Returns: one of DEVELOPMENT_STEPS. The four steps are the exam's, the working definition is ours: the exam text draws no boundaries.
    Raises: ValueError or TypeError if an argument is out of range or not a whole number.
    Source: exam material (source 004); Griffin (1995) for the longer ladder.

    >>> development_step(orders=8, referrals=0, orders_of_client=5)
    'client'
    """
    orders = arguments.whole("orders", orders, example=8)
    referrals = arguments.whole("referrals", referrals, example=1)
    if orders < arguments.whole("orders_of_client", orders_of_client, minimum=2, example=5):
        return "first_time_customer" if orders else "prospective_customer"
    return "business_partner" if referrals else "client"


def development_flow(
    *,
    prospects: float,
    to_first_time: float,
    to_client: float,
    to_partner: float,
    cost_per_prospect: float,
    cost_per_first_time_customer: float,
    cost_per_client: float,
) -> DevelopmentFlow:
    """The development flow multiplies the prospects by one conversion rate after the other; money is spent on everybody at every step.

    Formula: first-time customers = N * p1, clients = N * p1 * p2, partners = N * p1 * p2 * p3;
        total cost = N * c0 + N p1 * c1 + N p1 p2 * c2; cost per partner = total cost / partners.

    Arguments:
        prospects: N, prospects addressed (0 or more).
        to_first_time: p1, share of prospects who buy for the first time (0 to 1).
        to_client: p2, share of first-time customers who become clients (0 to 1).
        to_partner: p3, share of clients who become partners (0 to 1).
        cost_per_prospect: c0, spent on a prospect to make it buy (money, 0 or more).
        cost_per_first_time_customer: c1, spent on a first-time customer to make it a client (money, 0 or more).
        cost_per_client: c2, spent on a client to make it a partner (money, 0 or more).
    Returns: a DevelopmentFlow. Counts are expectations and need not be whole.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: the four steps are the exam's (source 004); rates and costs are ours.

    >>> flow = development_flow(prospects=1000, to_first_time=0.1, to_client=0.3, to_partner=0.1,
    ...                         cost_per_prospect=20, cost_per_first_time_customer=60, cost_per_client=200)
    >>> flow.counts, flow.total_cost
    ((1000.0, 100.0, 30.0, 3.0), 32000.0)
    """
    first, second, third = _rates(to_first_time, to_client, to_partner)
    prospects = arguments.not_negative("prospects", prospects, example=1000)
    spent = (
        arguments.not_negative("cost_per_prospect", cost_per_prospect, example=20),
        arguments.not_negative("cost_per_first_time_customer", cost_per_first_time_customer, example=60),
        arguments.not_negative("cost_per_client", cost_per_client, example=200),
    )
    counts = (prospects, prospects * first, prospects * first * second, prospects * first * second * third)
    costs = (counts[0] * spent[0], counts[1] * spent[1], counts[2] * spent[2])
    total = sum(costs)
    return DevelopmentFlow(counts=counts, costs=costs, total_cost=total, cost_per_partner=total / counts[3] if counts[3] else None)


def development_levers(*, factor: float, **flow: float):
    """Raising any of the four levers by the same factor brings the same number of partners, but the later the lever, the less it costs.

    Formula: for each of N, p1, p2, p3 in turn: the flow with this one multiplied by the factor, less the flow before.

    Arguments:
        factor: by which a lever is multiplied (above 1; 2 doubles it). No rate may rise above 1.
        flow: the arguments of development_flow.
    Returns: a pandas table, one row per lever in the order of LEVERS, with lever, extra_partners, extra_cost and cost_per_extra_partner
        (missing where no partner is added). Not counted is what it costs to raise a rate: the differences between the rows say how
        much that may be.
    Raises: ValueError if a rate would rise above 1 or an argument is out of range; TypeError if one is not a number or missing.
    Source: our calculation on the exam's four steps (source 004).

    >>> levers = development_levers(factor=2, prospects=1000, to_first_time=0.1, to_client=0.3, to_partner=0.1,
    ...                             cost_per_prospect=20, cost_per_first_time_customer=60, cost_per_client=200)
    >>> [round(cost) for cost in levers["cost_per_extra_partner"]]
    [10667, 4000, 2000, 0]
    """
    import pandas

    factor = arguments.number("factor", factor, example=2)
    if factor <= 1:
        raise ValueError(message("relationships.factor", received=f"{factor:g}"))
    before = development_flow(**flow)
    lines = []
    for lever in LEVERS:
        value = float(flow[lever])
        raised = value * factor
        if lever != "prospects" and raised > 1:
            limit = f"{1 / value:.3g}"
            raise ValueError(message("relationships.rate_beyond_one", name=lever, rate=f"{value:g}", received=f"{factor:g}", limit=limit))
        after = development_flow(**{**flow, lever: raised})
        partners, cost = after.counts[3] - before.counts[3], after.total_cost - before.total_cost
        lines.append((lever, partners, cost, cost / partners if partners else None))
    return pandas.DataFrame(lines, columns=["lever", "extra_partners", "extra_cost", "cost_per_extra_partner"])


def prospects_needed(*, partners: float, to_first_time: float, to_client: float, to_partner: float) -> float:
    """The prospects needed are the partners wanted divided by every conversion rate on the way.

    Formula: N = partners / (p1 * p2 * p3).

    Arguments:
        partners: partners wanted (0 or more).
        to_first_time, to_client, to_partner: p1, p2, p3 (above 0, at most 1).
    Returns: prospects, an expectation that need not be whole.
    Raises: ValueError if a rate is 0 (no number of prospects would do) or out of range; TypeError if one is not a number.
    Source: rearranged from development_flow; the steps are the exam's (source 004).

    >>> round(prospects_needed(partners=3, to_first_time=0.1, to_client=0.3, to_partner=0.1))
    1000
    """
    partners = arguments.not_negative("partners", partners, example=3)
    product = 1.0
    for name, rate in zip(LEVERS[1:], (to_first_time, to_client, to_partner), strict=True):
        product *= arguments.rate(name, rate, example=0.1, zero=False)
    return partners / product


def _rates(to_first_time: float, to_client: float, to_partner: float) -> tuple[float, float, float]:
    return (
        arguments.rate("to_first_time", to_first_time, example=0.1),
        arguments.rate("to_client", to_client, example=0.3),
        arguments.rate("to_partner", to_partner, example=0.1),
    )
