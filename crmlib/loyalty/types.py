"""What belongs to loyalty: the exam's lists by id, and types of customers by attitude and by behaviour."""

from __future__ import annotations

from crmlib import arguments
from crmlib.two_by_two import Measure, TwoByTwo

LOYALTY_SIGNS = ("repeat_purchase", "cross_buying", "recommendation", "immunity")
FIVE_A = ("acquainting", "acknowledging", "appreciating", "analyzing", "acting")
EXTERNAL_MEASURES = ("repurchase_likelihood", "other_products_likelihood", "price_sensitivity", "word_of_mouth", "part_in_others_purchases")
INTERNAL_MEASURES = ("complaint_rate", "turnover_rate", "violation_rate", "suggestion_rate", "training_rate")
LOYALTY_TYPES = ("true_loyalty", "latent_loyalty", "spurious_loyalty", "no_loyalty")
CUSTOMER_TYPES = ("apostle", "mercenary", "hostage", "defector")
_BY_ATTITUDE = TwoByTwo(
    Measure("attitude", "attitude_boundary", 4, 3),
    Measure("repeat_share", "repeat_boundary", 0.8, 0.5, arguments.rate, arguments.rate),
    *LOYALTY_TYPES,
)
_BY_SATISFACTION = TwoByTwo(Measure("satisfaction", "satisfaction_boundary", 4, 4), Measure("loyalty", "loyalty_boundary", 0.5, 0.5), *CUSTOMER_TYPES)


def loyalty_type(*, attitude: float, repeat_share: float, attitude_boundary: float, repeat_boundary: float) -> str:
    """Repeat purchase with a favourable attitude is true loyalty; repeat purchase without it is only spurious.

    Formula: attitude and repeat share, each high (at or above its boundary) or low: high and high true, high and low latent,
    low and high spurious, low and low no loyalty.

    Arguments:
        attitude: attitude to the firm relative to its rivals (score, any scale).
        repeat_share: share of the purchases in this field that go to the firm (fraction).
        attitude_boundary: from which score on an attitude counts as favourable.
        repeat_boundary: from which share on purchase counts as repeated (fraction).
    Returns: one of LOYALTY_TYPES.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: Dick and Basu (1994), "Customer loyalty". The boundaries are for the user to choose.

    >>> loyalty_type(attitude=2, repeat_share=0.9, attitude_boundary=3, repeat_boundary=0.5)
    'spurious_loyalty'
    """
    return _BY_ATTITUDE.field(attitude, repeat_share, attitude_boundary, repeat_boundary)


def loyalty_types(customers, *, attitude_boundary: float, repeat_boundary: float):
    """The types of a table of customers are loyalty_type row by row.

    Formula: as loyalty_type.

    Arguments:
        customers: a pandas table with customer, attitude and repeat_share.
        attitude_boundary, repeat_boundary: as in loyalty_type.
    Returns: the three columns and loyalty_type.
    Raises: ValueError or TypeError if a column is missing, the table is empty or a cell is out of range.
    Source: Dick and Basu (1994).

    >>> import pandas
    >>> two = pandas.DataFrame({"customer": ["Bo", "Cai"], "attitude": [5, 2], "repeat_share": [0.2, 0.9]})
    >>> loyalty_types(two, attitude_boundary=3, repeat_boundary=0.5)["loyalty_type"].tolist()
    ['latent_loyalty', 'spurious_loyalty']
    """
    arguments.table("customers", customers, ("customer", "attitude", "repeat_share"))
    found = _BY_ATTITUDE.fields(*_BY_ATTITUDE.columns(customers, "attitude", "repeat_share"), attitude_boundary, repeat_boundary)
    return customers[["customer", "attitude", "repeat_share"]].assign(loyalty_type=found)


def customer_type(*, satisfaction: float, loyalty: float, satisfaction_boundary: float, loyalty_boundary: float) -> str:
    """A hostage stays without being satisfied and a mercenary is satisfied without staying: neither is a loyal customer.

    Formula: satisfaction and loyalty, each high (at or above its boundary) or low: high and high apostle, high and low
    mercenary, low and high hostage, low and low defector.

    Arguments:
        satisfaction: overall satisfaction (score, any scale).
        loyalty: share of purchases that go to the firm, or another measure of staying (score, any scale).
        satisfaction_boundary, loyalty_boundary: from where on each counts as high.
    Returns: one of CUSTOMER_TYPES.
    Raises: ValueError or TypeError if an argument is not a finite number.
    Source: Jones and Sasser (1995), who also split the loyal into loyalists and apostles. Beyond the exam.

    >>> customer_type(satisfaction=2, loyalty=0.9, satisfaction_boundary=4, loyalty_boundary=0.5)
    'hostage'
    """
    return _BY_SATISFACTION.field(satisfaction, loyalty, satisfaction_boundary, loyalty_boundary)


def customer_types(customers, *, satisfaction_boundary: float, loyalty_boundary: float):
    """The types of a table of customers are customer_type row by row.

    Formula: as customer_type.

    Arguments:
        customers: a pandas table with customer, satisfaction and loyalty.
        satisfaction_boundary, loyalty_boundary: as in customer_type.
    Returns: the three columns and customer_type.
    Raises: ValueError or TypeError if a column is missing, the table is empty or a cell is not a number.
    Source: Jones and Sasser (1995). Beyond the exam.

    >>> import pandas
    >>> two = pandas.DataFrame({"customer": ["Bo", "Cai"], "satisfaction": [5, 2], "loyalty": [0.2, 0.9]})
    >>> customer_types(two, satisfaction_boundary=4, loyalty_boundary=0.5)["customer_type"].tolist()
    ['mercenary', 'hostage']
    """
    arguments.table("customers", customers, ("customer", "satisfaction", "loyalty"))
    found = _BY_SATISFACTION.fields(*_BY_SATISFACTION.columns(customers, "satisfaction", "loyalty"), satisfaction_boundary, loyalty_boundary)
    return customers[["customer", "satisfaction", "loyalty"]].assign(customer_type=found)


def repeat_share(*, attitude: float, convenience_pull: float, obstacle: float, convenience: float) -> float:
    """What customers buy comes partly from what they want, as far as nothing is in their way, and partly from what is handy.

    Formula: w = attitude * (1 - obstacle); repeat share = w + (1 - w) * convenience * convenience_pull.

    Arguments:
        attitude: how much they prefer the firm (0 to 1).
        convenience_pull: how handy the firm is for this customer (0 to 1).
        obstacle: what keeps them from buying although they would like to, such as distance or price (0 to 1).
        convenience: how much of the handiness is left (1 as now, 0 taken away).
    Returns: share of purchases that go to the firm, a fraction.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: ours; that situation can produce and prevent repeat purchase: Dick and Basu (1994).

    >>> round(repeat_share(attitude=0.2, convenience_pull=0.9, obstacle=0, convenience=1), 2)
    0.92
    >>> round(repeat_share(attitude=0.2, convenience_pull=0.9, obstacle=0, convenience=0), 2)
    0.2
    """
    wanted = arguments.rate("attitude", attitude) * (1 - arguments.rate("obstacle", obstacle, example=0))
    pull = arguments.rate("convenience_pull", convenience_pull) * arguments.rate("convenience", convenience, example=1)
    return wanted + (1 - wanted) * pull
