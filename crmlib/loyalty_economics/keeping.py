"""What keeping a customer earns, what losing one costs, and how profit grows with tenure."""

from __future__ import annotations

from itertools import accumulate

from crmlib import arguments

_FACTORS = ("base_profit", "revenue_growth", "cost_savings", "referrals", "price_premium")


def value_of_keeping(
    *,
    long_term_profit: float,
    friends: float,
    chance_friend_buys: float,
    value_per_friend: float,
    saved_rebuilding_cost: float,
    keeping_cost: float,
) -> float:
    """Keeping a customer is worth the long-term profit, the word of mouth and the saved cost of rebuilding, less the cost of keeping.

    Formula: keep = L + n * p * v + S - K.

    Arguments:
        long_term_profit: L, long-term profit from the customer (money).
        friends: n, friends the customer talks to (0 or more; the exam says 10).
        chance_friend_buys: p, chance that the talk decides whether a friend buys (0 to 1; the exam leaves it out, which means 1).
        value_per_friend: v, what the talk makes a friend worth (money). Negative word of mouth goes here: a kept but unhappy
            customer who turns friends away costs their value, so v is minus that value.
        saved_rebuilding_cost: S, cost of winning the relationship back that is saved (money, 0 or more).
        keeping_cost: K, cost of keeping the customer (money, 0 or more); it is subtracted.
    Returns: money per customer; negative if keeping costs more than it brings.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: exam material (source 002); the chance p is ours.

    >>> value_of_keeping(long_term_profit=500, friends=10, chance_friend_buys=0.05, value_per_friend=500,
    ...                  saved_rebuilding_cost=100, keeping_cost=120)
    730.0
    """
    profit = arguments.number("long_term_profit", long_term_profit, example=500)
    word_of_mouth = _word_of_mouth(friends, chance_friend_buys, value_per_friend)
    saved = arguments.not_negative("saved_rebuilding_cost", saved_rebuilding_cost, example=100)
    return profit + word_of_mouth + saved - arguments.not_negative("keeping_cost", keeping_cost, example=120)


def loss_from_losing(
    *, customers_lost: float, value_per_customer: float, friends: float, chance_friend_buys: float, value_per_friend: float
) -> float:
    """Losing customers costs their own value and the value of the friends that each of them would have brought.

    Formula: lose = N * V + N * n * p * v. Friends count once per lost customer, not once in all.

    Arguments:
        customers_lost: N (0 or more; an expected number need not be whole).
        value_per_customer: V, lifetime value of a lost customer (money; yearly profit would be another question).
        friends: n, friends per customer (0 or more; the exam says 10).
        chance_friend_buys: p, chance that a friend would have become a customer (0 to 1; the exam leaves it out, which means 1).
        value_per_friend: v, lifetime value of such a friend (money).
    Returns: money lost, a positive number for customers who were worth something. Friends who are themselves among the N
        would be counted twice: leave them out of n.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: exam material (source 002); the chance p is ours.

    >>> loss_from_losing(customers_lost=200, value_per_customer=5000, friends=10, chance_friend_buys=0.05, value_per_friend=5000)
    1500000.0
    """
    lost = arguments.not_negative("customers_lost", customers_lost, example=200)
    value = arguments.number("value_per_customer", value_per_customer, example=5000)
    return lost * (value + _word_of_mouth(friends, chance_friend_buys, value_per_friend))


def profit_by_tenure(
    *, acquisition_cost: float, base_profit, revenue_growth, cost_savings, referrals, price_premium, retention_rate: float | None = None
):
    """A loyal customer's yearly profit is base profit plus growth, savings, referrals and price premium, once the acquisition cost is paid.

    Formula: profit in year t = base + growth + savings + referrals + premium; in year 0 it is minus the acquisition cost.
    These are Reichheld's six factors. They need not rise: Reinartz & Kumar (2002) found that they often do not, so a
    year's number may also be negative.

    Arguments:
        acquisition_cost: spent in year 0 (money, 0 or more).
        base_profit, revenue_growth, cost_savings, referrals, price_premium: one number per year 1, 2, … (money; equally long lists).
        retention_rate: r (0 to 1) to weight the years by the share of customers still there, r^(t-1); None for a customer who stays.
    Returns: a pandas table, years 0, 1, 2, …, with year, acquisition_cost (negative, so that the factors add up to the
        profit), the five other factors, profit and cumulative_profit; with a retention rate also share_remaining,
        expected_profit and cumulative_expected_profit. Nothing is discounted: give the profit to net_present_value.
    Raises: ValueError or TypeError if the lists are empty or unequally long, or an argument is out of range.
    Source: Reichheld & Sasser (1990); exam material (source 003).

    >>> tenure = profit_by_tenure(acquisition_cost=60, base_profit=[20, 20, 20], revenue_growth=[0, 5, 10], cost_savings=[0, 2, 4],
    ...                           referrals=[0, 3, 6], price_premium=[0, 0, 5])
    >>> tenure["cumulative_profit"].tolist()
    [-60.0, -40.0, -10.0, 35.0]
    """
    cost = arguments.not_negative("acquisition_cost", acquisition_cost, example=60)
    given = dict(zip(_FACTORS, (base_profit, revenue_growth, cost_savings, referrals, price_premium), strict=True))
    factors = {name: arguments.numbers(name, values, example="[20, 25, 30]") for name, values in given.items()}
    arguments.equally_long(factors)
    import pandas

    years = len(factors["base_profit"])
    table: dict[str, list[float]] = {"year": list(range(years + 1)), "acquisition_cost": [0.0 - cost] + [0.0] * years}
    table |= {name: [0.0, *values] for name, values in factors.items()}
    table["profit"] = [sum(row) for row in zip(*list(table.values())[1:], strict=True)]
    table["cumulative_profit"] = list(accumulate(table["profit"]))
    if retention_rate is not None:
        kept = arguments.rate("retention_rate", retention_rate)
        # The first year is certain: a customer who has been won buys once at least, as in average_lifetime.
        table["share_remaining"] = [1.0] + [kept**year for year in range(years)]
        table["expected_profit"] = [share * profit for share, profit in zip(table["share_remaining"], table["profit"], strict=True)]
        table["cumulative_expected_profit"] = list(accumulate(table["expected_profit"]))
    return pandas.DataFrame(table)


def break_even_year(*, yearly_profits) -> int | None:
    """The break-even year is the first year in which all profits so far add up to at least zero.

    Formula: the smallest T for which x_0 + x_1 + … + x_T >= 0.

    Arguments:
        yearly_profits: x_t from year 0 on, which is usually minus the acquisition cost (money; list or column, such as
            profit or expected_profit of profit_by_tenure).
    Returns: the year (0 if nothing had to be earned back), or None if the years given are not enough.
    Raises: ValueError or TypeError if the list is empty or holds something else than numbers.
    Source: Reichheld & Sasser (1990).

    >>> break_even_year(yearly_profits=[-60, 20, 30, 45])
    3
    """
    profits = arguments.numbers("yearly_profits", yearly_profits, example="[-60, 20, 30, 45]")
    speck = 1e-9 * max(map(abs, profits))  # -0.3 + 0.1 + 0.1 + 0.1 is not quite 0 in floating point
    return next((year for year, total in enumerate(accumulate(profits)) if total >= -speck), None)


def _word_of_mouth(friends: float, chance_friend_buys: float, value_per_friend: float) -> float:
    friends = arguments.not_negative("friends", friends, example=10)
    chance = arguments.rate("chance_friend_buys", chance_friend_buys, example=0.05)
    return friends * chance * arguments.number("value_per_friend", value_per_friend, example=500)
