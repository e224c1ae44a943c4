"""Consumption value: golden rows (our examples; the sources have no numbers), edge cases, refusals, both typologies."""

import itertools
import math
from decimal import Decimal
from fractions import Fraction

import numpy
import pandas
import pytest

from crmlib import consumption_value as value
from crmlib import course, running_case
from crmlib.figures import consumption_value as figures
from crmlib.language import use_language
from tests.support.catalogue import every

A, B = figures.OFFER_A, figures.OFFER_B


def offers(**named):
    """A table of offers, each given by its eight components or by total value and total cost."""
    rows = []
    for name, parts in named.items():
        if not isinstance(parts, dict):
            worth, cost = parts
            parts = {**dict.fromkeys((*value.VALUE_COMPONENTS, *value.COST_COMPONENTS), 0), "product_value": worth, "monetary_price": cost}
        rows.append({"offer": name, **parts})
    return pandas.DataFrame(rows)


# ---- delivered value --------------------------------------------------------------------------------------------


def test_golden_rows_of_the_two_offers():
    assert (value.delivered_value(**A), value.delivered_value(**B)) == (15, 18)
    assert value.delivered_value(**{**A, "time_cost": 2}) == 21
    assert value.total_customer_value(**{name: A[name] for name in value.VALUE_COMPONENTS}) == 100
    assert value.total_customer_cost(**{name: A[name] for name in value.COST_COMPONENTS}) == 85


@every("component", (*value.VALUE_COMPONENTS, *value.COST_COMPONENTS))
def test_each_component_counts_once_and_with_its_sign(component):
    sign = 1 if component in value.VALUE_COMPONENTS else -1
    assert value.delivered_value(**{**A, component: A[component] + 7}) == 15 + sign * 7


def test_delivered_value_may_be_negative_and_values_too():
    assert value.delivered_value(**{**A, "monetary_price": 100}) == -15
    assert value.delivered_value(**{**A, "image_value": -10}) == -5


@every("kind", [int, float, Decimal, Fraction, numpy.int64, numpy.float32])
def test_every_kind_of_number_is_taken(kind):
    assert value.delivered_value(**{name: kind(number) for name, number in A.items()}) == 15


@every("wrong", ["60", None, True, math.nan, math.inf, [60], 3j])
def test_what_is_no_finite_number_is_refused(wrong):
    for name in A:
        with pytest.raises((TypeError, ValueError), match=name):
            value.delivered_value(**{**A, name: wrong})


def test_a_negative_cost_is_refused_in_both_languages():
    for language, words in (("en", "must not be negative"), ("zh", "不能为负数")):
        use_language(language)
        with pytest.raises(ValueError, match=words):
            value.delivered_value(**{**A, "time_cost": -1})
        with pytest.raises(ValueError, match="hours"):
            value.time_cost(hours=-1, value_of_time=20)


# ---- offers -----------------------------------------------------------------------------------------------------


def test_difference_and_ratio_can_disagree():
    table = offers(large=(200, 150), small=(40, 20))
    assert value.compare_offers(table, by="difference")["offer"].tolist() == ["large", "small"]
    ranked = value.compare_offers(table, by="ratio")
    assert ranked["offer"].tolist() == ["small", "large"]
    assert ranked["value_cost_ratio"].round(2).tolist() == [2, 1.33]
    assert ranked["customer_delivered_value"].tolist() == [20, 50]


def test_the_running_case():
    ranked = value.compare_offers(running_case.load("offers"), by="difference")
    assert ranked["customer_delivered_value"].tolist() == [54, 44, 18]
    assert ranked["offer"].tolist() == ["stone_bridge", "rival_roaster", "supermarket"]
    assert ranked["value_cost_ratio"].round(2).tolist() == [1.37, 1.33, 1.21]


def test_equal_offers_share_a_rank_also_in_floating_point():
    table = offers(a=(0.1 + 0.2, 0), b=(0.3, 0), c=(0.2, 0))
    assert value.compare_offers(table, by="difference")["rank"].tolist() == [1, 1, 3]
    assert value.best_offers(table) == ("a", "b")


def test_an_offer_without_cost_has_an_infinite_ratio_and_one_without_anything_an_even_one():
    ranked = value.compare_offers(offers(nothing=(0, 0), gift=(5, 0), paid=(9, 3)), by="ratio")
    assert ranked["offer"].tolist() == ["gift", "paid", "nothing"]
    assert ranked["value_cost_ratio"].tolist() == [math.inf, 3, 1]


def test_nothing_is_bought_where_all_are_negative_but_zero_is_good_enough():
    assert value.best_offers(offers(a=(5, 6), b=(1, 9))) == ()
    assert value.best_offers(offers(a=(5, 5), b=(1, 9))) == ("a",)


def test_lead_and_change_needed_draw_level():
    table = offers(A=A, B=B)
    assert value.lead(table, offer="A") == -3 and value.lead(table, offer="B") == 3
    needed = value.change_needed(table, offer="A").set_index("component")
    assert needed.loc["time_cost", "needed"] == 5 and needed.loc["service_value", "needed"] == 23
    assert needed["possible"].all()
    for component, due in needed["needed"].items():
        assert value.lead(offers(A={**A, component: due}, B=B), offer="A") == 0


def test_a_cost_cannot_be_cut_below_zero():
    needed = value.change_needed(offers(A={**A, "monetary_price": 78}, B=B), offer="A").set_index("component")
    assert not needed.loc["time_cost", "possible"] and needed.loc["time_cost", "needed"] == -3
    assert needed.loc["monetary_price", "possible"]


def test_sensitivity_of_each_component():
    found = value.sensitivity(offers(A=A, B=B), offer="A", change=0.5).set_index("component")
    assert found.loc["time_cost", ["gain", "customer_delivered_value", "rank"]].tolist() == [4, 19, 1]
    assert found.loc["mental_energy_cost", ["gain", "rank"]].tolist() == [2, 2]
    assert found["gain"].is_monotonic_decreasing and len(found) == 8


@pytest.mark.parametrize("language", ("en", "zh"))
def test_refusals_of_tables(language):
    use_language(language)
    table = offers(A=A, B=B)
    cases = [
        (ValueError, "time_cost", lambda: value.compare_offers(table.drop(columns="time_cost"), by="ratio")),
        (TypeError, "offers", lambda: value.compare_offers([A, B], by="ratio")),
        (ValueError, "by", lambda: value.compare_offers(table, by="price")),
        (ValueError, "A", lambda: value.compare_offers(pandas.concat([table, table]), by="ratio")),
        (ValueError, r"time_cost\[1\]", lambda: value.best_offers(table.assign(time_cost=[1, -1]))),
        (ValueError, r"image_value\[0\]", lambda: value.best_offers(table.assign(image_value=[math.nan, 1]))),
        (ValueError, "C", lambda: value.lead(table, offer="C")),
        (ValueError, "A", lambda: value.lead(table.head(1), offer="A")),
        (ValueError, "change", lambda: value.sensitivity(table, offer="A", change=50)),
        (ValueError, "hours", lambda: value.with_value_of_time(table, value_of_time=10)),
        (ValueError, "highest", lambda: value.segments_by_value_of_time(table.assign(hours=1), lowest=5, highest=5)),
        (TypeError, "active", lambda: value.experience_value(extrinsic=True, self_oriented=True, active="rather")),
        (ValueError, "name", lambda: value.one_switch_away("beauty")),
    ]
    for kind, words, call in cases:
        with pytest.raises(kind, match=words) as caught:
            call()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in str(caught.value)) == (language == "zh")


def test_the_callers_table_is_left_alone():
    table = running_case.load("offers")
    before = table.copy()
    value.compare_offers(table, by="ratio")
    value.with_value_of_time(table.assign(hours=1), value_of_time=3)
    pandas.testing.assert_frame_equal(table, before)


# ---- value of time ----------------------------------------------------------------------------------------------


def timed():
    table = running_case.load("offers")
    return table.assign(hours=table["time_cost"] / 20)


def test_the_running_case_by_value_of_time():
    found = value.segments_by_value_of_time(timed(), lowest=0, highest=120)
    assert found["offer"].tolist() == ["stone_bridge", "rival_roaster", "none"]
    assert found["value_of_time_to"].round(6).tolist() == [70, 108, 120]


def test_segments_agree_with_the_comparison_everywhere():
    table = timed()
    for row in value.segments_by_value_of_time(table, lowest=0, highest=150).itertuples():
        for share in (0.01, 0.5, 0.99):
            at = row.value_of_time_from + share * (row.value_of_time_to - row.value_of_time_from)
            assert (value.best_offers(value.with_value_of_time(table, value_of_time=at)) or ("none",))[0] == row.offer


def test_a_tie_that_does_not_exist_is_none():
    table = offers(a=(10, 2), b=(8, 2)).assign(hours=[1, 2])
    assert value.value_of_time_at_tie(table, first="a", second="b") is None  # a is better and quicker
    assert value.value_of_time_at_tie(table.assign(hours=1), first="a", second="b") is None
    assert value.value_of_time_at_tie(table.assign(hours=[2, 1]), first="a", second="b") == 2


# ---- typologies and management ----------------------------------------------------------------------------------


def test_eight_types_from_three_answers():
    found = [value.experience_value(extrinsic=e, self_oriented=s, active=a) for e, s, a in itertools.product((True, False), repeat=3)]
    assert tuple(found) == value.EXPERIENCE_VALUES and len(set(found)) == 8
    for name in found:
        kind = value.experience_value_dimensions(name)
        assert value.experience_value(extrinsic=kind.extrinsic, self_oriented=kind.self_oriented, active=kind.active) == name
        assert all(value.one_switch_away(other)[dimension] == name for dimension, other in value.one_switch_away(name).items())


def test_the_dimensions_are_those_of_the_exam_points_note():
    note = course.point("holbrook-eight-values").evidence_note.en
    for name, kind in ((name, value.experience_value_dimensions(name)) for name in value.EXPERIENCE_VALUES):
        shown = f"{name} ({'self' if kind.self_oriented else 'other'}, {'active' if kind.active else 'reactive'})"
        before, _, after = note.partition("Intrinsic: ")
        assert shown in (before if kind.extrinsic else after)


def test_experience_values_can_be_filtered():
    assert len(value.experience_values()) == 8
    assert value.experience_values(extrinsic=True, active=False)["experience_value"].tolist() == ["excellence", "esteem"]
    assert value.experience_value(extrinsic=numpy.True_, self_oriented=numpy.True_, active=numpy.True_) == "efficiency"


@pytest.mark.parametrize("language", ("en", "zh"))
def test_lists_are_those_of_the_exam_points(language):
    from crmlib import show

    use_language(language)
    pairs = [
        ("sheth-five-values", value.CONSUMPTION_VALUES),
        ("holbrook-eight-values", value.EXPERIENCE_VALUES),
        ("total-customer-value", value.VALUE_COMPONENTS),
        ("total-customer-cost", value.COST_COMPONENTS),
    ]
    for point, names in pairs:
        assert [show.heading(name) for name in names] == [str(item) for item in course.point(point).items]
    assert len(value.consumption_values()) == 5


def test_the_process_and_the_value_chain():
    process = value.value_management_process()
    assert [len(steps) for steps in value.VALUE_MANAGEMENT_PROCESS.values()] == [3, 2, 2]
    assert process.groupby("stage", sort=False).size().index.tolist() == list(value.VALUE_MANAGEMENT_PROCESS)
    chain = value.value_chain()
    figures_of = course.point("porter-value-chain").figures
    assert (chain["kind"] == "primary_activity").sum() == figures_of["primary"]
    support = chain[chain["kind"] == "support_activity"]
    assert len(support) == figures_of["support_in_porter"] and support["on_the_slide"].sum() == figures_of["support_in_source"]


# ---- what the explorers' sentences must say ---------------------------------------------------------------------


def _balance_numbers(**changed):
    own = value.delivered_value(**{**A, **changed})
    return (f"delivered value {own:g}".replace("-", "−"), "75 − 57 = 18")


def _time_numbers(value_of_time, market_hours, delivery_fee):
    shop = 78 - value_of_time
    found = value.segments_by_value_of_time(figures._shopping(market_hours, delivery_fee), lowest=0, highest=120)
    last = found["value_of_time_from"].iloc[-1]
    return f"corner shop {shop:g}".replace("-", "−"), f"from {round(last, 1):g} to 120"


def _cube_numbers(intrinsic, self_oriented, reactive):
    name = value.experience_value(extrinsic=intrinsic == 0, self_oriented=self_oriented == 1, active=reactive == 0)
    return (f": {name},", f"{value.one_switch_away(name)['active']} (")


NUMBERS = {"delivered_value_balance": _balance_numbers, "value_of_time": _time_numbers, "holbrook_cube": _cube_numbers}
