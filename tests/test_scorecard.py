"""The scorecard measures what it says, is fresh, and notices a grader that somebody breaks."""

import json
import re
import shutil

import pytest

from crmlib import assignments, cli
from crmlib.scorecard import answers, table
from crmlib.scorecard.measure import ExerciseScore, compare, measure
from crmlib.scorecard.mutants import ladders, mutants
from tests import assignments_data as data

STEM = "09-loyalty-economics"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("cost = a / b", {"cost = a * b", "cost = b / a", "cost = a", "cost = b"}),
        ("value = 4", {"value = 40", "value = 400", "value = 0.4", "value = -4", "value = 5", "value = 0.25", "value = 4.2"}),
        ("answer = ['x', 'y']", {"answer = ['y']", "answer = ['x']", "answer = ['y', 'x']", "answer = ['x', 'y', 'x']", "answer = ['y', 'y']", "answer = ['x', 'x']"}),
        ("answer = {'a': p, 'b': q}", {"answer = {'b': q}", "answer = {'a': p}", "answer = {'a': q, 'b': p}"}),
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
        assert re.search(rf"\b{sums[key]}\b", text.replace(",", "")), f"{name} does not show {key} = {sums[key]}; run: crmlib scorecard"


def test_every_equivalent_mutant_exists_and_says_why():
    for stem in data.STEMS:
        for equivalent in answers.read(stem)[1]:
            model = next("".join(cell["source"]) for cell in data.solution(stem, "en")["cells"] if cell["id"] == equivalent.cell)
            assert equivalent.mutant in {mutant.name for mutant in mutants(model)}, equivalent
            assert len(equivalent.reason) > 20


# ---- a grader broken on purpose ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workers():
    from crmlib.grading.workers import workers

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
    before = json.dumps(notebook)
    for cell in notebook["cells"]:
        cell["source"] = change(cell["id"], "".join(cell["source"]))
    assert json.dumps(notebook) != before
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return tmp_path


BROKEN = {
    "a tolerance is weakened": ("minimum-response-test", lambda text: text.replace('expected=0.026,\n    unit="rate",', 'expected=0.026,\n    unit="rate",\n    relative=0.5,')),
    "a hidden test is dropped": ("maximum-rental-test", lambda text: text.split("### BEGIN HIDDEN TESTS")[0]),
    "an option is swapped": ("correction-test", lambda text: text.replace('expected="both"', 'expected="points"')),
    "a case is left out": ("acquisition-cost-function-test", lambda text: "\n".join(line for line in text.splitlines() if "rental_per_name\": 0." not in line or "example" in line)),
    "a misconception is no longer named": ("mixed-lifetime-test", lambda text: text.replace('(4, "9.3/rates-averaged"),', "")),
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
