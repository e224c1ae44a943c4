"""Two ways to sort relationships, by closeness and by volume and loyalty, and what a price attack does to the second."""

from __future__ import annotations

from crmlib import arguments
from crmlib.language import message
from crmlib.two_by_two import Measure, TwoByTwo

CLOSENESS_TYPES = ("intimate", "face_to_face", "distant", "brand")
VOLUME_LOYALTY_TYPES = ("partner", "functional", "emotional", "drifting")
_BY_VOLUME = TwoByTwo(
    Measure("volume", "volume_boundary", 9000, 6000, arguments.not_negative, arguments.positive),
    Measure("loyalty", "loyalty_boundary", 0.3, 0.6, arguments.rate, arguments.rate),
    *VOLUME_LOYALTY_TYPES,
)


def closeness_type(*, direct_contact: bool, in_person: bool, confides: bool) -> str:
    """The closeness type says how near firm and customer come to each other: intimate, face to face, distant, or through the brand alone.

    Formula: no direct contact -> brand; else something personal is confided -> intimate; else they meet in person ->
        face_to_face; else -> distant.

    Arguments:
        direct_contact: True if firm and customer deal with each other directly (contract, account, counter), not only
            through shops that sell the firm's brand.
        in_person: True if the customer meets the firm's people.
        confides: True if the customer entrusts the firm with something personal, such as body, health, home or money matters.
    Returns: one of CLOSENESS_TYPES. The four types and an example of each are the exam's; the three questions are ours.
    Raises: ValueError if there is no direct contact but in_person or confides is True; TypeError if one is not True or False.
    Source: exam material (source 000), close to Barnes (2001), who calls the fourth type a no-contact relationship.

    >>> closeness_type(direct_contact=True, in_person=True, confides=True)  # dentist and patient
    'intimate'
    """
    direct_contact, in_person = arguments.yes_no("direct_contact", direct_contact), arguments.yes_no("in_person", in_person)
    confides = arguments.yes_no("confides", confides)
    if not direct_contact:
        for name, value in (("in_person", in_person), ("confides", confides)):
            if value:
                raise ValueError(message("relationships.no_contact", name=name, received=value))
        return "brand"
    return "intimate" if confides else "face_to_face" if in_person else "distant"


def volume_loyalty_type(*, volume: float, loyalty: float, volume_boundary: float, loyalty_boundary: float) -> str:
    """Purchase volume and loyalty together give four types: buying much makes a partner only where loyalty is high as well.

    Formula: volume >= V and loyalty >= L -> partner; volume >= V alone -> functional; loyalty >= L alone -> emotional;
        neither -> drifting. A value at its boundary counts as high.

    Arguments:
        volume: what the customer buys from the firm in a period (money or pieces, 0 or more).
        loyalty: any measure of loyalty from 0 to 1, such as the firm's share of what the customer buys in its field.
        volume_boundary: V, from which volume counts as large (same unit, above 0).
        loyalty_boundary: L, from which loyalty counts as high (0 to 1).
    Returns: one of VOLUME_LOYALTY_TYPES. The exam names no boundaries: they must be stated, and another boundary gives other types.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: exam material (source 002); compare Dick & Basu (1994).

    >>> volume_loyalty_type(volume=9000, loyalty=0.3, volume_boundary=6000, loyalty_boundary=0.6)
    'functional'
    """
    return _BY_VOLUME.field(volume, loyalty, volume_boundary, loyalty_boundary)


def volume_loyalty_table(customers, *, volume_boundary: float, loyalty_boundary: float):
    """The four types of a whole customer base show who brings the volume and whose loyalty carries it.

    Formula: volume_loyalty_type for every row, then counts and sums per type.

    Arguments:
        customers: a pandas table, one row per customer, with the columns yearly_volume (money, 0 or more) and share_of_wallet
            (0 to 1, the measure of loyalty).
        volume_boundary, loyalty_boundary: as in volume_loyalty_type.
    Returns: a pandas table, one row per type in the order of VOLUME_LOYALTY_TYPES, with relationship_type, customers, volume,
        customer_share and volume_share (fractions of the whole; missing if nothing was bought at all).
    Raises: ValueError or TypeError if a column is missing, the table is empty or a cell is out of range.
    Source: exam material (source 002), applied to a table.

    >>> import pandas
    >>> customers = pandas.DataFrame({"yearly_volume": [9000, 500, 700], "share_of_wallet": [0.3, 0.9, 0.2]})
    >>> volume_loyalty_table(customers, volume_boundary=6000, loyalty_boundary=0.6)["customers"].tolist()
    [0, 1, 1, 1]
    """
    import pandas

    types, volumes, _ = _typed_rows(customers, volume_boundary, loyalty_boundary)
    lines = []
    for name in VOLUME_LOYALTY_TYPES:
        own = [volume for kind, volume in zip(types, volumes, strict=True) if kind == name]
        lines.append({"relationship_type": name, "customers": len(own), "volume": sum(own)})
    result = pandas.DataFrame(lines)
    result["customer_share"] = result["customers"] / result["customers"].sum()
    result["volume_share"] = result["volume"] / result["volume"].sum()
    return result


def leaves_under_price_attack(*, volume: float, loyalty: float, price_gap: float, gap_resisted: float, switching_cost: float) -> bool:
    """Under a price attack a customer leaves when the rival's lower price saves more than loyalty and the trouble of switching are worth.

    Formula: leaves if volume * (g - loyalty * G) > s: a fully loyal customer resists any gap up to G, a customer without
        loyalty none, and nobody moves for a saving that does not even pay for the switching.

    Arguments:
        volume: what the customer buys in a period (money, 0 or more).
        loyalty: 0 to 1.
        price_gap: g, by what share the rival is cheaper (0 to 1).
        gap_resisted: G, the gap that a customer with loyalty 1 resists (0 to 1).
        switching_cost: s, what switching costs the customer once, in money and trouble (money, 0 or more).
    Returns: True or False. The model is ours: it shows a logic and forecasts nothing.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: our model of what the exam says of the types (source 002): large volume without trust does not hold.

    >>> leaves_under_price_attack(volume=9000, loyalty=0.3, price_gap=0.15, gap_resisted=0.3, switching_cost=400)
    True
    >>> leaves_under_price_attack(volume=900, loyalty=0.3, price_gap=0.15, gap_resisted=0.3, switching_cost=400)
    False
    """
    volume = arguments.not_negative("volume", volume, example=9000)
    loyalty = arguments.rate("loyalty", loyalty, example=0.3)
    gap = arguments.rate("price_gap", price_gap, example=0.1)
    resisted = loyalty * arguments.rate("gap_resisted", gap_resisted, example=0.3)
    return volume * (gap - resisted) > arguments.not_negative("switching_cost", switching_cost, example=400)


def price_attack_table(
    customers, *, price_gap: float, gap_resisted: float, switching_cost: float, volume_boundary: float, loyalty_boundary: float
):
    """A price attack on the four types shows which of them leaves first and how much volume goes with it.

    Formula: leaves_under_price_attack for every row, then counts and sums per type.

    Arguments:
        customers: a pandas table as in volume_loyalty_table.
        price_gap, gap_resisted, switching_cost: as in leaves_under_price_attack.
        volume_boundary, loyalty_boundary: as in volume_loyalty_type.
    Returns: a pandas table, one row per type in the order of VOLUME_LOYALTY_TYPES, with relationship_type, customers, volume,
        customers_leaving, volume_leaving and leaving_share (of the type's own customers; missing for a type without customers).
    Raises: ValueError or TypeError if a column is missing, the table is empty or a cell or argument is out of range.
    Source: our model on the exam's types (source 002).

    >>> import pandas
    >>> customers = pandas.DataFrame({"yearly_volume": [9000, 9000, 900], "share_of_wallet": [0.3, 0.9, 0.3]})
    >>> attacked = price_attack_table(customers, price_gap=0.15, gap_resisted=0.3, switching_cost=400,
    ...                               volume_boundary=6000, loyalty_boundary=0.6)
    >>> attacked["customers_leaving"].tolist()
    [0, 1, 0, 0]
    """
    types, volumes, loyalties = _typed_rows(customers, volume_boundary, loyalty_boundary)
    gone = [
        leaves_under_price_attack(volume=volume, loyalty=loyalty, price_gap=price_gap, gap_resisted=gap_resisted, switching_cost=switching_cost)
        for volume, loyalty in zip(volumes, loyalties, strict=True)
    ]
    result = volume_loyalty_table(customers, volume_boundary=volume_boundary, loyalty_boundary=loyalty_boundary)
    result = result[["relationship_type", "customers", "volume"]].copy()
    leaving = {name: [volume for kind, volume, left in zip(types, volumes, gone, strict=True) if kind == name and left] for name in VOLUME_LOYALTY_TYPES}
    result["customers_leaving"] = [len(leaving[name]) for name in VOLUME_LOYALTY_TYPES]
    result["volume_leaving"] = [sum(leaving[name]) for name in VOLUME_LOYALTY_TYPES]
    result["leaving_share"] = result["customers_leaving"] / result["customers"]
    return result


def _typed_rows(customers, volume_boundary, loyalty_boundary) -> tuple[list[str], list[float], list[float]]:
    """Type, volume and loyalty of every row, all checked."""
    arguments.table("customers", customers, ("yearly_volume", "share_of_wallet"))
    volumes, loyalties = _BY_VOLUME.columns(customers, "yearly_volume", "share_of_wallet")
    return _BY_VOLUME.fields(volumes, loyalties, volume_boundary, loyalty_boundary), volumes, loyalties
