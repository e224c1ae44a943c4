"""Questions to be answered in sentences, which learners mark themselves by the model answer."""

from __future__ import annotations

import html
import re

from crmlib import course
from crmlib.language import message
from crmlib.questions.asked import Asked, with_marks

PASS = 0.6  # the share of the marks below which a written answer is to be read again


class Written(Asked):
    """Sentences to write: model answer and marking points come when they are asked for, and learners mark themselves."""

    form = "written"

    def details(self) -> dict:
        return {"parts": [self._asked(part) for part in self.question.written]}

    def _asked(self, part: course.Written) -> str:
        """What a part of a case asks; a short answer's own text is the question already."""
        text = message("self_check.your_answer") if self.question.kind == "short" else str(part.text)
        return text if re.search(rf"[(（]{part.marks:g} ?(?:marks?|分)[)）]$", text) else with_marks(text, part.marks)

    def answer(self, given) -> None:
        """``given`` holds, for every part that was compared, the numbers of the marking points that the learner ticked."""
        parts = self.question.written
        self.given = {str(part): [int(point) for point in points] for part, points in (given or {}).items()}
        self.share = self.earned / self.marks
        self.reply = {"mark": "", "lines": [], "parts": {part: self._compared(parts[int(part)], self.given[part]) for part in self.given}}

    def _compared(self, part: course.Written, ticked: list[int]) -> dict:
        earned = sum(part.marking[place].marks for place in ticked)
        return {
            "answer": str(part.answer),
            "points": [with_marks(point.text, point.marks) for point in part.marking],
            "ticked": ticked,
            "earned": message("self_check.earned", earned=f"{earned:g}", marks=f"{part.marks:g}"),
        }

    @property
    def earned(self) -> float:
        return sum(self.question.written[int(part)].marking[place].marks for part, ticked in (self.given or {}).items() for place in ticked)

    @property
    def marks(self) -> float:
        return sum(part.marks for part in self.question.written)

    @property
    def right(self) -> bool:
        return bool(self.given) and self.earned >= PASS * self.marks

    @property
    def read_again(self) -> bool:
        return not self.right

    def printed(self) -> str:
        return "".join(self._printed_part(part) for part in self.question.written)

    def _printed_part(self, part: course.Written) -> str:
        points = "".join(f"<li>{html.escape(with_marks(point.text, point.marks))}</li>" for point in part.marking)
        asked = html.escape(self._asked(part))
        opened = f"<details><summary>{html.escape(message('self_check.model_answer'))}</summary><p>{html.escape(str(part.answer))}</p>"
        return f"<p>{asked}</p>{opened}<p>{html.escape(message('self_check.points'))}</p><ul>{points}</ul></details>"
