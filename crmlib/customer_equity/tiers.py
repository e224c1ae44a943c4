"""The customer pyramid: who stands in which tier, and whether it pays to lift somebody."""

from __future__ import annotations

import math

from crmlib import arguments

TIERS = ("platinum", "gold", "iron", "lead")


def customer_tiers(values, *, platinum_share: float, gold_share: float) -> list[str]:
    """A customer's tier follows from their value: the best few are platinum, the next gold, the rest iron, and who brings nothing lead.

    Formula: lead if value <= 0; else platinum for the first floor(platinum share * n) of the order, gold up to
    floor((platinum share + gold share) * n), iron for the rest; n counts all customers.

    Arguments:
        values: one value per customer (list or column), such as the contribution of a year.
        platinum_share, gold_share: shares of all customers (0 to 1, together at most 1).
    Returns: a list of tiers in the order of the values; of equal values the earlier customer is put first.
    Raises: ValueError if a share leaves its range or they exceed 1 together; TypeError if a value is not a number.
    Source: Zeithaml, Rust and Lemon (2001) for the pyramid; where the lines run is our choice to make.

    >>> customer_tiers([5, 90, -3, 40, 20], platinum_share=0.2, gold_share=0.2)
    ['iron', 'platinum', 'lead', 'gold', 'iron']
    """
    numbers = arguments.numbers("values", values, example="[90, 40, -3]")
    platinum = arguments.rate("platinum_share", platinum_share, example=0.04)
    gold = arguments.rate("gold_share", gold_share, example=0.16)
    arguments.part_of("platinum_share + gold_share", platinum + gold, "1", 1)
    # 0.2 * 15 is a little more than 3 in floating point, and 0.29 * 100 a little less than 29: whole counts are meant.
    first, second = (math.floor(share * len(numbers) + 1e-9) for share in (platinum, platinum + gold))
    found = ["lead"] * len(numbers)
    best_first = sorted(range(len(numbers)), key=lambda place: -numbers[place])
    for rank, place in enumerate(best_first):
        if numbers[place] > 0:
            found[place] = "platinum" if rank < first else "gold" if rank < second else "iron"
    return found


def tier_table(values, *, platinum_share: float, gold_share: float):
    """The tier table says of each tier how many customers it has and what they bring.

    Formula: per tier, number and share of customers, sum and mean of values, and the sum as a share of the total.

    Arguments:
        values, platinum_share, gold_share: as in customer_tiers.
    Returns: a pandas table with one row per tier of TIERS: tier, customers, share_of_customers, value, mean_value, share_of_total (empty
        if the total is not above 0).
    Raises: ValueError or TypeError as customer_tiers.
    Source: as customer_tiers.

    >>> tier_table([5, 90, -3, 40, 20], platinum_share=0.2, gold_share=0.2)["value"].tolist()
    [90.0, 40.0, 25.0, -3.0]
    """
    import pandas

    numbers = arguments.numbers("values", values, example="[90, 40, -3]")
    tiers = customer_tiers(numbers, platinum_share=platinum_share, gold_share=gold_share)
    total = sum(numbers)
    rows = []
    for tier in TIERS:
        here = [value for value, found in zip(numbers, tiers) if found == tier]
        mean = sum(here) / len(here) if here else math.nan
        rows.append((tier, len(here), len(here) / len(numbers), float(sum(here)), mean, sum(here) / total if total > 0 else math.nan))
    return pandas.DataFrame(rows, columns=["tier", "customers", "share_of_customers", "value", "mean_value", "share_of_total"])


def return_on_moving_tier(*, success_rate: float, value_before: float, value_after: float, cost_per_customer: float) -> float:
    """Lifting customers to a higher tier pays when the extra value of those who move exceeds what is spent on all who are asked.

    Formula: (success rate * (value after - value before) - cost per customer) / cost per customer.

    Arguments:
        success_rate: the share of the customers treated who move up (0 to 1).
        value_before, value_after: a customer's value in the lower and in the higher tier (money, same period).
        cost_per_customer: what is spent on each customer treated, successful or not (money, above 0).
    Returns: the return on what was spent: 0 = just the money back, 0.5 = half as much again, -1 = all lost.
    Raises: ValueError if an argument leaves its range; TypeError if one is not a number.
    Source: definition of a return; Rust, Lemon and Zeithaml (2004) for returns on customer equity.

    >>> return_on_moving_tier(success_rate=0.1, value_before=200, value_after=900, cost_per_customer=40)
    0.75
    """
    chance = arguments.rate("success_rate", success_rate, example=0.1)
    before = arguments.number("value_before", value_before, example=200)
    after = arguments.number("value_after", value_after, example=900)
    cost = arguments.positive("cost_per_customer", cost_per_customer, example=40)
    return (chance * (after - before) - cost) / cost
