"""Examinations of one notebook begin where its first cells have run: nothing of that can be noticed but the time."""

import os
import signal
import sys

import pytest

from crmlib.grading.processes import limits
from crmlib.grading.processes.settings import Settings
from crmlib.grading.trusted.checker import Checker
from crmlib.grading.wire.codec import encode
from tests.conftest import left_in_the_temporary_folder

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="only here is a parent forked")]
NOTHING = frozenset()
FIRST = ("import random, pandas\nnumbers = [1, 2]", "drawn = random.random()\ntable = pandas.DataFrame({'a': numbers})")


@pytest.fixture
def checker():
    with Checker(Settings(preload=("numpy", "pandas", "crmlib.check"))) as found:
        yield found


def call(*_, **__):
    raise AssertionError("no function is called here")


def examined(checker, test, *, first=FIRST, files=None, language="en", values=None):
    """The outcome of a test after these first cells, and whether it was forked from a branch."""
    with checker.open(language, files or {}) as examination:
        told = [examination.set_up(text, f"cell {number}") for number, text in enumerate(first)]
        outcome = examination.test(test, "q", {name: encode(value) for name, value in (values or {}).items()}, call)
        branches = [beginning.branch for beginning in checker.beginnings if beginning.branch]
        forked = examination._child._warm in branches if examination._child else False
    return told, outcome, forked


def test_the_second_examination_is_forked_from_a_branch_and_says_the_same(checker):
    for test in ("drawn", "assert table['a'].sum() == 3 and given == 5", "assert False, str(random.random())", "print(numbers, drawn)\n1"):
        with Checker(checker.settings) as fresh:
            alone = examined(fresh, test, values={"given": 5})
        examined(checker, "1")
        again = examined(checker, test, values={"given": 5})
        assert not alone[2] and again[2]
        assert again[:2] == alone[:2]
    assert len(checker.beginnings) == 1


def test_what_one_examination_changes_the_next_does_not_see(checker):
    change = "numbers.append(3)\nimport math, os\nmath.pi = 3\nopen('left.txt', 'w').close()\nrandom.random()"
    look = "import math, os\nassert numbers == [1, 2] and math.pi > 3 and os.listdir() == [], (numbers, math.pi, os.listdir())\ndrawn + random.random()"
    before = examined(checker, look)
    assert before[1].done
    examined(checker, change)
    after = examined(checker, look)
    assert after[2] and after[1] == before[1]


@pytest.mark.parametrize("text", [
    "open('made.csv', 'w').close()",
    "import os\nos.makedirs('made')",
    "import threading, time\nthreading.Thread(target=time.sleep, args=(30,), daemon=True).start()",
    "import subprocess\nchild = subprocess.Popen(['sleep', '30'])",
    "kept = open('/dev/null')",
    "import os\nos.chdir('/')",
    "import os\nplace = os.getcwd() + '/data.csv'",
    "import pathlib\nplace = pathlib.Path.cwd() / 'data.csv'",
])  # fmt: skip
def test_what_would_be_noticed_is_not_shared(checker, text):
    for _ in range(2):
        _, outcome, forked = examined(checker, "assert True", first=(*FIRST, text))
        assert outcome.done and not forked
    assert [beginning.branch for beginning in checker.beginnings] == [None]


def test_another_notebook_other_files_and_another_language_begin_for_themselves(checker):
    examined(checker, "1")
    others = [{"first": FIRST[:1]}, {"first": (FIRST[0], "other = 1")}, {"files": {"data.csv": b"a"}}, {"language": "zh"}]
    for other in others[:3]:
        assert not examined(checker, "1", **other)[2]
    for other in others[:3]:
        assert examined(checker, "numbers", **other)[2]
    assert examined(checker, "assert open('data.csv').read() == 'a'", files={"data.csv": b"a"})[1].done
    assert not examined(checker, "1", **others[3])[2] and not examined(checker, "1", **others[3])[2], "four are enough"
    assert examined(checker, "from crmlib.language import current_language\nassert current_language() == 'zh'", **others[3])[1].done


def test_a_cell_that_fails_and_one_after_the_first_test_are_not_shared(checker):
    for _ in range(2):
        told, outcome, forked = examined(checker, "assert numbers == [1, 2]", first=(FIRST[0], "1 / 0", "late = 1"))
        assert [each.done for each in told] == [True, False, True] and outcome.done
    for _ in range(2):
        with checker.open() as examination:
            examination.set_up(FIRST[0], "a")
            assert examination.test("seen = 1", "q", {}, call).done
            assert examination.set_up("numbers.append(seen)", "b").done
            assert examination.test("assert numbers == [1, 2, 1]", "r", {}, call).done


def test_a_branch_or_a_parent_that_is_killed_costs_nothing(checker):
    examined(checker, "1")
    examined(checker, "1")
    for process in limits.tree(checker.warm.process.pid):
        os.kill(process, signal.SIGKILL)
    _, outcome, forked = examined(checker, "assert numbers == [1, 2]")
    assert outcome.done and not forked
    checker.warm.process.kill()
    checker.warm.process.wait()
    for _ in range(3):
        assert examined(checker, "assert numbers == [1, 2]")[1].done


def test_a_test_that_dies_in_a_branch_is_followed_by_one_that_runs(checker):
    examined(checker, "1")
    with checker.open() as examination:
        for number, text in enumerate(FIRST):
            examination.set_up(text, f"cell {number}")
        assert examination.test("import os\nos._exit(3)", "q", {}, call).ended == "died"
        assert examination.test("assert numbers == [1, 2] and len(table) == 2", "r", {}, call).done


def test_no_process_and_no_folder_is_left(checker):
    with Checker(checker.settings) as other:
        examined(other, "1")
        examined(other, "1")
        processes = {other.warm.process.pid, *limits.tree(other.warm.process.pid)}
        assert len(processes) == 2 and not left_in_the_temporary_folder(), "what a branch has run in is gone at once"
        spent = other.cpu_seconds
    assert not any(os.path.exists(f"/proc/{process}") for process in processes)
    assert other.cpu_seconds >= spent > 0
