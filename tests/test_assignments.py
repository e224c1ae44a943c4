"""The six promises of every assignment; a new one is tested by existing."""

import math
from functools import cache

import pytest

from crmlib import course
from crmlib.language import use_language
from tests.support import assignments_data as data
from tests.support.catalogue import every, try_each
from tests.support.notebook_runner import run, source

PAIRS = [(stem, language) for stem in data.STEMS for language in data.LANGUAGES]
ALL_PAIRS = [(stem, language) for stem in data.ALL for language in data.LANGUAGES]


def named():
    """In the daily round one right and one wrong answer of every graded cell, in one language; all others in the slow tier."""
    for stem in data.STEMS:
        first = {(answer.test, answer.right): answer for answer in reversed(data.answers(stem))}
        daily = [answer for answer in data.answers(stem) if answer is first[answer.test, answer.right]]
        others = [answer for answer in data.answers(stem) if answer is not first[answer.test, answer.right]]
        yield pytest.param("zh", stem, daily, id=f"{stem}-zh-daily")
        yield pytest.param("zh", stem, others, id=f"{stem}-zh-others", marks=pytest.mark.slow)
        yield pytest.param("en", stem, data.answers(stem), id=f"{stem}-en", marks=pytest.mark.slow)


@pytest.mark.parametrize(("stem", "language"), PAIRS)
def test_the_model_answer_earns_full_marks(stem, language):
    use_language(language)
    ran = run(data.code_cells(data.solution(stem, language)))
    assert data.marks(stem, ran) == data.points(stem)
    assert all(not each.warned and each.error is None for each in ran.values())


@pytest.mark.parametrize(("stem", "language"), PAIRS)
def test_the_model_answer_is_right_in_every_practice_item(stem, language):
    use_language(language)
    printed = "".join(each.text for each in run(data.code_cells(data.solution(stem, language))).values())
    for exercise in course.exercises(stem):
        for item in exercise.practice:
            assert data.gives_reason(printed, "check.practice_right"), item.id
            assert item.id in printed
    assert not data.gives_reason(printed, "check.practice_wrong")


@pytest.mark.parametrize(("stem", "language"), PAIRS)
def test_the_untouched_file_earns_nothing_and_practice_cells_do_not_fail(stem, language):
    earned, ran = data.mark(stem, language, {})
    assert set(earned.values()) == {0.0}
    assert [id for id, each in ran.items() if each.error and id not in earned] == []


@every(("stem", "language"), ALL_PAIRS)
def test_nothing_of_solutions_or_hidden_tests_leaks_into_the_released_file(stem, language):
    before = {cell["id"]: source(cell) for cell in data.solution(stem, language)["cells"]}
    for cell in data.released(stem, language)["cells"]:
        assert "BEGIN" not in source(cell) and "END" not in source(cell)
        secret = _regions(before[cell["id"]])
        assert [line for line in secret if line in source(cell).splitlines()] == []


def _regions(text):
    """The lines inside solution and hidden-test regions; those of a frame, which a solution repeats, are no secret."""
    inside, secret, frame = False, [], set()
    for line in text.splitlines():
        if "### BEGIN" in line or "### END" in line:
            inside = "### BEGIN" in line
        elif inside and line.strip() not in ("", ")", "(", "],", "}", "},"):
            secret.append(line)
        elif not inside:
            frame.add(line)
    return [line for line in secret if line not in frame]


@pytest.mark.parametrize(("language", "stem", "answers"), named())
def test_every_named_answer_gets_its_marks_and_its_reason(language, stem, answers):
    full = data.points(stem)

    def marked(answer):
        earned, ran = data.mark_one(stem, language, answer)
        text = data.said(ran)
        if answer.right:
            assert earned == full[answer.test], text
        else:
            assert math.isclose(earned, answer.points, abs_tol=0.001), text
            assert earned < full[answer.test]
            assert data.gives_reason(text, answer.reason), text

    try_each(answers, marked, shown=lambda answer: f"{answer.test}: {answer.name}")


@pytest.mark.parametrize("stem", data.STEMS)
def test_every_exercise_has_its_wrong_and_alternative_answers(stem):
    for exercise in course.exercises(stem):
        own = [each for each in data.answers(stem) if _exercise_of(stem, each.test) == exercise.number]
        assert len([each for each in own if each.right]) >= 3, exercise.number
        assert len([each for each in own if not each.right]) >= 5, exercise.number
    assert {each.test for each in data.answers(stem)} == set(data.points(stem))


@cache
def _exercise_of(stem, id):
    """The number in the last heading above a cell."""
    number = ""
    for cell in data.solution(stem, "en")["cells"]:
        if cell["cell_type"] == "markdown" and source(cell).startswith("## "):
            number = source(cell).split()[1]
        if cell["id"] == id:
            return number
    raise AssertionError(id)


@pytest.mark.parametrize("stem", data.STEMS)
def test_every_practice_misconception_is_named_when_its_answer_is_given(stem):
    from crmlib.check.practice import judge_practice

    for exercise in course.exercises(stem):
        for item in exercise.practice:
            assert judge_practice(item.id, _given(item.key)).right, item.id
            for answer, name in item.wrong:
                verdict = judge_practice(item.id, _given(answer, item))
                assert not verdict.right, (item.id, answer)
                assert str(exercise.misconceptions[name].text) in " ".join(verdict.reasons), (item.id, answer)


def _given(answer, item=None):
    """A key or a wrong answer as a student would type it; what a wrong answer leaves open is filled from the key."""
    if hasattr(answer, "items") and all(isinstance(entry, str) for entry in answer.values()):
        return {**(item.key if item else {}), **answer}  # pairs
    if hasattr(answer, "items"):
        if item is None:
            return {name: list(column) for name, column in answer.items()}
        columns = {name: list(column) for name, column in item.key.items()}
        first, *others = columns
        for row, entries in answer.items():
            place = columns[first].index(float(row))
            for name, entry in zip(others, entries):
                if entry != "":
                    columns[name][place] = entry
        return columns
    if isinstance(answer, tuple) and item is not None:
        return [due if entry == "" else entry for entry, due in zip(answer, item.key)]
    return list(answer) if isinstance(answer, tuple) else answer


@every("stem", data.ALL)
def test_the_pair_differs_only_in_its_words(stem):
    english, chinese = (data.solution(stem, language)["cells"] for language in data.LANGUAGES)
    assert [(cell["id"], cell["cell_type"], cell["metadata"]) for cell in english] == [
        (cell["id"], cell["cell_type"], cell["metadata"]) for cell in chinese
    ]
    for one, other in zip(english, chinese):
        if one["cell_type"] == "code":
            assert source(one).replace('use_language("en")', 'use_language("zh")').replace("# ← your answer", "# ← 你的答案") == source(other)
