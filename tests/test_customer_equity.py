"""The formulas of lesson 10: golden rows, edge cases, refusals in both languages, and what its explorers must say."""

import math

import pytest

from crmlib import running_case
from crmlib.customer_equity import (
    DRIVERS,
    TIERS,
    average_ratio,
    contribution_per_seat_hour,
    customer_equity,
    customer_tiers,
    gain_from_refusing,
    gain_per_point,
    market_share,
    return_on_moving_tier,
    tier_table,
    top_share,
    whale_curve,
    whale_peak,
)
from crmlib.figures import customer_equity as figures
from tests.support.catalogue import every
from tests.support.refusals import complaints_about_all

TEN = [50, 30, 8, 6, 4, 2, 0, -10, -15, -15]  # formulas F9 of the course: total 60
EVEN = dict.fromkeys(DRIVERS, 5)
SEATS = {
    "seats_held": 20, "contribution_held": 3, "contribution_of_next": 15, "chance_seat_is_wanted": 0.9, "others_who_leave": 2, "contribution_of_others": 15,
}  # fmt: skip


@every(
    ("values", "share", "due"),
    [
        (TEN, 0.2, 80 / 60),
        (TEN[::-1], 0.2, 80 / 60),
        (TEN, 1, 1),
        ([80, 5, 5, 5, 5], 0.2, 0.8),
        ([1] * 15, 0.2, 0.2),  # 0.2 * 15 is three customers, not four
        ([4, 3, 2, 1], 0.3, 0.7),  # part of a customer counts as one
        ([1], 0.01, 1),
    ],
)
def test_the_top_share(values, share, due):
    assert top_share(values, share=share) == pytest.approx(due)


def test_the_whale_curve_of_the_ten_customers():
    curve = whale_curve(TEN)
    assert curve["cumulative"].tolist() == [50, 80, 88, 94, 98, 100, 100, 90, 75, 60]
    assert curve["share_of_total"].iloc[1] == pytest.approx(1.3333, abs=1e-4)
    peak = whale_peak(TEN)
    assert (peak.customers, peak.lost) == (6, 40)
    assert peak.share_of_total == pytest.approx(100 / 60)


@every(("customers", "value", "due"), [(0.2, 0.8, 16), (0.2, 0.2, 1), (0.5, 0.75, 3), (0.1, 0, 0)])
def test_the_average_of_the_best_against_the_rest(customers, value, due):
    assert average_ratio(customer_share=customers, value_share=value) == due


def test_tiers_are_those_of_the_running_case():
    customers = running_case.load("customers")
    contribution = running_case.yearly_contribution(customers, running_case.load("purchases"))
    found = customer_tiers(contribution, platinum_share=0.04, gold_share=0.16)
    assert found == running_case.tiers(contribution).tolist() == customers["tier"].tolist()
    table = tier_table(contribution, platinum_share=0.04, gold_share=0.16)
    assert table["tier"].tolist() == list(TIERS)
    assert table["customers"].sum() == len(customers) and table["share_of_total"].sum() == pytest.approx(1)


@every(
    ("values", "platinum", "gold", "due"),
    [
        ([5, 90, -3, 40, 20], 0.2, 0.2, ["iron", "platinum", "lead", "gold", "iron"]),
        ([7, 7, 7], 0.34, 0.33, ["platinum", "gold", "iron"]),
        ([0, 1], 0.5, 0.5, ["lead", "platinum"]),
        ([-1, -2], 0.5, 0.5, ["lead", "lead"]),
        ([3], 0.04, 0.16, ["iron"]),
    ],
)
def test_who_stands_in_which_tier(values, platinum, gold, due):
    assert customer_tiers(values, platinum_share=platinum, gold_share=gold) == due


@every(("chance", "cost", "due"), [(0.1, 40, 0.75), (0.1, 70, 0), (0, 40, -1), (1, 70, 9)])
def test_the_return_on_moving_a_tier(chance, cost, due):
    assert return_on_moving_tier(success_rate=chance, value_before=200, value_after=900, cost_per_customer=cost) == pytest.approx(due)


def test_customer_equity_is_a_sum_and_losses_count():
    assert customer_equity([300, 525, -40]) == 785


def test_equal_firms_share_equally_and_a_point_wins_where_it_counts():
    weights = {"value_equity": 0.6, "brand_equity": 0.2, "relationship_equity": 0}
    assert market_share(weights=weights, own=EVEN, rival=EVEN) == 0.5
    gains = gain_per_point(weights=weights, own=EVEN, rival=EVEN)
    assert gains["value_equity"] == pytest.approx(1 / (1 + math.exp(-0.6)) - 0.5)
    assert gains["value_equity"] > gains["brand_equity"] > gains["relationship_equity"] == 0
    one_way = market_share(weights=weights, own={**EVEN, "brand_equity": 9}, rival=EVEN)
    assert one_way + market_share(weights=weights, own=EVEN, rival={**EVEN, "brand_equity": 9}) == pytest.approx(1)
    assert market_share(weights=weights, own=dict.fromkeys(DRIVERS, 1e6), rival=EVEN) == pytest.approx(1)


def test_a_seat_held_all_morning_and_the_cost_of_refusing():
    assert contribution_per_seat_hour(contribution=12, hours=4) == 3
    assert gain_from_refusing(**SEATS) == pytest.approx(20 * (0.9 * 15 - 3) - 2 * 15)
    assert gain_from_refusing(**{**SEATS, "chance_seat_is_wanted": 0, "others_who_leave": 0}) == -60


BAD = [
    (top_share, {"values": TEN, "share": 0.2}, {"values": [[], [1, "x"], [-5, 1]], "share": [0, 20]}),
    (whale_curve, {"values": TEN}, {"values": [[], [0, 0]]}),
    (whale_peak, {"values": TEN}, {"values": [[-1]]}),
    (average_ratio, {"customer_share": 0.2, "value_share": 0.8}, {"customer_share": [0, 1, 20], "value_share": [1, -0.1]}),
    (customer_tiers, {"values": TEN, "platinum_share": 0.04, "gold_share": 0.16}, {"values": [[]], "platinum_share": [4], "gold_share": [0.99]}),
    (return_on_moving_tier, {"success_rate": 0.1, "value_before": 200, "value_after": 900, "cost_per_customer": 40}, {"success_rate": [10], "value_before": ["x"], "cost_per_customer": [0]}),
    (customer_equity, {"values": [1]}, {"values": [[], [None]]}),
    (market_share, {"weights": EVEN, "own": EVEN, "rival": EVEN}, {"weights": [{}, 3, {**EVEN, "brand_equity": -1}], "own": [{"value_equity": 1}], "rival": [{**EVEN, "brand_equity": "x"}]}),
    (contribution_per_seat_hour, {"contribution": 12, "hours": 4}, {"contribution": ["x"], "hours": [0]}),
    (gain_from_refusing, SEATS, {"seats_held": [-1], "chance_seat_is_wanted": [90], "others_who_leave": [-2], "contribution_of_next": ["x"]}),
]  # fmt: skip


@every(("function", "good", "bad"), BAD, ids=lambda value: getattr(value, "__name__", ""))
def test_what_cannot_be_used_is_refused_with_a_sentence_that_helps(function, good, bad):
    assert complaints_about_all(function, good, bad) == []


# --- What the explorers' sentences must contain (read by test_pictures.py) ------------------------------------------------


def _whale_numbers(concentration, cost_to_serve):
    gross = [rank**-concentration for rank in range(1, 101)]
    values = [each - cost_to_serve * sum(gross) / 100 for each in gross]
    losing = sum(value < 0 for value in values)
    return f"{top_share(values, share=0.2) * 100:.0f} %", *([f"{losing} of 100"] if losing else [])


def _mover_numbers(iron_success, gold_success, iron_cost, gold_cost):
    iron, gold, platinum = figures.TIER_VALUES.values()
    return f"{iron_success * (gold - iron) / iron_cost:.2f}", f"{gold_success * (platinum - gold) / gold_cost:.2f}"


def _lever_numbers(**weights):
    return tuple(f"{(1 / (1 + math.exp(-weight)) - 0.5) * 100:.1f}" for weight in weights.values())


NUMBERS = {"whale": _whale_numbers, "pyramid_mover": _mover_numbers, "driver_levers": _lever_numbers}
