"""The promised speed, in processor time: next card, first question, plan."""

import pytest

from tests.benchmarks import revision as benchmark


@pytest.mark.parametrize("days", [14, *(pytest.param(days, marks=pytest.mark.slow) for days in (44, 365))])
def test_the_plan_of_six_hundred_cards_is_made_within_a_second(days):
    assert benchmark.planned(days, runs=1) < benchmark.PLAN


@pytest.mark.slow
def test_the_next_card_comes_at_once_with_ten_thousand_reviews_in_the_file(tmp_path):
    assert benchmark.next_card(tmp_path) < benchmark.NEXT_CARD


@pytest.mark.slow
def test_the_first_question_stands_there_within_a_second(tmp_path):
    assert benchmark.first_question(tmp_path) < benchmark.FIRST_QUESTION
