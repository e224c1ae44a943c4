"""The formulas of lesson 06: golden rows, edge cases, refusals in both languages, and what its explorers must say."""

import itertools
import math
import random
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist, fmean, stdev, variance

import numpy
import pandas
import pytest

from crmlib import running_case
from crmlib.figures import measuring_satisfaction as figures
from crmlib.language import use_language
from crmlib.measuring_satisfaction import (
    HORIZONTAL_LEVEL,
    MEASUREMENT_PURPOSES,
    MEASUREMENT_STEPS,
    QUADRANTS,
    apparent_satisfied_share,
    bootstrap_importance,
    chance_interval_holds_truth,
    compare_estimates,
    critical_value,
    cronbach_alpha,
    iceberg_from_complaints,
    iceberg_from_purchases,
    importance_performance,
    net_promoter_score,
    non_response_bias,
    non_response_bounds,
    normal_quantile,
    quadrant,
    root_mean_square_error,
    sample_mean,
    sample_size_for_mean,
    sample_size_for_share,
    satisfaction_index,
    share_interval,
    stratified_mean,
    stratified_two_phase_mean,
    student_t_quantile,
    top_box_share,
    two_phase_mean,
)
from tests.support.catalogue import every
from tests.support.refusals import complaints


@pytest.fixture(scope="module")
def survey():
    return running_case.load("survey")


@pytest.fixture(scope="module")
def active():
    customers = running_case.load("customers")
    return customers[(customers["type"] == "consumer") & running_case.active_on(customers, "2024-01-01")]


# --- The iceberg (formula F10) -----------------------------------------------------------------------------------------


def test_the_exam_s_iceberg_from_above_and_from_below():
    down = iceberg_from_purchases(purchases=1000, dissatisfied_share=0.25, complaint_share=0.05)
    assert (down.dissatisfied, down.complaints, down.silent) == (250, 12.5, 237.5)
    assert down.complaints_per_1000 == 12.5 and down.silent_per_complaint == 19
    up = iceberg_from_complaints(complaints=30, complaint_share=0.05)
    assert (up.dissatisfied, up.silent, up.purchases, up.complaints_per_1000) == (600, 570, None, None)
    # Whole people: 12 complaints and 238 silent are the 250 of 1,000 purchases; 12 complaints taken exactly mean fewer.
    assert math.floor(down.complaints) + math.ceil(down.silent) == 250
    assert iceberg_from_complaints(complaints=12, complaint_share=0.05).silent == pytest.approx(228)


def test_the_iceberg_is_none_of_the_typical_errors():
    complaints = iceberg_from_purchases(purchases=1000, dissatisfied_share=0.25, complaint_share=0.05).complaints
    assert complaints not in (50, 237.5, 25)
    assert iceberg_from_complaints(complaints=30, complaint_share=0.05).dissatisfied not in (1.5, 30 / 0.95, 30)


@every(("purchases", "dissatisfied", "complaining"), [(1, 0.5, 0.5), (5792, 0.25, 0.04), (Decimal(80), Fraction(1, 4), numpy.float32(0.5)), (9, 1, 1)])
def test_both_ways_lead_to_the_same_iceberg(purchases, dissatisfied, complaining):
    down = iceberg_from_purchases(purchases=purchases, dissatisfied_share=dissatisfied, complaint_share=complaining)
    up = iceberg_from_complaints(complaints=down.complaints, complaint_share=complaining, dissatisfied_share=dissatisfied)
    for name in ("purchases", "dissatisfied", "complaints", "silent"):
        assert getattr(up, name) == pytest.approx(getattr(down, name))
    assert down.complaints + down.silent == pytest.approx(down.dissatisfied)


def test_the_ends_of_the_iceberg():
    assert iceberg_from_purchases(purchases=10, dissatisfied_share=0.5, complaint_share=0).silent_per_complaint == math.inf
    assert iceberg_from_purchases(purchases=10, dissatisfied_share=0, complaint_share=0.5).silent_per_complaint == 0
    assert iceberg_from_complaints(complaints=0, complaint_share=0.05).dissatisfied == 0
    assert apparent_satisfied_share(purchases=1000, complaints=12.5) == 0.9875 and apparent_satisfied_share(purchases=5, complaints=5) == 0


# --- Quantiles ---------------------------------------------------------------------------------------------------------


@every(
    ("degrees", "at_95", "at_975", "at_995"),  # the table of Fisher and Yates (1938), reprinted in every textbook
    [
        (1, 6.314, 12.706, 63.657),
        (2, 2.920, 4.303, 9.925),
        (3, 2.353, 3.182, 5.841),
        (5, 2.015, 2.571, 4.032),
        (10, 1.812, 2.228, 3.169),
        (24, 1.711, 2.064, 2.797),
        (30, 1.697, 2.042, 2.750),
        (60, 1.671, 2.000, 2.660),
        (120, 1.658, 1.980, 2.617),
    ],
)
def test_student_s_t_agrees_with_the_printed_table(degrees, at_95, at_975, at_995):
    for probability, due in ((0.95, at_95), (0.975, at_975), (0.995, at_995)):
        assert student_t_quantile(probability=probability, degrees_of_freedom=degrees) == pytest.approx(due, abs=0.0006)
        assert student_t_quantile(probability=1 - probability, degrees_of_freedom=degrees) == pytest.approx(-due, abs=0.0006)


def test_the_series_and_the_expansion_of_t_meet_and_end_at_the_normal():
    for probability in (0.5, 0.6, 0.9, 0.975, 0.9995):
        series = student_t_quantile(probability=probability, degrees_of_freedom=400)
        expansion = student_t_quantile(probability=probability, degrees_of_freedom=401)
        assert 0 <= series - expansion < 1e-3
        assert student_t_quantile(probability=probability, degrees_of_freedom=10**9) == pytest.approx(normal_quantile(probability=probability), abs=1e-6)
    assert critical_value(confidence=0.95, distribution="normal", answers=2) == pytest.approx(1.959964)
    assert critical_value(confidence=0.9, distribution="t", answers=25) == pytest.approx(1.711, abs=0.0005)


# --- Means with intervals ----------------------------------------------------------------------------------------------


def test_the_interval_of_a_mean_by_hand():
    answers = [5, 4, 4, 3, 4]  # mean 4, s^2 = 0.5, standard error sqrt(0.1)
    normal = sample_mean(answers, confidence=0.95, distribution="normal")
    student = sample_mean(answers, confidence=0.95, distribution="t")
    assert normal.mean == student.mean == 4 and normal.standard_error == pytest.approx(math.sqrt(0.1))
    assert normal.margin == pytest.approx(1.959964 * math.sqrt(0.1)) and student.margin == pytest.approx(2.776445 * math.sqrt(0.1))
    assert (normal.low + normal.high) / 2 == pytest.approx(4) and normal.holds(4.5) and not normal.holds(4.7)
    ninety = sample_mean(answers, confidence=0.9, distribution="normal")
    assert ninety.margin < normal.margin < stdev(answers) * 1.959964  # not the standard deviation, not 90 %


def test_the_finite_population_narrows_the_interval_to_nothing():
    answers = [5, 4, 4, 3, 4]
    free, of_ten, of_five = (sample_mean(answers, confidence=0.95, distribution="t", population=size) for size in (None, 10, 5))
    assert of_ten.margin == pytest.approx(free.margin * math.sqrt(0.5)) and of_five.margin == 0
    with pytest.raises(ValueError, match="population"):
        sample_mean(answers, confidence=0.95, distribution="t", population=4)


def test_equal_answers_have_no_margin_and_a_column_is_as_good_as_a_list():
    assert sample_mean([4, 4, 4], confidence=0.95, distribution="t").margin == 0
    column = pandas.Series([5, 4, 4, 3, 4], dtype="Int64")
    assert sample_mean(column, confidence=0.95, distribution="t") == sample_mean([5, 4, 4, 3, 4], confidence=0.95, distribution="t")


def test_the_stratified_mean_by_hand():
    table = pandas.DataFrame({"shop": list("aaabb"), "score": [2, 3, 4, 5, 4]})
    found = stratified_mean(table, stratum="shop", value="score", populations={"a": 75, "b": 25}, confidence=0.95)
    assert found.mean == pytest.approx(0.75 * 3 + 0.25 * 4.5) and found.answers == 5
    assert found.standard_error**2 == pytest.approx(0.75**2 * (1 - 3 / 75) * 1 / 3 + 0.25**2 * (1 - 2 / 25) * 0.5 / 2)
    assert found.mean != pytest.approx(table["score"].mean())


def test_the_two_phase_mean_by_hand_and_its_limit():
    found = two_phase_mean(answers=[5, 4, 5, 4], followed_up=[2, 3], silent=6, confidence=0.95)
    assert found.mean == pytest.approx((4 * 4.5 + 6 * 2.5) / 10)
    within = (3 / 9) * 0.4 * (1 / 3) / 4 + (5 / 9) * 0.6 * 0.5 / 2
    assert found.standard_error**2 == pytest.approx(within + (0.4 * 1.2**2 + 0.6 * 0.8**2) / 9)
    # If all the silent are called, it is an ordinary simple random sample.
    everybody = [5, 4, 5, 4, 2, 3, 2, 1]
    for population in (None, 40):
        whole = two_phase_mean(answers=everybody[:4], followed_up=everybody[4:], silent=4, confidence=0.95, population=population)
        assert whole.mean == fmean(everybody)
        assert whole.standard_error**2 == pytest.approx(variance(everybody) / 8 * (1 if population is None else 1 - 8 / 40))


@pytest.mark.slow
def test_the_two_phase_variance_is_right_on_average():
    """Ten thousand surveys of a known population: the mean of the estimated squares is the real square."""
    draw = random.Random(6)
    population = [(draw.choice((4, 5)), True) for _ in range(120)] + [(draw.choice((1, 2, 3)), False) for _ in range(180)]
    means, squares = [], []
    for _ in range(10_000):
        asked = draw.sample(population, 60)
        first, silent = [value for value, answers in asked if answers], [value for value, answers in asked if not answers]
        found = two_phase_mean(answers=first, followed_up=draw.sample(silent, max(2, len(silent) // 3)), silent=len(silent), confidence=0.95, population=300)
        means.append(found.mean)
        squares.append(found.standard_error**2)
    assert fmean(means) == pytest.approx(fmean(value for value, _ in population), abs=0.01)
    assert fmean(squares) == pytest.approx(variance(means), rel=0.05)


def test_the_running_case_s_survey_is_right_only_with_the_silent(survey, active):
    populations = active["region"].value_counts()
    truth = active.merge(running_case.load("truth_consumers"), on="customer_id")["satisfaction"].mean()
    letters, calls = (survey.loc[survey["answered"] == how, "overall_satisfaction"] for how in ("letter", "telephone"))
    columns = {"stratum": "region", "value": "overall_satisfaction", "populations": populations, "confidence": 0.95}
    found = {
        "letter_only": sample_mean(letters, confidence=0.95, distribution="t", population=1351),
        "all_answers": sample_mean(survey["overall_satisfaction"].dropna(), confidence=0.95, distribution="t", population=1351),
        "all_weighted": stratified_mean(survey, **columns),
        "two_phase": two_phase_mean(answers=letters, followed_up=calls, silent=329, confidence=0.95, population=1351),
        "two_phase_weighted": stratified_two_phase_mean(survey, how_answered="answered", **columns),
    }
    assert [round(each.mean, 3) for each in found.values()] == [4.225, 3.990, 3.990, 3.778, 3.778]
    assert [name for name, each in found.items() if each.holds(truth)] == ["two_phase", "two_phase_weighted"]
    assert len(populations) == 5 and populations.sum() == 1351 and round(truth, 3) == 3.692
    table = compare_estimates(found)
    assert table.columns.tolist() == ["estimate", "mean", "low", "high", "answers"] and table["answers"].tolist() == [271, 381, 381, 381, 381]


def test_the_complaint_box_of_the_running_case_says_nearly_everybody_is_satisfied(survey, active):
    year = slice("2023-01-01", "2023-12-31")
    orders = running_case.load("purchases").query("category != 'supply'").set_index("ordered_on").sort_index().loc[year]
    box = running_case.load("complaints").set_index("complained_on").sort_index().loc[year]
    assert (len(orders), len(box)) == (5792, 50)
    assert apparent_satisfied_share(purchases=len(orders), complaints=len(box)) == pytest.approx(0.9914, abs=0.0001)
    columns = {"stratum": "region", "value": "last_order_satisfactory", "how_answered": "answered", "populations": active["region"].value_counts()}
    assert stratified_two_phase_mean(survey, confidence=0.95, **columns).mean == pytest.approx(0.758, abs=0.0005)


# --- Size and bias -----------------------------------------------------------------------------------------------------


def test_how_many_answers_a_margin_needs():
    assert sample_size_for_share(margin=0.05, confidence=0.95, share=0.5) == 385
    assert sample_size_for_share(margin=0.03, confidence=0.95, share=0.5) == 1068
    assert sample_size_for_share(margin=0.05, confidence=0.95, share=0.5, population=1351) == 300
    assert sample_size_for_mean(margin=0.1, confidence=0.95, standard_deviation=1.1) == 465
    assert sample_size_for_mean(margin=0.1, confidence=0.95, standard_deviation=1.1, population=1351) == 346
    for population in (1, 7, 10**6):
        assert sample_size_for_share(margin=0.001, confidence=0.99, share=0.5, population=population) <= population
    # Half the margin needs four times the answers.
    assert sample_size_for_mean(margin=0.05, confidence=0.95, standard_deviation=1) == pytest.approx(4 * 385, abs=4)


@every(("bias", "wrong"), [(0, 0.05), (0.1, 0.0511), (0.2, 0.0546), (0.6, 0.0921), (1, 0.17), (1.5, 0.3231)])
def test_the_effect_of_bias_is_cochran_s_table(bias, wrong):
    """Cochran (1977), table 1.1: chance of an error beyond 1.96 standard errors, by bias in standard errors."""
    for sign in (1, -1):
        assert chance_interval_holds_truth(bias=sign * bias, standard_error=1, confidence=0.95) == pytest.approx(1 - wrong, abs=0.0001)


def test_a_big_biased_sample_is_confidently_wrong():
    chances = [chance_interval_holds_truth(bias=0.3, standard_error=1.1 / math.sqrt(size), confidence=0.95) for size in (50, 100, 400, 2500)]
    assert all(one > other for one, other in itertools.pairwise(chances)) and chances[-1] < 1e-6
    assert root_mean_square_error(bias=0.3, standard_error=0) == 0.3
    errors = [root_mean_square_error(bias=0.3, standard_error=1.1 / math.sqrt(size)) for size in (50, 10**8)]
    assert errors[0] > errors[1] == pytest.approx(0.3)


def test_what_silence_does_to_a_mean():
    assert non_response_bias(answered_mean=4.2, silent_mean=3.4, response_rate=0.45) == pytest.approx(0.44)
    assert non_response_bias(answered_mean=4.2, silent_mean=3.4, response_rate=1) == 0
    assert non_response_bias(answered_mean=4.2, silent_mean=4.2, response_rate=0.1) == 0  # silence alone does no harm
    low, high = non_response_bounds(answered_mean=4.2, response_rate=0.45, lowest=1, highest=5)
    assert (low, high) == (pytest.approx(2.44), pytest.approx(4.64))
    everybody = 0.45 * 4.2 + 0.55 * 3.4
    assert low < everybody < high and 4.2 - everybody == pytest.approx(0.44)


# --- Importance and performance ----------------------------------------------------------------------------------------


def test_the_four_quadrants_and_their_lines():
    lines = {"importance_line": 3.5, "performance_line": 3.5}
    found = [quadrant(importance=importance, performance=performance, **lines) for importance in (4, 3) for performance in (3, 4)]
    assert found == ["concentrate_here", "keep_up", "low_priority", "possible_overkill"] == list(QUADRANTS)
    assert quadrant(importance=3.5, performance=3.5, **lines) == "keep_up"  # on a line counts as above it


def test_stated_and_derived_importance_of_the_running_case(survey):
    table = importance_performance(survey).set_index("attribute")
    assert table["derived_importance"].round(2).to_dict() == {
        "taste": 0.78, "freshness": 0.74, "delivery": 0.68, "advice": 0.53, "price": 0.47, "choice": 0.37, "website": 0.03, "packaging": 0.09}
    answers = survey.dropna().astype({"rating_taste": float, "overall_satisfaction": float})
    assert table.loc["taste", "derived_importance"] == pytest.approx(answers["rating_taste"].corr(answers["overall_satisfaction"]))
    assert table.index[table["quadrant_derived"] == "concentrate_here"].tolist() == ["delivery", "price"]
    assert table.loc["price", "importance_less_rating"] == pytest.approx(4.451 - 3.283, abs=0.001)
    assert table.loc["advice", ["quadrant_stated", "quadrant_derived"]].tolist() == ["possible_overkill", "keep_up"]


def test_the_bootstrap_gives_the_same_intervals_for_the_same_seed(survey):
    found = [bootstrap_importance(survey, resamples=100, seed=seed, confidence=0.95) for seed in (6, 6, 7)]
    assert found[0].equals(found[1]) and not found[0].equals(found[2])
    first = found[0].set_index("attribute")
    assert first.index[0] == "taste" and (first["low"] < first["derived_importance"]).all() and (first["derived_importance"] < first["high"]).all()
    assert first.loc["website", "low"] < 0 < first.loc["website", "high"] < first.loc["delivery", "low"]


def test_an_index_moves_by_the_attribute_s_share_of_the_weights():
    ratings, weights = {"taste": 4, "website": 2, "price": 3}, {"taste": 5, "website": 1, "price": 4}
    before = satisfaction_index(ratings, weights=weights)
    assert before == pytest.approx((20 + 2 + 12) / 10)
    assert satisfaction_index({**ratings, "website": 3}, weights=weights) - before == pytest.approx(0.1)
    assert satisfaction_index({**ratings, "taste": 5}, weights=weights) - before == pytest.approx(0.5)


# --- Shares and scores -------------------------------------------------------------------------------------------------


@every(("count", "answers", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)])
def test_wilson_s_interval_is_the_published_one(count, answers, low, high):
    """Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, score method."""
    found = share_interval(count=count, answers=answers, confidence=0.95)
    assert (found.low, found.high) == (pytest.approx(low, abs=0.00006), pytest.approx(high, abs=0.00006))
    mirrored = share_interval(count=answers - count, answers=answers, confidence=0.95)
    assert (1 - mirrored.high, 1 - mirrored.low) == (pytest.approx(found.low), pytest.approx(found.high))


def test_a_mean_hides_what_a_top_box_shows():
    all_threes, torn = [3] * 10, [1] * 5 + [5] * 5
    assert fmean(all_threes) == fmean(torn)
    assert top_box_share(all_threes, lowest_box=5, confidence=0.95).share == 0
    assert top_box_share(torn, lowest_box=5, confidence=0.95).share == 0.5
    assert top_box_share(torn, lowest_box=1, confidence=0.95).high == 1


def test_net_promoters_by_hand():
    found = net_promoter_score([10, 9, 8, 7, 6, 0, 10, 10], confidence=0.95)
    assert (found.promoters, found.passives, found.detractors, found.score) == (0.5, 0.25, 0.25, 0.25)
    assert found.margin == pytest.approx(1.959964 * math.sqrt((0.75 - 0.25**2) / 8))
    # The same score from quite different customers: the critics' point.
    assert net_promoter_score([10, 0, 10, 0], confidence=0.95).score == net_promoter_score([8, 8, 7, 7], confidence=0.95).score == 0
    assert net_promoter_score([8, 8], confidence=0.95).margin == 0 and net_promoter_score([10, 9], confidence=0.95).score == 1


def test_alpha_at_its_landmarks():
    same = pandas.DataFrame({"a": [1, 2, 4], "b": [1, 2, 4], "c": [1, 2, 4]})
    unrelated = pandas.DataFrame({"a": [1, 1, 2, 2], "b": [1, 2, 1, 2]})
    opposed = pandas.DataFrame({"a": [1, 2, 5], "b": [5, 4, 2]})
    assert cronbach_alpha(same) == pytest.approx(1) and cronbach_alpha(unrelated) == pytest.approx(0) and cronbach_alpha(opposed) < 0
    with_a_gap = pandas.concat([same, pandas.DataFrame({"a": [9], "b": [None], "c": [1]})])
    assert cronbach_alpha(with_a_gap) == pytest.approx(1)


def test_the_field_s_lists_have_the_exam_s_lengths_and_order():
    assert (len(MEASUREMENT_STEPS), len(MEASUREMENT_PURPOSES), len(HORIZONTAL_LEVEL)) == (8, 5, 5)
    assert MEASUREMENT_STEPS[0] == "clarify_purpose" and MEASUREMENT_STEPS[-1] == "periodic_follow_up"


# --- Refusals ----------------------------------------------------------------------------------------------------------

DOWN = {"purchases": 1000, "dissatisfied_share": 0.25, "complaint_share": 0.05}
SHOPS = pandas.DataFrame({"shop": list("aabb"), "how": ["letter"] * 4, "score": [4, 5, 3, 4]})
CALLED = pandas.DataFrame({"shop": "a", "how": ["letter", "letter", "telephone", "telephone"], "score": [4, 5, 3, 2]})
STRATA = {"answers": SHOPS, "stratum": "shop", "value": "score", "populations": {"a": 50, "b": 50}, "confidence": 0.95}
PHASES = {"answers": [4, 5], "followed_up": [2, 3], "silent": 6, "confidence": 0.95}
ATTRIBUTES = pandas.DataFrame({"overall_satisfaction": [1, 3, 5], "rating_taste": [1, 3, 5], "importance_taste": [4, 4, 4]})
REFUSED = [
    (iceberg_from_purchases, DOWN, "purchases", 0),
    (iceberg_from_purchases, DOWN, "dissatisfied_share", 25),
    (iceberg_from_purchases, DOWN, "complaint_share", "5 %"),
    (iceberg_from_complaints, {"complaints": 30, "complaint_share": 0.05}, "complaint_share", 0),
    (iceberg_from_complaints, {"complaints": 30, "complaint_share": 0.05}, "complaints", -1),
    (apparent_satisfied_share, {"purchases": 100, "complaints": 3}, "complaints", 101),
    (normal_quantile, {"probability": 0.975}, "probability", 1),
    (student_t_quantile, {"probability": 0.975, "degrees_of_freedom": 9}, "degrees_of_freedom", 0),
    (critical_value, {"confidence": 0.95, "distribution": "t", "answers": 25}, "distribution", "student"),
    (critical_value, {"confidence": 0.95, "distribution": "t", "answers": 25}, "confidence", 95),
    (sample_mean, {"answers": [4, 5], "confidence": 0.95, "distribution": "t"}, "answers", [4]),
    (sample_mean, {"answers": [4, 5], "confidence": 0.95, "distribution": "t"}, "answers", []),
    (sample_mean, {"answers": [4, 5], "confidence": 0.95, "distribution": "t"}, "answers", [4, math.nan]),
    (sample_mean, {"answers": [4, 5], "confidence": 0.95, "distribution": "t"}, "answers", 4),
    (sample_mean, {"answers": [4, 5], "confidence": 0.95, "distribution": "t"}, "confidence", 0),
    (stratified_mean, STRATA, "populations", {"a": 50}),
    (stratified_mean, STRATA, "populations", {"a": 50, "b": 1}),
    (stratified_mean, STRATA, "populations", 100),
    (stratified_mean, STRATA, "answers", SHOPS.head(3)),
    (two_phase_mean, PHASES, "followed_up", [3]),
    (two_phase_mean, PHASES, "silent", 1),
    (sample_size_for_share, {"margin": 0.05, "confidence": 0.95, "share": 0.5}, "margin", 5),
    (sample_size_for_share, {"margin": 0.05, "confidence": 0.95, "share": 0.5}, "share", 0),
    (sample_size_for_mean, {"margin": 0.1, "confidence": 0.95, "standard_deviation": 1}, "standard_deviation", 0),
    (non_response_bias, {"answered_mean": 4, "silent_mean": 3, "response_rate": 0.5}, "response_rate", 50),
    (non_response_bounds, {"answered_mean": 4, "response_rate": 0.5, "lowest": 1, "highest": 5}, "answered_mean", 6),
    (chance_interval_holds_truth, {"bias": 0.3, "standard_error": 0.1, "confidence": 0.95}, "standard_error", 0),
    (root_mean_square_error, {"bias": 0.3, "standard_error": 0.1}, "standard_error", -1),
    (quadrant, {"importance": 4, "performance": 3, "importance_line": 3, "performance_line": 3}, "performance", None),
    (importance_performance, {"survey": ATTRIBUTES}, "survey", ATTRIBUTES.drop(columns="rating_taste")),
    (importance_performance, {"survey": ATTRIBUTES}, "survey", ATTRIBUTES.head(2)),
    (importance_performance, {"survey": ATTRIBUTES}, "survey", ATTRIBUTES.assign(rating_taste=3)),
    (bootstrap_importance, {"survey": ATTRIBUTES, "resamples": 100, "seed": 1, "confidence": 0.9}, "resamples", 10),
    (satisfaction_index, {"ratings": {"a": 4}, "weights": {"a": 1}}, "weights", {"b": 1}),
    (satisfaction_index, {"ratings": {"a": 4}, "weights": {"a": 1}}, "weights", {"a": 0}),
    (share_interval, {"count": 3, "answers": 5, "confidence": 0.95}, "count", 6),
    (top_box_share, {"answers": [5, 4], "lowest_box": 5, "confidence": 0.95}, "answers", "54"),
    (net_promoter_score, {"answers": [9, 3], "confidence": 0.95}, "answers", [9, 11]),
    (net_promoter_score, {"answers": [9, 3], "confidence": 0.95}, "answers", [9, 7.5]),
    (cronbach_alpha, {"answers": SHOPS[["score"]].assign(other=[1, 2, 3, 4])}, "answers", SHOPS[["score"]]),
    (cronbach_alpha, {"answers": SHOPS[["score"]].assign(other=[1, 2, 3, 4])}, "answers", SHOPS[["score"]].assign(other=[5, 4, 6, 5])),
]


def test_what_is_refused_is_fine_but_for_the_one_argument():
    for function, fine, name, _ in REFUSED:
        assert name in fine and function(**fine) is not None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_unusable_arguments_are_refused_with_a_sentence_that_helps(language):
    found = [complaints(function, {**fine, name: bad}, name, language) for function, fine, name, bad in REFUSED]
    assert [each for several in found for each in several] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_region_without_calls_and_a_thing_that_is_no_estimate_are_refused(language):
    use_language(language)
    columns = {"stratum": "shop", "value": "score", "how_answered": "how", "confidence": 0.95}
    assert stratified_two_phase_mean(CALLED, populations={"a": 50}, **columns).answers == 4
    with pytest.raises(ValueError, match="telephone"):
        stratified_two_phase_mean(SHOPS, populations={"a": 50, "b": 50}, **columns)
    with pytest.raises(TypeError, match="letter_only"):
        compare_estimates({"letter_only": 4.2})


def test_tables_are_left_as_they_were(survey):
    before = survey.copy()
    importance_performance(survey)
    stratified_mean(survey, stratum="region", value="overall_satisfaction", populations=survey["region"].value_counts() * 3, confidence=0.95)
    assert survey.equals(before)


# --- What the explorers' sentences must contain (read by test_pictures.py) ---------------------------------


def _iceberg_numbers(purchases, dissatisfied_share, complaint_share):
    dissatisfied = purchases * dissatisfied_share
    complaints = dissatisfied * complaint_share
    shown = [f"{number:,.1f}".removesuffix(".0") for number in (dissatisfied, complaints, dissatisfied - complaints)]
    return f"{shown[0]} leave", f"{shown[1]} of them are complained about", f"{shown[2]} are not"


def _machine_numbers(sample_size, bias, confidence):
    error = figures.DEVIATION / math.sqrt(sample_size)
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return f"{sample_size:,.0f} answers", f"reaches {reach:.2f} points", f"{bias:.2f} points too high", f"{confidence * 100:.0f} % is claimed"


def _map_numbers(attribute, improvement, derived):
    table = importance_performance(running_case.load("survey"))
    weights = table["derived_importance" if derived else "stated_importance"]
    ratings, place = table["performance"], table["attribute"].tolist().index(attribute)
    before = (weights * ratings).sum() / weights.sum()
    gain = weights[place] / weights.sum() * min(improvement, 5 - ratings[place])
    return f"by {gain:.2f} points", f"from {before:.2f}", f"to {before + gain:.2f}", f"rating {ratings[place]:.2f}"


NUMBERS = {"iceberg": _iceberg_numbers, "sample_machine": _machine_numbers, "importance_performance_map": _map_numbers}
