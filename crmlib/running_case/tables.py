"""The tables of the running case: their columns, how they are read, and what is read off them."""

from crmlib.language import message
from crmlib.places import course_data
from crmlib.running_case.months import FIRST_DAY, LAST_DAY

DATA_FOLDER = course_data().resolve() / "data" / "running_case"

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


def load(name):
    """Return one committed table by name, with dates as dates and whole numbers as whole numbers."""
    if name not in SCHEMA:
        raise ValueError(message("running_case.no_such_table", received=repr(name), tables=", ".join(TABLES)))
    path = DATA_FOLDER / f"{name}.csv"
    if not path.is_file():
        raise FileNotFoundError(message("running_case.file_missing", path=path))
    import pandas

    # "none" is an answer here, not a gap, so only an empty field counts as missing.
    return typed(name, pandas.read_csv(path, keep_default_na=False, na_values=[""]))


def as_table(name, rows):
    """Return rows as a typed frame of the named table."""
    import pandas

    return typed(name, pandas.DataFrame(rows, columns=list(SCHEMA[name])))


def typed(name, frame):
    """Return a frame with the column types that SCHEMA names."""
    import pandas

    kinds = {"id": "int64", "whole": "int64", "whole?": "Int64", "number": "float64", "text": "str"}
    for column, kind in SCHEMA[name].items():
        if kind.startswith("date"):
            frame[column] = pandas.to_datetime(frame[column], format="%Y-%m-%d").astype("datetime64[s]")
        else:
            frame[column] = frame[column].astype(kinds[kind])
    return frame


def active_on(customers, day):
    """Tell for each row of the customers table whether the person was a customer at the start of a day.

    Accounts open on `acquired_on` and close at the end of `left_on`.
    """
    import pandas

    day = pandas.Timestamp(day)
    return (customers["acquired_on"] < day) & (customers["left_on"].isna() | (customers["left_on"] >= day))


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
