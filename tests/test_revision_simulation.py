"""Does the plan pay? Simulated learners with two weeks to the exam: the planner's order against lesson order and random order.

Memory is as FSRS models it. All three orders have the same minutes a day and the same learners; what is compared is the
marks to be expected on a mock paper on the day of the exam.
"""

import random
import statistics
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest

from crmlib.revision import cards, dates, memory, paper
from crmlib.revision.memory import AGAIN_AFTER, Rating
from crmlib.revision.planner import Planner

DAYS = 14
START = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)
EXAM = dates.today(START) + timedelta(days=DAYS)
CARDS = cards.select()
PAPERS = [paper.draw(seed=seed) for seed in range(10)]  # the marks expected in an exam do not hang on the luck of one paper


class Learner:
    """Somebody who knows a part beforehand, has so many minutes a day, and remembers as FSRS says."""

    def __init__(self, seed: int):
        self.seed, chance = seed, random.Random(seed)
        self.minutes, self.before = chance.choice([15, 20, 30]), chance.uniform(0.1, 0.4)

    def marks(self, order) -> float:
        """The marks expected in the exam after studying for two weeks in an order."""
        chance, memories = random.Random(f"{self.seed}/memory"), {}
        for number in range(DAYS):
            at, left = START + timedelta(days=number), self.minutes * 60
            for card in order(self, at, memories):
                if left < card.seconds / 2:
                    break
                left -= self.study(card, at, memories, chance)
        then = START + timedelta(days=DAYS)
        return statistics.fmean(self._on(each, memories, then) for each in PAPERS)

    def _on(self, sat, memories, then) -> float:
        known = (memory.recall(memories[item.card.id], then) if item.card.id in memories else self.before for item in sat.items)
        return 100 * sum(item.marks * share for item, share in zip(sat.items, known, strict=True)) / sat.marks

    def study(self, card, at, memories, chance) -> float:
        """Answer a card; one that was missed is answered once more in the same session, which takes its time again."""
        before = memories.get(card.id)
        right = chance.random() < (memory.recall(before, at) if before else self.before)
        memories[card.id] = memory.reviewed(before, Rating.Good if right else Rating.Again, at)
        if right:
            return card.seconds
        memories[card.id] = memory.reviewed(memories[card.id], Rating.Good, at + AGAIN_AFTER)
        return 2 * card.seconds


def by_lesson():
    """From the first card to the last, and again from the first."""
    endless = cycle(CARDS)
    return lambda learner, at, memories: endless


def at_random(seed):
    chance = random.Random(f"{seed}/order")
    return lambda learner, at, memories: iter(lambda: chance.choice(CARDS), None)


def by_plan():
    """What the planner says each morning, and what it says again where the day is not used up."""
    days_met = {}

    def order(learner, at, memories):
        for round_ in range(3):
            morning = Planner(CARDS, memories, days_met, EXAM, learner.minutes)
            for card in morning.day(at + timedelta(minutes=round_)):
                days_met.setdefault(card.id, set()).add(dates.today(at).isoformat())
                yield card

    return order


def compare(learners: int) -> dict[str, list[float]]:
    found = {"plan": [], "lesson order": [], "random order": []}
    for seed in range(learners):
        learner = Learner(seed)
        found["plan"].append(learner.marks(by_plan()))
        found["lesson order"].append(learner.marks(by_lesson()))
        found["random order"].append(learner.marks(at_random(seed)))
    return found


@pytest.mark.parametrize("learners", [6, pytest.param(200, marks=pytest.mark.slow)])
def test_learners_who_keep_to_the_plan_may_expect_more_marks(learners, capsys):
    found = compare(learners)
    mean = {name: statistics.fmean(marks) for name, marks in found.items()}
    with capsys.disabled():
        print(f"\n{learners} learners, {DAYS} days: " + ", ".join(f"{name} {marks:.1f}" for name, marks in mean.items()) + " marks of 100")
    for other in ("lesson order", "random order"):
        gains = [mine - theirs for mine, theirs in zip(found["plan"], found[other], strict=True)]
        error = statistics.stdev(gains) / len(gains) ** 0.5
        assert mean["plan"] - mean[other] > max(2 * error, 1.0), f"{other}: {statistics.fmean(gains):.2f} ± {error:.2f}"
