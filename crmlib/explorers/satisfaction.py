"""Explorers of lesson 05."""

from __future__ import annotations

from crmlib.explorers.base import Control, Explorer
from crmlib.figures import satisfaction as figures

_ROOM = "explorers_satisfaction"


def expectation_against_performance() -> Explorer:
    """Which of two customers is more satisfied, by the ratio and by the difference?"""
    names = ("perceived_first", "expected_first", "perceived_second", "expected_second")
    controls = [Control(name, f"{_ROOM}.{name}", 1, 10, 0.5, ".1f") for name in names]
    return Explorer(figures.expectation_against_performance(), controls, question=f"{_ROOM}.compare_question")


def promise_slider() -> Explorer:
    """Which promise leaves the most satisfied buyers?"""
    controls = [
        Control("promise", f"{_ROOM}.promise", 0, 100, 1, ".0f"),
        Control("performance", f"{_ROOM}.performance", 40, 90, 1, ".0f"),
        Control("assimilation", f"{_ROOM}.assimilation", 0, 0.8, 0.05, ".0%"),
    ]
    return Explorer(figures.promise_slider(), controls, question=f"{_ROOM}.promise_question")


def rising_expectations() -> Explorer:
    """Is the same extra value better given at once or in small steps?"""
    controls = [
        Control("adaptation_rate", f"{_ROOM}.adaptation_rate", 0.1, 1, 0.05, ".0%"),
        Control("total", f"{_ROOM}.total", 26, 104, 2, ".0f"),
        Control("kept_periods", f"{_ROOM}.kept_periods", 2, 12, 1, ".0f"),
    ]
    return Explorer(figures.rising_expectations(), controls, question=f"{_ROOM}.rising_question")
