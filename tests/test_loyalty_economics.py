"""Loyalty economics: golden rows from the exam and our own examples, edge cases, typical errors, refusals."""

import inspect
import itertools
import math
import re
import time
from decimal import Decimal
from fractions import Fraction

import numpy
import pandas
import pytest

from crmlib import loyalty_economics as economics
from crmlib.language import use_language
from crmlib.loyalty_economics import (
    CREDIT_CARD_MODELS,
    TIMINGS,
    acquisition_cost,
    acquisition_cost_by_channel,
    aggregate_retention_by_period,
    annual_retention_rate,
    average_lifetime,
    average_lifetime_of_mix,
    break_even,
    break_even_year,
    credit_card_figure,
    credit_card_value,
    customer_lifetime_value,
    customer_lifetime_value_from_table,
    defection_reduced,
    effective_discount_rate,
    expected_attempts_per_sale,
    fit_credit_card_figure,
    largest_relative_error,
    lifetime_value_uplift,
    lifetime_value_uplift_of_retention,
    loss_from_losing,
    mailing_result,
    maximum_rental,
    median_lifetime,
    minimum_response_rate,
    net_present_value,
    profit_by_tenure,
    relative_errors,
    response_rate_interval,
    retention_by_year_of_tenure,
    retention_rate_from_lifetime,
    value_of_keeping,
)
from tests.support.catalogue import every, try_each
from tests.support.refusals import complaints

NOW, END, IF_RETAINED = TIMINGS
CLASSROOM = {"margin": 42, "discount_rate": 0.0225, "acquisition_cost": 21}  # CLV = 42 r / (1.0225 - r) - 21


# --- Winning customers (formulas F1, F13) -----------------------------------------------------------------------------


@every(
    ("cost", "rate", "rental", "expected"),
    [
        (0.5, 0.01, 0, 50),  # the exam's random mailing
        (0.5, 0.04, 0.2, 17.5),  # the exam's rented list
        (0.5, 1, 0, 0.5),  # everybody buys: the cost of one piece
        (0, 0.01, 0, 0),
        (Decimal("0.5"), Fraction(1, 100), numpy.float32(0), 50),
    ],
)
def test_acquisition_cost_is_cost_per_name_divided_by_response_rate(cost, rate, rental, expected):
    result = acquisition_cost(cost_per_piece=cost, response_rate=rate, rental_per_name=rental)
    assert result == pytest.approx(expected) and type(result) is float


@every("wrong", [0.005, 0.5, 12.5, 5])
def test_acquisition_cost_is_not_a_typical_error(wrong):
    for rental, rate in ((0, 0.01), (0.2, 0.04)):
        assert acquisition_cost(cost_per_piece=0.5, response_rate=rate, rental_per_name=rental) != pytest.approx(wrong)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_response_is_an_error_and_never_a_cost_of_zero(language):
    use_language(language)
    with pytest.raises(ValueError, match="response_rate=0.04"):
        acquisition_cost(cost_per_piece=0.5, response_rate=0)


def test_the_rented_list_costs_40_per_cent_more_per_piece_and_65_per_cent_less_per_customer():
    random = acquisition_cost(cost_per_piece=0.5, response_rate=0.01)
    rented = acquisition_cost(cost_per_piece=0.5, response_rate=0.04, rental_per_name=0.2)
    assert (0.5 + 0.2) / 0.5 - 1 == pytest.approx(0.4)
    assert 1 - rented / random == pytest.approx(0.65)  # the saving, and not rented / random = 0.35


def test_the_rented_list_must_be_answered_by_more_than_1_4_per_cent():
    threshold = minimum_response_rate(cost_per_piece=0.5, rental_per_name=0.2, acquisition_cost=50)
    assert threshold == pytest.approx(0.014)
    assert all(threshold != pytest.approx(wrong, rel=0.01) for wrong in (0.04, 0.2 / 35, 0.35))
    assert acquisition_cost(cost_per_piece=0.5, response_rate=threshold, rental_per_name=0.2) == pytest.approx(50)


def test_a_minimum_response_rate_above_one_is_none_because_not_even_everybody_is_enough():
    assert minimum_response_rate(cost_per_piece=0.5, rental_per_name=0.2, acquisition_cost=0.6) is None
    assert minimum_response_rate(cost_per_piece=0.5, rental_per_name=0, acquisition_cost=0.5) == 1


def test_the_rental_may_rise_to_1_5_dollars_per_name():
    assert maximum_rental(cost_per_piece=0.5, response_rate=0.04, acquisition_cost=50) == pytest.approx(1.5)


def test_a_negative_maximum_rental_says_that_the_list_is_too_expensive_even_for_nothing():
    assert maximum_rental(cost_per_piece=0.5, response_rate=0.005, acquisition_cost=50) == pytest.approx(-0.25)


@pytest.mark.parametrize(
    ("rate", "rental", "customers", "cost", "result"), [(0.01, 0, 100, 5000, -2000), (0.04, 0.2, 400, 7000, 5000), (0, 0.2, 0, 7000, -7000)]
)
def test_mailing_ten_thousand_pieces_brings_customers_cost_and_result(rate, rental, customers, cost, result):
    mailing = mailing_result(pieces=10_000, cost_per_piece=0.5, response_rate=rate, rental_per_name=rental, value_per_customer=30)
    assert mailing.customers == pytest.approx(customers)
    assert mailing.cost == pytest.approx(cost)
    assert mailing.value == pytest.approx(30 * customers)
    assert mailing.result == pytest.approx(result)


def test_four_answers_to_a_hundred_pieces_leave_the_acquisition_cost_between_7_and_45():
    low, high = response_rate_interval(responses=4, pieces=100, confidence=0.95)
    assert (low, high) == (pytest.approx(0.016, abs=0.0005), pytest.approx(0.098, abs=0.0005))
    assert acquisition_cost(cost_per_piece=0.5, response_rate=high, rental_per_name=0.2) == pytest.approx(7, abs=0.2)
    assert acquisition_cost(cost_per_piece=0.5, response_rate=low, rental_per_name=0.2) == pytest.approx(45, abs=1)


@every("pieces", [1, 7, 100, 10**6])
@every("confidence", [0.5, 0.95, 0.999])
def test_a_response_rate_interval_stays_within_0_and_1_and_holds_the_observed_rate(pieces, confidence):
    for responses in {0, pieces // 2, pieces}:
        low, high = response_rate_interval(responses=responses, pieces=pieces, confidence=confidence)
        assert 0 <= low <= responses / pieces <= high <= 1 and low < high


@pytest.mark.parametrize(("rate", "attempts"), [(0.15, 6.7), (0.5, 2), (1, 1)])
def test_expected_attempts_per_sale_are_one_divided_by_the_success_rate(rate, attempts):
    assert expected_attempts_per_sale(success_rate=rate) == pytest.approx(attempts, rel=0.01)


def test_an_old_customer_needs_3_3_times_fewer_attempts_than_a_new_one():
    assert expected_attempts_per_sale(success_rate=0.15) / expected_attempts_per_sale(success_rate=0.5) == pytest.approx(3.3, abs=0.05)


CAMPAIGNS = pandas.DataFrame(
    {
        "channel": ["fair", "mail", "mail", "poster"],
        "pieces": [100, 1000, 9000, 50],
        "cost_per_piece": [2.0, 0.5, 0.5, 1.0],
        "rental_per_name": [0.0, 0.2, 0.0, 0.0],
        "responses": [10, 40, 60, 0],
    },
    index=["a", "b", "c", "d"],
)


def test_acquisition_cost_by_channel_adds_up_before_it_divides():
    before = CAMPAIGNS.copy()
    table = acquisition_cost_by_channel(CAMPAIGNS).set_index("channel")
    assert list(table.index) == ["fair", "mail", "poster"]  # in order of first appearance
    assert table.loc["fair", "acquisition_cost"] == pytest.approx(20)
    mail = table.loc["mail"]
    assert (mail["pieces"], mail["responses"], mail["cost"]) == (10_000, 100, pytest.approx(5200))
    assert mail["response_rate"] == pytest.approx(0.01)
    assert mail["acquisition_cost"] == pytest.approx(52)
    assert mail["acquisition_cost"] != pytest.approx((17.5 + 75) / 2)  # the mean of the two campaigns' own costs
    pandas.testing.assert_frame_equal(CAMPAIGNS, before)


def test_a_channel_without_responses_has_an_infinite_acquisition_cost_and_never_zero():
    assert acquisition_cost_by_channel(CAMPAIGNS).set_index("channel").loc["poster", "acquisition_cost"] == math.inf
    unsent = CAMPAIGNS.tail(1).assign(pieces=0)
    assert acquisition_cost_by_channel(unsent).loc[0, "acquisition_cost"] == math.inf


def test_a_campaign_without_a_channel_stays_in_the_table():
    table = acquisition_cost_by_channel(CAMPAIGNS.assign(channel=["fair", None, None, "poster"]))
    assert table["cost"].sum() == pytest.approx(200 + 5200 + 50)


# --- Break-even (F2) --------------------------------------------------------------------------------------------------


@every(
    ("cost", "margin", "retention", "discount", "timing", "expected"),
    [
        (50, 8, 1, 0, NOW, 7),
        (17.5, 8, 1, 0, NOW, 3),
        (17.5, 8, 0.8, 0, NOW, 3),  # 8 + 6.4 + 5.12 = 19.52
        (50, 8, 0.8, 0, NOW, None),  # at most 8 / 0.2 = 40
        (40, 8, 0.8, 0, NOW, None),  # the ceiling itself is approached and never reached
        (39.9, 8, 0.8, 0, NOW, 27),
        (40, 8, 1, 0, NOW, 5),  # exactly divisible, not 6
        (0.3, 0.1, 1, 0, NOW, 3),  # 0.3 / 0.1 = 2.9999999999999996
        (0.6, 0.2, 1, 0, END, 3),  # 0.6 / 0.2 = 2.9999999999999996
        (Fraction(21, 10), Decimal("0.7"), 1, 0, NOW, 3),  # 2.1 / 0.7 = 3.0000000000000004
        (14.4, 8, 0.8, 0, NOW, 2),  # 8 + 6.4 exactly
        (0, 8, 0.8, 0, NOW, 0),
        (0, -8, 0.8, 0, NOW, 0),
        (50, 0, 1, 0, NOW, None),
        (50, -8, 1, 0, NOW, None),
        (8, 8, 0, 0, NOW, 1),
        (8.1, 8, 0, 0, NOW, None),
        (1, 8, 0, 0, IF_RETAINED, None),
        (100, 100, 1, 0.1, NOW, 1),
        (100, 100, 1, 0.1, END, 2),  # 100 / 1.1 = 90.9 is not enough
        (100, 100, 0.8, 0.1, IF_RETAINED, 2),  # 72.7 + 52.9
        (50, 8, 1, 0.2, NOW, None),  # a discount rate has a ceiling too: 8 * 1.2 / 0.2 = 48
        (50, 8, 1, -0.1, NOW, 6),  # a negative rate: 8 + 8.89 + 9.88 + 10.97 + 12.19 = 49.93 is not yet enough
    ],
)
def test_break_even_is_a_whole_number_of_margins_or_never(cost, margin, retention, discount, timing, expected):
    result = break_even(acquisition_cost=cost, margin=margin, retention_rate=retention, discount_rate=discount, timing=timing)
    assert result == expected and type(result) is type(expected)


@pytest.mark.parametrize("timing", TIMINGS)
def test_break_even_agrees_with_counting_margin_by_margin(timing):
    def agrees(values):
        retention, discount, cost = values
        counted = _break_even_by_counting(cost, 8, retention, discount, timing)
        assert break_even(acquisition_cost=cost, margin=8, retention_rate=retention, discount_rate=discount, timing=timing) == counted

    try_each(itertools.product([0, 0.3, 0.8, 0.95, 1], [-0.02, 0, 0.1, 0.5], (1, 7, 17.5, 33, 50, 120)), agrees)


def _break_even_by_counting(cost, margin, retention, discount, timing):
    total = 0
    for n, value in enumerate(itertools.islice(_present_values(margin, retention, discount, timing), 2000), 1):
        total += value
        if total >= cost * (1 - 1e-12):
            return n
    return None


# --- Customer lifetime value (F3) -------------------------------------------------------------------------------------


def _present_values(margin, retention, discount, timing, growth=0.0):
    """Every expected margin's present value, one after the other, straight from the definition."""
    for k in itertools.count():
        due = k if timing == NOW else k + 1
        renewals = k + 1 if timing == IF_RETAINED else k
        yield margin * (1 + growth) ** due * retention**renewals * (1 + discount) ** -due


@every(
    ("timing", "retention", "discount", "expected"),
    [
        (NOW, 0.8, 0.1, 366.67),
        (END, 0.8, 0.1, 333.33),
        (IF_RETAINED, 0.8, 0.1, 266.67),
        (NOW, 1, 0.1, 1100),  # perpetuities
        (END, 1, 0.1, 1000),
        (IF_RETAINED, 1, 0.1, 1000),
        (NOW, 0, 0.1, 100),
        (END, 0, 0.1, 90.91),
        (IF_RETAINED, 0, 0.1, 0),
        (NOW, 0.8, 0, 500),  # m / (1 - r): only without discounting, and only under this timing
    ],
)
def test_customer_lifetime_value_without_an_end(timing, retention, discount, expected):
    value = customer_lifetime_value(margin=100, retention_rate=retention, discount_rate=discount, timing=timing)
    assert value == pytest.approx(expected, abs=0.005)


@every("wrong", [500, 22.22, 333.33, 366.67])
def test_customer_lifetime_value_if_retained_is_not_a_typical_error(wrong):
    value = customer_lifetime_value(margin=100, retention_rate=0.8, discount_rate=0.1, timing=IF_RETAINED)
    assert value != pytest.approx(wrong, rel=0.01)


def test_mixing_up_retention_and_churn_gives_22_instead_of_267():
    assert customer_lifetime_value(margin=100, retention_rate=0.2, discount_rate=0.1, timing=IF_RETAINED) == pytest.approx(22.22, abs=0.01)


@pytest.mark.parametrize("timing", TIMINGS)
def test_the_closed_forms_equal_the_sums_margin_by_margin(timing):
    def equal(rates):
        retention, discount, growth = rates
        values = list(itertools.islice(_present_values(100, retention, discount, timing, growth), 1500))
        arguments = {"margin": 100, "retention_rate": retention, "discount_rate": discount, "growth_rate": growth, "timing": timing}
        for periods in (0, 1, 2, 7, 40):
            finite = customer_lifetime_value(**arguments, periods=periods)
            assert finite == pytest.approx(sum(values[:periods]), rel=1e-9, abs=1e-9)
        if retention * (1 + growth) < 0.99 * (1 + discount):
            endless = customer_lifetime_value(**arguments)
            assert endless == pytest.approx(sum(values), rel=1e-4)
            assert customer_lifetime_value(**arguments, periods=100_000) == pytest.approx(endless)

    try_each(itertools.product([0, 0.2, 0.8, 0.95, 1], [-0.02, 0, 0.1, 1], [-0.05, 0, 0.04]), equal)


@every("retention", [0, 0.5, 0.8, 1])
@every("growth", [0, 0.03])
def test_the_first_margin_now_is_worth_one_margin_more_than_the_margin_if_retained(retention, growth):
    arguments = {"margin": 100, "retention_rate": retention, "discount_rate": 0.1, "growth_rate": growth}
    later = customer_lifetime_value(**arguments, timing=IF_RETAINED)
    assert customer_lifetime_value(**arguments, timing=NOW) == pytest.approx(100 + later)
    later = customer_lifetime_value(**arguments, timing=IF_RETAINED, periods=6)
    assert customer_lifetime_value(**arguments, timing=NOW, periods=7) == pytest.approx(100 + later)


@every("timing", TIMINGS)
@every("periods", [None, 6])
@every(("discount", "growth"), [(0.1, 0.04), (0.1, 0.1), (0.05, -0.1), (0.02, 0.05)])
def test_growth_equals_a_lower_effective_discount_rate(timing, periods, discount, growth):
    arguments = {"margin": 100, "retention_rate": 0.8, "timing": timing, "periods": periods}
    effective = effective_discount_rate(discount_rate=discount, growth_rate=growth)
    growing = customer_lifetime_value(**arguments, discount_rate=discount, growth_rate=growth)
    assert growing == pytest.approx(customer_lifetime_value(**arguments, discount_rate=effective))


def test_five_annual_margins_at_the_ends_of_the_years_are_worth_379_08_and_not_500():
    arguments = {"margin": 100, "retention_rate": 1, "timing": END, "periods": 5}
    assert customer_lifetime_value(**arguments, discount_rate=0.1) == pytest.approx(379.08, abs=0.005)
    assert customer_lifetime_value(**arguments, discount_rate=0.1) == pytest.approx(100 * (1 - 1.1**-5) / 0.1)
    assert customer_lifetime_value(**arguments, discount_rate=0) == 500  # T * m without discounting
    assert net_present_value(cash_flows=[100] * 5, discount_rate=0.1, first_at=1) == pytest.approx(379.08, abs=0.005)
    assert net_present_value(cash_flows=[100] * 5, discount_rate=0.1, first_at=0) == pytest.approx(379.08 * 1.1, abs=0.01)
    assert net_present_value(cash_flows=[100] * 5, discount_rate=0, first_at=1) == 500


def test_discounting_divides_by_a_power_and_not_by_a_multiple():
    wrong = sum(100 / (1.1 * year) for year in range(1, 6))
    assert net_present_value(cash_flows=[100] * 5, discount_rate=0.1, first_at=1) != pytest.approx(wrong, rel=0.01)


def test_a_negative_margin_makes_higher_retention_worse():
    losses = [customer_lifetime_value(margin=-10, retention_rate=r, discount_rate=0.1, timing=NOW) for r in (0.5, 0.8, 0.9)]
    assert losses == sorted(losses, reverse=True) and losses[0] < 0


def test_acquisition_cost_is_subtracted_once():
    arguments = {"margin": 100, "retention_rate": 0.8, "discount_rate": 0.1, "timing": IF_RETAINED}
    assert customer_lifetime_value(**arguments, acquisition_cost=50) == pytest.approx(216.67, abs=0.005)
    assert customer_lifetime_value(**arguments, periods=0, acquisition_cost=50) == -50


@every("language", ["en", "zh"])
@every(
    ("retention", "discount", "growth"), [(1, 0, 0), (1, 0.1, 0.1), (1, 0.1 + 0.2, 0.3), (0.95, -0.05, 0), (0.9, 0, 0.2)]
)
def test_a_sum_without_end_that_diverges_is_refused_with_an_explanation(language, retention, discount, growth):
    use_language(language)
    arguments = {"margin": 100, "retention_rate": retention, "discount_rate": discount, "growth_rate": growth, "timing": NOW}
    with pytest.raises(ValueError) as refusal:
        customer_lifetime_value(**arguments)
    assert f"discount_rate={discount:g}" in str(refusal.value) and f"retention_rate={retention:g}" in str(refusal.value)
    # Both ways out that the message names are really ways out.
    assert customer_lifetime_value(**arguments, periods=10) > 0
    suggested = float(re.findall(r"discount_rate=(-?[\d.]+\d)", str(refusal.value))[-1])
    assert suggested > retention * (1 + growth) - 1 + 0.05
    assert 0 < customer_lifetime_value(**{**arguments, "discount_rate": suggested}) < math.inf


def test_the_lifetime_value_of_a_table_is_the_net_present_value_of_revenue_less_cost():
    table = pandas.DataFrame({"year": range(1, 6), "revenue": [300] * 5, "cost": [Decimal(200)] * 5})
    assert customer_lifetime_value_from_table(table, discount_rate=0.1, first_at=1) == pytest.approx(379.08, abs=0.005)
    assert customer_lifetime_value_from_table(table, discount_rate=0, first_at=0) == 500  # not the revenue of 1500


@every(("discount", "growth"), [(0.05, 0.027), (0.08, 0.056), (0.1, 0.076), (0.15, 0.125)])
def test_several_pairs_of_discount_and_growth_leave_the_same_net_rate_of_2_25_per_cent(discount, growth):
    assert effective_discount_rate(discount_rate=discount, growth_rate=growth) == pytest.approx(0.0225, abs=0.0005)


# --- Lifetime (F4) ----------------------------------------------------------------------------------------------------


@every(
    ("retention", "years"), [(0.5, 2), (0.6, 2.5), (0.7, 3.33), (0.8, 5), (0.9, 10), (0.95, 20), (0, 1), (1, math.inf)]
)
def test_average_lifetime_is_one_divided_by_churn(retention, years):
    assert average_lifetime(retention_rate=retention) == pytest.approx(years, abs=0.005)
    if retention < 1:
        assert retention_rate_from_lifetime(average_lifetime=average_lifetime(retention_rate=retention)) == pytest.approx(retention)


@every("wrong", [1.25, 4, 100 / 80, 1 / (1 - 0.8**12)])
def test_average_lifetime_at_80_per_cent_is_not_a_typical_error(wrong):
    assert average_lifetime(retention_rate=0.8) != pytest.approx(wrong, rel=0.01)


@every(("retention", "years"), [(0.9, 6.58), (0.5, 1), (0, 0), (1, math.inf)])
def test_median_lifetime_is_the_time_until_half_have_left(retention, years):
    assert median_lifetime(retention_rate=retention) == pytest.approx(years, abs=0.005)


@every("retention", [0, 0.1, 0.5, 0.9, 0.99])
def test_median_lifetime_is_shorter_than_the_average(retention):
    assert median_lifetime(retention_rate=retention) < average_lifetime(retention_rate=retention)


@pytest.mark.parametrize(("monthly", "annual"), [(0.9, 0.2824), (1, 1), (0, 0)])
def test_annual_retention_is_the_twelfth_power_of_monthly_retention(monthly, annual):
    assert annual_retention_rate(monthly_retention_rate=monthly) == pytest.approx(annual, abs=0.0001)


def test_customers_with_50_and_90_per_cent_live_6_years_on_average_and_not_3_3():
    mixed = average_lifetime_of_mix(shares=[0.5, 0.5], retention_rates=[0.5, 0.9])
    assert mixed == pytest.approx((2 + 10) / 2)
    assert mixed > average_lifetime(retention_rate=0.7) == pytest.approx(3.33, abs=0.005)


def test_a_group_that_never_leaves_makes_the_average_infinite_unless_it_is_empty():
    assert average_lifetime_of_mix(shares=[0.5, 0.5], retention_rates=[0.5, 1]) == math.inf
    assert average_lifetime_of_mix(shares=[1, 0], retention_rates=[0.5, 1]) == 2


def test_retention_of_a_mixed_customer_base_rises_although_nobody_becomes_more_loyal():
    table = aggregate_retention_by_period(shares=pandas.Series([0.5, 0.5]), retention_rates=(0.5, 0.9), periods=12)
    rates = table["retention_rate"].tolist()
    assert rates[0] == pytest.approx(0.7) and rates[1] == pytest.approx((0.25 + 0.81) / (0.5 + 0.9))
    assert rates == sorted(rates) and rates[-1] < 0.9
    assert table["share_at_start"].iloc[0] == 1 and list(table["period"]) == list(range(1, 13))


def test_retention_of_one_group_is_constant_and_missing_once_nobody_is_left():
    same = aggregate_retention_by_period(shares=[1], retention_rates=[0.8], periods=5)["retention_rate"]
    assert same.tolist() == pytest.approx([0.8] * 5)
    gone = aggregate_retention_by_period(shares=[1], retention_rates=[0], periods=2)["retention_rate"]
    assert gone[0] == 0 and math.isnan(gone[1])


@pytest.mark.parametrize("shares", [[0.5, 0.4], [0.5, 0.6]])
def test_shares_that_do_not_add_up_to_one_are_refused(shares):
    with pytest.raises(ValueError, match=r"shares=\[0.5, 0.5\]"):
        average_lifetime_of_mix(shares=shares, retention_rates=[0.5, 0.9])


COHORTS = pandas.DataFrame(
    {"year_of_tenure": [2, 1, 1, 3], "customers_at_start": [50, 100, 300, 0], "customers_retained": [40, 50, 270, 0]}
)


def test_retention_by_year_of_tenure_adds_up_cohorts_before_it_divides():
    table = retention_by_year_of_tenure(COHORTS)
    assert table["year_of_tenure"].tolist() == [1, 2, 3]
    assert table["retention_rate"][:2].tolist() == pytest.approx([0.8, 0.8])  # 320 of 400, not the mean of 0.5 and 0.9
    assert math.isnan(table["retention_rate"][2])


# --- The credit-card figure (F5) --------------------------------------------------------------------------------------


def test_the_credit_card_figure_pairs_the_scattered_labels_by_rank():
    assert [tuple(point) for point in credit_card_figure()] == [
        (0.5, 2, 20),
        (0.6, 2.5, 38),
        (0.7, 3.3, 70),
        (0.8, 5, 134),
        (0.9, 10, 300),
        (0.95, 20, 525),
    ]
    assert pandas.DataFrame(credit_card_figure()).columns.tolist() == ["retention_rate", "average_lifetime", "lifetime_value"]


def test_the_years_of_the_figure_are_the_average_lifetimes():
    for point in credit_card_figure():
        assert average_lifetime(retention_rate=point.retention_rate) == pytest.approx(point.average_lifetime, abs=0.05)


FITS = [
    ("lifetime_only", 15.7, 0, 0, [31, 39, 52, 78, 157, 314], 0.57),
    ("discount_only", 25.0, -0.008, 0, [25, 38, 60, 104, 245, 570], 0.27),
    ("cost_only", 32.8, 0, 44.7, [21, 37, 65, 119, 283, 611], 0.16),
    ("discount_and_cost", 42.35, 0.0225, 20.9, [19.7, 39.3, 71.1, 131.4, 290.3, 534.2], 0.033),
]


@every(("model", "margin", "discount", "cost", "values", "error"), FITS)
def test_only_discount_and_cost_together_reproduce_the_figure(model, margin, discount, cost, values, error):
    fit = fit_credit_card_figure(model=model)
    assert fit.model == model
    assert fit.margin == pytest.approx(margin, abs=0.05)
    assert fit.discount_rate == pytest.approx(discount, abs=0.0005)
    assert fit.acquisition_cost == pytest.approx(cost, abs=0.05)
    assert fit.values == pytest.approx(values, abs=0.5)
    assert fit.largest_relative_error == pytest.approx(error, abs=0.005)
    again = [
        customer_lifetime_value(
            margin=fit.margin,
            retention_rate=point.retention_rate,
            discount_rate=fit.discount_rate,
            timing=fit.timing,
            acquisition_cost=fit.acquisition_cost,
        )
        for point in credit_card_figure()
    ]
    assert again == pytest.approx(fit.values)


def test_every_model_has_a_golden_row():
    assert tuple(row[0] for row in FITS) == CREDIT_CARD_MODELS


@every("model", CREDIT_CARD_MODELS)
def test_no_neighbouring_parameters_fit_better(model):
    fit = fit_credit_card_figure(model=model)
    discounts, costs = (fit.discount_rate,), (fit.acquisition_cost,)
    if model.startswith("discount"):
        discounts = (fit.discount_rate - 0.001, fit.discount_rate, fit.discount_rate + 0.001)
    if model.endswith("cost") or model == "cost_only":
        costs = (fit.acquisition_cost - 0.5, fit.acquisition_cost, fit.acquisition_cost + 0.5)
    best = sum(error**2 for error in relative_errors(values=fit.values))
    for margin, discount, cost in itertools.product((fit.margin - 0.5, fit.margin, fit.margin + 0.5), discounts, costs):
        values = [
            customer_lifetime_value(margin=margin, retention_rate=r, discount_rate=discount, timing=fit.timing, acquisition_cost=cost)
            for r, _, _ in credit_card_figure()
        ]
        assert sum(error**2 for error in relative_errors(values=values)) >= best - 1e-12


def test_the_classroom_formula_misses_no_point_by_more_than_4_1_per_cent():
    values = [credit_card_value(retention_rate=point.retention_rate, **CLASSROOM) for point in credit_card_figure()]
    assert values == pytest.approx([19.2, 38.6, 70.2, 130.0, 287.6, 529.3], abs=0.05)
    assert largest_relative_error(**CLASSROOM) == pytest.approx(0.041, abs=0.0005)
    assert largest_relative_error(**CLASSROOM) == max(map(abs, relative_errors(values=values)))
    assert largest_relative_error(margin=42, discount_rate=0.0225, acquisition_cost=0) > 0.5  # without A it is impossible


def test_the_other_timing_gives_the_same_curve_with_a_margin_more_of_acquisition_cost():
    values = [
        customer_lifetime_value(margin=42.35, retention_rate=r, discount_rate=0.0225, timing=NOW, acquisition_cost=63.25)
        for r, _, _ in credit_card_figure()
    ]
    assert values == pytest.approx([19.7, 39.3, 71.1, 131.4, 290.3, 534.2], abs=0.2)
    assert values == pytest.approx(
        [credit_card_value(retention_rate=r, margin=42.35, discount_rate=0.0225, acquisition_cost=20.9) for r, _, _ in credit_card_figure()]
    )


def test_any_formula_can_be_compared_with_the_figure_such_as_an_annuity_over_the_average_lifetime():
    lifetimes = [average_lifetime(retention_rate=point.retention_rate) for point in credit_card_figure()]
    values = [43.5 * (1 - 1.039**-years) / 0.039 - 62.5 for years in lifetimes]
    assert max(map(abs, relative_errors(values=values))) == pytest.approx(0.032, abs=0.003)


def test_the_curve_is_convex_so_a_straight_line_between_points_overstates():
    assert credit_card_value(retention_rate=0.85, **CLASSROOM) == pytest.approx(186, abs=0.5)
    assert credit_card_value(retention_rate=0.85, **CLASSROOM) < (134 + 300) / 2
    assert credit_card_value(retention_rate=1, **CLASSROOM) == pytest.approx(1846, abs=0.5)


def test_an_increase_from_80_to_90_adds_five_years_and_from_90_to_95_ten():
    years = {r: average_lifetime(retention_rate=r) for r in (0.8, 0.9, 0.95)}
    assert years[0.9] - years[0.8] == pytest.approx(5)
    assert years[0.95] - years[0.9] == pytest.approx(10)


def test_a_slider_may_ask_for_the_error_and_a_fit_at_every_move():
    started = time.perf_counter()
    for _ in range(20):
        largest_relative_error(**CLASSROOM)
    assert (time.perf_counter() - started) / 20 < 0.005
    started = time.perf_counter()
    fit_credit_card_figure(model="discount_and_cost")
    assert time.perf_counter() - started < 0.2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_values_of_the_wrong_number_are_refused(language):
    use_language(language)
    with pytest.raises(ValueError, match=r"\[1.0, 2.0\].*values=\[20, 38, 70, 134, 300, 525\]"):
        relative_errors(values=[1, 2])


# --- Uplift: "5 % fewer defections" (F11) ------------------------------------------------------------------------------


@every(("before", "after", "uplift"), [(300, 525, 0.75), (134, 300, 1.239), (100, 100, 0), (100, -20, -1.2)])
def test_uplift_is_the_change_divided_by_the_value_before(before, after, uplift):
    assert lifetime_value_uplift(value_before=before, value_after=after) == pytest.approx(uplift, abs=0.0005)
    assert lifetime_value_uplift(value_before=before, value_after=after) != pytest.approx(after / before)  # 175 % is the ratio


@pytest.mark.parametrize("before", [0, -10])
def test_an_uplift_on_nothing_or_on_a_loss_is_refused(before):
    with pytest.raises(ValueError, match="value_before=300"):
        lifetime_value_uplift(value_before=before, value_after=525)


@pytest.mark.parametrize(("reduction", "retention", "uplift"), [({"by_points": 0.05}, 0.95, 0.84), ({"by_share": 0.05}, 0.905, 0.052)])
def test_five_points_and_five_per_cent_of_defection_are_worlds_apart(reduction, retention, uplift):
    new = defection_reduced(retention_rate=0.9, **reduction)
    assert new == pytest.approx(retention)
    result = lifetime_value_uplift_of_retention(retention_rate=0.9, new_retention_rate=new, timing=IF_RETAINED, **CLASSROOM)
    assert result == pytest.approx(uplift, abs=0.001 if "by_share" in reduction else 0.005)


def test_five_points_halve_a_defection_of_ten_per_cent():
    assert 1 - defection_reduced(retention_rate=0.9, by_points=0.05) == pytest.approx((1 - 0.9) / 2)
    assert defection_reduced(retention_rate=0.9, by_points=0.05) != pytest.approx(0.9 * 1.05)  # retention 5 % higher


@every("retention", [0, 0.3, 0.7, 0.9, 0.95, 1])
def test_defection_can_fall_to_zero_but_not_below(retention):
    assert defection_reduced(retention_rate=retention, by_points=1 - retention) == pytest.approx(1)
    assert defection_reduced(retention_rate=retention, by_points=round(1 - retention, 10)) <= 1
    assert defection_reduced(retention_rate=retention, by_share=1) == 1
    if retention > 0:
        with pytest.raises(ValueError, match=f"by_points={(1 - retention) / 2:g}"):  # an example that is possible
            defection_reduced(retention_rate=retention, by_points=1 - retention + 0.01)


@every("language", ["en", "zh"])
@every("given", [{}, {"by_points": 0.05, "by_share": 0.05}])
def test_a_reduction_must_say_in_which_sense(language, given):
    use_language(language)
    with pytest.raises(ValueError, match="by_points=0.05 .* by_share=0.05"):
        defection_reduced(retention_rate=0.9, **given)


# --- Keeping and losing, profit by tenure (F8, F12) -------------------------------------------------------------------

KEEPING = {
    "long_term_profit": 500,
    "friends": 10,
    "chance_friend_buys": 0.05,
    "value_per_friend": 500,
    "saved_rebuilding_cost": 100,
    "keeping_cost": 120,
}


def test_keeping_the_customer_of_the_example_is_worth_730():
    assert value_of_keeping(**KEEPING) == pytest.approx(730)


@every("wrong", [970, 505, 5480, 480])
def test_the_value_of_keeping_is_not_a_typical_error(wrong):
    assert value_of_keeping(**KEEPING) != pytest.approx(wrong)  # K added; one friend; p left out; no word of mouth


def test_an_unhappy_customer_who_is_kept_turns_friends_away():
    assert value_of_keeping(**{**KEEPING, "value_per_friend": -500}) == pytest.approx(230)


@pytest.mark.parametrize(("chance", "expected"), [(0, 1_000_000), (0.05, 1_500_000), (1, 11_000_000)])
def test_losing_200_customers_costs_their_value_and_that_of_their_friends(chance, expected):
    loss = loss_from_losing(customers_lost=200, value_per_customer=5000, friends=10, chance_friend_buys=chance, value_per_friend=5000)
    assert loss == pytest.approx(expected)


def test_friends_count_once_per_lost_customer():
    loss = loss_from_losing(customers_lost=200, value_per_customer=5000, friends=10, chance_friend_buys=0.05, value_per_friend=5000)
    assert loss != pytest.approx(1_000_000 + 10 * 0.05 * 5000)


TENURE = {
    "acquisition_cost": 60,
    "base_profit": [20, 20, 20, 20],
    "revenue_growth": [0, 5, 10, 12],
    "cost_savings": [0, 2, 4, 4],
    "referrals": [0, 3, 6, 8],
    "price_premium": [0, 0, 5, 6],
}


def test_six_factors_add_up_to_the_profit_of_each_year():
    table = profit_by_tenure(**TENURE)
    assert table["year"].tolist() == [0, 1, 2, 3, 4]
    assert table["profit"].tolist() == [-60, 20, 30, 45, 50]
    assert table["cumulative_profit"].tolist() == [-60, -40, -10, 35, 85]
    factors = ["acquisition_cost", "base_profit", "revenue_growth", "cost_savings", "referrals", "price_premium"]
    assert table[factors].sum(axis=1).tolist() == table["profit"].tolist()
    assert break_even_year(yearly_profits=table["profit"]) == 3
    assert "expected_profit" not in table.columns


def test_acquisition_cost_is_a_cost_and_not_a_benefit():
    assert profit_by_tenure(**TENURE)["profit"].sum() != 60 + 145


def test_profit_by_tenure_shrinks_when_customers_leave():
    table = profit_by_tenure(**TENURE, retention_rate=0.8)
    assert table["share_remaining"].tolist() == pytest.approx([1, 1, 0.8, 0.64, 0.512])
    assert table["expected_profit"].tolist() == pytest.approx([-60, 20, 24, 28.8, 25.6])
    assert table["cumulative_expected_profit"].tolist() == pytest.approx([-60, -40, -16, 12.8, 38.4])
    assert break_even_year(yearly_profits=profit_by_tenure(**TENURE, retention_rate=0.4)["expected_profit"]) is None
    assert profit_by_tenure(**TENURE, retention_rate=1)["expected_profit"].tolist() == table["profit"].tolist()


@every(
    ("profits", "year"), [([0, 5], 0), ([-60, 30, 30], 2), ([-0.3, 0.1, 0.1, 0.1], 3), ([-60, 20], None), ([-5], None), ([3], 0)]
)
def test_the_break_even_year_is_the_first_with_nothing_left_to_earn_back(profits, year):
    assert break_even_year(yearly_profits=profits) == year


@pytest.mark.parametrize("language", ["en", "zh"])
def test_unequal_lists_are_refused_with_their_lengths(language):
    use_language(language)
    with pytest.raises(ValueError, match="referrals.*3.*referrals="):
        profit_by_tenure(**{**TENURE, "referrals": [0, 3, 6]})
    with pytest.raises(ValueError, match="shares.*2.*retention_rates.*1"):
        average_lifetime_of_mix(shares=[0.5, 0.5], retention_rates=[0.5])


# --- Refusals: every function, every argument, both languages ----------------------------------------------------------

LISTS = {
    name: [20.0, 30.0, 40.0] for name in ("base_profit", "revenue_growth", "cost_savings", "referrals", "price_premium")
}
VALUE = {"margin": 100, "retention_rate": 0.8, "discount_rate": 0.1, "timing": NOW}
CALLS = {
    acquisition_cost: {"cost_per_piece": 0.5, "response_rate": 0.04, "rental_per_name": 0.2},
    minimum_response_rate: {"cost_per_piece": 0.5, "rental_per_name": 0.2, "acquisition_cost": 50},
    maximum_rental: {"cost_per_piece": 0.5, "response_rate": 0.04, "acquisition_cost": 50},
    mailing_result: {"pieces": 100, "cost_per_piece": 0.5, "response_rate": 0.04, "rental_per_name": 0.2, "value_per_customer": 30},
    response_rate_interval: {"responses": 4, "pieces": 100, "confidence": 0.95},
    acquisition_cost_by_channel: {"campaigns": CAMPAIGNS},
    expected_attempts_per_sale: {"success_rate": 0.15},
    break_even: {**VALUE, "acquisition_cost": 50},
    customer_lifetime_value: {**VALUE, "periods": 5, "growth_rate": 0.02, "acquisition_cost": 50},
    net_present_value: {"cash_flows": [100, 100], "discount_rate": 0.1, "first_at": 1},
    customer_lifetime_value_from_table: {
        "table": pandas.DataFrame({"revenue": [300.0], "cost": [200.0]}),
        "discount_rate": 0.1,
        "first_at": 1,
    },
    effective_discount_rate: {"discount_rate": 0.1, "growth_rate": 0.02},
    lifetime_value_uplift: {"value_before": 300, "value_after": 525},
    lifetime_value_uplift_of_retention: {**VALUE, "new_retention_rate": 0.85, "acquisition_cost": 50},
    average_lifetime: {"retention_rate": 0.8},
    median_lifetime: {"retention_rate": 0.8},
    retention_rate_from_lifetime: {"average_lifetime": 5},
    annual_retention_rate: {"monthly_retention_rate": 0.9},
    average_lifetime_of_mix: {"shares": [0.5, 0.5], "retention_rates": [0.5, 0.9]},
    aggregate_retention_by_period: {"shares": [0.5, 0.5], "retention_rates": [0.5, 0.9], "periods": 5},
    retention_by_year_of_tenure: {"customers": COHORTS},
    defection_reduced: {"retention_rate": 0.9, "by_points": 0.05},
    value_of_keeping: KEEPING,
    loss_from_losing: {
        "customers_lost": 200,
        "value_per_customer": 5000,
        "friends": 10,
        "chance_friend_buys": 0.05,
        "value_per_friend": 5000,
    },
    profit_by_tenure: {**LISTS, "acquisition_cost": 60, "retention_rate": 0.8},
    break_even_year: {"yearly_profits": [-60, 20, 45]},
    credit_card_value: {"retention_rate": 0.9, **CLASSROOM},
    relative_errors: {"values": [20, 38, 70, 134, 300, 525]},
    largest_relative_error: CLASSROOM,
    fit_credit_card_figure: {"model": "discount_and_cost"},
}
RATES = {"response_rate", "confidence", "success_rate", "retention_rate", "new_retention_rate", "monthly_retention_rate", "by_points"}
RATES |= {"chance_friend_buys"}
COSTS = {"cost_per_piece", "rental_per_name", "acquisition_cost", "saved_rebuilding_cost", "keeping_cost", "friends", "customers_lost"}
WHOLE = {"pieces", "responses", "periods", "first_at"}
PER_PERIOD = {"discount_rate", "growth_rate"}


def _bad_arguments():
    """Every way to misuse an argument: function, valid call, argument, bad value, what the message must show of it."""
    for function, valid in CALLS.items():
        for name, value in valid.items():
            if isinstance(value, str):
                bad = ["yearly", 1, None]
            elif isinstance(value, list):
                bad = [[], 5, "20, 30", [math.nan] * len(value), ["x"] * len(value), [True] * len(value)]
                if name in ("shares", "retention_rates"):
                    bad += [[50, 90], [-0.5, 0.5]]
            elif isinstance(value, pandas.DataFrame):
                first = "pieces" if name == "campaigns" else list(value.columns)[-1]
                bad = [value.head(0), [1, 2], value.drop(columns=first)]
                bad += [value.astype({first: object}).assign(**{first: wrong}) for wrong in (math.nan, "many", True)]
            else:
                bad = [math.nan, math.inf, "0.8", True]
                bad += [] if (value is None or name in ("by_points", "periods", "retention_rate")) else [None]
                bad += [80, -0.1] if name in RATES else []
                bad += [-1] if name in COSTS else []
                bad += [-1, 2.5] if name in WHOLE else []
                bad += [10, -1] if name in PER_PERIOD else []
            for wrong in bad:
                yield function, {**valid, name: wrong}, name, wrong


def _expected_in_message(name, wrong):
    if isinstance(wrong, pandas.DataFrame) or wrong == []:
        return ""  # nothing that a sentence could show
    first = wrong[0] if isinstance(wrong, list) else wrong
    # The elements of a list have become floats by the time a rate is checked: 50 is shown as 50.0.
    return repr(first) if first is wrong or isinstance(first, (str, bool)) else f"{first:g}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_function_refuses_unusable_arguments_with_the_value_and_an_example(language):
    found = []
    for function, call, name, wrong in _bad_arguments():
        found += complaints(function, call, name, language, shows=_expected_in_message(name, wrong))
    assert not found, "\n".join(found)


@every(
    ("function", "table", "change"),
    [
        (acquisition_cost_by_channel, CAMPAIGNS, {"responses": [200, 40, 60, 0]}),
        (acquisition_cost_by_channel, CAMPAIGNS, {"cost_per_piece": [-1, 0.5, 0.5, 1]}),
        (acquisition_cost_by_channel, CAMPAIGNS, {"pieces": [100.5, 1000, 9000, 50]}),
        (retention_by_year_of_tenure, COHORTS, {"customers_retained": [60, 50, 270, 0]}),
        (retention_by_year_of_tenure, COHORTS, {"year_of_tenure": [0, 1, 1, 3]}),
    ],
)
@every("language", ["en", "zh"])
def test_a_cell_out_of_range_is_named_by_column_and_row(function, table, change, language):
    use_language(language)
    with pytest.raises(ValueError) as refusal:
        function(table.assign(**change))
    assert f"{next(iter(change))}[{table.index[0]}]" in str(refusal.value)


@every("language", ["en", "zh"])
@every("call", [{"responses": 101, "pieces": 100}, {"responses": 1, "pieces": 0}])
def test_more_answers_than_pieces_are_refused(language, call):
    use_language(language)
    with pytest.raises(ValueError, match="(101|0)"):
        response_rate_interval(**call, confidence=0.95)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_lifetime_below_one_period_is_refused(language):
    use_language(language)
    with pytest.raises(ValueError, match="0.5.*average_lifetime=5"):
        retention_rate_from_lifetime(average_lifetime=0.5)


def test_a_percentage_in_the_place_of_a_rate_is_answered_with_the_fraction():
    with pytest.raises(ValueError, match="80 %, write 0.8"):
        average_lifetime(retention_rate=80)


def test_every_scalar_comes_in_any_numeric_type_and_goes_out_plain():
    for function, valid in CALLS.items():
        if any(isinstance(value, (list, str, pandas.DataFrame)) for value in valid.values()) or function is mailing_result:
            continue
        plain = function(**valid)
        for kind in (lambda value: Fraction(str(value)), lambda value: Decimal(str(value)), numpy.float64):
            result = function(**{name: kind(value) for name, value in valid.items()})
            assert result == pytest.approx(plain) and type(result) is type(plain) and type(result) in (float, int, tuple), function


# --- The module as a whole ---------------------------------------------------------------------------------------------

FUNCTIONS = [getattr(economics, name) for name in economics.__all__ if inspect.isfunction(inspect.unwrap(getattr(economics, name)))]


def test_every_public_function_is_among_the_refusals():
    assert set(FUNCTIONS) - {credit_card_figure} == set(CALLS)
