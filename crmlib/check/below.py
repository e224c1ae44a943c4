"""An answer on a line of its own below ``x = ...`` is understood as what it is, and said so."""

from __future__ import annotations

import ast
import sys


def answer_below() -> str:
    """The line that a student wrote below the name instead of behind its equals sign, in the notebook where this runs; else ""."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    history = list(shell.user_ns.get("In", ())) if shell is not None and hasattr(shell, "user_ns") else []
    if len(history) < 2:
        return ""
    asked = _names(history[-1])  # the cell that checks
    for source in reversed(history[:-1]):
        line, names = line_below(source)
        if names & asked:
            return line
    return ""


def line_below(source: str) -> tuple[str, set[str]]:
    """The first line of a cell that is a value for nobody while a name above it is still open, and the names that the cell gives.

    >>> line_below("share = ...\\n0.25")
    ('0.25', {'share'})
    >>> line_below("share = 0.25")
    ('', {'share'})
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "", set()
    opened = {_target(each): place for place, each in enumerate(body) if isinstance(each, ast.Assign) and _open(each.value)}
    later = {_target(each): place for place, each in enumerate(body) if isinstance(each, ast.Assign) and not _open(each.value)}
    still = [place for name, place in opened.items() if later.get(name, -1) < place]
    if not still:
        return "", set(opened) | set(later)
    below = [each for each in body[min(still) + 1 :] if isinstance(each, ast.Expr) and not _open(each.value) and not isinstance(each.value, ast.Call)]
    lines = [ast.get_source_segment(source, each) or "" for each in below]
    return (lines[0].splitlines()[0] if lines else ""), set(opened) | set(later)


def _target(statement: ast.Assign) -> str:
    return statement.targets[0].id if isinstance(statement.targets[0], ast.Name) else ""


def _open(value: ast.expr) -> bool:
    """Whether an answer's place is still as it was handed out: dots, None, or a list or dict of nothing else."""
    if isinstance(value, (ast.List, ast.Tuple)):
        return all(map(_open, value.elts))
    if isinstance(value, ast.Dict):
        return all(map(_open, value.values))
    return isinstance(value, ast.Constant) and value.value in (None, ...)


def _names(source: str) -> set[str]:
    try:
        return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
