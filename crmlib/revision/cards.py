"""Cards: the questions of the bank as they are revised, with the marks they carry and the seconds they take."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from crmlib import course, questions
from crmlib.course import CourseError, Question
from crmlib.language import LANGUAGES, listing, message

# What an exam of this kind gives for a question, and how long a candidate who knows the answer takes.
MARKS = {"choice": 2, "several": 3, "true_false": 2, "number": 5, "calculation": 5, "ordering": 4}
SECONDS = {"choice": 35, "several": 50, "true_false": 40, "number": 90, "calculation": 110, "ordering": 60}
OTHER_MARKS, SECONDS_A_MARK = 4, {"list": 15, "matching": 15, "short": 35, "case": 35}


@dataclass(frozen=True, slots=True)
class Card:
    """A question as it is revised; its id is the question's, so that nothing is lost when the bank grows."""

    question: Question

    @property
    def id(self) -> str:
        return self.question.id

    @property
    def lesson(self) -> str:
        return self.question.lesson

    @property
    def point(self) -> str:
        return self.question.point

    @property
    def points(self) -> tuple[str, ...]:
        """The exam points it asks, the main one first."""
        return self.question.points

    @property
    def kind(self) -> str:
        return self.question.kind

    @property
    def marks(self) -> float:
        question = self.question
        each = sum(part.marks for part in question.written) or question.count or len(question.pairs)  # a mark for each entry of a list
        return each or MARKS.get(self.kind, OTHER_MARKS)

    @property
    def seconds(self) -> float:
        return SECONDS.get(self.kind) or self.marks * SECONDS_A_MARK.get(self.kind, 15)

    def asked(self, seed: int = 1) -> questions.Asked:
        """The question, ready to be answered; with another seed a calculation has other figures."""
        return questions.ask(self.question, seed=seed)


@cache
def all_cards() -> dict[str, Card]:
    """Every card by id, in the order of the lessons."""
    found: dict[str, Card] = {}
    for lesson in course.lessons():
        for question in course.questions(lesson.stem):
            if question.id in found:
                raise CourseError(message("course.twice", file=f"course/questions/{lesson.stem}.toml", place=question.id))
            found[question.id] = Card(question)
    return found


def select(*wanted: object) -> list[Card]:
    """The cards of lessons and exam points, each named by stem, number, id or term; all of them where nothing is named.

    >>> {card.lesson for card in select(9)}
    {'09-loyalty-economics'}
    """
    named = [name for each in wanted for name in (each if isinstance(each, (list, tuple, set)) else [each]) if name is not None]
    if not named:
        return list(all_cards().values())
    stems, points = set(), set()
    for name in named:
        stem, point = find(name)
        (points.add(point) if point else stems.add(stem))
    return [card for card in all_cards().values() if card.lesson in stems or points.intersection(card.points)]


def find(name: object) -> tuple[str, str]:
    """The lesson's stem and the exam point's id that a name stands for; the id is empty where a whole lesson is meant."""
    text = str(name).strip().casefold()
    for lesson in course.lessons():
        if text in _names_of_lesson(lesson):
            return lesson.stem, ""
    for point in course.all_points().values():
        if text in _names_of_point(point):
            return point.lesson, point.id
    raise CourseError(_unknown(name, text))


def lesson_of(name: object) -> str:
    """The stem of the lesson that is named, or to which the exam point named belongs."""
    return find(name)[0]


def _names_of_lesson(lesson: course.Lesson) -> set[str]:
    title = {lesson.title.in_language(language).casefold() for language in LANGUAGES}
    return {lesson.stem, lesson.stem.partition("-")[2], lesson.module, str(lesson.number), f"{lesson.number:02}", *title}


def _names_of_point(point: course.ExamPoint) -> set[str]:
    return {point.id, *(form.casefold() for form in point.term.forms)}


def _unknown(name: object, text: str) -> str:
    known = [each for lesson in course.lessons() for each in sorted(_names_of_lesson(lesson)) if len(each) > 2]
    known += [each for point in course.all_points().values() for each in _names_of_point(point)]
    close = difflib.get_close_matches(text, known, n=3, cutoff=0.6)
    key = "revision.unknown_close" if close else "revision.unknown"
    return message(key, received=name, close=listing(close), lessons=listing(lesson.stem for lesson in course.lessons()))


def by_point(cards: Iterable[Card]) -> dict[str, list[Card]]:
    """The cards of each exam point; a card that asks several stands with each."""
    found: dict[str, list[Card]] = {}
    for card in cards:
        for point in card.points:
            found.setdefault(point, []).append(card)
    return found
