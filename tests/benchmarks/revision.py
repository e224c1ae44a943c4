"""What revising costs in processor time: run me as a script to see the figures beside what is promised.

    python -m tests.benchmarks.revision

The exit status is 1 if a promise is broken. Best of several runs, because whatever else the computer does can only add.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from crmlib.revision import cards, dates, plan, session
from crmlib.revision.progress import Progress, Review

ROOT = Path(__file__).parents[2]
NEXT_CARD, FIRST_QUESTION, PLAN = 0.020, 1.0, 1.0  # seconds promised
REVIEWS, CARDS, DAYS = 10_000, 600, 44


def with_reviews(path: Path, count: int = REVIEWS) -> Progress:
    """A progress file with so many answers over the last months."""
    progress, known = Progress(path), cards.select()
    begun = dates.now() - timedelta(days=120)
    reviews = [known[number * 7 % len(known)] for number in range(count)]
    progress.add([Review(card.id, card.point, card.lesson, begun + timedelta(minutes=number * 17), 1 + number % 4) for number, card in enumerate(reviews)])
    progress.set("exam", (dates.today() + timedelta(days=DAYS)).isoformat())
    return progress


def so_many(count: int = CARDS) -> list[cards.Card]:
    """As many cards as there are promised to be planned, more than the bank has if need be."""
    known = cards.select()
    return [cards.Card(replace(known[number % len(known)].question, id=f"{known[number % len(known)].id}/{number}")) for number in range(count)]


def next_card(folder: Path, rounds: int = 30) -> float:
    """Seconds to keep an answer and show the next card, with all those reviews in the file; the median of a session."""
    asking = session.begin(with_reviews(folder / "revision.sqlite"), n=rounds)
    if len(asking.queue) < rounds:
        asking.queue = cards.select()[:rounds]
    taken = []
    asking.next()
    while len(taken) < rounds - 1:
        begun = time.process_time()
        if asking.turn.written:
            asking.answer({str(place): [] for place in range(len(asking.turn.card.question.written))})
        else:
            asking.answer("1" if asking.turn.asked.form in ("number", "list") else None)
            asking._keep(asking.turn, session.Rating.Good)
        asking.next().asked.shown()
        taken.append(time.process_time() - begun)
    return sorted(taken)[len(taken) // 2]


def first_question(folder: Path) -> float:
    """User and system seconds of `crmlib revise` until its first question stands there, the interpreter's start taken off."""
    with_reviews(folder / "revision.sqlite").close()
    return min(_run("-m", "crmlib.cli", "revise", folder=folder) for _ in range(3)) - min(_run("-c", "pass", folder=folder) for _ in range(3))


def _run(*words: str, folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], cwd=ROOT, env={**os.environ, "CRMLIB_DATA": str(folder)}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def planned(days: int = DAYS, runs: int = 3) -> float:
    """Seconds to plan six hundred cards to the exam date."""
    wanted, exam = so_many(), dates.today() + timedelta(days=days)
    taken = []
    for _ in range(runs):
        begun = time.process_time()
        plan.make(wanted, {}, {}, exam=exam, minutes=30)
        taken.append(time.process_time() - begun)
    return min(taken)


def main() -> int:
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder) / "one", Path(folder) / "other"
        measured = [
            (f"next card, {REVIEWS:,} reviews in the file", next_card(one), NEXT_CARD),
            ("first question of crmlib revise", first_question(other), FIRST_QUESTION),
            (f"plan of {CARDS} cards over {DAYS} days", planned(), PLAN),
            (f"plan of {CARDS} cards over 14 days", planned(14), PLAN),
        ]
    for name, seconds, promised in measured:
        print(f"{name:48} {seconds * 1000:8.1f} ms CPU   promised {promised * 1000:6.0f} ms")
        broken += seconds > promised
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
