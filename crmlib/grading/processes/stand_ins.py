"""Stand-ins for a student's functions on the trusted side: called here, run in the sandbox.

What comes back is plain data. An error becomes the built-in error that an ``except`` of the test would catch; what
the function did to its arguments is done to them here too.
"""

from __future__ import annotations

import ast
import collections
import inspect
import types
from collections.abc import Callable
from typing import Any

from crmlib.grading.wire.codec import NotPlain
from crmlib.grading.wire.references import Table, checked_line
from crmlib.language import message


class Stub:
    # No docstring of ours: it would be taken for the student's. ``__class__`` answers isinstance(f, FunctionType).
    __doc__ = None
    __module__ = "__main__"
    __class__ = property(lambda self: types.FunctionType)

    def __init__(self, name: str, ask: Callable, about: dict | None = None):
        self.__name__ = self.__qualname__ = name if name.isidentifier() or name == "<lambda>" else "function"
        self._ask = ask
        if about is not None:
            self.__doc__, self._signature = about["doc"], about["signature"]
            self.__annotations__ = _annotations(about["signature"])
            self.__defaults__, self.__kwdefaults__ = _defaults(about["signature"])

    def __call__(self, /, *arguments, **options):
        return self._ask(self.__name__, arguments, options)

    def __repr__(self) -> str:
        return f"<function {self.__name__} of the submission>"

    def __copy__(self) -> Stub:
        return self

    def __deepcopy__(self, _) -> Stub:
        return self

    @property
    def __signature__(self):
        if "_signature" in self.__dict__:
            return self.__dict__["_signature"]
        raise TypeError(message("checks.no_signature", name=self.__name__))

    def __getattr__(self, name: str):
        raise AttributeError(message("checks.no_attribute", name=self.__dict__.get("__name__", "function"), attribute=name))


def _annotations(signature: inspect.Signature) -> dict:
    found = {parameter.name: parameter.annotation for parameter in signature.parameters.values()} | {"return": signature.return_annotation}
    return {name: annotation for name, annotation in found.items() if annotation is not inspect.Parameter.empty}


def _defaults(signature: inspect.Signature) -> tuple[tuple | None, dict | None]:
    """What ``f.__defaults__`` and ``f.__kwdefaults__`` hold."""
    given = [parameter for parameter in signature.parameters.values() if parameter.default is not inspect.Parameter.empty]
    named = {parameter.name: parameter.default for parameter in given if parameter.kind is parameter.KEYWORD_ONLY}
    return tuple(parameter.default for parameter in given if parameter.kind is not parameter.KEYWORD_ONLY) or None, named or None


# Python's own messages name the type: "unsupported operand type(s) for -: 'function' and 'int'".
Stub.__name__ = Stub.__qualname__ = "function"


def error_from(raised: dict, table: Table) -> BaseException:
    """The error of a student's function as its nearest built-in ancestor, with its own name where it had one."""
    try:
        line = checked_line(raised.get("line") or [raised.get("name"), raised.get("nearest")])
    except NotPlain:
        line = (str(raised.get("nearest")),)
    kind = table.error_class(line[1:] if line[:1] == line[1:2] else line)
    error: Any = _made(kind, str(raised.get("text")))
    error.students_lines = list(raised.get("traceback") or [])
    error.nearest = next((ancestor.__name__ for ancestor in kind.__mro__ if ancestor.__module__ == "builtins"), "Exception")
    return error


def _made(kind: type, text: str) -> BaseException:
    """An error of this kind; one that needs more than a text, such as UnicodeDecodeError, becomes its ancestor."""
    for ancestor in kind.__mro__:
        try:
            if ancestor is KeyError:  # whose text is its key, written as in code
                return KeyError(_literal(text))
            return ancestor(text) if text else ancestor()
        except Exception:
            continue
    return Exception(text)


def _literal(text: str):
    try:
        return ast.literal_eval(text)
    except Exception:
        return text


def bring_back(old: object, new: object) -> object:
    """Make ``old`` what a call left of it, in place where its type allows; returns what stands for it now."""
    if type(old) is not type(new):
        return new
    restore = _RESTORERS.get(type(old)) or _table_restorer(old)
    if restore is None:
        return new
    try:
        return restore(old, new)
    except Exception:  # a read-only array, a frame that refuses: the caller keeps what it had
        return old


def _list(old: list, new: list) -> list:
    old[:] = [bring_back(before, after) for before, after in zip(old, new)] + new[len(old) :]
    return old


def _dict(old: dict, new: dict) -> dict:
    merged = {key: bring_back(old[key], value) if key in old else value for key, value in new.items()}
    old.clear()
    for key, value in merged.items():  # a Counter's own update adds up
        old[key] = value
    return old


def _tuple(old: tuple, new: tuple) -> tuple:
    for before, after in zip(old, new):
        bring_back(before, after)
    return old if len(old) == len(new) else new


def _set(old: set, new: set) -> set:
    old.clear()
    old.update(new)
    return old


def _bytes(old: bytearray, new: bytearray) -> bytearray:
    old[:] = new
    return old


def _deque(old: collections.deque, new: collections.deque) -> collections.deque:
    old.clear()
    old.extend(new)
    return old


_RESTORERS: dict[type, Callable] = {list: _list, dict: _dict, tuple: _tuple, set: _set, bytearray: _bytes, collections.deque: _deque}
_RESTORERS |= dict.fromkeys((collections.Counter, collections.defaultdict, collections.OrderedDict), _dict)


def _table_restorer(value: object) -> Callable | None:
    kind = type(value)
    family = kind.__module__.partition(".")[0]
    if family == "numpy" and kind.__name__ == "ndarray":
        return _array
    if family == "pandas" and kind.__name__ in ("DataFrame", "Series"):
        return _table
    return None


def _array(old, new):
    if old.shape != new.shape:
        old.resize(new.shape, refcheck=False)
    old[...] = new
    return old


def _table(old, new):
    type(old).__init__(old, new)  # a table may have other rows and columns afterwards
    return old
