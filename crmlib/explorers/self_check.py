"""Self-check: revision questions in the notebook, with the reason for every answer at once. Nothing is stored unless the learner agrees.

One widget shows all: the questions of a section below each other, those of a whole lesson one at a time. The page holds
only what is asked; Python judges every answer and says what to show.
"""

from __future__ import annotations

import html
import random
from pathlib import Path
from typing import TYPE_CHECKING

import anywidget
import traitlets

from crmlib import course
from crmlib.explorers.page import script, style
from crmlib.language import listing, message, page_language, wording
from crmlib.questions import Calculation, Written, ask
from crmlib.show import Html

if TYPE_CHECKING:
    from crmlib.revision.counting import Counting

HERE = Path(__file__).parent
WORDS = (
    "check", "back", "next", "finish", "choose_several", "compare", "answer", "marking", "silent",
    "judge", "reason", "choose", "put_in_order", "up", "down", "at_place", "again",
)  # fmt: skip


def self_check(lesson: str, *points: str) -> SelfCheck:
    """The questions about the exam points named; without any, all of the lesson, one at a time with a count at the end.

    A question whose points reach over several lessons closes a lesson: only the check of the whole lesson asks it.
    """
    known = [point.id for point in course.points(lesson)]
    for point in points:
        if point not in known:
            raise course.CourseError(message("course.no_such_entry", file=f"course/points/{lesson}.toml", received=point, some=", ".join(known)))
    wanted = [question for question in course.lesson_questions(lesson) if not points or (question.point in points and set(question.points) <= set(known))]
    return SelfCheck(wanted, one_at_a_time=not points)


class SelfCheck(anywidget.AnyWidget):
    """Several questions, below each other or one at a time."""

    _esm = script(HERE / "self_check.js")
    _css = style(HERE / "self_check.css")

    language = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    shown: traitlets.List = traitlets.List().tag(sync=True)
    replies = traitlets.Dict().tag(sync=True)
    steps = traitlets.Dict().tag(sync=True)
    end = traitlets.Dict().tag(sync=True)
    consent = traitlets.Dict().tag(sync=True)

    def __init__(self, questions, *, one_at_a_time: bool = False):
        seed = random.SystemRandom().randrange(1, 1_000_000)  # a check opened again asks with other figures
        self.asked = [ask(question, seed=seed) for question in questions]
        self.said = 0
        self._counting: Counting | None = None
        self.one_at_a_time, self.place = one_at_a_time and len(self.asked) > 1, 1
        title = course.lesson(questions[0].lesson).title if questions else ""
        super().__init__(
            language=page_language(),
            name=message("self_check.name", lesson=title),
            words={name: wording(f"self_check.{name}") for name in WORDS},
        )
        self.go(1)
        self.on_msg(self._heard)

    def answer(self, id: str, given) -> dict:
        """Answer a question: an option's id, a list of them, a typed number, or the marking points ticked; gives the reply."""
        asked = next(asked for asked in self.asked if asked.question.id == id)
        asked.answer(given)
        self.said += 1  # so that the page hears of every reply, also of one that says the same again
        self.replies = {**self.replies, id: {**asked.reply, "number": self.said}}
        self._count(asked)
        return asked.reply

    def _count(self, asked) -> None:
        """Answers count for revision where the learner has agreed; who has not been asked yet is asked once."""
        from crmlib.revision.counting import Counting

        self._counting = self._counting or Counting()
        self.consent = self._counting.heard(asked) or self.consent

    def again(self, id: str) -> None:
        """Ask a calculation with other figures."""
        asked = next(asked for asked in self.asked if asked.question.id == id)
        if isinstance(asked, Calculation):
            asked.again()
            self.replies = {other: reply for other, reply in self.replies.items() if other != id}
            self.go(self.place)

    def go(self, place: int) -> None:
        """Show another question of a check that asks one at a time; past the last one stands the count."""
        count = len(self.asked)
        self.place = min(max(int(place), 1), count + 1)
        seen = self.asked if not self.one_at_a_time else self.asked[self.place - 1 : self.place]
        first = 1 if not self.one_at_a_time else self.place
        with self.hold_sync():  # one message, so that the page never draws a half
            self.shown = [{**asked.shown(), "place": place} for place, asked in enumerate(seen, start=first)]
            if self.one_at_a_time:
                words = message("self_check.place", place=self.place, count=count) if self.place <= count else ""
                self.steps = {"place": self.place, "count": count, "words": words}
            self.end = self._end() if self.place > count else {}

    def _end(self) -> dict:
        """The count, and what to read again with the question's place to go back to."""
        written = [asked for asked in self.asked if isinstance(asked, Written)]
        judged = [asked for asked in self.asked if asked not in written]
        lines = []
        if judged:
            lines.append(message("self_check.end", right=sum(not asked.read_again for asked in judged), count=len(judged)))
        later, still_open = sum(asked.right and asked.read_again for asked in judged), sum(not asked.given for asked in self.asked)
        lines += [message(f"self_check.{name}", count=count) for name, count in (("end_later", later), ("end_open", still_open)) if count]
        if any(asked.given for asked in written):
            earned, marks = sum(asked.earned for asked in written), sum(asked.marks for asked in written)
            lines.append(message("self_check.end_marks", earned=f"{earned:g}", marks=f"{marks:g}"))
        places: dict[str, list[int]] = {}
        for place, asked in enumerate(self.asked, start=1):
            if asked.read_again:
                places.setdefault(asked.question.point, []).append(place)
        again = [
            {"place": found[0], "text": message("self_check.go_to", term=course.point(point).term, places=listing(found))} for point, found in places.items()
        ]
        return {"lines": lines, "heading": message("self_check.end_read" if again else "self_check.end_nothing"), "again": again}

    def _heard(self, _, content, buffers) -> None:
        if content.get("do") == "answer":
            self.answer(content["id"], content["given"])
        elif content.get("do") == "go":
            self.go(content["place"])
        elif content.get("do") == "again":
            self.again(content["id"])
        elif content.get("do") == "count" and self._counting:
            self.consent = self._counting.decide(content["yes"])

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        printed = Html("".join(f"<p>{place}. {html.escape(str(asked.question.text))}</p>{asked.printed()}" for place, asked in enumerate(self.asked, start=1)))
        return {**data, "text/html": printed.source, "text/plain": printed.text}
