"""The scorecard measures what it says, is fresh, and notices a grader that somebody breaks."""

import ast
import json
import re
import shutil

import pytest

from crmlib import assignments, cli, course
from crmlib.check.kinds import Matching
from crmlib.scorecard import answers, lookalikes, table
from crmlib.scorecard.asked import listen
from crmlib.scorecard.measure import ExerciseScore, compare, measure
from crmlib.scorecard.mutants import ladders, mutants
from tests.support import assignments_data as data
from tests.support.catalogue import every

STEM = "09-loyalty-economics"


@every(
    ("source", "expected"),
    [
        ("cost = a / b", {"cost = a * b", "cost = b / a", "cost = a", "cost = b"}),
        ("value = 4", {"value = 40", "value = 400", "value = 0.4", "value = -4", "value = 5", "value = 0.25", "value = 4.2"}),
        ("answer = ['x', 'y']", {"answer = ['y']", "answer = ['x']", "answer = ['y', 'x']", "answer = ['x', 'y', 'x']", "answer = ['y', 'y']", "answer = ['x', 'x']"}),
        ("answer = {'a': p, 'b': q}", {"answer = {'b': q}", "answer = {'a': p}", "answer = {'a': q, 'b': p}"}),
        ("m = x.mean()", {"m = x.median()", "m = (x.max() + x.min()) / 2"}),
        ("m = fmean(x)", {"m = __import__('statistics').median(list(x))", "m = (max(x) + min(x)) / 2"}),
        ("m = sum(x) / len(x)", {"m = __import__('statistics').median(list(x))", "m = (max(x) + min(x)) / 2"}),
        ("s = stdev(x)", {"s = __import__('statistics').pstdev(list(x))"}),
        ("s = pstdev(x)", {"s = __import__('statistics').stdev(list(x))"}),
        ("s = x.std()", {"s = x.std(ddof=0)"}),
        ("s = numpy.std(x)", {"s = numpy.std(x, ddof=1)"}),
        ("t = g.agg(a='mean', b='std')", {"t = g.agg(a='median', b='std')", "t = g.agg(a='mean', b=lambda each: each.std(ddof=0))"}),
        ("if r < limit:\n    stop()", {"if r <= limit:\n    stop()", "if r > limit:\n    stop()", "pass"}),
    ],
)
def test_the_changes_of_a_model_answer_are_those_promised(source, expected):
    assert expected <= {mutant.source for mutant in mutants(source)}


@pytest.mark.slow
def test_mutants_differ_from_the_answer_and_from_each_other_and_bear_different_names():
    for stem in data.STEMS:
        for source in data.model_answers(stem, "en").values():
            found = mutants(source)
            assert len({mutant.source for mutant in found}) == len(found)
            assert len({mutant.name for mutant in found}) == len(found)


# ---- lookalikes: wrong answers that pass where the data cannot tell ---------------------------------------------------


class Cell:
    """A cell of an instructor's notebook, as small as can be."""

    kind = "code"

    def __init__(self, id, text, takes_answer=False):
        self.id, self.full, self.model, self.takes_answer = id, text, text, takes_answer


def asked_of(answer, test):
    found = listen([Cell("setup", "from crmlib import check"), Cell("answer", answer, True), Cell("test", test)])
    return found.asked["test"][0], found


def made(answer, test, practice=(), visible=frozenset()):
    asked, found = asked_of(answer, test)
    return {mutant.name: mutant for mutant in lookalikes.lookalikes(asked, "answer", answer, found, list(practice), set(visible))}


def test_what_a_cell_asks_is_found_by_listening():
    asked, found = asked_of("x = 1 / 3 + 0.5", "check.number(x, expected=5 / 6, unit='rate', wrong=[(0.3, 'a/b')], points=2)")
    assert (asked.name, asked.how, asked.kind.expected) == ("x", "number", 5 / 6)
    assert sorted(value for values in found.seen.values() for value in values) == pytest.approx([1 / 3, 5 / 6])


def test_rounding_is_tried_where_it_changes_something_and_on_what_a_function_returns():
    names = made("x = 100 / 8 + 2", "check.number(x, expected=14.5, points=1)")
    assert "1:4 rounded to whole units" in names and "1:4 rounded to two decimals" not in names
    function = "def f(a):\n    return a / 2"
    names = made(function, "check.function(f, cases=[({'a': 8}, 4)], points=1)")  # a round key: it must be tried all the same
    assert {name for name in names if "rounded" in name} == {f"2:11 rounded to {words}" for words in ("whole units", "one decimal", "two decimals")}
    assert "decimal" not in str(list(made(function, "check.function(f, cases=[({'a': 8}, 4)], unit='yuan', points=1)")))
    assert "rounded" not in str(list(made(function, "check.function(f, cases=[({'a': 8}, 4)], relative=0.05, points=1)")))


def test_a_function_learnt_by_heart_is_tried():
    cases = "cases=[({'a': 8}, 4), ({'a': 9}, 4.5), ({'a': 0.7}, 0.35)]"
    names = made("def f(a):\n    return a / 2", f"check.function(f, {cases}, points=1)", visible={8.0, 9.0})
    assert {"always the 1. result", "a table of the cases that the exercise shows"} <= set(names)
    learnt = {}
    exec(names["a table of the cases that the exercise shows"].source, learnt)
    assert (learnt["f"](a=9), learnt["f"](a=0.7)) == (4.5, None)


def test_patterns_are_tried_and_one_that_is_the_key_is_a_survivor():
    key = {"a": "x", "b": "y", "c": "x", "d": "y"}
    names = made(f"m = {key}", f"check.matching(m, expected={key}, keys={list(key)}, options=['x', 'y', 'z'], points=1)")
    assert {"x everywhere", "z everywhere", "y, x in turn", "x, y in blocks", "x, y in turn, which is the key"} <= set(names)
    names = made("o = ['b', 'a', 'c']", "check.ordering(o, expected=['b', 'a', 'c'], options=['a', 'b', 'c'], points=1)")
    assert {"the options as they are listed", "the options from the last to the first", "turned round"} <= set(names)
    names = made("t = {'p': 1, 'q': 2}", "check.table(t, expected={'p': 1, 'q': 2}, columns=['n', 'v'], points=1)")
    assert {"row p everywhere", "turned round"} <= set(names)


def test_the_answer_of_the_practice_is_tried():
    item = course.practice_item("2.2a")[1]
    key = dict(zip("abcd", item.key.values()))
    names = made(f"m = {key}", f"check.matching(m, expected={key}, keys={list(key)}, options='2.2/closeness', points=1)", practice=[item])
    assert "the answer to practice 2.2a" in names or any("which is the key" in name for name in names)


def test_a_misconception_inside_the_tolerance_is_noticed():
    def near(test):
        return lookalikes.too_near(asked_of("x = 1\ndef f(a): return a", test)[0])

    assert near("check.number(x, expected=100, relative=0.05, wrong=[(104, 'far/near'), (120, 'far/far')], points=1)") == ["far/near"]
    assert near("check.numbers(x, expected=[1, 2], wrong=[([None, 2.001], 'one/near'), ([3, 2], 'one/far')], points=1)") == ["one/near"]
    assert near("check.table(x, expected={'a': 1, 'b': 2}, columns=['n', 'v'], wrong=[({'b': [2.001]}, 't/near'), ({'b': [1]}, 't/far')], points=1)") == ["t/near"]
    assert near("check.function(f, cases=[({'a': 1}, 1)], wrong={'f/near': lambda a: a * 1.001, 'f/far': lambda a: 2 * a}, points=1)") == ["f/near"]
    assert near("check.matching(x, expected={'a': 'p'}, keys=['a'], options=['p', 'q'], wrong=[({'a': 'p'}, 'm/near'), ({'a': 'q'}, 'm/far')], points=1)") == ["m/near"]


@pytest.mark.parametrize("stem", data.STEMS)
def test_no_practice_item_falls_to_a_pattern(stem):
    assert [(item.id, pattern) for exercise in course.exercises(stem) for item in exercise.practice if (pattern := lookalikes.practice_pattern(exercise, item))] == []


def test_a_pattern_in_a_practice_item_is_noticed():
    exercise, item = course.practice_item("2.2b")
    kind = Matching(dict(item.key), exercise.options["any_type"], exercise.options["criterion"])
    turned = dict(zip([option.id for option in kind.keys.options], ["closeness", "volume_loyalty"] * 4))
    import dataclasses

    assert lookalikes.practice_pattern(exercise, dataclasses.replace(item, key=turned)) == "closeness, volume_loyalty in turn"


def test_only_the_given_lines_are_changed():
    assert {mutant.source.splitlines()[0] for mutant in mutants("a = 1\nb = 2", range(2, 3))} == {"a = 1"}


def test_a_ladder_gives_the_items_back_one_by_one():
    up, down = ladders("x = {'a': 1, 'b': 2}")
    assert up == ["x = {'a': None, 'b': None}", "x = {'a': 1, 'b': None}", "x = {'a': 1, 'b': 2}"]
    assert down[1] == "x = {'a': None, 'b': 2}"
    assert ladders("x = 1") == []


def test_equal_marks_in_both_languages_are_demanded():
    english, chinese = (ExerciseScore(STEM, "9.1", language, 3) for language in ("en", "zh"))
    english.earned, chinese.earned = {"same": 1.0, "other": 2.0}, {"same": 1.0, "other": 1.0}
    compare(english, chinese)
    assert len(english.broken) == 1 and "other" in english.broken[0]


def test_the_published_scorecard_is_fresh_and_clean():
    found = table.read()
    assert {row["assignment"] for row in found} == set(data.STEMS), "run: crmlib scorecard"
    for row in found:
        assert row["inputs"] == table.inputs(row["assignment"]), f"{row['assignment']} has changed since; run: crmlib scorecard {row['assignment']}"
        assert row["broken"] == "0", row
        assert int(row["killed"]) >= 0.9 * int(row["mutants"])
    sums = table.totals(found)
    assert sums["killed"] >= 0.95 * sums["mutants"]
    assert sums["right_kept"] == sums["right"] and sums["wrong_kept"] == sums["wrong"]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_shows_the_totals(name):
    text = (data.ROOT / name).read_text(encoding="utf-8")
    sums = table.totals(table.read())
    for key in ("right_kept", "wrong_kept", "killed", "mutants"):
        assert text.count("|---|---|---|---|---|") == 1, "the totals go below the only plain rule of five columns"
        assert re.search(rf"\b{sums[key]}\b", text.replace(",", "")), f"{name} does not show {key} = {sums[key]}; run: crmlib scorecard"


def test_every_equivalent_mutant_exists_and_says_why():
    for stem in data.STEMS:
        for equivalent in answers.read(stem)[1]:
            model = next("".join(cell["source"]) for cell in data.solution(stem, "en")["cells"] if cell["id"] == equivalent.cell)
            rounded = re.fullmatch(r"(\d+):(\d+) rounded to .+", equivalent.mutant)  # tried by value, where it changes something
            places = {(node.lineno, node.col_offset) for node in ast.walk(ast.parse(model)) if isinstance(node, ast.expr)}
            there = (int(rounded[1]), int(rounded[2])) in places if rounded else equivalent.mutant in {mutant.name for mutant in mutants(model)}
            assert there, equivalent
            assert len(equivalent.reason) > 20


# ---- a grader broken on purpose ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workers():
    from crmlib.grading.doors.workers import workers

    with workers(assignments.configuration("en")) as pair:
        yield pair


def broken_copy(tmp_path, change):
    """The repository's assignment with one hidden test changed."""
    for name in ("solutions", "course"):
        shutil.copytree(data.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("submitted", "autograded", "feedback", "marking", "gradebook.db*"))
    (tmp_path / "tests").mkdir()
    shutil.copytree(data.ROOT / "tests" / "answers", tmp_path / "tests" / "answers")
    path = tmp_path / "solutions" / "en" / STEM / f"{STEM}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    before = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    for cell in notebook["cells"]:
        cell["source"] = change(cell["id"], before[cell["id"]])
    assert {cell["id"]: cell["source"] for cell in notebook["cells"]} != before, "there is nothing to break any more"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return tmp_path


BROKEN = {
    "a tolerance is weakened": ("minimum-response-test", lambda text: text.replace('expected=0.026,\n    unit="rate",', 'expected=0.026,\n    unit="rate",\n    relative=0.5,')),
    "a hidden test is dropped": ("maximum-rental-test", lambda text: text.split("### BEGIN HIDDEN TESTS")[0]),
    "an option is swapped": ("correction-test", lambda text: text.replace('expected="both"', 'expected="points"')),
    "a case is left out": ("acquisition-cost-function-test", lambda text: "\n".join(line for line in text.splitlines() if "rental_per_name\": 0." not in line or "example" in line)),
    "a misconception is no longer named": ("mixed-lifetime-test", lambda text: text.replace('(1 / 0.265, "9.3/rates-averaged"),', "")),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_a_grader_broken_on_purpose_is_noticed(name, tmp_path, workers, monkeypatch):
    test, change = BROKEN[name]
    root = broken_copy(tmp_path, lambda id, text: change(text) if id == test else text)
    exercise = {"minimum-response-test": "9.2", "maximum-rental-test": "9.2", "correction-test": "9.8", "acquisition-cost-function-test": "9.1", "mixed-lifetime-test": "9.3"}[test]
    scores = measure(STEM, "en", assignments.configuration("en", root), *workers, root=root, only=exercise)
    broken = [score for score in scores if score.broken]
    assert [score.exercise for score in broken] == [exercise]
    assert not table.kept(scores)


@pytest.mark.slow
def test_the_command_publishes_and_ends_with_0_when_every_promise_holds(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(table, "FILE", tmp_path / "scorecard.csv")
    monkeypatch.setattr(table, "update_readmes", lambda: None)
    assert cli.main(["scorecard", STEM]) == 0
    said = capsys.readouterr().out
    assert "Broken promises: 0" in said
    assert (tmp_path / "scorecard.csv").read_text(encoding="utf-8").count(STEM) == 16
