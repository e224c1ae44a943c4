"""Calculation tasks with fresh numbers: drawn by a seed, computed by the course's formulas, with the known mistakes beside."""

from crmlib.calculations.draw import Degenerate, Drawn, draw, drawn
from crmlib.calculations.formulas import compute, formula, names

__all__ = ["Degenerate", "Drawn", "compute", "draw", "drawn", "formula", "names"]
