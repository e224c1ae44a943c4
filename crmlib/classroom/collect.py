"""Take a class's submissions from a platform's zip or a folder into submitted/: what is sure, and nothing over what lies there.

Each student's files go into place in one step, under the names they were handed in with, and with the time of the bundle.
What was taken from where is kept, so that feedback can go back under the platform's own names.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crmlib.classroom import bundles, grading, matching, tables, units
from crmlib.classroom.matching import Match
from crmlib.classroom.people import Person
from crmlib.classroom.trouble import ClassroomError
from crmlib.language import listing, message
from crmlib.terminal import one_line

TIMESTAMP = "timestamp.txt"
MOST_OF_ONE = 500_000_000  # bytes that one student's files may unpack to
LONGEST_PART = 200  # bytes of one part of a path


@dataclass
class Row:
    """One person's files in a bundle, whose they are, and what became of them."""

    unit: units.Unit
    match: Match
    state: str = ""  # "new", "same", "kept", "newer", "open", "nothing"
    notes: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.match.person.number if self.match.status == "sure" and self.match.person else ""


@dataclass
class Collection:
    """Everything that a run of ``collect`` found, and whether it wrote."""

    rows: list[Row]
    troubles: list[str]
    missing: list[Person]  # on the roster, with nothing collected


def collect(course: grading.Class, source: Path, assignment: str, *, said: dict[str, str] | None = None, newer: bool = False, write: bool = True) -> Collection:
    """Match every file of ``source`` to the roster and take what is sure; ``said`` maps a unit's name to a student number by hand.

    ``newer``: where another version was collected, put this one in its place and keep the other in classroom/earlier/.
    """
    from crmlib.classroom import roster

    _known_assignment(course, assignment)
    everybody = roster.everybody(course)
    if not everybody:
        raise ClassroomError(message("classroom.no_roster", course=course.root.name))
    index = matching.Index(everybody, assignment)
    bundle = bundles.read(source)
    found = units.units(bundle, index)
    rows = [Row(unit, match) for unit, match in units.matches(found, index)]
    _by_hand(rows, said or {}, index)
    _one_person_twice(rows)
    together = _together(rows)
    taken = Taken(course, assignment, newer=newer, write=write)
    for those in together.values():
        taken.take(those)
    for row in rows:
        row.state = row.state or "open"
    if write:
        taken.remember(source)
    there = {row.number for row in rows if row.number} | taken.collected
    missing = [someone for someone in everybody if someone.number not in there]
    return Collection(rows, bundle.troubles, missing)


def _known_assignment(course: grading.Class, assignment: str) -> None:
    folder = course.folder("source", ".", assignment)
    if not folder.is_dir():
        there = sorted(path.name for path in folder.parent.glob("*") if path.is_dir()) if folder.parent.is_dir() else []
        raise ClassroomError(message("classroom.no_assignment", assignment=assignment, there=listing(there)))


def read_said(pairs: Iterable[str], table: Path | None = None) -> dict[str, str]:
    """What a person decided: "NAME=NUMBER" each, and a table as ``collect`` writes it, with the numbers filled in."""
    said: dict[str, str] = {}
    for pair in pairs:
        name, equals, number = pair.rpartition("=")
        if not equals or not name.strip() or not number.strip():
            raise ClassroomError(message("classroom.match_form", received=pair))
        said[name.strip()] = number.strip()
    if table is not None:
        rows = [row for sheet in tables.read(table, lambda rows: len(rows[0]) if rows else 0) for row in sheet.rows if any(row)]
        if not rows or len(rows[0]) < 2:
            raise ClassroomError(message("classroom.match_table", path=table))
        for row in rows[1:]:
            if len(row) > 1 and row[0] and row[1]:
                said[row[0]] = row[1]
    return said


def _by_hand(rows: list[Row], said: dict[str, str], index: matching.Index) -> None:
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for name in {row.unit.name, row.unit.name.rpartition("/")[2], Path(row.unit.name).stem}:
            by_name[name].append(row)
    for name, number in said.items():
        if len(by_name[name]) != 1:
            raise ClassroomError(message("classroom.match_unknown" if not by_name[name] else "classroom.match_several", name=name))
        if number.casefold() not in index.numbers:
            raise ClassroomError(message("classroom.match_number", name=name, number=number))
        by_name[name][0].match = Match("sure", index.numbers[number.casefold()], why=message("classroom.by_hand"))


def _one_person_twice(rows: list[Row]) -> None:
    """Two accounts of a platform that lead to one student are two people: which is which, a person must say."""
    accounts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.number and row.unit.platform != "files":
            accounts[row.number].append(row)
    for those in accounts.values():
        if len({row.unit.name for row in those}) > 1 and any(row.match.why != message("classroom.by_hand") for row in those):
            for row in those:
                if row.match.why != message("classroom.by_hand"):
                    row.match = Match(
                        "unsure",
                        candidates=(row.match.person,),
                        why=message("classroom.two_accounts", name=row.match.person.full_name, units=listing(each.unit.name for each in those)),
                    )


def _together(rows: list[Row]) -> dict[str, list[Row]]:
    together: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.number:
            together[row.number].append(row)
    return together


class Taken:
    """The one who writes: compares with what lies there, puts files into place, remembers where they came from."""

    def __init__(self, course: grading.Class, assignment: str, *, newer: bool, write: bool):
        self.course, self.assignment, self.newer, self.write = course, assignment, newer, write
        self.kept = grading.home(course) / "collected" / f"{assignment}.json"
        self.known: dict[str, dict] = grading.read_json(self.kept, {})
        self.collected = {path.parent.name for path in course.submitted.glob(f"*/{assignment}") if path.is_dir()}
        shutil.rmtree(self._workshop, ignore_errors=True)  # of a run that was killed

    @property
    def _workshop(self) -> Path:
        return grading.home(self.course) / ".unfinished"

    def take(self, rows: list[Row]) -> None:
        """Everything that belongs to one student."""
        number = rows[0].number
        files, when = self._files(rows)
        if not files:
            for row in rows:
                row.state = "nothing"
            return
        target = self.course.submitted / number / self.assignment
        if len(rows) > 1:
            rows[0].notes.append(message("classroom.several_files", count=len(rows), names=one_line(listing(row.unit.name.rpartition("/")[2] for row in rows))))
        state = "new"
        if os.path.lexists(target) and (not target.is_dir() or any(target.iterdir())):
            state = "same" if _contents(target) == {name: _seal(content) for name, content in files.items()} else "newer" if self.newer else "kept"
        for row in rows:
            row.state = state
        if state == "kept":
            rows[0].notes.append(message("classroom.kept", folder=_short(target, self.course.root)))
        if self.write and state in ("new", "newer"):
            self._put(files, when, target, number)
        if self.write and state != "kept":
            self._note(number, rows, when)

    def _files(self, rows: list[Row]) -> tuple[dict[str, bytes], datetime | None]:
        """The files of one student under safe names, and the last time at which one was written."""
        files: dict[str, bytes] = {}
        times: list[datetime] = []
        size = 0
        for row in rows:
            for inside, entry in row.unit.files:
                try:
                    if entry.trouble:
                        raise bundles.Unreadable(entry.trouble)
                    if size + entry.size > MOST_OF_ONE:
                        raise bundles.Unreadable(message("classroom.file_large", megabytes=(size + entry.size) // 1_000_000, most=MOST_OF_ONE // 1_000_000))
                    content = entry.read()
                except bundles.Unreadable as error:
                    row.notes.append(f"{one_line(inside)}: {error}")
                    continue
                size += len(content)
                row.notes += _odd(inside, content)
                if entry.when is not None:
                    times.append(entry.when)
                name = _safe(inside)
                if name.casefold() == TIMESTAMP and not row.unit.own_times:
                    row.notes.append(message("classroom.own_timestamp"))
                    continue
                files[_free(name, content, files)] = content
            row.notes += row.unit.notes
        return files, max(times) if times and TIMESTAMP not in files else None

    def _put(self, files: dict[str, bytes], when: datetime | None, target: Path, number: str) -> None:
        self._workshop.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=self._workshop))
        unfinished.chmod(0o755)
        for name, content in files.items():
            path = unfinished / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if when is not None:
            (unfinished / TIMESTAMP).write_text(f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n", encoding="ascii")
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(target) and not (target.is_dir() and not any(target.iterdir())):
            earlier = grading.home(self.course) / "earlier" / self.assignment / number / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
            earlier.parent.mkdir(parents=True, exist_ok=True)
            _move(target, earlier)
        elif target.is_dir():
            target.rmdir()
        _move(unfinished, target)

    def _note(self, number: str, rows: list[Row], when: datetime | None) -> None:
        first = rows[-1].unit
        self.known[number] = {
            "platform": first.platform, "unit": first.name, "folder": first.folder, "files": [entry.path for row in rows for _, entry in row.unit.files],
            "time": when.isoformat() if when else None, "late": any(row.unit.late for row in rows),
        }  # fmt: skip

    def remember(self, source: Path) -> None:
        """Keep where everything came from; leave no workshop behind."""
        grading.write_json(self.kept, self.known)
        shutil.rmtree(self._workshop, ignore_errors=True)


def _move(folder: Path, target: Path) -> None:
    """Rename a folder into place; where submitted/ is another disk, copy it beside its place first, so that it appears there whole."""
    try:
        folder.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".{target.name}.unfinished")
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(folder, beside, symlinks=True)
        beside.rename(target)
        shutil.rmtree(folder, ignore_errors=True)


def collected(course: grading.Class, assignment: str) -> dict[str, dict]:
    """Where each student's files came from, by number."""
    return grading.read_json(grading.home(course) / "collected" / f"{assignment}.json", {})


def _odd(name: str, content: bytes) -> list[str]:
    """What a person should know of a file that broke off on its way."""
    lower = name.lower()
    if lower.endswith((".part", ".crdownload", ".download", ".filepart", ".partial")):
        return [message("classroom.unfinished_name", name=one_line(name))]
    if lower.endswith(".ipynb"):
        if not content.strip():
            return [message("classroom.empty_file", name=one_line(name))]
        if content.lstrip()[:1] == b"{" and not content.rstrip(b"\0 \r\n\t").endswith(b"}"):
            return [message("classroom.broken_off", name=one_line(name))]
    return []


def _safe(inside: str) -> str:
    """A relative path that every system can hold."""
    parts = []
    for part in inside.replace("\\", "/").split("/"):
        part = "".join("_" if sign in '<>:"|?*' or not sign.isprintable() else sign for sign in part).rstrip(" .")
        if part.strip(". "):
            stem, dot, ending = part.rpartition(".")
            while len(part.encode("utf-8", "replace")) > LONGEST_PART and len(stem) > 1:
                stem = stem[:-1]
                part = f"{stem}{dot}{ending}"
            parts.append(part)
    return "/".join(parts) or "file"


def _free(name: str, content: bytes, files: dict[str, bytes]) -> str:
    """A name that no other file of the student has; the same file twice is one file."""
    folders = {parent.as_posix() for each in files for parent in Path(each).parents}
    taken = {each.casefold(): each for each in files}
    stem, dot, ending = name.rpartition(".")
    number, tried = 1, name
    while tried.casefold() in taken or tried in folders or any(str(parent) in files for parent in Path(tried).parents):
        if tried.casefold() in taken and files[taken[tried.casefold()]] == content:
            return taken[tried.casefold()]
        number += 1
        tried = f"{stem} ({number}){dot}{ending}" if dot else f"{name} ({number})"
    return tried


def _seal(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _contents(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        return {}
    return {
        path.relative_to(folder).as_posix(): _seal(path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name != TIMESTAMP and ".ipynb_checkpoints" not in path.parts
    }


def _short(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
