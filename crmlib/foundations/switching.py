"""Two shops and a cost of changing: who moves when one offers a little more.

Our model, not the sources': every customer is offered the same gain by the other shop; what changing would cost
them is spread evenly from 0 to twice its mean.
"""

from __future__ import annotations

from crmlib import arguments


def switching_share(*, value_gap: float, switching_cost: float) -> float:
    """A customer switches when the other shop's extra value is larger than the cost of changing.

    Formula: share = value gap / (2 * mean switching cost), at least 0 and at most 1; with no switching cost everybody moves for
    any gain. It is the share of customers whose own cost, spread evenly from 0 to twice the mean, is below the gap.

    Arguments:
        value_gap: by how much the other shop's offer is worth more to a customer (money; 0 or less: nobody moves).
        switching_cost: the mean cost of changing: money, time, trouble and risk, in money (0 or more).
    Returns: a share of the customers from 0 to 1.
    Raises: ValueError if switching_cost is below 0; TypeError if one is not a number.
    Source: our working model of the exam text's "low switching costs"; Jackson (1985) has the idea for business customers.

    >>> switching_share(value_gap=5, switching_cost=10), switching_share(value_gap=5, switching_cost=0)
    (0.25, 1.0)
    """
    gap = arguments.number("value_gap", value_gap, example=5)
    cost = arguments.not_negative("switching_cost", switching_cost, example=10)
    if gap <= 0:
        return 0.0
    return 1.0 if gap >= 2 * cost else gap / (2 * cost)


def market_after(*, share: float, value_gap: float, switching_cost: float) -> float:
    """After everybody has chosen, a shop keeps those who do not switch away and gains those who switch to it.

    Formula: share * (1 - moved) if the rival offers more, share + (1 - share) * moved if this shop does.

    Arguments:
        share: the shop's share of the customers before (0 to 1).
        value_gap: by how much its offer is worth more than the rival's (money; below 0: the rival's is worth more).
        switching_cost: as in switching_share.
    Returns: its share of the customers afterwards, 0 to 1.
    Raises: ValueError or TypeError as switching_share, and if share leaves 0 to 1.
    Source: as switching_share.

    >>> market_after(share=0.5, value_gap=-5, switching_cost=10)
    0.375
    """
    share = arguments.rate("share", share, example=0.5)
    gap = arguments.number("value_gap", value_gap, example=5)
    moved = switching_share(value_gap=abs(gap), switching_cost=switching_cost)
    return share * (1 - moved) if gap < 0 else share + (1 - share) * moved
