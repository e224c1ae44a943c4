"""The passages that two papers have in common, side by side: first the longest, with what was changed inside them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from crmlib.essay.shingles import RUN, placed_tokens, tokens

WIDEST_GAP, SHORTEST = 8, 12


@dataclass(frozen=True, slots=True)
class Passage:
    """The same passage as it stands in two papers."""

    one: str
    other: str
    length: int


def passages(one: str, other: str, *, most: int = 3) -> list[Passage]:
    """The longest passages in common; a few changed words do not end one."""
    left, right = placed_tokens(one), placed_tokens(other)
    words, others = [word for word, _, _ in left], [word for word, _, _ in right]
    runs: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(others) - RUN + 1):
        runs.setdefault(tuple(others[place : place + RUN]), []).append(place)
    blocks, place = [], 0
    while place <= len(words) - RUN:
        starts = runs.get(tuple(words[place : place + RUN]), ())
        if not starts:
            place += 1
            continue
        length, start = max((_reach(words, others, place, start), -start) for start in starts[:50])
        blocks.append((place, -start, length))
        place += length
    found = [
        Passage(one[left[begin][1] : left[end - 1][2]], other[right[start][1] : right[stop - 1][2]], end - begin)
        for begin, end, start, stop in _joined(blocks)
        if end - begin >= SHORTEST
    ]
    return sorted(found, key=lambda passage: -passage.length)[:most]


def _reach(words: list[str], others: list[str], place: int, start: int) -> int:
    length = 0
    while place + length < len(words) and start + length < len(others) and words[place + length] == others[start + length]:
        length += 1
    return length


def _joined(blocks: list[tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Blocks that follow each other closely in both papers are one passage: begin and end in the one, in the other."""
    found: list[tuple[int, int, int, int]] = []
    for place, start, length in blocks:
        if found:
            begin, end, first, stop = found[-1]
            if place - end <= WIDEST_GAP and 0 <= start - stop <= WIDEST_GAP:
                found[-1] = (begin, place + length, first, start + length)
                continue
        found.append((place, place + length, start, start + length))
    return found


def changed(one: str, other: str) -> list[tuple[str, bool]]:
    """The one passage in pieces, each with whether the other has something else there.

    >>> changed("顾客很满意", "顾客不满意")
    [('顾客', False), ('很', True), ('满意', False)]
    """
    left, right = placed_tokens(one), placed_tokens(other)
    same = SequenceMatcher(None, [word for word, _, _ in left], [word for word, _, _ in right], autojunk=False)
    pieces: list[tuple[str, bool]] = []
    done = 0
    for block in same.get_matching_blocks():
        if not block.size:
            continue
        begin, end = left[block.a][1], left[block.a + block.size - 1][2]
        pieces += [(one[done:begin], bool(pieces) or block.a > 0), (one[begin:end], False)]
        done = end
    pieces.append((one[done:], bool(tokens(one[done:]))))
    return [(text, is_other and bool(tokens(text))) for text, is_other in pieces if text]
