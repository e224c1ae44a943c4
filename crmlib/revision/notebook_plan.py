"""The plan in the notebook: two fields, for the day of the exam and the minutes a day, and what follows from them."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

from crmlib.course import CourseError
from crmlib.explorers.page import script
from crmlib.language import message, page_language
from crmlib.revision import counting, dates, views
from crmlib.revision.progress import Progress, mine
from crmlib.show import Html, rows

HERE = Path(__file__).parent
MOST_MINUTES = 600


def exam_plan(exam: object = None, *, minutes: int | None = None) -> ExamPlan:
    """The plan to the exam date; date and minutes a day are remembered when they are given here or entered on the page."""
    plan = ExamPlan(mine())
    if exam is not None or minutes is not None:
        plan.set(exam=exam, minutes=minutes)
    return plan


class ExamPlan(anywidget.AnyWidget):
    """The fields, sentences and tables of a plan."""

    _esm = script(HERE / "plan.js")
    _css = HERE / "plan.css"

    language = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    exam = traitlets.Unicode().tag(sync=True)
    minutes = traitlets.Int().tag(sync=True)
    lines: traitlets.List = traitlets.List().tag(sync=True)
    tables: traitlets.List = traitlets.List().tag(sync=True)
    refused = traitlets.Unicode().tag(sync=True)
    counting = traitlets.Bool().tag(sync=True)

    def __init__(self, progress: Progress):
        self.progress = progress
        super().__init__(
            language=page_language(),
            words={name: message(f"revision.plan_{name}") for name in ("name", "exam", "minutes", "make", "counting")},
        )
        self._show()
        self.on_msg(self._heard)

    def set(self, *, exam: object = None, minutes: object = None) -> None:
        """Remember the day of the exam and the minutes a day; a ValueError says what cannot be."""
        day = dates.exam_day(exam) if exam is not None else None
        if minutes is not None and (not str(minutes).isdigit() or not 1 <= int(str(minutes)) <= MOST_MINUTES):
            raise CourseError(message("revision.minutes_wrong", received=minutes, least=1, most=MOST_MINUTES))
        if day:
            self.progress.set("exam", day.isoformat())
        if minutes is not None:
            self.progress.set("minutes", int(str(minutes)))
        self._show()

    def _show(self) -> None:
        plan = views.plan_of(self.progress)
        tables = [views.plan_table(plan), *([views.left_out_table(plan)] if plan.left_out else ())] if plan and plan.days else []
        if self.progress.memories():
            tables.append(views.forecast_table(self.progress))
        with self.hold_sync():
            self.exam = self.progress.exam.isoformat() if self.progress.exam else ""
            self.minutes = self.progress.minutes
            self.counting = self.progress.setting(counting.SETTING) == counting.YES
            self.lines = [*views.plan_sentences(self.progress, plan), *self.progress.notices]
            self.tables = [{"caption": each.caption, "headings": each.headings, "rows": each.rows} for each in tables]
            self.refused = ""

    def _heard(self, widget, content, buffers) -> None:
        if "counting" in content:
            self.progress.set(counting.SETTING, counting.YES if content["counting"] else counting.NO)
            self._show()
            return
        try:
            self.set(exam=content.get("exam") or None, minutes=content.get("minutes", ""))
        except CourseError as error:
            self.refused = str(error)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        sentences = Html("".join(f"<p>{line}</p>" for line in self.lines))
        drawn = [rows(each["rows"], each["headings"], caption=each["caption"]) for each in self.tables]
        return {**data, "text/html": "".join(each.source for each in (sentences, *drawn)), "text/plain": "\n".join(each.text for each in (sentences, *drawn))}
