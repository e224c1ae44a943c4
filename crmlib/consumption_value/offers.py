"""Competing offers side by side: who wins by difference or by ratio, and which change would turn the choice."""

from __future__ import annotations

import math

from crmlib import arguments
from crmlib.consumption_value.benefit import COST_COMPONENTS, VALUE_COMPONENTS
from crmlib.language import listing, message

RANKINGS = ("difference", "ratio")
COMPONENTS = (*VALUE_COMPONENTS, *COST_COMPONENTS)
_SAME = 9  # decimals: 0.1 + 0.2 and 0.3 are one delivered value


def compare_offers(offers, *, by: str):
    """Competing offers are compared by delivered value, the difference; the ratio of value to cost may rank them differently.

    Formula: difference = TCV - TCC; ratio = TCV / TCC. A customer who buys one offer keeps the difference, so the
    exam's measure is the difference; the ratio favours small offers.

    Arguments:
        offers: a pandas table, one row per offer, with the columns offer (name), product_value, service_value,
            personnel_value, image_value (money), monetary_price (or monetary_cost), time_cost, mental_energy_cost,
            physical_energy_cost (money, 0 or more).
        by: "difference" or "ratio".
    Returns: a pandas table, best first, with offer, total_customer_value, total_customer_cost, customer_delivered_value,
        value_cost_ratio (without any cost infinite, or 1 if there is no value either) and rank (equal offers share the better rank).
    Raises: ValueError or TypeError if a column is missing, a name stands twice or a cell is out of range.
    Source: Kotler (1991); exam material (sources 000, 004). The comparison with the ratio is ours.

    >>> import pandas
    >>> offers = pandas.DataFrame({"offer": ["A", "B"], "product_value": [60, 50], "service_value": [20, 15], "personnel_value": [10, 5],
    ...     "image_value": [10, 5], "monetary_price": [70, 50], "time_cost": [8, 3], "mental_energy_cost": [4, 2], "physical_energy_cost": [3, 2]})
    >>> compare_offers(offers, by="difference")[["offer", "customer_delivered_value"]].values.tolist()
    [['B', 18.0], ['A', 15.0]]
    """
    arguments.one_of("by", by, RANKINGS)
    rows = [_Offer(name, parts) for name, parts in read_offers(offers).items()]
    measure = {"difference": lambda row: row.delivered, "ratio": lambda row: row.ratio}[by]
    rows.sort(key=lambda row: -round(measure(row), _SAME))
    measures = [round(measure(row), _SAME) for row in rows]
    import pandas

    return pandas.DataFrame(
        {
            "offer": [row.name for row in rows],
            "total_customer_value": [row.value for row in rows],
            "total_customer_cost": [row.cost for row in rows],
            "customer_delivered_value": [row.delivered for row in rows],
            "value_cost_ratio": [row.ratio for row in rows],
            "rank": [measures.index(own) + 1 for own in measures],
        }
    )


def best_offers(offers) -> tuple[str, ...]:
    """The customer chooses the offer with the highest delivered value, and none at all if every delivered value is negative.

    Arguments:
        offers: a pandas table as in compare_offers.
    Returns: the names of the best offers: usually one, several if they are equal, none if it is better to buy nothing.
    Raises: ValueError or TypeError as compare_offers.
    Source: Kotler (1991); that an offer below 0 is left alone follows from the definition.

    >>> import pandas
    >>> best_offers(pandas.DataFrame({"offer": ["X"], "product_value": [5], "service_value": [0], "personnel_value": [0], "image_value": [0],
    ...     "monetary_price": [9], "time_cost": [0], "mental_energy_cost": [0], "physical_energy_cost": [0]}))
    ()
    """
    rows = [_Offer(name, parts) for name, parts in read_offers(offers).items()]
    highest = max(round(row.delivered, _SAME) for row in rows)
    return tuple(row.name for row in rows if round(row.delivered, _SAME) == highest) if highest >= 0 else ()


def lead(offers, *, offer: str) -> float:
    """The lead of an offer is its delivered value less that of its best rival; a negative lead says how much it is behind.

    Formula: lead = CDV - max CDV of the rivals.

    Arguments:
        offers: a pandas table as in compare_offers, with at least two offers.
        offer: the name of one of them.
    Returns: money.
    Raises: ValueError if the offer is not in the table or has no rival; else as compare_offers.
    Source: ours, from the definition of delivered value.

    >>> from crmlib import running_case
    >>> lead(running_case.load("offers"), offer="rival_roaster")
    -10.0
    """
    read = read_offers(offers)
    own = _chosen(read, offer)
    return own.delivered - _best_rival(read, offer)


def sensitivity(offers, *, offer: str, change: float):
    """Sensitivity shows what improving one component alone, by the same share, does to an offer's delivered value and rank.

    Formula: gain = change * |component|: a value is raised by that share, a cost is cut by it.

    Arguments:
        offers: a pandas table as in compare_offers.
        offer: the name of the offer that is improved; its rivals stand still.
        change: the share (0 to 1).
    Returns: a pandas table, largest gain first, with component, now, gain (both money), customer_delivered_value and
        rank (by difference) after the change.
    Raises: ValueError or TypeError if the offer is not in the table or an argument is out of range.
    Source: ours. Equal shares are not equal efforts: what a change costs the firm is another question.

    >>> from crmlib import running_case
    >>> sensitivity(running_case.load("offers"), offer="rival_roaster", change=0.1)["component"].tolist()[:2]
    ['product_value', 'monetary_price']
    """
    change = arguments.rate("change", change, example=0.1)
    read = read_offers(offers)
    own = _chosen(read, offer)
    rivals = [_Offer(name, parts).delivered for name, parts in read.items() if name != offer]
    rows = []
    for component in COMPONENTS:
        gain = change * abs(own.parts[component])
        after = round(own.delivered + gain, _SAME)
        rows.append((component, own.parts[component], gain, own.delivered + gain, 1 + sum(round(rival, _SAME) > after for rival in rivals)))
    import pandas

    table = pandas.DataFrame(rows, columns=["component", "now", "gain", "customer_delivered_value", "rank"])
    return table.sort_values("gain", ascending=False, kind="stable", ignore_index=True)


def change_needed(offers, *, offer: str):
    """The change needed says what each component alone would have to become for an offer to draw level with its best rival.

    Formula: needed = component + gap for a value, component - gap for a cost, where gap = best rival's CDV - own CDV.

    Arguments:
        offers: a pandas table as in compare_offers, with at least two offers.
        offer: the name of one of them.
    Returns: a pandas table with component, now, needed (money) and possible (False where a cost would have to fall below
        0). An offer that leads gets the values to which it could slip before it is caught.
    Raises: ValueError if the offer is not in the table or has no rival; else as compare_offers.
    Source: ours, from the definition of delivered value.

    >>> from crmlib import running_case
    >>> change_needed(running_case.load("offers"), offer="rival_roaster")["possible"].tolist()
    [True, True, True, True, True, True, False, False]
    """
    read = read_offers(offers)
    own = _chosen(read, offer)
    gap = round(_best_rival(read, offer) - own.delivered, _SAME)
    needed = [own.parts[name] + gap for name in VALUE_COMPONENTS] + [own.parts[name] - gap for name in COST_COMPONENTS]
    import pandas

    possible = [name in VALUE_COMPONENTS or due >= 0 for name, due in zip(COMPONENTS, needed, strict=True)]
    return pandas.DataFrame({"component": COMPONENTS, "now": [own.parts[name] for name in COMPONENTS], "needed": needed, "possible": possible})


def read_offers(offers, components=COMPONENTS) -> dict[str, dict[str, float]]:
    """Every offer with its components, all cells checked; the order of the table is kept."""
    # The running case calls the price monetary_cost, as its other three costs are called.
    if hasattr(offers, "columns") and "monetary_price" not in offers.columns:
        offers = offers.rename(columns={"monetary_cost": "monetary_price"})
    arguments.table("offers", offers, ("offer", *components))
    names = [str(name) for name in offers["offer"]]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(message("consumption_value.offer_twice", received=listing(sorted(twice))))
    columns = {name: arguments.column(offers, name, _check_of(name), example=10) for name in components}
    return {name: {part: column[place] for part, column in columns.items()} for place, name in enumerate(names)}


def _check_of(component: str):
    return arguments.number if component in VALUE_COMPONENTS else arguments.not_negative


class _Offer:
    """An offer with its sums."""

    def __init__(self, name: str, parts: dict[str, float]):
        self.name, self.parts = name, parts
        self.value = sum(parts[component] for component in VALUE_COMPONENTS)
        self.cost = sum(parts[component] for component in COST_COMPONENTS)
        self.delivered = self.value - self.cost
        self.ratio = self.value / self.cost if self.cost else _without_cost(self.value)


def _without_cost(value: float) -> float:
    # Nothing for nothing is even; anything for nothing has no bounds.
    return math.copysign(math.inf, value) if value else 1.0


def known_offer(read: dict, name: str, offer: str) -> str:
    """The offer's name, refused where the table has none such."""
    if str(offer) not in read:
        raise ValueError(message("consumption_value.no_such_offer", name=name, received=repr(offer), offers=listing(read)))
    return str(offer)


def _chosen(read: dict, offer: str) -> _Offer:
    return _Offer(offer, read[known_offer(read, "offer", offer)])


def _best_rival(read: dict, offer: str) -> float:
    rivals = [_Offer(name, parts).delivered for name, parts in read.items() if name != offer]
    if not rivals:
        raise ValueError(message("consumption_value.no_rival", received=offer))
    return max(rivals)
