"""Which rooms of the library a student's course needs: those that its notebooks, its start and a learner's commands import.

What nobody of these imports belongs to instructors or authors and stays out of a student's zip, without a list to keep.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from crmlib import cli
from crmlib.course import ROOT
from crmlib.language import LESSONS, TABLES, rooms_in

# Started by name, not imported: Jupyter with its kernel, and the command.
_BY_NAME = ("server", "kernel", "cli")


def needed(language: str, root: Path = ROOT) -> set[str]:
    """The names below ``crmlib`` that a student's course in this language runs."""
    notebooks = [*(root / "notebooks" / language).glob("*.ipynb"), *(root / "assignments" / language).rglob("*.ipynb")]
    waiting = {"__init__", *_BY_NAME, *_imported((root / "start.py").read_text(encoding="utf-8"))}
    waiting |= {name for path in notebooks for cell in _code(path) for name in _imported(cell)}
    found: set[str] = set()
    while waiting:
        room = waiting.pop()
        modules = [path for path in (root / "crmlib" / f"{room}.py", *(root / "crmlib" / room).rglob("*.py")) if path.is_file()]
        if modules and room not in found:
            found.add(room)
            waiting |= {name for path in modules for name in _imported(_read(path, room))}
    return found


def files(language: str, root: Path = ROOT) -> Iterator[Path]:
    """Every file of these rooms, with the messages that they say."""
    library, names = root / "crmlib", needed(language, root)
    texts = []
    for path in sorted(library.rglob("*")):
        room = Path(path.relative_to(library).parts[0]).stem
        if path.is_file() and room in names:
            yield path
            if path.suffix == ".py":
                texts.append(_read(path, room))
    # "check.right", f"figures_{module}.title", words="tables"
    spoken = re.findall(r"""["']([a-z_]+)\.[a-z_{]|\bf["']([a-z_]+_)\{|= ?["']([a-z_]+)["']""", "\n".join(texts))
    keys, beginnings, named = (tuple(filter(None, found)) for found in zip(*spoken, strict=True))
    always = {"cli", "start", *keys, *named}
    for path in sorted((library / "messages").rglob("*.toml")):
        if any(room in always or room.startswith(beginnings) for room in _speaking(path)):
            yield path


def _speaking(messages: Path) -> set[str]:
    """The rooms whose messages stand in a file: the one of its name, or a lesson's own; words of tables alone bring no lesson along."""
    return {*rooms_in(messages)} - {TABLES} if messages.parent.name == LESSONS else {messages.stem}


def _read(module: Path, room: str) -> str:
    """A module's text; of the command line the part that learners can reach, for it stands there for everybody."""
    text = module.read_text(encoding="utf-8")
    return _learners_part(text) if room == "cli" else text


@cache
def _learners_part(text: str) -> str:
    commands = {f"_{name}" for name in cli.LEARNERS}
    return "\n".join(ast.unparse(part) for part in ast.parse(text).body if not isinstance(part, ast.FunctionDef) or part.name in commands)


def _code(notebook: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(notebook.read_bytes())["cells"] if cell["cell_type"] == "code"]


@cache
def _imported(source: str) -> frozenset[str]:
    """``from crmlib import show``, ``from crmlib.check import number``, ``import crmlib.show``: show, check."""
    if "crmlib" not in source:
        return frozenset()
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return frozenset(name.split(".")[1] for name in names if name.startswith("crmlib."))
