"""The plan to the exam: which cards on which day, so that the marks expected on that day are highest.

A card's value is what answering it now adds to the marks expected in the exam, as FSRS models memory, for each second
it takes. Every exam point is to be met on two days before the exam; time is kept back for that, and where it does not
suffice, the points that bring least for their time are left out, and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from crmlib.revision.cards import Card, by_point
from crmlib.revision.dates import end_of, now, today
from crmlib.revision.memory import AGAIN_AFTER, Memory, Rating, recall, reviewed
from crmlib.revision.paper import expected_marks

MEETINGS = 2  # days on which every exam point is to be met
SHORT_DAYS = 6  # up to here nothing new begins on the last day, from here on the last two
HORIZON_DAYS = 30  # looked ahead while no date is known
SHORT_SHARE = 0.5  # of the time that meeting points twice may take where it does not suffice for all
OVERRUN = 0.2  # of a day's time, by which the last days may be longer where an exam point would not be met twice otherwise
KNOWN_UNSEEN = 0.25  # what a candidate gets right of what was never revised
LAST_DAYS = 2  # before the exam everything may be looked at again, due or not


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


@dataclass
class Planner:
    """What is known of a learner, from which each day's cards follow; ``answered`` tells it how a card went."""

    cards: Iterable[Card]
    memories: Mapping[str, Memory]
    days_met: Mapping[str, set[str]]
    exam: date | None
    minutes: float
    weights: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cards = {card.id: card for card in self.cards}
        self.memories = {id: memory for id, memory in self.memories.items() if id in self.cards}
        self.weights = self.weights or expected_marks(self.cards.values())
        self.points = by_point(self.cards.values())
        self.met: dict[str, set[str]] = {point: set().union(*(self.days_met.get(card.id, ()) for card in cards)) for point, cards in self.points.items()}
        self.kept: set[str] | None = None  # the points that the plan is to meet, once that is decided
        self.left_out: list[str] = []
        self.began: str = ""  # the day of the first answer that this planner was told of

    # ---- one card ------------------------------------------------------------------------------------------------

    def horizon(self, at: datetime) -> datetime:
        """The moment for which memory is wanted."""
        return end_of(self.exam) - timedelta(hours=12) if self.exam else at + timedelta(days=HORIZON_DAYS)

    def gain(self, card: Card, at: datetime) -> float:
        """The marks that answering a card now adds to those expected in the exam."""
        memory, then = self.memories.get(card.id), self.horizon(at)
        if memory is None:
            known, before = KNOWN_UNSEEN, KNOWN_UNSEEN
        else:
            known, before = recall(memory, at), recall(memory, then)
        return self.weights[card.id] * (known * self._later(memory, Rating.Good, at, then) + (1 - known) * self._later(memory, Rating.Again, at, then) - before)

    def _later(self, memory: Memory | None, rating: Rating, at: datetime, then: datetime) -> float:
        """What is known at a later moment after this answer; what was missed is answered again in the session."""
        if memory is not None:
            return self._recalled(memory, rating, at, then)
        key = (rating, at, then)
        if key not in self._unseen:
            self._unseen = {known: value for known, value in self._unseen.items() if known[1:] == key[1:]}
            self._unseen[key] = self._recalled(None, rating, at, then)
        return self._unseen[key]

    @cached_property
    def _unseen(self) -> dict:
        return {}

    @staticmethod
    def _recalled(memory: Memory | None, rating: Rating, at: datetime, then: datetime) -> float:
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
        return _DayOfCards(self, at, max(self.minutes * 60 - spent, 0)).cards

    def answered(self, card: Card, rating: Rating, at: datetime) -> None:
        """Take note of an answer."""
        self.began = self.began or today(at).isoformat()
        self.memories[card.id] = reviewed(self.memories.get(card.id), rating, at)
        for point in card.points:
            if point in self.met:
                self.met[point].add(today(at).isoformat())

    def quiet_days(self, at: datetime) -> int:
        """At the end of the days from the first answer to the exam, those on which nothing new begins."""
        first = min((day for days in self.days_met.values() for day in days), default=today(at).isoformat())
        if self.exam is None:
            return 0
        days = (self.exam - date.fromisoformat(min(first, self.began or first))).days
        return 0 if days <= 1 else 1 if days <= SHORT_DAYS else 2

    def days_left(self, at: datetime) -> int | None:
        """Days for revising from today on; the day of the exam is none."""
        return max((self.exam - today(at)).days, 0) if self.exam else None


class _DayOfCards:
    """One day's choice: what must be met now so that it can be met twice, then what brings most marks for its time."""

    def __init__(self, planner: Planner, at: datetime, budget: float):
        self.planner, self.at, self.budget, self.day = planner, at, budget, today(at).isoformat()
        self.left, self.daily = planner.days_left(at), planner.minutes * 60
        self.new_days = None if self.left is None else max(self.left - planner.quiet_days(at), 0)  # days on which something may begin
        self.cards: list[Card] = []
        if self.left == 0:
            return
        self.ends = end_of(today(at))
        self.began = self.ends - timedelta(days=1)
        self.open = {point for point in planner.points if self._meetings_open(point)}
        self.rates = {card.id: planner.gain(card, at) / card.seconds for card in planner.cards.values() if self._may_be_asked(card)}
        self.order = sorted(self.rates, key=lambda id: (-self.rates[id], id))
        self.taken: set[str] = set()
        self.spare_at_first = float("inf")  # seconds of the days on which something may begin that nothing has to begin in
        self.needs = self._needs() if self.left else {}  # what one more meeting of an exam point takes, in seconds
        self.left_out = set(planner.left_out)
        self._choose()

    def _may_be_asked(self, card: Card) -> bool:
        memory = self.planner.memories.get(card.id)
        if memory is None:
            return self.new_days is None or self.new_days > 0
        if memory.last_review and memory.last_review > self.began:
            return memory.due - memory.last_review <= AGAIN_AFTER  # missed today
        return memory.due <= self.ends or (self.left is not None and self.left <= LAST_DAYS) or not self.open.isdisjoint(card.points)

    def _meetings_open(self, point: str) -> int:
        """On how many more days an exam point is to be met: two in all, and no more than there are."""
        if self.left is None:
            return 0
        met = self.planner.met[point]
        if not met and not self.new_days:
            return 0
        return max(min(MEETINGS - len(met), self.left - (self.day in met)), 0)

    def _needs(self) -> dict[str, float]:
        """The points that are to be met, and what a meeting of each takes; the first day of a plan decides which they are."""
        planner = self.planner
        takes = {point: self._meeting(planner.points[point]) for point in self.open}
        wanted = [point for point in planner.points if point in self.open]
        if planner.kept is None:
            late = {point for point, met in planner.met.items() if not met and not self.new_days}
            planner.kept = self._that_fit(wanted, takes)
            planner.left_out = [point for point in planner.points if point in late or (point in wanted and point not in planner.kept)]
        return {point: takes[point] for point in wanted if point in planner.kept}

    def _meeting(self, cards: list[Card]) -> float:
        """The seconds of a meeting: of a card that was answered, for in the last days nothing new begins; at first of the shortest."""
        return min([card.seconds for card in cards if card.id in self.planner.memories] or [card.seconds for card in cards])

    def _that_fit(self, wanted: list[str], takes: dict[str, float]) -> set[str]:
        """The points that bring most for their time, as many as there is time for.

        Where not all fit, fewer are met well: part of the time stays for what brings more marks than a second meeting.
        """
        seconds = {point: takes[point] * self._meetings_open(point) for point in wanted}
        worth = {point: sum(self.planner.weights[card.id] for card in self.planner.points[point]) for point in wanted}
        capacity, kept = self._capacity * (1 if sum(seconds.values()) <= self._capacity else SHORT_SHARE), set()
        for point in sorted(wanted, key=lambda point: (not self.planner.met[point], -worth[point] / seconds[point], point)):
            if seconds[point] <= capacity:
                kept.add(point)
                capacity -= seconds[point]
        return kept

    @property
    def _capacity(self) -> float:
        return self.budget + self.daily * max(self.left - 1, 0)

    def _choose(self) -> None:
        if self.left is None:
            self.spare = self.budget
        else:
            open_ = {point: seconds * self._meetings_open(point) for point, seconds in self.needs.items()}
            firsts = {point: seconds for point, seconds in self.needs.items() if not self.planner.met[point]}
            self.spare = max(self._capacity - sum(open_.values()), 0)
            if firsts:  # which cannot wait until the last days
                self.spare_at_first = max(self.budget + self.daily * (self.new_days - 1) - sum(firsts.values()), 0)
            self._take(set(firsts), sum(firsts.values()) - self.daily * (self.new_days - 1))
            self._take(set(self.needs), sum(open_.values()) - self.daily * (self.left - 1) - self._spent)
        self._take(None, self.budget)
        self._apart()

    @property
    def _spent(self) -> float:
        return sum(card.seconds for card in self.cards)

    def _take(self, only: set[str] | None, most: float) -> None:
        """Take cards in their order, for so many seconds; beyond what its points need, a card may cost only what is to spare."""
        for id in self.order:
            if most <= 0:
                return
            card = self.planner.cards[id]
            needed = [point for point in card.points if point in self.needs and not self._met_today(point)]
            if id in self.taken or (only is not None and not only.intersection(needed)) or not (needed or self._is_extra(card)):
                continue
            begins = [point for point in needed if not self.planner.met[point]]
            more = card.seconds - sum(self.needs[point] for point in needed)
            more_at_first = card.seconds - sum(self.needs[point] for point in begins)
            if more > 0 and begins:
                more *= MEETINGS  # it may be the only one that the point can be met by once more
            room = self.budget - self._spent + (OVERRUN * self.daily if needed and 1 in (self.left, self.new_days) else 0)
            if more > self.spare or more_at_first > self.spare_at_first or card.seconds / 2 > room:
                continue
            self.taken.add(id)
            self.cards.append(card)
            self.spare -= max(more, 0)
            self.spare_at_first -= max(more_at_first, 0)
            most -= card.seconds

    def _is_extra(self, card: Card) -> bool:
        """Whether a card that no point needs brings marks; nothing new is begun on points that are left out."""
        return self.rates[card.id] > 0 and (card.id in self.planner.memories or not self.left_out.issuperset(card.points))

    def _met_today(self, point: str) -> bool:
        return self.day in self.planner.met[point] or any(point in card.points for card in self.cards)

    def _apart(self) -> None:
        """Two cards of one exam point do not follow each other where it can be avoided."""
        for place in range(1, len(self.cards)):
            if self.cards[place].point == self.cards[place - 1].point:
                other = next((later for later in range(place + 1, len(self.cards)) if self.cards[later].point != self.cards[place].point), None)
                if other:
                    self.cards.insert(place, self.cards.pop(other))


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
    before, days, left_out, once = planner.expected(then), [], (), ()
    for number in range(planner.days_left(at)):
        moment = at if number == 0 else end_of(today(at) + timedelta(days=number)) - timedelta(hours=6)
        chosen = planner.day(moment, spent=spent if number == 0 else 0)
        if number == 0:
            left_out = tuple(planner.left_out)
        new = sum(card.id not in planner.memories for card in chosen)
        for card in chosen:
            planner.answered(card, Rating.Good, moment)
        days.append(Day(today(moment), tuple(card.id for card in chosen), new, sum(card.seconds for card in chosen)))
    once = tuple(point for point, met in planner.met.items() if len(met) < MEETINGS and point not in left_out)
    worth = {point: sum(planner.weights[card.id] for card in found) for point, found in planner.points.items()}
    named = tuple(sorted(((point, worth[point]) for point in left_out), key=lambda pair: -pair[1]))
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
