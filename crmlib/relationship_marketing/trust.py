"""Trust: every kept promise adds a little, a broken one takes much."""

from __future__ import annotations

from crmlib import arguments
from crmlib.language import message

MOST_PROMISES = 1000


def trust_after(promises, *, start: float, gain: float, loss: float) -> list[float]:
    """Trust grows with each promise that is kept and falls with each that is broken.

    Formula: kept: trust + gain * (1 - trust); broken: trust * (1 - loss).

    Arguments:
        promises: a list of True (kept) and False (broken), in their order.
        start: trust before the first of them (0 to 1).
        gain: the share of the missing trust that a kept promise wins (0 to 1).
        loss: the share of the trust that a broken one destroys (0 to 1).
    Returns: the trust after each promise, a list of numbers from 0 to 1.
    Raises: ValueError if there is no promise or an argument leaves its range; TypeError if one is of another kind.
    Source: our working model; that losses weigh more than gains is a common finding about trust (Slovic 1993).

    >>> trust_after([True, True, False], start=0.5, gain=0.2, loss=0.5)
    [0.6, 0.68, 0.34]
    """
    if isinstance(promises, (str, bytes)):  # each letter of "yyn" would be read as a promise
        raise TypeError(message("relationship_marketing.no_list_of_promises", received=repr(promises)))
    try:
        order = [arguments.yes_no(f"promises[{place}]", kept) for place, kept in enumerate(promises)]
    except TypeError as error:
        if "promises[" in str(error):
            raise
        raise TypeError(message("relationship_marketing.no_list_of_promises", received=repr(promises))) from None
    if not order:
        raise ValueError(message("relationship_marketing.no_list_of_promises", received=repr(promises)))
    here = arguments.rate("start", start, example=0.5)
    gain, loss = arguments.rate("gain", gain, example=0.1), arguments.rate("loss", loss, example=0.5)
    path = []
    for kept in order:
        here = here + gain * (1 - here) if kept else here * (1 - loss)
        path.append(round(here, 12))
    return path


def promises_to_repair(*, trust: float, gain: float, loss: float) -> int | None:
    """One broken promise costs as many kept ones as it takes to bring trust back to where it was.

    Formula: the smallest number of kept promises after which trust, first cut to trust * (1 - loss), is at least the old trust again.

    Arguments:
        trust: trust before the promise is broken (0 to 1).
        gain, loss: as in trust_after.
    Returns: a number of promises, 0 if nothing was lost; None if trust never gets back (no gain, or full trust before).
    Raises: ValueError if an argument leaves its range; TypeError if one is not a number.
    Source: as trust_after.

    >>> promises_to_repair(trust=0.8, gain=0.1, loss=0.5)
    11
    """
    before = arguments.rate("trust", trust, example=0.8)
    gain, loss = arguments.rate("gain", gain, example=0.1), arguments.rate("loss", loss, example=0.5)
    here, count = before * (1 - loss), 0
    while here < before - 1e-12:
        if count == MOST_PROMISES or gain == 0 or (before == 1 and gain < 1):
            return None
        here, count = here + gain * (1 - here), count + 1
    return count
