"""The tables of the progress file, version by version: a file of any earlier version is brought up to date when it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

# One entry a version; what has been published is never changed, a change is a new entry.
MIGRATIONS: tuple[str, ...] = (
    # 1: what is remembered of each card, every answer, and the learner's settings.
    """
    CREATE TABLE memory (
        card TEXT PRIMARY KEY, state INTEGER NOT NULL, step INTEGER, stability REAL, difficulty REAL, due REAL NOT NULL, last_review REAL
    ) WITHOUT ROWID;
    CREATE TABLE reviews (
        id INTEGER PRIMARY KEY, card TEXT NOT NULL, point TEXT NOT NULL, lesson TEXT NOT NULL,
        at REAL NOT NULL, rating INTEGER NOT NULL, seconds REAL
    );
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
    # 2: where an answer was given; an index for what is asked of the answers; mock papers that were sat.
    """
    ALTER TABLE reviews ADD COLUMN source TEXT NOT NULL DEFAULT 'session';
    CREATE UNIQUE INDEX reviews_once ON reviews (card, at, source);
    CREATE INDEX reviews_at ON reviews (at);
    CREATE TABLE sittings (
        id INTEGER PRIMARY KEY, paper TEXT NOT NULL, started REAL NOT NULL, ended REAL, marks REAL NOT NULL, earned REAL, by_lesson TEXT NOT NULL
    );
    """,
)
VERSION = len(MIGRATIONS)


class TooNew(Exception):
    """A file that a later version of the course has written."""


def migrate(connection: sqlite3.Connection, on_version: Callable[[int], None] = lambda version: None) -> None:
    """Bring a file up to date, each version in one transaction; a second program that does so at the same time waits."""
    while (found := version(connection)) != VERSION:
        if found > VERSION:
            raise TooNew(found)
        connection.execute("BEGIN IMMEDIATE")
        try:
            if version(connection) == found:  # nobody was faster
                for statement in MIGRATIONS[found].split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {found + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        on_version(found + 1)


def version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]
