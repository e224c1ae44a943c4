"""Explorers of lesson 09."""

from __future__ import annotations

from crmlib.explorers.base import Control, Explorer
from crmlib.figures import loyalty_economics as figures

_ROOM = "explorers_loyalty_economics"


def retention_hyperbola() -> Explorer:
    """What does one more point of retention do?"""
    controls = [Control("retention_rate", f"{_ROOM}.retention_rate", 0.5, 0.95, 0.01, ".0%")]
    return Explorer(figures.retention_hyperbola(), controls, question=f"{_ROOM}.hyperbola_question")


def fit_it_yourself() -> Explorer:
    """Can you find a margin, a discount rate and an acquisition cost that meet all six printed values?"""
    controls = [
        Control("margin", f"{_ROOM}.margin", 5, 60, 0.5, ".1f"),
        Control("discount_rate", f"{_ROOM}.discount_rate", 0, 0.1, 0.0025, ".2%"),
        Control("acquisition_cost", f"{_ROOM}.acquisition_cost", 0, 80, 1, ".0f"),
    ]
    return Explorer(figures.credit_card_fit(margin=15.5), controls, question=f"{_ROOM}.fit_question")


def mailing_duel() -> Explorer:
    """From which response rate on is the rented list worth its rent?"""
    controls = [
        Control("cost_per_piece", f"{_ROOM}.cost_per_piece", 0.1, 1.5, 0.05, ".2f"),
        Control("rental_per_name", f"{_ROOM}.rental_per_name", 0, 2, 0.05, ".2f"),
        Control("response_rented", f"{_ROOM}.response_rented", 0.005, 0.08, 0.001, ".1%"),
        Control("response_random", f"{_ROOM}.response_random", 0.005, 0.03, 0.001, ".1%"),
    ]
    return Explorer(figures.mailing_duel(), controls, question=f"{_ROOM}.duel_question")
