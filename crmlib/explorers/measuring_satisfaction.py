"""Explorers of lesson 06."""

from __future__ import annotations

from crmlib.explorers.base import Control, Explorer
from crmlib.figures import measuring_satisfaction as figures

_ROOM = "explorers_measuring_satisfaction"


def iceberg() -> Explorer:
    """How many dissatisfied customers does the firm never hear of?"""
    controls = [
        Control("purchases", f"{_ROOM}.purchases", 100, 5000, 100, ",.0f"),
        Control("dissatisfied_share", f"{_ROOM}.dissatisfied_share", 0.01, 0.6, 0.01, ".0%"),
        Control("complaint_share", f"{_ROOM}.complaint_share", 0.01, 0.7, 0.01, ".0%"),
    ]
    return Explorer(figures.iceberg(), controls, question=f"{_ROOM}.iceberg_question")


def sample_machine() -> Explorer:
    """Do more answers bring a survey closer to the truth?"""
    controls = [
        Control("sample_size", f"{_ROOM}.sample_size", 50, 2500, 50, ",.0f"),
        Control("bias", f"{_ROOM}.bias", 0, 0.6, 0.05, ".2f"),
        Control("confidence", f"{_ROOM}.confidence", 0.8, 0.99, 0.01, ".0%"),
    ]
    return Explorer(figures.sample_machine(), controls, question=f"{_ROOM}.machine_question")


def importance_performance_map() -> Explorer:
    """Which attribute is worth improving?"""
    controls = [
        Control("attribute", f"{_ROOM}.attribute", 1, 8, 1, ".0f"),
        Control("improvement", f"{_ROOM}.improvement", 0.1, 1.5, 0.1, ".1f"),
        Control("derived", f"{_ROOM}.derived", 0, 1, 1, ".0f"),
    ]
    return Explorer(figures.importance_performance_map(), controls, question=f"{_ROOM}.map_question")
