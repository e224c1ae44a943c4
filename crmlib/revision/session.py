"""A session: cards one after another, every answer kept at once. The notebook and the terminal are two faces of this."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from crmlib.course import CourseError
from crmlib.language import message
from crmlib.questions import PASS, Asked
from crmlib.revision.cards import Card, select
from crmlib.revision.dates import now, today
from crmlib.revision.memory import Rating
from crmlib.revision.planner import Planner
from crmlib.revision.progress import Progress, Review

USUAL = 10  # cards of a session, unless told
GAP = 4  # cards until a missed one comes back
MOST_TIMES = 3  # that a card is asked in one session
FIRM = 0.85  # the share of the marks of a written answer from which it counts as known well


def rating_of(share: float) -> Rating:
    """How an answer of which so much is right counts as remembered."""
    return Rating.Good if share >= FIRM else Rating.Hard if share >= PASS else Rating.Again


@dataclass
class Turn:
    """A card that is being asked; ``kept`` once its answer is in the progress file."""

    card: Card
    asked: Asked
    again: bool
    begun: float = field(default_factory=time.monotonic)
    rating: Rating | None = None

    @property
    def kept(self) -> bool:
        return self.rating is not None

    @property
    def written(self) -> bool:
        """Whether learners judge the answer themselves."""
        return bool(self.card.question.written)

    @property
    def suggested(self) -> Rating:
        """The rating that follows from how much of the answer is right."""
        return rating_of(self.asked.share)


class Session:
    """So many cards; those that were missed come back before the end."""

    def __init__(self, progress: Progress, cards: Iterable[Card], *, source: str = "session"):
        self.progress, self.source = progress, source
        self.queue = list(cards)
        self.count = len(self.queue)
        self.turns: list[Turn] = []
        self.began = now()

    @property
    def turn(self) -> Turn | None:
        """The card that is being asked."""
        return self.turns[-1] if self.turns else None

    def next(self) -> Turn | None:
        """The next card, or nothing at the end. An answer in sentences that was compared and not rated is rated by its marking points."""
        if self.turn and not self.turn.kept and self.turn.written and self.turn.asked.given:
            self.rate(self.turn.suggested)
        memories = self.progress.memories()
        while self.queue:
            card = self.queue.pop(0)
            mine = [turn for turn in self.turns if turn.card.id == card.id]
            memory = memories.get(card.id)
            if not mine and memory and memory.last_review and memory.last_review > self.began:
                self.count -= 1
                continue  # answered in another notebook meanwhile
            self.turns.append(Turn(card, card.asked(self.progress.times(card.id) + 1), again=bool(mine)))
            return self.turn
        return None

    def answer(self, given: object, turn: Turn | None = None) -> dict:
        """Judge an answer, to the present card unless told; the first that can be read is kept."""
        turn = turn or self.turn
        turn.asked.answer(given)
        if not turn.written and turn.asked.tries and not turn.kept:
            self._keep(turn, turn.suggested)
        return turn.asked.reply

    def rate(self, rating: int | Rating, turn: Turn | None = None) -> None:
        """Learners say how well they knew it: 1 again, 2 hard, 3 good, 4 easy."""
        turn = turn or self.turn
        if not turn.kept:
            self._keep(turn, Rating(rating))

    def _keep(self, turn: Turn, rating: Rating) -> None:
        turn.rating = rating
        seconds = round(time.monotonic() - turn.begun, 1)
        card = turn.card
        self.progress.record(Review(card.id, card.point, card.lesson, now(), int(rating), seconds, self.source))
        if rating is Rating.Again and sum(other.card.id == card.id for other in self.turns) < MOST_TIMES:
            self.queue.insert(min(GAP, len(self.queue)), card)

    # ---- the end ---------------------------------------------------------------------------------------------------

    @property
    def first_turns(self) -> list[Turn]:
        """The answers that count for the summary: the first to each card."""
        return [turn for turn in self.turns if turn.kept and not turn.again]

    @property
    def right(self) -> int:
        return sum(turn.rating is not Rating.Again for turn in self.first_turns)

    @property
    def missed_points(self) -> list[str]:
        """The exam points to read again."""
        return list(dict.fromkeys(turn.card.point for turn in self.first_turns if turn.rating is Rating.Again))


def planner(progress: Progress, cards: Iterable[Card]) -> Planner:
    """What each day's cards follow from, for this learner."""
    exam = progress.exam
    return Planner(cards, progress.memories(), progress.days(), exam if exam and exam > today() else None, progress.minutes)


def spent_today(progress: Progress, at: datetime) -> float:
    """Seconds of today's time for revising that have gone, by the seconds that each card takes."""
    known = {card.id: card.seconds for card in select()}
    midnight = at.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return sum(known.get(review.card, 0) for review in progress.reviews(since=midnight))


def begin(progress: Progress, *wanted: object, n: int | None = None) -> Session:
    """A session on the lessons or exam points named; without any, on what today's plan holds, due cards and new ones."""
    if n is not None and (not isinstance(n, int) or isinstance(n, bool) or n < 1):
        raise CourseError(message("revision.count_wrong", received=n))
    at, cards = now(), select(*wanted)
    everything = planner(progress, select())
    if wanted and any(each is not None for each in wanted):
        order = sorted(cards, key=lambda card: (-everything.gain(card, at) / card.seconds, card.id))
        return Session(progress, order[: n or USUAL])
    chosen = everything.day(at, spent=spent_today(progress, at))
    return Session(progress, chosen[:n] if n else chosen)


def more(progress: Progress, n: int = USUAL) -> Session:
    """Cards beyond today's plan, for whoever wants to go on: those that bring most marks for their time."""
    at, everything = now(), planner(progress, select())
    fresh = [card for card in everything.cards.values() if not (memory := everything.memories.get(card.id)) or today(memory.last_review) < today(at)]
    return Session(progress, sorted(fresh, key=lambda card: (-everything.gain(card, at) / card.seconds, card.id))[:n])
