"""The formulas of lesson 01: golden rows, edge cases, refusals in both languages, and what its explorers must say."""

import math

import pandas
import pytest

from crmlib.figures import foundations as figures
from crmlib.foundations import (
    CRITERIA,
    CRITERIA_GROUPS,
    HEALTH_INDICATORS,
    customers_over_years,
    market_after,
    relationship_health,
    switching_share,
    valuable_customer_ranking,
    valuable_customer_score,
    years_of_growth,
)
from tests.support.catalogue import every
from tests.support.refusals import complaints_about_all

SAME = dict.fromkeys(CRITERIA, 1)
FIVES = dict.fromkeys(CRITERIA, 5)
GARDEN = {
    "start": 1000, "years": 10, "budget": 60_000, "acquisition_share": 0.5, "acquisition_cost": 200,
    "lowest_retention": 0.6, "highest_retention": 0.9, "keeping_spend": 30,
}  # fmt: skip
HEALTHY = {"satisfaction": 4.0, "retention_rate": 0.8, "defection_rate": 0.2, "loyalty": 0.6, "net_worth": 900}


def test_nine_criteria_in_groups_of_five_two_and_two():
    assert [len(names) for names in CRITERIA_GROUPS.values()] == [5, 2, 2]
    assert len(set(CRITERIA)) == 9


@every(
    ("scores", "weights", "due"),
    [
        (FIVES, SAME, 5),
        ({**FIVES, "net_worth": 9}, {**SAME, "net_worth": 8}, 7),  # (8*5 + 8*9) / 16
        ({**FIVES, "influence": 0}, {**SAME, "influence": 0}, 5),
        ({**FIVES, "influence": 10, "cost_to_serve": 0}, {**dict.fromkeys(CRITERIA, 0), "influence": 3, "cost_to_serve": 1}, 7.5),
        (dict.fromkeys(CRITERIA, 10), {**SAME, "influence": 0.5}, 10),
        (dict.fromkeys(CRITERIA, 0), SAME, 0),
    ],
)
def test_a_score_is_the_weighted_mean(scores, weights, due):
    assert math.isclose(valuable_customer_score(scores=scores, weights=weights), due)


def test_a_ranking_is_best_first_and_equal_scores_share_a_rank():
    table = pandas.DataFrame({"customer": ["a", "b", "c", "d"], **{name: [5, 7, 5, 1] for name in CRITERIA}})
    found = valuable_customer_ranking(table, weights=SAME)
    assert found["customer"].tolist() == ["b", "a", "c", "d"]
    assert found["rank"].tolist() == [1, 2, 2, 4]
    assert table["customer"].tolist() == ["a", "b", "c", "d"], "the table that was given is left alone"


@every("name", HEALTH_INDICATORS)
def test_only_defection_improves_by_falling(name):
    higher = relationship_health(before=HEALTHY, after={**HEALTHY, name: HEALTHY[name] + 0.1})
    lower = relationship_health(before=HEALTHY, after={**HEALTHY, name: HEALTHY[name] - 0.1})
    good, bad = ("worse", "improved") if name == "defection_rate" else ("improved", "worse")
    assert (higher.pop(name), lower.pop(name)) == (good, bad)
    assert set(higher.values()) == set(lower.values()) == {"unchanged"}


def test_a_year_of_hunting_of_gardening_and_of_both():
    def year(share):
        return customers_over_years(**{**GARDEN, "years": 1, "acquisition_share": share}).iloc[0]

    # All hunting: 60000/200 = 300 come, 40 % of 1000 leave.
    assert year(1)[["won", "lost", "end"]].tolist() == pytest.approx([300, 400, 900])
    # All gardening: 60 a customer is twice what brings retention half the way: 0.9 - 0.3/4 = 0.825.
    assert year(0)[["won", "lost", "end", "retention_rate"]].tolist() == pytest.approx([0, 175, 825, 0.825])
    # Half and half: 150 come; 30 a customer, 0.9 - 0.15 = 0.75.
    assert year(0.5)[["won", "lost", "end", "retention_rate"]].tolist() == pytest.approx([150, 250, 900, 0.75])


def test_every_year_adds_up_and_begins_where_the_last_ended():
    path = customers_over_years(**GARDEN)
    assert len(path) == 10
    assert (path["start"] + path["won"] - path["lost"]).tolist() == pytest.approx(path["end"].tolist())
    assert path["start"].tolist()[1:] == path["end"].tolist()[:-1]


def test_hunting_alone_ends_where_as_many_leave_as_come():
    path = customers_over_years(**{**GARDEN, "acquisition_share": 1, "years": 60})
    assert path["end"].iloc[-1] == pytest.approx(300 / 0.4, rel=1e-6)  # won / (1 - lowest retention)


def test_without_money_and_without_hope_everybody_leaves():
    path = customers_over_years(**{**GARDEN, "budget": 0, "lowest_retention": 0, "years": 3})
    assert path["end"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(("won", "lost", "due"), [([3, 3], [1, 2], 2), ([3, 3], [3, 1], 0), ([3, 3, 3], [1, 4, 1], 1)])
def test_years_of_growth_end_with_the_first_year_that_does_not_grow(won, lost, due):
    assert years_of_growth(pandas.DataFrame({"won": won, "lost": lost})) == due


@every(
    ("gap", "cost", "due"),
    [(5, 10, 0.25), (5, 2.5, 1), (5, 0, 1), (0, 0, 0), (0, 10, 0), (-5, 10, 0), (20, 10, 1), (30, 10, 1), (0.01, 0, 1)],
)
def test_who_switches(gap, cost, due):
    assert switching_share(value_gap=gap, switching_cost=cost) == pytest.approx(due)


@every(("share", "gap", "cost", "due"), [(0.5, -5, 10, 0.375), (0.5, 5, 10, 0.625), (0.5, 0, 0, 0.5), (0.2, 1, 0, 1), (1, -1, 0, 0)])
def test_the_market_after_everybody_has_chosen(share, gap, cost, due):
    found = market_after(share=share, value_gap=gap, switching_cost=cost)
    assert found == pytest.approx(due)
    assert found + market_after(share=1 - share, value_gap=-gap, switching_cost=cost) == pytest.approx(1)


BAD = [
    (valuable_customer_score, {"scores": FIVES, "weights": SAME}, {"scores": [{}, 5, {**FIVES, "net_worth": 11}, {**FIVES, "other": 1}, {**FIVES, "influence": "x"}]}),
    (valuable_customer_score, {"scores": FIVES, "weights": SAME}, {"weights": [{}, dict.fromkeys(CRITERIA, 0), {**SAME, "influence": -1}]}),
    (relationship_health, {"before": HEALTHY, "after": HEALTHY}, {"before": [{}, 3, {**HEALTHY, "retention_rate": 80}], "after": [{**HEALTHY, "loyalty": "x"}]}),
    (customers_over_years, GARDEN, {"start": [0], "years": [0, 101, 2.5], "budget": [-1], "acquisition_share": [1.5], "acquisition_cost": [0], "lowest_retention": [0.95], "highest_retention": [2], "keeping_spend": [0]}),
    (switching_share, {"value_gap": 5, "switching_cost": 10}, {"value_gap": ["x"], "switching_cost": [-1]}),
    (market_after, {"share": 0.5, "value_gap": 5, "switching_cost": 10}, {"share": [50], "value_gap": [None], "switching_cost": [-1]}),
]  # fmt: skip


@every(("function", "good", "bad"), BAD, ids=lambda value: getattr(value, "__name__", ""))
def test_what_cannot_be_used_is_refused_with_a_sentence_that_helps(function, good, bad):
    assert complaints_about_all(function, good, bad) == []


# --- What the explorers' sentences must contain (read by test_pictures.py) ------------------------------------------------


def _scorecard_numbers(strategic, current_contribution, future_contribution, profitability):
    weights = dict.fromkeys(CRITERIA_GROUPS["strategic"], strategic) | dict.fromkeys(CRITERIA_GROUPS["profitability"], profitability)
    weights |= {"current_contribution": current_contribution, "future_contribution": future_contribution}
    if not any(weights.values()):
        return ()  # refused: the last sentence stays
    best = valuable_customer_ranking(figures.prospects(), weights=weights)["score"].max()
    return (f"{best:.1f}",)


def _garden_numbers(acquisition_share, budget):
    path = customers_over_years(**{**figures.GARDEN, "acquisition_share": acquisition_share, "budget": budget * 1000})
    return f"{path['end'].iloc[-1]:,.0f}", f"{path['won'].iloc[-1]:,.0f}", f"{path['lost'].iloc[-1]:,.0f}"


def _switching_numbers(value_gap, switching_cost):
    moved = switching_share(value_gap=value_gap, switching_cost=switching_cost)
    return (f"{moved * 100:.0f} of 100", f"{market_after(share=0.5, value_gap=-value_gap, switching_cost=switching_cost) * 100:.0f}")


NUMBERS = {"valuable_customer_scorecard": _scorecard_numbers, "hunting_or_gardening": _garden_numbers, "switching_cost_market": _switching_numbers}
