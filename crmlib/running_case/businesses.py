"""The business customers: their invoices, and the evidence from which a reader may diagnose the stage."""

import math
from dataclasses import dataclass

from crmlib.running_case.draws import Draws
from crmlib.running_case.months import FIRST_DAY, LAST_DAY, MONTHS, day_of, month_end
from crmlib.running_case.truth import TRUE_PARAMETERS, fixed

STAGES = ("basic", "cooperative", "interdependent")
# How sensitive a piece of shared information is: 1 everyday, 2 useful, 3 sensitive.
INFORMATION_SENSITIVITY = fixed({
    "opening_hours": 1, "order_forecast": 2, "stock_level": 2, "promotion_calendar": 2,
    "cost_structure": 3, "sales_margin": 3, "new_product_plan": 3})
# How many years ahead a business looks with a supplier to whom it shows this: nobody shows margins to whom it will leave next year.
YEARS_AHEAD = fixed({
    "opening_hours": 1, "stock_level": 1, "order_forecast": 2, "promotion_calendar": 2,
    "cost_structure": 5, "sales_margin": 5, "new_product_plan": 5})
# Chance that a business in this stage shares information of this sensitivity (per piece and year).
_SHARES = {"basic": {1: 0.7, 2: 0.06, 3: 0.0}, "cooperative": {1: 0.9, 2: 0.65, 3: 0.0},
           "interdependent": {1: 0.9, 2: 0.8, 3: 0.75}}
_JOINT_PROBLEMS = {"basic": (0, 0, 0, 1), "cooperative": (0, 1, 1, 2), "interdependent": (2, 3, 4, 6)}
_BUSINESS_CHANNELS = {"sales_visit": 0.55, "trade_fair": 0.25, "referral": 0.20}
_BUSINESS_COST = {"sales_visit": 900.0, "trade_fair": 1400.0, "referral": 200.0}


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
    low, high = TRUE_PARAMETERS.cost_to_serve_otherwise
    return TRUE_PARAMETERS.cost_to_serve_if_demanding if demanding else low + (high - low) * draws.uniform()


def _new_business(draws, number, month, known, stage):
    """Return a business; volume is drawn apart from stage and tenure, so that buying much is not being a partner."""
    channel = draws.choice(_BUSINESS_CHANNELS)
    earlier = [b for b in known if b.month < month]
    referrer = earlier[draws.whole(0, len(earlier) - 1)].id if channel == "referral" and earlier else None
    demanding = draws.chance(TRUE_PARAMETERS.demanding_share)
    return _Business(
        id=20_000 + number, channel=channel if referrer or channel != "referral" else "sales_visit",
        region=draws.choice(TRUE_PARAMETERS.region_share), month=month, day=draws.whole(1, 28), stage=stage,
        loyal=draws.chance(TRUE_PARAMETERS.loyal_share[stage]),
        volume=TRUE_PARAMETERS.median_yearly_volume * math.exp(draws.normal(0, 0.9)), demanding=demanding,
        cost_share=_cost_to_serve(draws, demanding), referred_by=referrer)


def _businesses(draws):
    """Return all businesses: those of the opening day, in order of arrival, and those won afterwards."""
    months = sorted(-draws.whole(1, 84) for _ in range(TRUE_PARAMETERS.businesses_at_start))
    months += [quarter * 3 + draws.whole(0, 2) for quarter in range(MONTHS // 3)
               for _ in range(TRUE_PARAMETERS.businesses_won_per_quarter)]
    firms: list = []
    for month in sorted(months):
        stage = draws.choice(TRUE_PARAMETERS.stage_share_at_start) if month < 0 else "basic"
        firms.append(_new_business(draws, len(firms) + 1, month, firms, stage))
    return firms


def _next_stage(draws, stage, reliability):
    """Return next year's stage: up only where supply was reliable, back to basic where it failed."""
    if reliability < TRUE_PARAMETERS.reliability_that_throws_back:
        return "basic"
    if reliability >= TRUE_PARAMETERS.reliability_needed_to_rise and draws.chance(TRUE_PARAMETERS.chance_to_rise):
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
    bad = draws.chance(TRUE_PARAMETERS.bad_supply_year)
    return round(min(1.0, draws.normal(0.79, 0.03) if bad else draws.normal(0.955, 0.02)), 2)


def _invoice(draws, firm, month):
    """Return a business's invoice for the quarter that ends with this month, as an order row without id."""
    factor = 1.0 if firm.month < month - 1 else 0.5
    revenue = max(150, round(firm.volume / 4 * factor * math.exp(draws.normal(0, 0.15))))
    calls = draws.whole(3, 8) if firm.demanding else draws.whole(0, 2)
    contribution = round(revenue * (TRUE_PARAMETERS.business_margin - firm.cost_share))
    return [firm.id, month_end(month), "supply", revenue, 0, calls, contribution]


def _business_leaves(draws, firm, month):
    """Decide whether a business ends the relationship at the end of a month."""
    yearly = TRUE_PARAMETERS.business_retention["loyal" if firm.loyal else "not_loyal"]
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


def run_businesses(seed):
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


def business_rows(firms):
    """Return the businesses' rows of the customers table, tier still open."""
    return [[f.id, "business", f.region, f.channel, day_of(f.month, f.day), _BUSINESS_COST[f.channel], f.referred_by,
             None if f.left_month is None else month_end(f.left_month), None] for f in firms]
