"""An error in an answer cell is the reason: named with its character and place, and the check below judges no earlier value."""

import json

import pytest

from crmlib.check import faults
from crmlib.language import LANGUAGES, message, use_language

LOOK_ALIKES = {
    "x = （1 + 2)": (5, "（", "("), "x = [1，2]": (7, "，", ","), "x = {'a'：1}": (9, "：", ":"), "x ＝ 3": (3, "＝", "="), "x = 3 － 1": (7, "－", "-"),
    "x = 3 × 4": (7, "×", "*"), "x = 4 ÷ 2": (7, "÷", "/"), "x = 3 – 1": (7, "–", "-"), "x = 3 − 1": (7, "−", "-"), "x = 3 ≥ 1": (7, "≥", ">="),
    "x = “a”": (5, "“", '"'), "x = ‘a’": (5, "‘", "'"), "x = 'a’": (7, "’", "'"), "x = ['a'、'b']": (9, "、", ","), "x = 0。5": (6, "。", "."),
    "x = 【1]": (5, "【", "["), "x = １2": (5, "１", "1"), "x = y²": (6, "²", "** 2"), "x = 1;；": (7, "；", ";"), "x => 3": (3, "=>", ">="),
    "x = 3万": (6, "万", "3 * 10000"), "x = 5％": (6, "％", "5 / 100"), "x = 5 %": (8, "%", "5 / 100"),
}  # fmt: skip
UNSEEN = {"x =\u00a03": (4, "U+00A0"), "x\u3000= 3": (2, "U+3000"), "x = 3\u200b": (6, "U+200B"), "\ufeffx = 3": (1, "U+FEFF"), "x = \u202f3": (5, "U+202F")}
PLAIN = {
    "if y\n    x = 1": (1, "colon"), "def f(y)\n    return y": (1, "colon"), "if y = 3:\n    x = 1": (1, "equals"),
    "def f(y):\nreturn y": (2, "not_indented"), "y = 1\n  x = 2": (2, "indented"), "if y:\n  x = 1\n y": (3, "unindent"),
    "x = 'abc": (1, "open_text"), "x = '''abc\ny": (1, "open_text"), "x = 007": (1, "leading_zeros"), "3 = x": (1, "left_of_equals"),
    "return 4": (1, "return_outside"), "print 'a'": (1, "parentheses"),
}  # fmt: skip
OTHERS = {
    "x = (1, 2": "the bracket ( is never closed; add )", "x = [1)": ") closes a bracket that was opened with [", "x = 1)": "a ) too many",
    "x = 50元": "“元”", "x = 50 元": "“元”", "x = ￥30": "“￥”", "x = $30": "“$”", "x = 2years": "“years”", "x = 1，200": "such as 1200",
    "x = \x00 3": "null", "x = " + "(" * 300: "answer cell has an error",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", LOOK_ALIKES)
def test_a_look_alike_is_named_with_its_place_and_what_to_type(language, source):
    use_language(language)
    column, sign, instead = LOOK_ALIKES[source]
    said = faults.of_text(source)
    assert said.startswith(message("faults.in_cell", line=1, column=column, what=""))
    assert sign in said and instead in said.split(sign, 1)[1]


@pytest.mark.parametrize("source", UNSEEN)
def test_a_character_that_cannot_be_seen_is_named(source):
    column, code = UNSEEN[source]
    assert f"character {column}: here stands" in faults.of_text(source) and code in faults.of_text(source)


@pytest.mark.parametrize("source", PLAIN)
def test_every_common_slip_has_a_sentence(source):
    line, key = PLAIN[source]
    assert f"line {line}," in faults.of_text(source) and faults.of_text(source).endswith(message(f"faults.{key}"))


@pytest.mark.parametrize("source", OTHERS)
def test_what_else_is_met(source):
    assert OTHERS[source] in faults.of_text(source)


@pytest.mark.parametrize("source", ["x = 3", "x = '（，“”'  # ×：", "%matplotlib inline\nx = 3", "!ls\nx = 1", "x = await y", ""])
def test_a_cell_that_python_can_read_has_no_fault(source):
    assert faults.of_text(source) is None


def test_chinese_numerals_are_names_to_python_and_said_to_be_what_they_are():
    assert "type 3 instead" in faults.of_error("NameError", "name '三' is not defined", 1)
    assert "in digits" in faults.of_error("NameError", "name '十二' is not defined", 1)


@pytest.fixture
def shell(monkeypatch):
    """A notebook's kernel in this process, as far as cells, names and their ends go."""
    from IPython.core.interactiveshell import InteractiveShell

    from crmlib.check import above

    shell = InteractiveShell()
    shell.history_manager.enabled = False
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    above.watch()
    shell.run_cell("from crmlib import check")
    return shell


def said_below(shell, capsys, cell: str, source: str, check="check.number(x)") -> str:
    shell.run_cell(source, cell_id=cell)
    capsys.readouterr()
    result = shell.run_cell(check, cell_id="check")
    told = capsys.readouterr().out
    return told if result.error_in_exec is None else f"{type(result.error_in_exec).__name__}: {result.error_in_exec}"


@pytest.mark.parametrize("broken", ["x = （3)", "x = 3 +\n", "x = y", "x = 1 / 0", "x = None\nx = 1 / 0", "x = ...\nx = (1"])
def test_the_check_below_a_cell_with_an_error_judges_no_earlier_value(shell, capsys, broken):
    assert "form is right" in said_below(shell, capsys, "answer", "x = 42")
    told = said_below(shell, capsys, "answer", broken)
    assert told.startswith("FormError: The answer cell has an error") and "Mend the cell above" in told
    assert "The answer cell has an error" in said_below(shell, capsys, "answer", broken, "check.practice('9.1a', x)")
    assert "form is right" in said_below(shell, capsys, "answer", "x = 43")


@pytest.mark.parametrize("broken", ["x = （3)", "x = y", "x = ...\nx = 1 / 0"])
def test_without_an_earlier_run_it_says_the_same(shell, capsys, broken):
    assert said_below(shell, capsys, "answer", broken).startswith("FormError: The answer cell has an error")


def test_a_function_that_could_not_be_read_is_not_judged(shell, capsys):
    check = "check.function(f, example={'n': 1})"
    assert "form is right" in said_below(shell, capsys, "answer", "def f(*, n):\n    return n", check)
    assert "full-width" in said_below(shell, capsys, "answer", "def f(*, n)：\n    return n", check)


def test_what_a_cell_gave_before_its_error_counts_as_in_grading(shell, capsys):
    assert "form is right" in said_below(shell, capsys, "answer", "x = 42\nprint(nothing)")


def test_a_value_of_another_cell_outlives_an_error_below_it(shell, capsys):
    shell.run_cell("x = [1, 2, 3]", cell_id="data")
    assert "3 answers" in said_below(shell, capsys, "answer", "x = sorted(x, nothing)", "check.numbers(x, count=3)")


@pytest.mark.slow
def test_grading_gives_the_error_as_the_first_reason_and_shows_it_below_the_cell(tmp_path):
    from crmlib.grading.doors.workers import workers
    from crmlib.grading.intake import source
    from crmlib.grading.marking.submission import mark
    from tests.test_submission import notebook

    texts = {"answer": "x = ...", "plain": "from crmlib import check\ncheck.number(x)\ncheck.number(x, expected=42, points=2)", "mocked": "assert True"}
    (tmp_path / "below.ipynb").write_text(json.dumps(notebook(texts)), encoding="utf-8")
    read = source.read(tmp_path)
    cases = {
        "x = （42)": (0, "“（” is a full-width"), "y\nx = 42": (0, "the name y has no value"), "x = 三": (0, "type 3 instead"), "x = ...\nx = 1 / 0": (0, "ZeroDivisionError"),
        "x = 41\nnothing": (0, "the name nothing"), "x = 42\nnothing": (2, None), "x = 41": (0, "41 is not right"),
    }  # fmt: skip
    with workers() as (sandbox, checker):
        for written, (earned, first) in cases.items():
            handed_in = json.dumps(notebook(texts | {"answer": written})).encode()
            marked = mark({"below.ipynb": handed_in}, read, sandbox, checker).notebooks[0]
            question = marked.questions[0]
            assert question.earned == earned, (written, question)
            assert first in question.reasons[0] if first else not question.reasons, (written, question.reasons)
            assert not any("NameError: name" in reason for reason in question.reasons)
            shown = [line for cell in marked.notebook["cells"][1:] for output in cell.get("outputs", []) for line in output.get("traceback", [])]
            assert earned or "41" in written or any(first in " ".join(line.split()) for line in shown), (written, shown)  # lines are wrapped


UNDER_VALIDATE = {
    "colon": ("def {name}(*, n)\n    return n", {"en": "colon", "zh": "冒号"}), "bracket": ("{name} = （42)", "“（”"), "quotes": ("{name} = “42”", {"en": "“ is a curly", "zh": "（弯）引号"}),
    "no_break": ("{name} =\u00a042", "U+00A0"), "zero_width": ("{name} = 42\u200b", "U+200B"), "digits": ("{name} = ４2", "“４”"),
    "unknown": ("{name} = forty_two", "forty_two"), "half": ("{name} = ...\n{name} = 1 / 0", "ZeroDivisionError"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_validate_shows_the_character_and_judges_no_value_left_by_an_error(language, tmp_path):
    """What nbgrader's Validate shows a student whose answer cell Python cannot read: all of the sentence, nothing else."""
    from nbgrader.validator import Validator

    cells = [("set-up", f"from crmlib import check\nfrom crmlib.language import use_language\nuse_language({language!r})", {"locked": True})]
    for name, (source, _) in UNDER_VALIDATE.items():
        cells.append((f"{name}-answer", source.format(name=name), {"solution": True}))
        cells.append((f"{name}-test", f"check.number({name})", {"grade": True, "locked": True, "points": 1}))
    marks = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    written = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}}
    written["cells"] = [
        {"cell_type": "code", "id": id, "execution_count": None, "outputs": [], "source": text, "metadata": {"nbgrader": marks | own | {"grade_id": id}}}
        for id, text, own in cells
    ]
    path = tmp_path / "below.ipynb"
    path.write_text(json.dumps(written), encoding="utf-8")
    validator = Validator()
    failed = {each["source"]: validator._indent(each["raw_error"]) for each in validator.validate(str(path))["failed"]}
    assert len(failed) == len(UNDER_VALIDATE)
    for name, (_, said) in UNDER_VALIDATE.items():
        shown = failed[f"check.number({name})"]
        assert (said if isinstance(said, str) else said[language]) in shown, (name, shown)
        assert not any(line.endswith("...") for line in shown.splitlines()), (name, shown)  # as Validate cuts a long line off
        assert "NameError:" not in shown and "Traceback" not in shown, (name, shown)
