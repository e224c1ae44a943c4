"""Feedback shows marks, messages and the student's own errors, and never what the hidden tests are."""

from __future__ import annotations

from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution


class HideTests(ClearHiddenTests):
    """Take hidden tests out of a marked notebook, from the cells and from the tracebacks that quote them."""

    def preprocess_cell(self, cell, resources, cell_index):
        if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
            for output in cell.outputs:
                if output.output_type == "error":
                    # A traceback quotes the lines around the failing one: keep what went wrong, not where.
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return super().preprocess_cell(cell, resources, cell_index)
