"""What the notebooks of an assignment need loaded: every fork copies what a warm parent holds, needed or not.

Half of what is loaded by default is for pictures and widgets. A submission that may want them where no notebook of the
assignment does runs in a sandbox with everything (``Sandbox.fit_for``), which is started for the first of these.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib.util

from crmlib.grading.intake.source import SourceAssignment
from crmlib.grading.processes.settings import LARGE, Settings, asks_for_large
from crmlib.grading.wire.names import parse

_OURS = ("crmlib.check", "crmlib.show")


def lean(settings: Settings, assignment: SourceAssignment) -> Settings:
    """The same limits; of the default list only what the notebooks ask for. A list that an instructor made stays."""
    if settings.preload != Settings().preload:
        return settings
    texts = {text for notebook in assignment.notebooks for cell in notebook.cells if cell.kind == "code" for text in (cell.full, cell.model)}
    if asks_for_large(texts, assignment.files):
        return settings
    chosen = [name for name in settings.preload if name not in LARGE]
    return dataclasses.replace(settings, preload=(*chosen, *sorted({*_OURS, *(name for text in texts for name in _of_crmlib(text))})))


def _of_crmlib(source: str) -> set[str]:
    """The modules of crmlib that a cell imports, wherever in it that stands."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names if node.module == "crmlib")}
    return {name for name in named if name.split(".")[0] == "crmlib" and _is_module(name)}


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ImportError:
        return False
