"""The headings of a paper: by style where the writer used styles, by their numbers (一、 （一） 1. 1.1 第一章) where not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from crmlib.essay.paper import Paragraph

_HAN, _ROMAN = "[〇零一二三四五六七八九十百]+", "[IVX]+"
_AFTER = r"[ \t\u3000]*"
# From the highest kind of number to the lowest; a reader expects them below each other in this order.
NUMBERS = {
    "chapter": rf"(?:第{_AFTER}(?:{_HAN}|\d+){_AFTER}[章部篇編编](?:分)?|(?:Chapter|Part)[ \t]+(?:\d+|{_ROMAN})[.:：]?)",
    "section": rf"(?:第{_AFTER}(?:{_HAN}|\d+){_AFTER}[节節]|Section[ \t]+\d+[.:：]?)",
    "han": rf"{_HAN}(?:{_AFTER}[、.．，]|[ \t\u3000]+(?=\S))",
    "roman": rf"(?:{_ROMAN}[.．、]|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+[.．、]?)",
    "han_bracket": rf"[（(]{_AFTER}{_HAN}{_AFTER}[)）]、?",
    "digit": r"\d{1,2}(?:[ \u3000]?[.．、](?!\d)|[ \t\u3000]+(?=\S))",
    "digits_2": r"\d{1,2}[.．]\d{1,2}(?![.．]?\d)[.．、]?",
    "digits_3": r"\d{1,2}(?:[.．]\d{1,2}){2,3}(?![.．]?\d)[.．、]?",
    "digit_bracket": r"(?:[（(]\d{1,2}[)）]|\d{1,2}[)）]|[①-⑳])、?",
}
_WORDS = ("chapter", "section")
_NUMBER = {
    kind: re.compile(rf"(?P<number>{pattern}){_AFTER}(?P<rest>.*)", re.DOTALL | (re.IGNORECASE if kind in _WORDS else 0)) for kind, pattern in NUMBERS.items()
}
LONGEST = {"zh": 40, "en": 120}
_ENDS = tuple("。；;，,！？!?：:")
_OPTIONAL = re.compile(
    "(?:内容)?摘要|关键词|前言|序言|致谢|参考文献|参考资料|附录.*|注释|目录"
    "|abstract|keywords|references|bibliography|workscited|acknowledge?ments?|appendix.*|notes|preface",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its level from 1; ``place`` is its paragraph's."""

    text: str
    level: int
    place: int
    styled: bool

    @property
    def optional(self) -> bool:
        """Whether a contents list may leave it out: references, an abstract."""
        return bool(_OPTIONAL.fullmatch(key(self.text)))


def number_of(text: str) -> tuple[str, str, str]:
    """The kind of number before a heading, the number itself and the rest; kind "" where there is none.

    >>> number_of("（一）认识客户")
    ('han_bracket', '（一）', '认识客户')
    """
    text = text.strip()
    for kind in ("chapter", "section", "han", "roman", "han_bracket", "digits_3", "digits_2", "digit", "digit_bracket"):
        if (found := _NUMBER[kind].fullmatch(text)) and found["rest"].strip():
            return kind, found["number"].strip(), found["rest"].strip()
    return "", "", text


def key(text: str) -> str:
    """What two writings of one heading have in common: letters and digits, without number, width, case and marks.

    >>> key("2.1  What is a Customer?") == key("What is a customer")
    True
    """
    plain = unicodedata.normalize("NFKC", number_of(text)[2]).casefold()
    return _letters(plain) or _letters(unicodedata.normalize("NFKC", text))


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def headings(paragraphs: tuple[Paragraph, ...], listed: frozenset[str] = frozenset()) -> list[Heading]:
    """The headings among paragraphs; ``listed`` holds the keys of the contents list, whose entries are headings for certain."""
    styled = {place: paragraph.level for place, paragraph in enumerate(paragraphs) if paragraph.level and not paragraph.in_contents}
    typed = {} if len(set(styled.values())) > 1 else _typed(paragraphs, listed, styled)
    levels = _levels({**typed, **{place: "" for place in styled}}, styled, paragraphs)
    found = [Heading(paragraphs[place].text, levels[place], place, place in styled) for place in sorted({*typed, *styled})]
    return _without_title(found, listed)


def _typed(paragraphs, listed: frozenset[str], styled: dict[int, int]) -> dict[int, str]:
    """The short paragraphs that begin with a number, or that the contents list names: place and kind of number."""
    found: dict[int, str] = {}
    for place in range(len(paragraphs)):
        text = paragraphs[place].text
        kind = number_of(text)[0]
        if place in styled or paragraphs[place].in_contents or not _short(text):
            continue
        if key(text) in listed or (kind and not text.endswith(_ENDS)):
            found[place] = kind
    for place, kind in list(found.items()):
        if kind not in _WORDS and key(paragraphs[place].text) not in listed and kind in (_kind(paragraphs, place - 1), _kind(paragraphs, place + 1)):
            del found[place]  # a list: nothing stands between its lines
    return found


def _kind(paragraphs, place: int) -> str:
    return number_of(paragraphs[place].text)[0] if 0 <= place < len(paragraphs) and _short(paragraphs[place].text) else ""


def _short(text: str) -> bool:
    return len(text) <= (LONGEST["zh"] if re.search(r"[\u4e00-\u9fff]", text) else LONGEST["en"])


def _levels(kinds: dict[int, str], styled: dict[int, int], paragraphs) -> dict[int, int]:
    """Levels from 1: styles by their own levels; kinds of number as they stand under each other, below the style where there is one."""
    by_style = {level: rank for rank, level in enumerate(sorted(set(styled.values())), start=1)}
    of_kind = {number_of(paragraphs[place].text)[0]: by_style[level] for place, level in styled.items()}
    new = [kind for kind in NUMBERS if kind in {*kinds.values()} and kind not in of_kind]
    deepest = max(by_style.values(), default=0)
    of_kind |= {kind: deepest + rank for rank, kind in enumerate(new, start=1)}
    top = min(of_kind.values(), default=1)
    return {place: by_style[styled[place]] if place in styled else of_kind.get(kind, top) for place, kind in kinds.items()}


def _without_title(found: list[Heading], listed: frozenset[str]) -> list[Heading]:
    """A single highest heading above all others is the paper's title, unless the contents list names it."""
    if len(found) < 3 or key(found[0].text) in listed or number_of(found[0].text)[0]:
        return found
    if found[0].level == 1 and sum(heading.level == 1 for heading in found) == 1:
        return [Heading(heading.text, heading.level - 1, heading.place, heading.styled) for heading in found[1:]]
    return found
