"""Which of the files that were handed in is the notebook: decided by what each of them is, not by its name alone.

Every file that may be a notebook is read as intake reads it. One with answers goes before one without, a whole one
before half a one, then the names decide. Where two have different answers, the likelier one is graded and a person is
told of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from crmlib.grading.intake import merging
from crmlib.grading.intake.archive import Unpacked, kind_of, unpack
from crmlib.grading.intake.files import CHECKPOINTS
from crmlib.grading.intake.matching import squeezed
from crmlib.grading.intake.names import best_first, likeliness, listed, may_be_notebook, rank, shown_name
from crmlib.grading.intake.source import SourceNotebook
from crmlib.language import message

MOST_READ = 60
MOST_READ_BYTES = 200_000_000
_CELL = (b'"cell_type"', b"c\0e\0l\0l\0_\0t\0y\0p\0e\0")
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
# What a notebook is exported as, or handed in instead of.
_EXPORTS = (".html", ".htm", ".py", ".md", ".pdf", ".docx", ".doc", ".tex", ".rst", ".txt", ".json", ".mhtml", ".webarchive")
# What stands for a file that is elsewhere: shortcuts of Windows and macOS, links of cloud drives.
_SHORTCUTS = (".lnk", ".url", ".webloc", ".desktop", ".gdoc", ".gsheet", ".gnotebook", ".icloud", ".cloud", ".cloudf")


@dataclass
class Choice:
    """The notebook that is marked, or the reason why there is none; ``doubts`` are for a person to settle."""

    file: str | None = None
    taken: merging.Taken | None = None
    problem: str = ""
    unreadable: bool = False  # something was handed in, and could not be read
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


@dataclass
class _Candidate:
    file: str
    taken: merging.Taken | None
    answers: dict[str, str]
    added: tuple[str, ...]
    reason: str

    @property
    def is_checkpoint(self) -> bool:
        return CHECKPOINTS in PurePosixPath(self.file).parts


def choose(files: Mapping[str, bytes], notebooks: Iterable[SourceNotebook]) -> tuple[dict[str, Choice], dict[str, bytes]]:
    """A choice for every notebook of the assignment, and the files that were found in archives."""
    notebooks = list(notebooks)
    unpacked = unpack(files)
    everything = {**files, **unpacked.files}
    possible = [name for name, content in everything.items() if _is_possible(name, content)]
    choices: dict[str, Choice] = {}
    taken: set[str] = set()
    # A file that bears a notebook's name is that notebook's; what bears none is looked at last.
    for named in (True, False):
        for notebook in notebooks:
            if notebook.name not in choices:
                siblings = [other.name for other in notebooks if other is not notebook]
                mine = [name for name in best_first(possible, notebook.name, siblings) if name not in taken]
                if named and len(notebooks) > 1:
                    mine = [name for name in mine if rank(name, notebook.name) < 3]
                elif len(notebooks) > 1:
                    mine = [name for name in mine if _belongs(everything[name], notebook, notebooks)]
                choice = _choose(mine, everything, notebook, unpacked)
                if choice.taken is not None or not named or len(notebooks) == 1:
                    choices[notebook.name] = choice
                    taken.add(choice.file or "")
    for choice in choices.values():
        choice.notes += unpacked.notes
    return choices, unpacked.files


def _is_possible(name: str, content: bytes) -> bool:
    if PurePosixPath(name).name.startswith("._") or kind_of(name, content) or (_is_shortcut(name) and _CELL[0] not in content):
        return False
    return may_be_notebook(name) or any(mark in content for mark in _CELL)


def _choose(names: list[str], files: Mapping[str, bytes], notebook: SourceNotebook, unpacked: Unpacked) -> Choice:
    """The best of the files with these names; every one of them is read."""
    closed, packed = unpacked.closed, unpacked.files
    read: list = []
    size = 0
    for name in names[:MOST_READ]:
        size += len(files[name])
        if not read or size <= MOST_READ_BYTES:
            read.append(_read(name, files[name], notebook))
    usable = [each for each in read if each.taken is not None]
    instead = [*closed, *_instead(files, names, notebook)]
    if not usable:
        return _none(read, notebook, instead)
    most = max(len(each.answers) for each in usable)

    def order(each: _Candidate) -> tuple:
        answered = len(each.answers)
        return bool(answered or each.added), 2 * answered >= most, not each.taken.is_half, not each.is_checkpoint, likeliness(each.file, notebook.name)

    usable.sort(key=order, reverse=True)
    best, rest = usable[0], usable[1:]
    choice = Choice(best.file, best.taken)
    different = [each.file for each in rest if _differ(best, each)]
    if different:
        choice.doubts.append(message("intake.different_answers", file=shown_name(best.file), files=listed(different)))
    if (conflict := message("intake.conflict")) in best.taken.repairs:
        choice.doubts.append(conflict)
        choice.taken = replace(best.taken, repairs=tuple(repair for repair in best.taken.repairs if repair != conflict))
    answered = bool(best.answers or best.added)
    unread = [each for each in read if each.taken is None and rank(each.file, notebook.name) < 3 and not each.is_checkpoint]
    if not answered and (unread or instead):
        reasons = " ".join([*(f"{shown_name(each.file)}: {each.reason}" for each in unread[:3]), *instead[:3]])
        choice.doubts.append(message("intake.blank_beside", file=shown_name(best.file), reasons=reasons))
    unused = [each.file for each in rest if each.file not in different and not each.is_checkpoint]
    if PurePosixPath(best.file).name != f"{notebook.name}.ipynb" or best.file in packed:
        choice.notes.append(message("intake.renamed", file=shown_name(best.file), notebook=notebook.name))
    if unused and (answered or choice.notes):
        choice.notes.append(message("intake.not_used", files=listed(unused, 3)))
    return choice


def _read(name: str, content: bytes, notebook: SourceNotebook) -> _Candidate:
    try:
        taken = merging.take(content, notebook)
    except merging.Unreadable as error:
        return _Candidate(name, None, {}, (), str(error))
    answers = {cell.id: _bare(cell.text) for cell in taken.cells if cell.answered and _bare(cell.text) != _bare(cell.source.text)}
    added = tuple(squeezed(cell.text) for cell in taken.cells if cell.source is None and cell.kind == "code" and _bare(cell.text))
    return _Candidate(name, taken, answers, added, "")


def _belongs(content: bytes, notebook: SourceNotebook, notebooks: Iterable[SourceNotebook]) -> bool:
    """Whether a file without a telling name holds no more of another notebook than of this one."""
    certain = {}
    for each in notebooks:
        try:
            certain[each.name] = merging.take(content, each).certain
        except merging.Unreadable:
            certain[each.name] = 0
    return certain[notebook.name] == max(certain.values())


def _bare(text: str) -> str:
    """A text without white space and comments: the stub of the other language, too, is no answer."""
    return squeezed(_COMMENT.sub("", text))


def _differ(best: _Candidate, other: _Candidate) -> bool:
    """Whether another file holds work that the best one does not hold in the same words."""
    if not other.answers and not (other.added and not best.answers):
        return False
    if best.is_checkpoint != other.is_checkpoint and other.is_checkpoint:
        return False  # an older state that JupyterLab has kept by itself
    return other.answers != best.answers or (
        other.added != best.added and len(best.answers) < sum(cell.source is not None and cell.source.takes_answer for cell in best.taken.cells)
    )


def _instead(files: Mapping[str, bytes], names: list[str], notebook: SourceNotebook) -> list[str]:
    """What was handed in under the notebook's name, but is none: an export, a document."""
    others = [name for name in files if name not in names and PurePosixPath(name).suffix.lower() in _EXPORTS and rank(name, notebook.name) < 3]
    shortcuts = [name for name in files if _is_shortcut(name)]
    said = [message("intake.shortcut", file=shown_name(name)) for name in sorted(shortcuts)[:3]]
    return said + [message("intake.instead", file=shown_name(name)) for name in sorted(others)[:3]]


def _is_shortcut(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in _SHORTCUTS


def _none(read: list[_Candidate], notebook: SourceNotebook, instead: list[str]) -> Choice:
    if not read and not instead:
        return Choice(problem=message("intake.no_notebook", notebook=notebook.name))
    named = [each for each in read if not each.is_checkpoint] or read
    exact = len(named) == 1 and PurePosixPath(named[0].file).name == f"{notebook.name}.ipynb"
    reasons = [each.reason if exact else f"{shown_name(each.file)}: {each.reason}" for each in named[:3]]
    left = len(named) - 3
    more = [message("intake.more_unreadable", count=left)] if left > 0 else []
    start = [] if named else [message("intake.no_notebook_but", notebook=notebook.name)]
    return Choice(problem=" ".join([*start, *reasons, *more, *instead[:3]]), unreadable=True)
