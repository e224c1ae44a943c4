"""From satisfaction to staying: the same score keeps nearly everybody where leaving is hard, and hardly anybody where it is easy.

The shapes are those of Jones and Sasser (1995); the formula is ours, simple on purpose.
"""

from __future__ import annotations

import math

from crmlib import arguments
from crmlib.language import message

LOWEST, HIGHEST = 1, 5
# Even of the completely satisfied some leave, because they move away or need the thing no longer: our example.
HIGHEST_SHARE = 0.9
# So much that with full competition and free switching a 5 keeps six times as many as a 4, the ratio reported from Xerox.
XEROX_MULTIPLE = 6
BEND = math.log(XEROX_MULTIPLE) / math.log(4 / 3) - 1


def held_share(*, competition: float, switching_cost: float) -> float:
    """Customers are held where there is no rival to go to or where going costs too much, whatever they think of the firm.

    Formula: held = 1 - competition * (1 - switching_cost).

    Arguments:
        competition: how easily rivals are found (0 none, a monopoly, to 1 many).
        switching_cost: how hard it is to change supplier (0 free, to 1 as good as impossible).
    Returns: a fraction.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: ours, after Jones and Sasser (1995), "Why satisfied customers defect".

    >>> held_share(competition=1, switching_cost=0.25)
    0.25
    """
    competition = arguments.rate("competition", competition, example=0.9)
    return 1 - competition * (1 - arguments.rate("switching_cost", switching_cost, example=0.1))


def staying_share(*, satisfaction: float, competition: float, switching_cost: float) -> float:
    """The more rivals and the cheaper the switch, the more of the loyalty sits in the last point of the satisfaction scale.

    Formula: share = 0.9 * (held + (1 - held) * x^(1 + b * competition)), with x = (satisfaction - 1) / 4 and b = 5.228, so that
    with competition 1 and switching cost 0 a 5 keeps six times as many as a 4.

    Arguments:
        satisfaction: overall satisfaction (1 to 5).
        competition, switching_cost: as in held_share.
    Returns: the share of customers with this score who buy again, a fraction up to 0.9.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: ours, after the shapes of Jones and Sasser (1995); six times: Xerox, reported there.

    >>> [round(staying_share(satisfaction=score, competition=1, switching_cost=0), 2) for score in (3, 4, 5)]
    [0.01, 0.15, 0.9]
    >>> [round(staying_share(satisfaction=score, competition=0.2, switching_cost=0.5), 2) for score in (3, 4, 5)]
    [0.83, 0.86, 0.9]
    """
    score = arguments.number("satisfaction", satisfaction, example=4)
    if not LOWEST <= score <= HIGHEST:
        raise ValueError(message("loyalty.not_a_score", received=satisfaction))
    held = held_share(competition=competition, switching_cost=switching_cost)
    wish = ((score - LOWEST) / (HIGHEST - LOWEST)) ** (1 + BEND * float(competition))
    return HIGHEST_SHARE * (held + (1 - held) * wish)


def free_share(*, satisfaction: float) -> float:
    """Those who would stay even if rivals stood at the door and switching cost nothing stay because they want to.

    Formula: staying_share with competition 1 and switching_cost 0. What lies above it in the real market is held, not loyal.

    Arguments:
        satisfaction: overall satisfaction (1 to 5).
    Returns: a fraction.
    Raises: ValueError or TypeError if the score is out of range or not a number.
    Source: ours; false loyalty: Jones and Sasser (1995).

    >>> round(free_share(satisfaction=4), 2)
    0.15
    """
    return staying_share(satisfaction=satisfaction, competition=1, switching_cost=0)


def completely_to_merely(*, competition: float, switching_cost: float) -> float:
    """How many times as many completely satisfied customers (5 of 5) stay as merely satisfied ones (4 of 5).

    Formula: staying_share at 5 / staying_share at 4.

    Arguments:
        competition, switching_cost: as in held_share.
    Returns: a ratio, 1 or more.
    Raises: ValueError or TypeError if an argument is out of range or not a number.
    Source: ours; six times at Xerox: Jones and Sasser (1995).

    >>> round(completely_to_merely(competition=1, switching_cost=0), 6)
    6.0
    """
    market = {"competition": competition, "switching_cost": switching_cost}
    return staying_share(satisfaction=HIGHEST, **market) / staying_share(satisfaction=HIGHEST - 1, **market)
