"""Cells made by chance and run for real, to see what they take from names that were there before."""

import random
import re
from functools import cache

NAMES = "abcdefgh"
MOST_READS = 2_000  # functions that call each other would else go on for hours


class Stopped(BaseException):
    """The cell has read enough."""


class Anything:
    """A value that can be called, added, iterated, entered; each time it is asked, chance says yes or no."""

    def __init__(self, chance):
        vars(self)["chance"] = chance

    def _same(self, *_, **__):
        return self

    __call__ = __add__ = __radd__ = __iadd__ = __enter__ = __getitem__ = _same

    def _nothing(self, *_):
        return None

    __setitem__ = __delitem__ = __setattr__ = _nothing

    def _perhaps(self, *_):
        return self.chance.random() < 0.5

    __bool__ = __exit__ = __eq__ = _perhaps
    __hash__ = object.__hash__

    def __iter__(self):
        return iter([self] * self.chance.randrange(3))

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self


class Space(dict):
    """A namespace that notes which of the values given to it are read or deleted."""

    def __init__(self, given):
        super().__init__(given)
        self.given, self.taken, self.reads = dict(given), set(), 0

    def _note(self, name):
        self.reads += 1
        if self.reads > MOST_READS:
            raise Stopped
        if name in self.given and self.get(name) is self.given[name]:
            self.taken.add(name)

    def __getitem__(self, name):
        found = super().__getitem__(name)
        self._note(name)
        return found

    def __delitem__(self, name):
        self._note(name)
        super().__delitem__(name)

    def changed(self):
        return {name for name, value in self.given.items() if self.get(name) is not value}


def run(cell: str, values: dict) -> Space:
    """Run a cell in which these values were there before; whatever it raises ends it, as it ends a test."""
    space = Space(values)
    dict.__setitem__(space, "__builtins__", __builtins__)
    try:
        exec(compile(cell, "cell", "exec"), space)
    except (Exception, Stopped):
        pass
    return space


@cache
def cell(seed: int) -> str:
    """A cell that Python can compile."""
    while True:
        writer = Writer(random.Random(seed))
        text = "\n".join(line for _ in range(writer.chance.randint(1, 5)) for line in writer.statement()) + "\n"
        try:
            compile(text, "cell", "exec")
        except SyntaxError:  # `global` behind a use of the name, and the like
            seed += 1_000_003
        else:
            return text


# N stands for a name, V for a value and BODY for statements.
VALUES = ["N"] * 5 + ["N(V)", "(V + V)", "[V for N in V]", "list(V for N in V if V)", "(lambda N=V: V)()", "(N := V)", "(V if V else V)", "(V and V)", "{V: V}"]
SIMPLE = ["N = V", "N = V", "N = V", "N += V", "V", "N, *N = V, V", "N[V] = V", "N: N = V", "N = lambda N=N: V", "del N", "raise KeyError", "assert V"]
SIMPLE += ["import math as N"]
COMPOUND = [
    "if V:\n    BODY",
    "if V:\n    BODY\nelse:\n    BODY",
    "for N in V:\n    BODY\n    if V:\n        break\n    BODY",
    "for N in V:\n    BODY\n    if V:\n        continue\n    BODY\nelse:\n    BODY",
    "while V:\n    BODY\n    if V:\n        continue\n    BODY\n    break",
    "with V as N, V:\n    BODY",
    "from contextlib import suppress\nwith suppress(Exception):\n    BODY",
    "try:\n    BODY\nexcept KeyError as N:\n    BODY\nfinally:\n    BODY",
    "try:\n    BODY\nexcept Exception as N:\n    BODY\nelse:\n    BODY",
    "def N(N=V, *_, **__):\n    BODY\nN()",
    "def N(N=V, *_, **__):\n    global N\n    BODY",
    "class N:\n    BODY",
    "match V:\n    case [N, *_] if V:\n        BODY\n    case N:\n        BODY",
]


class Writer:
    """Writes statements and expressions over a few names, so that they often meet."""

    def __init__(self, chance):
        self.chance = chance

    def filled(self, text, depth):
        return re.sub(r"\b[NV]\b", lambda sign: self.chance.choice(NAMES) if sign[0] == "N" else self.value(depth - 1), text)

    def value(self, depth):
        return self.filled(self.chance.choice(VALUES), depth) if depth > 0 else self.chance.choice(NAMES)

    def statement(self, depth=3):
        if not depth or self.chance.random() < 0.4:
            return [self.filled(self.chance.choice(SIMPLE), 3)]
        lines = []
        for line in self.chance.choice(COMPOUND).split("\n"):
            lead, _, body = line.partition("BODY")
            found = [self.filled(line, 3)] if line == lead else [lead + each for _ in range(self.chance.randint(1, 3)) for each in self.statement(depth - 1)]
            lines += found
        return lines
