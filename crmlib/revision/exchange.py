"""Progress as JSON: to keep a copy, to change computers, to see what is stored."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from crmlib import whole
from crmlib.course import CourseError
from crmlib.language import message
from crmlib.revision.dates import now
from crmlib.revision.memory import Rating
from crmlib.revision.progress import Progress, Review, Sitting

FORMAT, VERSION = "crm-course-revision", 1
SETTINGS = ("exam", "minutes", "self_checks")
_FIELDS = {"card": str, "point": str, "lesson": str, "at": str, "rating": int, "source": str}


class ExchangeError(CourseError):
    """A file of progress that cannot be written or read; nothing of it was taken in."""


def as_data(progress: Progress) -> dict:
    """Everything that is kept about a learner."""
    reviews = [
        {
            "card": each.card,
            "point": each.point,
            "lesson": each.lesson,
            "at": each.at.isoformat(),
            "rating": each.rating,
            "seconds": each.seconds,
            "source": each.source,
        }
        for each in progress.reviews()
    ]
    sittings = [
        {
            "paper": each.paper,
            "started": each.started.isoformat(),
            "ended": each.ended.isoformat(),
            "marks": each.marks,
            "earned": each.earned,
            "by_lesson": each.by_lesson,
        }
        for each in progress.sittings()
    ]
    settings = {name: value for name in SETTINGS if (value := progress.setting(name)) is not None}
    return {"format": FORMAT, "version": VERSION, "written": now().isoformat(), "settings": settings, "reviews": reviews, "sittings": sittings}


def write(progress: Progress, path: Path) -> int:
    """Write all progress into a JSON file, in one step; returns the number of answers."""
    data = as_data(progress)
    try:
        whole.write(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise ExchangeError(message("revision.cannot_write", path=path, reason=error.strerror or error)) from None
    return len(data["reviews"])


def read(progress: Progress, path: Path) -> int:
    """Take in the answers of a JSON file; those known already count once. Returns how many were new; a file with a fault changes nothing."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ExchangeError(message("revision.cannot_read", path=path, reason=error.strerror or error)) from None
    except ValueError as error:
        raise ExchangeError(message("revision.no_json", path=path, reason=error)) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ExchangeError(message("revision.other_json", path=path))
    if data.get("version") != VERSION:
        raise ExchangeError(message("revision.later_json", path=path, version=data.get("version")))
    reviews = [_review(row, number, path) for number, row in enumerate(_rows(data, "reviews", path), start=1)]
    sittings = [_sitting(row, number, path) for number, row in enumerate(_rows(data, "sittings", path), start=1)]
    settings = data.get("settings", {})
    if not isinstance(settings, dict):
        raise ExchangeError(message("revision.faulty_row", path=path, place="settings", reason=repr(settings)[:60]))
    new = progress.add(reviews)
    known = {(each.paper, each.started) for each in progress.sittings()}
    for sitting in sittings:
        if (sitting.paper, sitting.started) not in known:
            progress.keep_sitting(sitting)
    for name in SETTINGS:
        if name in settings and progress.setting(name) is None and _sensible(name, settings[name]):
            progress.set(name, settings[name])
    return new


def _rows(data: dict, name: str, path: Path) -> list:
    rows = data.get(name, [])
    if not isinstance(rows, list):
        raise ExchangeError(message("revision.faulty_row", path=path, place=name, reason=repr(rows)[:60]))
    return rows


def _review(row: Any, number: int, path: Path) -> Review:
    try:
        for name, kind in _FIELDS.items():
            if not isinstance(row[name], kind) or isinstance(row[name], bool):
                raise ValueError(f"{name} = {row[name]!r}")
        seconds = row.get("seconds")
        if seconds is not None and not (isinstance(seconds, (int, float)) and math.isfinite(seconds)):
            raise ValueError(f"seconds = {seconds!r}")
        return Review(row["card"], row["point"], row["lesson"], _moment(row["at"]), int(Rating(row["rating"])), seconds, row["source"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ExchangeError(message("revision.faulty_row", path=path, place=f"reviews[{number}]", reason=error)) from None


def _sitting(row: Any, number: int, path: Path) -> Sitting:
    try:
        by_lesson = {str(stem): (float(earned), float(marks)) for stem, (earned, marks) in row["by_lesson"].items()}
        return Sitting(str(row["paper"]), _moment(row["started"]), _moment(row["ended"]), float(row["marks"]), float(row["earned"]), by_lesson)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ExchangeError(message("revision.faulty_row", path=path, place=f"sittings[{number}]", reason=error)) from None


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r}: no time zone")
    return found.astimezone(UTC)


def _sensible(name: str, value: Any) -> bool:
    if name == "exam":
        try:
            date.fromisoformat(str(value))
        except ValueError:
            return False
        return True
    return str(value).isdigit() and int(value) > 0 if name == "minutes" else value in ("yes", "no")
