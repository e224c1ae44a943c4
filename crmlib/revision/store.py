"""The progress file as SQLite has it: opened sound or not at all, written in whole transactions, read as far as it can be read."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crmlib.revision import schema
from crmlib.revision.memory import Memory, Rating, State, reviewed

WAIT_SECONDS = 5.0  # for another notebook that is writing
COLUMNS = "card, point, lesson, at, rating, seconds, source"
REMEMBERED = "SELECT card, state, step, stability, difficulty, due, last_review FROM memory"


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


def review_of(row: tuple) -> Review:
    """The answer that stands in a row of the columns above."""
    card, point, lesson, at, rating, seconds, source = row
    return Review(str(card), str(point), str(lesson), datetime.fromtimestamp(at, UTC), int(Rating(rating)), seconds, str(source))


@dataclass(frozen=True, slots=True)
class Sitting:
    """A mock paper that was sat: its name, when, its marks, and the marks earned and possible in each lesson."""

    paper: str
    started: datetime
    ended: datetime
    marks: float
    earned: float
    by_lesson: dict[str, tuple[float, float]]


def connected(path: Path | str) -> sqlite3.Connection:
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


def write(connection: sqlite3.Connection, reviews: list[Review], *, replay: bool = False) -> None:
    """Answers and what is remembered after them, all or nothing; with ``replay`` from the first answer on, whatever the order."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for review in reviews:
            known = "REPLACE" if replay else "IGNORE"
            new = connection.execute(f"INSERT OR {known} INTO reviews ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", review.row).rowcount
            if new and not replay:
                row = connection.execute(f"{REMEMBERED} WHERE card = ?", (review.card,)).fetchone()
                _remember(connection, review.card, reviewed(memory_of(row) if row else None, Rating(review.rating), review.at))
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


def memory_of(row: tuple) -> Memory:
    _, state, step, stability, difficulty, due, last = row
    when = datetime.fromtimestamp(last, UTC) if last is not None else None
    return Memory(0, State(state), step, stability, difficulty, datetime.fromtimestamp(due, UTC), when)


def readable(path: Path) -> list[Review]:
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
                found.append(review_of(row))
            except (ValueError, TypeError, OverflowError, OSError):
                continue
    except (sqlite3.Error, UnicodeError):
        pass
    finally:
        connection.close()
    return sorted(found, key=lambda review: review.at)
