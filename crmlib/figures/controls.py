"""What a reader can change in a picture: a slider, a switch, or a choice of a few.

A control knows every value it can take, in order, and how each is written. A page only tells at which place it
stands, so no number is rounded on the way, and what the eye reads is what a screen reader speaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crmlib.figures.numbers import minus
from crmlib.language import message, percent

Value = float | int | bool | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """A number from ``low`` to ``high`` in equal steps; ``shown`` is a format such as ".0f", or ".1%" for shares."""

    low: float
    high: float
    step: float
    start: float
    shown: str = ".0f"
    kind = "slider"

    @property
    def values(self) -> tuple[float, ...]:
        """Every place of the slider; whole numbers stay whole, so that they can count and index."""
        return _places(self.low, self.high, self.step, all(isinstance(number, int) for number in (self.low, self.step)))

    def text(self, value: float, room: str) -> str:
        """The value as it is printed and spoken."""
        if self.shown.endswith("%"):
            return percent(value, decimals=int(self.shown[1:-1]))
        return minus(value, self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A yes or no."""

    start: bool = False
    kind = "switch"
    values = (False, True)

    def text(self, value: bool, room: str) -> str:
        return message("show.yes" if value else "show.no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a few; an option's words stand in a room of the catalogue under its own name, the picture's room unless told."""

    options: tuple[str, ...]
    start: str
    words: str = ""
    kind = "choice"

    @property
    def values(self) -> tuple[str, ...]:
        return self.options

    def text(self, value: str, room: str) -> str:
        return message(f"{self.words or room}.{value}")


@lru_cache(maxsize=256)
def _places(low: float, high: float, step: float, whole: bool) -> tuple[float, ...]:
    found = [low + place * step for place in range(round((high - low) / step) + 1)]
    return tuple(found if whole else (round(value, 10) for value in found))


Control = Slider | Switch | Choice


def place_of(control: Control, value: Value) -> int:
    """At which of its values a control stands; a value between two steps is put at the nearer one.

    >>> place_of(Slider(low=0.5, high=0.95, step=0.01, start=0.8, shown=".0%"), 0.8)
    30
    """
    values: tuple[Any, ...] = control.values
    if control.kind != "slider" or value in values:
        return values.index(value)
    return min(range(len(values)), key=lambda place: abs(values[place] - value))
