"""An error in an answer cell is the reason: named with its character and place, and the check below judges no earlier value."""

import json
import re
import time

import pytest

from crmlib.check import faults
from crmlib.language import LANGUAGES, message, use_language, wording
from tests.support.catalogue import every

LOOK_ALIKES = {
    "x = （1 + 2)": (5, "（", "("), "x = [1，2]": (7, "，", ","), "x = {'a'：1}": (9, "：", ":"), "x ＝ 3": (3, "＝", "="), "x = 3 － 1": (7, "－", "-"),
    "x = 3 × 4": (7, "×", "*"), "x = 4 ÷ 2": (7, "÷", "/"), "x = 3 – 1": (7, "–", "-"), "x = 3 − 1": (7, "−", "-"), "x = 3 ≥ 1": (7, "≥", ">="),
    "x = “a”": (5, "“", '"'), "x = ‘a’": (5, "‘", "'"), "x = 'a’": (7, "’", "'"), "x = ['a'、'b']": (9, "、", ","), "x = 0。5": (6, "。", "."),
    "x = 【1]": (5, "【", "["), "x = １2": (5, "１", "1"), "x = y²": (6, "²", "** 2"), "x = 1;；": (7, "；", ";"), "x => 3": (3, "=>", ">="),
    "x = 3万": (6, "万", "3 * 10000"), "x = 5％": (6, "％", "5 / 100"), "x = 5 %": (7, "%", "5 / 100"),
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
    "x = \x00 3": "U+0000", "x = " + "(" * 300: "answer cell has an error",
}  # fmt: skip
# What comes from other languages, calculators and habit: line, character, our sentence, what to type instead.
SLIPS = {
    "x = 5‰": (1, 6, "per_mille", "5 / 1000"), "x = 0.5 ‰": (1, 9, "per_mille", "/ 1000"), "x = 5‱": (1, 6, "per_ten_thousand", "/ 10000"), "x = 5%": (1, 6, "per_cent", "/ 100"),
    "x = (20%)": (1, 8, "per_cent", "/ 100"), "x = 20 per cent": (1, 8, "per_cent", "/ 100"), "x = 20% * 5": (1, 7, "per_cent", "/ 100"), "if x == 1 then\n    y = 2": (1, 11, "then", ":"),
    "if x == 1 then:\n    y = 2": (1, 11, "then", ":"), "if x == 1 {\n    y = 2\n}": (1, 11, "braces", ":"), "def f(a) {\n return a\n}": (1, 10, "braces", ":"), "x++": (1, 2, "one_more", "x += 1"),
    "y = 1\nx --": (2, 3, "one_more", "x -= 1"), "x := 3": (1, 3, "assign", "="), "def f():\n    x := 3": (2, 7, "assign", "="), "x：3": (1, 2, "assign", "="), "x = `3`": (1, 5, "backtick", "'"),
    "x => 3": (1, 3, "operator", ">="), "if x =< 3:\n    y": (1, 6, "operator", "<="), "x = a && b": (1, 7, "operator", "and"), "x = a || b": (1, 7, "operator", "or"), "if !a:\n    x = 1": (1, 4, "operator", "not"),
    "if a:\n    x\nelse if b:\n    y": (3, 1, "operator", "elif"), "if a:\n    x\nelseif b:\n    y": (3, 1, "operator", "elif"), "if a:\n    x\nelsif b:\n    y": (3, 1, "operator", "elif"),
    "function f(a):\n    return a": (1, 1, "operator", "def"), "for i = 1 to 3:\n    x = i": (1, 7, "count", "for i in range(1, 4):"), "let x = 3": (1, 1, "declared", ""), "int x = 3": (1, 1, "declared", ""),
    "x = 3 // the answer": (1, 7, "remark", "#"), "// answer\nx = 3": (1, 1, "remark", "#"), "x = 1 000": (1, 5, "spaced", "1000"), "x = 1 000 000": (1, 5, "spaced", "1000000"), "x = 3 x 4": (1, 7, "operator", "*"),
    "x = 2x": (1, 6, "times", "2 * x"), "x = 3..5": (1, 7, "two_points", "1.5"), "x = 3:4": (1, 6, "ratio", "3 / 4"), "x = 3：4": (1, 6, "ratio", "3 / 4"), "x = [1; 2; 3]": (1, 7, "operator", ","),
    "x = {'a' = 1}": (1, 10, "in_braces", "{'a': 1}"), "class = 3": (1, 1, "own_word", ""), "lambda = 2": (1, 1, "own_word", ""), "x = = 3": (1, 3, "doubled", ""), "x = 3 * * 4": (1, 7, "doubled", ""),
    "a, b = 1,, 3": (1, 9, "doubled", ""), "x = ?": (1, 5, "stray", ""), "x = ？": (1, 5, "stray", ""), "x = \\frac{1}{2}": (1, 5, "stray", ""), "x = @3": (1, 5, "stray", ""), "x = 3 y = 4": (1, 7, "two_in_line", "y"),
    "x = 0.5，": (1, 8, "at_the_end", "，"), "x = 0.5。": (1, 8, "at_the_end", "。"), "x = ": (1, 3, "unfinished", ""), "x = 1 /": (1, 7, "unfinished", ""), "x = # 3": (1, 3, "unfinished", ""), "x = not": (1, 5, "unfinished", ""),
    "x = 3 if a": (1, 5, "no_else", "else 0"), "x = 1\nelse:\n    x = 2": (2, 1, "else_alone", ""), "def f a, b:\n    x": (1, 7, "def_brackets", "def name(a, b):"), "x = loyal customer": (1, 11, "side_by_side", ""),
    "x = 合作 关系": (1, 8, "side_by_side", ""), "x = 1 2 3": (1, 7, "side_by_side", ""), "x 3": (1, 3, "no_equals", "x = 3"), "x equals 3": (1, 3, "no_equals", "x = 3"), "x = 'it's'": (1, 8, "quote_inside", '"'),
    'x = "say "hi""': (1, 10, "quote_inside", "'"), "x = loyal'": (1, 5, "no_begin", "'"), "x = 12.5万元": (1, 9, "big_numeral", "12.5 * 10000"), "break": (1, 1, "break_outside", ""), "yield 3": (1, 1, "yield_outside", ""),
    "x = 5 ！＝ 3": (1, 7, "full_width", "!="), "x = ＋3": (1, 5, "full_width", "+"), "x = 3；y = 2": (1, 6, "full_width", ";"), "x = ｛'a'：1｝": (1, 5, "full_width", "{"), "x = 1\n\0": (2, 1, "invisible", "U+0000"),
}  # fmt: skip


@every("language", LANGUAGES)
@every("source", SLIPS)
def test_a_slip_of_habit_is_named_with_its_place_and_what_to_type(language, source):
    use_language(language)
    line, column, key, instead = SLIPS[source]
    said = faults.of_text(source)
    assert said.startswith(message("faults.in_cell", line=line, column=column, what="")), said
    given = re.split(r"\{\w+\}", wording(f"faults.{key}").replace("{{", "{").replace("}}", "}"))
    assert all(part in said for part in given) and instead in said, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_no_pattern_knows_still_says_where_and_what_to_look_for(language):
    use_language(language)
    said = faults.of_text("x = {'a', : 1}")
    assert said.startswith(message("faults.in_cell", line=1, column=11, what="")) and ("bracket" in said or "括号" in said)


RUNNING = {
    "x = true": "type True instead", "x = Sum([1])": "type sum instead", "Print(3)": "type print instead", "x = null": "type None instead", "x = np.mean([1])": "import numpy as np", "x = mean([1])": "from statistics import mean",
    "x = math.sqrt(4)": "import math", "x = sqrt(4)": "** 0.5", "x = partner": "quotation marks", "x = 2 ^ 0.5": "type ** instead", "x = 3 * y(4)\n": "the name y", "y = 3\nx = y(4)": "type * between",
    "y = [1]\nx = y(0)": "delete the brackets", "x = '5' / 3": "without quotation marks", "x = round('3')": "without quotation marks", "x = 1 / 0": "divided by 0", "x = 5 % 0": "divided by 0", "x = None + 1": "still empty",
    "x = ... + 1": "still empty", "x = [1, 2][5]": "counting begins with 0", "x = {'a': 1}['b']": "no entry of that name", "x = float('5%')": "without quotation marks, %", "x = int('abc')": "digits alone",
    "x, y = 1, 2, 3": "more or fewer names", "x = 'a'.foo": "behind the point", "import numpyy": "no such package", "x = open('nothing.txt')": "no such file", "x = sum(1, 2)": "a list such as",
    "def f(n):\n    return n\nx = f()": "other arguments", "def f(*, n):\n    return n\nx = f(3)": "other arguments", "def f():\n    return f()\nx = f()": "calls itself", "raise OSError('odd')": "OSError: odd.",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@every("language", LANGUAGES)
@every("source", RUNNING)
def test_an_error_while_running_says_what_to_do_and_keeps_pythons_words(language, source):
    use_language(language)
    with pytest.raises(Exception) as raised:
        exec(compile(source, "cell", "exec"), {})
    name, text = type(raised.value).__name__, str(raised.value)
    said = faults.of_cell(source, name, text, 1)
    assert said.startswith(message("faults.in_line", line=1, what=""))
    assert name == "NameError" or name in said
    assert language == "zh" or RUNNING[source] in said
    assert language == "en" or re.search("[\u4e00-\u9fff]", said.split("：", 1)[1]) or source.startswith("raise")


def test_where_a_package_lies_on_the_machine_is_not_told():
    assert "/" not in faults.of_error("ImportError", "cannot import name 'chek' from 'crmlib' (/home/someone/crmlib/__init__.py)")


@pytest.mark.parametrize("source", ["x = " + "a" * 200_000 + " b", "x = {" * 20_000, "x = " + "'" * 99_999, "if " + "a {" * 50_000, "x = " + "1 " * 100_000, "x = " + "- " * 100_000])
def test_a_line_made_long_holds_nobody_up(source):
    begun = time.process_time()
    assert "answer cell has an error" in faults.of_text(source)
    assert time.process_time() - begun < 2


def test_a_number_with_a_comma_is_said_to_be_several():
    from crmlib import check

    for answer in ((1, 0), (0, 5), (1.0, 50)):
        with pytest.raises(check.FormError, match="comma"):
            check.number(answer)


@every("language", LANGUAGES)
@every("source", LOOK_ALIKES)
def test_a_look_alike_is_named_with_its_place_and_what_to_type(language, source):
    use_language(language)
    column, sign, instead = LOOK_ALIKES[source]
    said = faults.of_text(source)
    assert said.startswith(message("faults.in_cell", line=1, column=column, what=""))
    assert sign in said and instead in said.split(sign, 1)[1]


@every("source", UNSEEN)
def test_a_character_that_cannot_be_seen_is_named(source):
    column, code = UNSEEN[source]
    assert f"character {column}: here stands" in faults.of_text(source) and code in faults.of_text(source)


@every("source", PLAIN)
def test_every_common_slip_has_a_sentence(source):
    line, key = PLAIN[source]
    assert f"line {line}," in faults.of_text(source) and faults.of_text(source).endswith(message(f"faults.{key}"))


@every("source", OTHERS)
def test_what_else_is_met(source):
    assert OTHERS[source] in faults.of_text(source)


@every("source", ["x = 3", "x = '（，“”'  # ×：", "%matplotlib inline\nx = 3", "!ls\nx = 1", "x = await y", ""])
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


@pytest.mark.parametrize("broken", ["x = （3)", "x = 3 +\n", "x = y", "x = 1 / 0", "x = None\nx = 1 / 0", "x = ...\nx = (1", "let x = 3", "x := 3", "int x = 3;", "x = 5‰"])
def test_the_check_below_a_cell_with_an_error_judges_no_earlier_value(shell, capsys, broken):
    assert "form is right" in said_below(shell, capsys, "answer", "x = 42")
    told = said_below(shell, capsys, "answer", broken)
    assert told.startswith("FormError: The answer cell has an error") and "Mend the cell above" in told
    assert "The answer cell has an error" in said_below(shell, capsys, "answer", broken, "check.practice('9.1a', x)")
    assert "form is right" in said_below(shell, capsys, "answer", "x = 43")


@pytest.mark.parametrize("broken", ["x = （3)", "x = y", "x = ...\nx = 1 / 0"])
def test_without_an_earlier_run_it_says_the_same(shell, capsys, broken):
    assert said_below(shell, capsys, "answer", broken).startswith("FormError: The answer cell has an error")


@pytest.mark.parametrize("broken, sign", [("x == 42", "=="), ("x: 42", ":"), ("x：42", "："), ("y = 1\nx == 42", "=="), ("x : float", ":")])
def test_a_line_that_gives_no_value_is_told_from_one_that_does(shell, capsys, broken, sign):
    told = said_below(shell, capsys, "answer", broken)
    assert told.startswith("FormError: The answer cell has an error") and f"“{sign}”" in told and "type = instead" in told
    assert "form is right" in said_below(shell, capsys, "answer", "x = 42")
    assert "type = instead" in said_below(shell, capsys, "answer", broken)


@pytest.mark.parametrize("whole", ["x == 42", "x: float", "x = 42\nx == 41", "x: float = 42"])
def test_a_comparison_of_what_has_a_value_is_no_fault(shell, capsys, whole):
    shell.run_cell("x = 42", cell_id="data")
    assert "form is right" in said_below(shell, capsys, "answer", whole)


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
        "x == 42": (0, "“==” compares"), "x: 42": (0, "“:” gives no value"), "x = 42\nx == 41": (2, None),
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
