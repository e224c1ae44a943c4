"""A mock paper that is being sat: answers noted until it is handed in, then marked where a machine can, and by the learner elsewhere."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from crmlib import course
from crmlib.check.reading import Unreadable
from crmlib.language import listing
from crmlib.questions import Asked
from crmlib.revision import keys
from crmlib.revision.dates import now
from crmlib.revision.memory import Rating
from crmlib.revision.paper import Item, Paper
from crmlib.revision.progress import Progress, Review, Sitting
from crmlib.revision.session import rating_of

READ_BELOW = 0.6  # the share of its marks below which a question's exam point is to be read again


class Exam:
    """One sitting. What is noted is kept in the progress file, so that a crash costs neither answers nor time."""

    def __init__(self, progress: Progress, paper: Paper):
        self.progress, self.paper = progress, paper
        self.asked: dict[int, Asked] = {item.number: item.card.asked(paper.number) for item in paper.items}
        self.items: dict[int, Item] = {item.number: item for item in paper.items}
        self.noted: dict[int, Any] = {}
        self.started: datetime | None = None
        self.ended: datetime | None = None
        self._take_up()

    # ---- before and while ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """The clock runs from here."""
        if self.started is None:
            self.started = now()
            self._keep_draft()

    @property
    def running(self) -> bool:
        return self.started is not None and self.ended is None

    @property
    def seconds_left(self) -> float:
        if self.started is None:
            return self.paper.minutes * 60
        return max((self.started + timedelta(minutes=self.paper.minutes) - now()).total_seconds(), 0)

    def note(self, number: int, given: Any) -> None:
        """Take an answer down; the last one counts, an empty one takes it back."""
        if given in (None, "", [], {}):
            self.noted.pop(number, None)
        else:
            self.noted[number] = given
        self._keep_draft()

    @property
    def unanswered(self) -> list[int]:
        return [number for number, item in self.items.items() if number not in self.noted and not item.card.question.written]

    # ---- marking ---------------------------------------------------------------------------------------------------

    def hand_in(self) -> None:
        """End it and mark what can be marked; those answers count for revision as well."""
        if self.ended is not None:
            return
        self.ended = now()
        for number, given in self.noted.items():
            asked = self.asked[number]
            if self.items[number].card.question.written:
                continue
            try:
                asked.answer(given)
            except (KeyError, TypeError, ValueError, Unreadable):  # a draft of an older bank
                continue
        for item in self.paper.items:
            if not item.card.question.written and item.number in self.noted:
                self.progress.record(self._review(item, rating_of(self.asked[item.number].share)))
        self.progress.set(self._name, None)
        self._keep_result()

    def tick(self, number: int, given: dict) -> dict:
        """Learners compare a written answer with the model answer and tick the marking points that it has."""
        asked, item = self.asked[number], self.items[number]
        asked.answer(given)
        if len(asked.given) == len(item.card.question.written):
            self.progress.amend(self._review(item, rating_of(asked.share)))
        self._keep_result()
        return asked.reply

    def earned(self, number: int) -> float:
        """The marks of a question, to half a mark."""
        return round(self.items[number].marks * self.asked[number].share * 2) / 2

    def key(self, number: int) -> str:
        """The right answer of a question in one line."""
        return listing(keys.said(self.asked[number]))

    @property
    def total(self) -> float:
        return sum(self.earned(number) for number in self.items)

    @property
    def by_lesson(self) -> dict[str, tuple[float, float]]:
        found = {lesson.stem: [0.0, 0.0] for lesson in course.lessons()}
        for number, item in self.items.items():
            found[item.card.lesson][0] += self.earned(number)
            found[item.card.lesson][1] += item.marks
        return {stem: (earned, marks) for stem, (earned, marks) in found.items() if marks}

    @property
    def to_read(self) -> list[str]:
        """The exam points to read again, those that cost most marks first."""
        lost: dict[str, float] = {}
        for number, item in self.items.items():
            if self.earned(number) < READ_BELOW * item.marks:
                lost[item.card.point] = lost.get(item.card.point, 0) + item.marks - self.earned(number)
        return sorted(lost, key=lambda point: -lost[point])

    # ---- keeping ---------------------------------------------------------------------------------------------------

    def _review(self, item: Item, rating: Rating) -> Review:
        return Review(item.card.id, item.card.point, item.card.lesson, self.ended or now(), int(rating), None, "mock")

    def _keep_result(self) -> None:
        if self.started and self.ended:
            self.progress.keep_sitting(Sitting(self.paper.name, self.started, self.ended, self.paper.marks, self.total, self.by_lesson))

    @property
    def _name(self) -> str:
        return f"mock {self.paper.name}"

    def _keep_draft(self) -> None:
        if self.started and self.ended is None:
            ids = {str(number): item.card.id for number, item in self.items.items()}
            self.progress.set(self._name, json.dumps({"started": self.started.isoformat(), "noted": self.noted, "cards": ids}))

    def _take_up(self) -> None:
        """An interrupted sitting of the same paper goes on, with the time that is left."""
        try:
            draft = json.loads(self.progress.setting(self._name) or "")
            if draft["cards"] != {str(number): item.card.id for number, item in self.items.items()}:
                return  # the bank has grown, and the paper is another one
            self.started = datetime.fromisoformat(draft["started"])
            self.noted = {int(number): given for number, given in draft["noted"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            return
