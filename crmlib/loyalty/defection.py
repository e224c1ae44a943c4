"""Who left, where, when and why: rates beside counts, and newcomers kept apart from those who could be lost from the start.

An account is open from ``acquired_on`` to the end of ``left_on``; an empty ``left_on`` means still a customer.
"""

from __future__ import annotations

from crmlib import arguments
from crmlib.language import message

PERIODS = {"month": "M", "quarter": "Q", "year": "Y"}  # as pandas abbreviates them
BY = ("defection_rate", "lost")


def defection_table(customers, *, group: str | None, period: str, first_day, last_day):
    """A defection table shows for every group and period how many could leave and how many of them did.

    Formula: defection rate = lost_of_start / start; end = start + new - lost; new_at_end = new - (lost - lost_of_start), so that
    retention_rate = (end - new_at_end) / start.

    Arguments:
        customers: a pandas table with customer_id, acquired_on and left_on (dates; left_on empty = still a customer).
        group: the column to split by, such as "region"; None for all together.
        period: "month", "quarter" or "year".
        first_day, last_day: first day of the first and last day of the last period.
    Returns: a pandas table with the group, period, start, new, lost, lost_of_start, new_at_end, end, retention_rate and
        defection_rate. The rates are missing where nobody is there at the start.
    Raises: ValueError if a column is missing, the table is empty, dates are missing or in the wrong order, or the days cut a period;
        TypeError if a column does not hold dates.
    Source: definition; the exam's second question on defection asks for rates by office and region (source 004, after Kotler).

    >>> import pandas
    >>> day = pandas.to_datetime
    >>> three = pandas.DataFrame({"customer_id": [1, 2, 3], "acquired_on": day(["2024-01-05", "2024-02-01", "2024-04-03"]),
    ...                           "left_on": day(["2024-04-30", None, "2024-05-31"])})
    >>> table = defection_table(three, group=None, period="quarter", first_day="2024-04-01", last_day="2024-06-30")
    >>> table[["start", "new", "lost", "lost_of_start", "defection_rate"]].values.tolist()
    [[2.0, 1.0, 2.0, 1.0, 0.5]]
    """
    customers = _dated(customers, () if group is None else (group,))
    import pandas

    parts = [(None, customers)] if group is None else list(customers.groupby(group, dropna=False))
    periods = _whole_periods(period, first_day, last_day)
    rows = [[name, str(each), *_counts(part, each)] for name, part in parts for each in periods]
    found = pandas.DataFrame(rows, columns=[group or "group", "period", "start", "new", "lost", "lost_of_start", "new_at_end", "end"])
    began = found["start"].where(found["start"] > 0)  # no rate where nobody could leave
    found["retention_rate"] = (found["end"] - found["new_at_end"]) / began
    found["defection_rate"] = found["lost_of_start"] / began
    return found if group else found.drop(columns="group")


def worst_groups(table, *, by: str, smallest_start: int):
    """The worst group is the one with the highest defection rate, not the one with the most customers to lose.

    Formula: rows with start >= smallest_start, sorted by ``by``, the highest first.

    Arguments:
        table: a pandas table as defection_table gives it (columns start, lost and defection_rate).
        by: "defection_rate" or "lost" (the count, to compare).
        smallest_start: groups with fewer customers at the start are left out, since one person more or less would decide (1 or more).
    Returns: the rows, worst first; rows that are equal keep their order.
    Raises: ValueError or TypeError if a column is missing, by is unknown or no group is that large.
    Source: ours, arithmetic.

    >>> import pandas
    >>> table = pandas.DataFrame({"branch": ["north", "south"], "start": [1000, 100], "lost": [50, 20], "defection_rate": [0.05, 0.2]})
    >>> [worst_groups(table, by=by, smallest_start=30)["branch"].iloc[0] for by in ("lost", "defection_rate")]
    ['north', 'south']
    """
    arguments.table("table", table, ("start", "lost", "defection_rate"))
    by = arguments.one_of("by", by, BY)
    smallest = arguments.whole("smallest_start", smallest_start, minimum=1, example=30)
    large = table[table["start"] >= smallest]
    if large.empty:
        raise ValueError(message("loyalty.no_group_large_enough", smallest=smallest))
    return large.sort_values(by, ascending=False, kind="stable").reset_index(drop=True)


def cohort_survival(customers, *, cohort: str, months, last_day):
    """A cohort table follows the customers won in one period together: which share of them is still there after so many months.

    Formula: share of the cohort whose left_on is empty or not before acquired_on plus n months.

    Arguments:
        customers: as in defection_table.
        cohort: "month", "quarter" or "year" in which they were won.
        months: ages to show (whole numbers, 1 or more), such as (3, 6, 12).
        last_day: the last day that the table knows of.
    Returns: a pandas table with cohort, customers and after_<n>_months; missing where the youngest of a cohort is not that old yet.
    Raises: ValueError or TypeError as defection_table; ValueError if nobody was won up to last_day.
    Source: definition.

    >>> import pandas
    >>> day = pandas.to_datetime
    >>> two = pandas.DataFrame({"customer_id": [1, 2], "acquired_on": day(["2023-01-10", "2023-03-01"]), "left_on": day(["2023-05-31", None])})
    >>> cohort_survival(two, cohort="year", months=(3, 6, 24), last_day="2024-12-31")["after_6_months"].tolist()
    [0.5]
    """
    customers = _dated(customers)
    frequency = PERIODS[arguments.one_of("cohort", cohort, PERIODS)]
    ages = [arguments.whole("months", age, minimum=1, example=6) for age in arguments.numbers("months", months, example="(3, 6, 12)")]
    last = _day("last_day", last_day)
    import pandas

    known = customers[customers["acquired_on"] <= last]
    if known.empty:
        raise ValueError(message("loyalty.nobody_won_yet", first=customers["acquired_on"].min().date(), last=last.date()))
    rows = []
    for name, part in known.groupby(known["acquired_on"].dt.to_period(frequency)):
        birthdays = [part["acquired_on"] + pandas.DateOffset(months=age) for age in ages]
        # Judged only once the whole cohort has had the time: else the early ones would speak for all.
        shares = [(part["left_on"].isna() | (part["left_on"] >= day)).mean() if day.max() <= last else None for day in birthdays]
        rows.append([str(name), len(part), *shares])
    return pandas.DataFrame(rows, columns=["cohort", "customers", *(f"after_{age}_months" for age in ages)])


def defection_reasons(customers, *, interviews, by: str, first_day, last_day):
    """Asking those who left what happened to them and where they went turns a rate into a reason.

    Formula: customers who left from first_day to last_day and were asked, counted by answer; share of those asked.

    Arguments:
        customers: as in defection_table; choose the region beforehand.
        interviews: a pandas table with customer_id and the column ``by``.
        by: the answer to count, such as "reason" or "went_to".
        first_day, last_day: the first and the last day of leaving.
    Returns: a pandas table with ``by``, customers and share, the most frequent answer first.
    Raises: ValueError or TypeError as defection_table; ValueError if nobody who was asked left in that time.
    Source: the exam's fourth question on defection (source 004, after Kotler); root causes: Reichheld (1996).

    >>> import pandas
    >>> left = pandas.to_datetime(["2024-04-30", "2024-05-31"])
    >>> two = pandas.DataFrame({"customer_id": [1, 2], "acquired_on": pandas.to_datetime(["2023-01-10", "2023-03-01"]), "left_on": left})
    >>> asked = pandas.DataFrame({"customer_id": [2], "reason": ["moved_away"]})
    >>> defection_reasons(two, interviews=asked, by="reason", first_day="2024-04-01", last_day="2024-06-30").values.tolist()
    [['moved_away', 1, 1.0]]
    """
    customers = _dated(customers)
    arguments.table("interviews", interviews, ("customer_id", str(by)))
    first, last = _days(first_day, last_day)
    gone = customers[(customers["left_on"] >= first) & (customers["left_on"] <= last)]
    asked = interviews[interviews["customer_id"].isin(gone["customer_id"])]
    if asked.empty:
        raise ValueError(message("loyalty.nobody_left", first=first.date(), last=last.date()))
    # By count, then by name, so that equal counts come in the same order everywhere.
    counts = asked.groupby(by).size().rename("customers").reset_index().sort_values(["customers", by], ascending=[False, True])
    return counts.assign(share=counts["customers"] / len(asked)).reset_index(drop=True)


def retention_by_satisfaction(customers, *, scores, group: str | None, first_day, last_day):
    """Retention by satisfaction shows how much a point of satisfaction is worth in customers who stay, group by group.

    Formula: per group and score, stayed / customers: customers at the start of first_day with a score, and those of them who are
    still customers after last_day.

    Arguments:
        customers: as in defection_table.
        scores: a pandas table with customer_id and satisfaction or overall_satisfaction; empty scores are left out.
        group: a column of customers, such as "region"; None for all together.
        first_day, last_day: the first and the last day of the time that is watched.
    Returns: a pandas table with the group, satisfaction, customers, stayed and retention_rate.
    Raises: ValueError or TypeError as defection_table; ValueError if nobody has a score.
    Source: definition; why it differs between markets: Jones and Sasser (1995).

    >>> import pandas
    >>> day = pandas.to_datetime
    >>> two = pandas.DataFrame({"customer_id": [1, 2], "acquired_on": day(["2023-01-10", "2023-03-01"]), "left_on": day(["2024-05-31", None])})
    >>> scores = pandas.DataFrame({"customer_id": [1, 2], "satisfaction": [4, 4]})
    >>> retention_by_satisfaction(two, scores=scores, group=None, first_day="2024-01-01", last_day="2024-12-31")["retention_rate"].tolist()
    [0.5]
    """
    customers = _dated(customers, () if group is None else (group,))
    name = "overall_satisfaction" if "overall_satisfaction" in getattr(scores, "columns", ()) else "satisfaction"
    arguments.table("scores", scores, ("customer_id", name))
    first, last = _days(first_day, last_day)
    there = customers[(customers["acquired_on"] < first) & ~(customers["left_on"] < first)]
    answered = scores[["customer_id", name]].rename(columns={name: "satisfaction"}).dropna()
    there = there[[column for column in there.columns if column != "satisfaction"]].merge(answered, on="customer_id")
    if there.empty:
        raise ValueError(message("loyalty.nobody_scored", first=first.date()))
    there["stayed"] = ~(there["left_on"] <= last)
    keys = [*([group] if group else []), "satisfaction"]
    found = there.groupby(keys, dropna=False)["stayed"].agg(customers="size", stayed="sum").reset_index()
    return found.assign(retention_rate=found["stayed"] / found["customers"])


def _counts(customers, period) -> list[int]:
    """Start, new, lost, lost of the start, new still there, end: of one group in one period."""
    first, last = period.start_time.normalize(), period.end_time.normalize()
    left = customers["left_on"]
    there = (customers["acquired_on"] < first) & ~(left < first)
    new = (customers["acquired_on"] >= first) & (customers["acquired_on"] <= last)
    gone = (left >= first) & (left <= last)
    start, lost_of_start, lost_of_new = there.sum(), (there & gone).sum(), (new & gone).sum()
    new_at_end = new.sum() - lost_of_new
    return [int(count) for count in (start, new.sum(), lost_of_start + lost_of_new, lost_of_start, new_at_end, start - lost_of_start + new_at_end)]


def _dated(customers, more=()):
    """The table, unless its dates could not be compared or contradict each other."""
    arguments.table("customers", customers, ("customer_id", "acquired_on", "left_on", *more))
    import pandas

    for name in ("acquired_on", "left_on"):
        if customers[name].dtype.kind != "M" and not customers[name].isna().all():
            raise TypeError(message("loyalty.not_dates", name=name, received=repr(customers[name].dropna().iloc[0])))
    if missing := int(customers["acquired_on"].isna().sum()):
        raise ValueError(message("loyalty.date_missing", name="acquired_on", count=missing))
    customers = customers.assign(left_on=pandas.to_datetime(customers["left_on"]))  # nobody left: a column of nothing at all
    if wrong := int((customers["left_on"] < customers["acquired_on"]).sum()):
        raise ValueError(message("loyalty.left_before", count=wrong))
    return customers


def _day(name: str, value: object):
    import pandas

    try:
        day = pandas.Timestamp(value) if not isinstance(value, (int, float)) else pandas.NaT  # a number would become 1970
    except (TypeError, ValueError):
        day = pandas.NaT
    if day is pandas.NaT:
        raise ValueError(message("loyalty.not_a_day", name=name, received=repr(value)[:80]))
    return day.normalize()


def _days(first_day, last_day):
    first, last = _day("first_day", first_day), _day("last_day", last_day)
    if first > last:
        raise ValueError(message("loyalty.days_reversed", first=first.date(), last=last.date()))
    return first, last


def _whole_periods(period: str, first_day, last_day):
    """The periods from the first to the last day, none of them cut."""
    import pandas

    frequency = PERIODS[arguments.one_of("period", period, PERIODS)]
    first, last = _days(first_day, last_day)
    periods = pandas.period_range(first, last, freq=frequency)
    if periods[0].start_time.normalize() != first or periods[-1].end_time.normalize() != last:
        raise ValueError(message("loyalty.not_whole_periods", period=period, first=first.date(), last=last.date()))
    return periods
