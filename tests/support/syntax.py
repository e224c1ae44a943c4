"""What tests ask of every file of the library: each is parsed once, however many ask."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Facts:
    """What one file imports and calls."""

    modules: set[str] = field(default_factory=set)
    """The modules imported, whether at its top or inside a function; those of a relative import as they are written."""
    imported: list[tuple[str, list[str]]] = field(default_factory=list)
    """Every ``from module import names``."""
    called: set[str] = field(default_factory=set)
    """The functions called by a bare name."""
    messages: list[tuple[int, str, set[str] | None]] = field(default_factory=list)
    """Every message(...) with a key written out: its line, its key, the blanks it fills; None where it fills them from a mapping."""


@cache
def facts(path: Path) -> Facts:
    """What a Python file imports and calls."""
    found = Facts()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.modules.add(node.module or "")
            found.imported.append((node.module or "", [alias.name for alias in node.names]))
        elif isinstance(node, ast.Import):
            found.modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                found.called.add(node.func.id)
            if getattr(node.func, "id", getattr(node.func, "attr", "")) == "message" and node.args:
                key = node.args[0]
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and "." in key.value:
                    names = {word.arg for word in node.keywords}
                    found.messages.append((node.lineno, key.value, None if None in names else names))
    return found
