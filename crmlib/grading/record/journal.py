"""What is marked but not yet wholly recorded: after a kill it is recorded, and never executed again.

Before anything of a submission changes, its marks are put aside here; when its finished folder stands in place they are
dropped. A run finds what a killed one left, and goes on with a regrading that was cut off.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crmlib import whole
from crmlib.grading.marking.submission import Marked


@dataclass(frozen=True)
class Entry:
    """A marked submission; ``seal`` says of which files, under which assignment, limits and grader."""

    student: str
    seal: str
    marked: Marked
    when: datetime | None
    forget: bool


def seal(model: str, files: Mapping[str, bytes]) -> str:
    """Changes whenever the files do, or what ``model_answer.seal`` covers."""
    found = hashlib.sha256(model.encode())
    for name in sorted(files):
        found.update(f"{name}\0{len(files[name])}\0".encode("utf-8", "replace") + files[name])
    return found.hexdigest()


def _folder(course_root: Path, assignment: str) -> Path:
    return course_root / "marking" / assignment / ".journal"


def _place(course_root: Path, assignment: str, student: str) -> Path:
    return _folder(course_root, assignment) / hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def put(course_root: Path, assignment: str, entry: Entry) -> None:
    """Put a marked submission aside."""
    target = _place(course_root, assignment, entry.student)
    whole.write(target, pickle.dumps(entry), unfinished_in=target.parent.parent)


def drop(course_root: Path, assignment: str, student: str) -> None:
    """It is recorded, or it is not to be."""
    _place(course_root, assignment, student).unlink(missing_ok=True)


def left(course_root: Path, assignment: str) -> dict[str, Entry]:
    """What a killed run had marked, by student; whatever cannot be read is executed again."""
    found = {}
    for path in sorted(_folder(course_root, assignment).glob("*")):
        try:
            entry = pickle.loads(path.read_bytes())
            found[entry.student] = entry
        except Exception:
            path.unlink(missing_ok=True)
    return found


class Regrading:
    """A whole class that is graded again (``--force``): who is still to come, kept from the first submission to the last."""

    def __init__(self, course_root: Path, assignment: str):
        self.place = course_root / "marking" / assignment / ".regrading"
        self.done_place = self.place.with_name(".regraded")

    def pending(self) -> tuple[str, list[str]]:
        """The seal under which it began, and whom it has not reached; nobody where none was cut off."""
        try:
            known = json.loads(self.place.read_text(encoding="utf-8"))
            done = set(self.done_place.read_text(encoding="utf-8").splitlines()) if self.done_place.exists() else set()
            return known["seal"], [student for student in known["students"] if student not in done]
        except (OSError, ValueError, KeyError, TypeError):
            return "", []

    def begin(self, seal: str, students: Iterable[str]) -> None:
        """From now on these are to be graded again, whatever happens in between."""
        self.done_place.unlink(missing_ok=True)
        whole.write(self.place, json.dumps({"seal": seal, "students": list(students)}).encode("utf-8", "surrogatepass"))

    def reached(self, student: str) -> None:
        """This one is graded again."""
        if self.place.exists():
            with self.done_place.open("a", encoding="utf-8", errors="surrogatepass") as file:
                file.write(f"{student}\n")

    def end(self) -> None:
        """Everybody was reached."""
        self.place.unlink(missing_ok=True)
        self.done_place.unlink(missing_ok=True)
