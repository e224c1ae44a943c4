"""Explorers of lesson 04."""

from __future__ import annotations

from crmlib.explorers.base import Control, Explorer
from crmlib.figures import consumption_value as figures

_ROOM = "explorers_consumption_value"


def delivered_value_balance() -> Explorer:
    """Can offer A win without touching its price?"""
    controls = [
        Control("service_value", f"{_ROOM}.service_value", 0, 40, 1, ".0f"),
        Control("monetary_price", f"{_ROOM}.monetary_price", 50, 90, 1, ".0f"),
        Control("time_cost", f"{_ROOM}.time_cost", 0, 20, 1, ".0f"),
        Control("mental_energy_cost", f"{_ROOM}.mental_energy_cost", 0, 10, 1, ".0f"),
    ]
    return Explorer(figures.delivered_value_balance(), controls, question=f"{_ROOM}.balance_question")


def value_of_time() -> Explorer:
    """Is there one best offer for everybody?"""
    controls = [
        Control("value_of_time", f"{_ROOM}.value_of_time", 0, 120, 1, ".0f"),
        Control("market_hours", f"{_ROOM}.market_hours", 0.5, 4, 0.25, ".2f"),
        Control("delivery_fee", f"{_ROOM}.delivery_fee", 0, 80, 5, ".0f"),
    ]
    return Explorer(figures.value_of_time(), controls, question=f"{_ROOM}.time_question")


def holbrook_cube() -> Explorer:
    """Which switch turns the status of a gift into ethics?"""
    controls = [Control(name, f"{_ROOM}.{name}", 0, 1, 1, ".0f") for name in ("intrinsic", "self_oriented", "reactive")]
    return Explorer(figures.holbrook_cube(), controls, question=f"{_ROOM}.cube_question")
