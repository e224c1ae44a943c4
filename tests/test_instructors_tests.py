"""Ordinary tests of ordinary instructors pass with the model answer across the wall, or wait for a person with a reason."""

import json

import pytest

from crmlib.grading.doors import model_answer
from crmlib.grading.doors.workers import workers
from crmlib.grading.intake import source
from crmlib.grading.marking.submission import mark
from tests.support.instructors_tests import CARRIED, HELD, SET_UP

pytestmark = pytest.mark.slow
KINDS = {**CARRIED, **{name: (model, test) for name, (model, test, _) in HELD.items()}}


def cell(id, text, **marks):
    mark = {"grade": False, "solution": False, "locked": False, "task": False, "grade_id": id, "schema_version": 3} | marks
    return {"cell_type": "code", "id": id, "execution_count": None, "outputs": [], "source": text, "metadata": {"nbgrader": mark}}


def notebook(cells) -> str:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def assignment(kinds, answers=None) -> str:
    """A made-up assignment of these kinds; ``answers`` replaces the model answers."""
    cells = [cell("set-up", SET_UP, locked=True)]
    for name, (model, test) in kinds.items():
        cells.append(cell(name, (answers or {}).get(name, model), solution=True))
        hidden = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
        cells.append(cell(f"{name}-test", hidden, grade=True, locked=True, points=2))
    return notebook(cells)


@pytest.fixture(scope="module")
def running():
    with workers() as pair:
        yield pair


@pytest.fixture(scope="module")
def marked(running, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    (folder / "kinds.ipynb").write_text(assignment(KINDS), encoding="utf-8")
    read = source.read(folder)
    found = mark({"kinds.ipynb": assignment(KINDS).encode()}, read, *running)
    return {question.id.removesuffix("-test"): question for question in found.notebooks[0].questions}


@pytest.mark.parametrize("name", CARRIED)
def test_the_model_answer_passes_an_ordinary_test(marked, name):
    assert marked[name].earned == 2, marked[name].reasons


@pytest.fixture(scope="module")
def held(running, tmp_path_factory):
    """What the model answers do not pass, and the second time asked: the first has been kept."""
    root = tmp_path_factory.mktemp("course")
    (root / "kinds").mkdir()
    (root / "kinds" / "kinds.ipynb").write_text(assignment({**HELD_KINDS, "raises": CARRIED["raises"]}), encoding="utf-8")
    read = source.read(root / "kinds")
    found = model_answer.held(read, root, *running)
    assert model_answer.held(read, root, running[0], None) == found  # no checker is asked
    return read, found


HELD_KINDS = {name: KINDS[name] for name in HELD}


def test_a_question_that_the_model_answer_does_not_pass_is_held_with_its_reason(held):
    _, found = held
    assert {question for _, question in found} == {f"{name}-test" for name in HELD}
    for name, (_, _, reason) in HELD.items():
        assert found["kinds", f"{name}-test"] and reason in found["kinds", f"{name}-test"], name
    said = model_answer.sentence(found)
    assert "wrong-key-test" in said and "run_inside" in said and "raises" not in said


def test_no_student_gets_a_0_where_the_model_answer_does_not_pass(held, running):
    read, found = held
    untouched = mark({"kinds.ipynb": assignment(HELD_KINDS, dict.fromkeys(KINDS, "pass")).encode()}, read, *running)
    questions = {question.id: question for question in model_answer.wait(untouched, found).notebooks[0].questions}
    assert questions.pop("raises-test").earned == 0
    assert all(question.earned is None and question.reasons for question in questions.values())


def test_a_changed_source_is_asked_again(held, running, tmp_path):
    for text in (KINDS["wrong-key"][1], "assert answer_to_all == 41"):
        (tmp_path / "kinds.ipynb").write_text(assignment({"wrong-key": ("answer_to_all = 41", text)}), encoding="utf-8")
        found = model_answer.held(source.read(tmp_path), tmp_path, *running)
        assert bool(found) == ("42" in text)


# ------------------------------------------------------------------------------------------ what a hidden test says stays hidden
KEEPS = "seen = []\ndef total(values):\n    seen.append(values)\n    return sum(values)"
SECRET = "918273"
HIDDEN = f"assert total([{SECRET}, 1]) == {SECRET} + 1"


def page(running, folder, cells, texts):
    """What stands in the finished notebook, its questions and the marks, for these answers."""
    (folder / "kinds.ipynb").write_text(notebook(cells), encoding="utf-8")
    theirs = [{**each, "source": texts.get(each["metadata"]["nbgrader"]["grade_id"], each["source"])} for each in cells]
    marked = mark({"kinds.ipynb": notebook(theirs).encode()}, source.read(folder), *running).notebooks[0]
    outputs = json.dumps([each.get("outputs") for each in marked.notebook["cells"]])
    return outputs, marked.questions


@pytest.mark.parametrize(
    "later",
    ["print(seen)", "seen", "raise ValueError(seen)", "import sys\nprint(seen, file=sys.stderr)", "answer = seen", "display(seen)",
     "import mmap\nprint(open('kept.txt').read() if __import__('os').path.exists('kept.txt') else '')", "import os\nos.system(f'echo {seen}')"],
    ids=["print", "value", "error", "stderr", "answer", "display", "file", "process"],
)  # fmt: skip
def test_what_a_function_kept_of_a_hidden_call_is_never_shown(running, tmp_path, later):
    keeps = f"{KEEPS}".replace("seen.append(values)", "seen.append(values)\n    open('kept.txt', 'a').write(str(values))")
    cells = [
        cell("set-up", "from crmlib import check", locked=True),
        cell("total", "def total(values):\n    return sum(values)", solution=True),
        cell("total-test", f"### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS", grade=True, locked=True, points=2),
        cell("later", "answer = []", solution=True),
        cell("later-test", "print(answer)\n### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS", grade=True, locked=True, points=1),
    ]
    shown, questions = page(running, tmp_path, cells, {"total": keeps, "later": later})
    assert SECRET not in shown and questions[0].earned == 2
    assert SECRET not in json.dumps([[question.reasons, question.received] for question in questions])


@pytest.mark.parametrize(
    ("test", "answer"),
    [
        (f"pd.testing.assert_frame_equal(table, pd.DataFrame({{'a': [{SECRET}]}}))", "table = pd.DataFrame({'a': [1]})"),
        (f"pd.testing.assert_series_equal(table, pd.Series([{SECRET}]))", "table = pd.Series([1])"),
        (f"np.testing.assert_allclose(table, [{SECRET}])", "table = [1]"),
        (f"np.testing.assert_equal(table, {{'a': {SECRET}}})", "table = {'a': 1}"),
        (f"import unittest\nunittest.TestCase().assertEqual(table, {SECRET})", "table = 1"),
        (f"import unittest\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertIn({SECRET}, table)\nassert unittest.TextTestRunner().run(T('test')).wasSuccessful()", "table = [1]"),
        (f"import warnings\nwarnings.warn('{SECRET}')\nassert table == 2", "table = 1"),
        (f"table({SECRET})", "def table(n):\n    raise ValueError(f'got {n}')"),
        (f"table({SECRET})", "def table(n):\n    raise type('E' + str(n), (Exception,), {})"),
        (f"assert table({SECRET})\n'as ' + str(table({SECRET}))", "def table(n):\n    print(n)\n    import sys\n    print(n, file=sys.stderr)\n    return n"),
    ],
)  # fmt: skip
def test_what_a_hidden_test_expected_or_handed_over_is_not_in_its_error(running, tmp_path, test, answer):
    cells = [
        cell("set-up", "import numpy as np\nimport pandas as pd", locked=True),
        cell("table", "table = None", solution=True),
        cell("table-test", f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS", grade=True, locked=True, points=2),
    ]
    shown, (question,) = page(running, tmp_path, cells, {"table": answer})
    assert SECRET not in shown and SECRET not in json.dumps(question.reasons)
    assert question.earned == (2 if "return n" in answer else 0) and (question.earned or question.reasons)


def test_the_words_of_the_instructors_own_assert_are_shown(running, tmp_path):
    cells = [
        cell("rate", "rate = 0.5", solution=True),
        cell("rate-test", "### BEGIN HIDDEN TESTS\nassert rate == 0.5, 'read the unit again'\n### END HIDDEN TESTS", grade=True, locked=True, points=2),
    ]
    shown, (question,) = page(running, tmp_path, cells, {"rate": "rate = 2"})
    assert "read the unit again" in shown and "read the unit again" in question.reasons[-1]


def test_a_locked_cell_that_calls_student_code_is_not_called_tamper_proof(running, tmp_path):
    cells = [
        cell("score", "def score(n):\n    return n * n", solution=True),
        cell("locked", "right = all(score(n) == n * n for n in range(5))", locked=True),
        cell("score-test", "assert right", grade=True, locked=True, points=2),
        cell("direct-test", "assert score(3) == 9", grade=True, locked=True, points=2),
    ]
    forged = "import builtins\nbuiltins.all = lambda values: True\ndef score(n):\n    return 0"
    for answer, due in ((cells[0]["source"], 2), (forged, 0)):
        _, (through_locked, direct) = page(running, tmp_path, cells, {"score": answer})
        assert not through_locked.tamper_proof and any("right" in reason for reason in through_locked.reasons)
        assert direct.tamper_proof and direct.earned == due and through_locked.earned == 2
