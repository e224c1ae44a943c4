"""A small assignment and what a student saves of it."""

from __future__ import annotations

import json

from crmlib.grading.intake.source import SourceCell, SourceNotebook

STUB = "# Write your answer here.\npass"
ANSWER, OTHER, ESSAY = "cost = 0.5 / 0.01", "def lifetime(rate):\n    return 1 / (1 - rate)", "因为顾客会留下来。 **Because** they stay."


def cell(id: str, role: str, kind: str, text: str, full: str = "") -> SourceCell:
    return SourceCell(id, id, kind, role, text, full or text, text, 2.0 if role in ("test", "manual") else 0.0, {})


SOURCE = SourceNotebook(
    "week-1",
    (
        cell("title", "locked", "markdown", "# Week 1: what does a customer cost?"),
        cell("setup", "locked", "code", "from crmlib import check"),
        cell("cost", "answer", "code", f"cost = None\n{STUB}"),
        cell("cost-test", "test", "code", "check.number(cost)", "check.number(cost)\n### BEGIN HIDDEN TESTS\nassert cost == 50\n### END HIDDEN TESTS"),
        cell("scratch", "free", "code", "# Try things out here.\nname = ''"),
        cell("lifetime", "answer", "code", f"def lifetime(rate):\n    {STUB}"),
        cell("lifetime-test", "test", "code", "check.function(lifetime)", "check.function(lifetime)\nassert lifetime(0.5) == 2"),
        cell("essay-text", "locked", "markdown", "Why do customers stay?"),
        cell("essay", "manual", "markdown", "YOUR ANSWER HERE"),
        cell("end", "locked", "markdown", "That is all."),
    ),
    {},
)
FULL = {cell.id: cell.full for cell in SOURCE.cells}


def submission(given: dict[str, str] | None = None) -> dict:
    """The released notebook as a student saves it, with answers."""
    given = {"cost": ANSWER, "lifetime": OTHER, "essay": ESSAY} if given is None else given
    cells = []
    for one in SOURCE.cells:
        metadata = {} if one.role == "free" else {"nbgrader": {"grade_id": one.id, "locked": not one.takes_answer, "schema_version": 3}}
        made = {"cell_type": one.kind, "id": one.cell_id, "metadata": metadata, "source": given.get(one.id, one.text).splitlines(True)}
        cells.append(made | ({"execution_count": None, "outputs": []} if one.kind == "code" else {}))
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}


def code(text: object, **more) -> dict:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text} | more


def written(notebook: object) -> bytes:
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode()
