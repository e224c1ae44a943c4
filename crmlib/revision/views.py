"""What is said of a plan and of weak spots, in sentences and in the rows of a table; notebook and terminal show the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from crmlib import course
from crmlib.language import listing, message, percent
from crmlib.revision import mastery
from crmlib.revision.cards import select
from crmlib.revision.dates import now, today
from crmlib.revision.plan import Plan, forecast, make
from crmlib.revision.progress import Progress

DAYS_SHOWN = 14  # one by one; later days are summed up week by week


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is not yet drawn."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple, ...]


def plan_of(progress: Progress) -> Plan | None:
    """The learner's plan; None while no exam date is known or when it has passed."""
    exam = progress.exam
    if exam is None or exam < today():
        return None
    from crmlib.revision.session import spent_today

    return make(select(), progress.memories(), progress.days(), exam=exam, minutes=progress.minutes, spent=spent_today(progress, now()))


def plan_sentences(progress: Progress, plan: Plan | None) -> list[str]:
    """What a plan means: how long it is, until when new cards begin, what it brings, and what must be left out."""
    if plan is None:
        passed = progress.exam
        return [message("revision.exam_was", date=passed.isoformat()) if passed else message("revision.no_exam")]
    days = len(plan.days)
    if days == 0:
        return [message("revision.exam_today", points=_terms(each.point for each in mastery.weakest(mastery.of_points(progress.memories()), 8)))]
    key = "revision.plan_one_day" if days == 1 else "revision.plan_days"
    found = [message(key, days=days, date=plan.exam.isoformat(), minutes=plan.minutes)]
    if plan.last_new and days > 1:
        found.append(message("revision.last_new", date=plan.last_new.isoformat()))
    found.append(message("revision.marks_expected", before=f"{plan.marks_now:.0f}", after=f"{plan.marks_then:.0f}"))
    if plan.left_out:
        found.append(message("revision.left_out", count=len(plan.left_out), marks=f"{sum(marks for _, marks in plan.left_out):.0f}"))
    elif days > 1 and not plan.once:
        found.append(message("revision.all_twice"))
    if plan.once:
        found.append(message("revision.once", count=len(plan.once)))
    return found


def plan_table(plan: Plan) -> Table:
    """The plan day by day, later weeks summed up."""
    rows = [(_day(day.date), day.new, day.again, round(day.seconds / 60)) for day in plan.days[:DAYS_SHOWN]]
    for first in range(DAYS_SHOWN, len(plan.days), 7):
        week = plan.days[first : first + 7]
        span = message("revision.span", first=_day(week[0].date), last=_day(week[-1].date)) if len(week) > 1 else _day(week[0].date)
        rows.append((span, sum(day.new for day in week), sum(day.again for day in week), round(sum(day.seconds for day in week) / 60)))
    headings = tuple(message(f"revision.column_{name}") for name in ("day", "new", "again", "minutes"))
    return Table(message("revision.plan"), headings, tuple(rows))


def forecast_table(progress: Progress) -> Table:
    """What comes due on the next days by what is remembered now."""
    rows = tuple((_day(day), count) for day, count in forecast(progress.memories()) if count)
    return Table(message("revision.forecast"), (message("revision.column_day"), message("revision.column_due")), rows)


def lesson_table(points: Iterable[mastery.Mastery]) -> Table:
    """Every lesson: what is known of it, and the marks that are still to be won."""
    rows = tuple(
        (f"{course.lesson(stem).number}. {course.lesson(stem).title}", percent(each.known), f"{each.met}/{each.count}", f"{each.lost:.1f}")
        for stem, each in mastery.of_lessons(points).items()
    )
    return Table(message("revision.by_lesson"), tuple(message(f"revision.column_{name}") for name in ("lesson", "known", "met", "lost")), rows)


def point_row(each: mastery.Mastery) -> tuple[str, str, str, str]:
    """An exam point: its term, its state in words, what is known of it, and the marks that are still to be won."""
    return str(course.point(each.point).term), message(f"figures_revision.state_{each.state}"), percent(each.known), f"{each.lost:.1f}"


def point_headings() -> tuple[str, ...]:
    return tuple(message(f"revision.column_{name}") for name in ("point", "state", "known", "lost"))


def counts(points: Iterable[mastery.Mastery]) -> dict[str, dict[str, float]]:
    """For the picture: every lesson with how many of its points are in each state."""
    points = list(points)
    found: dict[str, dict[str, float]] = {}
    for stem, whole in mastery.of_lessons(points).items():
        states = [each.state for each in points if each.lesson == stem]
        found[stem] = {"known": whole.known, **{state: states.count(state) for state in ("firm", "shaky", "weak", "new")}}
    return found


def by_lesson_table(by_lesson: Mapping[str, tuple[float, float]]) -> Table:
    """The marks of a mock paper by lesson."""
    rows = tuple(
        (f"{course.lesson(stem).number}. {course.lesson(stem).title}", f"{earned:g}", f"{marks:g}", percent(earned / marks))
        for stem, (earned, marks) in by_lesson.items()
    )
    return Table(message("revision.marks_by_lesson"), tuple(message(f"revision.column_{name}") for name in ("lesson", "earned", "marks", "share")), rows)


def left_out_table(plan: Plan) -> Table:
    """What to leave out, with the marks of a hundred that it would bring."""
    rows = tuple((str(course.point(point).term), course.lesson(course.point(point).lesson).number, f"{marks:.1f}") for point, marks in plan.left_out)
    return Table(message("revision.leave_out"), tuple(message(f"revision.column_{name}") for name in ("point", "lesson", "marks_lost")), rows)


def _terms(points: Iterable[str]) -> str:
    return listing(course.point(point).term for point in points)


def _day(day: date) -> str:
    return message("revision.day", date=day.isoformat(), weekday=message("revision.weekdays").split(" ")[day.weekday()])
