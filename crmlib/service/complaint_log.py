"""A firm's complaint log: how fast, how well, and what the customers did afterwards."""

from __future__ import annotations

from crmlib import arguments
from crmlib.language import message

_LOG = ("customer_id", "complained_on", "handled_days", "resolved", "satisfied_with_answer")


def complaint_summary(complaints, *, by: str):
    """A complaint log is read by groups: how many, how long the answer took, and whether firm and customer agree that it is solved.

    Formula: per group, number of complaints, median of handled_days, share resolved (the firm's view) and share satisfied with the
    answer (the customer's).

    Arguments:
        complaints: table with customer_id, complained_on, handled_days, resolved and satisfied_with_answer (yes or no, as 1 and 0), and the column by.
        by: the column that makes the groups, such as "topic" or "channel".
    Returns: a pandas table, most complaints first: by, complaints, median_days, resolved_share, satisfied_share.
    Raises: ValueError or TypeError if a column is missing or holds other values.
    Source: definition.

    >>> from crmlib.running_case import load
    >>> complaint_summary(load("complaints"), by="topic").columns.tolist()
    ['topic', 'complaints', 'median_days', 'resolved_share', 'satisfied_share']
    """
    arguments.table("complaints", complaints, (*_LOG, by))
    complaints = _with_ones_and_zeros(complaints)
    days = arguments.column(complaints, "handled_days", arguments.not_negative, example=3)
    grouped = complaints.assign(handled_days=days).groupby(by)
    found = grouped.agg(
        complaints=("customer_id", "size"),
        median_days=("handled_days", "median"),
        resolved_share=("resolved", "mean"),
        satisfied_share=("satisfied_with_answer", "mean"),
    )
    return found.sort_values("complaints", ascending=False, kind="stable").reset_index()


def bought_again(complaints, *, purchases, within_days: int):
    """Whether customers bought again after their complaint, by whether the answer satisfied them.

    Formula: per group, the share of complaints after which the customer placed another order within so many days. Complaints so
    late that these days are not over when the purchases end are left out. Who complains is no random customer, and who is easily
    satisfied may be who would have stayed: a difference is no proof of what the answer did.

    Arguments:
        complaints: table with customer_id, complained_on and satisfied_with_answer (and the other columns of a complaint log).
        purchases: table with customer_id and ordered_on.
        within_days: days after the complaint in which an order counts (1 or more).
    Returns: a pandas table with rows for satisfied_with_answer 1 and 0: satisfied_with_answer, complaints, bought_again_share.
    Raises: ValueError or TypeError if a column is missing, within_days is no whole number above 0 or no complaint is early enough.
    Source: definition.

    >>> from crmlib.running_case import load
    >>> bought_again(load("complaints"), purchases=load("purchases"), within_days=180)["satisfied_with_answer"].tolist()
    [1, 0]
    """
    import pandas

    arguments.table("complaints", complaints, _LOG)
    arguments.table("purchases", purchases, ("customer_id", "ordered_on"))
    complaints = _with_ones_and_zeros(complaints)
    days = arguments.whole("within_days", within_days, minimum=1, example=180)
    window = pandas.Timedelta(days=days)
    watched = complaints[complaints["complained_on"] + window <= purchases["ordered_on"].max()]
    if watched.empty:
        raise ValueError(message("service.nobody_watched_long_enough", days=days))
    later = watched[["customer_id", "complained_on"]].reset_index().merge(purchases[["customer_id", "ordered_on"]], on="customer_id")
    since = later["ordered_on"] - later["complained_on"]
    again = later.loc[(since > pandas.Timedelta(0)) & (since <= window), "index"].unique()
    rows = []
    for answer in (1, 0):
        group = watched.index[watched["satisfied_with_answer"] == answer]
        rows.append((answer, len(group), group.isin(again).mean() if len(group) else float("nan")))
    return pandas.DataFrame(rows, columns=["satisfied_with_answer", "complaints", "bought_again_share"])


def _with_ones_and_zeros(complaints):
    """The log with its two yes-or-no columns as 1 and 0, however they were written."""
    found = {name: [int(cell) for cell in arguments.column(complaints, name, arguments.yes_no)] for name in ("resolved", "satisfied_with_answer")}
    return complaints.assign(**found)
