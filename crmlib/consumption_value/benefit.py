"""What one offer is worth to one customer: four kinds of value, four kinds of cost, and their difference."""

from __future__ import annotations

from crmlib import arguments

VALUE_COMPONENTS = ("product_value", "service_value", "personnel_value", "image_value")
COST_COMPONENTS = ("monetary_price", "time_cost", "mental_energy_cost", "physical_energy_cost")


def total_customer_value(*, product_value: float, service_value: float, personnel_value: float, image_value: float) -> float:
    """Total customer value is the bundle of benefits that an offer gives the customer: product, service, personnel and image value.

    Formula: TCV = product + service + personnel + image.

    Arguments:
        product_value, service_value, personnel_value, image_value: what each is worth to this customer (money, any
            number: an image may also put people off).
    Returns: money.
    Raises: ValueError or TypeError if an argument is not a finite number.
    Source: exam material (sources 000, 004); Kotler (1991).

    >>> total_customer_value(product_value=60, service_value=20, personnel_value=10, image_value=10)
    100.0
    """
    given = (product_value, service_value, personnel_value, image_value)
    return sum(arguments.number(name, value, example=20) for name, value in zip(VALUE_COMPONENTS, given, strict=True))


def total_customer_cost(*, monetary_price: float, time_cost: float, mental_energy_cost: float, physical_energy_cost: float) -> float:
    """Total customer cost is all that the customer gives up: the monetary price, time, mental energy and physical energy.

    Formula: TCC = money + time + mental energy + physical energy. These are the customer's costs, not the firm's.

    Arguments:
        monetary_price, time_cost, mental_energy_cost, physical_energy_cost: what each costs this customer (money, 0 or more).
    Returns: money.
    Raises: ValueError if an argument is negative; TypeError if one is not a number.
    Source: exam material (sources 000, 004); Kotler (1991).

    >>> total_customer_cost(monetary_price=70, time_cost=8, mental_energy_cost=4, physical_energy_cost=3)
    85.0
    """
    given = (monetary_price, time_cost, mental_energy_cost, physical_energy_cost)
    return sum(arguments.not_negative(name, value, example=8) for name, value in zip(COST_COMPONENTS, given, strict=True))


def delivered_value(
    *,
    product_value: float,
    service_value: float,
    personnel_value: float,
    image_value: float,
    monetary_price: float,
    time_cost: float,
    mental_energy_cost: float,
    physical_energy_cost: float,
) -> float:
    """Customer delivered value is total customer value less total customer cost.

    Formula: CDV = TCV - TCC, a difference and not a ratio.

    Arguments:
        product_value, service_value, personnel_value, image_value: as in total_customer_value (money, any number).
        monetary_price, time_cost, mental_energy_cost, physical_energy_cost: as in total_customer_cost (money, 0 or more).
    Returns: money; negative where the customer is better off without the offer.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: exam material (sources 000, 004); Kotler (1991). The sources have no worked numbers; these are ours.

    >>> delivered_value(product_value=60, service_value=20, personnel_value=10, image_value=10,
    ...                 monetary_price=70, time_cost=8, mental_energy_cost=4, physical_energy_cost=3)
    15.0
    """
    value = total_customer_value(
        product_value=product_value, service_value=service_value, personnel_value=personnel_value, image_value=image_value
    )
    return value - total_customer_cost(
        monetary_price=monetary_price, time_cost=time_cost, mental_energy_cost=mental_energy_cost, physical_energy_cost=physical_energy_cost
    )


def time_cost(*, hours: float, value_of_time: float) -> float:
    """The time cost of an offer is the hours it takes times what an hour is worth to this customer.

    Formula: time cost = h * w. It differs from person to person, so the best offer may differ too.

    Arguments:
        hours: h, time for finding, fetching, waiting and using (hours, 0 or more).
        value_of_time: w (money per hour, 0 or more).
    Returns: money.
    Raises: ValueError if an argument is negative; TypeError if one is not a number.
    Source: Becker (1965), "A theory of the allocation of time", applied to Kotler's time cost.

    >>> time_cost(hours=0.5, value_of_time=40)
    20.0
    """
    return arguments.not_negative("hours", hours, example=0.5) * arguments.not_negative("value_of_time", value_of_time, example=40)
