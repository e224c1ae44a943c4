"""What all kinds of questions share: the tries, the replies, and the order in which options are shown."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from crmlib import course
from crmlib.check.reading import Unreadable, carefully
from crmlib.language import message


@dataclass(frozen=True, slots=True)
class Judged:
    """A try: right or not, what to say to a first wrong try, and what to say to a later one (or to a right one).

    ``share`` is how much of the answer is right, from 0 to 1, for whoever gives marks.
    """

    right: bool
    hints: tuple[str, ...]
    told: tuple[str, ...]
    share: float = 0.0


def shuffled(question: course.Question) -> tuple[course.QuestionOption, ...]:
    """The options in an order that looks drawn and is always the same for this question, wherever it stands."""
    return tuple(sorted(question.options, key=lambda option: hashlib.sha256(f"{question.id}/{option.id}".encode()).digest()))


class Asked:
    """What all kinds share: the tries, and the reply to the last of them."""

    form = ""

    def __init__(self, question: course.Question):
        self.question = question
        self.given: Any = None
        self.tries: list[bool] = []  # right or wrong, try by try
        self.reply: dict = {}
        self.share = 0.0  # how much of the last answer is right, from 0 to 1

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
            self.given, self.reply, self.share = given, {}, 0.0
            return
        if given == self.given and self.reply:
            return
        self.given = given
        try:
            judged = carefully(self.judge, given)
        except Unreadable as error:
            self.share = 0.0
            self.reply = reply("unreadable", str(error))
            return
        self.tries.append(judged.right)
        self.share = 1.0 if judged.right else judged.share
        told = judged.right or self.tries.count(False) > 1
        self.reply = reply("right" if judged.right else "wrong", *(judged.told if told else judged.hints))

    def hint(self) -> str:
        """The author's hint, else what to read again."""
        return str(self.question.hint) if self.question.hint else message("self_check.read_again", term=course.point(self.question.point).term)

    def printed(self) -> str:
        """The question for a page without a kernel."""
        return ""


def reply(mark: str, *lines: str) -> dict:
    """What the page shows below a question."""
    return {"mark": mark, "said": message(f"self_check.{mark}"), "lines": list(lines)}


def plain(text: object) -> str:
    """A text without its full stop, to stand inside a sentence."""
    return str(text).rstrip(".。")


def with_marks(text: object, marks: float) -> str:
    return message("self_check.with_one_mark" if marks == 1 else "self_check.with_marks", text=text, marks=f"{marks:g}")
