"""The formulas of lesson 02: golden rows, edge cases, refusals in both languages, and what its explorers must say."""

import inspect
import itertools
from decimal import Decimal

import numpy
import pandas
import pytest

from crmlib import relationships, running_case
from crmlib.language import use_language
from crmlib.relationships import (
    CLOSENESS_TYPES,
    DEVELOPMENT_STEPS,
    LEVERS,
    STAGES,
    VOLUME_LOYALTY_TYPES,
    closeness_type,
    development_flow,
    development_levers,
    development_step,
    diagnose_stage,
    diagnose_stages,
    leaves_under_price_attack,
    price_attack_table,
    prospects_needed,
    stage_path,
    volume_loyalty_table,
    volume_loyalty_type,
)
from tests.support.catalogue import every
from tests.support.refusals import complaints

# --- Closeness ---------------------------------------------------------------------------------------------------------


@every(
    ("case", "direct_contact", "in_person", "confides", "due"),
    [
        ("dentist and patient", True, True, True, "intimate"),
        ("guest and hotel staff", True, True, False, "face_to_face"),
        ("customer and internet service provider", True, False, False, "distant"),
        ("maker of Coca-Cola and consumer", False, False, False, "brand"),
        ("a doctor by telephone", True, False, True, "intimate"),
    ],
)
def test_the_exams_four_examples_have_the_exams_four_types(case, direct_contact, in_person, confides, due):
    assert closeness_type(direct_contact=direct_contact, in_person=in_person, confides=confides) == due, case


def test_closeness_reads_yes_and_no_as_a_table_holds_them():
    for yes, no in ((True, False), (1, 0), (numpy.bool_(True), numpy.bool_(False)), (numpy.int64(1), numpy.int64(0))):
        assert closeness_type(direct_contact=yes, in_person=no, confides=no) == "distant"


# --- Volume and loyalty ------------------------------------------------------------------------------------------------

BOUNDARIES = {"volume_boundary": 6000, "loyalty_boundary": 0.6}


@every(
    ("volume", "loyalty", "due"),
    [
        (9000, 0.9, "partner"),
        (9000, 0.3, "functional"),
        (500, 0.9, "emotional"),
        (500, 0.3, "drifting"),
        (6000, 0.6, "partner"),
        (6000, 0.59, "functional"),
        (5999, 0.6, "emotional"),
        (0, 0, "drifting"),
        (0, 1, "emotional"),
    ],
)
def test_four_types_and_a_value_at_its_boundary_is_high(volume, loyalty, due):
    assert volume_loyalty_type(volume=volume, loyalty=loyalty, **BOUNDARIES) == due


def test_another_boundary_gives_another_type():
    assert volume_loyalty_type(volume=9000, loyalty=0.3, volume_boundary=10_000, loyalty_boundary=0.6) == "drifting"
    assert volume_loyalty_type(volume=9000, loyalty=0.3, volume_boundary=6000, loyalty_boundary=0.3) == "partner"


CUSTOMERS = pandas.DataFrame({"yearly_volume": [9000, 12_000, 9000, 500, 700, 900], "share_of_wallet": [0.9, 0.7, 0.3, 0.9, 0.2, 0.3]})


def test_the_table_of_types_counts_every_customer_once():
    found = volume_loyalty_table(CUSTOMERS, **BOUNDARIES)
    assert found["relationship_type"].tolist() == list(VOLUME_LOYALTY_TYPES)
    assert found["customers"].tolist() == [2, 1, 1, 2]
    assert found["volume"].tolist() == [21_000, 9000, 500, 1600]
    assert found["customer_share"].sum() == pytest.approx(1) and found["volume_share"].sum() == pytest.approx(1)


def test_a_type_without_customers_stays_in_the_table():
    found = volume_loyalty_table(CUSTOMERS.head(2), **BOUNDARIES)
    assert found["customers"].tolist() == [2, 0, 0, 0]
    assert pandas.isna(price_attack_table(CUSTOMERS.head(2), price_gap=0.3, gap_resisted=0.3, switching_cost=0, **BOUNDARIES)["leaving_share"][1])


def test_shares_of_nothing_bought_are_missing_not_zero():
    assert volume_loyalty_table(CUSTOMERS.assign(yearly_volume=0), **BOUNDARIES)["volume_share"].isna().all()


@every(
    ("volume", "loyalty", "gap", "switching_cost", "due"),
    [
        (9000, 0.3, 0.15, 400, True),  # 9000 * (0.15 - 0.09) = 540
        (9000, 0.3, 0.15, 600, False),
        (9000, 0.3, 0.15, 540.1, False),
        (900, 0.3, 0.15, 400, False),  # the same loyalty, but 54 yuan are not worth the trouble
        (9000, 1, 0.3, 0, False),  # a fully loyal customer resists the gap itself
        (9000, 0, 0, 0, False),
        (0, 0, 1, 0, False),
    ],
)
def test_a_customer_leaves_when_the_saving_is_worth_more_than_loyalty_and_switching(volume, loyalty, gap, switching_cost, due):
    given = {"volume": volume, "loyalty": loyalty, "price_gap": gap, "gap_resisted": 0.3, "switching_cost": switching_cost}
    assert leaves_under_price_attack(**given) is due


def test_functional_customers_leave_first_although_they_buy_most():
    found = price_attack_table(CUSTOMERS, price_gap=0.15, gap_resisted=0.3, switching_cost=400, **BOUNDARIES).set_index("relationship_type")
    assert found["customers_leaving"].to_dict() == {"partner": 0, "functional": 1, "emotional": 0, "drifting": 0}
    assert found.loc["functional", "volume_leaving"] == 9000 and found.loc["functional", "leaving_share"] == 1


def test_a_larger_gap_never_keeps_a_customer_that_a_smaller_one_drove_away():
    for volume, loyalty in itertools.product((100, 5000, 50_000), (0, 0.3, 0.9)):
        left = [
            leaves_under_price_attack(volume=volume, loyalty=loyalty, price_gap=gap / 100, gap_resisted=0.3, switching_cost=400) for gap in range(0, 60)
        ]
        assert left == sorted(left)


# --- Stages ------------------------------------------------------------------------------------------------------------


@every(
    ("sensitivity", "problems", "supply", "stage", "reason"),
    [
        (0, 0, 0.95, "basic", "exchange_only"),
        (1, 0, 0.95, "basic", "exchange_only"),
        (1, 3, 0.95, "basic", "exchange_only"),
        (2, 0, 0.95, "cooperative", "useful_not_sensitive"),
        (2, 3, 0.95, "cooperative", "useful_not_sensitive"),
        (3, 0, 0.95, "cooperative", "sensitive_alone"),
        (3, 1, 0.95, "interdependent", "sensitive_and_joint"),
        (3, 6, 0.85, "interdependent", "sensitive_and_joint"),
        (3, 6, 0.849, "basic", "supply_fails"),
        (0, 0, 0.5, "basic", "supply_fails"),
    ],
)
def test_the_stage_follows_from_the_evidence_with_its_reason(sensitivity, problems, supply, stage, reason):
    found = diagnose_stage(
        information_sensitivity=sensitivity, problems_solved_jointly=problems, supply_reliability=supply, reliability_needed=0.85
    )
    assert (found.stage, found.reason) == (stage, reason)


def test_raising_sensitivity_while_supply_fails_lifts_nothing_but_what_information_suggests():
    found = [
        diagnose_stage(information_sensitivity=level, problems_solved_jointly=2, supply_reliability=0.8, reliability_needed=0.85) for level in range(4)
    ]
    assert {each.stage for each in found} == {"basic"}
    assert [each.stage_by_information for each in found] == ["basic", "basic", "cooperative", "interdependent"]


def test_every_reason_is_said_in_both_languages():
    for language in ("en", "zh"):
        use_language(language)
        said = {
            diagnose_stage(information_sensitivity=level, problems_solved_jointly=joint, supply_reliability=supply, reliability_needed=0.85).words
            for level, joint, supply in itertools.product(range(4), (0, 2), (0.5, 0.9))
        }
        assert len(said) == 5 and all(any("\u4e00" <= letter <= "\u9fff" for letter in words) == (language == "zh") for words in said)


def test_nothing_in_the_diagnosis_asks_for_years_or_volume():
    assert not {"years_as_customer", "yearly_volume", "volume", "years"} & set(inspect.signature(diagnose_stage).parameters)


def test_a_table_of_evidence_keeps_its_columns_and_is_not_changed():
    evidence = pandas.DataFrame({"customer_id": [1, 2], "information_sensitivity": [3, 1], "problems_solved_jointly": [2, 0], "supply_reliability": [0.7, 0.99]})
    before = evidence.copy()
    found = diagnose_stages(evidence, reliability_needed=0.85)
    assert found["stage"].tolist() == ["basic", "basic"] and found["reason"].tolist() == ["supply_fails", "exchange_only"]
    assert found["stage_by_information"].tolist() == ["interdependent", "basic"] and found["customer_id"].tolist() == [1, 2]
    pandas.testing.assert_frame_equal(evidence, before)


def test_on_the_running_case_failing_supply_tells_of_next_years_fall():
    truth = running_case.load("truth_businesses")
    found = diagnose_stages(running_case.load("relationships"), reliability_needed=0.85).merge(truth, on=["customer_id", "year"], suffixes=("", "_true"))
    assert (found["stage_by_information"] == found["stage_true"]).mean() > 0.9
    later = truth.assign(year=truth["year"] - 1)[["customer_id", "year", "stage"]].rename(columns={"stage": "next_stage"})
    failing = found[found["reason"] == "supply_fails"].merge(later, on=["customer_id", "year"])
    assert len(failing) > 40 and (failing["next_stage"] == "basic").all()


@every(
    ("basic", "cooperative", "start", "due"),
    [
        ([0.9, 0.9, 0.6], [0.5, 0.8, 0.9], "basic", ["cooperative", "interdependent", "basic"]),
        ([0.9, 0.9, 0.9], [0.9, 0.9, 0.9], "basic", ["cooperative", "interdependent", "interdependent"]),
        ([0.9, 0.9], [0.1, 0.1], "basic", ["cooperative", "cooperative"]),  # stays: the cooperative needs are not met
        ([0.7, 0.7], [1, 1], "basic", ["basic", "basic"]),  # the sum of 1.7 lifts nothing
        ([0.8], [0.8], "cooperative", ["interdependent"]),  # at the threshold a need is met
        ([0.79], [1], "interdependent", ["basic"]),
        ([1], [0.79], "interdependent", ["cooperative"]),
        ([0.1], [0.1], "interdependent", ["basic"]),
    ],
)
def test_the_path_rises_one_step_stays_or_falls_back(basic, cooperative, start, due):
    assert stage_path(basic_needs=basic, cooperative_needs=cooperative, threshold=0.8, start=start) == tuple(due)


def test_no_path_ever_rises_by_two_steps_or_rises_while_a_lower_need_is_not_met():
    for scores in itertools.product((0.5, 0.9), repeat=6):
        basic, cooperative = scores[:3], scores[3:]
        for start in STAGES:
            before = STAGES.index(start)
            path = stage_path(basic_needs=basic, cooperative_needs=cooperative, threshold=0.8, start=start)
            for low, high, stage in zip(basic, cooperative, path):
                now = STAGES.index(stage)
                assert now <= before + 1
                if now > before:
                    assert low >= 0.8 and (now < 2 or high >= 0.8)
                before = now


def test_scores_may_stand_in_a_column():
    years = pandas.DataFrame({"basic": [0.9, 0.9], "cooperative": [0.9, 0.9]})
    path = stage_path(basic_needs=years["basic"], cooperative_needs=years["cooperative"], threshold=0.8, start="basic")
    assert path == ("cooperative", "interdependent")


# --- Development steps -------------------------------------------------------------------------------------------------

FLOW = {
    "prospects": 1000,
    "to_first_time": 0.1,
    "to_client": 0.3,
    "to_partner": 0.1,
    "cost_per_prospect": 20,
    "cost_per_first_time_customer": 60,
    "cost_per_client": 200,
}


@every(
    ("orders", "referrals", "due"),
    [
        (0, 0, "prospective_customer"),
        (0, 3, "prospective_customer"),
        (1, 0, "first_time_customer"),
        (4, 2, "first_time_customer"),
        (5, 0, "client"),
        (5, 1, "business_partner"),
        (50, 0, "client"),
    ],
)
def test_a_step_follows_from_orders_and_referrals(orders, referrals, due):
    assert development_step(orders=orders, referrals=referrals, orders_of_client=5) == due
    assert due in DEVELOPMENT_STEPS


def test_the_flow_multiplies_the_rates_and_spends_on_everybody_at_every_step():
    found = development_flow(**FLOW)
    assert found.counts == pytest.approx((1000, 100, 30, 3))
    assert found.costs == pytest.approx((20_000, 6000, 6000))
    assert found.total_cost == pytest.approx(32_000) and found.cost_per_partner == pytest.approx(32_000 / 3)


def test_without_partners_there_is_no_cost_per_partner():
    assert development_flow(**{**FLOW, "to_client": 0}).cost_per_partner is None
    assert development_flow(**{**FLOW, "prospects": 0}).total_cost == 0
    assert development_levers(factor=2, **{**FLOW, "to_partner": 0})["cost_per_extra_partner"].isna().all()


def test_every_lever_brings_as_many_partners_and_later_ones_cost_less():
    found = development_levers(factor=2, **FLOW)
    assert found["lever"].tolist() == list(LEVERS)
    assert found["extra_partners"].tolist() == pytest.approx([3, 3, 3, 3])
    assert found["extra_cost"].tolist() == pytest.approx([32_000, 12_000, 6000, 0])
    assert found["cost_per_extra_partner"].is_monotonic_decreasing


def test_prospects_needed_turns_the_flow_round():
    assert prospects_needed(partners=3, to_first_time=0.1, to_client=0.3, to_partner=0.1) == pytest.approx(1000)
    assert prospects_needed(partners=0, to_first_time=0.1, to_client=0.3, to_partner=0.1) == 0


# --- Refusals ----------------------------------------------------------------------------------------------------------

EVIDENCE = pandas.DataFrame({"information_sensitivity": [2], "problems_solved_jointly": [1], "supply_reliability": [0.9]})
ATTACK = {"price_gap": 0.1, "gap_resisted": 0.3, "switching_cost": 400}
RATES = {"to_first_time": 0.1, "to_client": 0.3, "to_partner": 0.1}
CALLS = {
    closeness_type: {"direct_contact": True, "in_person": False, "confides": False},
    volume_loyalty_type: {"volume": 9000, "loyalty": 0.3, **BOUNDARIES},
    volume_loyalty_table: {"customers": CUSTOMERS, **BOUNDARIES},
    leaves_under_price_attack: {"volume": 9000, "loyalty": 0.3, **ATTACK},
    price_attack_table: {"customers": CUSTOMERS, **ATTACK, **BOUNDARIES},
    diagnose_stage: {"information_sensitivity": 2, "problems_solved_jointly": 1, "supply_reliability": 0.9, "reliability_needed": 0.85},
    diagnose_stages: {"evidence": EVIDENCE, "reliability_needed": 0.85},
    stage_path: {"basic_needs": [0.9], "cooperative_needs": [0.5], "threshold": 0.8, "start": "basic"},
    development_step: {"orders": 3, "referrals": 0, "orders_of_client": 5},
    development_flow: FLOW,
    development_levers: {"factor": 2, **FLOW},
    prospects_needed: {"partners": 3, **RATES},
}
WRONG = [
    *[(closeness_type, name, value) for name in ("direct_contact", "in_person", "confides") for value in ("rather", None, 2, 0.5)],
    *[(volume_loyalty_type, name, value) for name, value in (("volume", -1), ("volume", "9000"), ("loyalty", 80), ("volume_boundary", 0), ("loyalty_boundary", 1.2))],
    *[(volume_loyalty_table, name, value) for name, value in (("customers", [1]), ("customers", CUSTOMERS.head(0)), ("volume_boundary", None))],
    *[(leaves_under_price_attack, name, value) for name, value in (("price_gap", 15), ("gap_resisted", -0.1), ("switching_cost", -1), ("loyalty", float("nan")))],
    *[(price_attack_table, name, value) for name, value in (("customers", CUSTOMERS[["yearly_volume"]]), ("price_gap", 15))],
    *[(diagnose_stage, name, value) for name, value in (("information_sensitivity", 4), ("information_sensitivity", 1.5), ("information_sensitivity", "high"))],
    *[(diagnose_stage, name, value) for name, value in (("problems_solved_jointly", -1), ("problems_solved_jointly", 0.5), ("supply_reliability", 95), ("reliability_needed", 85))],
    *[(diagnose_stages, name, value) for name, value in (("evidence", None), ("evidence", EVIDENCE[["supply_reliability"]]), ("reliability_needed", 2))],
    *[(stage_path, name, value) for name, value in (("basic_needs", []), ("basic_needs", [90]), ("basic_needs", [0.9, 0.9]), ("cooperative_needs", 0.5), ("cooperative_needs", [None]))],
    *[(stage_path, name, value) for name, value in (("threshold", 80), ("start", "Basic stage"), ("start", 1))],
    *[(development_step, name, value) for name, value in (("orders", -1), ("orders", 1.5), ("referrals", None), ("orders_of_client", 1))],
    *[(development_flow, name, value) for name, value in (("prospects", -1), ("to_first_time", 10), ("to_client", 1.2), ("to_partner", "10 %"), ("cost_per_client", -1))],
    *[(development_flow, name, -1) for name in ("cost_per_prospect", "cost_per_first_time_customer")],
    *[(development_levers, name, value) for name, value in (("factor", 1), ("factor", 0.5), ("factor", None), ("to_client", 0.6), ("prospects", "many"))],
    *[(prospects_needed, name, value) for name, value in (("partners", -1), ("to_first_time", 0), ("to_client", 30), ("to_partner", None))],
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_unusable_argument_is_refused_with_its_name_and_an_example_in_the_language_in_use(language):
    found = [complaint for function, name, wrong in WRONG for complaint in complaints(function, {**CALLS[function], name: wrong}, name, language)]
    assert not found, "\n".join(found)


@every("language", ["en", "zh"])
@every("name", ["in_person", "confides"])
def test_meeting_or_confiding_without_contact_is_a_contradiction(name, language):
    use_language(language)
    given = {"direct_contact": False, "in_person": False, "confides": False, name: True}
    with pytest.raises(ValueError, match=f"{name}.*direct_contact=True"):
        closeness_type(**given)


@every("language", ["en", "zh"])
@every(
    ("function", "table", "change"),
    [
        (volume_loyalty_table, CUSTOMERS, {"share_of_wallet": 90}),
        (volume_loyalty_table, CUSTOMERS, {"yearly_volume": -5}),
        (diagnose_stages, EVIDENCE, {"information_sensitivity": 4}),
        (diagnose_stages, EVIDENCE, {"problems_solved_jointly": 0.5}),
        (diagnose_stages, EVIDENCE, {"supply_reliability": float("nan")}),
    ],
)
def test_a_cell_out_of_range_is_named_by_column_and_row(function, table, change, language):
    use_language(language)
    given = BOUNDARIES if function is volume_loyalty_table else {"reliability_needed": 0.85}
    with pytest.raises(ValueError) as refusal:
        function(table.assign(**change), **given)
    assert f"{next(iter(change))}[{table.index[0]}]" in str(refusal.value)


def test_a_rate_that_a_factor_would_lift_above_one_is_refused_with_the_largest_factor():
    with pytest.raises(ValueError, match="to_client is 0.6.*at most 1.67"):
        development_levers(factor=2, **{**FLOW, "to_client": 0.6})


def test_numbers_come_in_any_numeric_type():
    for kind in (Decimal, numpy.float64):
        given = {name: kind(str(value)) for name, value in FLOW.items()}
        assert development_flow(**given).total_cost == pytest.approx(32_000)
        assert development_levers(factor=2, **given)["extra_cost"].tolist() == pytest.approx([32_000, 12_000, 6000, 0])


# --- The module as a whole ---------------------------------------------------------------------------------------------

FUNCTIONS = [getattr(relationships, name) for name in relationships.__all__ if inspect.isfunction(getattr(relationships, name))]


def test_every_public_function_is_among_the_refusals():
    assert set(FUNCTIONS) == set(CALLS)
    assert {function for function, _, _ in WRONG} == set(CALLS)


def test_ids_of_the_topic_are_known_to_the_tables():
    from crmlib import show

    reasons = ("supply_fails", "exchange_only", "useful_not_sensitive", "sensitive_alone", "sensitive_and_joint")
    columns = ("relationship_type", "volume", "customer_share", "volume_share", "customers_leaving", "leaving_share", "stage", "reason", "lever", "extra_cost")
    use_language("zh")
    for name in (*STAGES, *VOLUME_LOYALTY_TYPES, *CLOSENESS_TYPES, *DEVELOPMENT_STEPS, *LEVERS, *reasons, *columns):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in show.heading(name)), name


# --- What the explorers' sentences must contain --------------------------------------------------------------------------


def _dial_numbers(supply_reliability, information_sensitivity, problems_solved_jointly):
    found = diagnose_stage(
        information_sensitivity=information_sensitivity,
        problems_solved_jointly=problems_solved_jointly,
        supply_reliability=supply_reliability,
        reliability_needed=0.85,
    )
    return f"{supply_reliability * 100:.0f} %", f"together: {problems_solved_jointly:.0f}", found.words, f"{found.stage_by_information} stage"


def _map_numbers(price_gap, volume_boundary, loyalty_boundary):
    businesses = running_case.load("relationships").query("year == 2024")
    boundaries = {"volume_boundary": volume_boundary, "loyalty_boundary": loyalty_boundary}
    found = price_attack_table(businesses, price_gap=price_gap, gap_resisted=0.3, switching_cost=400, **boundaries).set_index("relationship_type")
    share = found.loc["functional", "volume"] / found["volume"].sum()
    said = [f"{share * 100:.0f} % of the volume", f"{volume_boundary:,.0f} yuan", f"{loyalty_boundary * 100:.0f} %"]
    if found["customers_leaving"].sum():
        said += [f"{found.loc['functional', 'customers_leaving']} of {found.loc['functional', 'customers']} functional", f"{price_gap * 100:.0f} % cheaper"]
        said += [f"{found['volume_leaving'].sum() / found['volume'].sum() * 100:.0f} % of the volume is lost"]
    return said


def _ladder_numbers(**flow):
    costs = {"cost_per_prospect": 20, "cost_per_first_time_customer": 60, "cost_per_client": 200}
    found, levers = development_flow(**flow, **costs), development_levers(factor=2, **flow, **costs)
    return f"{found.total_cost:,.0f} yuan", f"{found.cost_per_partner:,.0f} yuan", *(f"{cost:,.0f}" for cost in levers["cost_per_extra_partner"][:3])


NUMBERS = {"stage_dial": _dial_numbers, "volume_loyalty_map": _map_numbers, "ladder_flow": _ladder_numbers}
