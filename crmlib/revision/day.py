"""One day's cards: what must be met now so that it can be met twice, then what brings most marks for its time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crmlib.revision.cards import Card
from crmlib.revision.dates import end_of, today
from crmlib.revision.memory import AGAIN_AFTER

if TYPE_CHECKING:
    from crmlib.revision.planner import Planner

MEETINGS = 2  # days on which every exam point is to be met
SHORT_SHARE = 0.7  # of the time that meeting points twice may take where it does not suffice for all
OVERRUN = 0.2  # of a day's time, by which the last days may be longer where an exam point would not be met twice otherwise
LAST_DAYS = 2  # before the exam everything may be looked at again, due or not


class DayOfCards:
    """One day's choice: what must be met now so that it can be met twice, then what brings most marks for its time."""

    def __init__(self, planner: Planner, at: datetime, budget: float):
        self.planner, self.at, self.budget, self.day = planner, at, budget, today(at).isoformat()
        self.left, self.daily = planner.days_left(at), planner.minutes * 60
        self.new_days = None if self.left is None else max(self.left - planner.quiet_days(at), 0)  # days on which something may begin
        self.cards: list[Card] = []
        self.asked: set[str] = set()  # the exam points of these cards
        self.spent = 0.0  # the seconds that they take
        if self.left == 0:
            return
        self.ends = end_of(today(at))
        self.began = self.ends - timedelta(days=1)
        self.open = {point for point in planner.points if self._meetings_open(point)}
        self.rates = {card.id: planner.gain(card, at) / card.seconds for card in planner.cards.values() if self._may_be_asked(card)}
        self.order = sorted(self.rates, key=lambda id: (-self.rates[id], id))
        self.taken: set[str] = set()
        self.spare_at_first = float("inf")  # seconds of the days on which something may begin that nothing has to begin in
        only_day = self.left == 1 and not planner.quiet_days(at)  # nothing can be met twice, so nothing is kept back for it
        self.needs = self._needs() if self.left and not only_day else {}  # what one more meeting of an exam point takes, in seconds
        self.left_out = set(planner.left_out)
        self._choose()
        if only_day and planner.kept is None:
            planner.kept = {point for card in self.cards for point in card.points}
            planner.left_out = [point for point, met in planner.met.items() if not met and point not in planner.kept]

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
            self._take(set(self.needs), sum(open_.values()) - self.daily * (self.left - 1) - self.spent)
        self._take(None, self.budget)
        self._apart()

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
            room = self.budget - self.spent + (OVERRUN * self.daily if needed and 1 in (self.left, self.new_days) else 0)
            if more > self.spare or more_at_first > self.spare_at_first or card.seconds / 2 > room:
                continue
            self.taken.add(id)
            self.cards.append(card)
            self.asked.update(card.points)
            self.spent += card.seconds
            self.spare -= max(more, 0)
            self.spare_at_first -= max(more_at_first, 0)
            most -= card.seconds

    def _is_extra(self, card: Card) -> bool:
        """Whether a card that no point needs brings marks; nothing new is begun on points that are left out."""
        return self.rates[card.id] > 0 and (card.id in self.planner.memories or not self.left_out.issuperset(card.points))

    def _met_today(self, point: str) -> bool:
        return self.day in self.planner.met[point] or point in self.asked

    def _apart(self) -> None:
        """Two cards of one exam point do not follow each other where it can be avoided."""
        for place in range(1, len(self.cards)):
            if self.cards[place].point == self.cards[place - 1].point:
                other = next((later for later in range(place + 1, len(self.cards)) if self.cards[later].point != self.cards[place].point), None)
                if other:
                    self.cards.insert(place, self.cards.pop(other))
