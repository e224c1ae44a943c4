"""The day of the exam as a learner writes it, and days as a learner counts them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta

from crmlib.course import CourseError
from crmlib.language import message

FURTHEST_DAYS = 3 * 366
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.年 ])(\d{1,2})(?:[-/.月 ])(\d{1,2})[日号]?|(\d{4})(\d{2})(\d{2})")


_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? +([a-z]{3,9})\.?,?(?: +(\d{4}))?")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?(?:,? +(\d{4}))?")
_NO_YEAR = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")


class DateError(CourseError):
    """A date that cannot be the day of the exam; the message says what was received and how to write it."""


def now() -> datetime:
    """This moment, with its time zone."""
    return datetime.now(UTC)


def today(at: datetime | None = None) -> date:
    """The learner's day, by the computer's own time zone."""
    return (at or now()).astimezone().date()


def end_of(day: date) -> datetime:
    """The last moment of a learner's day."""
    return datetime(day.year, day.month, day.day).astimezone() + timedelta(days=1) - timedelta(seconds=1)


def exam_day(received: object, *, at: datetime | None = None) -> date:
    """The day of the exam from a date or from text such as "2027-01-10" or "2027年1月10日".

    >>> exam_day("2027年1月10日", at=datetime(2026, 12, 1, tzinfo=UTC))
    datetime.date(2027, 1, 10)
    """
    if isinstance(received, datetime):
        day = received.date()
    elif isinstance(received, date):
        day = received
    else:
        day = _read(str(received), today(at))
    now_is = today(at)
    if day < now_is:
        raise DateError(message("revision.date_past", received=day.isoformat(), today=now_is.isoformat()))
    if (day - now_is).days > FURTHEST_DAYS:
        raise DateError(message("revision.date_far", received=day.isoformat(), years=FURTHEST_DAYS // 366))
    return day


def _read(text: str, today: date) -> date:
    """A date as people write it; without a year the next such day."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    year, month, day = _parts(plain, text)
    try:
        if year is not None:
            return date(year, month, day)
        found = date(today.year, month, day)
        return found if found >= today else date(today.year + 1, month, day)
    except ValueError:
        raise DateError(message("revision.date_no_day", received=text)) from None


def _parts(plain: str, text: str) -> tuple[int | None, int, int]:
    """Year, month and day; no year where none is named."""
    if found := _YEAR_FIRST.fullmatch(plain):
        year, month, day = (int(part) for part in found.groups() if part)
        return year, month, day
    if found := _NO_YEAR.fullmatch(plain):
        return None, int(found[1]), int(found[2])
    for form, number, name in ((_DAY_FIRST, 1, 2), (_MONTH_FIRST, 2, 1)):
        if (found := form.fullmatch(plain)) and (month := _month(found[name])):
            return int(found[3]) if found[3] else None, month, int(found[number])
    raise DateError(message("revision.date_unreadable", received=text))


def _month(name: str) -> int:
    """The number of a month by its English name, whole or cut to three letters or more; 0 where there is none."""
    whole = "january february march april may june july august september october november december".split()
    return next((place for place, month in enumerate(whole, start=1) if month.startswith(name)), 0)
