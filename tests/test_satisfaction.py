"""The formulas of lesson 05: golden rows, edge cases, refusals in both languages, and what its explorers must say."""

import itertools
import math
from decimal import Decimal
from fractions import Fraction

import numpy
import pandas
import pytest

from crmlib import running_case
from crmlib.language import use_language
from crmlib.satisfaction import (
    KANO_ANSWERS,
    SATISFACTION_FACTORS,
    STATES,
    TwoFactorFeeling,
    anchored_estimate,
    best_promise,
    disconfirmation,
    expectation_path,
    expectation_steps,
    expected_after_promise,
    expected_value_allowed,
    first_missing_factor,
    gift_at_once,
    is_satisfied,
    kano_category,
    perceived_value_needed,
    promise_outcome,
    rank_customers,
    ranking_conflicts,
    satisfaction_by_disconfirmation,
    satisfaction_ratio,
    satisfaction_state,
    small_steps,
    two_factor_feeling,
)
from tests.support.catalogue import every
from tests.support.refusals import complaints

# --- Ratio and difference (formula F6) ---------------------------------------------------------------------------------


@every(
    ("perceived", "expected", "ratio", "state"),
    [
        (80, 100, 0.8, "dissatisfied"),
        (80, 80, 1, "satisfied"),
        (80, 64, 1.25, "delighted"),
        (100, 100, 1, "satisfied"),
        (3, 2, 1.5, "delighted"),
        (9, 7, 9 / 7, "delighted"),
        (98, 100, 0.98, "dissatisfied"),  # not rounded up
        (0, 5, 0, "dissatisfied"),
        (Decimal("80"), Fraction(64), 1.25, "delighted"),
        (numpy.int64(80), numpy.float32(64), 1.25, "delighted"),
        (0.1 + 0.2, 0.3, 1, "satisfied"),  # floating point makes nobody dissatisfied
    ],
)
def test_the_ratio_and_the_state(perceived, expected, ratio, state):
    scores = {"perceived_value": perceived, "expected_value": expected}
    assert satisfaction_ratio(**scores) == pytest.approx(ratio)
    assert satisfaction_state(**scores) == state and state in STATES
    assert is_satisfied(**scores) is (state != "dissatisfied")
    assert disconfirmation(**scores) == pytest.approx(float(perceived) - float(expected))


def test_the_ratio_is_none_of_the_typical_errors():
    assert satisfaction_ratio(perceived_value=80, expected_value=64) not in (64 / 80, 80 - 64)
    assert satisfaction_ratio(perceived_value=80, expected_value=100) > satisfaction_ratio(perceived_value=80, expected_value=125)


@every("language", ["en", "zh"])
@every("expected", [0, -2])
def test_without_an_expectation_there_is_no_ratio(language, expected):
    use_language(language)
    with pytest.raises(ValueError, match="expected_value=100"):
        satisfaction_ratio(perceived_value=80, expected_value=expected)


def test_a_difference_exists_where_a_ratio_does_not():
    assert disconfirmation(perceived_value=-1, expected_value=-3) == 2
    assert satisfaction_state(perceived_value=0, expected_value=0) == "satisfied"


def test_the_two_levers_lead_to_the_same_ratio():
    assert perceived_value_needed(expected_value=100, satisfaction_ratio=1) == 100
    assert expected_value_allowed(perceived_value=80, satisfaction_ratio=1) == 80
    for ratio in (0.5, 1, 1.3):
        needed = perceived_value_needed(expected_value=90, satisfaction_ratio=ratio)
        assert satisfaction_ratio(perceived_value=needed, expected_value=90) == pytest.approx(ratio)
        assert expected_value_allowed(perceived_value=needed, satisfaction_ratio=ratio) == pytest.approx(90)


# --- Rankings ----------------------------------------------------------------------------------------------------------

THREE = pandas.DataFrame({"customer": ["A", "B", "C"], "perceived_value": [3, 9, 4], "expected_value": [2, 7, 5]})


def test_ratio_and_difference_rank_the_pair_of_the_lesson_differently():
    assert rank_customers(THREE, by="ratio")["customer"].tolist() == ["A", "B", "C"]
    assert rank_customers(THREE, by="difference")["customer"].tolist() == ["B", "A", "C"]
    assert ranking_conflicts(THREE).values.tolist() == [["A", "B"]]


def test_equal_customers_share_a_rank_and_keep_their_order():
    table = pandas.DataFrame({"customer": ["x", "y", "z"], "perceived_value": [0.3, 3, 1], "expected_value": [0.1 + 0.2, 3, 2]})
    ranked = rank_customers(table, by="ratio")
    assert ranked["customer"].tolist() == ["x", "y", "z"] and ranked["rank"].tolist() == [1, 1, 3]
    assert ranking_conflicts(table).empty


def test_a_satisfied_and_a_dissatisfied_customer_are_never_ranked_differently():
    scores = [(p, e) for p in range(0, 11) for e in range(1, 11)]
    table = pandas.DataFrame({"customer": range(len(scores)), "perceived_value": [p for p, _ in scores], "expected_value": [e for _, e in scores]})
    conflicts = ranking_conflicts(table)
    assert not conflicts.empty
    sides = {name: p >= e for name, (p, e) in enumerate(scores)}
    assert all(sides[one] == sides[other] for one, other in conflicts.values.tolist())


def test_the_survey_s_names_are_understood_and_the_table_is_left_alone():
    survey = running_case.load("survey").dropna(subset=["expectation"]).head(30)
    before = survey.copy()
    ranked = rank_customers(survey.rename(columns={"customer_id": "customer"}), by="difference")
    assert len(ranked) == 30 and ranked["disconfirmation"].is_monotonic_decreasing
    assert survey.equals(before)


def test_average_satisfaction_rises_with_the_difference_in_the_running_case():
    found = satisfaction_by_disconfirmation(running_case.load("survey"))
    assert found["disconfirmation"].tolist() == [-4, -3, -2, -1, 0, 1, 2, 3]
    assert found["answers"].tolist() == [4, 7, 29, 53, 107, 125, 53, 3]
    assert found["overall_satisfaction"].is_monotonic_increasing
    assert found["overall_satisfaction"].iloc[4] == pytest.approx(4.0, abs=0.001)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_unusable_tables_are_refused(language):
    use_language(language)
    with pytest.raises(ValueError, match="by"):
        rank_customers(THREE, by="size")
    with pytest.raises(ValueError, match="A"):
        rank_customers(pandas.concat([THREE, THREE.head(1)]), by="ratio")
    with pytest.raises(ValueError, match="expected_value"):
        rank_customers(THREE.drop(columns="expected_value"), by="ratio")
    with pytest.raises(ValueError, match=r"expected_value\[1\]"):
        rank_customers(THREE.assign(expected_value=[2, 0, 5]), by="ratio")
    with pytest.raises(TypeError):
        rank_customers([1, 2], by="ratio")
    with pytest.raises(ValueError, match="overall_satisfaction"):
        satisfaction_by_disconfirmation(running_case.load("survey").query("answered == 'none'"))


# --- Promises ----------------------------------------------------------------------------------------------------------

MARKET = {"threshold": 50, "buyer_spread": 10, "performance_spread": 12}


def test_the_best_promise_lies_between_nothing_and_the_most():
    best = best_promise(performance=60, assimilation=0, highest=100, **MARKET)
    assert best == pytest.approx(53.7, abs=0.2)

    def satisfied(promise):
        return promise_outcome(promise=promise, performance=60, assimilation=0, **MARKET).satisfied_buyers

    assert satisfied(best) >= max(satisfied(promise) for promise in range(101))
    assert satisfied(0) < 0.01 and satisfied(100) < 0.01


def test_a_promise_wins_buyers_and_loses_satisfaction():
    outcomes = [promise_outcome(promise=promise, performance=60, assimilation=0, **MARKET) for promise in range(0, 101, 10)]
    assert all(one.buyer_share < other.buyer_share for one, other in itertools.pairwise(outcomes))
    assert all(one.satisfied_share > other.satisfied_share for one, other in itertools.pairwise(outcomes))
    assert all(each.satisfied_buyers + each.disappointed_buyers == pytest.approx(each.buyer_share) for each in outcomes)
    at = promise_outcome(promise=60, performance=60, assimilation=0.7, **MARKET)
    assert at.satisfied_share == pytest.approx(0.5)


def test_assimilation_makes_a_high_promise_cost_less():
    firm, soft = (promise_outcome(promise=80, performance=60, assimilation=pull, **MARKET) for pull in (0, 0.8))
    assert soft.satisfied_share > firm.satisfied_share and soft.buyer_share == firm.buyer_share
    assert promise_outcome(promise=1e9, performance=60, assimilation=0, **MARKET).buyer_share == 1
    assert promise_outcome(promise=-1e9, performance=60, assimilation=0, **MARKET).buyer_share == 0


def test_a_promise_that_nobody_believes_changes_no_expectation_and_an_anchor_moves_the_price():
    assert expected_after_promise(prior_expectation=60, promise=90, trust=0) == 60
    assert expected_after_promise(prior_expectation=60, promise=90, trust=1) == 90
    assert anchored_estimate(own_estimate=120, asking_price=680, weight=0) == 120
    assert anchored_estimate(own_estimate=120, asking_price=680, weight=0.5) == 400
    assert anchored_estimate(own_estimate=120, asking_price=60, weight=0.5) < 120  # 60 would not break an expectation of 120


# --- Rising expectations -----------------------------------------------------------------------------------------------


def test_a_gift_that_ends_disappoints_as_much_as_it_pleased():
    extras = gift_at_once(total=78, periods=200, kept_periods=1)
    steps = expectation_steps(perceived_values=[60 + extra for extra in extras], start=60, adaptation_rate=0.5)
    assert steps[0].disconfirmation == 78
    assert math.fsum(step.disconfirmation for step in steps) == pytest.approx(0, abs=1e-6)
    assert all(step.state == "dissatisfied" for step in steps[1:20])


def test_small_steps_of_the_same_total_never_disappoint():
    extras = small_steps(total=78, periods=12)
    assert extras == tuple(range(1, 13)) and sum(extras) == sum(gift_at_once(total=78, periods=12, kept_periods=3))
    for rate in (0.1, 0.5, 1):
        steps = expectation_steps(perceived_values=[60 + extra for extra in extras], start=60, adaptation_rate=rate)
        assert all(step.state == "delighted" for step in steps)


def test_the_two_ends_of_adaptation():
    stubborn = expectation_steps(perceived_values=[70, 70], start=60, adaptation_rate=0)
    at_once = expectation_steps(perceived_values=[70, 70], start=60, adaptation_rate=1)
    assert [step.disconfirmation for step in stubborn] == [10, 10]
    assert [step.disconfirmation for step in at_once] == [10, 0]
    table = expectation_path(perceived_values=[70, 70], start=60, adaptation_rate=1)
    assert table["state"].tolist() == ["delighted", "satisfied"] and table["period"].tolist() == [1, 2]


# --- Lists -------------------------------------------------------------------------------------------------------------


def test_the_first_missing_factor_comes_before_any_customised_service():
    everything = dict.fromkeys(SATISFACTION_FACTORS, True)
    assert first_missing_factor(**everything) is None
    for name in SATISFACTION_FACTORS:
        assert first_missing_factor(**{**everything, name: 0}) == name
    assert first_missing_factor(basic_elements=numpy.bool_(False), support_services=False, recovery_services=False, customised_services=True) == "basic_elements"


def test_dissatisfaction_and_satisfaction_are_two_answers():
    assert two_factor_feeling(hygiene_factors_missing=0, motivators_present=0) == TwoFactorFeeling(False, False)
    assert two_factor_feeling(hygiene_factors_missing=1, motivators_present=3) == TwoFactorFeeling(True, True)
    assert two_factor_feeling(hygiene_factors_missing=0, motivators_present=1) == TwoFactorFeeling(False, True)


def test_kano_s_table():
    found = {(present, absent): kano_category(present=present, absent=absent) for present in KANO_ANSWERS for absent in KANO_ANSWERS}
    assert found["like", "dislike"] == "one_dimensional" and found["expect", "dislike"] == "must_be" and found["like", "tolerate"] == "attractive"
    assert found["neutral", "neutral"] == "indifferent" and found["dislike", "like"] == "reverse"
    assert found["like", "like"] == found["dislike", "dislike"] == "questionable"
    assert sorted(pandas.Series(found.values()).value_counts().items()) == [
        ("attractive", 3),
        ("indifferent", 9),
        ("must_be", 3),
        ("one_dimensional", 1),
        ("questionable", 2),
        ("reverse", 7),
    ]


# --- Refusals ----------------------------------------------------------------------------------------------------------

SCORES = {"perceived_value": 80, "expected_value": 64}
PROMISE = {"promise": 55, "performance": 60, "assimilation": 0, **MARKET}
REFUSED = [
    (satisfaction_ratio, SCORES, "perceived_value", -1),
    (satisfaction_ratio, SCORES, "expected_value", "high"),
    (satisfaction_ratio, SCORES, "expected_value", math.nan),
    (disconfirmation, SCORES, "perceived_value", None),
    (satisfaction_state, SCORES, "expected_value", True),
    (perceived_value_needed, {"expected_value": 100, "satisfaction_ratio": 1}, "expected_value", 0),
    (expected_value_allowed, {"perceived_value": 80, "satisfaction_ratio": 1}, "satisfaction_ratio", 0),
    (promise_outcome, PROMISE, "assimilation", 1),
    (promise_outcome, PROMISE, "assimilation", 30),
    (promise_outcome, PROMISE, "buyer_spread", 0),
    (promise_outcome, PROMISE, "performance_spread", -1),
    (expected_after_promise, {"prior_expectation": 60, "promise": 90, "trust": 0.5}, "trust", 50),
    (anchored_estimate, {"own_estimate": 120, "asking_price": 680, "weight": 0.5}, "own_estimate", -120),
    (expectation_steps, {"perceived_values": [60], "start": 60, "adaptation_rate": 0.5}, "adaptation_rate", 1.5),
    (expectation_steps, {"perceived_values": [60], "start": 60, "adaptation_rate": 0.5}, "perceived_values", []),
    (gift_at_once, {"total": 12, "periods": 4, "kept_periods": 2}, "kept_periods", 5),
    (gift_at_once, {"total": 12, "periods": 4, "kept_periods": 2}, "kept_periods", 0),
    (small_steps, {"total": 12, "periods": 3}, "periods", 2.5),
    (first_missing_factor, dict.fromkeys(SATISFACTION_FACTORS, True), "recovery_services", "rather"),
    (two_factor_feeling, {"hygiene_factors_missing": 0, "motivators_present": 0}, "motivators_present", -1),
    (kano_category, {"present": "like", "absent": "dislike"}, "absent", "hate"),
]


@every(("function", "fine", "name", "bad"), REFUSED, ids=lambda value: getattr(value, "__name__", str(value))[:30])
def test_an_unusable_argument_is_refused_in_both_languages_by_its_name(function, fine, name, bad):
    function(**fine)
    assert [complaints(function, {**fine, name: bad}, name, language) for language in ("en", "zh")] == [[], []]


# --- What the explorers' sentences must contain (read by test_pictures.py) ---------------------------------


def _compared_numbers(perceived_first, expected_first, perceived_second, expected_second):
    pairs = ((perceived_first, expected_first), (perceived_second, expected_second))
    scores = [{"perceived_value": perceived, "expected_value": expected} for perceived, expected in pairs]
    return *(f"ratio {satisfaction_ratio(**each):.2f}" for each in scores), *(f"difference {disconfirmation(**each):+g}" for each in scores)


def _promise_numbers(promise, performance, assimilation):
    found = promise_outcome(promise=promise, performance=performance, assimilation=assimilation, **MARKET)
    best = best_promise(performance=performance, assimilation=assimilation, highest=100, **MARKET)
    return f"{found.buyer_share * 1000:.0f} buy", f"{found.satisfied_buyers * 1000:.0f} of them are satisfied", f"a promise of {best:.0f}"


def _rising_numbers(adaptation_rate, total, kept_periods):
    extras = gift_at_once(total=total, periods=12, kept_periods=round(kept_periods)), small_steps(total=total, periods=12)
    once, steps = (expectation_steps(perceived_values=[60 + extra for extra in each], start=60, adaptation_rate=adaptation_rate) for each in extras)
    worst = min(step.disconfirmation for step in once)
    short = f"{-worst:.1f} points short" if worst < 0 else f"only {once[-1].disconfirmation:.1f} points ahead"
    return f"{extras[0][0]:.1f} points", short, f"{steps[-1].disconfirmation:.1f} points"


NUMBERS = {
    "expectation_against_performance": _compared_numbers,
    "promise_slider": _promise_numbers,
    "rising_expectations": _rising_numbers,
}
