"""How a check speaks: the reasons it prints, the points it returns, the error when a form is wrong."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import east_asian_width

from crmlib import course
from crmlib.check.reading import shown
from crmlib.language import message

recorded: deque[dict] = deque(maxlen=200)  # what graded checks found, for whoever must explain the marks; nothing prints it


WIDEST = 83  # columns of a line of an error: nbgrader's Validate cuts off what is longer


class FormError(AssertionError):
    """An answer that is missing or cannot be read; shown as one sentence that names its exercise, without a traceback."""

    def __init__(self, text: str = "", part: str = ""):
        super().__init__(of_part(text, part))
        self.part = part

    def _render_traceback_(self) -> list[str]:
        # IPython asks an exception for this: a student needs the sentence, not our source lines.
        return [in_lines(str(self) if self.part else f"{message('check.form_heading')} {self}")]


def of_part(text: str, part: str) -> str:
    """A sentence about a part of an exercise such as "9.1d"."""
    return message("check.of_part", part=part, text=text) if part else text


def in_lines(text: str) -> str:
    """Text in lines that fit a narrow window, because Validate and error outputs break none; Chinese breaks anywhere.

    >>> max(len(line) for line in in_lines("word " * 40).splitlines()) <= WIDEST
    True
    """
    lines, line, wide = [], "", 0
    for word in re.findall(r"[\u2e80-\uffef][，。；：！？、）”》]*|[^\s\u2e80-\uffef]+|\s", text):
        width = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in word)
        if word == "\n" or (line and wide + width > WIDEST):
            lines.append(line.rstrip())
            line, wide = "", 0
        if line or not word.isspace():
            line, wide = line + word, wide + width
    return "\n".join([*lines, line.rstrip()])


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much of an answer is right (0 to 1), and what to say about the rest."""

    share: float
    reasons: tuple[str, ...] = ()
    due: str = ""  # in words, for the instructor alone
    named: str = ""  # the misconception that was recognised, as "exercise/id"

    @property
    def right(self) -> bool:
        return self.share >= 1


def points_earned(verdict: Verdict, points: float, received: object, due: str) -> float:
    """Print the reasons and return the points as a plain float: anything richer counts as full marks in nbgrader."""
    for reason in verdict.reasons:
        print(reason)
    if verdict.right:
        earned = float(points)  # not rounded: a third of a point is a third
    else:
        earned = min(round(float(points) * max(0.0, verdict.share), 4), float(points))
    record(received, due, verdict.share, earned, verdict.reasons)
    return earned


def record(received: object, due: str, share: float = 0.0, points: float = 0.0, reasons: Iterable[str] = ()) -> None:
    """Keep what was received and what was due, in words."""
    recorded.append({"received": shown(received), "due": due, "share": float(share), "points": points, "reasons": list(reasons)})


def misconception(name: str) -> str:
    """What to say for a misconception named ``exercise/id``, and where to read."""
    number, _, id = name.partition("/")
    found = course.exercise(number).misconceptions[id]
    return message("check.misconception", text=found.text, lesson=course.lesson(_lesson_of(found.read)).number, term=course.point(found.read).term)


def _lesson_of(point: str) -> str:
    return course.point(point).lesson
