"""The plan to the exam: which cards on which day, so that the marks expected on that day are highest.

A card's value is what answering it now adds to the marks expected in the exam, as FSRS models memory, for each second
it takes. Every exam point is to be met on two days before the exam; time is kept back for that, and where it does not
suffice, the points that bring least for their time are left out, and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crmlib.revision.cards import Card
from crmlib.revision.dates import end_of, now, today
from crmlib.revision.day import MEETINGS
from crmlib.revision.memory import Memory, Rating
from crmlib.revision.planner import Planner


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the plan: its cards in order, of which so many are new, and the seconds they take."""

    date: date
    cards: tuple[str, ...]
    new: int
    seconds: float

    @property
    def again(self) -> int:
        return len(self.cards) - self.new


@dataclass(frozen=True, slots=True)
class Plan:
    """The days to the exam, the points left out with the marks they would bring, and the marks expected in the exam without and with the plan."""

    exam: date | None
    minutes: float
    days: tuple[Day, ...]
    left_out: tuple[tuple[str, float], ...]
    once: tuple[str, ...]  # points that can be met on one day only
    marks_now: float
    marks_then: float

    @property
    def last_new(self) -> date | None:
        return max((day.date for day in self.days if day.new), default=None)


def make(
    cards: Iterable[Card],
    memories: Mapping[str, Memory],
    days_met: Mapping[str, set[str]],
    *,
    exam: date,
    minutes: float,
    at: datetime | None = None,
    spent: float = 0,
) -> Plan:
    """The plan from today to the day before the exam, on the assumption that what is due is known."""
    at = at or now()
    planner = Planner(cards, memories, days_met, exam, minutes)
    then = planner.horizon(at)
    before, days = planner.expected(then), []
    left_out: list[str] = []
    for number in range(planner.days_left(at) or 0):
        moment = at if number == 0 else end_of(today(at) + timedelta(days=number)) - timedelta(hours=6)
        chosen = planner.day(moment, spent=spent if number == 0 else 0)
        left_out = left_out or planner.left_out
        new = sum(card.id not in planner.memories for card in chosen)
        for card in chosen:
            planner.answered(card, Rating.Good, moment)
        days.append(Day(today(moment), tuple(card.id for card in chosen), new, sum(card.seconds for card in chosen)))
    once = tuple(point for point, met in planner.met.items() if len(met) < MEETINGS and point not in left_out)
    worth = {point: sum(planner.weights[card.id] for card in planner.points[point]) for point in left_out}
    named = tuple(sorted(worth.items(), key=lambda pair: -pair[1]))
    return Plan(exam, minutes, tuple(days), named, once, before, planner.expected(then))


def forecast(memories: Mapping[str, Memory], *, days: int = 14, at: datetime | None = None) -> list[tuple[date, int]]:
    """How many cards come due on each of the next days, the overdue ones today."""
    first = today(at)
    found = {first + timedelta(days=number): 0 for number in range(days)}
    for memory in memories.values():
        day = max(today(memory.due), first)
        if day in found:
            found[day] += 1
    return list(found.items())
