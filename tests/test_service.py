"""The formulas of lesson 07: golden rows, edge cases, refusals in both languages, and what its explorers must say."""

import pandas
import pytest

from crmlib import running_case
from crmlib.figures import service as figures
from crmlib.service import (
    after_complaints,
    after_sales_cost,
    bought_again,
    complaint_summary,
    crossover_jobs,
    customers_recovered,
    make_or_buy,
    people_told,
)
from tests.support.catalogue import every
from tests.support.refusals import complaints_about_all

RECOVERY = {"dissatisfied": 200, "complaint_share": 0.05, "recovery_rate": 0.7, "base": "complainers"}
AFTER = {"dissatisfied": 200, "complaint_share": 0.05, "recovery_rate": 0.7, "silent_return_rate": 0.1}
TOLD = {"dissatisfied": 200, "complaint_share": 0.05, "tells_at_least": 8, "tells_at_most": 10, "base": "dissatisfied"}
WORKSHOP = {"own_fixed_cost": 90_000, "own_cost_per_job": 60, "price_per_job": 150}


@every(
    ("changed", "due"),
    [({}, 7), ({"base": "dissatisfied"}, 140), ({"recovery_rate": 0.95}, 9.5), ({"complaint_share": 0}, 0), ({"complaint_share": 1}, 140), ({"dissatisfied": 0}, 0)],
)
def test_the_base_decides_what_seventy_per_cent_are(changed, due):
    assert customers_recovered(**{**RECOVERY, **changed}) == pytest.approx(due)


@every(("changed", "kept"), [({}, 7 + 19), ({"complaint_share": 0.5}, 70 + 10), ({"complaint_share": 1}, 140), ({"silent_return_rate": 0}, 7)])
def test_what_becomes_of_the_dissatisfied(changed, kept):
    found = after_complaints(**{**AFTER, **changed})
    assert found.kept == pytest.approx(kept)
    assert found.complainers + found.silent == pytest.approx(200) == found.kept + found.lost


def test_encouraging_complaints_saves_more_than_better_answers_while_few_complain():
    base = after_complaints(**AFTER).kept
    assert after_complaints(**{**AFTER, "complaint_share": 0.15}).kept - base == pytest.approx(12)
    assert after_complaints(**{**AFTER, "recovery_rate": 0.8}).kept - base == pytest.approx(1)


@every(
    ("changed", "due"),
    [({}, (200, 1600, 2000)), ({"base": "complainers"}, (10, 80, 100)), ({"tells_at_least": 25, "tells_at_most": 25}, (200, 5000, 5000)), ({"dissatisfied": 0}, (0, 0, 0))],
)
def test_how_many_hear_of_it(changed, due):
    assert people_told(**{**TOLD, **changed}) == due


@every(("jobs", "due"), [(0, "contractor"), (999, "contractor"), (1000, "equal"), (1001, "own")])
def test_the_crossover_is_where_the_answer_turns(jobs, due):
    assert crossover_jobs(**WORKSHOP) == 1000
    assert make_or_buy(jobs=jobs, **WORKSHOP) == due


@pytest.mark.parametrize("price", [60, 50, 0])
def test_a_contractor_who_asks_no_more_per_job_is_never_beaten(price):
    assert crossover_jobs(**{**WORKSHOP, "price_per_job": price}) is None
    assert make_or_buy(jobs=10**6, **{**WORKSHOP, "price_per_job": price}) == "contractor"


def test_without_a_fixed_cost_the_cheaper_job_decides_from_the_first_on():
    assert crossover_jobs(own_fixed_cost=0, own_cost_per_job=60, price_per_job=150) == 0


LOG = pandas.DataFrame(
    {
        "customer_id": [1, 2, 3, 4],
        "complained_on": pandas.to_datetime(["2024-01-10", "2024-01-20", "2024-02-01", "2024-12-01"]),
        "topic": ["taste", "taste", "delivery", "taste"],
        "handled_days": [1, 9, 4, 2],
        "resolved": [1, 0, 1, 1],
        "satisfied_with_answer": [1, 0, 0, 1],
    }
)
ORDERS = pandas.DataFrame(
    {"customer_id": [1, 1, 2, 3, 5], "ordered_on": pandas.to_datetime(["2024-01-10", "2024-03-01", "2024-06-01", "2023-12-31", "2024-12-31"])}
)


def test_a_log_is_summed_up_by_topic():
    found = complaint_summary(LOG, by="topic")
    assert found["topic"].tolist() == ["taste", "delivery"]
    assert found.iloc[0].tolist()[1:] == [3, 2, pytest.approx(2 / 3), pytest.approx(2 / 3)]


def test_an_order_counts_after_the_complaint_and_within_the_days():
    # Customer 1 orders on the day of the complaint (no) and 51 days later; 2 after 133 days; 3 only before; 4 is too late to be watched.
    assert bought_again(LOG, purchases=ORDERS, within_days=60)["bought_again_share"].tolist() == [1, 0]
    assert bought_again(LOG, purchases=ORDERS, within_days=140)["bought_again_share"].tolist() == [1, 0.5]
    assert bought_again(LOG, purchases=ORDERS, within_days=50)["complaints"].tolist() == [1, 2]


def test_the_running_cases_log_is_read():
    log, purchases = running_case.load("complaints"), running_case.load("purchases")
    assert complaint_summary(log, by="channel")["complaints"].sum() == len(log)
    satisfied, others = bought_again(log, purchases=purchases, within_days=180)["bought_again_share"]
    assert satisfied > others


BAD = [
    (customers_recovered, RECOVERY, {"dissatisfied": [-1], "complaint_share": [5], "recovery_rate": [70], "base": ["all"]}),
    (after_complaints, AFTER, {"dissatisfied": ["x"], "complaint_share": [1.5], "silent_return_rate": [-0.1]}),
    (people_told, TOLD, {"dissatisfied": [-1], "tells_at_least": [11, -1], "base": ["everybody"]}),
    (after_sales_cost, {"jobs": 1, "fixed_cost": 1, "cost_per_job": 1}, {"jobs": [-1], "fixed_cost": ["x"], "cost_per_job": [-1]}),
    (crossover_jobs, WORKSHOP, {"own_fixed_cost": [-1], "own_cost_per_job": [None], "price_per_job": [-5]}),
    (make_or_buy, {"jobs": 10, **WORKSHOP}, {"jobs": [-1], "price_per_job": ["x"]}),
    (complaint_summary, {"complaints": LOG, "by": "topic"}, {"complaints": [LOG.drop(columns="resolved"), LOG.assign(resolved=7)]}),
    (bought_again, {"complaints": LOG, "purchases": ORDERS, "within_days": 60}, {"within_days": [0, 2.5, 5000], "purchases": [ORDERS.drop(columns="ordered_on")]}),
]  # fmt: skip


@every(("function", "good", "bad"), BAD, ids=lambda value: getattr(value, "__name__", ""))
def test_what_cannot_be_used_is_refused_with_a_sentence_that_helps(function, good, bad):
    assert complaints_about_all(function, good, bad) == []


# --- What the explorers' sentences must contain (read by test_pictures.py) ------------------------------------------------


def _people(count):
    return f"{count:,.1f}".removesuffix(".0")


def _recovery_numbers(**rates):
    found = after_complaints(dissatisfied=200, **rates)
    return f"{_people(found.complainers)} complain", f"{_people(found.recovered)} of these are recovered", f"{_people(found.lost)} are lost"


def _gossip_numbers(tells, only_complainers):
    tellers = 200 * figures.COMPLAIN if only_complainers else 200
    return f"{_people(tellers * tells)} hear of it", f"from {_people(tellers * 5)} to {_people(tellers * 25)}"


def _make_numbers(jobs, own_fixed_cost, price_per_job):
    return f"{own_fixed_cost + jobs * figures.OWN_COST_PER_JOB / 1000:,.0f} thousand", f"{jobs * price_per_job / 1000:,.0f}"


NUMBERS = {"recovery_calculator": _recovery_numbers, "gossip_tree": _gossip_numbers, "make_or_buy": _make_numbers}
