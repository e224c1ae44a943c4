"""Make the tables of the running case from a seed, and write them."""

from pathlib import Path

from crmlib.running_case.businesses import business_rows, run_businesses
from crmlib.running_case.club import campaign_rows, consumer_rows, interview_rows, run_club
from crmlib.running_case.draws import Draws
from crmlib.running_case.survey import survey_rows
from crmlib.running_case.tables import DATA_FOLDER, as_table, tiers, typed, yearly_contribution

DEFAULT_SEED = 2021
# What one buyer sees in three offers, in yuan per month of coffee (lesson on delivered value): ours to argue with.
OFFERS = (("stone_bridge", 130, 32, 18, 20, 120, 14, 8, 4),
          ("rival_roaster", 125, 22, 12, 18, 112, 10, 7, 4),
          ("supermarket", 84, 8, 4, 9, 68, 9, 3, 7))


def _order_tables(club_orders, invoices, complaint_pairs):
    """Return purchases, numbered by date, and complaints, which name the order they are about."""
    ordered = sorted(club_orders + invoices, key=lambda row: (row[1], row[0]))
    number = {id(row): position for position, row in enumerate(ordered, start=1)}
    purchases = as_table("purchases", [[number[id(row)], *row] for row in ordered])
    pairs = sorted(complaint_pairs, key=lambda pair: (pair[1][0], number[id(pair[0])]))
    complaints = as_table("complaints", [[position, order[0], number[id(order)], *rest]
                                          for position, (order, rest) in enumerate(pairs, start=1)])
    return purchases, complaints


def generate(seed=DEFAULT_SEED):
    """Return all tables of the case, by name; the same seed always gives the same tables.

    >>> generate()["offers"]["offer"].tolist()
    ['stone_bridge', 'rival_roaster', 'supermarket']
    """
    consumers, club_orders, complaint_pairs = run_club(seed)
    firms, invoices, evidence, stages = run_businesses(seed)
    campaigns = campaign_rows(consumers)
    purchases, complaints = _order_tables(club_orders, invoices, complaint_pairs)
    customers = as_table("customers", consumer_rows(consumers, campaigns) + business_rows(firms))
    customers["tier"] = tiers(yearly_contribution(customers, purchases)).to_numpy()
    truth = [[c.id, c.steadiness, c.satisfaction, c.dissatisfied_orders] for c in consumers]
    return {
        "customers": typed("customers", customers), "purchases": purchases,
        "campaigns": as_table("campaigns", campaigns), "complaints": complaints,
        "survey": as_table("survey", survey_rows(Draws(seed, "survey"), consumers)),
        "lost_customers": as_table("lost_customers", interview_rows(Draws(seed, "lost"), consumers)),
        "relationships": as_table("relationships", evidence), "offers": as_table("offers", OFFERS),
        "truth_consumers": as_table("truth_consumers", truth),
        "truth_businesses": as_table("truth_businesses", stages)}


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
