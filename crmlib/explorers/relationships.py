"""Explorers of lesson 02."""

from __future__ import annotations

from crmlib.explorers.base import Control, Explorer
from crmlib.figures import relationships as figures

_ROOM = "explorers_relationships"


def stage_dial() -> Explorer:
    """At which stage is this relationship, and what throws it back?"""
    controls = [
        Control("supply_reliability", f"{_ROOM}.supply_reliability", 0.7, 1, 0.01, ".0%"),
        Control("information_sensitivity", f"{_ROOM}.information_sensitivity", 0, 3, 1, ".0f"),
        Control("problems_solved_jointly", f"{_ROOM}.problems_solved_jointly", 0, 6, 1, ".0f"),
    ]
    return Explorer(figures.stage_dial(), controls, question=f"{_ROOM}.dial_question")


def volume_loyalty_map() -> Explorer:
    """Which type of customer leaves first when a rival undercuts the price?"""
    controls = [
        Control("price_gap", f"{_ROOM}.price_gap", 0, 0.3, 0.01, ".0%"),
        Control("volume_boundary", f"{_ROOM}.volume_boundary", 1000, 20_000, 500, ",.0f"),
        Control("loyalty_boundary", f"{_ROOM}.loyalty_boundary", 0.3, 0.9, 0.01, ".0%"),
    ]
    return Explorer(figures.volume_loyalty_map(), controls, question=f"{_ROOM}.map_question")


def ladder_flow() -> Explorer:
    """At which step of the ladder is a doubling worth most?"""
    controls = [
        Control("prospects", f"{_ROOM}.prospects", 500, 3000, 50, ",.0f"),
        Control("to_first_time", f"{_ROOM}.to_first_time", 0.05, 0.5, 0.01, ".0%"),
        Control("to_client", f"{_ROOM}.to_client", 0.05, 0.5, 0.01, ".0%"),
        Control("to_partner", f"{_ROOM}.to_partner", 0.05, 0.5, 0.01, ".0%"),
    ]
    return Explorer(figures.ladder_flow(), controls, question=f"{_ROOM}.flow_question")
