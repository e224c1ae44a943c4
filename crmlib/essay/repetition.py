"""What a paper says more than once: paragraphs, and sentences of some length."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crmlib.essay.shingles import shingles, tokens

SHORTEST, ALIKE = 30, 0.7
SENTENCE = re.compile(r"[^。！？!?；;\n]+(?:[。！？!?；;]|\n|$)|[^.!?\n]+[.!?](?=\s|$)")
FEWEST_TOKENS, FEWEST_SENTENCES = 15, 2


@dataclass(frozen=True, slots=True)
class Repetition:
    """A text that stands more than once, with the number of times and the places of its paragraphs from 1."""

    text: str
    times: int
    places: tuple[int, ...]


def repeated(paragraphs: list[str]) -> list[Repetition]:
    """The paragraphs that stand again, also with a few words changed, and long sentences that stand again elsewhere."""
    taken = [(place, text, tokens(text)) for place, text in enumerate(paragraphs, start=1)]
    sets = {place: shingles(words) for place, _, words in taken if len(words) >= SHORTEST}
    texts = {place: text for place, text, _ in taken}
    found, gone = [], set()
    for place in sets:
        if place in gone:
            continue
        again = [other for other in sets if other > place and other not in gone and _alike(sets[place], sets[other])]
        if again:
            gone |= {place, *again}
            found.append(Repetition(texts[place], len(again) + 1, (place, *again)))
    return found + _sentences({place: text for place, text in texts.items() if place not in gone})


def _alike(one: set[int], other: set[int]) -> bool:
    small, large = sorted((len(one), len(other)))
    common = len(one & other) if small >= ALIKE * large else 0
    return common >= ALIKE * (small + large - common)


def _sentences(paragraphs: dict[int, str]) -> list[Repetition]:
    places: dict[tuple[str, ...], list[int]] = {}
    texts: dict[tuple[str, ...], str] = {}
    for place, paragraph in paragraphs.items():
        for sentence in SENTENCE.findall(paragraph):
            words = tuple(tokens(sentence))
            if len(words) >= FEWEST_TOKENS:
                places.setdefault(words, []).append(place)
                texts.setdefault(words, sentence.strip())
    found = [Repetition(texts[words], len(at), tuple(at)) for words, at in places.items() if len(at) > 1]
    return found if len(found) >= FEWEST_SENTENCES or any(each.times > 2 for each in found) else []
