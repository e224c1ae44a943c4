"""What was handed in: which students, and the bytes of a submission's regular files. Links and devices are never followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from crmlib.grading.intake_names import shown_name
from crmlib.language import message

MOST_FILES = 500
MOST_BYTES = 50_000_000
TIMESTAMP = "timestamp.txt"


def students(course_root: Path, assignment: str, submitted: str = "submitted") -> list[str]:
    """Everybody with a folder for this assignment."""
    folder = course_root / submitted
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith(".") and (entry / assignment).is_dir())


def files(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """Relative name to content of every regular file, and a sentence for whatever was left out."""
    found, left_out, total = {}, [], 0
    for path, kind in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if kind != "file":
            left_out.append(message(f"submitted.{kind}", name=shown_name(name)))
        elif len(found) >= MOST_FILES or total + path.stat().st_size > MOST_BYTES:
            left_out.append(message("submitted.too_much", name=shown_name(name)))
        else:
            found[name] = _read(path)
            total += len(found[name])
    return found, left_out


def timestamp(folder: Path) -> tuple[datetime | None, list[str]]:
    """When it was handed in, in UTC and read as nbgrader reads it; where the file cannot be read, a sentence says so."""
    from nbgrader.utils import parse_utc

    path = folder / TIMESTAMP
    if path.is_symlink() or not path.is_file():
        return None, []
    text = _read(path).decode("utf-8-sig", "replace").strip()
    try:
        return (parse_utc(text) if text else None), []
    except (ValueError, TypeError, OverflowError):
        return None, [message("submitted.timestamp", name=TIMESTAMP, text=text[:40])]


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_symlink():
            yield Path(entry.path), "link"
        elif entry.is_dir(follow_symlinks=False):
            if entry.name not in (".ipynb_checkpoints", "__pycache__"):
                yield from _walk(Path(entry.path))
        elif stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            yield Path(entry.path), "file"
        else:
            yield Path(entry.path), "special"


def _read(path: Path) -> bytes:
    # Not following a link that took the file's place since it was looked at, and not waiting for a pipe.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MOST_BYTES + 1)[:MOST_BYTES]
