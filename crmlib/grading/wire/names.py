"""Which names a test cell takes from elsewhere, and which it makes itself: read off its code, before it runs.

Every name that a cell might take from the student has to be fetched first. A name that is taken for the student's
although the cell makes it costs nothing; one that is overlooked would fail an honest answer.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from crmlib.grading.wire.walk import Walk

_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
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
    walk = Walk()
    try:
        tree = parse(source)
        walk.cell(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a text nested so deeply that no parser follows
        return Names(frozenset(), frozenset())
    read = walk.read
    if _BY_TEXT & (read | walk.called):
        read |= walk.called | _in_texts(tree)
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
