"""Explorers: a picture, one to four controls, and a sentence that says what is seen.

``from crmlib.explorers import loyalty_economics as explore`` gives the explorers of a lesson: one for every picture
with controls in ``crmlib.figures.loyalty_economics``, under the same name.
"""

from __future__ import annotations

import importlib
import importlib.util

from crmlib.explorers.explorer import Explorer
from crmlib.explorers.self_check import self_check

__all__ = ["Explorer", "explorers_of", "self_check"]


class LessonExplorers:
    """The explorers of one lesson, each a function of its picture's start values."""

    def __init__(self, module: str):
        self._pictures = explorers_of(module)

    def __getattr__(self, name: str):
        if name not in self._pictures:
            raise AttributeError(name)
        return lambda **start: Explorer(self._pictures[name](**start))

    def __dir__(self):
        return list(self._pictures)


def explorers_of(module: str) -> dict[str, type]:
    """The pictures of a lesson's module that a reader can move, by name."""
    from crmlib.figures.picture import Picture

    figures = importlib.import_module(f"crmlib.figures.{module}")
    own = {name: entry for name, entry in vars(figures).items() if isinstance(entry, type) and entry.__module__ == figures.__name__}
    return {name: entry for name, entry in own.items() if issubclass(entry, Picture) and entry.controls and not name.startswith("_")}


def __getattr__(name: str):
    if name.startswith("_") or importlib.util.find_spec(f"crmlib.figures.{name}") is None:
        raise AttributeError(name)
    return LessonExplorers(name)
