"""A learner's progress: one SQLite file, written answer by answer, so that a crash loses nothing that was answered.

Two notebooks may have it open: every answer is one short transaction that reads what is remembered, and writes what is
remembered now. Trouble with the file is said, never blamed on the learner, and revising goes on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from crmlib.language import message
from crmlib.revision import place, schema, store
from crmlib.revision.memory import Memory
from crmlib.revision.store import Review, Sitting

__all__ = ["Progress", "Review", "Sitting", "mine"]


@cache
def _opened(path: Path | None) -> Progress:
    return Progress(path)


def mine() -> Progress:
    """The progress of whoever uses this computer's account, opened once."""
    return _opened(place.file())


class Progress:
    """What a learner has answered and remembers; ``notices`` holds what the learner should be told, in whole sentences."""

    def __init__(self, path: Path | None):
        self.path = path
        self.notices: list[str] = []
        self.kept = path is not None  # whether answers reach a file
        self._waiting: list[Review] = []
        self._seen: int | None = None
        self._memories: dict[str, Memory] = {}
        self._db = self._open(path) if path else store.connected(":memory:")

    # ---- opening -------------------------------------------------------------------------------------------------

    def _open(self, path: Path) -> sqlite3.Connection:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return store.connected(path)
        except schema.TooNew:
            return self._keep_nothing("revision.file_too_new", path)
        except sqlite3.OperationalError as error:  # no permission, no space, locked: the file itself may be sound
            return self._keep_nothing("revision.not_writable", path, error)
        except OSError as error:
            return self._keep_nothing("revision.not_writable", path, error)
        except sqlite3.DatabaseError:
            return self._set_aside(path)

    def _keep_nothing(self, key: str, path: Path, error: Exception | None = None) -> sqlite3.Connection:
        """Go on without a file, with what can be read of it; say so, and how to take the answers along."""
        self.kept = False
        self.notices.append(message(key, path=path, reason=str(error or ""), variable=place.VARIABLE))
        found = store.connected(":memory:")
        if key != "revision.file_too_new":
            store.write(found, store.readable(path))
        return found

    def _set_aside(self, path: Path) -> sqlite3.Connection:
        """Move a damaged file out of the way with all that belongs to it, and begin anew with what could be read of it."""
        rescued = store.readable(path)
        aside = path.with_name(f"{path.stem}-damaged-{datetime.now():%Y%m%d-%H%M%S-%f}{path.suffix}")
        try:
            for ending in ("", "-wal", "-shm"):
                if (part := Path(f"{path}{ending}")).exists():
                    part.replace(f"{aside}{ending}")
            found = store.connected(path)
        except (OSError, sqlite3.Error) as error:
            return self._keep_nothing("revision.not_writable", path, error)
        store.write(found, rescued)
        self.notices.append(message("revision.set_aside", path=path, aside=aside, count=len(rescued)))
        return found

    # ---- reading -------------------------------------------------------------------------------------------------

    def memories(self) -> dict[str, Memory]:
        """What is remembered of every card that was answered, also of those answered in another notebook meanwhile."""
        seen = self._db.execute("PRAGMA data_version").fetchone()[0]
        if seen != self._seen:
            rows = self._db.execute(store.REMEMBERED)
            self._memories, self._seen = {row[0]: store.memory_of(row) for row in rows}, seen
        return self._memories

    def reviews(self, *, since: datetime | None = None) -> list[Review]:
        """The answers in the order in which they were given."""
        rows = self._db.execute(f"SELECT {store.COLUMNS} FROM reviews WHERE at >= ? ORDER BY at, id", (since.timestamp() if since else float("-inf"),))
        return [*map(store.review_of, rows), *self._waiting]

    def times(self, card: str) -> int:
        """How often a card was answered."""
        return self._db.execute("SELECT count(*) FROM reviews WHERE card = ?", (card,)).fetchone()[0]

    def days(self) -> dict[str, set[str]]:
        """The days on which each card was answered, by the computer's time zone."""
        found: dict[str, set[str]] = {}
        for card, day in self._db.execute("SELECT DISTINCT card, date(at, 'unixepoch', 'localtime') FROM reviews"):
            found.setdefault(card, set()).add(day)
        return found

    def setting(self, name: str) -> str | None:
        found = self._db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def sittings(self) -> list[Sitting]:
        rows = self._db.execute("SELECT paper, started, ended, marks, earned, by_lesson FROM sittings ORDER BY id").fetchall()
        return [
            Sitting(
                row[0],
                datetime.fromtimestamp(row[1], UTC),
                datetime.fromtimestamp(row[2], UTC),
                row[3],
                row[4],
                {k: tuple(v) for k, v in json.loads(row[5]).items()},
            )
            for row in rows
        ]

    # ---- writing -------------------------------------------------------------------------------------------------

    def record(self, review: Review) -> None:
        """Keep an answer and what is remembered after it, in one transaction; what cannot be written now waits for the next answer."""
        self._waiting.append(review)
        self.flush()

    def amend(self, review: Review) -> None:
        """Keep an answer in the place of the same one as it was before; what is remembered follows from the first answer on."""
        if self.flush():
            try:
                store.write(self._db, [review], replay=True)
            except sqlite3.Error as error:
                self._waiting.append(review)
                self.notices.append(message("revision.not_written", path=self.path, reason=error, count=1))
            self._seen = None

    def flush(self) -> bool:
        """Write the answers that wait; False while the file cannot be written."""
        if not self._waiting:
            return True
        self._not_deleted()
        try:
            store.write(self._db, self._waiting)
        except sqlite3.Error as error:
            if len(self._waiting) == 1 or not self.notices:
                self.notices.append(message("revision.not_written", path=self.path, reason=error, count=len(self._waiting)))
            return False
        # The own writes are not counted by data_version, so what is remembered is taken up here.
        for review in self._waiting:
            row = self._db.execute(f"{store.REMEMBERED} WHERE card = ?", (review.card,)).fetchone()
            self._memories[review.card] = store.memory_of(row)
        self._waiting.clear()
        return True

    def set(self, name: str, value: object) -> None:
        """Keep a setting; None takes it away."""
        self._not_deleted()
        try:
            if value is None:
                self._db.execute("DELETE FROM settings WHERE name = ?", (name,))
            else:
                self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, str(value)))
        except sqlite3.Error as error:
            self.notices.append(message("revision.setting_not_written", path=self.path, reason=error))

    def keep_sitting(self, sitting: Sitting) -> None:
        """Keep the marks of a mock paper; those of the same sitting as they were before are replaced."""
        self._not_deleted()
        row = (sitting.paper, sitting.started.timestamp(), sitting.ended.timestamp(), sitting.marks, sitting.earned, json.dumps(sitting.by_lesson))
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("DELETE FROM sittings WHERE paper = ? AND started = ?", row[:2])
            self._db.execute("INSERT INTO sittings (paper, started, ended, marks, earned, by_lesson) VALUES (?, ?, ?, ?, ?, ?)", row)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self.notices.append(message("revision.setting_not_written", path=self.path, reason=error))

    def add(self, reviews: Iterable[Review]) -> int:
        """Take in answers given elsewhere; those that are there already count once. Returns how many were new."""
        before = self._db.execute("SELECT count(*) FROM reviews").fetchone()[0]
        store.write(self._db, list(reviews), replay=True)
        self._seen = None
        return self._db.execute("SELECT count(*) FROM reviews").fetchone()[0] - before

    def close(self) -> None:
        self._db.close()

    def _not_deleted(self) -> None:
        """Where the file was deleted under us, what we know of it goes into a new one."""
        if self.kept and self.path and not self.path.exists():
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                for ending in ("-wal", "-shm"):
                    Path(f"{self.path}{ending}").unlink(missing_ok=True)
                anew = store.connected(self.path)
                self._db.backup(anew)
                self._db, self._seen = anew, None
            except (OSError, sqlite3.Error):
                pass  # the next writing says what is wrong

    # ---- the exam ------------------------------------------------------------------------------------------------

    @property
    def exam(self) -> date | None:
        found = self.setting("exam")
        try:
            return date.fromisoformat(found) if found else None
        except ValueError:
            return None

    @property
    def minutes(self) -> int:
        """Minutes a day for revising."""
        found = self.setting("minutes") or ""
        return int(found) if found.isdigit() and int(found) > 0 else 30
