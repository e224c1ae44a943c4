"""Which names a test cell takes from elsewhere, and which it makes itself: read off its code, before it runs.

Every name that a cell might take from the student has to be fetched first. A name that is taken for the student's
although the cell makes it costs nothing; one that is overlooked would fail an honest answer.
"""

from __future__ import annotations

import ast
import dis
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_READS = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"}
_DELETES = {"DELETE_NAME", "DELETE_GLOBAL"}
_BINDS = {"STORE_NAME", "STORE_GLOBAL"}
_AT_ONCE = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}  # nested code that runs where it stands
_BY_TEXT = {"globals", "locals", "vars", "dir", "eval", "exec"}  # with these a text may be the name of a variable


@dataclass(frozen=True)
class Names:
    """``read``: names whose value may come from outside the cell; ``bound``: names that the cell gives a value.

    ``called``: names that functions of the cell read when they are called, wherever these get their value; ``deleted``:
    names that it takes away; ``open``: whether it may give or take any name, by a text, a star or a magic.
    """

    read: frozenset[str]
    bound: frozenset[str]
    called: frozenset[str] = frozenset()
    deleted: frozenset[str] = frozenset()
    open: bool = False


@lru_cache(2048)
def names(source: str) -> Names:
    """The names of a cell; none where it is no Python.

    >>> sorted(names("due = area(3)\\nassert due == sum(sides), due").read)
    ['area', 'sides', 'sum']
    """
    walk = _Walk()
    try:
        tree = parse(source)
        walk.block(tree.body, frozenset())
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a text nested so deeply that no parser follows
        return Names(frozenset(), frozenset())
    read = walk.read | (walk.later - walk.bound)
    if _BY_TEXT & read:
        read |= _in_texts(tree)
    plain = frozenset(name for name in read if not _is_special(name))
    opened = _is_open(tree, walk.read | walk.called)
    return Names(plain, frozenset(walk.bound), frozenset(walk.called), frozenset(walk.deleted), opened)


@lru_cache(512)
def imports(source: str) -> dict[str, str]:
    """Name to import statement, for the imports at the top level of a cell."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Import) or isinstance(node, ast.ImportFrom) and not node.level and node.module != "__future__":
            for alias in node.names:
                if alias.name != "*":
                    found[(alias.asname or alias.name).split(".")[0]] = ast.unparse(node)
    return found


@lru_cache(512)
def functions(source: str) -> frozenset[str]:
    """The functions and classes that the top level of a cell defines."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)))


def parse(source: str) -> ast.Module:
    """The syntax tree of a cell, magics and all."""
    try:
        return compile(source, "cell", "exec", ast.PyCF_ONLY_AST | _AWAIT, True)
    except SyntaxError:
        if not any(sign in source for sign in "%!?"):
            raise
        from IPython.core.inputtransformer2 import TransformerManager

        source = TransformerManager().transform_cell(source)
        return compile(source, "cell", "exec", ast.PyCF_ONLY_AST | _AWAIT, True)


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _is_open(tree: ast.Module, read: set[str]) -> bool:
    stars = (alias.name == "*" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names)
    return bool((_BY_TEXT | {"get_ipython"}) & read) or any(stars)


def _in_texts(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {node.value} if node.value.isidentifier() else names(node.value).read
    return found


class _Walk:
    """Goes through a cell in the order in which it runs. ``defined`` is what surely has a value at that place."""

    def __init__(self):
        self.read: set[str] = set()
        self.later: set[str] = set()  # read in functions, which run when everything may be defined
        self.called: set[str] = set()  # the same, whatever is defined by then
        self.bound: set[str] = set()
        self.deleted: set[str] = set()

    def block(self, statements: Iterable[ast.stmt], defined: frozenset[str]) -> frozenset[str] | None:
        """What is defined after the statements; None where they never come to their end."""
        for statement in statements:
            walk = getattr(self, f"_{type(statement).__name__.lower()}", self._plain)
            after = walk(statement, defined)
            if after is None:
                return None
            defined = after
        return defined

    def _plain(self, node: ast.stmt, defined: frozenset[str]) -> frozenset[str]:
        code = compile(ast.Module([node], []), "cell", "exec", _AWAIT, True)
        new, gone = self._scan(code, defined)
        return (defined | new) - gone

    def _value(self, node: ast.expr | None, defined: frozenset[str]) -> frozenset[str]:
        if node is None:
            return defined
        return self._plain(ast.copy_location(ast.Expr(node), node), defined)

    def _scan(self, code: CodeType, defined: frozenset[str]) -> tuple[set[str], set[str]]:
        new, gone = set(), set()
        for step in dis.get_instructions(code):
            if step.opname in _READS and step.argval not in defined:
                self.read.add(step.argval)
            elif step.opname in _BINDS:
                new.add(step.argval)
            elif step.opname in _DELETES:
                gone.add(step.argval)
        self.bound |= new
        self.deleted |= gone
        for inner in filter(lambda constant: isinstance(constant, CodeType), code.co_consts):
            self._scan_inner(inner, defined)
        return new, gone

    def _scan_inner(self, code: CodeType, defined: frozenset[str]) -> None:
        """A function, a comprehension or a class: names of their own do not count."""
        is_class = not code.co_flags & 1
        at_once = is_class or code.co_name in _AT_ONCE
        steps = list(dis.get_instructions(code))
        own = {step.argval for step in steps if step.opname == "STORE_NAME"} if is_class else set()
        self.bound |= {step.argval for step in steps if step.opname == "STORE_GLOBAL"}
        self.deleted |= {step.argval for step in steps if step.opname == "DELETE_GLOBAL"}
        read = {step.argval for step in steps if step.opname in _READS} - own
        if at_once:
            self.read |= read - defined
        else:
            self.later |= read - defined
            self.called |= read
        for inner in filter(lambda constant: isinstance(constant, CodeType), code.co_consts):
            self._scan_inner(inner, defined)

    def _targets(self, node: ast.expr | None) -> frozenset[str]:
        if node is None:
            return frozenset()
        found = frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store))
        self.bound |= found
        return found

    def _if(self, node: ast.If, defined):
        defined = self._value(node.test, defined)
        return _meet([self.block(node.body, defined), self.block(node.orelse, defined)])

    def _for(self, node: ast.For, defined):
        defined = self._value(node.iter, defined)
        self.block(node.body, defined | self._targets(node.target))
        self.block(node.orelse, defined)
        return defined

    _asyncfor = _for

    def _while(self, node: ast.While, defined):
        defined = self._value(node.test, defined)
        self.block(node.body, defined)
        self.block(node.orelse, defined)
        return defined

    def _with(self, node: ast.With, defined):
        for item in node.items:
            defined = self._value(item.context_expr, defined) | self._targets(item.optional_vars)
        after = self.block(node.body, defined)
        return defined if after is None else after  # the context may swallow what was raised

    _asyncwith = _with

    def _try(self, node: ast.Try, defined):
        ends = []
        body = self.block(node.body, defined)
        ends.append(None if body is None else self.block(node.orelse, body))
        for handler in node.handlers:
            self._value(handler.type, defined)
            named = {handler.name} if handler.name else set()
            self.bound |= named
            ends.append(self.block(handler.body, defined | named))
        last = self.block(node.finalbody, defined)
        after = _meet(ends)
        return None if after is None or last is None else after | last

    _trystar = _try

    def _match(self, node: ast.Match, defined):
        defined = self._value(node.subject, defined)
        for case in node.cases:
            parts = list(ast.walk(case.pattern))
            caught = {part.name for part in parts if isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name}
            caught |= {part.rest for part in parts if isinstance(part, ast.MatchMapping) and part.rest}
            self.bound |= caught
            for part in parts:
                if isinstance(part, ast.expr):
                    self._value(part, defined)
            self.block(case.body, self._value(case.guard, defined | caught))
        return defined

    def _raise(self, node: ast.Raise, defined):
        self._plain(node, defined)

    def _assert(self, node: ast.Assert, defined):
        after = self._plain(node, defined)
        never = isinstance(node.test, ast.Constant) and not node.test.value
        return None if never else after


def _meet(ends: list[frozenset[str] | None]) -> frozenset[str] | None:
    """What is defined whichever way was taken; ways that come to no end do not count."""
    reached = [end for end in ends if end is not None]
    return frozenset.intersection(*reached) if reached else None
