"""Trouble of the machine or of a setting: said as such, once, before or instead of the students' rows."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from crmlib.language import LANGUAGES, message

LEAST_FREE = 20_000_000  # bytes that a run may need at the least
SECONDS_FOR_THE_LOCK = 3
_DISK = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}
_RIGHTS = {errno.EROFS, errno.EACCES, errno.EPERM}
_OTHER = {errno.EMFILE, errno.ENFILE, errno.EIO, errno.ENOMEM, errno.EAGAIN}


class Trouble(Exception):
    """What stands in the way is no student's fault; the text names the remedy. ``rows`` are those that were graded before."""

    def __init__(self, text: str, rows: list[dict] | None = None):
        super().__init__(text)
        self.rows = rows or []


class SettingsTrouble(Trouble, ValueError):
    """A setting of the class that cannot be used."""


def said(error: BaseException, *, writing: bool = True) -> str | None:
    """The sentence for an error that is the machine's, or None for any other.

    Without ``writing`` a missing right is not the machine's: it may be one file of a student's.
    """
    for each in _chain(error):
        if isinstance(each, (sqlite3.OperationalError, sqlite3.DatabaseError)) and not isinstance(
            each, (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError)
        ):
            return _of_gradebook(str(each))
        if (
            type(each).__module__.startswith(("sqlalchemy", "psycopg"))
            and type(each).__name__ in ("OperationalError", "InterfaceError")
            and getattr(each, "orig", None) is None
        ):
            return message("trouble.gradebook", reason=_short(each))
        if isinstance(each, OSError) and each.errno in _DISK:
            return message("trouble.disk_full", place=str(each.filename or tempfile.gettempdir()))
        if isinstance(each, OSError) and each.errno in _RIGHTS and writing:
            return message("trouble.no_right", place=str(each.filename or "?"))
        if isinstance(each, OSError) and each.errno in _OTHER:
            return message("trouble.system", reason=_short(each))
    return None


def look(root: Path, db_url: str) -> None:
    """Raise Trouble where the class's folders, the system's temporary folder or the gradebook cannot be used now."""
    if not root.is_dir():
        raise Trouble(message("trouble.no_root", place=str(root)))
    gradebook = _file_of(db_url, root)
    places = [root, root / "marking", root / "autograded", Path(_temporary())]
    for place in [*places, *([gradebook.parent] if gradebook else [])]:
        if place.is_dir():
            try_to_write(place)
        elif os.path.lexists(place):
            raise Trouble(message("trouble.no_folder", place=str(place)))
    if gradebook is not None and gradebook.is_dir():
        raise Trouble(message("trouble.no_file", place=str(gradebook)))
    if gradebook is not None and gradebook.exists() and gradebook.stat().st_size:
        _try_gradebook(gradebook)


def other_gradebooks(root: Path, repository: Path, db_url: str) -> list[Path]:
    """Gradebooks with something in them where a command that was started elsewhere would have made one: nobody reads their marks."""
    ours = _file_of(db_url, root)
    places = [repository, repository / "course", root / "source", root / "submitted", root / "autograded", Path.cwd()]
    found = {path.resolve(): None for place in places if (path := place / "gradebook.db").is_file() and path.stat().st_size}
    classes = {(repository / "course" / language / "gradebook.db").resolve() for language in LANGUAGES}
    return [path for path in found if path not in classes and (ours is None or path != ours.resolve())]


def _temporary() -> str:
    try:
        return tempfile.gettempdir()
    except OSError as error:
        raise Trouble(message("trouble.no_temporary")) from error


def try_to_write(place: Path) -> None:
    """Raise Trouble where a folder takes no file, or hardly one more."""
    try:
        descriptor, name = tempfile.mkstemp(dir=place, prefix=".crmlib-")
        try:
            os.write(descriptor, b"x" * 1000)
        finally:
            os.close(descriptor)
            os.unlink(name)
        free = shutil.disk_usage(place).free
    except OSError as error:
        error.filename = str(place)
        raise Trouble(said(error) or message("trouble.no_right", place=str(place))) from error
    if free < LEAST_FREE:
        raise Trouble(message("trouble.disk_full", place=str(place)))


def _try_gradebook(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0)))  # SQLite itself would open it for reading, and refuse at the first mark
    except OSError as error:
        raise Trouble(said(error) or message("trouble.no_right", place=str(path))) from error
    try:
        with closing(sqlite3.connect(path, timeout=SECONDS_FOR_THE_LOCK, isolation_level=None)) as opened:
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise Trouble(_of_gradebook(str(error), str(path))) from error


def _file_of(db_url: str, root: Path) -> Path | None:
    """The file of an SQLite gradebook; None for a server's."""
    if not db_url.startswith("sqlite:///"):
        return None
    name = db_url.removeprefix("sqlite:///").partition("?")[0]
    return (root / name) if name and name != ":memory:" else None


def _of_gradebook(reason: str, place: str = "gradebook.db") -> str:
    text = reason.lower()
    kinds = {
        "locked": ("locked", "busy"),
        "disk_full": ("full",),
        "no_right": ("readonly", "read-only"),
        "damaged": ("malformed", "not a database", "encrypted"),
        "outdated": ("no such",),
    }
    kind = next((kind for kind, words in kinds.items() if any(word in text for word in words)), None)
    return message(f"trouble.{kind}", place=place) if kind else message("trouble.gradebook", reason=reason)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop(0)
        if each is not None and id(each) not in seen and isinstance(each, BaseException):
            seen.add(id(each))
            yield each
            waiting += [getattr(each, "orig", None), each.__cause__, each.__context__]


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]
