"""Measure assignments in both languages, two at a time: every language in a process of its own."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from crmlib.assignments import configuration, marked_by_machine
from crmlib.course import ROOT
from crmlib.language import LANGUAGES, current_language, use_language
from crmlib.scorecard.measure import ExerciseScore, compare, measure


def run(stems: list[str] | None = None, root: Path = ROOT, processes: int = 2) -> list[ExerciseScore]:
    """The scores of these assignments, or of all."""
    wanted = [(stem, language, str(root)) for stem in stems or marked_by_machine("en", root) for language in LANGUAGES]
    # Never by fork: a fresh process starts its own sandbox and trusted process.
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(_one, wanted))
    scores = [score for group in found for score in group]
    for english in (score for score in scores if score.language == "en"):
        for chinese in scores:
            if (chinese.assignment, chinese.exercise, chinese.language) == (english.assignment, english.exercise, "zh"):
                compare(english, chinese)
    return scores


def _one(task: tuple[str, str, str]) -> list[ExerciseScore]:
    stem, language, root = task
    from crmlib.grading.doors.workers import kept_workers

    config = configuration(language, Path(root))
    before = current_language()
    try:
        return measure(stem, language, config, *kept_workers(config), Path(root))
    finally:
        use_language(before)
