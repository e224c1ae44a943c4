"""What the running case was made with: the rates that no firm can see, and what follows from them."""

from dataclasses import dataclass, field
from types import MappingProxyType

from crmlib.running_case.months import quarter_of


def fixed(mapping):
    """Return a read-only view of a mapping, nested mappings included, so that no lesson can bend the truth."""
    return MappingProxyType({key: fixed(value) if isinstance(value, dict) else value
                             for key, value in mapping.items()})


def _constant(mapping):
    """Return a dataclass field whose value is a read-only mapping."""
    return field(default_factory=lambda: fixed(mapping))


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


def true_retention(*, region, steadiness, satisfaction):
    """Return a consumer's yearly retention (fraction), failure quarter and complaints aside.

    >>> round(true_retention(region="island", steadiness="fickle", satisfaction=1), 3)
    0.64
    """
    curve = TRUE_PARAMETERS.retention_curve[TRUE_PARAMETERS.market_of_region[region]]
    return curve[satisfaction] ** TRUE_PARAMETERS.steadiness_power[steadiness]


def expected_retention(*, channel, years=1):
    """Return the expected share of a channel's newcomers who are still customers after some years.

    >>> expected_retention(channel="rented_list") < expected_retention(channel="referral")
    True
    """
    steady = TRUE_PARAMETERS.steady_share[channel]
    return sum(
        region_share * level_share * share * true_retention(
            region=region, steadiness=steadiness, satisfaction=level) ** years
        for region, region_share in TRUE_PARAMETERS.region_share.items()
        for level, level_share in TRUE_PARAMETERS.satisfaction_share.items()
        for steadiness, share in (("steady", steady), ("fickle", 1 - steady)))


def deliveries_fail(region, month):
    """Tell whether deliveries fail in this region and month."""
    return region == TRUE_PARAMETERS.failure_region and quarter_of(month) == TRUE_PARAMETERS.failure_quarter
