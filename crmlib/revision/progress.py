"""A learner's progress: one SQLite file, written answer by answer, so that a crash loses nothing that was answered.

Two notebooks may have it open: every answer is one short transaction that reads what is remembered, and writes what is
remembered now. Trouble with the file is said, never blamed on the learner, and revising goes on.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from crmlib.language import message
from crmlib.revision import place, schema
from crmlib.revision.memory import Memory, Rating, State, reviewed

WAIT_SECONDS = 5.0  # for another notebook that is writing
COLUMNS = "card, point, lesson, at, rating, seconds, source"


@dataclass(frozen=True, slots=True)
class Review:
    """One answer: to which card and exam point, when, how it was rated, in how many seconds, and where it was given."""

    card: str
    point: str
    lesson: str
    at: datetime
    rating: int
    seconds: float | None = None
    source: str = "session"

    @property
    def row(self) -> tuple:
        return self.card, self.point, self.lesson, self.at.timestamp(), int(self.rating), self.seconds, self.source


@dataclass(frozen=True, slots=True)
class Sitting:
    """A mock paper that was sat: its name, when, its marks, and the marks earned and possible in each lesson."""

    paper: str
    started: datetime
    ended: datetime
    marks: float
    earned: float
    by_lesson: dict[str, tuple[float, float]]


@cache
def _opened(path: Path | None) -> Progress:
    return Progress(path)


def mine() -> Progress:
    """The progress of whoever uses this computer's account, opened once."""
    return _opened(place.file())


class Progress:
    """What a learner has answered and remembers; ``notices`` holds what the learner should be told, in whole sentences."""

    def __init__(self, path: Path | None):
        self.path, self.notices = path, []
        self.kept = path is not None  # whether answers reach a file
        self._waiting: list[Review] = []
        self._seen: int | None = None
        self._memories: dict[str, Memory] = {}
        self._db = self._open(path) if path else _connected(":memory:")

    # ---- opening -------------------------------------------------------------------------------------------------

    def _open(self, path: Path) -> sqlite3.Connection:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return _connected(path)
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
        found = _connected(":memory:")
        if key != "revision.file_too_new":
            _write(found, _readable(path))
        return found

    def _set_aside(self, path: Path) -> sqlite3.Connection:
        """Move a damaged file out of the way with all that belongs to it, and begin anew with what could be read of it."""
        rescued = _readable(path)
        aside = path.with_name(f"{path.stem}-damaged-{datetime.now():%Y%m%d-%H%M%S-%f}{path.suffix}")
        try:
            for ending in ("", "-wal", "-shm"):
                if (part := Path(f"{path}{ending}")).exists():
                    part.replace(f"{aside}{ending}")
            found = _connected(path)
        except (OSError, sqlite3.Error) as error:
            return self._keep_nothing("revision.not_writable", path, error)
        _write(found, rescued)
        self.notices.append(message("revision.set_aside", path=path, aside=aside, count=len(rescued)))
        return found

    # ---- reading -------------------------------------------------------------------------------------------------

    def memories(self) -> dict[str, Memory]:
        """What is remembered of every card that was answered, also of those answered in another notebook meanwhile."""
        seen = self._db.execute("PRAGMA data_version").fetchone()[0]
        if seen != self._seen:
            rows = self._db.execute("SELECT card, state, step, stability, difficulty, due, last_review FROM memory")
            self._memories, self._seen = {row[0]: _memory(row) for row in rows}, seen
        return self._memories

    def reviews(self, *, since: datetime | None = None) -> list[Review]:
        """The answers in the order in which they were given."""
        rows = self._db.execute(f"SELECT {COLUMNS} FROM reviews WHERE at >= ? ORDER BY at, id", (since.timestamp() if since else float("-inf"),))
        return [Review(*row[:3], datetime.fromtimestamp(row[3], UTC), *row[4:]) for row in [*rows, *(waiting.row for waiting in self._waiting)]]

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
            Sitting(row[0], datetime.fromtimestamp(row[1], UTC), datetime.fromtimestamp(row[2], UTC), row[3], row[4], {k: tuple(v) for k, v in json.loads(row[5]).items()})
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
                _write(self._db, [review], replay=True)
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
            _write(self._db, self._waiting)
        except sqlite3.Error as error:
            if len(self._waiting) == 1 or not self.notices:
                self.notices.append(message("revision.not_written", path=self.path, reason=error, count=len(self._waiting)))
            return False
        # The own writes are not counted by data_version, so what is remembered is taken up here.
        for review in self._waiting:
            row = self._db.execute("SELECT card, state, step, stability, difficulty, due, last_review FROM memory WHERE card = ?", (review.card,)).fetchone()
            self._memories[review.card] = _memory(row)
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
        _write(self._db, list(reviews), replay=True)
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
                anew = _connected(self.path)
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


def _connected(path: Path | str) -> sqlite3.Connection:
    """A connection to a sound file of the present version; raises what SQLite says of any other."""
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _patiently(connection, "PRAGMA journal_mode = WAL")  # readers do not wait for a writer
        connection.execute("PRAGMA synchronous = FULL")  # what was answered outlives a power cut
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("malformed")
        schema.migrate(connection)
        if str(path) != ":memory:":
            connection.execute("BEGIN IMMEDIATE")  # a file that can only be read is found out now, not at the first answer
            connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Run what SQLite does not wait for by itself while another program has the file."""
    begun = time.monotonic()
    while True:
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() - begun > WAIT_SECONDS:
                raise
            time.sleep(0.02)


def _write(connection: sqlite3.Connection, reviews: list[Review], *, replay: bool = False) -> None:
    """Answers and what is remembered after them, all or nothing; with ``replay`` from the first answer on, whatever the order."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for review in reviews:
            known = "REPLACE" if replay else "IGNORE"
            new = connection.execute(f"INSERT OR {known} INTO reviews ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", review.row).rowcount
            if new and not replay:
                row = connection.execute("SELECT card, state, step, stability, difficulty, due, last_review FROM memory WHERE card = ?", (review.card,)).fetchone()
                _remember(connection, review.card, reviewed(_memory(row) if row else None, Rating(review.rating), review.at))
        if replay:
            for card in dict.fromkeys(review.card for review in reviews):
                memory = None
                for at, rating in connection.execute("SELECT at, rating FROM reviews WHERE card = ? ORDER BY at, id", (card,)).fetchall():
                    memory = reviewed(memory, Rating(rating), datetime.fromtimestamp(at, UTC))
                _remember(connection, card, memory)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _remember(connection: sqlite3.Connection, card: str, memory: Memory) -> None:
    last = memory.last_review.timestamp() if memory.last_review else None
    row = (card, int(memory.state), memory.step, memory.stability, memory.difficulty, memory.due.timestamp(), last)
    connection.execute("INSERT OR REPLACE INTO memory VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _memory(row: tuple) -> Memory:
    _, state, step, stability, difficulty, due, last = row
    when = datetime.fromtimestamp(last, UTC) if last is not None else None
    return Memory(0, State(state), step, stability, difficulty, datetime.fromtimestamp(due, UTC), when)


def _readable(path: Path) -> list[Review]:
    """Every answer that can still be read from a file, one by one until the damage."""
    found: list[Review] = []
    try:
        if not path.is_file():
            return []
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if not os.access(path.parent, os.W_OK) else ''}", uri=True)
    except (sqlite3.Error, OSError, ValueError):
        return []
    try:
        named = {row[1] for row in connection.execute("PRAGMA table_info(reviews)")}
        source = "source" if "source" in named else "'session'"
        for row in connection.execute(f"SELECT card, point, lesson, at, rating, seconds, {source} FROM reviews"):
            try:
                found.append(Review(*map(str, row[:3]), datetime.fromtimestamp(row[3], UTC), int(Rating(row[4])), row[5], str(row[6])))
            except (ValueError, TypeError, OverflowError, OSError):
                continue
    except (sqlite3.Error, UnicodeError):
        pass
    finally:
        connection.close()
    return sorted(found, key=lambda review: review.at)
