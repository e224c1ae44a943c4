"""What students get in place of a solution: nbgrader's stub, or the one line that the instructor's frame already holds."""

from __future__ import annotations

from nbgrader.preprocessors import ClearSolutions as NbgraderClearSolutions

ANSWER_HERE = "# ←"  # "x = ...   # ← your answer": the cell says itself where the answer goes


class ClearSolutions(NbgraderClearSolutions):
    """Clear solutions; a cell with a marked answer line gets no stub beside it."""

    def _replace_solution_region(self, cell, language):
        replaced = super()._replace_solution_region(cell, language)
        if replaced and cell.cell_type == "code" and ANSWER_HERE in cell.source:
            stub = {line.strip() for line in self.code_stub[language].splitlines()}
            cell.source = "\n".join(line for line in cell.source.splitlines() if line.strip() not in stub)
        return replaced
