"""One submission, from bytes to marks: what the steps make of it together."""

import json

import pytest

from crmlib.grading.intake import source
from crmlib.grading.marking.submission import mark

CELLS = [
    ("answer", "def squares(n):\n    return [i * i for i in range(1, n + 1)]", {"solution": True}),
    ("total", "def sum_of_squares(n):\n    return sum(squares(n))", {"solution": True}),
    ("plain", "assert sum_of_squares(3) == 14", {"grade": True, "locked": True, "points": 2}),
    ("mocked", "del squares\ntry:\n    sum_of_squares(1)\nexcept NameError:\n    pass\nelse:\n    raise AssertionError('not used')", {"grade": True, "locked": True, "points": 1}),
]  # fmt: skip


def notebook(texts):
    """A notebook of four cells; ``texts`` replaces the text of some."""
    cells = [
        {
            "cell_type": "code", "id": id, "execution_count": None, "outputs": [], "source": texts.get(id, text),
            "metadata": {"nbgrader": {"grade": False, "solution": False, "locked": False, "task": False, "grade_id": id, "schema_version": 3} | marks},
        }
        for id, text, marks in CELLS
    ]  # fmt: skip
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}, "nbformat": 4, "nbformat_minor": 5}


def test_a_test_that_replaces_a_function_is_recognised(tmp_path):
    (tmp_path / "mock.ipynb").write_text(json.dumps(notebook({})), encoding="utf-8")
    read = source.read(tmp_path).notebooks[0]
    assert read.answered_functions == {"squares", "sum_of_squares"}
    assert [bool(source.replaced(cell.full) & read.answered_functions) for cell in read.cells if cell.role == "test"] == [False, True]


@pytest.mark.slow
def test_honest_work_is_left_to_a_person_where_a_test_mocks_a_function(tmp_path):
    from crmlib.grading.doors.workers import workers

    (tmp_path / "mock.ipynb").write_text(json.dumps(notebook({})), encoding="utf-8")
    read = source.read(tmp_path)
    with workers() as (sandbox, checker):
        honest = mark({"mock.ipynb": json.dumps(notebook({})).encode()}, read, sandbox, checker).notebooks[0].questions
    assert [question.earned for question in honest] == [2, None]
    assert "run_inside" in honest[1].reasons[-1]


@pytest.mark.parametrize(
    ("written", "released"),
    [
        ("x = ...   # ← your answer\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "x = ...   # ← your answer"),
        (
            "def f(a):\n    if a > 1:\n        raise ValueError(a)\n    ### BEGIN SOLUTION\n    return 2 * a\n    ### END SOLUTION\n    return ...   # ← 你的答案",
            "def f(a):\n    if a > 1:\n        raise ValueError(a)\n    return ...   # ← 你的答案",
        ),
        ("def f(a):\n    ### BEGIN SOLUTION\n    return a\n    ### END SOLUTION", "def f(a):\n    # YOUR CODE HERE\n    raise NotImplementedError()"),
    ],
    ids=["a value", "the line after return", "no frame"],
)
def test_a_marked_answer_line_gets_no_stub_beside_it(written, released, tmp_path):
    content = notebook({"answer": written})
    (tmp_path / "frame.ipynb").write_text(json.dumps(content), encoding="utf-8")
    assert source.read(tmp_path).notebooks[0].cells[0].text == released


@pytest.mark.slow
def test_an_answer_below_its_name_earns_nothing_and_is_said_to_be_what_it_is(tmp_path):
    from crmlib.grading.doors.workers import workers

    texts = {"answer": "x = ...", "plain": "from crmlib import check\ncheck.number(x, expected=42, points=2)", "mocked": "assert True"}
    (tmp_path / "below.ipynb").write_text(json.dumps(notebook(texts)), encoding="utf-8")
    read = source.read(tmp_path)
    with workers() as (sandbox, checker):
        for written, said in (("x = ...\n42", True), ("x = ...", False), ("x = ...\nx = 42\nx", False)):
            handed_in = json.dumps(notebook(texts | {"answer": written})).encode()
            question = mark({"below.ipynb": handed_in}, read, sandbox, checker).notebooks[0].questions[0]
            assert any("“42” stands alone" in reason for reason in question.reasons) == said, (written, question.reasons)
            assert question.earned == (2 if "x = 42" in written else 0)
