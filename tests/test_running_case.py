"""The running case is believable, fresh, and tells the truth that it was made with."""

import math
import subprocess
import sys
from pathlib import Path

import pandas
import pytest

from crmlib import running_case
from crmlib.language import use_language
from crmlib.running_case import TRUE_PARAMETERS, active_on, expected_retention, load, making, true_retention
from crmlib.running_case import tables as tables_of_the_case

YEAR = pandas.DateOffset(years=1)
WINDOW_END = pandas.Timestamp("2025-01-01")
README = Path(__file__).parent.parent / "course" / "data" / "README.md"


@pytest.fixture(scope="module")
def generated():
    return running_case.generate()


@pytest.fixture(scope="module")
def tables():
    return {name: load(name) for name in running_case.TABLES}


@pytest.fixture(scope="module")
def consumers(tables):
    customers = tables["customers"]
    return customers[customers["type"] == "consumer"].merge(tables["truth_consumers"], on="customer_id")


def within_three_standard_errors(successes, trials, truth):
    return abs(successes / trials - truth) <= 3 * math.sqrt(truth * (1 - truth) / trials)


def stays_a_year(frame, since):
    return ~(frame["left_on"] < frame[since] + YEAR)


def region_rates(consumers, start):
    start = pandas.Timestamp(start)
    at_start = consumers[active_on(consumers, start)]
    left = at_start["left_on"] < start + pandas.DateOffset(months=3)
    return left.groupby(at_start["region"]).agg(["sum", "mean"])


# --- fresh and readable
def test_the_committed_files_are_what_the_generator_writes(generated, tmp_path, monkeypatch):
    monkeypatch.setattr(making, "generate", lambda seed: generated)
    written = {path.name: path.read_bytes() for path in running_case.write(tmp_path)}
    committed = {path.name: path.read_bytes() for path in running_case.DATA_FOLDER.glob("*.csv")}
    stale = sorted(name for name in written.keys() | committed.keys() if written.get(name) != committed.get(name))
    assert not stale, f"Not what the generator writes: {', '.join(stale)}. Run `crmlib build` and commit the result."


def test_a_table_read_back_equals_the_table_generated(generated, tables):
    for name, table in tables.items():
        pandas.testing.assert_frame_equal(table, generated[name], check_exact=False, rtol=0, atol=0.0051)


def test_files_are_small_utf8_with_plain_line_ends():
    contents = [path.read_bytes() for path in running_case.DATA_FOLDER.glob("*.csv")]
    assert sum(map(len, contents)) < 1_500_000
    assert all(b"\r" not in content and content.endswith(b"\n") and content.decode("utf-8") for content in contents)


def test_a_wrong_name_is_answered_with_the_allowed_names():
    with pytest.raises(ValueError, match="'client'.*customers, purchases, campaigns"):
        load("client")


def test_a_wrong_name_is_answered_in_chinese_where_chinese_is_in_use():
    use_language("zh")
    with pytest.raises(ValueError, match="没有名为 'client' 的表.*customers, purchases"):
        load("client")


def test_a_missing_file_names_the_command_that_mends_it(tmp_path, monkeypatch):
    monkeypatch.setattr(tables_of_the_case, "DATA_FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match="crmlib build"):
        load("customers")


def test_importing_the_case_loads_neither_numpy_nor_pandas():
    code = "import sys, crmlib.running_case; sys.exit(any(name in sys.modules for name in ('numpy', 'pandas')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=README.parent.parent.parent).returncode == 0


def test_the_true_parameters_cannot_be_changed():
    with pytest.raises(AttributeError):
        TRUE_PARAMETERS.business_margin = 1
    with pytest.raises(TypeError):
        TRUE_PARAMETERS.retention_curve["captive"][1] = 1


def test_the_readme_describes_every_table_and_column_and_the_seed():
    text = README.read_text(encoding="utf-8")
    sections = {name: part for part in text.split("\n### ") for name in part.split(" · ")[0].split(", ")}
    assert f"seed {running_case.DEFAULT_SEED}" in text and f"种子 {running_case.DEFAULT_SEED}" in text
    for name, columns in running_case.SCHEMA.items():
        words = set(sections[name].replace(",", " ").split())
        assert set(columns) <= words, f"README says nothing about {set(columns) - words} of {name}"


# --- believable
def test_ids_are_unique(tables):
    for name, column in (("customers", "customer_id"), ("purchases", "order_id"), ("complaints", "complaint_id"),
                         ("survey", "customer_id"), ("lost_customers", "customer_id"),
                         ("truth_consumers", "customer_id")):
        assert tables[name][column].is_unique, name
    for name in ("relationships", "truth_businesses"):
        assert not tables[name].duplicated(["customer_id", "year"]).any(), name
    assert not tables["campaigns"].duplicated(["quarter", "channel"]).any()


def test_every_reference_leads_somewhere(tables):
    known = set(tables["customers"]["customer_id"])
    for name, table in tables.items():
        assert set(table.get("customer_id", ())) <= known, name
    assert set(tables["customers"]["referred_by"].dropna()) <= known
    orders = tables["purchases"].set_index("order_id")["customer_id"]
    complaints = tables["complaints"]
    assert (complaints["order_id"].map(orders) == complaints["customer_id"]).all()


def test_nothing_is_missing_except_where_documented(tables):
    may_be_empty = {name: [column for column, kind in columns.items() if kind.endswith("?")]
                    for name, columns in running_case.SCHEMA.items()}
    for name, table in tables.items():
        assert not table.drop(columns=may_be_empty[name]).isna().any(axis=None), name
    survey = tables["survey"]
    silent = survey["answered"] == "none"
    assert survey.loc[silent, may_be_empty["survey"]].isna().all(axis=None)
    assert survey.loc[~silent, may_be_empty["survey"]].notna().all(axis=None)


def test_only_referred_customers_have_a_referrer_who_was_there_before(tables):
    customers = tables["customers"]
    referred = customers["acquisition_channel"] == "referral"
    assert (customers["referred_by"].notna() == referred).all() and referred.sum() > 300
    friend = customers[referred]
    referrer = customers.set_index("customer_id").loc[friend["referred_by"].astype(int)]
    assert (referrer["acquired_on"].to_numpy() < friend["acquired_on"].to_numpy()).all()
    assert (referrer["type"].to_numpy() == friend["type"].to_numpy()).all()


def test_dates_lie_in_the_window_and_nobody_buys_before_joining_or_after_leaving(tables):
    customers, purchases, complaints = tables["customers"], tables["purchases"], tables["complaints"]
    assert purchases["ordered_on"].between("2022-01-01", "2024-12-31").all()
    assert customers.loc[customers["type"] == "consumer", "acquired_on"].between("2022-01-01", "2024-12-31").all()
    assert (customers["left_on"].isna() | customers["left_on"].between("2022-01-01", "2024-12-31")).all()
    for table, day in ((purchases, "ordered_on"), (complaints, "complained_on")):
        rows = table.merge(customers, on="customer_id")
        assert (rows[day] >= rows["acquired_on"]).all()
        assert (rows["left_on"].isna() | (rows[day] <= rows["left_on"])).all()


def test_a_consumers_first_order_is_on_the_day_of_joining(tables, consumers):
    first = tables["purchases"].groupby("customer_id")["ordered_on"].min()
    assert (consumers["customer_id"].map(first) == consumers["acquired_on"]).all()


def test_a_complaint_follows_its_order(tables):
    rows = tables["complaints"].merge(tables["purchases"], on="order_id")
    assert (rows["complained_on"] >= rows["ordered_on"]).all()
    assert (rows["satisfied_with_answer"] <= rows["resolved"]).all()


def test_revenue_is_positive_and_answers_stay_on_their_scales(tables):
    assert (tables["purchases"]["revenue"] > 0).all()
    survey, relationships = tables["survey"], tables["relationships"]
    scales = {"overall": (1, 5), "rating": (1, 5), "importance": (1, 5), "would_repurchase": (1, 5),
              "expectation": (1, 10), "perceived": (1, 10), "would_recommend": (0, 10)}
    for start, (low, high) in scales.items():
        for column in (name for name in survey if name.startswith(start)):
            assert survey[column].dropna().between(low, high).all(), column
    for column in ("share_of_wallet", "supply_reliability"):
        assert relationships[column].between(0, 1).all()


def test_acquisition_cost_follows_from_the_campaign_of_its_quarter(tables, consumers):
    campaigns = tables["campaigns"]
    quarter = consumers["acquired_on"].dt.to_period("Q").astype(str)
    won = consumers.groupby([quarter, "acquisition_channel"]).size()
    for row in campaigns.itertuples():
        assert row.customers_won == won.get((row.quarter, row.channel), 0)
    spent = campaigns["pieces"] * (campaigns["cost_per_piece"] + campaigns["rental_per_piece"])
    campaigns = campaigns.assign(cost=spent / campaigns["customers_won"] + campaigns["reward_per_customer"])
    rows = consumers.assign(quarter=quarter).merge(
        campaigns, left_on=["quarter", "acquisition_channel"], right_on=["quarter", "channel"])
    assert len(rows) == len(consumers) and (rows["acquisition_cost"] - rows["cost"]).abs().max() < 0.011


def test_tiers_follow_from_contribution_and_every_tier_exists(tables):
    customers = tables["customers"]
    contribution = running_case.yearly_contribution(customers, tables["purchases"])
    tier = customers.set_index("customer_id")["tier"]
    assert set(tier) == {"platinum", "gold", "iron", "lead"}
    assert (contribution[tier == "lead"] <= 0).all() and (contribution[tier != "lead"] > 0).all()
    assert contribution[tier == "platinum"].min() >= contribution[tier == "gold"].max()
    assert contribution[tier == "gold"].min() >= contribution[tier == "iron"].max()
    assert 0.05 < (tier == "lead").mean() < 0.25


def test_the_best_fifth_brings_most_of_the_contribution(tables):
    total = tables["purchases"].groupby("customer_id")["contribution"].sum()
    customers = tables["customers"]
    for ids in (customers["customer_id"], customers.loc[customers["type"] == "consumer", "customer_id"]):
        profit = total.reindex(ids).sort_values(ascending=False)
        share = profit.head(math.ceil(0.2 * len(profit))).sum() / profit.sum()
        assert 0.6 <= share <= 0.9


def test_the_evidence_about_a_business_hangs_together(tables):
    relationships = tables["relationships"]
    shared = relationships["information_shared"].str.split(";")
    levels = shared.map(lambda names: max(running_case.INFORMATION_SENSITIVITY.get(name, 0) for name in names))
    assert (levels == relationships["information_sensitivity"]).all()
    supply = tables["purchases"].query("category == 'supply'")
    volume = supply.groupby(["customer_id", supply["ordered_on"].dt.year])["revenue"].sum()
    key = pandas.MultiIndex.from_frame(relationships[["customer_id", "year"]])
    assert (volume.reindex(key).to_numpy() == relationships["yearly_volume"].to_numpy()).all()


# --- true to its parameters
def test_each_consumer_leaves_as_often_as_the_truth_says(tables, consumers):
    """Expected leavers are summed over the months of each account before its first complaint.

    Whole accounts must not be left out for a complaint: who stays longer complains more, and the rest leave too fast.
    """
    rows = consumers[consumers["region"] != TRUE_PARAMETERS.failure_region]
    month = pandas.DataFrame({
        "start": rows["acquired_on"], "left": rows["left_on"],
        "complaint": rows["customer_id"].map(tables["complaints"].groupby("customer_id")["complained_on"].min()),
    }).apply(lambda day: (day.dt.year - 2022) * 12 + day.dt.month - 1)
    end = month[["left", "complaint"]].min(axis=1).fillna(running_case.MONTHS)
    left = (month["left"] == end) & (month["complaint"] != end)
    monthly = pandas.Series([
        1 - true_retention(region=row.region, steadiness=row.steadiness, satisfaction=row.satisfaction) ** (1 / 12)
        for row in rows.itertuples()], index=rows.index)
    rows = rows.assign(expected=(end - month["start"] + left) * monthly, left=left)
    for column in ("acquisition_channel", "region", "steadiness", "satisfaction"):
        groups = rows.groupby(column)[["expected", "left"]].sum()
        assert ((groups["left"] - groups["expected"]).abs() <= 3 * groups["expected"] ** 0.5).all(), column


def test_first_year_retention_by_channel_is_near_the_truth_and_in_its_order(consumers):
    newcomers = consumers[consumers["acquired_on"] + YEAR <= WINDOW_END]
    stayed = stays_a_year(newcomers, "acquired_on").groupby(newcomers["acquisition_channel"]).agg(["sum", "size"])
    for channel, row in stayed.iterrows():
        assert within_three_standard_errors(row["sum"], row["size"], expected_retention(channel=channel)), channel
    rate = stayed["sum"] / stayed["size"]
    assert rate.idxmax() == "referral" and rate.idxmin() == "rented_list"


def test_responses_and_acquisition_costs_are_near_the_exams_one_and_four_per_cent(tables):
    total = tables["campaigns"].groupby("channel")[["pieces", "customers_won"]].sum()
    for channel, truth in TRUE_PARAMETERS.response_rate.items():
        row = total.loc[channel]
        assert within_three_standard_errors(row["customers_won"], row["pieces"], truth), channel
    cost = tables["customers"].groupby("acquisition_channel")["acquisition_cost"].mean()
    assert cost["rented_list"] < 0.5 * cost["random_mailing"]


def test_about_a_quarter_of_orders_disappoints_and_under_five_per_cent_of_those_are_complained_about(tables):
    orders = (tables["purchases"]["category"] != "supply").sum()
    unhappy, complaints = tables["truth_consumers"]["dissatisfied_orders"].sum(), len(tables["complaints"])
    assert unhappy / orders == pytest.approx(0.25, abs=0.03)
    assert complaints / unhappy < 0.05
    assert within_three_standard_errors(complaints, unhappy, TRUE_PARAMETERS.complaint_probability)


def test_answers_to_the_letter_follow_the_response_model(tables):
    rows = tables["survey"].merge(tables["truth_consumers"], on="customer_id")
    by_letter = (rows["answered"] == "letter").groupby(rows["satisfaction"]).agg(["sum", "size"])
    for level, row in by_letter.iterrows():
        assert within_three_standard_errors(row["sum"], row["size"], TRUE_PARAMETERS.survey_response[level])


def test_order_value_grows_with_tenure_for_the_same_customer(tables, consumers):
    orders = tables["purchases"].merge(consumers[["customer_id", "acquired_on"]], on="customer_id")
    years = (orders["ordered_on"] - orders["acquired_on"]).dt.days / 365.25
    price = orders["category"].map(dict(TRUE_PARAMETERS.category_price))
    value = ((orders["revenue"] + orders["voucher"]) / price).map(math.log)
    years, value = (x - x.groupby(orders["customer_id"]).transform("mean") for x in (years, value))
    slope = (years * value).sum() / (years**2).sum()
    error = math.sqrt(((value - slope * years) ** 2).mean() / (years**2).sum())
    assert abs(slope - math.log(1 + TRUE_PARAMETERS.yearly_growth_of_order_value)) <= 3 * error


def test_newcomers_call_more_and_use_more_vouchers(tables, consumers):
    orders = tables["purchases"].merge(consumers[["customer_id", "acquired_on"]], on="customer_id")
    month = orders["ordered_on"].dt.year * 12 + orders["ordered_on"].dt.month
    start = orders["acquired_on"].dt.year * 12 + orders["acquired_on"].dt.month
    for band, rows in (("first_year", orders[month - start < 12]), ("later", orders[month - start >= 12])):
        calls, vouchers = rows["service_calls"].sum(), (rows["voucher"] > 0).sum()
        assert within_three_standard_errors(calls, len(rows), TRUE_PARAMETERS.service_calls_per_order[band])
        assert within_three_standard_errors(vouchers, len(rows), TRUE_PARAMETERS.voucher_use[band])


def test_businesses_stay_as_the_truth_says_and_rise_only_after_reliable_supply(tables):
    rows = tables["truth_businesses"].merge(tables["relationships"], on=["customer_id", "year"])
    later = rows.assign(year=rows["year"] - 1, next_stage=rows["stage"])[["customer_id", "year", "next_stage"]]
    moves = rows.merge(later, on=["customer_id", "year"])
    place = {stage: position for position, stage in enumerate(running_case.STAGES)}
    step = moves["next_stage"].map(place) - moves["stage"].map(place)
    assert step.max() == 1 and step.min() < 0
    assert (moves.loc[step > 0, "supply_reliability"] >= TRUE_PARAMETERS.reliability_needed_to_rise).all()
    failed = moves["supply_reliability"] < TRUE_PARAMETERS.reliability_that_throws_back
    assert (moves.loc[failed, "next_stage"] == "basic").all()
    firms = tables["customers"].merge(rows.drop_duplicates("customer_id")[["customer_id", "loyal"]], on="customer_id")
    old = firms[firms["acquired_on"] < "2022-01-01"]
    for loyal, name in ((1, "loyal"), (0, "not_loyal")):
        group = old[old["loyal"] == loyal]
        stayed = active_on(group, WINDOW_END).sum()
        assert within_three_standard_errors(stayed, len(group), TRUE_PARAMETERS.business_retention[name] ** 3)


# --- the stories the lessons tell
def test_retention_rises_with_tenure_though_nobody_changes(consumers):
    cohort = consumers[consumers["acquired_on"] + 2 * YEAR <= WINDOW_END]
    first, second = stays_a_year(cohort, "acquired_on"), ~(cohort["left_on"] < cohort["acquired_on"] + 2 * YEAR)
    assert second.sum() / first.sum() > first.mean() + 0.03


def test_satisfaction_binds_where_rivals_are_many_and_hardly_matters_where_switching_is_hard(consumers):
    """Both full years of follow-up count, because one region's very unhappy customers are few."""
    followed = pandas.concat(
        consumers[active_on(consumers, day)].assign(stays=lambda rows: active_on(rows, pandas.Timestamp(day) + YEAR))
        for day in ("2023-01-01", "2024-01-01"))
    stays = followed.groupby(["region", "satisfaction"])["stays"].mean()
    unhappy = followed[followed["satisfaction"] <= 3].groupby("region")["stays"].mean()
    harbour, island = stays["harbour"], stays["island"]
    assert harbour[5] - harbour[4] > max(0.1, harbour[4] - unhappy["harbour"])
    assert harbour[5] - unhappy["harbour"] > 0.2 and abs(island[5] - unhappy["island"]) < 0.15


def test_the_naive_survey_mean_is_too_high_the_complaint_box_too_low_and_the_follow_up_corrects(tables, consumers):
    frame = consumers[active_on(consumers, "2024-01-01")]
    truth, survey = frame["satisfaction"].mean(), tables["survey"]
    naive = survey.loc[survey["answered"] == "letter", "overall_satisfaction"].mean()
    box = frame.loc[frame["customer_id"].isin(tables["complaints"]["customer_id"]), "satisfaction"].mean()
    assert naive - truth > 0.25 and truth - box > 0.25
    corrected = 0.0
    for region, rows in survey.groupby("region"):
        mean = rows.groupby("answered")["overall_satisfaction"].mean()
        by_letter = (rows["answered"] == "letter").mean()
        share = (frame["region"] == region).mean()
        corrected += share * (by_letter * mean["letter"] + (1 - by_letter) * mean["telephone"])
    assert abs(corrected - truth) < 0.2 and abs(corrected - truth) < (naive - truth) / 2


def test_complainers_who_liked_the_answer_stay_and_the_others_leave(tables):
    complaints = tables["complaints"].query("complained_on < '2024-01-01'").drop_duplicates("customer_id", keep="last")
    rows = complaints.merge(tables["customers"], on="customer_id")
    stays = stays_a_year(rows, "complained_on").groupby(rows["satisfied_with_answer"]).mean()
    assert stays[1] > stays[0] + 0.3


def test_the_largest_region_loses_most_customers_but_the_failed_region_loses_the_largest_share(tables, consumers):
    quarter = region_rates(consumers, "2024-04-01")
    assert quarter["sum"].idxmax() == "riverside" and quarter["mean"].idxmax() == "hills"
    assert quarter["mean"]["hills"] > 1.8 * region_rates(consumers, "2024-01-01")["mean"]["hills"]
    complaints = tables["complaints"].merge(consumers[["customer_id", "region"]], on="customer_id")
    topics = complaints[(complaints["region"] == "hills")
                        & complaints["complained_on"].between("2024-04-01", "2024-06-30")]["topic"]
    assert (topics == "delivery").mean() > 0.75


def test_businesses_that_buy_much_need_not_be_loyal(tables):
    rows = tables["relationships"]
    functional = (rows["yearly_volume"] >= rows["yearly_volume"].median()) & (rows["share_of_wallet"] < 0.5)
    assert functional.mean() > 0.15
    assert abs(rows["yearly_volume"].rank().corr(rows["share_of_wallet"].rank())) < 0.25
    stage = tables["truth_businesses"].merge(rows, on=["customer_id", "year"])
    assert (stage.query("years_as_customer >= 6")["stage"] == "basic").any()


def test_a_weak_attribute_that_matters_and_a_weak_one_that_does_not_both_exist(tables):
    answers = tables["survey"].query("answered != 'none'").filter(regex="^rating_|^overall").astype(float)
    performance, bond = answers.mean(), answers.corr()["overall_satisfaction"]
    assert performance["rating_delivery"] < 3.3 and bond["rating_delivery"] > 0.5
    assert performance["rating_website"] < 3.3 and bond["rating_website"] < 0.3


def test_leaving_does_not_always_show_dissatisfaction(tables):
    reasons = tables["lost_customers"]["reason"].value_counts(normalize=True)
    assert reasons["moved_away"] + reasons["needs_changed"] > 0.25


def test_the_three_offers_differ_in_delivered_value(tables):
    offers = tables["offers"].set_index("offer")
    value = offers.filter(like="_value").sum(axis=1) - offers.filter(like="_cost").sum(axis=1)
    assert value.idxmax() == "stone_bridge" and offers["monetary_cost"].idxmax() == "stone_bridge"
