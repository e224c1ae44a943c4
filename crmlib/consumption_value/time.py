"""The customer's own value of time: the same offers, ranked differently by different people."""

from __future__ import annotations

from crmlib import arguments
from crmlib.consumption_value.benefit import COST_COMPONENTS, VALUE_COMPONENTS
from crmlib.consumption_value.benefit import time_cost as cost_of_time
from crmlib.consumption_value.offers import known_offer, read_offers
from crmlib.language import message

NOTHING = "none"  # better to buy nothing
_COLUMNS = (*VALUE_COMPONENTS, *(name for name in COST_COMPONENTS if name != "time_cost"), "hours")


def with_value_of_time(offers, *, value_of_time: float):
    """Offers as one customer sees them: their hours are priced at this customer's own value of time.

    Formula: time cost = h * w.

    Arguments:
        offers: a pandas table as in compare_offers with the column hours (0 or more); a time_cost that stands there is replaced.
        value_of_time: w (money per hour, 0 or more).
    Returns: a copy of the table with the column time_cost, ready for compare_offers.
    Raises: ValueError or TypeError if a column is missing or a cell is out of range.
    Source: Becker (1965), "A theory of the allocation of time", applied to Kotler's time cost.

    >>> from crmlib import running_case
    >>> offers = running_case.load("offers")
    >>> offers["hours"] = offers["time_cost"] / 20
    >>> with_value_of_time(offers, value_of_time=40)["time_cost"].tolist()
    [28.0, 20.0, 18.0]
    """
    read = read_offers(offers, _COLUMNS)
    priced = offers.copy()
    priced["time_cost"] = [cost_of_time(hours=parts["hours"], value_of_time=value_of_time) for parts in read.values()]
    return priced


def value_of_time_at_tie(offers, *, first: str, second: str) -> float | None:
    """The value of time at the tie is the price of an hour at which a customer finds two offers equally good.

    Formula: w = (D1 - D2) / (h1 - h2), with D the delivered value before any time cost and h the hours.

    Arguments:
        offers: a pandas table as in with_value_of_time.
        first, second: the names of two of its offers.
    Returns: money per hour; None if there is no such value at 0 or more (one offer is better for everybody, or they
        take equally long).
    Raises: ValueError if an offer is not in the table; else as with_value_of_time.
    Source: ours, from the definition of delivered value.

    >>> from crmlib import running_case
    >>> offers = running_case.load("offers")
    >>> offers["hours"] = offers["time_cost"] / 20
    >>> round(value_of_time_at_tie(offers, first="stone_bridge", second="rival_roaster"), 6)
    70.0
    """
    lines = _lines(offers)
    one, other = (lines[known_offer(lines, name, offer)] for name, offer in (("first", first), ("second", second)))
    tie = _crossing(one, other)
    return tie if tie is not None and tie >= 0 else None


def segments_by_value_of_time(offers, *, lowest: float, highest: float):
    """Customers with different values of time fall into segments, each with its own best offer.

    Formula: the upper envelope of the lines D - h * w; where every line is below 0, nothing is bought.

    Arguments:
        offers: a pandas table as in with_value_of_time.
        lowest, highest: the range of the value of time (money per hour; lowest 0 or more, highest above lowest).
    Returns: a pandas table, one row per segment from the lowest value of time up, with offer ("none" where buying nothing
        is best), value_of_time_from and value_of_time_to. Of equal offers the first in the table is named.
    Raises: ValueError or TypeError if the range is empty; else as with_value_of_time.
    Source: ours; segments by value of time are a standard of transport economics.

    >>> from crmlib import running_case
    >>> offers = running_case.load("offers")
    >>> offers["hours"] = offers["time_cost"] / 20
    >>> segments_by_value_of_time(offers, lowest=0, highest=120)["offer"].tolist()
    ['stone_bridge', 'rival_roaster', 'none']
    """
    lowest = arguments.not_negative("lowest", lowest, example=0)
    highest = arguments.not_negative("highest", highest, example=120)
    if highest <= lowest:
        raise ValueError(message("consumption_value.empty_range", lowest=f"{lowest:g}", highest=f"{highest:g}"))
    lines = {**_lines(offers), NOTHING: (0.0, 0.0)}
    values = list(lines.values())
    crossings = (_crossing(one, other) for place, one in enumerate(values) for other in values[:place])
    edges = sorted({lowest, highest, *(tie for tie in crossings if tie is not None and lowest < tie < highest)})
    segments: list[list] = []
    for start, end in zip(edges, edges[1:]):
        best = _best_at(lines, (start + end) / 2)
        if segments and segments[-1][0] == best:
            segments[-1][2] = end
        else:
            segments.append([best, start, end])
    import pandas

    return pandas.DataFrame(segments, columns=["offer", "value_of_time_from", "value_of_time_to"])


def _lines(offers) -> dict[str, tuple[float, float]]:
    """Delivered value before any time cost, and hours, of every offer."""
    values = {}
    for name, parts in read_offers(offers, _COLUMNS).items():
        costs = sum(parts[component] for component in COST_COMPONENTS if component != "time_cost")
        values[name] = (sum(parts[component] for component in VALUE_COMPONENTS) - costs, parts["hours"])
    return values


def _crossing(one: tuple[float, float], other: tuple[float, float]) -> float | None:
    return None if one[1] == other[1] else (one[0] - other[0]) / (one[1] - other[1])


def _best_at(lines: dict[str, tuple[float, float]], value_of_time: float) -> str:
    heights = {name: round(height - hours * value_of_time, 9) for name, (height, hours) in lines.items()}
    return max(heights, key=heights.__getitem__)
