"""The progress file: nothing answered is lost, whatever happens to it; two programs at once; old, new and damaged files; JSON."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from crmlib.language import message
from crmlib.revision import exchange, memory, place, schema, store
from crmlib.revision.memory import Rating
from crmlib.revision.progress import Progress, Review, Sitting
from tests.conftest import ROOT

AT = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)


def review(number=0, card="09-01", rating=3, at=AT, **given) -> Review:
    return Review(card, "clv-definition", "09-loyalty-economics", at + timedelta(minutes=number), rating, **given)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "revision.sqlite"


def test_an_answer_and_what_is_remembered_after_it_are_there_when_the_file_is_opened_again(path):
    progress = Progress(path)
    progress.record(review(rating=1, seconds=12.5))
    progress.record(review(20, rating=3))
    progress.set("exam", "2027-01-10")
    progress.close()
    again = Progress(path)
    assert again.reviews() == [review(rating=1, seconds=12.5), review(20, rating=3)]
    expected = memory.reviewed(memory.reviewed(None, Rating.Again, AT), Rating.Good, AT + timedelta(minutes=20))
    assert again.memories()["09-01"].to_dict() == expected.to_dict()
    assert (again.exam.isoformat(), again.times("09-01"), again.notices) == ("2027-01-10", 2, [])


def test_two_notebooks_see_each_others_answers_and_none_is_lost(path):
    one, other = Progress(path), Progress(path)
    one.memories(), other.memories()
    one.record(review(0, "a"))
    assert set(other.memories()) == {"a"}
    other.record(review(1, "b"))
    other.record(review(2, "a", rating=1))
    assert set(one.memories()) == {"a", "b"} and one.times("a") == 2
    assert one.memories()["a"].to_dict() == other.memories()["a"].to_dict()


def test_many_writers_at_once_lose_nothing(path):
    Progress(path).close()

    def write(name):
        mine = Progress(path)
        for number in range(15):
            mine.record(review(number, f"{name}-{number % 3}"))
        mine.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    progress = Progress(path)
    assert len(progress.reviews()) == 60 and len(progress.memories()) == 12 and not progress.notices


WRITER = """
import sys
from datetime import timedelta
from pathlib import Path
from tests.test_revision_progress import review
from crmlib.revision.progress import Progress
progress = Progress(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 1_000_000):
    progress.record(review(number, f"card-{number % 7}"))
    print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(12))
def test_killed_at_any_moment_everything_that_was_answered_is_there(path, round_):
    """kill -9 while answers are written as fast as they can be; the same file again and again."""
    after = random.Random(round_).uniform(0.0, 0.25)
    told, first = set(), 0
    for _ in range(2):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(first)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        told.add(int(writer.stdout.readline()))
        time.sleep(after)
        os.kill(writer.pid, signal.SIGKILL)
        told |= {int(line) for line in writer.stdout.read().splitlines() if line.isdigit()}
        writer.wait()
        first = max(told) + 10
    progress = Progress(path)
    kept = {round((each.at - AT).total_seconds() / 60) for each in progress.reviews()}
    assert told <= kept and len(kept - told) <= 2, "at most the answer that was being told"
    assert not progress.notices
    replayed = {}
    for each in progress.reviews():
        replayed[each.card] = memory.reviewed(replayed.get(each.card), Rating(each.rating), each.at)
    assert {card: each.to_dict() for card, each in progress.memories().items()} == {card: each.to_dict() for card, each in replayed.items()}


def damaged(path, how):
    progress = Progress(path)
    progress.add([review(number, f"card-{number}") for number in range(400)])
    progress.close()
    content = bytearray(path.read_bytes())
    if how == "no database":
        content = bytearray(b"this is a letter to my aunt" * 100)
    elif how == "cut short":
        content = content[: len(content) // 2]
    elif how == "empty":
        content = bytearray()
    else:
        content[-20480:-4096] = os.urandom(16384)
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["no database", "cut short", "overwritten"])
def test_a_damaged_file_is_set_aside_with_a_message_and_revising_goes_on(path, how):
    damaged(path, how)
    before = path.read_bytes()
    progress = Progress(path)
    (aside,) = path.parent.glob("revision-damaged-*.sqlite")
    assert aside.read_bytes() == before
    assert len(progress.notices) == 1 and str(aside) in progress.notices[0] and progress.kept
    progress.record(review(9999, "new"))
    assert "new" in Progress(path).memories()
    if how == "overwritten":
        assert len(progress.reviews()) > 1, "what could be read is in the new file"


def test_an_empty_file_is_a_new_one(path):
    path.parent.mkdir()
    path.touch()
    progress = Progress(path)
    progress.record(review())
    assert Progress(path).times("09-01") == 1 and not progress.notices


def test_a_file_of_the_first_version_is_brought_up_to_date_with_all_it_holds(path):
    path.parent.mkdir()
    old = sqlite3.connect(path)
    old.executescript(schema.MIGRATIONS[0] + "PRAGMA user_version = 1;")
    known = memory.reviewed(None, Rating.Good, AT)
    old.execute("INSERT INTO memory VALUES (?, ?, ?, ?, ?, ?, ?)", ("09-01", int(known.state), known.step, known.stability, known.difficulty, known.due.timestamp(), AT.timestamp()))
    old.execute("INSERT INTO reviews (card, point, lesson, at, rating) VALUES ('09-01', 'clv-definition', '09-loyalty-economics', ?, 3)", (AT.timestamp(),))
    old.execute("INSERT INTO settings VALUES ('exam', '2027-01-10')")
    old.commit()
    old.close()
    progress = Progress(path)
    assert progress.reviews() == [review()] and progress.exam.isoformat() == "2027-01-10"
    assert progress.memories()["09-01"].to_dict() == known.to_dict()
    progress.keep_sitting(Sitting("120-7", AT, AT, 100, 61, {"09-loyalty-economics": (6, 10)}))
    assert len(progress.sittings()) == 1
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone()[0] == schema.VERSION


def test_a_file_of_a_later_version_is_left_alone_and_said(path):
    Progress(path).record(review())
    later = sqlite3.connect(path)
    later.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    later.close()
    before = path.read_bytes()
    progress = Progress(path)
    assert not progress.kept and progress.notices == [message("revision.file_too_new", path=path)]
    progress.record(review(5))
    assert path.read_bytes() == before


def no_folder(path, monkeypatch):
    path.parent.write_text("a file where the folder should be", encoding="utf-8")


def read_only(path, monkeypatch):
    """As SQLite says it; an account that may write everywhere could not be stopped by the file's mode."""
    Progress(path).record(review())
    connect = store.connected

    def refuse(wanted):
        if wanted == path:
            raise sqlite3.OperationalError("attempt to write a readonly database")
        return connect(wanted)

    monkeypatch.setattr(store, "connected", refuse)


@pytest.mark.parametrize("make", [no_folder, read_only])
def test_where_nothing_can_be_written_it_is_said_and_answers_can_be_taken_along(path, make, tmp_path, monkeypatch):
    make(path, monkeypatch)
    progress = Progress(path)
    assert not progress.kept and len(progress.notices) == 1
    assert str(path) in progress.notices[0] and place.VARIABLE in progress.notices[0]
    assert len(progress.reviews()) == (make is read_only), "what is there can be used"
    progress.record(review(7, "new"))
    exchange.write(progress, tmp_path / "copy.json")
    assert exchange.read(elsewhere := Progress(tmp_path / "elsewhere.sqlite"), tmp_path / "copy.json") == len(progress.reviews())
    assert "new" in elsewhere.memories()


def test_a_locked_file_makes_answers_wait_and_none_is_lost(path, monkeypatch):
    monkeypatch.setattr("crmlib.revision.store.WAIT_SECONDS", 0.05)
    progress = Progress(path)
    locker = sqlite3.connect(path, isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    progress.record(review(0, "a"))
    progress.record(review(1, "b"))
    assert len(progress.notices) == 1 and str(path) in progress.notices[0]
    assert [each.card for each in progress.reviews()] == ["a", "b"], "they count as answered"
    locker.execute("ROLLBACK")
    progress.record(review(2, "c"))
    assert [each.card for each in Progress(path).reviews()] == ["a", "b", "c"]


def test_a_file_that_was_deleted_meanwhile_is_written_anew(path):
    progress = Progress(path)
    progress.record(review(0, "a"))
    for part in path.parent.iterdir():
        part.unlink()
    progress.record(review(1, "b"))
    assert set(Progress(path).memories()) == {"a", "b"}


def test_nothing_is_kept_where_pages_for_everybody_are_made(monkeypatch):
    monkeypatch.setenv(place.VARIABLE, "none")
    assert place.file() is None
    progress = Progress(None)
    progress.record(review())
    assert progress.memories() and not progress.kept and not progress.notices


# ---- JSON -----------------------------------------------------------------------------------------------------------


def test_a_copy_can_be_taken_in_elsewhere_again_and_again(path, tmp_path):
    progress = Progress(path)
    for number, rating in enumerate((1, 3, 4, 2)):
        progress.record(review(number * 60 * 24, "a" if number < 3 else "b", rating))
    progress.set("exam", "2027-01-10")
    progress.keep_sitting(Sitting("60-7", AT, AT + timedelta(hours=1), 50, 31.5, {"09-loyalty-economics": (3, 5)}))
    assert exchange.write(progress, tmp_path / "copy.json") == 4
    other = Progress(tmp_path / "other.sqlite")
    other.record(review(60 * 24 * 9, "a"))
    assert (exchange.read(other, tmp_path / "copy.json"), exchange.read(other, tmp_path / "copy.json")) == (4, 0)
    assert other.times("a") == 4 and other.exam.isoformat() == "2027-01-10" and other.sittings() == progress.sittings()
    replayed = None
    for each in other.reviews():
        if each.card == "a":
            replayed = memory.reviewed(replayed, Rating(each.rating), each.at)
    assert other.memories()["a"].to_dict() == replayed.to_dict(), "as if all had been answered here"


def _spoilt(text, how):
    data = json.loads(text)
    if how == "rating":
        data["reviews"][1]["rating"] = 9
    elif how == "no time zone":
        data["reviews"][1]["at"] = "2027-01-01T09:00:00"
    elif how == "field missing":
        del data["reviews"][1]["card"]
    elif how == "other version":
        data["version"] = 99
    elif how == "other file":
        data = {"cells": []}
    elif how == "no list":
        data["reviews"] = {"a": 1}
    elif how == "infinite":
        data["reviews"][1]["seconds"] = float("inf")
    return json.dumps(data)


@pytest.mark.parametrize("how", ["rating", "no time zone", "field missing", "other version", "other file", "no list", "infinite", "no json"])
def test_a_faulty_copy_is_refused_with_its_place_and_changes_nothing(path, tmp_path, how):
    progress = Progress(path)
    progress.record(review(0, "a"))
    progress.record(review(1, "b"))
    copy = tmp_path / "copy.json"
    exchange.write(progress, copy)
    copy.write_text("{" if how == "no json" else _spoilt(copy.read_text(encoding="utf-8"), how), encoding="utf-8")
    other = Progress(tmp_path / "other.sqlite")
    with pytest.raises(exchange.ExchangeError, match="copy.json"):
        exchange.read(other, copy)
    assert other.reviews() == []


def test_a_copy_that_cannot_be_written_or_found_is_said(path, tmp_path):
    (tmp_path / "a file").write_text("x")
    with pytest.raises(exchange.ExchangeError, match="a file"):
        exchange.write(Progress(path), tmp_path / "a file" / "copy.json")
    with pytest.raises(exchange.ExchangeError, match="missing.json"):
        exchange.read(Progress(path), tmp_path / "missing.json")
