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
    """A line of a cell that is a value for nobody, and the names that the cell leaves open above it.

    >>> line_below("share = ...\\n0.25")
    ('0.25', {'share'})
    >>> line_below("share = 0.25")
    ('', {'share'})
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return "", set()
    names = {node.id for statement in body for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    opened = [place for place, statement in enumerate(body) if isinstance(statement, ast.Assign) and _open(statement.value)]
    below = body[opened[-1] + 1 :] if opened else []
    lines = [ast.get_source_segment(source, each) for each in below if isinstance(each, ast.Expr) and not _open(each.value) and not isinstance(each.value, ast.Call)]
    return (lines[-1].splitlines()[0] if lines else ""), names


def _open(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in (None, ...)


def _names(source: str) -> set[str]:
    try:
        return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    except (SyntaxError, ValueError):
        return set()
