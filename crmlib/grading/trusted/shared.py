"""What a test does around its calls and the student's functions must notice: names, replaced builtins, seeds, output.

The functions run in another process. Before each call this finds what the test changed since the last one, and after
it takes over what the call changed. Nothing is sent that the test did not set itself, and of its own names only those
that the model answer's functions read.
"""

from __future__ import annotations

import builtins
import json
import random
import sys
import time
from collections.abc import Callable, Iterable

from crmlib.grading.processes.stand_ins import bring_back
from crmlib.grading.processes.surroundings import LARGEST
from crmlib.grading.wire.codec import NotPlain

_ABSENT = object()
_seeded = {"random": False, "numpy": False}
# What tests replace: where it stands, and what stood there when the process began.
_REPLACED: dict[str, tuple[object, str, object]] = {}


class Shared:
    """The student's side of one test cell, as the test last saw it."""

    def __init__(self, shell, table, encode: Callable):
        self.shell, self.table, self.encode = shell, table, encode
        self.stdin = sys.stdin

    def start(self, values: dict, shared: Iterable[str]) -> None:
        """A test cell begins, with these values lent by the student."""
        _seeded.update(dict.fromkeys(_seeded, False))
        self.values = values
        self.sent: dict = {}
        calls = any(callable(value) for value in values.values())
        names = [name for name, value in values.items() if not callable(value)]
        self.known = {name: self._text(name) for name in [*names, *shared]} if calls else {}

    def _text(self, name: str) -> str | None:
        """The name's value as text; None where it has none that could travel."""
        value = self.shell.names.get(name, _ABSENT)
        if value is _ABSENT or callable(value):
            return None
        try:
            text = json.dumps(self.encode(value))
        except (NotPlain, ValueError):
            return None
        return text if len(text) <= LARGEST else None

    def more(self) -> dict:
        """What the test changed since the last call."""
        more: dict = {}
        for name, before in self.known.items():
            text = self._text(name)
            if text is not None and text != before:
                self.known[name] = text
                more.setdefault("names", {})[name] = json.loads(text)
        replaced = {name: self.encode(value) for name, value in self._replaced()}
        return more | ({"replaced": replaced} if replaced else {}) | self._seeds()

    def _replaced(self) -> Iterable[tuple[str, object]]:
        for name, (module, attribute, first) in _REPLACED.items():
            own = self.shell.names.get(attribute, first) if module is builtins else first
            value = getattr(module, attribute, first)
            value = own if value is first else value
            if value is not first and callable(value):
                yield name, _Plain(value)
        if sys.stdin is not self.stdin and getattr(builtins, "input", None) is _REPLACED["builtins.input"][2]:
            yield "builtins.input", _read_line

    def _seeds(self) -> dict:
        found: dict = {}
        for name, state in (("random", random.getstate), ("numpy", lambda: sys.modules["numpy"].random.get_state())):
            if _seeded[name]:
                now = self.encode(state())
                if now != self.sent.get(name):  # otherwise the student's own numbers go on from where they are
                    self.sent[name] = found[name] = now
        return found

    def printed(self, texts: Iterable) -> None:
        """What the call printed goes where the test catches it, and nowhere else."""
        for name, text in texts:
            ours, current = (self.shell.streams[0], sys.stdout) if name == "stdout" else (self.shell.streams[1], sys.stderr)
            if current is not ours:
                current.write(text)

    def take(self, changed: dict, decode: Callable) -> None:
        """Take over what the call did to the student's names and to those that the test shares."""
        names = self.shell.names
        for name, wired in changed.items():
            if name not in self.known:
                continue
            try:
                value = bring_back(names.get(name, _ABSENT), decode(wired))
            except NotPlain:
                continue
            lent = name in self.values and names.get(name, _ABSENT) is self.values[name]
            names[name] = value
            if lent:
                self.values[name] = value
            self.known[name] = self._text(name)


class _Plain:
    """A function without anything else that it may be, such as a mock that answers to every name."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments, **options):
        return self.function(*arguments, **options)


def _read_line(prompt: str = "") -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError("EOF when reading a line")
    return line.rstrip("\n")


def notice() -> None:
    """From now on it is noticed when a test sets a seed or replaces a function that student code may call."""
    _notice(random, "random")
    if "numpy" in sys.modules:
        _notice(sys.modules["numpy"].random, "numpy")
    drawn = [name for name in random.__all__ if name[0].islower() and name not in ("seed", "getstate", "setstate")]
    places = [(builtins, "builtins", ("input", "print")), (random, "random", drawn), (time, "time", ("time", "sleep", "perf_counter"))]
    for module, place, names in places:
        for name in names:
            _REPLACED[f"{place}.{name}"] = module, name, getattr(module, name, None)


def _notice(module, name: str) -> None:
    def noticing(function):
        def noticed(*arguments, **options):
            _seeded[name] = True
            return function(*arguments, **options)

        noticed.__name__, noticed.__doc__ = function.__name__, function.__doc__
        return noticed

    for attribute in ("seed", "setstate", "set_state"):
        if hasattr(module, attribute):
            setattr(module, attribute, noticing(getattr(module, attribute)))
