"""A seat's hour: the scarce thing of a restaurant, and what it costs to refuse those who sit long."""

from __future__ import annotations

from crmlib import arguments


def contribution_per_seat_hour(*, contribution: float, hours: float) -> float:
    """A guest's contribution per seat-hour is what they leave for every hour in which they hold a seat.

    Formula: contribution / hours.

    Arguments:
        contribution: what the guest brings after the cost of food (money; may be negative).
        hours: how long they hold the seat (above 0).
    Returns: money per seat and hour.
    Raises: ValueError if hours is not above 0; TypeError if an argument is not a number.
    Source: definition; Kimes and others (1998) measure restaurants by revenue per available seat hour.

    >>> contribution_per_seat_hour(contribution=12, hours=4)
    3.0
    """
    return arguments.number("contribution", contribution, example=12) / arguments.positive("hours", hours, example=4)


def gain_from_refusing(
    *,
    seats_held: float,
    contribution_held: float,
    contribution_of_next: float,
    chance_seat_is_wanted: float,
    others_who_leave: float,
    contribution_of_others: float,
) -> float:
    """Refusing those who sit long pays only while somebody else wants their seat, and only if nobody leaves with them.

    Formula: seats * (chance the seat is wanted * contribution of the next guest - contribution of the one refused) -
    others who leave * their contribution, all for the same hour.

    Arguments:
        seats_held: seats that they hold in this hour (0 or more).
        contribution_held: their contribution per seat-hour (money).
        contribution_of_next: a new guest's contribution per seat-hour (money).
        chance_seat_is_wanted: the share of those seats that somebody else would take in this hour (0 to 1).
        others_who_leave: guests who stay away because of the refusal, per hour (0 or more).
        contribution_of_others: the contribution of each of these (money).
    Returns: money gained in this hour; below 0: refusing loses money.
    Raises: ValueError if an argument leaves its range; TypeError if one is not a number.
    Source: arithmetic for the exam's case of the seniors; every number is the reader's own estimate.

    >>> gain_from_refusing(seats_held=20, contribution_held=3, contribution_of_next=15, chance_seat_is_wanted=0,
    ...     others_who_leave=0, contribution_of_others=15)
    -60.0
    """
    seats = arguments.not_negative("seats_held", seats_held, example=20)
    held = arguments.number("contribution_held", contribution_held, example=3)
    following = arguments.number("contribution_of_next", contribution_of_next, example=15)
    wanted = arguments.rate("chance_seat_is_wanted", chance_seat_is_wanted, example=0.9)
    leaving = arguments.not_negative("others_who_leave", others_who_leave, example=2)
    return seats * (wanted * following - held) - leaving * arguments.number("contribution_of_others", contribution_of_others, example=15)
