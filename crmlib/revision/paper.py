"""A mock paper in the course's style: sections by kind of question, balanced over the lessons, drawn from a seed."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from crmlib import course
from crmlib.course import CourseError
from crmlib.language import message
from crmlib.revision.cards import MARKS, Card, all_cards

FULL_MARKS, FULL_MINUTES = 100, 120
LEAST_MINUTES, MOST_MINUTES = 10, 240
ESSAY_MARKS = 8  # a short answer worth as much is set as an essay
# The sections in the order of a paper, and the share of the marks each has; a section without questions leaves its share to the others.
SHARES = {"choice": 0.24, "several": 0.12, "true_false": 0.08, "tasks": 0.10, "calculation": 0.15, "short": 0.12, "case": 0.12, "essay": 0.10}  # fmt: skip
_FILLED_FIRST = ("case", "essay", "short", "calculation", "tasks", "several")  # sections of small change come last, to reach the total


@dataclass(frozen=True, slots=True)
class Item:
    """A question of a paper under its number."""

    number: int
    card: Card

    @property
    def marks(self) -> float:
        return self.card.marks


@dataclass(frozen=True, slots=True)
class Section:
    """The questions of one kind."""

    name: str
    items: tuple[Item, ...]

    @property
    def marks(self) -> float:
        return sum(item.marks for item in self.items)


@dataclass(frozen=True, slots=True)
class Paper:
    """A mock paper; minutes, seed and the lessons make it, so the same again is the same paper."""

    minutes: int
    seed: str
    sections: tuple[Section, ...]

    @property
    def items(self) -> list[Item]:
        return [item for section in self.sections for item in section.items]

    @property
    def marks(self) -> float:
        return sum(section.marks for section in self.sections)

    @property
    def name(self) -> str:
        return f"{self.minutes}-{self.seed}"

    @property
    def file_name(self) -> str:
        """The name as it may stand in a file's."""
        return re.sub(r"[^\w-]+", "-", self.name)[:60]

    @property
    def number(self) -> int:
        """What draws the figures of its calculations."""
        return random.Random(self.name).randrange(1, 1_000_000)


def section_of(card: Card) -> str:
    """In which section of a paper a card stands.

    >>> from crmlib.revision.cards import all_cards
    >>> section_of(all_cards()["09-48"])
    'essay'
    """
    if card.kind == "short":
        return "essay" if card.marks >= ESSAY_MARKS else "short"
    if card.kind == "number":
        return "calculation"
    return card.kind if card.kind in SHARES else "tasks"


def topic_weights(cards: Iterable[Card]) -> dict[str, float]:
    """The share of the marks each lesson gets: by its exam points whose text we have."""
    lessons = dict.fromkeys(card.lesson for card in cards)
    counts = {stem: sum(point.examinable == "full" for point in course.points(stem)) or 1 for stem in lessons}
    return {stem: count / sum(counts.values()) for stem, count in counts.items()}


def expected_marks(cards: Iterable[Card]) -> dict[str, float]:
    """The marks that a card brings on average on a paper of a hundred: what its section and lesson have, shared among their cards."""
    cards = list(cards)
    topics, sections = topic_weights(cards), Counter((section_of(card), card.lesson) for card in cards)
    present = {section for section, _ in sections}
    whole = sum(SHARES[section] for section in present) or 1
    # A lesson without questions of a section leaves its share there to the lessons that have some.
    lessons = {section: sum(topics[stem] for stem in topics if (section, stem) in sections) for section in present}
    return {
        card.id: FULL_MARKS * SHARES[section] / whole * topics[card.lesson] / lessons[section] / sections[section, card.lesson]
        for card in cards
        for section in (section_of(card),)
    }


def draw(*, minutes: int = FULL_MINUTES, seed: object = None, cards: Iterable[Card] | None = None) -> Paper:
    """A paper for so many minutes; the same seed gives the same paper.

    >>> draw(minutes=60, seed=7) == draw(minutes=60, seed=7)
    True
    """
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise CourseError(message("revision.mock_minutes", received=minutes, least=LEAST_MINUTES, most=MOST_MINUTES))
    text = str(random.SystemRandom().randrange(1, 10_000) if seed is None else seed).strip()
    pool = list(all_cards().values() if cards is None else cards)
    if not pool:
        raise CourseError(message("revision.mock_no_questions"))
    chosen = _Draw(pool, random.Random(f"{minutes}/{text}")).fill(FULL_MARKS * minutes / FULL_MINUTES)
    sections, number = [], 0
    for name in SHARES:
        items = []
        for card in chosen.get(name, ()):
            number += 1
            items.append(Item(number, card))
        if items:
            sections.append(Section(name, tuple(items)))
    return Paper(minutes, text, tuple(sections))


class _Draw:
    """Questions drawn section by section, each from the lesson that lacks most marks."""

    def __init__(self, pool: list[Card], random_: random.Random):
        self.random, self.topics = random_, topic_weights(pool)
        self.left: dict[str, list[Card]] = {}
        for card in sorted(pool, key=lambda card: card.id):
            self.left.setdefault(section_of(card), []).append(card)
        self.marks = dict.fromkeys(self.topics, 0.0)
        self.points: set[str] = set()
        self.chosen: dict[str, list[Card]] = {}

    def fill(self, total: float) -> dict[str, list[Card]]:
        whole = sum(SHARES[name] for name in self.left)
        for name in _FILLED_FIRST:
            due = total * SHARES[name] / whole if name in self.left else 0
            while due > 0 and (card := self._next(name, total, self.left.get(name, []))) and card.marks <= max(2 * due, due + 1):
                self._take(name, card)
                due -= card.marks
        self._fill_up(total)
        return self.chosen

    def _fill_up(self, total: float) -> None:
        """Small questions bring the paper to its marks, the two kinds in the proportion of their shares."""
        missing = round(total) - sum(card.marks for cards in self.chosen.values() for card in cards)
        if missing % 2 and missing >= MARKS["several"] and self.left.get("several"):
            self._take("several", card := self._next("several", total, self.left["several"]))
            missing -= card.marks
        while missing >= 2:
            names = [name for name in ("choice", "true_false") if self.left.get(name)] or [name for name in ("several",) if self.left.get(name)]
            if not names:
                return
            name = min(names, key=lambda name: (sum(card.marks for card in self.chosen.get(name, ())) / SHARES[name], name))
            self._take(name, card := self._next(name, total, self.left[name]))
            missing -= card.marks

    def _next(self, name: str, total: float, left: list[Card]) -> Card | None:
        """A question of the lesson that lacks most marks, about an exam point not asked yet if there is one."""
        if not left:
            return None
        stem = max({card.lesson for card in left}, key=lambda stem: (total * self.topics[stem] - self.marks[stem], stem))
        here = [card for card in left if card.lesson == stem]
        return self.random.choice([card for card in here if card.point not in self.points] or here)

    def _take(self, name: str, card: Card) -> None:
        self.left[name].remove(card)
        self.chosen.setdefault(name, []).append(card)
        self.marks[card.lesson] += card.marks
        self.points.update(card.points)
