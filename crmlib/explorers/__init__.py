"""Explorers: a picture, one to four controls, and a sentence that says what is seen."""

from crmlib.explorers.self_check import self_check

__all__ = ["self_check"]
