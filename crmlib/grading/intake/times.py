"""When a submission was handed in: timestamp.txt as nbgrader's collectors write it and platforms export it.

A time is read only where it can mean one moment. A day-first date, a zone name that several places share, a time
without a zone in any other form than nbgrader's own: what is not understood is said, and never counted against anybody.

>>> when("2026-05-04 10:00:00 北京时间")
datetime.datetime(2026, 5, 4, 2, 0)
>>> when("04/05/2026 10:00") is None
True
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from crmlib.grading.intake.files import read_regular
from crmlib.grading.intake.names import shown_name
from crmlib.language import message

TIMESTAMP = "timestamp.txt"
LONGEST = 200
_CHINA = timezone(timedelta(hours=8))
# Zones that mean one offset wherever they are read. CST, BST, IST and their like mean several.
_ZONES = {
    **dict.fromkeys(("z", "utc", "gmt", "ut", "zulu", "coordinated universal time", "世界标准时间", "协调世界时", "格林尼治标准时间"), UTC),
    **dict.fromkeys(("北京时间", "中国标准时间", "china standard time", "beijing time", "china time"), _CHINA),
}
_DATE = re.compile(r"(?P<year>\d{4})\s?(?P<mark>[-/.年])\s?(?P<month>\d{1,2})(?:(?P=mark)|月)\s?(?P<day>\d{1,2})日?", re.ASCII)
_TIME = re.compile(
    r"[T ,]*(?P<half_before>上午|下午|am|pm)?\s*(?P<hour>\d{1,2})[:时](?P<minute>\d{2})(?:[:分](?P<second>\d{2})秒?)?分?"
    r"(?P<fraction>\.\d{1,9})?\s*(?P<half>am|pm)?",
    re.ASCII | re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-])(\d{1,2})(?::?(\d{2}))?(?:\s*\(.*\))?", re.ASCII | re.IGNORECASE)
_WORDY = re.compile(r"(?:[a-z]{3,9},?\s+)?(?P<a>[a-z]{3,9}\.?|\d{1,2})\s+(?P<b>[a-z]{3,9}\.?|\d{1,2}),?\s+(?P<rest>.+)", re.ASCII | re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = {*_MONTHS, "january", "february", "march", "april", "june", "july", "august", "september", "sept", "october", "november", "december"}


def timestamp(folder: Path) -> tuple[datetime | None, list[str]]:
    """When it was handed in, in UTC; where there is a file that cannot be understood, a sentence says so."""
    path = folder / TIMESTAMP
    if path.is_symlink() or not path.is_file():
        return None, []
    try:
        text = _decoded(read_regular(path)[:10_000]).strip()
    except OSError:
        text = "?"
    if not text:
        return None, []
    found = when(text)
    return found, [] if found is not None else [message("submitted.timestamp", name=TIMESTAMP, text=shown_name(text[:60]))]


def when(text: str) -> datetime | None:
    """The moment that a text means, in UTC without a zone as nbgrader keeps it, or None where it may mean several."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().strip("\"'")
    if not text or len(text) > LONGEST:
        return None
    try:
        return _numbers(text) or _words(text)
    except (ValueError, OverflowError):  # no such day, hour or offset
        return None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def _numbers(text: str) -> datetime | None:
    """Year, month and day in numbers; without a zone it is UTC, where it looks as nbgrader writes it."""
    date = _DATE.match(text)
    if date is None:
        return None
    time = _TIME.match(text, date.end())
    if time is None:
        return None
    moment = _moment(int(date["year"]), int(date["month"]), int(date["day"]), time)
    rest = text[time.end() :].strip()
    if not rest:
        plain = date["mark"] == "-" and not (time["half"] or time["half_before"]) and re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?", text)
        return moment if plain else None
    return _in_utc(moment, rest)


def _words(text: str) -> datetime | None:
    """A month as a word: 4 May 2026 10:00:00 +0000, Mon May  4 10:00:00 UTC 2026."""
    found = _WORDY.fullmatch(text)
    if found is None:
        return None
    first, second = found["a"].lower().rstrip("."), found["b"].lower().rstrip(".")
    month, day = (first, second) if second.isdigit() else (second, first)
    if month not in _MONTH_NAMES or not day.isdigit():
        return None
    rest = found["rest"]
    year_first, year_last = re.match(r"(\d{4})\b,?", rest), re.search(r"\s(\d{4})$", rest)
    if year_first and not re.match(r"\d{4}:", rest):
        year, rest = year_first[1], rest[year_first.end() :]
    elif year_last:
        year, rest = year_last[1], rest[: year_last.start()]
    else:
        return None
    time = _TIME.match(re.sub(r"^\s*at\b", "", rest))
    if time is None:
        return None
    rest = re.sub(r"^\s*at\b", "", rest)[time.end() :].strip()
    return _in_utc(_moment(int(year), _MONTHS.index(month[:3]) + 1, int(day), time), rest) if rest else None


def _moment(year: int, month: int, day: int, time: re.Match) -> datetime:
    hour, half = int(time["hour"]), (time["half"] or time["half_before"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + 12 * (half in ("pm", "下午"))
    microsecond = int(float(time["fraction"] or 0) * 1_000_000)
    return datetime(year, month, day, hour, int(time["minute"]), int(time["second"] or 0), microsecond)


def _in_utc(moment: datetime, zone: str) -> datetime | None:
    offset = _OFFSET.fullmatch(zone) or _OFFSET.fullmatch(zone.strip("()[] "))
    if offset:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours > 14 or minutes > 59:
            return None
        return moment - (1 if offset[1] == "+" else -1) * timedelta(hours=hours, minutes=minutes)
    known = _ZONES.get(zone.strip("()[] ").casefold()) or _named(zone.strip("()[] "))
    return None if known is None else moment.replace(tzinfo=known).astimezone(UTC).replace(tzinfo=None)


def _named(zone: str):
    """A zone by its full name, such as Asia/Shanghai."""
    from zoneinfo import ZoneInfo

    if not re.fullmatch(r"[A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?", zone) or zone.startswith("Etc/"):
        return None
    try:
        return ZoneInfo(zone)
    except (KeyError, OSError, ValueError):
        return None
