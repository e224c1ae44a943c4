"""Stand-ins for a student's functions on the trusted side: called here, run in the sandbox.

What comes back is plain data. An error becomes the built-in error that an ``except`` of the test would catch; what
the function did to its arguments is done to them here too.
"""

from __future__ import annotations

import ast
import builtins
import types
from collections.abc import Callable

from crmlib.language import message


class Stub:
    # No docstring: libraries would show it as the student's. ``__class__`` answers isinstance(f, FunctionType).
    __doc__ = None
    __module__ = "__main__"
    __class__ = property(lambda self: types.FunctionType)

    def __init__(self, name: str, ask: Callable):
        self.__name__ = self.__qualname__ = name if name.isidentifier() or name == "<lambda>" else "function"
        self._ask = ask

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
        raise TypeError(message("checks.no_signature", name=self.__name__))

    def __getattr__(self, name: str):
        raise AttributeError(message("checks.no_attribute", name=self.__dict__.get("__name__", "function"), attribute=name))


# Python's own messages name the type: "unsupported operand type(s) for -: 'function' and 'int'".
Stub.__name__ = Stub.__qualname__ = "function"


def error_from(raised: dict) -> BaseException:
    """The error of a student's function as its nearest built-in ancestor, with its own name where it had one."""
    base = getattr(builtins, str(raised.get("nearest")), None)
    if not (isinstance(base, type) and issubclass(base, BaseException)):
        base = Exception
    name, text = str(raised.get("name")), str(raised.get("text"))
    kind = base if name == base.__name__ or not name.isidentifier() else _named(name, base)
    error = _made(kind, text)
    error.students_lines = list(raised.get("traceback") or [])
    return error


def _named(name: str, base: type) -> type:
    return type(name, (base,), {"__module__": "__main__", "__str__": lambda self: str(self.args[0]) if self.args else ""})


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
    old.update(merged)
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


_RESTORERS = {list: _list, dict: _dict, tuple: _tuple, set: _set, bytearray: _bytes}


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
