"""When a submission was handed in: timestamp.txt as nbgrader's collectors write it and platforms export it.

A time is read only where it can mean one moment. A date in numbers that may begin with the day or the month, a zone
name that several places share, a time without a zone in any other form than nbgrader's own: what is not understood is
said, and never counted against anybody.

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
_CHINA, _NINE = timezone(timedelta(hours=8)), timezone(timedelta(hours=9))
_SIMPLIFIED = str.maketrans("標準時間國臺東區門灣點後協調", "标准时间国台东区门湾点后协调")
_MINUS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")
# Zones that mean one offset wherever they are read. CST, BST, IST, EST and their like mean several.
_ZONES = {
    **dict.fromkeys(("z", "utc", "gmt", "ut", "zulu", "coordinated universal time", "greenwich mean time"), UTC),
    **dict.fromkeys(("世界标准时间", "协调世界时", "世界协调时间", "格林尼治标准时间", "格林尼治时间", "格林威治标准时间"), UTC),
    **dict.fromkeys(("prc", "hkt", "hongkong", "hong kong", "hong kong time", "hong kong standard time", "sgt", "singapore", "myt", "roc"), _CHINA),
    **dict.fromkeys(("china standard time", "beijing time", "china time", "beijing", "taipei standard time", "taipei time", "singapore standard time"), _CHINA),
    **dict.fromkeys(("东八区", "东八区时间", "中国", "北京", "中原标准时间", "台北", "香港", "澳门", "新加坡"), _CHINA),
    **{f"{place}{kind}": _CHINA for place in ("北京", "中国", "香港", "台北", "台湾", "澳门", "新加坡") for kind in ("时间", "标准时间")},
    **dict.fromkeys(("jst", "japan", "tokyo standard time", "kst", "rok", "korea standard time"), _NINE),
    **dict.fromkeys(("日本标准时间", "日本时间", "东京标准时间", "东京时间", "韩国标准时间", "韩国时间"), _NINE),
}  # fmt: skip
_FORENOON, _NOON = ("上午", "凌晨", "清晨", "早上", "早晨", "am", "a.m."), ("中午",)
_AFTERNOON, _EVENING = ("下午", "午后", "pm", "p.m."), ("晚上", "傍晚", "夜里", "夜间", "晚间")
_HALVES = "|".join(re.escape(half) for half in sorted((*_FORENOON, *_NOON, *_AFTERNOON, *_EVENING), key=len, reverse=True))
_LABEL = re.compile(r"(?:[a-z][a-z ]{2,30}|[\u4e00-\u9fff]{2,8}) ?: ?(?=\S)", re.IGNORECASE)
_WEEKDAY = re.compile(r"[(,]?\s?(?:星期|礼拜|周)[一二三四五六日天][),]?")
_DATE = re.compile(r"(?P<year>\d{4})\s?(?P<mark>[-/.年])\s?(?P<month>\d{1,2})\s?(?:(?P=mark)|月)\s?(?P<day>\d{1,2})(?:\s?日)?(?!\d)", re.ASCII)
_LAST = re.compile(r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(?=Z|[+-]\d)", re.ASCII)
_EPOCH = re.compile(r"(1\d{9})(?:\.\d{1,9}|\d{3})?", re.ASCII)  # seconds or milliseconds since 1970, from 2001 to 2033
_TIME = re.compile(
    rf"[T ,]*(?P<half_before>{_HALVES})?\s*(?P<hour>\d{{1,2}})[:时点]\s?(?P<minute>\d{{2}})(?:[:分]\s?(?P<second>\d{{2}})秒?)?分?"
    rf"(?:[.,](?P<fraction>\d{{1,9}}))?\s*(?P<half>{_HALVES})?",
    re.ASCII | re.IGNORECASE,
)
# Behind an offset its name may stand: the numbers count.
_OFFSET = re.compile(r"(?:utc|gmt|z)?\s?([+-])(\d{1,2})(?::?(\d{2}))?(?:\s*\(.*\)|\s+[a-z]{2,5}|\s*[\u4e00-\u9fff]{2,8})?", re.ASCII | re.IGNORECASE)
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
    text = "".join(sign for sign in unicodedata.normalize("NFKC", text[: 10 * LONGEST]) if unicodedata.category(sign) != "Cf")
    text = re.sub(r"\s+", " ", text.translate(_SIMPLIFIED).translate(_MINUS)).strip().strip("\"'")
    text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    if not text or len(text) > LONGEST:
        return None
    text = _WEEKDAY.sub(" ", text, count=1).strip()
    try:
        return _since_1970(text) or _numbers(text) or _words(text)
    except (ValueError, OverflowError):  # no such day, hour or offset
        return None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def _since_1970(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970, and the form of calendars: 20260504T100000Z."""
    if _EPOCH.fullmatch(text):
        seconds = float(text) / (1000 if len(text) == 13 and "." not in text else 1)
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    compact = _COMPACT.match(text)
    if compact is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in compact.groups())
    return _in_utc(datetime(year, month, day, hour, minute, second), text[compact.end() :].strip())


def _numbers(text: str) -> datetime | None:
    """Year, month and day in numbers; without a zone it is UTC, where it looks as nbgrader writes it."""
    found = _date(text)
    if found is None:
        return None
    year, month, day, mark, end = found
    time = _TIME.match(text, end)
    if time is None:
        return None
    moment = _moment(year, month, day, time)
    rest = text[time.end() :].strip()
    if not rest:
        plain = mark == "-" and not (time["half"] or time["half_before"]) and re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?", text)
        return moment if plain else None
    return _in_utc(moment, rest)


def _date(text: str) -> tuple[int, int, int, str, int] | None:
    """Year, month, day, the mark between them and where they end. With the year last only where the day cannot be a month."""
    if date := _DATE.match(text):
        return int(date["year"]), int(date["month"]), int(date["day"]), date["mark"], date.end()
    date = _LAST.match(text)
    if date is None:
        return None
    first, second = int(date["first"]), int(date["second"])
    if first <= 12 and second <= 12 and first != second:
        return None
    month, day = (second, first) if first > 12 else (first, second)
    return int(date["year"]), month, day, "last", date.end()


def _words(text: str) -> datetime | None:
    """A month as a word: 4 May 2026 10:00:00 +0000, Mon May  4 10:00:00 UTC 2026."""
    text = re.sub(r"^((?:[A-Za-z]{3,9},? )?\d{1,2})-([A-Za-z]{3,9})-(\d{4})\b", r"\1 \2 \3", text)
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
    hour, over = _hour(int(time["hour"]), (time["half"] or time["half_before"] or "").lower()), timedelta()
    minute, second = int(time["minute"]), int(time["second"] or 0)
    if hour == 24 and minute == second == 0:  # the end of the day, as ISO 8601 has it
        hour, over = 0, timedelta(days=1)
    microsecond = int((time["fraction"] or "0").ljust(6, "0")[:6])
    return datetime(year, month, day, hour, minute, min(second, 59) if second == 60 else second, microsecond) + over


def _hour(hour: int, half: str) -> int:
    """The hour of the day, where a word names its half; one that several people would read differently is refused."""
    if not half:
        return hour
    if half in _NOON:
        if not 11 <= hour <= 12 and hour != 1:
            raise ValueError(hour)
        return 13 if hour == 1 else hour
    if half in _FORENOON:
        if hour > 12:
            raise ValueError(hour)
        return hour % 12
    if hour > 12 and not half.isascii():  # 下午 15:05 is written by some platforms, 15:05 PM by none
        return hour
    if hour > 12:
        raise ValueError(hour)
    if half in _EVENING and not 4 <= hour < 12:  # "晚上 12:00" is the end of this day or its beginning
        raise ValueError(hour)
    if hour == 0:
        raise ValueError(hour)
    return hour % 12 + 12


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
