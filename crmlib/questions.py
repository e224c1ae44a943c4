"""Revision questions as they are asked: what the page is told, what is said to each try, what stands on paper.

A kind of question is one small class: how it is answered on the page (``form``), what is shown, and ``judge``. What is
shown never holds the key. The first wrong try earns a hint without the answer, the second is told what is missing.
"""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass

from crmlib import course
from crmlib.check.kinds import Number
from crmlib.check.reading import Unreadable, carefully
from crmlib.check.verdict import misconception
from crmlib.language import message

PASS = 0.6  # the share of the marks below which a written answer is to be read again


@dataclass(frozen=True, slots=True)
class Judged:
    """A try: right or not, what to say to a first wrong try, and what to say to a later one (or to a right one)."""

    right: bool
    hints: tuple[str, ...]
    told: tuple[str, ...]


def ask(question: course.Question) -> Asked:
    """The question, ready to be asked and answered.

    >>> from crmlib import course
    >>> ask(course.questions("09-loyalty-economics")[0]).reply
    {}
    """
    return KINDS[question.kind](question)


def shuffled(question: course.Question) -> tuple[course.QuestionOption, ...]:
    """The options in an order that looks drawn and is always the same for this question, wherever it stands."""
    return tuple(sorted(question.options, key=lambda option: hashlib.sha256(f"{question.id}/{option.id}".encode()).digest()))


class Asked:
    """What all kinds share: the tries, and the reply to the last of them."""

    form = ""

    def __init__(self, question: course.Question):
        self.question = question
        self.given: object = None
        self.tries: list[bool] = []  # right or wrong, try by try
        self.reply: dict = {}

    @property
    def right(self) -> bool:
        return self.reply.get("mark") == "right"

    @property
    def read_again(self) -> bool:
        """Whether the learner should read about it again: not right at the first try."""
        return not any(self.tries[:1])

    def shown(self) -> dict:
        """What the page needs to ask the question."""
        return {"id": self.question.id, "form": self.form, "text": str(self.question.text), "given": self.given, **self.details()}

    def details(self) -> dict:
        return {}

    def judge(self, given) -> Judged:
        raise NotImplementedError

    def answer(self, given) -> None:
        """Judge an answer; an empty one takes the last reply away, the same one again is no new try."""
        if not given:
            self.given, self.reply = given, {}
            return
        if given == self.given and self.reply:
            return
        self.given = given
        try:
            judged = carefully(self.judge, given)
        except Unreadable as error:
            self.reply = _reply("unreadable", str(error))
            return
        self.tries.append(judged.right)
        told = judged.right or self.tries.count(False) > 1
        self.reply = _reply("right" if judged.right else "wrong", *(judged.told if told else judged.hints))

    def hint(self) -> str:
        """The author's hint, else what to read again."""
        return str(self.question.hint) if self.question.hint else message("self_check.read_again", term=course.point(self.question.point).term)

    def printed(self) -> str:
        """The question for a page without a kernel."""
        return ""


class Choice(Asked):
    """One right option."""

    form = "choice"

    def details(self) -> dict:
        return {"options": [{"id": option.id, "text": str(option.text)} for option in shuffled(self.question)]}

    def judge(self, given) -> Judged:
        options = {option.id: option for option in self.question.options}
        chosen = options[given]
        due = next(option for option in self.question.options if option.right)
        if chosen.right:
            return Judged(True, (), (str(chosen.why), str(self.question.why)))
        return Judged(False, (self.hint(),), (str(chosen.why), message("self_check.due", text=_plain(due)), str(self.question.why)))

    def printed(self) -> str:
        return "<ul>" + "".join(f"<li>{html.escape(str(option.text))}</li>" for option in shuffled(self.question)) + "</ul>"


class Several(Choice):
    """Any number of right options."""

    form = "several"

    def judge(self, given) -> Judged:
        chosen = set(given)
        missing = [option for option in self.question.options if option.right and option.id not in chosen]
        extra = [option for option in self.question.options if not option.right and option.id in chosen]
        if not missing and not extra:
            return Judged(True, (), (str(self.question.why),))
        count = message("self_check.count", right=len(chosen) - len(extra), extra=len(extra), missing=len(missing))
        told = [message("self_check.missing", text=_plain(option), why=option.why) for option in missing]
        told += [message("self_check.extra", text=_plain(option), why=option.why) for option in extra]
        return Judged(False, (count, self.hint()), tuple(told))


class Figure(Asked):
    """A number to type."""

    form = "number"

    def details(self) -> dict:
        return {"hint": message("self_check.number_hint")}

    def judge(self, given) -> Judged:
        kind = Number(self.question.key, self.question.unit, self.question.relative)
        number = kind.read(given)
        verdict = kind.score(number)
        if verdict.right:
            return Judged(True, (), (str(self.question.why),))
        named = next((wrong for wrong in self.question.wrong if kind.equals_wrong(number, wrong.answer)), None)
        reasons = verdict.reasons if named is None else (misconception(named.misconception) if named.misconception else str(named.why),)
        hints = reasons if named and not self.question.hint else (*reasons, self.hint())  # a named mistake is hint enough
        return Judged(False, hints, (*reasons, str(self.question.why)))


class Written(Asked):
    """Sentences to write: model answer and marking points come when they are asked for, and learners mark themselves."""

    form = "written"

    def details(self) -> dict:
        return {"parts": [self._asked(part) for part in self.question.written]}

    def _asked(self, part: course.Written) -> str:
        """What a part of a case asks; a short answer's own text is the question already."""
        return _with_marks(message("self_check.your_answer") if self.question.kind == "short" else part.text, part.marks)

    def answer(self, given) -> None:
        """``given`` holds, for every part that was compared, the numbers of the marking points that the learner ticked."""
        self.given = {str(part): [int(point) for point in points] for part, points in (given or {}).items()}
        self.reply = {"mark": "", "lines": [], "parts": {part: self._compared(self.question.written[int(part)], self.given[part]) for part in self.given}}

    def _compared(self, part: course.Written, ticked: list[int]) -> dict:
        earned = sum(part.marking[place].marks for place in ticked)
        return {
            "answer": str(part.answer),
            "points": [_with_marks(point.text, point.marks) for point in part.marking],
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
        points = "".join(f"<li>{html.escape(_with_marks(point.text, point.marks))}</li>" for point in part.marking)
        asked = html.escape(self._asked(part))
        opened = f"<details><summary>{html.escape(message('self_check.model_answer'))}</summary><p>{html.escape(str(part.answer))}</p>"
        return f"<p>{asked}</p>{opened}<p>{html.escape(message('self_check.points'))}</p><ul>{points}</ul></details>"


KINDS = {"choice": Choice, "several": Several, "number": Figure, "short": Written, "case": Written}


def _reply(mark: str, *lines: str) -> dict:
    return {"mark": mark, "said": message(f"self_check.{mark}"), "lines": list(lines)}


def _plain(option: course.QuestionOption) -> str:
    return str(option.text).rstrip(".。")


def _with_marks(text: object, marks: float) -> str:
    return message("self_check.with_one_mark" if marks == 1 else "self_check.with_marks", text=text, marks=f"{marks:g}")
