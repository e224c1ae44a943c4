"""A student's own copy of the course: work never lies in tracked files, and no update overwrites it.

The copy has the course's own folders, so links and file names are the same. What nobody has changed is brought up to
date; what somebody has changed is kept, and the new version is put beside it. Standard library only: ``start.py`` uses it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from crmlib import whole
from crmlib.language import message

FOLDER = "my-course"
RECORD = ".crm-course.json"  # what was given: by it a changed file is told from an old one
_IN_USE = (errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY)


def sources(root: Path, language: str, lessons: Path) -> dict[str, Path]:
    """What belongs into the copy: its place there, and the file it is made from; ``lessons`` holds the notebooks with outputs."""
    found = {f"notebooks/{language}/{path.name}": path for path in sorted(lessons.glob("*.ipynb"))}
    for path in sorted((root / "assignments" / language).rglob("*")):
        if path.is_file() and ".ipynb_checkpoints" not in path.parts:
            found[path.relative_to(root).as_posix()] = path
    return found


def refresh(folder: Path, wanted: Mapping[str, Path]) -> list[str]:
    """Bring the copy up to date and return one sentence for every file that could not simply be replaced.

    A file counts as changed when a text in it is another one than the one given; running cells is no change.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record, said = _read_record(folder), []
    try:
        for place, source in wanted.items():
            sentence = _bring(folder, place, source.read_bytes(), record)
            if sentence:
                said.append(sentence)
    finally:
        whole.write(folder / RECORD, json.dumps(record, indent=1, sort_keys=True).encode())
    return said


def _bring(folder: Path, place: str, data: bytes, record: dict) -> str:
    """One file: written where it is missing or unchanged, else the new version is put beside it."""
    target, entry = folder / place, record.get(place, {})
    new, digest = _texts(data), hashlib.sha256(data).hexdigest()
    if not target.exists():
        whole.write(target, data)
    else:
        have = _texts(target.read_bytes())
        if have not in (new, entry.get("texts"), entry.get("coming")):
            return _put_beside(folder, place, data, record, new)
        if entry.get("file") != digest and not (have == new and not entry):
            record[place] = {**entry, "coming": new}  # interrupted in between, the file is one of the two
            try:
                whole.write(target, data)
            except OSError as error:
                if error.errno not in _IN_USE:
                    raise
                return message("opening.in_use", file=place)
    record[place] = {"texts": new, "file": digest}
    return ""


def _put_beside(folder: Path, place: str, data: bytes, record: dict, new: str) -> str:
    """The student's file stays as it is; a version offered before is replaced unless it has been written in, too."""
    if new in (record.get(place, {}).get("texts"), record.get(place, {}).get("offered")):
        return ""
    number = 1
    while True:
        beside = _beside(place, number)
        target = folder / beside
        if not target.exists() or _texts(target.read_bytes()) in (new, record.get(beside, {}).get("texts")):
            break
        number += 1
    whole.write(target, data)
    record[beside] = {"texts": new, "file": hashlib.sha256(data).hexdigest()}
    record[place] = {**record.get(place, {}), "offered": new}
    return message("opening.kept", file=place, new=Path(beside).name)


def _beside(place: str, number: int) -> str:
    stem, suffix = os.path.splitext(place)
    return f"{stem}.new{number if number > 1 else ''}{suffix}"


def _texts(data: bytes) -> str:
    """A fingerprint of what stands in a file: of a notebook the texts of its cells, for outputs and settings are no work."""
    try:
        cells = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(data)["cells"]]
    except (ValueError, KeyError, TypeError):
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def _read_record(folder: Path) -> dict:
    """The record, or none where it is lost or damaged: then every differing file counts as changed, and is kept."""
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    entries = record.items() if isinstance(record, dict) else ()
    return {place: entry for place, entry in entries if isinstance(entry, dict)}
