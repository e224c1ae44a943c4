"""How much of each exam point and lesson a learner knows by now, or will know on the day of the exam."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crmlib import course
from crmlib.revision.cards import Card, by_point, select
from crmlib.revision.dates import now
from crmlib.revision.memory import Memory, recall
from crmlib.revision.paper import expected_marks

NEW_COUNTS = 0.5  # a question not met yet counts half of what the point's other questions show
FIRM, WEAK = 0.8, 0.6


@dataclass(frozen=True, slots=True)
class Mastery:
    """What is known of an exam point, from 0 to 1; ``met`` of its ``count`` questions were answered, and ``marks`` of a hundred hang on it."""

    point: str
    lesson: str
    known: float
    met: int
    count: int
    marks: float

    @property
    def state(self) -> str:
        """ "new", "weak", "shaky" or "firm"."""
        return "new" if not self.met else "weak" if self.known < WEAK else "shaky" if self.known < FIRM else "firm"

    @property
    def lost(self) -> float:
        """The marks of a hundred that are not to be expected."""
        return self.marks * (1 - self.known)


def of_points(memories: Mapping[str, Memory], *, cards: Iterable[Card] | None = None, at: datetime | None = None) -> list[Mastery]:
    """Every exam point that is asked, in the order of the course."""
    cards, at = list(select() if cards is None else cards), at or now()
    marks, asked = expected_marks(cards), by_point(cards)
    found = []
    for lesson in course.lessons():
        for point in course.points(lesson.stem):
            if point.id in asked:
                here = asked[point.id]
                known = [recall(memories[card.id], at) for card in here if card.id in memories]
                share = sum(known) / len(known) * (len(known) + NEW_COUNTS * (len(here) - len(known))) / len(here) if known else 0.0
                found.append(Mastery(point.id, lesson.stem, share, len(known), len(here), sum(marks[card.id] for card in here if card.point == point.id)))
    return found


def of_lessons(points: Iterable[Mastery]) -> dict[str, Mastery]:
    """Every lesson, its exam points weighed by the marks that hang on them."""
    found: dict[str, list[Mastery]] = {}
    for each in points:
        found.setdefault(each.lesson, []).append(each)
    return {stem: _together(stem, here) for stem, here in found.items()}


def _together(stem: str, here: list[Mastery]) -> Mastery:
    marks = sum(each.marks for each in here)
    weights = [each.marks or 1e-9 for each in here]
    known = sum(weight * each.known for weight, each in zip(weights, here, strict=True)) / sum(weights)
    return Mastery("", stem, known, sum(each.met for each in here), sum(each.count for each in here), marks)


def weakest(points: Iterable[Mastery], count: int = 10) -> list[Mastery]:
    """Where marks are to be won: what was met and is weak first, then what else is left, most marks first."""
    return sorted(points, key=lambda each: (each.state != "weak", -each.lost))[:count]
