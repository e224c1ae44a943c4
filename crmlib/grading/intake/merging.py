"""Intake: a submitted file becomes the notebook that runs.

What runs is the instructor's source with its solutions cleared. Only two things are the student's: the text of
answers, and cells that were added. Order, types, tags, points, locked text and tests come from the source, so
nothing in a submission can change a test, and honest damage costs no mark. All repairs are said, in sentences.
A pure function of the file's bytes and the source: it reads and writes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from crmlib.grading.intake.matching import Pairing, longest_run, pair, same
from crmlib.grading.intake.reading import Handed, Unreadable, read
from crmlib.grading.intake.source import SourceCell, SourceNotebook
from crmlib.language import listing, message

__all__ = ["DELIMITERS", "Taken", "TakenCell", "Unreadable", "take"]

# What nbgrader's own steps look for in a cell, whoever wrote it.
DELIMITERS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "BEGIN MARK SCHEME", "END MARK SCHEME")
# Up to so many cells with the same trouble get a sentence each; more share one.
_SEPARATE = 3
_LISTED = 30


@dataclass(frozen=True)
class TakenCell:
    """One cell of the notebook that runs; ``source`` is None for a cell that the student added.

    ``answered`` means: an answer that is neither empty nor the released stub. A task is answered, too, by a
    cell that the student added below it.
    """

    source: SourceCell | None
    id: str
    kind: str
    text: str
    answered: bool
    pictures: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Taken:
    """The notebook that runs, in the source's order, and a sentence for every repair.

    Where the file broke off, ``found`` of the source's cells could be read, and which ones are missing stands in ``details``.
    """

    cells: tuple[TakenCell, ...]
    repairs: tuple[str, ...]
    details: tuple[str, ...] = ()
    found: int = 0
    certain: int = 0  # how many were found by their marks, not by their names or places
    is_half: bool = False


def take(content: bytes, notebook: SourceNotebook, delimiters: tuple[str, ...] = DELIMITERS) -> Taken:
    """Build the notebook that runs from a submitted file; raises ``Unreadable`` with the reason and the remedy."""
    reading = read(content)
    pairing = pair(notebook.cells, reading.cells)
    if pairing.is_foreign():
        raise Unreadable(message("intake.another_assignment", notebook=notebook.name))
    builder = _Builder(notebook.cells, pairing, delimiters)
    cells, found = builder.build(), len(pairing.how)
    certain = sum(how in ("grade_id", "cell_id", "text") for how in pairing.how.values())
    lost = [number for number in pairing.missing() if notebook.cells[number].role != "free"]
    if reading.damaged and lost:
        return Taken(cells, reading.repairs, builder.sentences(), found, certain, is_half=True)
    return Taken(cells, reading.repairs + builder.sentences(), found=found, certain=certain)


class _Builder:
    def __init__(self, source: tuple[SourceCell, ...], pairing: Pairing, delimiters: tuple[str, ...]):
        self.source, self.pairing, self.handed = source, pairing, pairing.handed
        self.delimiter = re.compile("|".join(re.escape(text) for text in delimiters)) if delimiters else None
        self.trouble: dict[str, list[tuple[str, dict]]] = defaultdict(list)
        self.stands_for: dict[int, int] = {}  # the one handed-in cell that was taken for a source cell
        self.added = set(pairing.left())

    def build(self) -> tuple[TakenCell, ...]:
        cells = {number: self._cell(number) for number in range(len(self.source))}
        self._say_what_moved()
        added = self._added()
        built = list(added.get(-1, ()))
        for number, cell in cells.items():
            below = added.get(number, ())
            if cell.source.role == "task" and any(one.text.strip() for one in below):
                cell = replace(cell, answered=True)
            built += [cell, *below]
        return tuple(built)

    def sentences(self) -> tuple[str, ...]:
        """One sentence per repair; where a whole notebook is concerned, one that names all cells."""
        said = []
        for key, cases in self.trouble.items():
            if len(cases) <= _SEPARATE:
                said += [message(f"intake.{key}", cell=cell, **values) for cell, values in cases]
            else:
                names = [cell for cell, _ in cases[:_LISTED]] + ["…"] * (len(cases) > _LISTED)
                said.append(message(f"intake.{key}_many", cells=listing(names), count=len(cases)))
        return tuple(said)

    def _say(self, key: str, cell: str, **values: object) -> None:
        self.trouble[key].append((cell, values))

    # --- cells of the source ---

    def _cell(self, number: int) -> TakenCell:
        cell, copies = self.source[number], self.pairing.copies.get(number, [])
        locked_task = cell.role == "task" and cell.metadata.get("nbgrader", {}).get("locked", False)
        if cell.takes_answer and not locked_task:
            text, answered = self._answer(number, cell, copies)
        else:
            self._check_original(number, cell, copies)
            text, answered = cell.full, False
        pictures = self.handed[self.stands_for[number]].pictures if answered else ()
        return TakenCell(cell, cell.id, cell.kind, text, answered, pictures)

    def _answer(self, number: int, cell: SourceCell, copies: list[int]) -> tuple[str, bool]:
        answers = [copy for copy in copies if not self._is_stub(copy, cell)]
        if not answers:
            return self._no_answer(number, cell, copies), False
        distinct = self._distinct(answers)
        # The last of several is the one that counted when the student ran the notebook. The earlier ones ran too,
        # and may define what the last one needs: they stay where they were, as added cells.
        chosen = distinct[-1]
        self.stands_for[number] = chosen
        self.added.update(distinct[:-1])
        if len(copies) > 1:
            key = "pasted_different" if len(distinct) > 1 else "pasted_equal" if len(answers) == len(copies) else "pasted_stub"
            self._say(key, cell.id, count=len(copies))
        handed, how = self.handed[chosen], self.pairing.how[number]
        if how != "grade_id":
            self._say(f"by_{how}", cell.id)
        if handed.kind != cell.kind:
            self._say("kind", cell.id, was=message(f"intake.kind_{handed.kind}"), now=message(f"intake.kind_{cell.kind}"))
        return self._text(handed, cell.id), True

    def _no_answer(self, number: int, cell: SourceCell, copies: list[int]) -> str:
        if not copies:
            self._say("missing_answer", cell.id)
            return cell.text
        self.stands_for[number] = copies[-1]
        # A student who empties an answer cell may have answered above it: the stub would undo that.
        emptied = all(not self.handed[copy].text.strip() for copy in copies)
        return "" if emptied else cell.text

    def _is_stub(self, copy: int, cell: SourceCell) -> bool:
        text = self.handed[copy].text
        return not text.strip() or same(text, cell.text)

    def _distinct(self, copies: list[int]) -> list[int]:
        """One copy of each text in the order of the notebook: the first if all are equal, else the last of each."""
        last = {self.handed[copy].text.strip(): copy for copy in copies}
        return sorted(last.values()) if len(last) > 1 else copies[:1]

    def _check_original(self, number: int, cell: SourceCell, copies: list[int]) -> None:
        originals = [copy for copy in copies if any(same(self.handed[copy].text, text) for text in (cell.text, cell.full, cell.model))]
        others = [copy for copy in copies if copy not in set(originals)]
        if cell.role == "free":
            # Free to be edited: the source's version stays, the student's runs after it.
            if originals:
                self.stands_for[number] = originals[0]
            self.added.update(others)
            return
        if not copies:
            self._say("missing", cell.id)
        elif not originals:
            self.stands_for[number] = copies[0]
            self._say("changed", cell.id)
        else:
            self.stands_for[number] = originals[0]
            # A locked cell that was pasted again and rewritten is a cell that the student added.
            self.added.update(copy for copy in others if self.handed[copy].text.strip())
            if len(copies) > 1:
                self._say("pasted_rewritten" if others else "pasted_locked", cell.id, count=len(copies))

    def _say_what_moved(self) -> None:
        once = {copy: number for number, copy in self.stands_for.items() if len(self.pairing.copies[number]) == 1}
        numbers = [once[copy] for copy in sorted(once)]
        kept = longest_run(numbers)
        moved = {number for place, number in enumerate(numbers) if place not in kept}
        for number in sorted(moved):
            if self.source[number].role != "free":
                self._say("moved", self.source[number].id)

    # --- cells of the student ---

    def _added(self) -> dict[int, list[TakenCell]]:
        """Added cells by the number of the source cell after which they run; -1 is before the first."""
        follows = {copy: number for number, copy in self.stands_for.items()}
        taken_ids = {cell.id for cell in self.source}
        added, before, count = defaultdict(list), self._skip_free(-1), 0
        for copy, handed in enumerate(self.handed):
            if copy in follows:
                before = self._skip_free(follows[copy])
            elif copy in self.added:
                count += 1
                while (id := f"added-{count}") in taken_ids:
                    count += 1
                added[before].append(TakenCell(None, id, handed.kind, self._text(handed, id), False, handed.pictures))
        return added

    def _skip_free(self, number: int) -> int:
        """Past free cells that were not found: the student edited them, and the edited version must have the last word."""
        while number + 1 < len(self.source) and self.source[number + 1].role == "free" and number + 1 not in self.stands_for:
            number += 1
        return number

    def _text(self, handed: Handed, name: str) -> str:
        if handed.mended:
            self._say("mended", name)
        if self.delimiter is None or not self.delimiter.search(handed.text):
            return handed.text
        # nbgrader would cut from such a line to the next, or stop. An underscore is enough to hide it.
        self._say("delimiter", name)
        return self.delimiter.sub(lambda found: found[0].replace(" ", "_") if " " in found[0] else f"{found[0][:1]}_{found[0][1:]}", handed.text)
