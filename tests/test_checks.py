"""The trusted process keeps its promises: what a test may do with a student's value, and what a student cannot do to a test."""

import contextlib
import copy
import inspect
import os
import re
import textwrap
import time
import types

import numpy
import pandas
import pytest

from crmlib.check import verdict
from crmlib.grading.intake import source
from crmlib.grading.processes import stand_ins
from crmlib.grading.processes.bubblewrap import SandboxUnavailable
from crmlib.grading.processes.settings import Settings
from crmlib.grading.sandbox.sandbox import Sandbox
from crmlib.grading.sandbox.session import CallReply
from crmlib.grading.trusted.checker import Checker
from crmlib.grading.wire import references
from crmlib.grading.wire.codec import Missing, NotPlain, decode, encode
from crmlib.language import message, use_language
from tests.support import assignments_data as data
from tests.support.catalogue import every

slow = pytest.mark.slow
QUICK = Settings(question_seconds=1.5, call_seconds=1, memory_bytes=300_000_000, output_bytes=2_000)
NOTHING = frozenset()


# ------------------------------------------------------------------------------------------ stand-ins
def test_a_stub_looks_like_a_function_and_says_what_it_cannot_show():
    stub = stand_ins.Stub("area", lambda name, arguments, options: (name, arguments, options))
    assert stub(1, b=2, self=3) == ("area", (1,), {"b": 2, "self": 3})
    assert repr(stub) == "<function area of the submission>" and stub.__name__ == "area" and callable(stub)
    assert isinstance(stub, types.FunctionType) and copy.deepcopy([stub])[0] is stub and stub.__doc__ is None
    with pytest.raises(TypeError, match="run_inside"):
        inspect.signature(stub)
    with pytest.raises(AttributeError, match="run_inside"):
        stub.__code__  # noqa: B018 - to ask is what is refused
    with pytest.raises(AttributeError, match="run_inside"):
        inspect.getsource(stub)
    assert not hasattr(stub, "__wrapped__") and stand_ins.Stub("a b\n", None).__name__ == "function"
    doubled = stand_ins.Stub("double", lambda name, arguments, options: arguments[0] * 2)
    assert list(numpy.vectorize(doubled)([1, 2])) == [2, 4] and list(pandas.Series([1, 2]).apply(doubled)) == [2, 4]


@every(
    "raised, kind, name, text",
    [
        ({"nearest": "ValueError", "name": "ValueError", "text": "negative"}, ValueError, "ValueError", "negative"),
        ({"nearest": "ValueError", "name": "TooSmall", "text": "negative"}, ValueError, "TooSmall", "negative"),
        ({"nearest": "KeyError", "name": "KeyError", "text": "'a'"}, KeyError, "KeyError", "'a'"),
        ({"nearest": "KeyError", "name": "NoShop", "text": "'a'"}, KeyError, "NoShop", "'a'"),
        ({"nearest": "ZeroDivisionError", "name": "ZeroDivisionError", "text": ""}, ArithmeticError, "ZeroDivisionError", ""),
        ({"nearest": "UnicodeDecodeError", "name": "UnicodeDecodeError", "text": "bad"}, ValueError, "UnicodeError", "bad"),
        ({"nearest": "int", "name": "x y", "text": "odd"}, Exception, "Exception", "odd"),
        ({"nearest": "SystemExit", "name": "SystemExit", "text": "2"}, SystemExit, "SystemExit", "2"),
    ],
)
def test_errors_become_the_builtin_that_a_test_would_catch(raised, kind, name, text):
    error = stand_ins.error_from(raised, references.Table())
    assert isinstance(error, kind) and type(error).__name__ == name and str(error) == text


def test_what_a_call_did_to_its_arguments_is_done_here_in_place():
    inner = [1]
    outer, table, array = [inner, (inner, {"a": inner})], pandas.DataFrame({"a": [1]}), numpy.array([1, 2])
    stand_ins.bring_back(outer, [[1, 2], ([1, 2], {"a": [1, 2]}), 5])
    stand_ins.bring_back(table, pandas.DataFrame({"a": [1, 2], "b": [3, 4]}))
    stand_ins.bring_back(array, numpy.array([3, 4]))
    assert inner == [1, 2] and outer[0] is inner and outer[2] == 5
    assert list(table["b"]) == [3, 4] and list(array) == [3, 4]
    shorter, names, text = {"a": 1, "b": 2}, {1, 2}, bytearray(b"ab")
    for old, new in ((shorter, {"b": 3}), (names, {5}), (text, bytearray(b"c"))):
        stand_ins.bring_back(old, new)
    assert shorter == {"b": 3} and names == {5} and text == b"c"


# ------------------------------------------------------------------------------------------ the recorder
def test_graded_checks_leave_a_record_and_print_nothing_for_it(capsys):
    from crmlib import check

    use_language("en")
    verdict.recorded.clear()
    assert check.number(0.3, expected=0.25, unit="rate", points=2) == 0
    shown = capsys.readouterr().out
    check.function(lambda x: x, cases=[({"x": 1}, 1), ({"x": 2}, 5)], points=2)
    check.items(["a"], expected=["a", "b"], options=["a", "b", "c"], points=2)
    with pytest.raises(check.FormError):
        check.number(None)
    number, function, items, form = verdict.recorded
    assert "±" not in shown and number["due"].startswith("0.25 ± 0.5 %") and number["received"] == "0.3"
    assert number["reasons"] == [shown.strip()] and number["points"] == 0
    assert "x=2 should give 5" in function["due"] and function["share"] == 0.5 and function["points"] == 1
    assert items["due"] == "a, b" and form["received"] == "None"


# ------------------------------------------------------------------------------------------ the trusted process
@pytest.fixture(scope="module")
def checker():
    with Checker(QUICK) as running:
        yield running


class Student:
    """Answers as a session does, from a namespace in this process: what the sandbox adds is tried elsewhere."""

    def __init__(self, **names):
        self.names, self.functions, self.ended = names, [], None

    def _number(self, function):
        self.functions.append(function)
        return len(self.functions) - 1

    def _encode(self, value):
        try:
            return value if isinstance(value, NotPlain) else encode(value, on_function=self._number)
        except NotPlain as refused:
            return refused

    def snapshot(self, names):
        return {name: self._encode(self.names[name]) if name in self.names else Missing for name in names}

    def call(self, function, arguments=(), options=None, **_):
        arguments, options = [decode(item) for item in arguments], {name: decode(item) for name, item in (options or {}).items()}
        reply = CallReply(ended=self.ended)
        try:
            reply.result = self._encode(self.functions[function](*arguments, **options))
        except Exception as error:
            nearest = next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
            lines = ["Traceback:", "  cell q1, line 1", f"{type(error).__name__}: {error}"]
            reply.raised = {"nearest": nearest, "name": type(error).__name__, "text": str(error), "traceback": lines}
        reply.arguments = [self._encode(item) for item in arguments]
        reply.options = {name: self._encode(item) for name, item in options.items()}
        return reply


def examine(examination, cell, student=None, answered=NOTHING, id="q1-test"):
    student = student or Student()
    cell = textwrap.dedent(cell)
    return examination.test(cell, id, student.snapshot(examination.wanted(cell, answered)), student.call)


def one(checker, cell, answered=NOTHING, set_up="", **names):
    with checker.open() as examination:
        if set_up:
            assert examination.set_up(set_up, "setup").done
        return examine(examination, cell, Student(**names), answered)


def text(outcome, name="stdout"):
    return "".join(output["text"] for output in outcome.outputs if output.get("name") == name)


@slow
@pytest.mark.parametrize(
    "cell, names",
    [
        ("assert f(3) == 9 and f(x=2) == 4", {"f": lambda x: x**2}),
        ("try:\n    f(-1)\nexcept ValueError as error:\n    assert str(error) == 'negative'\nelse:\n    assert False", {"f": lambda x: int("a") if x > 0 else _fail("negative")}),
        ("import numpy.testing\nnumpy.testing.assert_allclose(array, [1, 2])", {"array": numpy.array([1.0, 2.0])}),
        ("import pandas.testing as t\nt.assert_frame_equal(table, __import__('pandas').DataFrame({'a': [1]}))", {"table": pandas.DataFrame({"a": [1]})}),
        ("assert type(total) is int and isinstance(rate, float) and hasattr(rates, 'append')", {"total": 3, "rate": 0.5, "rates": [1]}),
        ("numbers = [3, 1, 2]\nassert sort(numbers) is None and numbers == [1, 2, 3]", {"sort": lambda values: values.sort()}),
        ("assert 'total' in globals() and eval('total + 1') == 4", {"total": 3}),
        ("assert list(map(f, [1, 2])) == [1, 4] and callable(f)", {"f": lambda x: x * x}),
        ("assert make(3)(4) == 7", {"make": lambda a: lambda b: a + b}),
        ("class Case:\n    due = total\nassert Case.due == 3", {"total": 3}),
        ("import unittest\nclass T(unittest.TestCase):\n    def test_f(self):\n        self.assertEqual(f(2), 4)\nT('test_f').debug()", {"f": lambda x: x * 2}),
        ("assert await_free == 1\nimport asyncio\nawait asyncio.sleep(0)", {"await_free": 1}),
    ],
)
def test_plain_tests_of_foreign_assignments_work(checker, cell, names):
    outcome = one(checker, cell, **names)
    assert outcome.done and outcome.error is None and outcome.value is None, outcome


def _fail(text):
    raise ValueError(text)


@slow
def test_a_failing_test_says_why_and_shows_none_of_its_lines(checker):
    cell = "secret_key = 41\nimport warnings\nwarnings.warn('careful')\nassert f(3) == secret_key + 1, 'f(3) is wrong'"
    outcome = one(checker, cell, f=lambda x: 0)
    assert not outcome.done and outcome.error == ("AssertionError", "f(3) is wrong")
    assert "secret_key" not in str(outcome.outputs) and text(outcome, "stderr") == "UserWarning: careful\n"
    raised = one(checker, "secret_key = f(1)", f=lambda x: _fail("no"))
    assert raised.outputs[-1]["traceback"] == ["Traceback:", "  cell q1, line 1", "ValueError: no"]
    form = one(checker, "check.number(x)", set_up="from crmlib import check", x="much")
    assert form.error[0] == "FormError" and form.outputs[-1]["traceback"][0].startswith("Not ready yet:")
    assert not one(checker, "assert x ==").done


@slow
@pytest.mark.parametrize(
    "last, value",
    [("0.5", 0.5), ("1", 1.0), ("numpy.float64(0.25)", 0.25), ("numpy.int64(2)", 2.0), ("True", None), ("numpy.True_", None)]
    + [("'0.5'", None), ("[1]", None), ("None", None), ("0.5;", None), ("float('inf')", float("inf"))],
)
def test_points_are_the_last_value_where_it_is_a_number(checker, last, value):
    outcome = one(checker, f"import numpy\n{last}")
    assert outcome.done and outcome.value == value
    assert one(checker, "float('nan')").value != one(checker, "float('nan')").value  # it stays visible that it is none


@slow
def test_a_student_cannot_replace_what_the_trusted_side_has(checker):
    theirs = dict.fromkeys(("check", "show", "pandas", "np", "list", "sum", "len", "print", "isinstance", "__builtins__"), 3)
    set_up = "from crmlib import check, show\nimport pandas\nimport numpy as np\nlimits = [1, 2]"
    cell = "assert list(range(2)) == [0, 1] and sum(limits) == 3 and len(limits) == 2\nassert np.isclose(x, 1)\ncheck.number(x, 1, points=2)"
    outcome = one(checker, cell, set_up=set_up, x=1.0, limits=[], **theirs)
    assert outcome.done and outcome.value == 2.0
    with checker.open() as examination:
        examination.set_up(set_up, "setup")
        assert examination.wanted(cell, NOTHING) == ["x"]
        # Not even a grader that asks for too much lets it in.
        assert examine(examination, "assert limits == [1, 2]", Student(limits=[9])).done
        assert examination.test("assert np.pi > 3 and limits", "q", Student(np=3, limits=[]).snapshot(["np", "limits"]), None).done


@slow
def test_a_builtin_is_the_students_only_where_the_exercise_asks_for_it(checker):
    cell = "assert sum([1, 2]) == 99"
    assert one(checker, cell, frozenset({"sum"}), sum=lambda values: 99).done
    assert not one(checker, cell, sum=lambda values: 99).done
    missing = one(checker, "assert sum([1, 2]) == 3", frozenset({"sum"}))
    assert missing.error[0] == "NameError"
    with checker.open() as examination:
        assert not examine(examination, cell, Student(sum=1), frozenset({"sum"})).done
        assert examine(examination, "assert sum([1, 2]) == 3").done


@slow
def test_values_are_lent_for_one_cell_and_what_tests_make_stays(checker):
    with checker.open() as examination:
        student = Student(x=1, f=lambda v: v + 1)
        assert examine(examination, "def near(a, b):\n    return abs(a - b) < x\ndue = f(1)\nassert x == 1", student).done
        student.names |= {"x": 5, "due": 77, "near": lambda a, b: True}
        again = "assert x == 5 and due == 2 and near(1, 3) and not near(1, 9)"
        assert examination.wanted(again, NOTHING) == ["x"] and examine(examination, again, student).done
        assert not examine(examination, "x", Student()).done  # gone, because nobody lends it now
        rounded = "x = round(x)\nassert x == 2"
        assert examine(examination, rounded, Student(x=1.9), frozenset({"x"})).done
        assert examination.wanted("x", frozenset({"x"})) == ["x"]


@slow
def test_a_test_that_fails_before_it_makes_its_helpers_leaves_no_gap_for_the_student(checker):
    with checker.open() as examination:
        assert not examine(examination, "assert f(1) == 2\ndef marked(a):\n    return a == 2", Student(f=lambda x: 0)).done
        cheat = examine(examination, "assert marked(f(1))", Student(f=lambda x: 0, marked=lambda a: True))
        assert not cheat.done and cheat.error == ("TypeError", message("checks.lost", name="marked"))


@slow
def test_a_set_up_cell_that_an_answer_changes_gives_way_to_the_answer(checker):
    set_up = "import pandas\ntable = pandas.DataFrame({'a': [1, None]})\nlimits = [1]"
    cell = "assert len(table) == 1 and limits == [1]"
    student = Student(table=pandas.DataFrame({"a": [1.0]}), limits=[], pandas=5)
    with checker.open() as examination:
        examination.set_up(set_up, "setup")
        assert not examine(examination, cell, student).done
        examination.answered("import pandas\nimport math\ntable = table.dropna()")
        assert examine(examination, cell, student).done
        assert examine(examination, "assert math.sqrt(pandas.Series([4])[0]) == 2", student).done  # imported by the model answer
        examination.set_up("table = [1, 2, 3]", "later")
        assert examine(examination, "assert len(table) == 3", student).done


@slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_values_that_are_missing_or_no_data_fail_only_where_they_are_used(checker, language):
    refused = NotPlain("type", "Shop")
    with checker.open(language) as examination:
        student = Student(shop=refused)
        assert examine(examination, "if False:\n    shop, nothing", student).done
        touched = examine(examination, "class Case:\n    value = [shop for _ in 'a']", student)
        use_language(language)
        try:
            assert touched.error == ("TypeError", str(refused))
            missing = examine(examination, "nothing + 1", student)
            assert missing.error[0] == "NameError" and message("checks.not_defined", name="nothing") in missing.outputs[-1]["traceback"]
        finally:
            use_language("en")
        forged = {"a": {"~": "numpy.array"}, "b": float("nan"), "c": [[]] * 3, "d": 10**400, "e": {"~": "function", "id": "0"}}
        for name in "ade":
            assert not examination.test(f"assert {name} or True", "q", forged, None).done


@slow
def test_calls_carry_errors_ends_and_refusals_over(checker):
    def spoil(values, *, table):
        values.append(4)
        table["b"] = 1
        return values

    cell = "import pandas\nvalues, table = [3], pandas.DataFrame({'a': [1]})\nassert spoil(values, table=table) == [3, 4]\nassert values == [3, 4] and 'b' in table"
    outcome = one(checker, cell, spoil=spoil)
    assert outcome.done and outcome.calls == 1, outcome
    student = Student(f=lambda *_: re.compile("a"), g=lambda v: v)
    with checker.open() as examination:
        assert examine(examination, "f()", student).error == ("TypeError", str(NotPlain("type", "Pattern")))
        assert "run_inside" in examine(examination, "g(__import__('re').compile('a'))", student).error[1]
        student.ended = "time"
        late = "try:\n    g(1)\nexcept TimeoutError as error:\n    print(error)"
        assert text(examine(examination, late, student)) == message("checks.call_time", name="<lambda>") + "\n"
        student.ended = "output"
        assert examine(examination, "g(1)", student).error == ("RuntimeError", message("checks.call_died", name="<lambda>"))


@slow
def test_calls_together_have_a_limit_and_do_not_use_up_the_tests_own_time(checker):
    student = Student(wait=lambda: time.sleep(0.4))
    cell = "made = 0\nfor _ in range(8):\n    try:\n        wait()\n        made += 1\n    except TimeoutError:\n        pass\nmade"
    with checker.open() as examination:
        outcome = examine(examination, cell, student)
    assert outcome.done and outcome.value == 4 and outcome.calls == 8


@slow
@pytest.mark.parametrize(
    "cell, ended",
    [
        ("import re\nre.match('(a+)+$', 'a' * 40 + 'b')", "time"),
        ("while True:\n    try:\n        [0] * 1000\n    except BaseException:\n        pass", "time"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "died"),
        ("big = bytearray(10**9)", "memory"),
    ],
)
def test_a_test_that_does_not_finish_costs_its_own_question_only(checker, cell, ended):
    with checker.open() as examination:
        examination.set_up("from crmlib import check\nlimit = 3", "setup")
        student = Student(f=lambda x: x + 1, limit=0)
        assert examine(examination, "due = f(limit)\ndef helper():\n    return due", student).done
        hit = examine(examination, f"lost = 1\n{cell}", student, id="hit")
        assert not hit.done and hit.ended == ended and "did not finish" in str(hit.outputs) + message("checks.ended_time", seconds=1)
        # Set-up cells and what tests made are there again, without asking the student a second time.
        after = examine(examination, "assert helper() == 4 and limit == 3\ncheck.number(4, 4, points=1)", Student(lost=2))
        assert after.done and after.value == 1.0 and after.calls == 0


@slow
def test_output_is_cut_and_nothing_written_costs_a_mark(checker):
    cell = "import os, sys\nos.write(1, b'{\"done\": {}}' * 9)\nprint('x' * 9000)\nprint('\\ud800 late', file=sys.stderr)\n1"
    outcome = one(checker, cell)
    assert outcome.done and outcome.value == 1 and sum(len(output.get("text", "")) for output in outcome.outputs) <= 2_000
    assert one(checker, "print('\\ud800')").outputs[0]["text"] == "?\n"
    drawn = one(checker, "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()\ndisplay('shown')\nprint('x')")
    assert drawn.done and "image/png" not in str(drawn.outputs)


@slow
def test_the_trusted_process_has_an_empty_place_and_the_assignments_own_files(checker):
    look = "import os, sys\nprint(sorted(os.listdir()), os.getcwd() in sys.path, '' in sys.path, sorted(os.environ))\nprint(repr(sys.stdin.read() if sys.stdin else ''))"
    with checker.open() as examination:
        outcome = examine(examination, look)
        assert text(outcome).startswith("[] False False ") and text(outcome).endswith("''\n")
        assert "HOME" not in text(outcome) and "JPY" not in text(outcome)
    with checker.open(files={"data/sales.csv": b"a\n1\n", "numpy.py": b"1/0"}) as examination:
        assert examination.set_up("import numpy, pandas\nsales = pandas.read_csv('data/sales.csv')", "setup").done
        assert examine(examination, "assert sales.a.sum() == 1", Student(sales=3)).done
        folder = examination._folder
        process = int(text(examine(examination, "import os, subprocess\np = subprocess.Popen(['sleep', '60'])\nprint(p.pid)")))
    assert not os.path.exists(folder)
    assert not _runs(process)


def _runs(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@slow
def test_examinations_do_not_know_each_other_and_outlive_a_dead_parent(checker):
    with checker.open() as first, checker.open("zh") as second:
        first.set_up("import math\nmath.pi = 3\nx = 1", "a")
        assert second.wanted("x", NOTHING) == ["x"]
        assert examine(second, "import math, crmlib.language\nassert math.pi > 3.1 and crmlib.language.current_language() == 'zh'").done
    checker.warm.process.kill()
    checker.warm.process.wait()
    assert one(checker, "assert True").done


@slow
def test_the_trusted_side_compiles_what_the_sandbox_can_only_read(tmp_path, monkeypatch):
    """Packages come without byte code: whoever imports them first writes it, once for all, also where the grader's own shell forbids it."""
    packages = tmp_path / "site-packages"
    packages.mkdir()
    (packages / "new_here.py").write_text("x = 1")
    monkeypatch.syspath_prepend(packages)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    settings = Settings(preload=("new_here",))
    with contextlib.suppress(SandboxUnavailable), Sandbox(settings):
        assert not list(packages.rglob("*.pyc"))
    with Checker(settings):
        assert list(packages.rglob("new_here.*.pyc"))


@slow
def test_where_nothing_can_be_forked_each_examination_is_a_process():
    checker = Checker(QUICK)
    with checker.open("zh", {"a.txt": b"5"}) as examination:  # never entered: no warm parent
        assert examination.set_up("from crmlib import check\nfive = int(open('a.txt').read())", "s").done
        outcome = examine(examination, "check.number(f(five), 25, points=2)", Student(f=lambda x: x * x))
        assert outcome.done and outcome.value == 2.0
        assert examine(examination, "while True: pass").ended == "time"
        assert examine(examination, "assert five == 5").done


# ------------------------------------------------------------------------------------------ a whole assignment
@pytest.fixture(scope="module")
def sandbox():
    try:
        with Sandbox() as running:
            yield running
    except SandboxUnavailable as reason:
        pytest.skip(str(reason))


def marked(notebook, given, language, sandbox, checker):
    """The loop of grading in small: each cell in the instructor's order, marks and messages by test."""
    marks, said = {}, {}
    with sandbox.open() as session, checker.open(language) as examination:
        for cell in notebook.cells:
            if cell.kind != "code":
                continue
            if cell.role == "test":
                values = session.snapshot(examination.wanted(cell.full, notebook.answered_names))
                outcome = examination.test(cell.full, cell.id, values, session.call)
                marks[cell.id] = 0.0 if not outcome.done else cell.points if outcome.value is None else outcome.value
                said[cell.id] = text(outcome) + str(outcome.error or "")
                continue
            session.run(given.get(cell.id, cell.text) if cell.takes_answer else cell.full, cell.id)
            if cell.takes_answer or examination.wanted(cell.full, notebook.answered_names):
                examination.answered(cell.model)
            else:
                assert examination.set_up(cell.full, cell.id).done
    return marks, said


def _classes(stem):
    """Model answers, nothing, and rounds of named answers: each round takes the next answer of every question."""
    by_cell: dict[str, list] = {}
    for answer in data.answers(stem):
        by_cell.setdefault(answer.cell, []).append(answer)
    for turn in range(max(map(len, by_cell.values()))):
        yield [answers[turn % len(answers)] for answers in by_cell.values()]


@slow
@pytest.mark.parametrize("stem", data.STEMS)
@pytest.mark.parametrize("language", data.LANGUAGES)
def test_marks_are_those_of_the_same_cells_in_one_process(stem, language, sandbox, checker):
    (notebook,) = source.read(data.ROOT / "solutions" / language / stem).notebooks
    model = {cell.id: cell.model for cell in notebook.cells if cell.takes_answer}
    try:
        assert marked(notebook, model, language, sandbox, checker)[0] == data.points(stem, language)
        assert set(marked(notebook, {}, language, sandbox, checker)[0].values()) == {0.0}
        for answers in _classes(stem):
            given = {answer.cell: answer.source for answer in answers}
            marks, said = marked(notebook, given, language, sandbox, checker)
            due, ran = data.mark(stem, language, given)
            assert marks == due
            for answer in answers:
                assert answer.right or data.gives_reason(said[answer.test], answer.reason), (answer.name, said[answer.test])
    finally:
        use_language("en")
