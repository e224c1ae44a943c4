"""A few of the tricks on an assignment of this course, whose tests use crmlib.check throughout."""

from __future__ import annotations

from crmlib.grading.intake.source import defined
from tests.hostile.case import Case
from tests.hostile.cheating import _EQUAL, _answers_are_not_graded, _forged_outputs, _skip, _tests_made_easy
from tests.support import assignments_data as data

STEM = "09-loyalty-economics"
FULL = "full"
NOTHING = "nothing"  # untouched answers

_ALL_EQUAL = {
    cell: _EQUAL + "\n".join(f"{name} = Equal()" for name in sorted(defined(model))) for cell, model in data.model_answers(STEM, "en").items()
}

# What is due is all marks or none; tests/test_hostile.py knows the assignment's points.
CASES = [
    (FULL, Case("The model answers", stem=STEM, silent=True)),
    (NOTHING, Case("The untouched file", stem=STEM)),
    (FULL, Case("The model answers with odd names, warnings and prints", stem=STEM, first="import warnings, sys\nlist_ = list\nsum = 3\nprint('x' * 50_000)\nwarnings.warn('x')\nprint('y', file=sys.stderr)", silent=True)),
    (FULL, Case("The model answers without metadata and ids", stem=STEM, change=lambda notebook: [cell.update(metadata={}) or cell.pop("id") for cell in notebook["cells"]] and None)),
    (FULL, Case("The model answers with tests that were rewritten", stem=STEM, change=lambda notebook: [cell.update(source="assert True") for cell in notebook["cells"] if cell["id"].endswith("-test")] and None)),
    (NOTHING, Case("Tests made easy on untouched answers", stem=STEM, change=_tests_made_easy)),
    (NOTHING, Case("Tests to be skipped on untouched answers", stem=STEM, change=_skip)),
    (NOTHING, Case("Forged outputs on untouched answers", stem=STEM, change=_forged_outputs)),
    (NOTHING, Case("Nothing is graded any more, on untouched answers", stem=STEM, change=_answers_are_not_graded)),
    (NOTHING, Case("The check module is patched, on untouched answers", stem=STEM, first="from crmlib import check\nimport crmlib.check.kinds as kinds\nfor module in (check, kinds):\n    for name in ('number', 'numbers', 'choice', 'items', 'matching', 'ordering', 'table', 'function'):\n        setattr(module, name, lambda *a, points=1, **k: points)\nkinds.judge = lambda *a, **k: kinds.Verdict(1.0)\nkinds.points_earned = lambda verdict, points, *a: float(points)")),
    (NOTHING, Case("Every name of the answers is an object equal to everything", stem=STEM, answers=_ALL_EQUAL)),
]
