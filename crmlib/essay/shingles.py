"""A text as overlapping runs of five: Chinese characters, words of other languages and numbers, without marks, width and case."""

from __future__ import annotations

import re
import unicodedata
from zlib import crc32

TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
RUN = 5


def tokens(text: str) -> list[str]:
    """The characters and words of a text.

    >>> tokens("顾客满意（CS），即 P/E")
    ['顾', '客', '满', '意', 'cs', '即', 'p', 'e']
    """
    return TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def placed_tokens(text: str) -> list[tuple[str, int, int]]:
    """The same with the places in the text where each begins and ends."""
    return [(unicodedata.normalize("NFKC", found.group()).casefold(), found.start(), found.end()) for found in TOKEN.finditer(text)]


def shingles(words: list[str]) -> set[int]:
    """The runs of five as numbers, the same numbers on every machine."""
    written = [word.encode("utf-8", "surrogatepass") for word in words]
    return set(map(crc32, map(b"\x1f".join, zip(*(written[place:] for place in range(RUN))))))
