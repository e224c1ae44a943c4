"""How long a paper is, counted as Word counts.

Word's "words" (字数): every Chinese character and every full-width punctuation mark is one, and so is every run of other
characters between spaces: an English word, a number. Spaces are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
EAST_ASIAN = re.compile(r"[\u2e80-\u2fff\u3001-\u303f\u3040-\u31ff\u3220-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffee\U00020000-\U0003ffff]")
# Marks that both kinds of writing use: full-width where Chinese is written around them.
SHARED = re.compile(r"[\u00b7\u2014\u2018\u2019\u201c\u201d\u2026]")
RUN = re.compile(r"\S+")
LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’-][A-Za-zÀ-ɏ]+)*")


@dataclass(frozen=True, slots=True)
class Length:
    """``words`` is Word's count; ``han`` counts the Chinese characters alone, ``latin`` the words in Latin letters."""

    words: int
    han: int
    latin: int

    @property
    def language(self) -> str:
        """The language in which the paper is written: that of most of its words."""
        return "zh" if self.han >= self.latin else "en"


def length(text: str) -> Length:
    """Count a text paragraph by paragraph.

    >>> length("顾客满意(CS)，即P/E。")
    Length(words=9, han=5, latin=3)
    """
    words = sum(_words(paragraph) for paragraph in text.split("\n"))
    return Length(words, len(HAN.findall(text)), len(LATIN_WORD.findall(text)))


def _words(text: str) -> int:
    singles, text = _take(EAST_ASIAN, text)
    if HAN.search(text) or singles:
        marks, text = _take(SHARED, text)
        singles += marks
    return singles + len(RUN.findall(text))


def _take(pattern: re.Pattern, text: str) -> tuple[int, str]:
    return len(pattern.findall(text)), pattern.sub(" ", text)
