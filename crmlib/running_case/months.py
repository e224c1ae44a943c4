"""The 36 months of the running case, counted from January 2022 = 0."""

import datetime

FIRST_DAY = datetime.date(2022, 1, 1)
LAST_DAY = datetime.date(2024, 12, 31)
SURVEY_DAY = datetime.date(2024, 1, 1)
MONTHS = 36


def day_of(month, day=1):
    """Return the date of a day in a month counted from January 2022 = 0."""
    return datetime.date(FIRST_DAY.year + month // 12, month % 12 + 1, day)


def month_end(month):
    """Return the last day of a month counted from January 2022 = 0."""
    return day_of(month + 1) - datetime.timedelta(days=1)


def quarter_of(month):
    """Return the name of the quarter of a month counted from January 2022 = 0.

    >>> quarter_of(27)
    '2024Q2'
    """
    return f"{FIRST_DAY.year + month // 12}Q{month % 12 // 3 + 1}"
