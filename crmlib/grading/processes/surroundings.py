"""What a call of a student's function needs around it: names that changed, replaced builtins, a seed set by the test.

A test that clears a list of the student's, sets a rate that the function reads, replaces ``input`` or sets a seed does
so in another process. What it did travels with the next call, and what the call did to those names travels back.
"""

from __future__ import annotations

import builtins

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # the checker knows only the module that stands here

import importlib
import random
import sys
from collections.abc import Callable

from crmlib.grading.processes.stand_ins import bring_back

LARGEST = 200_000  # bytes of a value that is looked at after every call; a larger one only where it is another object
_FIXED = (int, float, complex, bool, str, bytes, type(None), range)
_ABSENT = object()


class Watched:
    """The student's names that the running test reads, as they were when it last saw them."""

    def __init__(self):
        self.start()

    def start(self) -> None:
        self.seen: dict[str, tuple[object, object, bool]] = {}

    def remember(self, name: str, value, encoded: dict, size: int) -> None:
        if "value" in encoded and not callable(value):
            self.seen[name] = value, encoded, size <= LARGEST

    def take(self, given: dict, names: dict, decode: Callable, encode: Callable) -> None:
        """Give names the values that the test gave them, in place where their type allows."""
        for name, data in given.items():
            names[name] = bring_back(names.get(name, _ABSENT), decode(data))
            self.seen[name] = names[name], encode(names[name]), True

    def changed(self, names: dict, encode: Callable, size: Callable) -> dict:
        """The names with another value than before."""
        found = {}
        for name, (before, known, small) in self.seen.items():
            value = names.get(name, _ABSENT)
            if value is _ABSENT or value is before and (type(value) in _FIXED or not small):
                continue
            encoded = encode(value)
            if encoded != known:
                found[name] = encoded
            self.seen[name] = value, encoded, size() <= LARGEST
        return found


def prepare(more: dict, decode: Callable) -> Callable:
    """Set the seed and put in what the test replaced; returns what takes it out again."""
    if "random" in more:
        random.setstate(decode(more["random"]))
    if "numpy" in more and "numpy" in sys.modules:
        sys.modules["numpy"].random.set_state(decode(more["numpy"]))
    before = []
    for name, data in (more.get("replaced") or {}).items():
        place, _, attribute = name.rpartition(".")
        module = importlib.import_module(place)
        before.append((module, attribute, getattr(module, attribute, None)))
        setattr(module, attribute, decode(data))

    def undo() -> None:
        for module, attribute, value in before:
            setattr(module, attribute, value)

    return undo
