"""What is known of a learner, and what an answer now is worth in the exam: from this each day's cards follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from crmlib.revision.cards import Card, by_point
from crmlib.revision.dates import end_of, today
from crmlib.revision.day import DayOfCards
from crmlib.revision.memory import AGAIN_AFTER, Memory, Rating, recall, reviewed
from crmlib.revision.paper import expected_marks

SHORT_DAYS = 6  # up to here nothing new begins on the last day, from here on the last two
HORIZON_DAYS = 30  # looked ahead while no date is known
KNOWN_UNSEEN = 0.25  # what a candidate gets right of what was never revised


class Planner:
    """What is known of a learner, from which each day's cards follow; ``answered`` tells it how a card went."""

    def __init__(
        self,
        cards: Iterable[Card],
        memories: Mapping[str, Memory],
        days_met: Mapping[str, set[str]],
        exam: date | None,
        minutes: float,
    ):
        self.cards = {card.id: card for card in cards}
        self.memories = {id: memory for id, memory in memories.items() if id in self.cards}
        self.exam, self.minutes = exam, minutes
        self.weights = expected_marks(self.cards.values())
        self.points = by_point(self.cards.values())
        self.met: dict[str, set[str]] = {point: set().union(*(days_met.get(card.id, ()) for card in here)) for point, here in self.points.items()}
        self.kept: set[str] | None = None  # the points that the plan is to meet, once that is decided
        self.left_out: list[str] = []
        self._first = min((day for days in days_met.values() for day in days), default="")  # the day of the first answer
        self._growths: dict[tuple | None, float] = {}  # of memories, at one moment
        self._growths_at: tuple[datetime, datetime] | None = None

    # ---- one card ------------------------------------------------------------------------------------------------

    def horizon(self, at: datetime) -> datetime:
        """The moment for which memory is wanted."""
        return end_of(self.exam) - timedelta(hours=12) if self.exam else at + timedelta(days=HORIZON_DAYS)

    def gain(self, card: Card, at: datetime) -> float:
        """The marks that answering a card now adds to those expected in the exam."""
        return self.weights[card.id] * self._growth(self.memories.get(card.id), at, self.horizon(at))

    def _growth(self, memory: Memory | None, at: datetime, then: datetime) -> float:
        """What an answer now adds to what is known at a later moment; cards that went alike on the same days are alike, and are looked at once."""
        alike = None if memory is None else (memory.state, memory.step, memory.stability, memory.difficulty, memory.last_review)
        if self._growths_at != (at, then):
            self._growths_at, self._growths = (at, then), {}
        if alike not in self._growths:
            known, before = (KNOWN_UNSEEN, KNOWN_UNSEEN) if memory is None else (recall(memory, at), recall(memory, then))
            good, again = (self._recalled(memory, rating, at, then) for rating in (Rating.Good, Rating.Again))
            self._growths[alike] = known * good + (1 - known) * again - before
        return self._growths[alike]

    @staticmethod
    def _recalled(memory: Memory | None, rating: Rating, at: datetime, then: datetime) -> float:
        """What is known at a later moment after this answer; what was missed is answered again in the session."""
        after = reviewed(memory, rating, at)
        return recall(reviewed(after, Rating.Good, at + AGAIN_AFTER) if rating is Rating.Again else after, then)

    def expected(self, then: datetime) -> float:
        """The marks of a hundred expected at a moment, with what is remembered now."""
        worth = sum(self.weights.values()) or 1
        known = sum(weight * (recall(self.memories[id], then) if id in self.memories else KNOWN_UNSEEN) for id, weight in self.weights.items())
        return 100 * known / worth

    # ---- one day -------------------------------------------------------------------------------------------------

    def day(self, at: datetime, *, spent: float = 0) -> list[Card]:
        """The cards for the rest of a day, best first; ``spent`` seconds of it have gone already."""
        return DayOfCards(self, at, max(self.minutes * 60 - spent, 0)).cards

    def answered(self, card: Card, rating: Rating, at: datetime) -> None:
        """Take note of an answer."""
        self._first = self._first or today(at).isoformat()
        self.memories[card.id] = reviewed(self.memories.get(card.id), rating, at)
        for point in card.points:
            if point in self.met:
                self.met[point].add(today(at).isoformat())

    def quiet_days(self, at: datetime) -> int:
        """At the end of the days from the first answer to the exam, those on which nothing new begins."""
        if self.exam is None:
            return 0
        days = (self.exam - date.fromisoformat(self._first or today(at).isoformat())).days
        return 0 if days <= 1 else 1 if days <= SHORT_DAYS else 2

    def days_left(self, at: datetime) -> int | None:
        """Days for revising from today on; the day of the exam is none."""
        return max((self.exam - today(at)).days, 0) if self.exam else None
