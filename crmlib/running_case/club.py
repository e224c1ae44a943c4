"""The mail-order club: consumers who come, order, are dissatisfied, complain, refer and leave."""

import datetime
import math
from dataclasses import dataclass

from crmlib.running_case.draws import Draws
from crmlib.running_case.months import MONTHS, SURVEY_DAY, day_of, month_end, quarter_of
from crmlib.running_case.truth import TRUE_PARAMETERS, deliveries_fail, true_retention

_TOPICS = {"delivery": 0.32, "taste": 0.22, "wrong_item": 0.20, "price": 0.11, "staff": 0.15}
_FAILURE_TOPICS = {"delivery": 0.92, "taste": 0.02, "wrong_item": 0.02, "price": 0.02, "staff": 0.02}
_COMPLAINT_CHANNELS = {"telephone": 0.45, "online_message": 0.30, "letter": 0.10, "visit": 0.15}


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
    steady = draws.chance(TRUE_PARAMETERS.steady_share[channel])
    region = draws.choice(TRUE_PARAMETERS.region_share)
    return _Consumer(
        id=10_000 + number, channel=channel, month=month, day=draws.whole(1, 28),
        region=referrer.region if referrer else region,
        steadiness="steady" if steady else "fickle",
        satisfaction=draws.choice(TRUE_PARAMETERS.satisfaction_share),
        order_chance=min(0.9, TRUE_PARAMETERS.median_order_chance_per_month * math.exp(draws.normal(0, 0.6))),
        basket=TRUE_PARAMETERS.median_basket * math.exp(draws.normal(0, 0.65)),
        favourite=draws.choice(TRUE_PARAMETERS.category_share),
        referred_by=referrer.id if referrer else None)


def _responses(draws, quarter_start):
    """Return (month, channel) of every consumer whom a quarter's campaigns win."""
    return [(quarter_start + draws.whole(0, 2), channel)
            for channel, rate in TRUE_PARAMETERS.response_rate.items()
            for _ in range(draws.successes(TRUE_PARAMETERS.pieces_per_quarter[channel], rate))]


def _tenure_band(consumer, month):
    """Return whether a month lies in a consumer's first year or later."""
    return "first_year" if month - consumer.month < 12 else "later"


def _order(draws, consumer, month, day):
    """Return one order of a consumer as a row without its id."""
    category = consumer.favourite if draws.chance(0.7) else draws.choice(TRUE_PARAMETERS.category_share)
    growth = (1 + TRUE_PARAMETERS.yearly_growth_of_order_value) ** ((month - consumer.month) / 12)
    value = consumer.basket * TRUE_PARAMETERS.category_price[category] * growth * math.exp(draws.normal(0, 0.35))
    band = _tenure_band(consumer, month)
    voucher = TRUE_PARAMETERS.voucher_value if draws.chance(TRUE_PARAMETERS.voucher_use[band]) else 0
    calls = int(draws.chance(TRUE_PARAMETERS.service_calls_per_order[band]))
    revenue = max(20, round(value)) - voucher
    contribution = (revenue * TRUE_PARAMETERS.contribution_margin[category] - TRUE_PARAMETERS.handling_cost_per_order
                    - calls * TRUE_PARAMETERS.cost_per_service_call)
    return [consumer.id, day_of(month, day), category, revenue, voucher, calls, round(contribution)]


def _complaint(draws, consumer, month, day):
    """Return a complaint about an order as a row without ids; the consumer remembers how it was answered."""
    days = draws.choice({2: 0.20, 3: 0.20, 5: 0.15, 8: 0.15, 14: 0.15, 21: 0.15})
    days = max(1, days - draws.whole(0, 1))
    speed = "within_3_days" if days <= 3 else "within_10_days" if days <= 10 else "later"
    satisfied = draws.chance(TRUE_PARAMETERS.satisfied_with_answer[speed])
    resolved = satisfied or draws.chance(0.5)
    consumer.complaint_month, consumer.complaint_settled = month, satisfied
    topic = draws.choice(_FAILURE_TOPICS if deliveries_fail(consumer.region, month) else _TOPICS)
    # Complaints come on the day of the order or soon after, but within its month, before accounts may close.
    complained_on = min(day_of(month, day) + datetime.timedelta(days=draws.whole(0, 6)), month_end(month))
    return [complained_on, draws.choice(_COMPLAINT_CHANNELS), topic, days, int(resolved), int(satisfied)]


def _exit_factor(consumer, month):
    """Return by how much the failure quarter and a recent complaint multiply the exit rate."""
    factor = TRUE_PARAMETERS.failure_exit_factor if deliveries_fail(consumer.region, month) else 1.0
    if consumer.complaint_month is not None and month - consumer.complaint_month < TRUE_PARAMETERS.complaint_memory_months:
        factor *= TRUE_PARAMETERS.exit_factor_after_complaint["satisfied" if consumer.complaint_settled else "dissatisfied"]
    return factor


def _leaves(draws, consumer, month):
    """Decide whether a consumer closes the account at the end of a month."""
    yearly = true_retention(
        region=consumer.region, steadiness=consumer.steadiness, satisfaction=consumer.satisfaction)
    return draws.chance(1 - yearly ** (_exit_factor(consumer, month) / 12))


def _is_unhappy_with_order(draws, consumer, month):
    """Decide whether an order leaves its buyer dissatisfied (nobody at the firm sees this)."""
    share = TRUE_PARAMETERS.dissatisfied_order_share[consumer.satisfaction]
    if deliveries_fail(consumer.region, month):
        share = TRUE_PARAMETERS.failure_dissatisfied_share
    return draws.chance(share)


def _live_month(streams, consumer, month, orders, complaints):
    """Let one consumer order, be dissatisfied, complain and perhaps leave in one month."""
    newcomer = month == consumer.month
    if newcomer or streams["orders"].chance(consumer.order_chance):
        day = consumer.day if newcomer else streams["orders"].whole(1, 28)
        orders.append(_order(streams["orders"], consumer, month, day))
        unhappy = _is_unhappy_with_order(streams["complaints"], consumer, month)
        consumer.dissatisfied_orders += unhappy
        if day_of(month) < SURVEY_DAY:
            consumer.unhappy_before_survey = unhappy
        if unhappy and streams["complaints"].chance(TRUE_PARAMETERS.complaint_probability):
            complaints.append((orders[-1], _complaint(streams["complaints"], consumer, month, day)))
    if _leaves(streams["leaving"], consumer, month):
        consumer.left_month = month


def _refers(draws, consumer):
    """Decide whether a consumer brings a friend this month."""
    yearly = TRUE_PARAMETERS.yearly_referrals[consumer.satisfaction] * TRUE_PARAMETERS.referral_factor[consumer.steadiness]
    return draws.chance(yearly / 12)


def run_club(seed):
    """Run the mail-order club for 36 months and return consumers, order rows and (order row, complaint row) pairs."""
    streams = {part: Draws(seed, part) for part in ("arrivals", "orders", "complaints", "leaving", "referrals")}
    consumers: list[_Consumer] = []
    orders: list[tuple] = []
    complaints: list[tuple] = []
    arrivals: dict[int, list[tuple]] = {month: [] for month in range(MONTHS + 3)}
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


def campaign_rows(consumers):
    """Return one row per quarter and channel: what was spent and how many consumers it won."""
    won: dict[tuple, int] = {}
    for consumer in consumers:
        key = quarter_of(consumer.month), consumer.channel
        won[key] = won.get(key, 0) + 1
    return [[quarter_of(month), channel, TRUE_PARAMETERS.pieces_per_quarter.get(channel, 0), TRUE_PARAMETERS.cost_per_piece[channel],
             TRUE_PARAMETERS.rental_per_piece[channel], TRUE_PARAMETERS.reward_per_customer[channel],
             won.get((quarter_of(month), channel), 0)]
            for month in range(0, MONTHS, 3) for channel in TRUE_PARAMETERS.steady_share]


def consumer_rows(consumers, campaigns):
    """Return the consumers' rows of the customers table, tier still open; cost comes from the quarter's campaign."""
    cost = {(quarter, channel): pieces * (piece + rental) / won + reward
            for quarter, channel, pieces, piece, rental, reward, won in campaigns if won}
    return [[c.id, "consumer", c.region, c.channel, day_of(c.month, c.day), round(cost[quarter_of(c.month), c.channel], 2),
             c.referred_by, None if c.left_month is None else month_end(c.left_month), None]
            for c in consumers]


def interview_rows(draws, consumers):
    """Return the interviews with two in five of the consumers who left: why, and where they went."""
    rows = []
    for consumer in consumers:
        if consumer.left_month is None or not draws.chance(0.4):
            continue
        unhappy = (5 - consumer.satisfaction) / 4
        reasons = {"moved_away": 0.3 - 0.2 * unhappy, "needs_changed": 0.35 - 0.25 * unhappy, "better_price": 0.25,
                   "poor_taste": 0.05 + 0.2 * unhappy, "poor_delivery": 0.05 + 0.25 * unhappy}
        reason = draws.choice(reasons)
        if deliveries_fail(consumer.region, consumer.left_month) and draws.chance(0.7):
            reason = "poor_delivery"
        stopped = reason in ("moved_away", "needs_changed")
        went_to = "nowhere" if stopped else draws.choice({"rival_roaster": 0.55, "supermarket": 0.30, "cafe": 0.15})
        rows.append([consumer.id, reason, went_to])
    return rows
