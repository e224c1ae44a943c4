"""What a learner remembers of a card, as FSRS models it: the library's scheduler with the course's settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fsrs import Card as Memory
from fsrs import Rating, Scheduler, State

__all__ = ["AGAIN_AFTER", "Memory", "Rating", "State", "fresh", "recall", "reviewed"]

AGAIN_AFTER = timedelta(minutes=10)  # what was missed comes back within the session
LONGEST_DAYS = 365
_SCHEDULER = Scheduler(learning_steps=(AGAIN_AFTER,), relearning_steps=(AGAIN_AFTER,), maximum_interval=LONGEST_DAYS, enable_fuzzing=False)


def fresh(at: datetime) -> Memory:
    """The memory of a card that has never been answered."""
    return Memory(card_id=0, due=at.astimezone(UTC))


def reviewed(memory: Memory | None, rating: Rating, at: datetime) -> Memory:
    """The memory after an answer.

    >>> at = datetime(2027, 1, 1, tzinfo=UTC)
    >>> reviewed(None, Rating.Good, at).due - at
    datetime.timedelta(days=2)
    """
    at = at.astimezone(UTC).replace(tzinfo=UTC)
    known = memory or fresh(at)
    if known.last_review and known.last_review > at:  # the computer's clock was set back
        at = known.last_review
    return _SCHEDULER.review_card(known, rating, at)[0]


def recall(memory: Memory | None, at: datetime) -> float:
    """The probability of knowing a card at a time; 0 for what was never answered."""
    return float(_SCHEDULER.get_card_retrievability(memory, at.astimezone(UTC))) if memory else 0.0
