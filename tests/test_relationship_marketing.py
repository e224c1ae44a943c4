"""The formulas of lesson 03: golden rows, edge cases, refusals in both languages, and what its explorers must say."""

import itertools

import pandas
import pytest

from crmlib import running_case
from crmlib.figures import relationship_marketing as figures
from crmlib.relationship_marketing import (
    MODES,
    break_even_horizon,
    growth_under_bonus,
    marketing_mode,
    promises_to_repair,
    relationship_advantage,
    relationship_by_customer,
    retention_from_switching_cost,
    trust_after,
)
from tests.support.catalogue import every
from tests.support.refusals import complaints_about_all

MODE = {"horizon": 5, "switching_cost": 40_000, "horizon_boundary": 2, "switching_cost_boundary": 10_000}
PAYS = {"horizon": 10, "retention_rate": 0.9, "investment": 200, "care_per_period": 20, "selling_cost": 60}
TEAM = {
    "start": 1000, "years": 3, "acquisition_weight": 0.5, "contracts_at_full_time": 300, "lowest_retention": 0.6, "highest_retention": 0.9,
    "margin": 100, "cost_per_contract": 50,
}  # fmt: skip


@every(
    ("horizon", "cost", "due"),
    [(5, 40_000, "relationship"), (1, 40_000, "depends"), (5, 100, "depends"), (1, 100, "transaction"), (2, 10_000, "relationship"), (0, 0, "transaction")],
)
def test_both_make_a_relationship_neither_a_transaction_and_one_alone_depends(horizon, cost, due):
    assert marketing_mode(**{**MODE, "horizon": horizon, "switching_cost": cost}) == due
    assert due in MODES


@every(("cost", "due"), [(0, 0), (100, 0.5), (300, 0.75), (900, 0.9)])
def test_who_stays_by_switching_cost(cost, due):
    assert retention_from_switching_cost(switching_cost=cost, temptation=100) == pytest.approx(due)


@every(
    ("changed", "due"),
    [
        ({"retention_rate": 1}, 200),  # 10 * 40 - 200
        ({"retention_rate": 0}, -160),  # one period's 40 - 200
        ({"horizon": 1}, -160),
        ({"retention_rate": 0.5, "horizon": 2}, -140),  # 40 + 20 - 200
        ({"retention_rate": 1, "care_per_period": 60}, -200),  # care as dear as selling: only the investment is left
        ({"retention_rate": 1, "care_per_period": 80}, -400),
    ],
)
def test_what_a_relationship_saves_against_what_was_put_into_it(changed, due):
    assert relationship_advantage(**{**PAYS, **changed}) == pytest.approx(due)


def test_a_longer_horizon_and_a_higher_switching_cost_never_make_it_worse():
    for horizon, kept in itertools.product(range(1, 12), (0, 0.3, 0.8, 1)):
        here = relationship_advantage(**{**PAYS, "horizon": horizon, "retention_rate": kept})
        assert relationship_advantage(**{**PAYS, "horizon": horizon + 1, "retention_rate": kept}) >= here
        assert relationship_advantage(**{**PAYS, "horizon": horizon, "retention_rate": min(1, kept + 0.1)}) >= here


@every(("kept", "investment", "due"), [(1, 200, 6), (1, 199, 5), (0.5, 200, None), (0.5, 70, 4), (0, 0, 1), (1, 0, 1)])
def test_from_which_horizon_on_it_pays(kept, investment, due):
    assert break_even_horizon(retention_rate=kept, investment=investment, care_per_period=20, selling_cost=60, longest=30) == due


def test_trust_grows_a_little_and_falls_far():
    assert trust_after([True, True, False], start=0.5, gain=0.2, loss=0.5) == [0.6, 0.68, 0.34]
    assert trust_after([1, 0], start=0, gain=1, loss=1) == [1, 0]


@every(("trust", "gain", "loss", "due"), [(0.8, 0.1, 0.5, 11), (0.5, 0.5, 0.5, 1), (0.8, 0.1, 0, 0), (0, 0.1, 0.9, 0), (0.5, 0, 0.5, None), (1, 0.5, 0.5, None), (1, 1, 1, 1)])
def test_how_many_kept_promises_repair_a_broken_one(trust, gain, loss, due):
    assert promises_to_repair(trust=trust, gain=gain, loss=loss) == due
    if due:
        path = trust_after([False] + [True] * due, start=trust, gain=gain, loss=loss)
        assert path[-1] >= trust - 1e-9 > path[-2] - 1e-9


def test_a_team_paid_for_contracts_signs_many_and_keeps_few():
    hunting = growth_under_bonus(**{**TEAM, "acquisition_weight": 1}).iloc[0]
    assert hunting[["new", "lost", "customers", "contribution"]].tolist() == [300, 400, 900, 900 * 100 - 300 * 50]
    keeping = growth_under_bonus(**{**TEAM, "acquisition_weight": 0}).iloc[0]
    assert keeping[["new", "lost", "customers"]].tolist() == pytest.approx([0, 100, 900])
    both = growth_under_bonus(**TEAM)
    assert both.iloc[0][["new", "lost", "customers"]].tolist() == pytest.approx([150, 250, 900])
    assert len(both) == 3


FIRMS = pandas.DataFrame(
    [(1, 1000, "none", 0), (2, 1000, "hours; plan", 3), (3, 0, "hours", 1)],
    columns=["customer_id", "yearly_volume", "information_shared", "problems_solved_jointly"],
)
BY_CUSTOMER = {
    "customers": FIRMS, "years_ahead": {"hours": 1, "plan": 3}, "cost_per_problem": 1000, "temptation": 1000,
    "investment_share": 0.12, "care_share": 0.04, "selling_share": 0.1,
}  # fmt: skip


def test_customer_by_customer_horizon_and_switching_cost_come_from_what_is_shared_and_solved():
    found = relationship_by_customer(**BY_CUSTOMER)
    assert found["horizon"].tolist() == [1, 3, 1]
    assert found["switching_cost"].tolist() == [0, 3000, 1000]
    assert found["retention_rate"].tolist() == [0, 0.75, 0.5]
    # 1000 * (0.10 - 0.04) = 60 a year, 120 once: 60 - 120; 60 * (1 + 0.75 + 0.5625) - 120; nothing without volume
    assert found["advantage"].tolist() == pytest.approx([-60, 18.75, 0])


def test_a_piece_of_information_that_nobody_knows_is_named_with_those_that_are_known():
    with pytest.raises(ValueError, match="'gossip'.*hours, plan"):
        relationship_by_customer(**{**BY_CUSTOMER, "customers": FIRMS.assign(information_shared="hours;gossip")})


def test_at_stone_bridge_the_largest_buyer_is_no_case_for_a_relationship_and_the_smallest_of_the_five_is():
    found = figures._case().set_index("customer_id")
    assert set(running_case.YEARS_AHEAD) == set(running_case.INFORMATION_SENSITIVITY)
    named = found.loc[list(figures.NAMED)]
    assert named["yearly_volume"].idxmax() == 20164 and named.loc[20164, "advantage"] == pytest.approx(-0.06 * 35_530)
    assert named["yearly_volume"].idxmin() == 20170 and named.loc[20170, "advantage"] == pytest.approx(1426 * (0.06 * sum((6 / 7) ** year for year in range(5)) - 0.12))
    scene = figures.running_case_map().now
    assert (scene.count, scene.chosen) == (224, 63) == (len(found), (found["advantage"] > 0).sum())
    assert scene.everybody < 0 < scene.gain


BAD = [
    (marketing_mode, MODE, {"horizon": [-1], "switching_cost": ["x"], "horizon_boundary": [0], "switching_cost_boundary": [0]}),
    (retention_from_switching_cost, {"switching_cost": 1, "temptation": 1}, {"switching_cost": [-1], "temptation": [0]}),
    (relationship_advantage, PAYS, {"horizon": [0, 201, 1.5], "retention_rate": [80], "investment": [-1], "selling_cost": ["x"]}),
    (break_even_horizon, {**{name: value for name, value in PAYS.items() if name != "horizon"}, "longest": 20}, {"longest": [0, 500], "retention_rate": [2]}),
    (relationship_by_customer, BY_CUSTOMER, {"customers": [3, FIRMS.iloc[:0], FIRMS.drop(columns="yearly_volume"), FIRMS.assign(yearly_volume=-1), FIRMS.assign(information_shared=None)], "years_ahead": [5, {"plan": 0}], "cost_per_problem": [-1], "temptation": [0], "investment_share": [12], "care_share": ["x"], "selling_share": [2]}),
    (trust_after, {"promises": [True], "start": 0.5, "gain": 0.1, "loss": 0.5}, {"promises": [[], 3, ["kept"]], "start": [50], "gain": [2], "loss": [-1]}),
    (promises_to_repair, {"trust": 0.5, "gain": 0.1, "loss": 0.5}, {"trust": [80], "gain": ["x"], "loss": [5]}),
    (growth_under_bonus, TEAM, {"start": [0], "years": [0, 101], "acquisition_weight": [90], "lowest_retention": [0.95], "margin": ["x"], "cost_per_contract": [-1]}),
]  # fmt: skip


@every(("function", "good", "bad"), BAD, ids=lambda value: getattr(value, "__name__", ""))
def test_what_cannot_be_used_is_refused_with_a_sentence_that_helps(function, good, bad):
    assert complaints_about_all(function, good, bad) == []


# --- What the explorers' sentences must contain (read by test_pictures.py) ------------------------------------------------


def _pays_numbers(switching_cost, horizon, investment):
    kept = switching_cost / (switching_cost + figures.TEMPTATION)
    advantage = sum(kept**period for period in range(horizon)) * 40 - investment
    return f"{kept * 100:.0f} %", f"{abs(advantage):,.0f} yuan more"


def _trust_numbers(kept_before, gain, loss):
    before = 1 - 0.5 * (1 - gain) ** kept_before
    return f"stands at {before * 100:.0f} %", f"back to {before * (1 - loss) * 100:.0f} %"


def _bonus_numbers(acquisition_weight, cost_per_contract):
    path = growth_under_bonus(acquisition_weight=acquisition_weight, cost_per_contract=cost_per_contract, **figures.TEAM)
    return f"{path['new'].iloc[-1]:,.0f} a year", f"has {path['customers'].iloc[-1]:,.0f} customers"


NUMBERS = {"where_relationships_pay": _pays_numbers, "promise_keeper": _trust_numbers, "what_is_rewarded": _bonus_numbers}
