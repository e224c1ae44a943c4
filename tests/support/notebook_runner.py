"""Run the code cells of a notebook one after the other in this process: quick, and only for our own notebooks."""

from __future__ import annotations

import ast
import contextlib
import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType


@dataclass
class Ran:
    """What one cell did: its printed text, the value of its last expression, the error it raised."""

    text: str = ""
    warned: str = ""
    value: object = None
    error: BaseException | None = None


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def source(cell: dict) -> str:
    return "".join(cell["source"])


def run(cells: list[tuple[str, str]], namespace: dict | None = None) -> dict[str, Ran]:
    """Run (id, source) pairs in one namespace; an error ends its cell, not the notebook."""
    namespace = {"__name__": "__main__"} if namespace is None else namespace
    return {id: _run_one(text, namespace) for id, text in cells}


@cache
def _compiled(text: str) -> tuple[CodeType, CodeType | None]:
    """A cell's statements, and its last expression; the cells that every answer needs are compiled once."""
    tree = ast.parse(text)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    return compile(tree, "<cell>", "exec"), None if last is None else compile(ast.Expression(last.value), "<cell>", "eval")


def _run_one(text: str, namespace: dict) -> Ran:
    ran, out, err = Ran(), io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            before, last = _compiled(text)
            exec(before, namespace)
            if last is not None:
                ran.value = eval(last, namespace)
        except Exception as error:
            ran.error = error
    ran.text, ran.warned = out.getvalue(), err.getvalue()
    return ran
