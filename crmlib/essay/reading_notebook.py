"""A paper in a notebook: the answer cells of the assignment, or every text cell of a notebook that is the paper."""

from __future__ import annotations

import json

from crmlib.essay.paper import Paper, Unreadable
from crmlib.essay.reading_markdown import decoded, paper

# The cell of the assignment in which the paper is written.
ANSWER = "essay"


def read_notebook(content: bytes, untouched: frozenset[str] = frozenset()) -> Paper:
    """Read the text cells; of the assignment the answer alone. ``untouched`` holds what stands there at first."""
    try:
        notebook = json.loads(decoded(content))
        texts = {place: (_id(cell), _source(cell)) for place, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "markdown"}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("damaged", error=f"{type(error).__name__}: {error}"[:120]) from None
    is_assignment = {ANSWER, "rubric"} <= {id for id, _ in texts.values()}  # a notebook of one's own may name its cells as it likes
    answers = [text for id, text in texts.values() if id == ANSWER and is_assignment]
    if answers and all(text.strip() in untouched or not text.strip() for text in answers):
        raise Unreadable("untouched")
    wanted = answers if answers else [text for _, text in texts.values()]
    return paper("\n\n".join(wanted), kind="ipynb")


def _id(cell: dict) -> str:
    """nbgrader's name of a cell, else the notebook's."""
    return str((cell.get("metadata") or {}).get("nbgrader", {}).get("grade_id") or cell.get("id", ""))


def _source(cell: dict) -> str:
    source = cell["source"]
    return "".join(source) if isinstance(source, list) else str(source)
