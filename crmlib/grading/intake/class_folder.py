"""Who has handed in, and who is not seen: work that lies where neither nbgrader nor crmlib would look for it."""

from __future__ import annotations

import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from crmlib.grading.intake.files import PACKED
from crmlib.grading.intake.names import inside_name, listed, may_be_notebook, plain, shown_name
from crmlib.language import message

GLOBBED = "[]*?"  # what nbgrader's commands take for a pattern
_SYSTEM = {".ds_store", "thumbs.db", "desktop.ini", ".gitkeep", ".gitignore", "readme.md"}
_NO_STUDENTS = {".ipynb_checkpoints", ".git", "__macosx", ".trash", ".venv"}


@dataclass
class Collected:
    """Who can be graded, who cannot and why, and what an instructor should know before the class is graded."""

    students: list[str] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)  # sentences on work that belongs to nobody
    warnings: list[str] = field(default_factory=list)


def collect(folder: Path, assignment: str, others: Iterable[str] = ()) -> Collected:
    """Look through submitted/; ``others`` are the course's other assignments, whose folders are nobody's mistake."""
    found = Collected()
    if not folder.is_dir():
        return found
    others = {plain(other) for other in others} - {plain(assignment)}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        _student(path, assignment, others, found)
    found.warnings += _alike(found.students)
    if globbed := [student for student in found.students if any(sign in student for sign in GLOBBED)]:
        found.warnings.append(message("submitted.globbed", names=listed(globbed), assignment=assignment))
    return found


def trouble(path: Path, assignment: str) -> str | None:
    """Why a student's own folder must not be graded as theirs, or None."""
    for here in (path, path / assignment):
        if _is_link(here):
            return message(
                "submitted.linked_folder",
                name=shown_name(f"{path.name}/{assignment}" if here != path else path.name),
                target=shown_name(_target(here)),
            )
    try:
        path.name.encode("utf-8")
    except UnicodeEncodeError:
        return message("submitted.no_text", name=shown_name(path.name))
    if path.name.startswith("."):
        return message("submitted.hidden", name=shown_name(path.name), new=shown_name(path.name.lstrip(".") or "ID"))
    return None


def _student(path: Path, assignment: str, others: set[str], found: Collected) -> None:
    name = path.name
    if name.casefold() in _SYSTEM | _NO_STUDENTS:
        return
    if not _is_link(path) and not path.is_dir():
        if _is_work(name, assignment, others):
            found.lost.append(message("submitted.loose", name=shown_name(name), assignment=assignment))
        elif not path.suffix and not name.startswith("."):  # a student's id, and no folder
            found.troubles[name] = message("submitted.no_folder_of", name=shown_name(name), assignment=assignment)
        return
    here = path / assignment
    if os.path.lexists(here):
        if reason := trouble(path, assignment):
            found.troubles[name] = reason
        elif here.is_dir():
            found.students.append(name)
        else:
            found.troubles[name] = message("submitted.no_folder", name=shown_name(f"{name}/{assignment}"), assignment=assignment)
        return
    if _is_link(path):  # somebody else's folder, which is looked at where it is; or a circle
        if not path.exists():
            found.troubles[name] = message("submitted.linked_folder", name=shown_name(name), target=shown_name(_target(path)))
        return
    try:
        entries = sorted(os.listdir(path))
    except OSError:
        if not name.startswith("."):
            found.troubles[name] = message("submitted.closed", name=shown_name(name))
        return
    if plain(name) == plain(assignment) and any((path / entry).is_dir() for entry in entries):
        found.troubles[name] = message("submitted.turned_round", name=shown_name(name), assignment=assignment)
        return
    if plain(name) == "submitted" or sum((path / entry / assignment).is_dir() for entry in entries[:200]) > 1:
        found.troubles[name] = message("submitted.class_inside", name=shown_name(name), assignment=assignment)
        return
    lost = [entry for entry in entries if entry.casefold() not in _SYSTEM and _is_lost(path / entry, assignment, others)]
    if lost:
        found.troubles[name] = message("submitted.lost", name=shown_name(name), files=listed(lost, 3), assignment=assignment)


def _is_lost(path: Path, assignment: str, others: set[str]) -> bool:
    """Whether this looks like the assignment although it has no folder of its name: a loose file, a misspelt or deeper folder."""
    if not path.is_dir():
        return _is_work(path.name, assignment, others)
    if plain(path.name) in others or path.name.casefold() in _NO_STUDENTS:
        return False
    if plain(path.name).strip("- .") == plain(assignment) or inside_name(path.name, assignment):
        return True
    try:
        inside = os.listdir(path)[:200]
    except OSError:
        return False
    return assignment in inside or any(inside_name(name, assignment) and _is_work(name, assignment, others) for name in inside)


def _is_work(name: str, assignment: str, others: set[str]) -> bool:
    if any(inside_name(name, other) for other in others):
        return False
    return may_be_notebook(name) or name.lower().endswith(PACKED) or inside_name(name, assignment)


def _alike(students: list[str]) -> list[str]:
    """Folders of different students whose names a person, or another computer, takes for one."""
    same = defaultdict(list)
    for student in students:
        seen = "".join(sign for sign in unicodedata.normalize("NFKC", student) if unicodedata.category(sign) != "Cf")
        same[seen.casefold().strip()].append(student)
    return [message("submitted.alike", names=listed(map(ascii, those))) for those in same.values() if len(those) > 1]


def _is_link(path: Path) -> bool:
    return path.is_symlink() or getattr(os.path, "isjunction", lambda path: False)(path)


def _target(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return "?"
