"""Which entries of a list somebody has remembered, in whatever wording the course knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from crmlib import course
from crmlib.check.reading import as_label
from crmlib.language import Text, glossary

LONGEST = 5_000
# Where a line that holds several entries is cut: at commas and the like, before numbers in circles, before "2." and "(2)".
CUTS = re.compile(r"[,;，；、。]|(?<=\w)\.\s|[①-⑳]|(?<![\d\w])\(?\d{1,2}[.)、）]\s*")
SHORTEST_WITH_A_SLIP = 6  # letters of a word in which one slip of the keyboard is forgiven


class Recalled:
    """What a typed list names: ``items`` of the question in their order, and entries that are ``unknown``."""

    def __init__(self, question: course.Question, given: str):
        known = {label: item for item in question.items for label in labels(item)}
        self.items: list[course.ListItem] = []
        self.unknown: list[str] = []
        self.entries = 0
        for entry in _entries(given[:LONGEST], known):
            item = _item(entry, known)
            if item is None:
                self.unknown.append(entry)
                self.entries += 1
            elif item not in self.items:  # the same in other words is no further entry
                self.items.append(item)
                self.entries += 1


@cache
def labels(item: course.ListItem) -> frozenset[str]:
    """Every wording that counts: the item's own, those that its file adds, and all names of a glossary term that it is."""
    words = {as_label(wording) for form in (*item.text.forms, *item.also) for wording in (form, _bare(form))}
    for key, names in _terms():
        if key in item.terms or any(as_label(form) in names for form in item.text.forms):
            words |= names
    return frozenset(words - {""})


@cache
def _terms() -> tuple[tuple[str, frozenset[str]], ...]:
    """Every glossary term with all names that it has, as they are compared."""
    names = {key: (*_forms(term.text), *term.also, *_short(term.symbol)) for key, term in glossary().items()}
    return tuple((key, frozenset(as_label(name) for name in each)) for key, each in names.items())


def _forms(text: Text) -> Iterator[str]:
    """A term's names, also without what stands in brackets behind it."""
    for form in text.forms:
        yield form
        yield re.sub(r"[(（].*?[)）]", "", form)


def _short(symbol: str) -> tuple[str, ...]:
    """A symbol that is said as a name (CLV, NPV); a single letter is none."""
    return (symbol,) if len(symbol) > 2 and symbol.isalpha() else ()


def _entries(given: str, known: dict) -> Iterator[str]:
    """The entries of a typed list: a line each; a line that is none is cut at commas, semicolons and the like."""
    for line in given.splitlines():
        if as_label(line) in known:
            yield line.strip()
        else:
            yield from (part.strip() for part in CUTS.split(line) if part and as_label(part))


def _item(entry: str, known: dict[str, course.ListItem]) -> course.ListItem | None:
    plain = re.sub(r"[(（].*?[)）]", "", entry)  # an example in brackets is no other entry
    for wording in (entry, plain, _bare(plain)):
        found = known.get(as_label(wording))
        if found:
            return found
    label = as_label(plain)
    near = {id(item): item for word, item in known.items() if _one_slip(label, word)}
    return next(iter(near.values())) if len(near) == 1 else None


def _bare(wording: str) -> str:
    """A wording without the article in front, which nobody needs to write or to leave out."""
    return re.sub(r"^(?:the|an?|its|their)\s+", "", wording.strip(), flags=re.IGNORECASE)


def _one_slip(typed: str, word: str) -> bool:
    """Whether two words of Latin letters differ by one letter, or by two neighbours changed over; never at the beginning."""
    if not (typed.isascii() and word.isascii() and len(word) >= SHORTEST_WITH_A_SLIP and typed[:1] == word[:1] and abs(len(typed) - len(word)) <= 1):
        return False
    start = next((place for place, (one, other) in enumerate(zip(typed, word, strict=False)) if one != other), min(len(typed), len(word)))
    rest, other = typed[start:], word[start:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped
