"""A mock paper in the notebook: the whole paper on the page, a clock, and after handing in the marks and what to read."""

from __future__ import annotations

import html
from typing import Any

from crmlib.language import message, wording
from crmlib.questions import Asked
from crmlib.questions.asked import with_marks
from crmlib.revision import keys, views
from crmlib.revision.cards import select
from crmlib.revision.exam import Exam
from crmlib.revision.notebook_face import Face, leads
from crmlib.revision.paper import FULL_MINUTES, draw
from crmlib.revision.printed import section_heading
from crmlib.revision.progress import Progress, mine


def mock_exam(*about: object, minutes: int = FULL_MINUTES, seed: object = None) -> MockExam:
    """A mock paper against the clock; the same minutes and seed give the same paper, on all lessons or on those named."""
    return MockExam(mine(), *about, minutes=minutes, seed=seed)


class MockExam(Face):
    """A paper that is ready, running, or marked."""

    def __init__(self, progress: Progress, *about: object, minutes: int = FULL_MINUTES, seed: object = None):
        self.paper = draw(minutes=minutes, seed=seed, cards=select(*about) if about else None)
        self.exam = Exam(progress, self.paper)
        super().__init__(progress)
        self.name = message("revision.paper_title", name=self.paper.name)
        self.words = {**self.words, "check": message("revision.mock_note")}
        self._headings = {str(part.items[0].number): section_heading(self.paper, number) for number, part in enumerate(self.paper.sections)}
        if self.exam.running and not self.exam.seconds_left:
            self.exam.hand_in()  # the time ran out while nobody was here
        self._show()

    # ---- what the page does ----------------------------------------------------------------------------------------

    def start(self) -> None:
        """The clock runs."""
        self.exam.start()
        self._show()

    def answer(self, id: str, given: Any) -> dict:
        """While the clock runs an answer is noted; afterwards a written one is compared with the model answer."""
        number = int(id.rpartition("-")[2])
        if self.exam.ended is not None:
            reply = self.exam.tick(number, given) if self._written(number) else self._marked(number)
            self.sitting = self._sitting()
        elif not self.exam.seconds_left:
            self.hand_in()
            return self.replies.get(id, {})
        else:
            self.exam.note(number, given)
            reply = {"mark": "noted", "said": message("revision.mock_noted"), "lines": []} if number in self.exam.noted else {}
        self.said += 1
        self.replies = {**self.replies, id: {**reply, "number": self.said}}
        self.tell()
        return reply

    def hand_in(self) -> None:
        """The end: marks by lesson, what to read, and model answers for the rest."""
        self.exam.hand_in()
        self._show()

    def go(self, place: int) -> None:
        """All questions stand on one page."""

    def _show(self) -> None:
        exam = self.exam
        with self.hold_sync():
            self.asked = list(exam.asked.values())
            self.shown = [] if exam.started is None else [self._question(number, asked) for number, asked in exam.asked.items()]
            if exam.ended is not None:
                self.said += 1
                self.replies = {self._id(number): {**self._marked(number), "number": self.said} for number in exam.asked if not self._written(number)}
                self.read = [{**leads(point), "topic": ""} for point in exam.to_read]
            elif exam.running:
                noted = {"mark": "noted", "said": message("revision.mock_noted"), "lines": []}
                self.replies = {self._id(number): {**noted, "number": self.said} for number in exam.noted}
            self.sitting = self._sitting()
            self.tell()

    def _question(self, number: int, asked: Asked) -> dict:
        """As it is asked: with its marks, without other figures, and with what was noted."""
        shown = asked.shown()
        written = self._written(number)  # its own text says the marks
        text = shown["text"] if written else with_marks(shown["text"], self.exam.items[number].marks)
        given = None if written else self.exam.noted.get(number)
        if shown["form"] == "ordering" and given:
            shown["options"] = sorted(shown["options"], key=lambda option: given.index(option["id"]))
        return {**shown, "text": text, "id": self._id(number), "place": number, "again": False, "given": given if given is not None else shown["given"]}

    def _id(self, number: int) -> str:
        return f"{self.paper.name}-{number}"

    def _written(self, number: int) -> bool:
        return bool(self.exam.items[number].card.question.written)

    def _marked(self, number: int) -> dict:
        asked, earned, marks = self.exam.asked[number], self.exam.earned(number), self.exam.items[number].marks
        right = earned == marks
        lines = [message("self_check.earned", earned=f"{earned:g}", marks=f"{marks:g}")]
        lines += [] if right else [message("revision.mock_key", answer=self.exam.key(number)), *asked.reply.get("lines", ())[:1]]
        mark = "right" if right else "wrong"
        return {"mark": mark, "said": message("self_check.right" if right else "revision.mock_wrong"), "lines": [*lines, keys.why(asked)]}

    def _sitting(self) -> dict:
        exam, paper = self.exam, self.paper
        about = message("revision.paper_about", minutes=paper.minutes, marks=f"{paper.marks:g}", count=len(paper.items))
        found: dict = {"title": message("revision.paper_title", name=paper.name), "headings": self._headings, "lines": [about]}
        if exam.started is None:
            return {
                **found,
                "state": "ready",
                "lines": [about, *self._headings.values(), message("revision.mock_page_how")],
                "start": message("revision.mock_begin"),
            }
        if exam.ended is None:
            ends = exam.started.timestamp() + paper.minutes * 60
            return {**found, "state": "running", "ends": ends, "left": wording("revision.minutes_left"), "hand_in": message("revision.mock_hand_in")}
        table = views.by_lesson_table(exam.by_lesson)
        lines = [message("revision.mock_result", earned=f"{exam.total:g}", marks=f"{paper.marks:g}")]
        if any(self._written(number) for number in exam.items):
            lines.append(message("revision.mock_compare"))
        return {**found, "state": "marked", "lines": lines, "marks": {"caption": table.caption, "headings": table.headings, "rows": table.rows}}

    def _heard(self, widget, content, buffers) -> None:
        match content.get("do"):
            case "start":
                self.start()
            case "hand_in":
                self.hand_in()
            case _:
                super()._heard(widget, content, buffers)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        lines = [self._sitting()["title"], *self._sitting()["lines"]]
        return {**data, "text/html": "".join(f"<p>{html.escape(line)}</p>" for line in lines), "text/plain": "\n".join(lines)}
