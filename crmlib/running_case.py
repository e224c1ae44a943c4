"""The running case: the customer tables of an invented small firm, made from a seed.

Stone Bridge roasts coffee and blends tea. It has supplied cafés and offices since 2015; in January 2022 it
opened a mail-order club for consumers. The tables cover the 36 months 2022-01 to 2024-12; money is in yuan.
Nothing here is data about a real firm or a real person. `TRUE_PARAMETERS` holds what the tables were made with,
so that a lesson can compare an estimate with the truth; `course/data/README.md` describes every column.
"""

import datetime
import math
import random
from dataclasses import dataclass, field
from pathlib import Path
from statistics import NormalDist
from types import MappingProxyType

DEFAULT_SEED = 2021
FIRST_DAY = datetime.date(2022, 1, 1)
LAST_DAY = datetime.date(2024, 12, 31)
SURVEY_DAY = datetime.date(2024, 1, 1)
MONTHS = 36
DATA_FOLDER = Path(__file__).resolve().parent.parent / "course" / "data" / "running_case"

# Kinds of column: id, whole (integers), whole? (integers that may be missing), number (two decimals), number?,
# date, date? and text. Used when the tables are made and again when they are read, so both give equal frames.
SCHEMA = {
    "customers": {
        "customer_id": "id", "type": "text", "region": "text", "acquisition_channel": "text", "acquired_on": "date",
        "acquisition_cost": "number", "referred_by": "whole?", "left_on": "date?", "tier": "text"},
    "purchases": {
        "order_id": "id", "customer_id": "id", "ordered_on": "date", "category": "text", "revenue": "whole",
        "voucher": "whole", "service_calls": "whole", "contribution": "whole"},
    "campaigns": {
        "quarter": "text", "channel": "text", "pieces": "whole", "cost_per_piece": "number",
        "rental_per_piece": "number", "reward_per_customer": "number", "customers_won": "whole"},
    "complaints": {
        "complaint_id": "id", "customer_id": "id", "order_id": "id", "complained_on": "date", "channel": "text",
        "topic": "text", "handled_days": "whole", "resolved": "whole", "satisfied_with_answer": "whole"},
    "survey": {
        "customer_id": "id", "region": "text", "answered": "text", "overall_satisfaction": "whole?",
        "last_order_satisfactory": "whole?", "expectation": "whole?", "perceived_performance": "whole?",
        **{f"rating_{name}": "whole?" for name in
           ("taste", "freshness", "delivery", "advice", "price", "choice", "website", "packaging")},
        **{f"importance_{name}": "whole?" for name in
           ("taste", "freshness", "delivery", "advice", "price", "choice", "website", "packaging")},
        "would_repurchase": "whole?", "would_recommend": "whole?"},
    "lost_customers": {"customer_id": "id", "reason": "text", "went_to": "text"},
    "relationships": {
        "customer_id": "id", "year": "whole", "years_as_customer": "whole", "yearly_volume": "whole",
        "share_of_wallet": "number", "supply_reliability": "number", "information_shared": "text",
        "information_sensitivity": "whole", "problems_solved_jointly": "whole"},
    "offers": {
        "offer": "text", "product_value": "whole", "service_value": "whole", "personnel_value": "whole",
        "image_value": "whole", "monetary_cost": "whole", "time_cost": "whole", "mental_energy_cost": "whole",
        "physical_energy_cost": "whole"},
    "truth_consumers": {
        "customer_id": "id", "steadiness": "text", "satisfaction": "whole", "dissatisfied_orders": "whole"},
    "truth_businesses": {"customer_id": "id", "year": "whole", "stage": "text", "loyal": "whole"},
}
TABLES = tuple(SCHEMA)


def _fixed(mapping):
    """Return a read-only view of a mapping, nested mappings included, so that no lesson can bend the truth."""
    return MappingProxyType({key: _fixed(value) if isinstance(value, dict) else value
                             for key, value in mapping.items()})


def _constant(mapping):
    """Return a dataclass field whose value is a read-only mapping."""
    return field(default_factory=lambda: _fixed(mapping))


@dataclass(frozen=True)
class TrueParameters:
    """What the tables were made with: rates are fractions, money is yuan, periods are named."""

    region_share: MappingProxyType = _constant(
        {"riverside": 0.43, "harbour": 0.24, "hills": 0.10, "oldtown": 0.11, "island": 0.12})
    market_of_region: MappingProxyType = _constant(
        {"riverside": "ordinary", "harbour": "competitive", "hills": "ordinary", "oldtown": "ordinary",
         "island": "captive"})
    # Share of consumers whose satisfaction, 1 to 5, has this level; a consumer keeps it for life.
    satisfaction_share: MappingProxyType = _constant({1: 0.06, 2: 0.12, 3: 0.24, 4: 0.36, 5: 0.22})
    # Share of steady consumers (the others are fickle): a channel decides who comes, not how they are treated.
    steady_share: MappingProxyType = _constant(
        {"random_mailing": 0.55, "rented_list": 0.36, "search_advertising": 0.45, "walk_in": 0.60, "referral": 0.80})
    # Yearly retention by satisfaction level, before steadiness: convex where rivals are many, flat where
    # switching is hard. A consumer's own retention is this number to the power given by their steadiness.
    retention_curve: MappingProxyType = _constant({
        "competitive": {1: 0.30, 2: 0.34, 3: 0.41, 4: 0.55, 5: 0.88},
        "ordinary": {1: 0.40, 2: 0.50, 3: 0.60, 4: 0.70, 5: 0.80},
        "captive": {1: 0.80, 2: 0.81, 3: 0.82, 4: 0.83, 5: 0.84}})
    steadiness_power: MappingProxyType = _constant({"steady": 0.30, "fickle": 2.0})
    # Leaving after a complaint: the monthly exit rate is multiplied for twelve months.
    exit_factor_after_complaint: MappingProxyType = _constant({"satisfied": 0.4, "dissatisfied": 3.0})
    complaint_memory_months: int = 12
    # The delivery failure: one region, one quarter.
    failure_region: str = "hills"
    failure_quarter: str = "2024Q2"
    failure_exit_factor: float = 3.0
    failure_dissatisfied_share: float = 0.80
    # The iceberg.
    dissatisfied_order_share: MappingProxyType = _constant({1: 0.80, 2: 0.55, 3: 0.33, 4: 0.16, 5: 0.07})
    complaint_probability: float = 0.042
    satisfied_with_answer: MappingProxyType = _constant({"within_3_days": 0.80, "within_10_days": 0.50, "later": 0.15})
    # Referrals per consumer and year = by satisfaction x by steadiness.
    yearly_referrals: MappingProxyType = _constant({1: 0.0, 2: 0.02, 3: 0.06, 4: 0.14, 5: 0.32})
    referral_factor: MappingProxyType = _constant({"steady": 1.2, "fickle": 0.7})
    # Acquisition: response per piece (letters, clicks or counter leaflets).
    response_rate: MappingProxyType = _constant(
        {"random_mailing": 0.01, "rented_list": 0.04, "search_advertising": 0.02, "walk_in": 0.25})
    pieces_per_quarter: MappingProxyType = _constant(
        {"random_mailing": 5000, "rented_list": 1600, "search_advertising": 3200, "walk_in": 180})
    cost_per_piece: MappingProxyType = _constant(
        {"random_mailing": 3.5, "rented_list": 3.5, "search_advertising": 3.6, "walk_in": 0.3, "referral": 0.0})
    rental_per_piece: MappingProxyType = _constant(
        {"random_mailing": 0.0, "rented_list": 1.4, "search_advertising": 0.0, "walk_in": 0.0, "referral": 0.0})
    reward_per_customer: MappingProxyType = _constant(
        {"random_mailing": 0.0, "rented_list": 0.0, "search_advertising": 0.0, "walk_in": 20.0, "referral": 60.0})
    # Orders of consumers.
    median_order_chance_per_month: float = 0.33
    median_basket: float = 110.0
    yearly_growth_of_order_value: float = 0.08
    category_share: MappingProxyType = _constant({"coffee": 0.50, "tea": 0.30, "equipment": 0.08, "gift": 0.12})
    category_price: MappingProxyType = _constant({"coffee": 1.0, "tea": 1.0, "equipment": 2.2, "gift": 1.5})
    contribution_margin: MappingProxyType = _constant({"coffee": 0.40, "tea": 0.46, "equipment": 0.26, "gift": 0.42})
    handling_cost_per_order: float = 22.0
    cost_per_service_call: float = 8.0
    # By year of tenure: newcomers call more and pay less (they use more vouchers: the price premium of the old).
    service_calls_per_order: MappingProxyType = _constant({"first_year": 0.30, "later": 0.12})
    voucher_use: MappingProxyType = _constant({"first_year": 0.35, "later": 0.08})
    voucher_value: int = 15
    # The survey of January 2024: letters, answered the more often the happier; then telephone calls to a
    # random third of those who kept silent, all of whom answer.
    survey_sample: MappingProxyType = _constant(
        {"riverside": 220, "harbour": 140, "hills": 80, "oldtown": 80, "island": 80})
    survey_response: MappingProxyType = _constant({1: 0.14, 2: 0.20, 3: 0.30, 4: 0.48, 5: 0.66})
    telephone_share: float = 1 / 3
    # Attributes: how far the rating moves with overall satisfaction (true importance), where it lies for a
    # neutral customer (performance), and what people say is important.
    attribute_weight: MappingProxyType = _constant(
        {"taste": 0.9, "freshness": 0.8, "delivery": 0.75, "advice": 0.45, "price": 0.35, "choice": 0.3,
         "website": 0.1, "packaging": 0.1})
    attribute_performance: MappingProxyType = _constant(
        {"taste": 4.0, "freshness": 3.8, "delivery": 2.8, "advice": 3.6, "price": 3.1, "choice": 3.4,
         "website": 2.6, "packaging": 4.2})
    stated_importance: MappingProxyType = _constant(
        {"taste": 4.6, "freshness": 4.3, "delivery": 4.2, "advice": 3.0, "price": 4.5, "choice": 3.2,
         "website": 2.4, "packaging": 2.2})
    performance_gap: MappingProxyType = _constant({1: -3.2, 2: -2.0, 3: -0.8, 4: 0.3, 5: 1.5})
    mean_recommendation: MappingProxyType = _constant({1: 1.5, 2: 3.5, 3: 5.8, 4: 7.7, 5: 9.4})
    # Businesses.
    businesses_at_start: int = 180
    businesses_won_per_quarter: int = 8
    stage_share_at_start: MappingProxyType = _constant(
        {"basic": 0.50, "cooperative": 0.33, "interdependent": 0.17})
    loyal_share: MappingProxyType = _constant({"basic": 0.35, "cooperative": 0.60, "interdependent": 0.90})
    business_retention: MappingProxyType = _constant({"loyal": 0.94, "not_loyal": 0.80})
    reliability_needed_to_rise: float = 0.92
    reliability_that_throws_back: float = 0.85
    chance_to_rise: float = 0.45
    bad_supply_year: float = 0.15
    median_yearly_volume: float = 6000.0
    business_margin: float = 0.30
    demanding_share: float = 0.15
    cost_to_serve_if_demanding: float = 0.42
    cost_to_serve_otherwise: tuple = (0.08, 0.18)


TRUE_PARAMETERS = TrueParameters()
_TRUE = TRUE_PARAMETERS

STAGES = ("basic", "cooperative", "interdependent")
# How sensitive a piece of shared information is: 1 everyday, 2 useful, 3 sensitive.
INFORMATION_SENSITIVITY = _fixed({
    "opening_hours": 1, "order_forecast": 2, "stock_level": 2, "promotion_calendar": 2,
    "cost_structure": 3, "sales_margin": 3, "new_product_plan": 3})
# Chance that a business in this stage shares information of this sensitivity (per piece and year).
_SHARES = {"basic": {1: 0.7, 2: 0.06, 3: 0.0}, "cooperative": {1: 0.9, 2: 0.65, 3: 0.0},
           "interdependent": {1: 0.9, 2: 0.8, 3: 0.75}}
_JOINT_PROBLEMS = {"basic": (0, 0, 0, 1), "cooperative": (0, 1, 1, 2), "interdependent": (2, 3, 4, 6)}
_TOPICS = {"delivery": 0.32, "taste": 0.22, "wrong_item": 0.20, "price": 0.11, "staff": 0.15}
_FAILURE_TOPICS = {"delivery": 0.92, "taste": 0.02, "wrong_item": 0.02, "price": 0.02, "staff": 0.02}
_COMPLAINT_CHANNELS = {"telephone": 0.45, "online_message": 0.30, "letter": 0.10, "visit": 0.15}
_BUSINESS_CHANNELS = {"sales_visit": 0.55, "trade_fair": 0.25, "referral": 0.20}
_BUSINESS_COST = {"sales_visit": 900.0, "trade_fair": 1400.0, "referral": 200.0}
# What one buyer sees in three offers, in yuan per month of coffee (lesson on delivered value): ours to argue with.
_OFFERS = (("stone_bridge", 130, 32, 18, 20, 120, 14, 8, 4),
           ("rival_roaster", 125, 22, 12, 18, 112, 10, 7, 4),
           ("supermarket", 84, 8, 4, 9, 66, 9, 3, 9))


class Draws:
    """A stream of random numbers that stays the same on every platform and version.

    Only `random.Random.random()` is used, the one method whose sequence Python promises to keep; normal values
    and choices are derived from it here.
    """

    def __init__(self, seed, part):
        """Start the stream of one part of the case, so that changing one part leaves the others as they were."""
        self.uniform = random.Random(f"{seed}:{part}").random

    def chance(self, probability):
        """Return True with a probability (fraction)."""
        return self.uniform() < probability

    def choice(self, shares):
        """Return one key of a mapping of shares that add up to 1."""
        mark = self.uniform()
        for key, share in shares.items():
            mark -= share
            if mark < 0:
                break
        return key

    def whole(self, low, high):
        """Return an integer from low to high, both included, all equally likely."""
        return low + int(self.uniform() * (high - low + 1))

    def normal(self, mean=0.0, deviation=1.0):
        """Return a normal value."""
        return mean + deviation * NormalDist().inv_cdf(min(max(self.uniform(), 1e-9), 1 - 1e-9))

    def successes(self, trials, probability):
        """Return how many of a number of independent trials succeed."""
        return sum(self.chance(probability) for _ in range(trials))

    def sample(self, items, size):
        """Return a simple random sample of a list, in the list's order."""
        lucky = sorted(range(len(items)), key=[self.uniform() for _ in items].__getitem__)[:size]
        return [items[index] for index in sorted(lucky)]


# ---------------------------------------------------------------------------------------------- the truth in use
def true_retention(*, region, steadiness, satisfaction):
    """Return a consumer's yearly retention (fraction), failure quarter and complaints aside.

    >>> round(true_retention(region="island", steadiness="fickle", satisfaction=1), 3)
    0.64
    """
    curve = _TRUE.retention_curve[_TRUE.market_of_region[region]]
    return curve[satisfaction] ** _TRUE.steadiness_power[steadiness]


def expected_retention(*, channel, years=1):
    """Return the expected share of a channel's newcomers who are still customers after some years.

    >>> expected_retention(channel="rented_list") < expected_retention(channel="referral")
    True
    """
    steady = _TRUE.steady_share[channel]
    return sum(
        region_share * level_share * share * true_retention(
            region=region, steadiness=steadiness, satisfaction=level) ** years
        for region, region_share in _TRUE.region_share.items()
        for level, level_share in _TRUE.satisfaction_share.items()
        for steadiness, share in (("steady", steady), ("fickle", 1 - steady)))


def active_on(customers, day):
    """Tell for each row of the customers table whether the person was a customer at the start of a day.

    Accounts open on `acquired_on` and close at the end of `left_on`.
    """
    import pandas

    day = pandas.Timestamp(day)
    return (customers["acquired_on"] < day) & (customers["left_on"].isna() | (customers["left_on"] >= day))


# ------------------------------------------------------------------------------------------------------- calendar
def _day(month, day=1):
    """Return the date of a day in a month counted from January 2022 = 0."""
    return datetime.date(FIRST_DAY.year + month // 12, month % 12 + 1, day)


def _month_end(month):
    """Return the last day of a month counted from January 2022 = 0."""
    return _day(month + 1) - datetime.timedelta(days=1)


def _quarter(month):
    """Return the name of the quarter of a month counted from January 2022 = 0.

    >>> _quarter(27)
    '2024Q2'
    """
    return f"{FIRST_DAY.year + month // 12}Q{month % 12 // 3 + 1}"


def _fails(region, month):
    """Tell whether deliveries fail in this region and month."""
    return region == _TRUE.failure_region and _quarter(month) == _TRUE.failure_quarter


# ------------------------------------------------------------------------------------------------------ consumers
@dataclass(slots=True)
class _Consumer:
    """One consumer while the story runs."""

    id: int
    channel: str
    region: str
    month: int
    day: int
    steadiness: str
    satisfaction: int
    order_chance: float
    basket: float
    favourite: str
    referred_by: int | None = None
    left_month: int | None = None
    dissatisfied_orders: int = 0
    unhappy_before_survey: bool = False
    complaint_month: int | None = None
    complaint_settled: bool = False


def _new_consumer(draws, number, month, channel, referrer=None):
    """Return a newcomer; friends live in the same region as the consumer who brought them."""
    steady = draws.chance(_TRUE.steady_share[channel])
    region = draws.choice(_TRUE.region_share)
    return _Consumer(
        id=10_000 + number, channel=channel, month=month, day=draws.whole(1, 28),
        region=referrer.region if referrer else region,
        steadiness="steady" if steady else "fickle",
        satisfaction=draws.choice(_TRUE.satisfaction_share),
        order_chance=min(0.9, _TRUE.median_order_chance_per_month * math.exp(draws.normal(0, 0.6))),
        basket=_TRUE.median_basket * math.exp(draws.normal(0, 0.65)),
        favourite=draws.choice(_TRUE.category_share),
        referred_by=referrer.id if referrer else None)


def _responses(draws, quarter_start):
    """Return (month, channel) of every consumer whom a quarter's campaigns win."""
    return [(quarter_start + draws.whole(0, 2), channel)
            for channel, rate in _TRUE.response_rate.items()
            for _ in range(draws.successes(_TRUE.pieces_per_quarter[channel], rate))]


def _tenure_band(consumer, month):
    """Return whether a month lies in a consumer's first year or later."""
    return "first_year" if month - consumer.month < 12 else "later"


def _order(draws, consumer, month, day):
    """Return one order of a consumer as a row without its id."""
    category = consumer.favourite if draws.chance(0.7) else draws.choice(_TRUE.category_share)
    growth = (1 + _TRUE.yearly_growth_of_order_value) ** ((month - consumer.month) / 12)
    value = consumer.basket * _TRUE.category_price[category] * growth * math.exp(draws.normal(0, 0.35))
    band = _tenure_band(consumer, month)
    voucher = _TRUE.voucher_value if draws.chance(_TRUE.voucher_use[band]) else 0
    calls = int(draws.chance(_TRUE.service_calls_per_order[band]))
    revenue = max(20, round(value)) - voucher
    contribution = (revenue * _TRUE.contribution_margin[category] - _TRUE.handling_cost_per_order
                    - calls * _TRUE.cost_per_service_call)
    return [consumer.id, _day(month, day), category, revenue, voucher, calls, round(contribution)]


def _complaint(draws, consumer, month, day):
    """Return a complaint about an order as a row without ids; the consumer remembers how it was answered."""
    days = draws.choice({2: 0.20, 3: 0.20, 5: 0.15, 8: 0.15, 14: 0.15, 21: 0.15})
    days = max(1, days - draws.whole(0, 1))
    speed = "within_3_days" if days <= 3 else "within_10_days" if days <= 10 else "later"
    satisfied = draws.chance(_TRUE.satisfied_with_answer[speed])
    resolved = satisfied or draws.chance(0.5)
    consumer.complaint_month, consumer.complaint_settled = month, satisfied
    topic = draws.choice(_FAILURE_TOPICS if _fails(consumer.region, month) else _TOPICS)
    # Complaints come on the day of the order or soon after, but within its month, before accounts may close.
    complained_on = min(_day(month, day) + datetime.timedelta(days=draws.whole(0, 6)), _month_end(month))
    return [complained_on, draws.choice(_COMPLAINT_CHANNELS), topic, days, int(resolved), int(satisfied)]


def _exit_factor(consumer, month):
    """Return by how much the failure quarter and a recent complaint multiply the exit rate."""
    factor = _TRUE.failure_exit_factor if _fails(consumer.region, month) else 1.0
    if consumer.complaint_month is not None and month - consumer.complaint_month < _TRUE.complaint_memory_months:
        factor *= _TRUE.exit_factor_after_complaint["satisfied" if consumer.complaint_settled else "dissatisfied"]
    return factor


def _leaves(draws, consumer, month):
    """Decide whether a consumer closes the account at the end of a month."""
    yearly = true_retention(
        region=consumer.region, steadiness=consumer.steadiness, satisfaction=consumer.satisfaction)
    return draws.chance(1 - yearly ** (_exit_factor(consumer, month) / 12))


def _is_unhappy_with_order(draws, consumer, month):
    """Decide whether an order leaves its buyer dissatisfied (nobody at the firm sees this)."""
    share = _TRUE.dissatisfied_order_share[consumer.satisfaction]
    if _fails(consumer.region, month):
        share = _TRUE.failure_dissatisfied_share
    return draws.chance(share)


def _live_month(streams, consumer, month, orders, complaints):
    """Let one consumer order, be dissatisfied, complain and perhaps leave in one month."""
    newcomer = month == consumer.month
    if newcomer or streams["orders"].chance(consumer.order_chance):
        day = consumer.day if newcomer else streams["orders"].whole(1, 28)
        orders.append(_order(streams["orders"], consumer, month, day))
        unhappy = _is_unhappy_with_order(streams["complaints"], consumer, month)
        consumer.dissatisfied_orders += unhappy
        if _day(month) < SURVEY_DAY:
            consumer.unhappy_before_survey = unhappy
        if unhappy and streams["complaints"].chance(_TRUE.complaint_probability):
            complaints.append((orders[-1], _complaint(streams["complaints"], consumer, month, day)))
    if _leaves(streams["leaving"], consumer, month):
        consumer.left_month = month


def _refers(draws, consumer):
    """Decide whether a consumer brings a friend this month."""
    yearly = _TRUE.yearly_referrals[consumer.satisfaction] * _TRUE.referral_factor[consumer.steadiness]
    return draws.chance(yearly / 12)


def _run_club(seed):
    """Run the mail-order club for 36 months and return consumers, order rows and (order row, complaint row) pairs."""
    streams = {part: Draws(seed, part) for part in ("arrivals", "orders", "complaints", "leaving", "referrals")}
    consumers, orders, complaints = [], [], []
    arrivals = {month: [] for month in range(MONTHS + 3)}
    for month in range(MONTHS):
        if month % 3 == 0:
            for when, channel in _responses(streams["arrivals"], month):
                arrivals[when].append((channel, None))
        for channel, referrer in arrivals[month]:
            consumers.append(_new_consumer(streams["arrivals"], len(consumers) + 1, month, channel, referrer))
        for consumer in consumers:
            if consumer.left_month is None:
                _live_month(streams, consumer, month, orders, complaints)
                if _refers(streams["referrals"], consumer):
                    arrivals[month + 1].append(("referral", consumer))
    return consumers, orders, complaints


def _campaign_rows(consumers):
    """Return one row per quarter and channel: what was spent and how many consumers it won."""
    won = {}
    for consumer in consumers:
        key = _quarter(consumer.month), consumer.channel
        won[key] = won.get(key, 0) + 1
    return [[_quarter(month), channel, _TRUE.pieces_per_quarter.get(channel, 0), _TRUE.cost_per_piece[channel],
             _TRUE.rental_per_piece[channel], _TRUE.reward_per_customer[channel],
             won.get((_quarter(month), channel), 0)]
            for month in range(0, MONTHS, 3) for channel in _TRUE.steady_share]


def _consumer_rows(consumers, campaigns):
    """Return the consumers' rows of the customers table, tier still open; cost comes from the quarter's campaign."""
    cost = {(quarter, channel): pieces * (piece + rental) / won + reward
            for quarter, channel, pieces, piece, rental, reward, won in campaigns if won}
    return [[c.id, "consumer", c.region, c.channel, _day(c.month, c.day), round(cost[_quarter(c.month), c.channel], 2),
             c.referred_by, None if c.left_month is None else _month_end(c.left_month), None]
            for c in consumers]


def _lost_rows(draws, consumers):
    """Return the interviews with two in five of the consumers who left: why, and where they went."""
    rows = []
    for consumer in consumers:
        if consumer.left_month is None or not draws.chance(0.4):
            continue
        unhappy = (5 - consumer.satisfaction) / 4
        reasons = {"moved_away": 0.3 - 0.2 * unhappy, "needs_changed": 0.35 - 0.25 * unhappy, "better_price": 0.25,
                   "poor_taste": 0.05 + 0.2 * unhappy, "poor_delivery": 0.05 + 0.25 * unhappy}
        reason = draws.choice(reasons)
        if _fails(consumer.region, consumer.left_month) and draws.chance(0.7):
            reason = "poor_delivery"
        stopped = reason in ("moved_away", "needs_changed")
        went_to = "nowhere" if stopped else draws.choice({"rival_roaster": 0.55, "supermarket": 0.30, "cafe": 0.15})
        rows.append([consumer.id, reason, went_to])
    return rows


# --------------------------------------------------------------------------------------------------------- survey
def _level(value, low, high):
    """Return a value rounded to a whole number on a scale."""
    return min(max(math.floor(value + 0.5), low), high)


def _answers(draws, consumer):
    """Return the answers of one consumer: overall, last order, expectation, performance, ratings, intentions."""
    satisfaction = consumer.satisfaction
    expectation = _level(draws.normal(7, 1.2), 2, 10)
    perceived = _level(expectation + _TRUE.performance_gap[satisfaction] + draws.normal(0, 0.7), 1, 10)
    ratings = [_level(_TRUE.attribute_performance[name] + weight * (satisfaction - 3.5) + draws.normal(0, 0.7), 1, 5)
               for name, weight in _TRUE.attribute_weight.items()]
    importance = [_level(draws.normal(mean, 0.7), 1, 5) for mean in _TRUE.stated_importance.values()]
    repurchase = _level(satisfaction + draws.normal(0.3, 0.6), 1, 5)
    recommend = _level(draws.normal(_TRUE.mean_recommendation[satisfaction], 1.2), 0, 10)
    return [satisfaction, int(not consumer.unhappy_before_survey), expectation, perceived,
            *ratings, *importance, repurchase, recommend]


def _invited(draws, consumers, region):
    """Return a simple random sample of the consumers of one region at the day of the survey."""
    survey_month = (SURVEY_DAY.year - FIRST_DAY.year) * 12 + SURVEY_DAY.month - 1
    frame = [c for c in consumers if c.region == region and c.month < survey_month
             and (c.left_month is None or c.left_month >= survey_month)]
    return draws.sample(frame, _TRUE.survey_sample[region])


def _survey_rows(draws, consumers):
    """Return one row per invited consumer: who answered the letter, who the telephone call, who nothing."""
    rows = []
    for region in _TRUE.survey_sample:
        invited = _invited(draws, consumers, region)
        by_letter = [c for c in invited if draws.chance(_TRUE.survey_response[c.satisfaction])]
        answered = {c.id: "letter" for c in by_letter}
        silent = [c for c in invited if c.id not in answered]
        answered |= {c.id: "telephone" for c in draws.sample(silent, round(len(silent) * _TRUE.telephone_share))}
        for consumer in invited:
            answers = _answers(draws, consumer)
            how = answered.get(consumer.id, "none")
            rows.append([consumer.id, region, how, *(answers if how != "none" else [None] * len(answers))])
    return sorted(rows)


# ----------------------------------------------------------------------------------------------------- businesses
@dataclass(slots=True)
class _Business:
    """One business customer while the story runs; months before January 2022 are negative."""

    id: int
    channel: str
    region: str
    month: int
    day: int
    stage: str
    loyal: bool
    volume: float
    demanding: bool
    cost_share: float
    referred_by: int | None = None
    left_month: int | None = None


def _cost_to_serve(draws, demanding):
    """Return the cost of serving a business as a share of its revenue."""
    low, high = _TRUE.cost_to_serve_otherwise
    return _TRUE.cost_to_serve_if_demanding if demanding else low + (high - low) * draws.uniform()


def _new_business(draws, number, month, known, stage):
    """Return a business; volume is drawn apart from stage and tenure, so that buying much is not being a partner."""
    channel = draws.choice(_BUSINESS_CHANNELS)
    earlier = [b for b in known if b.month < month]
    referrer = earlier[draws.whole(0, len(earlier) - 1)].id if channel == "referral" and earlier else None
    demanding = draws.chance(_TRUE.demanding_share)
    return _Business(
        id=20_000 + number, channel=channel if referrer or channel != "referral" else "sales_visit",
        region=draws.choice(_TRUE.region_share), month=month, day=draws.whole(1, 28), stage=stage,
        loyal=draws.chance(_TRUE.loyal_share[stage]),
        volume=_TRUE.median_yearly_volume * math.exp(draws.normal(0, 0.9)), demanding=demanding,
        cost_share=_cost_to_serve(draws, demanding), referred_by=referrer)


def _businesses(draws):
    """Return all businesses: those of the opening day, in order of arrival, and those won afterwards."""
    months = sorted(-draws.whole(1, 84) for _ in range(_TRUE.businesses_at_start))
    months += [quarter * 3 + draws.whole(0, 2) for quarter in range(MONTHS // 3)
               for _ in range(_TRUE.businesses_won_per_quarter)]
    firms = []
    for month in sorted(months):
        stage = draws.choice(_TRUE.stage_share_at_start) if month < 0 else "basic"
        firms.append(_new_business(draws, len(firms) + 1, month, firms, stage))
    return firms


def _next_stage(draws, stage, reliability):
    """Return next year's stage: up only where supply was reliable, back to basic where it failed."""
    if reliability < _TRUE.reliability_that_throws_back:
        return "basic"
    if reliability >= _TRUE.reliability_needed_to_rise and draws.chance(_TRUE.chance_to_rise):
        return STAGES[min(STAGES.index(stage) + 1, len(STAGES) - 1)]
    return stage


def _evidence(draws, firm, year, stage, reliability, volume):
    """Return one year's evidence about a business, from which a reader may diagnose the stage."""
    shared = [name for name, level in INFORMATION_SENSITIVITY.items() if draws.chance(_SHARES[stage][level])]
    if stage == "interdependent" and not any(INFORMATION_SENSITIVITY[name] == 3 for name in shared):
        shared.append("cost_structure")
    if stage == "cooperative" and not any(INFORMATION_SENSITIVITY[name] == 2 for name in shared):
        shared.append("order_forecast")
    wallet = 0.72 + 0.26 * draws.uniform() if firm.loyal else 0.10 + 0.38 * draws.uniform()
    problems = _JOINT_PROBLEMS[stage][draws.whole(0, 3)]
    # Whole years at the end of the year: months before 2022 are negative, so the difference is the tenure.
    years = ((year - FIRST_DAY.year + 1) * 12 - firm.month) // 12
    sensitivity = max((INFORMATION_SENSITIVITY[name] for name in shared), default=0)
    return [firm.id, year, years, volume, round(wallet, 2), round(reliability, 2),
            ";".join(shared) or "none", sensitivity, problems]


def _supply_reliability(draws):
    """Return the share of a year's deliveries that were on time and complete."""
    bad = draws.chance(_TRUE.bad_supply_year)
    return round(min(1.0, draws.normal(0.79, 0.03) if bad else draws.normal(0.955, 0.02)), 2)


def _invoice(draws, firm, month):
    """Return a business's invoice for the quarter that ends with this month, as an order row without id."""
    factor = 1.0 if firm.month < month - 1 else 0.5
    revenue = max(150, round(firm.volume / 4 * factor * math.exp(draws.normal(0, 0.15))))
    calls = draws.whole(3, 8) if firm.demanding else draws.whole(0, 2)
    contribution = round(revenue * (_TRUE.business_margin - firm.cost_share))
    return [firm.id, _month_end(month), "supply", revenue, 0, calls, contribution]


def _business_leaves(draws, firm, month):
    """Decide whether a business ends the relationship at the end of a month."""
    yearly = _TRUE.business_retention["loyal" if firm.loyal else "not_loyal"]
    return month >= max(firm.month, 0) and draws.chance(1 - yearly ** (1 / 12))


def _business_year(draws, firm, year):
    """Let one business buy and perhaps leave in one year; return its invoices."""
    invoices = []
    start = (year - FIRST_DAY.year) * 12
    for month in range(max(start, firm.month), start + 12):
        leaves = _business_leaves(draws, firm, month)
        if month % 3 == 2 or leaves:
            invoices.append(_invoice(draws, firm, month))
        if leaves:
            firm.left_month = month
            break
    return invoices


def _run_businesses(seed):
    """Run the business side and return firms, invoice rows, evidence rows and the rows of their true stages."""
    draws, orders, evidence, truth = Draws(seed, "businesses"), [], [], []
    firms = _businesses(draws)
    for firm in firms:
        for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
            if firm.left_month is not None or firm.month >= (year - FIRST_DAY.year + 1) * 12:
                continue
            invoices = _business_year(draws, firm, year)
            reliability = _supply_reliability(draws)
            evidence.append(_evidence(draws, firm, year, firm.stage, reliability, sum(row[3] for row in invoices)))
            truth.append([firm.id, year, firm.stage, int(firm.loyal)])
            orders += invoices
            firm.stage = _next_stage(draws, firm.stage, reliability)
    return firms, orders, evidence, truth


def _business_rows(firms):
    """Return the businesses' rows of the customers table, tier still open."""
    return [[f.id, "business", f.region, f.channel, _day(f.month, f.day), _BUSINESS_COST[f.channel], f.referred_by,
             None if f.left_month is None else _month_end(f.left_month), None] for f in firms]


# --------------------------------------------------------------------------------------------------------- tables
def _frame(name, rows):
    """Return rows as a typed frame of the named table."""
    import pandas

    return _typed(name, pandas.DataFrame(rows, columns=list(SCHEMA[name])))


def _typed(name, frame):
    """Return a frame with the column types that SCHEMA names."""
    import pandas

    kinds = {"id": "int64", "whole": "int64", "whole?": "Int64", "number": "float64", "text": "str"}
    for column, kind in SCHEMA[name].items():
        if kind.startswith("date"):
            frame[column] = pandas.to_datetime(frame[column], format="%Y-%m-%d").astype("datetime64[s]")
        else:
            frame[column] = frame[column].astype(kinds[kind])
    return frame


def yearly_contribution(customers, purchases):
    """Return each customer's contribution per year (yuan) in the window, indexed by customer_id.

    The years run from the later of the first day of the window and `acquired_on` to `left_on` or the end of the window;
    less than a year counts as one.
    """
    import pandas

    by_id = customers.set_index("customer_id")
    start = by_id["acquired_on"].clip(lower=pandas.Timestamp(FIRST_DAY))
    end = by_id["left_on"].fillna(pandas.Timestamp(LAST_DAY))
    years = ((end - start).dt.days / 365.25).clip(lower=1.0)
    return purchases.groupby("customer_id")["contribution"].sum().reindex(by_id.index, fill_value=0) / years


def tiers(contribution):
    """Return the tier of each customer from the yearly contribution (yuan): top 4 %, next 16 %, rest, not above 0."""
    order = contribution.rank(method="first", ascending=False) / len(contribution)
    tier = order.map(lambda place: "platinum" if place <= 0.04 else "gold" if place <= 0.20 else "iron")
    return tier.mask(contribution <= 0, "lead")


def _order_tables(club_orders, invoices, complaint_pairs):
    """Return purchases, numbered by date, and complaints, which name the order they are about."""
    ordered = sorted(club_orders + invoices, key=lambda row: (row[1], row[0]))
    number = {id(row): position for position, row in enumerate(ordered, start=1)}
    purchases = _frame("purchases", [[number[id(row)], *row] for row in ordered])
    pairs = sorted(complaint_pairs, key=lambda pair: (pair[1][0], number[id(pair[0])]))
    complaints = _frame("complaints", [[position, order[0], number[id(order)], *rest]
                                       for position, (order, rest) in enumerate(pairs, start=1)])
    return purchases, complaints


def generate(seed=DEFAULT_SEED):
    """Return all tables of the case, by name; the same seed always gives the same tables.

    >>> generate()["offers"]["offer"].tolist()
    ['stone_bridge', 'rival_roaster', 'supermarket']
    """
    consumers, club_orders, complaint_pairs = _run_club(seed)
    firms, invoices, evidence, stages = _run_businesses(seed)
    campaigns = _campaign_rows(consumers)
    purchases, complaints = _order_tables(club_orders, invoices, complaint_pairs)
    customers = _frame("customers", _consumer_rows(consumers, campaigns) + _business_rows(firms))
    customers["tier"] = tiers(yearly_contribution(customers, purchases)).to_numpy()
    truth = [[c.id, c.steadiness, c.satisfaction, c.dissatisfied_orders] for c in consumers]
    return {
        "customers": _typed("customers", customers), "purchases": purchases,
        "campaigns": _frame("campaigns", campaigns), "complaints": complaints,
        "survey": _frame("survey", _survey_rows(Draws(seed, "survey"), consumers)),
        "lost_customers": _frame("lost_customers", _lost_rows(Draws(seed, "lost"), consumers)),
        "relationships": _frame("relationships", evidence), "offers": _frame("offers", _OFFERS),
        "truth_consumers": _frame("truth_consumers", truth),
        "truth_businesses": _frame("truth_businesses", stages)}


def write(folder=DATA_FOLDER, seed=DEFAULT_SEED):
    """Write every table as a CSV file into a folder, byte for byte the same each time, and return the paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, frame in generate(seed).items():
        text = frame.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d", float_format="%.2f")
        paths.append(folder / f"{name}.csv")
        paths[-1].write_bytes(text.encode("utf-8"))
    return paths


def load(name):
    """Return one committed table by name, with dates as dates and whole numbers as whole numbers."""
    if name not in SCHEMA:
        raise ValueError(f"There is no table {name!r} in the running case. Choose one of: {', '.join(TABLES)}.")
    path = DATA_FOLDER / f"{name}.csv"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `crmlib build` in the repository to write it again.")
    import pandas

    # "none" is an answer here, not a gap, so only an empty field counts as missing.
    return _typed(name, pandas.read_csv(path, keep_default_na=False, na_values=[""]))
