"""The formulas of lesson 08: golden rows, edge cases, refusals in both languages, and what its explorers must say."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy
import pandas
import pytest

from crmlib import running_case, show
from crmlib.figures import loyalty as pictures
from crmlib.language import use_language
from crmlib.loyalty import (
    CUSTOMER_TYPES,
    LOYALTY_TYPES,
    bucket_path,
    cohort_survival,
    completely_to_merely,
    customer_type,
    customer_types,
    customers_lost,
    defection_rate,
    defection_reasons,
    defection_table,
    free_share,
    held_share,
    loyalty_type,
    loyalty_types,
    offence_and_defence,
    periods_until_near,
    pooled_retention_rate,
    repeat_share,
    retention_by_satisfaction,
    retention_rate,
    staying_share,
    steady_state,
    worst_groups,
)
from tests.support.catalogue import every
from tests.support.refusals import complaints

QUARTERS = {"group": "region", "period": "quarter", "first_day": "2022-01-01", "last_day": "2024-12-31"}
YEAR = {"first_day": "2024-01-01", "last_day": "2024-12-31"}


@pytest.fixture(scope="module")
def club():
    """The consumers of the running case."""
    customers = running_case.load("customers")
    return customers[customers["type"] == "consumer"]


@pytest.fixture(scope="module")
def quarters(club):
    return defection_table(club, **QUARTERS)


# --- Retention with newcomers taken out --------------------------------------------------------------------------------


@every(
    ("start", "end", "new", "rate", "lost"),
    [
        (1000, 1050, 250, 0.8, 200),  # the lesson's own: growth hides 200 who left
        (100, 0, 0, 0, 100),
        (100, 100, 0, 1, 0),
        (100, 130, 30, 1, 0),
        (100, 30, 30, 0, 100),
        (8, 7, 1, 0.75, 2),
        (Decimal("1000"), Fraction(1050), numpy.int64(250), 0.8, 200),
    ],
)
def test_retention_takes_the_newcomers_out(start, end, new, rate, lost):
    counts = {"start": start, "end": end, "new": new}
    assert retention_rate(**counts) == rate
    assert defection_rate(**counts) == pytest.approx(1 - rate)
    assert customers_lost(**counts) == lost


def test_retention_is_none_of_the_typical_errors():
    found = retention_rate(start=1000, end=1050, new=250)
    assert found not in (1050 / 1000, 250 / 1000, (1050 - 250) / 1050, 1 - 250 / 1050)
    assert defection_rate(start=10, end=9, new=0) == 0.1  # counts divide cleanly: not 1 - 0.9


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_cannot_be_is_refused_and_says_how_newcomers_are_counted(language):
    use_language(language)
    for counts, words in (
        ({"start": 0, "end": 5, "new": 5}, "start=1000"),
        ({"start": 100, "end": 50, "new": 60}, "new"),
        ({"start": 1000, "end": 1050, "new": 0}, "new=250"),  # the newcomers were forgotten
    ):
        for function in (retention_rate, defection_rate, customers_lost):
            with pytest.raises(ValueError, match=words):
                function(**counts)


def test_groups_are_pooled_and_not_averaged():
    groups = {"start": [900, 100], "end": [810, 50], "new": [0, 0]}
    assert pooled_retention_rate(**groups) == 0.86 != (0.9 + 0.5) / 2
    assert pooled_retention_rate(start=pandas.Series([10, 0]), end=numpy.array([9, 4]), new=(1, 4)) == 0.8
    for bad in ({**groups, "new": [0]}, {"start": [0], "end": [0], "new": [0]}, {**groups, "end": [950, 50]}, {**groups, "new": [0, 60]}):
        with pytest.raises(ValueError):
            pooled_retention_rate(**bad)


# --- The defection table -----------------------------------------------------------------------------------------------


def test_the_hills_in_the_second_quarter_of_2024_are_the_worst_by_rate_and_not_by_count(quarters):
    worst = worst_groups(quarters, by="defection_rate", smallest_start=100).iloc[0]
    assert (worst["region"], worst["period"], worst["start"], worst["new"], worst["lost"], worst["lost_of_start"]) == ("hills", "2024Q2", 157, 30, 42, 35)
    assert worst["defection_rate"] == pytest.approx(35 / 157)
    most = worst_groups(quarters, by="lost", smallest_start=100).iloc[0]
    assert (most["region"], most["period"], most["lost"]) == ("riverside", "2024Q3", 70)
    assert most["defection_rate"] < worst["defection_rate"] / 2


def test_every_row_of_the_table_adds_up(quarters):
    rates = quarters[quarters["start"] > 0]
    assert (quarters["end"] == quarters["start"] + quarters["new"] - quarters["lost"]).all()
    assert (quarters["new_at_end"] <= quarters["new"]).all() and (quarters["lost_of_start"] <= quarters["lost"]).all()
    assert numpy.allclose(rates["retention_rate"] + rates["defection_rate"], 1)
    for row in rates.tail(8).itertuples():
        assert retention_rate(start=row.start, end=row.end, new=row.new_at_end) == pytest.approx(row.retention_rate)
    assert quarters[quarters["start"] == 0][["retention_rate", "defection_rate"]].isna().all(axis=None)
    for _, part in quarters.groupby("region"):
        assert part["start"].tolist()[1:] == part["end"].tolist()[:-1]


def test_regions_and_periods_add_up_to_the_whole_club(club, quarters):
    whole = defection_table(club, **{**QUARTERS, "group": None})
    assert list(whole.columns) == [name for name in quarters.columns if name != "region"]
    for name in ("start", "new", "lost", "lost_of_start", "end"):
        assert whole[name].tolist() == quarters.groupby("period")[name].sum().tolist()
    year = defection_table(club, group=None, period="year", **YEAR).iloc[0]
    assert year["lost"] == quarters[quarters["period"].str.startswith("2024")]["lost"].sum()
    assert len(defection_table(club, group=None, period="month", **YEAR)) == 12


def dated(*rows):
    table = pandas.DataFrame(rows, columns=["customer_id", "acquired_on", "left_on"])
    return table.assign(acquired_on=pandas.to_datetime(table["acquired_on"]), left_on=pandas.to_datetime(table["left_on"]))


def test_accounts_open_on_their_first_day_and_close_at_the_end_of_their_last():
    edge = dated((1, "2024-03-31", "2024-04-01"), (2, "2024-04-01", "2024-06-30"), (3, "2024-06-30", "2024-07-01"), (4, "2024-01-01", "2024-03-31"))
    row = defection_table(edge, group=None, period="quarter", first_day="2024-04-01", last_day="2024-06-30").iloc[0]
    assert row[["start", "new", "lost", "lost_of_start", "new_at_end", "end"]].tolist() == [1, 2, 2, 1, 1, 1]


def test_a_table_in_which_nobody_left_yet_is_fine():
    nobody = pandas.DataFrame({"customer_id": [1], "acquired_on": pandas.to_datetime(["2024-01-02"]), "left_on": [None]})
    row = defection_table(nobody, group=None, period="quarter", first_day="2024-04-01", last_day="2024-06-30").iloc[0]
    assert (row["start"], row["lost"], row["defection_rate"]) == (1, 0, 0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tables_that_cannot_be_read_are_refused_in_both_languages(language, quarters):
    use_language(language)
    one = dated((1, "2024-01-05", "2024-05-31"))
    days = {"group": None, "period": "quarter", "first_day": "2024-04-01", "last_day": "2024-06-30"}
    asked = pandas.DataFrame({"customer_id": [2], "reason": ["moved_away"]})
    for call, words in (
        (lambda: defection_table(one.drop(columns="left_on"), **days), "left_on"),
        (lambda: defection_table(one.assign(acquired_on="2024-01-05"), **days), "acquired_on"),
        (lambda: defection_table(dated((1, None, None)), **days), "acquired_on"),
        (lambda: defection_table(dated((1, "2024-05-05", "2024-04-30")), **days), "left_on"),
        (lambda: defection_table(one, **{**days, "last_day": "2024-06-29"}), "last_day"),
        (lambda: defection_table(one, **{**days, "first_day": "2024-07-01"}), "first_day"),
        (lambda: defection_table(one, **{**days, "first_day": 20240401}), "first_day"),
        (lambda: defection_table(one, **{**days, "last_day": "soon"}), "last_day"),
        (lambda: defection_table(one, **{**days, "period": "week"}), "period"),
        (lambda: defection_table(one, **{**days, "group": "region"}), "region"),
        (lambda: worst_groups(quarters, by="share", smallest_start=30), "by"),
        (lambda: worst_groups(quarters, by="lost", smallest_start=5000), "smallest_start"),
        (lambda: cohort_survival(one, cohort="year", months=[0], last_day="2024-12-31"), "months"),
        (lambda: cohort_survival(one, cohort="year", months=[3], last_day="2023-12-31"), "last_day=2023-12-31"),
        (lambda: defection_reasons(one, interviews=asked, by="reason", first_day="2024-04-01", last_day="2024-06-30"), "interviews"),
        (lambda: defection_reasons(one, interviews=asked, by="went_to", first_day="2024-04-01", last_day="2024-06-30"), "went_to"),
        (lambda: retention_by_satisfaction(one, scores=asked, group=None, **YEAR), "satisfaction"),
        (lambda: retention_by_satisfaction(one, scores=asked.assign(satisfaction=4), group=None, first_day="2024-02-01", last_day="2024-12-31"), "customer_id"),
    ):
        with pytest.raises((ValueError, TypeError), match=words) as caught:
            call()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in str(caught.value)) == (language == "zh")


# --- Cohorts, reasons, satisfaction ------------------------------------------------------------------------------------


def test_a_cohort_is_judged_only_when_all_of_it_had_the_time(club):
    found = cohort_survival(club, cohort="quarter", months=(3, 12), last_day="2024-12-31").set_index("cohort")
    assert found["customers"].sum() == len(club)
    assert found["after_12_months"].notna().sum() == 8 and math.isnan(found.loc["2024Q1", "after_12_months"])
    told = found.dropna()
    assert (told["after_12_months"] <= told["after_3_months"]).all()
    two = dated((1, "2023-01-10", "2023-04-09"), (2, "2023-01-10", "2023-04-10"))
    assert cohort_survival(two, cohort="month", months=[3], last_day="2023-12-31")["after_3_months"].tolist() == [0.5]


def test_those_who_left_the_hills_name_delivery_and_many_elsewhere_name_nothing_of_ours(club):
    interviews = running_case.load("lost_customers")
    spring = {"first_day": "2024-04-01", "last_day": "2024-06-30"}
    hills = defection_reasons(club[club["region"] == "hills"], interviews=interviews, by="reason", **spring)
    assert hills.iloc[0].tolist() == ["poor_delivery", 16, 16 / 23]
    assert defection_reasons(club[club["region"] == "hills"], interviews=interviews, by="went_to", **spring)["customers"].tolist() == [11, 8, 3, 1]
    everyone = defection_reasons(club, interviews=interviews, by="reason", first_day="2022-01-01", last_day="2024-12-31").set_index("reason")
    assert everyone["customers"].sum() == 522 and everyone["share"].sum() == pytest.approx(1)
    assert everyone.loc[["moved_away", "needs_changed"], "customers"].sum() == 231


def test_where_rivals_are_many_only_the_completely_satisfied_stay_and_on_the_island_everybody(club):
    found = retention_by_satisfaction(club, scores=running_case.load("truth_consumers"), group="region", **YEAR)
    rates = {region: part.set_index("satisfaction")["retention_rate"] for region, part in found.groupby("region")}
    assert rates["harbour"][5] - rates["harbour"][4] > 0.2 > abs(rates["harbour"][4] - rates["harbour"][2])
    assert rates["island"].max() - rates["island"].min() < 0.05 and rates["island"].min() > 0.8
    survey = retention_by_satisfaction(club, scores=running_case.load("survey"), group=None, **YEAR)
    assert survey["customers"].sum() == 381 and (survey["customers"] - survey["stayed"]).sum() == 88
    assert survey.set_index("satisfaction")["customers"].to_dict() == {1: 10, 2: 25, 3: 55, 4: 160, 5: 131}


# --- The leaky bucket --------------------------------------------------------------------------------------------------


def test_the_bucket_of_the_lesson_stands_at_four_hundred():
    assert steady_state(inflow=40, defection_rate=0.1) == 400
    assert steady_state(inflow=40, defection_rate=0.1) not in (40 * 0.1, 40 * 1.1, math.inf)
    assert steady_state(inflow=0, defection_rate=0.1) == 0 and steady_state(inflow=40, defection_rate=1) == 40


@pytest.mark.parametrize("start", [0, 400, 1000])
def test_the_path_comes_to_the_same_level_from_everywhere(start):
    path = bucket_path(start=start, inflow=40, defection_rate=0.1, periods=200)
    assert path["end"].iloc[-1] == pytest.approx(400, abs=0.01)
    assert path["start"].tolist()[1:] == path["end"].tolist()[:-1]
    assert numpy.allclose(path["end"], path["start"] - path["lost"] + path["new"])
    near = periods_until_near(start=start, inflow=40, defection_rate=0.1, within=0.05)
    distance = (path["end"] - 400).abs()
    assert near == 0 if start == 400 else distance[near - 1] <= 20 < distance[near - 2]


def test_paths_at_the_ends():
    assert bucket_path(start=10, inflow=5, defection_rate=0, periods=3)["end"].tolist() == [15, 20, 25]  # no leak: it grows for ever
    assert bucket_path(start=10, inflow=5, defection_rate=1, periods=2)["end"].tolist() == [5, 5]
    assert periods_until_near(start=0, inflow=40, defection_rate=1, within=0.05) == 1
    # 0.9 cubed is 0.729: exactly so near after three periods, whatever floating point makes of it.
    assert periods_until_near(start=0, inflow=100, defection_rate=0.1, within=0.729) == 3


def test_one_more_in_and_one_fewer_out_are_worth_nearly_the_same():
    found = offence_and_defence(inflow=40, defection_rate=0.1)
    assert found.one_more_in == pytest.approx(steady_state(inflow=41, defection_rate=0.1) - 400)
    assert found.one_fewer_out == pytest.approx(steady_state(inflow=40, defection_rate=39 / 400) - 400)
    assert 10 == pytest.approx(found.one_more_in) and round(found.one_fewer_out, 2) == 10.26


# --- Satisfaction and staying ------------------------------------------------------------------------------------------


def test_the_curve_gives_the_six_times_of_xerox_and_the_shapes_of_jones_and_sasser():
    assert completely_to_merely(competition=1, switching_cost=0) == pytest.approx(6)
    fierce = [staying_share(satisfaction=score, competition=1, switching_cost=0) for score in range(1, 6)]
    captive = [staying_share(satisfaction=score, competition=0.2, switching_cost=0.5) for score in range(1, 6)]
    assert fierce[4] - fierce[3] > 4 * (fierce[3] - fierce[0]) and fierce[0] == 0
    assert captive[4] - captive[0] < 0.1 < 0.8 < captive[0]
    assert fierce == sorted(fierce) and captive == sorted(captive) and max(fierce[4], captive[4]) == 0.9


def test_more_rivals_and_cheaper_switching_never_keep_anybody_longer():
    steps = [0, 0.25, 0.5, 0.75, 1]
    for score in (1, 2.5, 4, 5):
        for switching in steps:
            shares = [staying_share(satisfaction=score, competition=competition, switching_cost=switching) for competition in steps]
            assert all(more >= less - 1e-12 for more, less in zip(shares, shares[1:]))
            assert min(shares) >= free_share(satisfaction=score) - 1e-12
        assert staying_share(satisfaction=score, competition=0, switching_cost=0) == staying_share(satisfaction=score, competition=1, switching_cost=1) == 0.9
    assert held_share(competition=0.5, switching_cost=0.4) == 0.7


# --- Types -------------------------------------------------------------------------------------------------------------


@every(
    ("attitude", "share", "type_", "customer"),
    [
        (5, 0.9, "true_loyalty", "apostle"),
        (5, 0.1, "latent_loyalty", "mercenary"),
        (1, 0.9, "spurious_loyalty", "hostage"),
        (1, 0.1, "no_loyalty", "defector"),
        (3, 0.5, "true_loyalty", "apostle"),  # at the boundary counts as high
        (2.99, 0.5, "spurious_loyalty", "hostage"),
    ],
)
def test_types_need_attitude_as_well_as_behaviour(attitude, share, type_, customer):
    assert loyalty_type(attitude=attitude, repeat_share=share, attitude_boundary=3, repeat_boundary=0.5) == type_ in LOYALTY_TYPES
    assert customer_type(satisfaction=attitude, loyalty=share, satisfaction_boundary=3, loyalty_boundary=0.5) == customer in CUSTOMER_TYPES
    row = pandas.DataFrame({"customer": ["x"], "attitude": [attitude], "satisfaction": [attitude], "repeat_share": [share], "loyalty": [share]})
    assert loyalty_types(row, attitude_boundary=3, repeat_boundary=0.5)["loyalty_type"].tolist() == [type_]
    assert customer_types(row, satisfaction_boundary=3, loyalty_boundary=0.5)["customer_type"].tolist() == [customer]


def test_without_convenience_nobody_is_spuriously_loyal():
    picture = pictures.attitude_repeat_map()
    at_first, without = (picture.scene(convenience=convenience, obstacles=1).counts for convenience in (1, 0))
    assert (at_first["spurious_loyalty"], without["spurious_loyalty"]) == (10, 0)
    assert (at_first["true_loyalty"], without["true_loyalty"]) == (23, 22)
    assert picture.scene(convenience=1, obstacles=0).counts["latent_loyalty"] == 0
    assert repeat_share(attitude=0.3, convenience_pull=1, obstacle=1, convenience=1) == 1


# --- Refusals, form, language ------------------------------------------------------------------------------------------

MARKET = {"satisfaction": 4, "competition": 0.9, "switching_cost": 0.1}
FLOW = {"inflow": 40, "defection_rate": 0.1}
REPEAT = {"attitude": 0.5, "convenience_pull": 0.5, "obstacle": 0, "convenience": 1}
TYPE = {"attitude": 4, "repeat_share": 0.5, "attitude_boundary": 3, "repeat_boundary": 0.5}
REFUSED = [
    (retention_rate, {"start": 1000, "end": 1050, "new": 250}, "start", -1),
    (retention_rate, {"start": 1000, "end": 1050, "new": 250}, "end", "many"),
    (retention_rate, {"start": 1000, "end": 1050, "new": 250}, "new", math.nan),
    (pooled_retention_rate, {"start": [10], "end": [9], "new": [0]}, "start", [-1]),
    (pooled_retention_rate, {"start": [10], "end": [9], "new": [0]}, "end", []),
    (steady_state, FLOW, "defection_rate", 0),
    (steady_state, FLOW, "defection_rate", 10),
    (steady_state, FLOW, "inflow", -1),
    (bucket_path, {"start": 0, **FLOW, "periods": 3}, "periods", 0),
    (bucket_path, {"start": 0, **FLOW, "periods": 3}, "periods", 10**6),
    (bucket_path, {"start": 0, **FLOW, "periods": 3}, "start", None),
    (periods_until_near, {"start": 0, **FLOW, "within": 0.05}, "within", 5),
    (periods_until_near, {"start": 0, **FLOW, "within": 0.05}, "inflow", 0),
    (offence_and_defence, FLOW, "inflow", 1),
    (staying_share, MARKET, "satisfaction", 6),
    (staying_share, MARKET, "competition", 90),
    (held_share, {"competition": 0.9, "switching_cost": 0.1}, "switching_cost", -0.1),
    (repeat_share, REPEAT, "convenience", 100),
    (loyalty_type, TYPE, "repeat_share", 50),
    (loyalty_type, TYPE, "attitude", True),
    (customer_type, {"satisfaction": 4, "loyalty": 1, "satisfaction_boundary": 3, "loyalty_boundary": 1}, "loyalty", "high"),
]


@every(("function", "fine", "name", "bad"), REFUSED, ids=lambda value: getattr(value, "__name__", str(value))[:30])
def test_an_unusable_argument_is_refused_in_both_languages_by_its_name(function, fine, name, bad):
    function(**fine)
    assert [found for language in ("en", "zh") for found in complaints(function, {**fine, name: bad}, name, language)] == []


def test_tables_are_shown_in_chinese_throughout(club, quarters):
    use_language("zh")
    survival = cohort_survival(club, cohort="quarter", months=(6, 12), last_day="2024-12-31")
    reasons = defection_reasons(club, interviews=running_case.load("lost_customers"), by="reason", **YEAR)
    scores = retention_by_satisfaction(club, scores=running_case.load("truth_consumers"), group="region", **YEAR)
    for table in (quarters.tail(5), survival, reasons, scores, bucket_path(start=0, **FLOW, periods=3)):
        assert not any("a" <= letter <= "z" for letter in show.table(table).text), show.table(table).text


# --- What the explorers' sentences must contain (read by test_pictures.py) ---------------------------------


def _curve_numbers(satisfaction, competition, switching_cost):
    market = {"competition": competition, "switching_cost": switching_cost}
    here, four, five = (staying_share(satisfaction=score, **market) for score in (satisfaction, 4, 5))
    return f"{here * 100:.0f} buy again", f"{five / four:.1f} times as likely", f"{(five - four) * 100:.0f}"


def _bucket_numbers(inflow, defection_rate, start):
    found = offence_and_defence(inflow=inflow, defection_rate=defection_rate)
    years = periods_until_near(start=start, inflow=inflow, defection_rate=defection_rate, within=0.05)
    when = f"by the end of year {years}." if years else "there already"
    return f"= {inflow / defection_rate:,.0f},", when, f"adds {found.one_more_in:.1f}", f"one fewer lost each year {found.one_fewer_out:.1f}"


def _map_numbers(convenience, obstacles):
    counts = pictures.attitude_repeat_map().scene(convenience=convenience, obstacles=obstacles).counts
    return f"{counts['true_loyalty']} truly loyal", f"{counts['spurious_loyalty']} spuriously", f"{counts['latent_loyalty']} are latently"


NUMBERS = {"satisfaction_loyalty_curve": _curve_numbers, "leaky_bucket": _bucket_numbers, "attitude_repeat_map": _map_numbers}
