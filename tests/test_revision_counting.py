"""Answers in the lessons count for revision once the learner agrees: asked once, kept, and never in a sandbox or on pages for everybody."""

import json

import pytest

from crmlib import premade
from crmlib.course import ROOT
from crmlib.explorers import self_check
from crmlib.grading.processes import bubblewrap
from crmlib.revision import place, progress
from tests.support.answering import right_answer

STEM = "09-loyalty-economics"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(place.VARIABLE, str(tmp_path / "learner"))


def kinds(check, *wanted):
    return [asked for asked in check.asked if asked.question.kind in wanted]


def say(check, yes):
    check._heard(None, {"do": "count", "yes": yes}, None)


def test_who_agrees_is_asked_once_and_the_answers_before_count_as_well():
    check = self_check(STEM)
    one, other, third = kinds(check, "choice")[:3]
    assert not check.consent
    check.answer(one.question.id, right_answer(one))
    assert set(check.consent) == {"ask", "yes", "no"}
    assert not place.file().exists(), "nothing is stored before"
    check.answer(other.question.id, next(option.id for option in other.question.options if not option.right))
    say(check, True)
    assert set(check.consent) == {"said"}
    assert {(each.card, each.rating, each.source) for each in progress.mine().reviews()} == {(one.question.id, 3, "self-check"), (other.question.id, 1, "self-check")}
    check.answer(other.question.id, right_answer(other))
    assert len(progress.mine().reviews()) == 2, "a second try is no new answer"
    another = self_check(STEM)
    asked = next(asked for asked in another.asked if asked.question.id == third.question.id)
    another.answer(third.question.id, right_answer(asked))
    assert not another.consent and third.question.id in progress.mine().memories()


def test_who_declines_is_not_asked_again_and_nothing_counts():
    check = self_check(STEM)
    one, other = kinds(check, "choice")[:2]
    check.answer(one.question.id, right_answer(one))
    say(check, False)
    again = self_check(STEM)
    again.answer(other.question.id, right_answer(kinds(again, "choice")[1]))
    assert not again.consent and not progress.mine().reviews()


def test_a_written_answer_counts_as_it_was_ticked_last():
    check = self_check(STEM)
    short = kinds(check, "short")[0]
    check.answer(short.question.id, {"0": []})
    say(check, True)
    assert [each.rating for each in progress.mine().reviews()] == [1]
    check.answer(short.question.id, {"0": list(range(len(short.question.written[0].marking)))})
    assert [each.rating for each in progress.mine().reviews()] == [3]


def test_what_cannot_be_read_asks_nothing():
    check = self_check(STEM)
    number = kinds(check, "number")[0]
    check.answer(number.question.id, "many")
    assert not check.consent


def test_in_the_sandbox_nothing_is_asked_and_nothing_kept(monkeypatch):
    for inside in (True, False):
        assert bubblewrap.environment(inside=inside)[place.VARIABLE] == place.NOTHING
    monkeypatch.setenv(place.VARIABLE, place.NOTHING)
    check = self_check(STEM)
    one = kinds(check, "choice")[0]
    check.answer(one.question.id, right_answer(one))
    assert not check.consent and place.file() is None


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_for_everybody_shows_nobodys_progress(language):
    progress.mine().set("exam", "2031-01-10")
    first = premade.with_outputs(ROOT / "notebooks" / language / "11-revision.ipynb")
    check = self_check(STEM)
    one = kinds(check, "choice")[0]
    check.answer(one.question.id, right_answer(one))
    say(check, True)
    outputs = [cell.get("outputs") for cell in json.loads(first)["cells"]]
    assert outputs == [cell.get("outputs") for cell in json.loads(premade.with_outputs(ROOT / "notebooks" / language / "11-revision.ipynb"))["cells"]]
    assert "2031-01-10" not in first.decode()
