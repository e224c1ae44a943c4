"""What a student's function keeps of a hidden call: no cell shows it, whether the call waits for the end or not."""

import json
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from crmlib.grading.intake import source
from crmlib.grading.marking import submission
from crmlib.grading.marking.submission import _calls_may_wait, mark
from tests.support.catalogue import every

FUNCTION = "def double(n):\n    return 2 * n"


@dataclass
class Cell:
    text: str
    kind: str = "code"
    source: object = None


def student(text):
    return Cell(text)


def test_cell(text):
    return Cell(text, source=SimpleNamespace(role="test", full=text, model=text))


test_cell.__test__ = False


@every(
    ("above", "test", "below", "waits"),
    [
        (FUNCTION, "assert double(4) == 8", "answer = 3", True),
        ("import math\ndef area(r):\n    return math.pi * r * r", "assert area(1)", "x = math.sqrt(2)", True),
        ("def f(a):\n    if a < 0:\n        raise ValueError(a)", "f(1)", "try:\n    f(-1)\nexcept ValueError:\n    pass", True),
        (FUNCTION, "assert double(4) == 8", "def double(n):\n    return n", False),
        ("rate = 0.8\ndef kept(n):\n    return n * rate", "assert kept(10) == 8", "rate = 0.5", False),
        ("seen = []\ndef f(n):\n    seen.append(n)", "f(1)", "seen.clear()", False),
        ("table = {}\ndef f(n):\n    return table.get(n)", "f(1)", "table['a'] = 1", False),
        (FUNCTION, "limit = 4\nassert double(limit) == 8", "limit = 5", True),
        (FUNCTION, "assert double(limit) == 8", "limit = 5", False),
        ("import math\ndef f(n):\n    return math.sqrt(n)", "assert f(4) == 2", "del math", False),
        ("import math\ndef f(n):\n    return math.sqrt(n)", "assert f(4) == 2", "def tidy():\n    global math\n    del math\ntidy()", False),
        (FUNCTION, "assert double(4) == 8", "del double", False),
        (FUNCTION, "assert double(4) == 8", "globals().clear()", False),
        (FUNCTION, "assert double(4) == 8", "exec('double = None')", False),
        (FUNCTION, "assert double(4) == 8", "%reset -f", False),
        (FUNCTION, "assert double(4) == 8", "from math import *", False),
        ("seen = []\ndef f(n):\n    seen.append(n)", "f(1)", "def g():\n    seen.clear()\ng()", False),
        ("def f():\n    return g()\ndef g():\n    return 1", "assert f() == 1", "def g():\n    return 2", False),
    ],
)
def test_a_call_waits_only_where_no_cell_below_touches_what_it_reads(above, test, below, waits):
    assert _calls_may_wait([student(above), test_cell(test), student(below)]) == [False, waits, False]


STORES = "seen = []\ndef double(n):\n    seen.append(n)\n    open('seen.txt', 'a').write(str(n))\n    return 2 * n"
HIDDEN = "### BEGIN HIDDEN TESTS\nassert double(4711) == 9422\n### END HIDDEN TESTS"


def notebook(*texts):
    marks = ({"solution": True}, {"grade": True, "locked": True, "points": 1}, {"solution": True}, {"grade": True, "locked": True, "points": 1})
    plain = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    cells = [
        {"cell_type": "code", "id": f"c{n}", "execution_count": None, "outputs": [], "source": text, "metadata": {"nbgrader": plain | {"grade_id": f"c{n}"} | mark}}
        for n, (text, mark) in enumerate(zip(texts, marks))
    ]
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.slow
@pytest.mark.parametrize("shows", ["print(open('seen.txt').read())", "print(seen)", "print(seen)\nseen = [1]", "print(double(1), seen, dir())"])
def test_no_cell_shows_what_a_hidden_call_brought(shows, tmp_path, monkeypatch):
    from crmlib.grading.doors.workers import workers

    sessions = []
    original = submission.CleanSession.__init__
    monkeypatch.setattr(submission.CleanSession, "__init__", lambda self, *words: (sessions.append(self), original(self, *words))[1])
    (tmp_path / "calls.ipynb").write_text(json.dumps(notebook(FUNCTION, HIDDEN, "answer = 1", "assert answer == 1")), encoding="utf-8")
    read = source.read(tmp_path)
    with workers() as (sandbox, checker):
        handed_in = json.dumps(notebook(STORES, "", f"answer = 1\n{shows}", "")).encode()
        marked = mark({"calls.ipynb": handed_in}, read, sandbox, checker).notebooks[0]
    assert [question.earned for question in marked.questions] == [1, 1]
    assert "4711" not in json.dumps([cell.get("outputs", []) for cell in marked.notebook["cells"]])
    assert "4711" not in json.dumps([question.received for question in marked.questions])
    assert len(sessions) == ("seen)" in shows or "seen," in shows)  # what a cell below touches is called at once, and a clean session shows the rest
