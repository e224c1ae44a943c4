"""Find the instructor's cells in a submission: by grade_id, else by cell id, else by text, name or place.

Only answers are looked for by name or place. A locked cell is found by its ids or by its own text, because
nothing but the source's text will ever run in its stead.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

from crmlib.grading.intake.reading import Handed
from crmlib.grading.intake.source import SourceCell

_SPACES = dict.fromkeys(map(ord, " \t\r\n\f\v\0\xa0\u3000\ufeff\u200b"))
# Names by pattern and not by ast: Python's parser can be brought down by a text made for it.
_NAMES = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^([^\W\d][\w, \t]*)(?::[^=\n]*)?=(?!=)", re.MULTILINE)
_TEXT_FOR_NAMES = 20_000


def squeezed(text: str) -> str:
    """A text without its white space: what two copies share although an editor went over one of them."""
    return text.translate(_SPACES)


def same(one: str, other: str) -> bool:
    """Whether two texts say the same, white space aside."""
    return one == other or squeezed(one) == squeezed(other)


@dataclass
class Pairing:
    """For every source cell that was found: the handed-in cells that stand for it, and how they were found."""

    source: tuple[SourceCell, ...]
    handed: tuple[Handed, ...]
    copies: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    how: dict[int, str] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def add(self, cell: int, copy: int, how: str) -> None:
        self.copies[cell].append(copy)
        self.how[cell] = how
        self.taken.add(copy)

    def missing(self) -> list[int]:
        return [number for number in range(len(self.source)) if number not in self.how]

    def left(self) -> list[int]:
        return [number for number in range(len(self.handed)) if number not in self.taken]

    def is_foreign(self) -> bool:
        """Whether this is the notebook of another assignment, though the two may share a title or a set-up cell."""
        certain = [number for number, how in self.how.items() if how != "place" and self._is_ours(number)]
        specific = any(self.source[number].takes_answer or self.source[number].graded for number in certain)
        share = len(certain) / max(1, min(len(self.source), len(self.handed)))
        return share < (0.1 if specific else 0.5)

    def _is_ours(self, number: int) -> bool:
        cell = self.source[number]
        return cell.takes_answer or any(same(self.handed[copy].text, cell.text) for copy in self.copies[number])


def pair(source: tuple[SourceCell, ...], handed: tuple[Handed, ...]) -> Pairing:
    pairing = Pairing(source, handed)
    _by_grade_id(pairing)
    _by_cell_id(pairing)
    _by_text(pairing)
    if any(source[number].takes_answer for number in pairing.missing()):
        _between_anchors(pairing)
        _by_name(pairing, [number for number in pairing.missing() if source[number].takes_answer], pairing.left())
    return pairing


def longest_run(numbers: list[int]) -> set[int]:
    """Positions of a longest increasing run: the cells that kept their order, so that the others were moved.

    >>> sorted(longest_run([0, 5, 1, 2, 3]))
    [0, 2, 3, 4]
    """
    ends: list[int] = []  # the smallest number that a run of each length can end with …
    places: list[int] = []  # … and where it stands
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(places[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        places[length : length + 1] = [place]
    run, place = set(), places[-1] if places else -1
    while place >= 0:
        run.add(place)
        place = before[place]
    return run


def _by_grade_id(pairing: Pairing) -> None:
    known = {cell.id: number for number, cell in enumerate(pairing.source) if cell.role != "free"}
    for copy, cell in enumerate(pairing.handed):
        if cell.grade_id and cell.grade_id in known:
            pairing.add(known[cell.grade_id], copy, "grade_id")


def _by_cell_id(pairing: Pairing) -> None:
    # Some tools number the ids 0, 1, 2 …: such an id says only where a cell stood when the tool ran.
    known = {pairing.source[number].cell_id: number for number in pairing.missing()}
    known = {id: number for id, number in known.items() if id and not (id.isdecimal() and len(id) < 5)}
    for copy in pairing.left():
        id = pairing.handed[copy].cell_id
        if id in known:
            pairing.add(known[id], copy, "cell_id")


def _by_text(pairing: Pairing) -> None:
    wanted, offered = defaultdict(list), defaultdict(list)
    for number in pairing.missing():
        wanted[squeezed(pairing.source[number].text)].append(number)
    if not wanted:
        return
    for copy in pairing.left():
        offered[squeezed(pairing.handed[copy].text)].append(copy)
    for text, numbers in wanted.items():
        copies = offered.get(text, [])
        # Of several stubs that read the same, one cannot tell which is which unless all are there.
        alike = any(pairing.source[number].takes_answer for number in numbers) and len(copies) != len(numbers)
        if text and not alike:
            for number, copy in zip(numbers, copies, strict=False):
                pairing.add(number, copy, "text")


def _between_anchors(pairing: Pairing) -> None:
    """Look for each missing answer where it belongs: between the nearest cells that are known."""
    found = sorted((copies[0], number) for number, copies in pairing.copies.items())
    run = longest_run([number for _, number in found])
    anchors = [(-1, -1), *(pair for place, pair in enumerate(found) if place in run), (len(pairing.handed), len(pairing.source))]
    for (copy_before, before), (copy_after, after) in zip(anchors, anchors[1:], strict=False):
        missing = [number for number in range(before + 1, after) if number not in pairing.how and pairing.source[number].takes_answer]
        if missing:
            left = [copy for copy in range(copy_before + 1, copy_after) if copy not in pairing.taken]
            _by_name(pairing, missing, left)
            _by_place(pairing, missing, left)


def _by_name(pairing: Pairing, missing: list[int], left: list[int]) -> None:
    """A code answer keeps the names that its stub defines, whatever else became of it."""
    wanted = {number: _names(pairing.source[number].text) for number in missing if pairing.source[number].kind == "code"}
    if not any(wanted.values()):
        return
    offered = defaultdict(list)
    for copy in left:
        for name in _names(pairing.handed[copy].text):
            offered[name].append(copy)
    for number, names in wanted.items():
        shared: dict[int, int] = defaultdict(int)
        for name in names:
            for copy in offered[name][:1000]:
                shared[copy] += copy not in pairing.taken
        best = max(shared, key=lambda copy: (shared[copy], -copy), default=None)
        if best is not None and shared[best]:
            pairing.add(number, best, "name")


def _by_place(pairing: Pairing, missing: list[int], left: list[int]) -> None:
    for kind in ("code", "markdown", "raw"):
        numbers = [number for number in missing if number not in pairing.how and pairing.source[number].kind == kind]
        copies = [copy for copy in left if copy not in pairing.taken and _could_be_answer(pairing.handed[copy], kind)]
        for number, copy in zip(numbers, copies, strict=False):
            pairing.add(number, copy, "place")


def _could_be_answer(cell: Handed, kind: str) -> bool:
    # A grade_id that the source does not know belongs to another assignment.
    return cell.kind == kind and not cell.grade_id and bool(cell.text.strip())


def _names(text: str) -> set[str]:
    found = _NAMES.findall(text[:_TEXT_FOR_NAMES])
    return {name for function, targets in found for name in [function, *re.findall(r"\w+", targets)] if name}
