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
    """A heading with its level from 1; ``place`` is its paragraph's, in which it may not stand ``alone``."""

    text: str
    level: int
    place: int
    alone: bool = True

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
    texts = {place: paragraphs[place].text for place in styled} | _typed(paragraphs, listed, styled)
    levels = _levels(texts, styled)
    found = [Heading(texts[place], levels[place], place, alone=texts[place] == paragraphs[place].text) for place in sorted(texts)]
    return _without_title(found, listed)


def _typed(paragraphs, listed: frozenset[str], styled: dict[int, int]) -> dict[int, str]:
    """What the contents list names and, where styles do not show two levels, the short paragraphs that begin with a number."""
    by_number = len(set(styled.values())) < 2
    found: dict[int, str] = {}
    for place, paragraph in enumerate(paragraphs):
        text = paragraph.text
        if place in styled or paragraph.in_contents:
            continue
        if _short(text) and (key(text) in listed or (by_number and number_of(text)[0] and not text.endswith(_ENDS))):
            found[place] = text
        elif (first := _run_in(text)) and key(first) in listed:
            found[place] = first
    for place, text in list(found.items()):
        kind = number_of(text)[0]
        if kind not in _WORDS and key(text) not in listed and kind in (_kind(paragraphs, place - 1), _kind(paragraphs, place + 1)):
            del found[place]  # a list: nothing stands between its lines
    return found


def _run_in(text: str) -> str:
    """A numbered beginning up to its first full stop or colon, after which the paragraph goes on: （一）数字。石桥茶咖有……"""
    kind, number, rest = number_of(text)
    first = re.match(r"(.{1,60}?)(?:[。：:]|\.(?=\s))", rest) if kind else None
    return f"{number}{first[1]}" if first else ""


def _kind(paragraphs, place: int) -> str:
    return number_of(paragraphs[place].text)[0] if 0 <= place < len(paragraphs) and _short(paragraphs[place].text) else ""


def _short(text: str) -> bool:
    return len(text) <= (LONGEST["zh"] if re.search(r"[\u4e00-\u9fff]", text) else LONGEST["en"])


def _levels(texts: dict[int, str], styled: dict[int, int]) -> dict[int, int]:
    """Levels from 1: styles by their own levels; kinds of number as they stand under each other, below the style where there is one."""
    by_style = {level: rank for rank, level in enumerate(sorted(set(styled.values())), start=1)}
    kinds = {place: number_of(text)[0] for place, text in texts.items()}
    of_kind = {kinds[place]: by_style[level] for place, level in styled.items()}
    new = [kind for kind in NUMBERS if kind in {*kinds.values()} and kind not in of_kind]
    deepest = max(by_style.values(), default=0)
    of_kind |= {kind: deepest + rank for rank, kind in enumerate(new, start=1)}
    top = min(of_kind.values(), default=1)
    return {place: by_style[styled[place]] if place in styled else of_kind.get(kind, top) for place, kind in kinds.items()}


def _without_title(found: list[Heading], listed: frozenset[str]) -> list[Heading]:
    """The paper's title is no heading: the single highest, or the one right above the first that the contents list names."""
    if len(found) < 3 or key(found[0].text) in listed or number_of(found[0].text)[0]:
        return found
    if found[1].place == found[0].place + 1 and found[1].level <= found[0].level and key(found[1].text) in listed:
        return found[1:]
    if found[0].level == 1 and sum(heading.level == 1 for heading in found) == 1:
        return [Heading(heading.text, heading.level - 1, heading.place, heading.alone) for heading in found[1:]]
    return found
