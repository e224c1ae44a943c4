"""Revising in the notebook: the self-check's page, fed by a session, with a choice of topics and a rating for written answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import traitlets

from crmlib import course
from crmlib.explorers.page import script, style
from crmlib.explorers.self_check import HERE, SelfCheck
from crmlib.language import message
from crmlib.questions import Calculation
from crmlib.revision.cards import by_point, find, select
from crmlib.revision.progress import Progress, mine
from crmlib.revision.reading import section
from crmlib.revision.session import USUAL, Session, Turn, begin, more

_OWN = Path(__file__).parent
RATINGS = ("again", "hard", "good", "easy")
TODAY, FURTHER = "today", "further"
WORDS = ("topic", "start", "once_more", "read")


def quiz(*about: object, n: int | None = None) -> Quiz:
    """Cards to answer in the notebook: of today's plan, or on the lessons and exam points named."""
    return Quiz(mine(), *about, n=n)


class Face(SelfCheck):
    """The page of everything that is revised: a self-check's, and what stands round it."""

    _esm = script(HERE / "self_check.js", _OWN / "face.js")
    _css = style(HERE / "self_check.css", _OWN / "face.css")

    topics: traitlets.List = traitlets.List().tag(sync=True)
    topic = traitlets.Unicode().tag(sync=True)
    rating = traitlets.Dict().tag(sync=True)
    read: traitlets.List = traitlets.List().tag(sync=True)
    notices: traitlets.List = traitlets.List().tag(sync=True)
    spots = traitlets.Dict().tag(sync=True)
    sitting = traitlets.Dict().tag(sync=True)

    def __init__(self, progress: Progress):
        self.progress = progress
        super().__init__([])
        self.name = message("revision.name")
        self.words = {**self.words, **{name: message(f"revision.quiz_{name}") for name in WORDS}}
        self.tell()

    def tell(self) -> None:
        """Show what the learner should know about the progress file."""
        self.notices = list(self.progress.notices)


class Quiz(Face):
    """A session on the page: one card at a time, and at the end what to read again."""

    def __init__(self, progress: Progress, *about: object, n: int | None = None, waiting: bool = False):
        self.n = USUAL if n is None else n
        self.session = Session(progress, []) if waiting else _session(progress, about, self.n)
        super().__init__(progress)
        self.one_at_a_time = True
        if not waiting:
            self.topics, self.topic = _topics(), _topic(about)
            self.go(1)

    def begin(self, topic: str) -> None:
        """Begin anew: with today's cards, further ones, a lesson's or an exam point's."""
        about = () if topic in (TODAY, FURTHER) else (topic,)
        self.session = more(self.progress, self.n) if topic == FURTHER else _session(self.progress, about, self.n)
        self.topic, self.replies = topic, {}
        self.go(1)

    # ---- what the page does ----------------------------------------------------------------------------------------

    def answer(self, id: str, given: Any) -> dict:
        """Answer a card; what can be read is kept at once."""
        turn = self._turn(id)
        reply = self.session.answer(given, turn)
        self.said += 1
        with self.hold_sync():
            self.replies = {**self.replies, id: {**reply, "number": self.said}}
            self._show_rating(turn)
            self.tell()
        return reply

    def again(self, id: str) -> None:
        """Ask a calculation with other figures."""
        asked = self._turn(id).asked
        if isinstance(asked, Calculation):
            asked.again()
        self.replies = {other: reply for other, reply in self.replies.items() if other != id}
        self.go(self.place)

    def rate(self, rating: int) -> None:
        """Say how well the written answer on the page was known."""
        turn = self.session.turns[self.place - 1]
        self.session.rate(rating, turn)
        self._show_rating(turn)
        self.tell()

    def go(self, place: int) -> None:
        """Show a card that was asked already, or the next; past the last one stands the summary."""
        session = self.session
        place = min(max(int(place), 1), len(session.turns) + 1)
        if place > len(session.turns):
            session.next()
        turns = session.turns
        self.asked, self.place = [turn.asked for turn in turns], place
        over = place > len(turns)
        with self.hold_sync():
            self.shown = [] if over else [{**turns[place - 1].asked.shown(), "id": _name(turns, place), "place": place}]
            self.steps = self._steps(place, over)
            self.end = self._end() if over else {}
            self.read = [leads(point) for point in session.missed_points] if over else []
            self._show_rating(None if over else turns[place - 1])
            self.tell()

    def _steps(self, place: int, over: bool) -> dict:
        count = len(self.session.turns) + len(self.session.queue)
        if over:
            return {"place": place, "count": count, "words": ""} if count else {}
        turn = self.session.turns[place - 1]
        at = message("self_check.place", place=place, count=count)
        words = message("revision.card_head", place=at, number=course.lesson(turn.card.lesson).number, term=course.point(turn.card.point).term)
        return {"place": place, "count": count, "words": words}

    def _show_rating(self, turn: Turn | None) -> None:
        if turn is None or not turn.written or len(turn.asked.given or {}) < len(turn.card.question.written):
            self.rating = {}
            return
        words = [message(f"revision.rating_{name}") for name in RATINGS]
        chosen = int(turn.rating) if turn.rating else 0
        self.rating = {
            "ask": message("revision.rating_kept" if chosen else "revision.rating_ask"),
            "words": words,
            "suggested": int(turn.suggested),
            "chosen": chosen,
        }

    def _end(self) -> dict:
        session = self.session
        if not session.turns:
            return {"lines": [message("revision.nothing_left")], "heading": "", "again": []}
        lines = [message("revision.end", right=session.right, count=len(session.first_turns))]
        return {"lines": lines, "heading": message("self_check.end_read" if session.missed_points else "self_check.end_nothing"), "again": []}

    def _turn(self, id: str) -> Turn:
        turns = self.session.turns
        return next(turn for place, turn in enumerate(turns, start=1) if _name(turns, place) == id)

    def _heard(self, widget, content, buffers) -> None:
        if content.get("do") == "rate":
            self.rate(content["rating"])
        elif content.get("do") == "begin":
            self.begin(content["topic"])
        else:
            super()._heard(widget, content, buffers)


def _session(progress: Progress, about: tuple, n: int) -> Session:
    """What was asked for; where nothing is due today, what brings most marks."""
    found = begin(progress, *about, n=n)
    return found if found.queue or about else more(progress, n)


def _name(turns: list[Turn], place: int) -> str:
    """What the page calls a card: its id, with a number where it is asked once more."""
    turn = turns[place - 1]
    before = sum(other.card.id == turn.card.id for other in turns[: place - 1])
    return f"{turn.card.id}-{before}" if before else turn.card.id


def leads(point: str) -> dict:
    """An exam point with the address of its section and what names a quiz on it."""
    found = section(point)
    return {"text": str(course.point(point).term), "section": found.heading, "link": found.link, "topic": point}


def _topics() -> list[dict]:
    """What the learner can choose: today's cards, further ones, and every lesson with its exam points that are asked."""
    asked = by_point(select())
    found: list[dict] = [{"value": value, "text": message(f"revision.topic_{value}")} for value in (TODAY, FURTHER)]
    for lesson in course.lessons():
        points = [point for point in course.points(lesson.stem) if point.id in asked]
        if points:
            whole = {"value": lesson.stem, "text": message("revision.topic_lesson", number=lesson.number)}
            found.append({"group": f"{lesson.number}. {lesson.title}", "options": [whole, *({"value": point.id, "text": str(point.term)} for point in points)]})
    return found


def _topic(about: tuple) -> str:
    if len(about) != 1 or isinstance(about[0], (list, tuple, set)):
        return "" if about else TODAY
    stem, point = find(about[0])
    return point or stem
