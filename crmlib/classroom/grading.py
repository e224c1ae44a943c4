"""The door to the rooms below: whatever the classroom needs of grading is named here and nowhere else in it."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from crmlib.grading.doors.class_run import Class
from crmlib.grading.record.trouble import Trouble

__all__ = ["Class", "Trouble", "book", "home", "read_json", "write_json"]


def home(course: Class) -> Path:
    """Where the classroom keeps what it knows: the roster as it came, and what was collected from where."""
    return course.root / "classroom"


def book(course: Class):
    """nbgrader's gradebook of the class, to be used in a ``with`` statement."""
    from nbgrader.api import Gradebook

    return Gradebook(course.coursedir.db_url, course.coursedir.course_id)


def write_json(path: Path, values: object) -> None:
    """Replace a file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            json.dump(values, file, ensure_ascii=False, indent=1)
        os.replace(unfinished, path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def read_json(path: Path, otherwise):
    """What stands in a file, or ``otherwise`` where there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
    except (OSError, ValueError):
        return otherwise
