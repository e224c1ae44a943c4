"""A small assignment that is not one of ours: plain asserts, one check with partial credit, an essay and a plot."""

from __future__ import annotations

import copy
import json
from pathlib import Path

STEM = "week-1"
SOLUTION_SECRET = "solution-secret-58213"
TEST_SECRET = "hidden-test-secret-77120"

SET_UP = "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt\nfrom crmlib import check\n\nRATE = 0.1"
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"

# Cell id -> the model answer as a student would type it. The order is the order of the notebook.
HONEST = {
    "function": "def discounted(amount, years):\n    return amount / (1 + RATE) ** years",
    "list": "squares = [number ** 2 for number in range(1, 6)]",
    "table": 'table = pd.DataFrame({"customer": ["a", "b", "c"], "value": [10.0, 20.0, 30.0]})',
    "shares": "shares = [0.2, 0.3, 0.5]",
    "plot": "plt.plot(squares)\nplt.title('Squares');",
    "essay": "A satisfied customer is not yet a loyal one: $r = 0.4$ and three reasons.",
    "total": "total = discounted(sum(squares), 1)",
}
_TESTS = {
    "function": (
        2,
        "assert abs(discounted(110, 1) - 100) < 1e-9",
        "assert abs(discounted(amount=121, years=2) - 100) < 1e-9\nfor years in range(4):\n    assert abs(discounted(7, years) - 7 / 1.1 ** years) < 1e-9",
    ),
    "list": (2, "assert len(squares) == 5", "assert list(squares) == [1, 4, 9, 16, 25]"),
    "table": (
        2,
        'assert list(table.columns) == ["customer", "value"]',
        'assert len(table) == 3\nassert table["value"].sum() == 60\nassert list(table["customer"]) == ["a", "b", "c"]',
    ),
    "shares": (3, "check.numbers(shares, count=3)", "check.numbers(shares, expected=[0.2, 0.3, 0.5], points=3)"),
    "total": (2, "assert total > 0", "assert abs(total - 50) < 1e-9"),
}
_MANUAL = {"plot": 2, "essay": 4}

FULL = {f"{id}-test": float(points) for id, (points, _, _) in _TESTS.items()} | dict.fromkeys(_MANUAL)
ZERO = {id: None if id in _MANUAL else 0.0 for id in FULL}
WRONG = {
    "function": "def discounted(amount, years):\n    return -1",
    "list": "squares = [0, 0, 0, 0, 0]",
    "table": 'table = pd.DataFrame({"customer": ["x", "y", "z"], "value": [1.0, 1.0, 1.0]})',
    "shares": "shares = [0.9, 0.9, 0.9]",
    "total": "total = 7",
}


def source() -> dict:
    """The instructor's notebook."""
    cells = [_cell("intro", "markdown", "# Week 1\n\nFive small tasks."), _cell("set-up", "code", SET_UP, locked=True)]
    for id, model in HONEST.items():
        cells.append(_cell(f"{id}-words", "markdown", f"### Task: {id}"))
        if id in _MANUAL:
            kind = "markdown" if id == "essay" else "code"
            text = model if id == "essay" else _between("SOLUTION", model)
            cells.append(_cell(id, kind, text, grade=True, solution=True, points=_MANUAL[id]))
            continue
        head, _, body = model.rpartition("\n") if id == "function" else ("", "", model)
        text = _between("SOLUTION", body if not head else body.strip(), indent="    " if head else "")
        cells.append(_cell(id, "code", f"{head}\n{text}" if head else text, solution=True))
        points, visible, hidden = _TESTS[id]
        hidden = _between("HIDDEN TESTS", f"# {TEST_SECRET}\n{hidden}", secret=False)
        cells.append(_cell(f"{id}-test", "code", f"{visible}\n{hidden}", grade=True, locked=True, points=points))
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _between(what: str, text: str, indent: str = "", secret: bool = True) -> str:
    lines = [f"### BEGIN {what}", *([f"# {SOLUTION_SECRET}"] if secret else []), *text.splitlines(), f"### END {what}"]
    return "\n".join(indent + line for line in lines)


def _cell(id: str, kind: str, text: str, grade=False, solution=False, locked=False, points=None) -> dict:
    metadata: dict = {}
    if grade or solution or locked:
        mark = {"grade": grade, "grade_id": id, "locked": locked, "schema_version": 3, "solution": solution, "task": False}
        metadata["nbgrader"] = mark | ({"points": points} if points is not None else {})
    cell = {"cell_type": kind, "id": id, "metadata": metadata, "source": text}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def write_source(root: Path, language: str = "en") -> None:
    folder = root / "solutions" / language / STEM
    folder.mkdir(parents=True)
    (folder / f"{STEM}.ipynb").write_text(json.dumps(source(), indent=1), encoding="utf-8")


def filled_in(released: dict, answers: dict[str, str], given: dict[str, str]) -> dict:
    """The released notebook with the honest answers, or these in their place."""
    notebook = copy.deepcopy(released)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        if cell["id"] in answers or cell["id"] in given:
            cell["source"] = given.get(cell["id"], answers.get(cell["id"]))
    return notebook
