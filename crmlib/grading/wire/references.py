"""What stays on its own side of the wall and is only named to the other: functions, iterators, classes of errors.

Both sides use this module. A side numbers the callables that it hands over in a ``Table``; the other makes stand-ins
that ask for a call by that number, and hands a stand-in back as the number it stands for. Only numbers that were given
out can be called, and all that travels with a call is plain data.
"""

from __future__ import annotations

import builtins as _builtins

__builtins__ = dict(vars(_builtins))  # type: ignore[assignment]  # as in codec.py, and for the same reason

import inspect
import types
from collections import abc
from collections.abc import Callable
from typing import Any

from crmlib.grading.wire import codec, reading
from crmlib.grading.wire.codec import TAG, Limits, NotPlain, name_of

_KINDS = (int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset, type(None))
TYPES = {kind.__name__: kind for kind in _KINDS}
ERRORS = {name: kind for name, kind in vars(_builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)}
_NAMED = {**TYPES, **ERRORS}
_AT_ONCE = 20  # items of an iterator that are drawn one by one, as late as the test asks for them; then many together
_TOGETHER = 200
_LONGEST_DOC = 20_000
_BESIDE = ("type", "class", "function")  # reasons for which one part is left out and the others still travel


class Table:
    """The callables that this side has handed over, and the stand-ins that it holds for those of the other side."""

    def __init__(self):
        self.own: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}
        self.others: dict[int, object] = {}
        self.lent: dict[int, int] = {}
        self.errors: dict[tuple[str, ...], type] = {}
        self.next = 0

    def number(self, value) -> int:
        """The number by which the other side may call this."""
        if id(value) not in self.numbers:
            self.own[self.next], self.numbers[id(value)] = value, self.next
            self.next += 1
        return self.numbers[id(value)]

    def stand_in(self, number: int, make: Callable):
        """The stand-in for a number of the other side: one and the same each time."""
        if number not in self.others:
            self.others[number] = make()
            self.lent[id(self.others[number])] = number
        return self.others[number]

    def forget(self) -> None:
        """Nothing that was handed over before can be called from now on."""
        self.own.clear()
        self.numbers.clear()

    def error_class(self, line: tuple[str, ...]) -> type:
        """The class of an error by its own name and those above it; the last name is that of a built-in one."""
        if len(line) == 1:
            return ERRORS.get(line[0], Exception)
        if line not in self.errors:
            base = self.error_class(line[1:])
            text = {"__str__": lambda self: str(self.args[0]) if self.args else ""}
            self.errors[line] = type(line[0], (base,), {"__module__": "__main__", **text})
        return self.errors[line]


class Drawer:
    """Draws the next items of an iterator when the other side asks: all that there were, and whether it has ended."""

    def __init__(self, iterator):
        self.iterator, self.error = iterator, None

    def __call__(self, count: int):
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        items = []
        for _ in range(count):
            try:
                items.append(next(self.iterator))
            except StopIteration:
                return items, True
            except Exception as error:
                if not items:
                    raise
                self.error = error  # after the items that came before it
                break
        return items, False


def drawn(ask: Callable):
    """A generator over the items of the other side's iterator."""
    for turn in range(10**9):
        items, ended = ask(1 if turn < _AT_ONCE else _TOGETHER)
        yield from items
        if ended:
            return


class Opaque:
    """A part of a value that could not come along: whoever uses it learns why; the parts beside it are there."""

    def __init__(self, reason: str, detail: str):
        self.__dict__["_why"] = (reason, detail)

    def _refuse(self, *_):
        raise TypeError(str(NotPlain(*self.__dict__["_why"])))

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse()

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __len__ = __iter__ = __call__ = _refuse
    __getitem__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __float__ = __int__ = __contains__ = _refuse
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<{self.__dict__['_why'][1] or '?'}>"


class Encoder(codec.Encoder):
    """Plain data, with functions, iterators and classes of errors as references into a table."""

    def __init__(self, limits: Limits, table: Table, forgiving: bool = False):
        super().__init__(limits, table.number)
        self.table, self.forgiving = table, forgiving

    def item(self, value):
        try:
            return self.encode(value)
        except NotPlain as refused:
            if not self.forgiving or refused.reason not in _BESIDE:
                raise
            return {TAG: "opaque", "reason": refused.reason, "detail": refused.detail}

    def reference(self, value, kind):
        number = self.table.lent.get(id(value))
        if number is not None:
            return {TAG: "yours", "id": number}
        if issubclass(kind, type):
            return self._class(value)
        iterates = kind is types.GeneratorType or kind.__module__ in ("builtins", "itertools") and issubclass(kind, abc.Iterator)
        if iterates:
            return {TAG: "iterator", "id": self.table.number(Drawer(value))}
        return None

    def _class(self, value):
        name = name_of(value)
        if _NAMED.get(name) is value:
            return {TAG: "builtin", "name": name}
        if issubclass(value, BaseException):
            return {TAG: "error", "line": line_of(value)}
        return None

    def function(self, value):
        whole = super().function(value)
        if type(value) is types.FunctionType:
            try:
                whole["about"] = self._about(value)
            except Exception:  # a default that cannot travel, a signature that lies: the function can still be called
                pass
        return whole

    def _about(self, function) -> dict:
        """What ``help`` shows of a function: its text and its parameters."""
        doc, parameters = function.__doc__, []
        for parameter in inspect.signature(function).parameters.values():
            shown = {"name": parameter.name, "kind": int(parameter.kind), "annotation": _annotation(parameter.annotation)}
            if parameter.default is not parameter.empty:
                shown["default"] = self.encode(parameter.default)
            parameters.append(shown)
        doc = doc[:_LONGEST_DOC] if type(doc) is str else None
        self.spend(len(parameters), len(doc or ""))
        return {"doc": doc, "parameters": parameters, "returns": _annotation(function.__annotations__.get("return", inspect.Parameter.empty))}


def line_of(kind: type) -> list[str]:
    """The names of an error's class and its ancestors, down to the nearest built-in one."""
    names = []
    for ancestor in type.__dict__["__mro__"].__get__(kind):
        name = name_of(ancestor)
        names.append(name)
        if ERRORS.get(name) is ancestor:
            return names[-20:]
    return ["Exception"]


def _annotation(annotation) -> str | None:
    if annotation is inspect.Parameter.empty:
        return None
    return name_of(annotation) if isinstance(annotation, type) else str(annotation)[:200]


class Decoder(reading.Decoder):
    """The way back; ``make(number, name, about)`` makes the stand-in of a function of the other side."""

    def __init__(self, limits: Limits, table: Table, make: Callable):
        super().__init__(limits, None)
        self.table, self.make = table, make

    def _tagged(self, data):
        return self.function(data) if data.get(TAG) == "function" else super()._tagged(data)

    def function(self, data):
        number, name = self.field(data, "id", int), self.field(data, "name", str)[:100]
        return self.table.stand_in(number, lambda: self.make(number, name, self._about(data.get("about"))))

    def other(self, tag, data):
        if tag == "yours":
            number = self.field(data, "id", int)
            if number not in self.table.own:
                raise NotPlain("broken")
            return self.table.own[number]
        if tag == "iterator":
            number = self.field(data, "id", int)
            ask = self.table.stand_in(number, lambda: self.make(number, "iterator", None))
            return drawn(ask)
        if tag == "builtin":
            return _NAMED[self.field(data, "name", str)]
        if tag == "error":
            return self.table.error_class(checked_line(data.get("line")))
        if tag == "opaque":
            return Opaque(self.field(data, "reason", str), self.field(data, "detail", str)[:100])
        return super().other(tag, data)

    def _about(self, data) -> dict | None:
        """A docstring and a signature, provided that they are what they should be."""
        if type(data) is not dict:
            return None
        doc, parameters = self.field(data, "doc", str, type(None)), []
        for shown in self.field(data, "parameters", list):
            default = self.decode(shown["default"]) if "default" in shown else inspect.Parameter.empty
            kind = inspect._ParameterKind(self.field(shown, "kind", int))
            parameters.append(inspect.Parameter(self.field(shown, "name", str), kind, default=default, annotation=self._annotation(shown)))
        returns = self._annotation({"annotation": data.get("returns")})
        return {"doc": doc, "signature": inspect.Signature(parameters, return_annotation=returns)}

    def _annotation(self, data):
        text = self.field(data, "annotation", str, type(None))
        return inspect.Parameter.empty if text is None else TYPES.get(text, text)


def checked_line(line) -> tuple[str, ...]:
    """The names of a class of errors as they came, provided that they are names."""
    if type(line) is not list or not 0 < len(line) <= 20 or not all(type(name) is str and name.isidentifier() for name in line):
        raise NotPlain("broken")
    return tuple(line)
