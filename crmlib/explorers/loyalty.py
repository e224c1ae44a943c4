"""Explorers of lesson 08."""

from __future__ import annotations

from crmlib.explorers.base import Control, Explorer
from crmlib.figures import loyalty as figures

_ROOM = "explorers_loyalty"


def satisfaction_loyalty_curve() -> Explorer:
    """How much is a 4 of 5 worth, where rivals are many and where leaving is hard?"""
    controls = [
        Control("satisfaction", f"{_ROOM}.satisfaction", 1, 5, 0.1, ".1f"),
        Control("competition", f"{_ROOM}.competition", 0, 1, 0.05, ".0%"),
        Control("switching_cost", f"{_ROOM}.switching_cost", 0, 1, 0.05, ".0%"),
    ]
    return Explorer(figures.satisfaction_loyalty_curve(), controls, question=f"{_ROOM}.curve_question")


def leaky_bucket() -> Explorer:
    """How full does a leaky bucket become?"""
    controls = [
        Control("inflow", f"{_ROOM}.inflow", 10, 80, 5, ".0f"),
        Control("defection_rate", f"{_ROOM}.defection_rate", 0.05, 0.5, 0.01, ".0%"),
        Control("start", f"{_ROOM}.start", 0, 1000, 50, ",.0f"),
    ]
    return Explorer(figures.leaky_bucket(), controls, question=f"{_ROOM}.bucket_question")


def attitude_repeat_map() -> Explorer:
    """Who of those who buy again is loyal?"""
    # A slider for what could be a button: one sees every customer move, and where to.
    controls = [
        Control("convenience", f"{_ROOM}.convenience", 0, 1, 0.1, ".0%"),
        Control("obstacles", f"{_ROOM}.obstacles", 0, 1, 0.1, ".0%"),
    ]
    return Explorer(figures.attitude_repeat_map(), controls, question=f"{_ROOM}.map_question")
