"""Which papers of a class are like each other: near-duplicates are found by MinHash, and then compared exactly.

What the assignment itself says, the exam points and common quotations are taken out of every paper first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from crmlib.essay import rules
from crmlib.essay.shingles import shingles, tokens

# 128 bands of two: two papers of which a third is the same are missed once in a thousand, and a fifth of a large class
# is looked at more closely for nothing, which takes a second.
PERMUTATIONS, BANDS, SEED = 256, 128, 20261127
FEWEST_TOKENS, FEWEST_OF_A_COPY, LONGEST_LINE_OF_A_NAME = 50, 20, 40
NAME = re.compile(r"(姓名|学号|班级|专业|学院|作者|指导教师|任课教师|日期|^\s*(name|student|class|author|date|teacher|lecturer)\b)", re.IGNORECASE)


@dataclass
class Text:
    """What similarity looks at in one paper: its body without the lines that say whose it is."""

    name: str
    body: str
    owner: str = ""

    def __post_init__(self):
        """Its runs of five without what anybody may write, the share of the latter, and a print that only the same text has."""
        self.owner = self.owner or self.name
        words = tokens(self.body)
        runs = shingles(words)
        self.count = len(words)
        self.own_runs = runs - known()
        self.from_the_course = 1 - len(self.own_runs) / len(runs) if runs else 0.0
        self.print = hashlib.sha256("\x1f".join(words).encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def of(cls, name: str, paragraphs: Iterable[str], owner: str = "") -> Text:
        kept = [text for text in paragraphs if len(text) > LONGEST_LINE_OF_A_NAME or not NAME.search(text)]
        long = next((place for place, text in enumerate(kept) if len(text) > LONGEST_LINE_OF_A_NAME), 0)
        return cls(name, "\n".join(kept[long:]), owner)  # above the first full paragraph stand titles and names


@dataclass(frozen=True, slots=True)
class Pair:
    """Two papers that are alike: ``jaccard`` of all that either says, ``one_in_other`` of what the first says."""

    one: str
    other: str
    jaccard: float
    one_in_other: float
    other_in_one: float

    @property
    def share(self) -> float:
        return max(self.one_in_other, self.other_in_one)


@cache
def known() -> frozenset[int]:
    """The runs of the texts that anybody may use."""
    return frozenset(run for text in rules.known_texts() for run in shingles(tokens(text)))


def identical(texts: list[Text]) -> list[list[str]]:
    """The groups of papers by different people that are the same."""
    groups: dict[str, list[Text]] = {}
    for text in texts:
        if text.count >= FEWEST_OF_A_COPY:
            groups.setdefault(text.print, []).append(text)
    return [[text.name for text in group] for group in groups.values() if len({text.owner for text in group}) > 1]


def alike(texts: list[Text], *, least: float) -> list[Pair]:
    """The pairs of which one paper stands in the other to a share of at least ``least``, identical ones only once."""
    first = {text.print: text for text in reversed(texts) if len(text.own_runs) >= FEWEST_TOKENS}
    different = list(reversed(first.values()))
    places = sorted(_candidates([text.own_runs for text in different]))
    found = [_pair(different[one], different[other]) for one, other in places if different[one].owner != different[other].owner]
    return sorted((pair for pair in found if pair.share >= least), key=lambda pair: (-pair.share, pair.one, pair.other))


def _candidates(sets: list[set[int]]) -> set[tuple[int, int]]:
    import rensa

    if len(sets) < 2:
        return set()
    if len(sets) <= 60:  # few enough to compare every pair
        return {(one, other) for one in range(len(sets)) for other in range(one + 1, len(sets))}
    prints = rensa.RMinHash.from_token_sets([[str(run) for run in sorted(runs)] for runs in sets], PERMUTATIONS, SEED)
    index = rensa.RMinHashLSH(0.2, PERMUTATIONS, BANDS)
    index.insert_many(prints)
    return {(min(place, other), max(place, other)) for place, print in enumerate(prints) for other in index.query(print) if other != place}


def _pair(one: Text, other: Text) -> Pair:
    common = len(one.own_runs & other.own_runs)
    return Pair(
        one=one.name,
        other=other.name,
        jaccard=common / (len(one.own_runs) + len(other.own_runs) - common),
        one_in_other=common / len(one.own_runs),
        other_in_one=common / len(other.own_runs),
    )
