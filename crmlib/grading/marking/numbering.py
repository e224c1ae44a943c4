"""The number by which a person knows a question: "9.1d" and the title of its exercise, read off the assignment's own text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_HEADING = re.compile(r"^#{1,4}[ \t]+(?:(\d+(?:\.\d+)*)[ \t]+)?(.+?)[ \t]*$", re.MULTILINE)
_PART = re.compile(r"\*\*[^*\n]{0,20}?([a-z])[ \t]*[（(][^*\n]*\*\*")  # **Graded d (3 points).**


@dataclass(frozen=True)
class Number:
    """``number`` is "9.1d", or the question's own name where its text gives none; ``title`` is the exercise's."""

    number: str
    title: str = ""


def numbers(cells: Iterable[tuple[str, str, str]]) -> dict[str, Number]:
    """The number of every graded cell, from (id, kind, text) in order; the id is empty where a cell is not graded.

    >>> numbers([("", "markdown", "## 9.1 Cost\\n**Graded d (3 points).** Now …"), ("cost-test", "code", "…")])
    {'cost-test': Number(number='9.1d', title='Cost')}
    """
    exercise, title = "", ""
    parts: list = []
    found: dict = {}
    for id, kind, text in cells:
        if kind == "markdown":
            for heading in _HEADING.finditer(text):
                exercise, title, parts = heading[1] or "", heading[2], []
            parts += _PART.findall(text)
        if id:
            part = parts.pop(0) if parts else ""
            found[id] = Number(f"{exercise}{part}" if exercise and part else id, title)
    return found
