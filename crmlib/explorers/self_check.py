"""Self-check: revision questions in the notebook, with the reason for every answer at once. Nothing is stored."""

from __future__ import annotations

import html

import ipywidgets

from crmlib import course
from crmlib.check.kinds import Number
from crmlib.check.reading import Unreadable
from crmlib.language import message
from crmlib.show import Html


def self_check(lesson: str, *points: str) -> SelfCheck:
    """The lesson's questions, or only those about the exam points named."""
    known = [point.id for point in course.points(lesson)]
    for point in points:
        if point not in known:
            raise course.CourseError(message("course.no_such_entry", file=f"course/points/{lesson}.toml", received=point, some=", ".join(known)))
    wanted = [question for question in course.questions(lesson) if not points or question.point in points]
    return SelfCheck(wanted)


class SelfCheck:
    """Several questions one below the other."""

    def __init__(self, questions):
        makers = {"choice": ChoiceQuestion, "several": SeveralQuestion, "number": NumberQuestion}
        self.questions = [makers[question.kind](question, place) for place, question in enumerate(questions, start=1)]
        self.widget = ipywidgets.VBox([question.widget for question in self.questions])

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = self.widget._repr_mimebundle_(include=include, exclude=exclude) or {}
        text = Html("".join(question.as_html() for question in self.questions))
        return {**bundle, "text/html": text.source, "text/plain": text.text}


class _Asked:
    """What the three kinds share: the question above, the answer in the middle, the feedback below."""

    def __init__(self, question: course.Question, place: int):
        self.question, self.place = question, place
        self.stem = ipywidgets.HTML(f"<p><strong>{place}.</strong> {html.escape(str(question.text))}</p>")
        self.feedback = ipywidgets.HTML()
        self.widget = ipywidgets.VBox([self.stem, *self.answer(), self.feedback], layout={"margin": "0 0 1em 0"})

    def answer(self):
        raise NotImplementedError

    def say(self, right: bool, *reasons: str) -> None:
        mark = message("self_check.right" if right else "self_check.wrong")
        words = " ".join(html.escape(str(reason)) for reason in reasons)
        self.feedback.value = f'<p role="status" aria-live="polite"><strong>{mark}</strong> {words}</p>'

    def as_html(self) -> str:
        options = "".join(f"<li>{html.escape(str(option.text))}</li>" for option in self.question.options)
        return f"<p>{self.place}. {html.escape(str(self.question.text))}</p>" + (f"<ul>{options}</ul>" if options else "")


class ChoiceQuestion(_Asked):
    """One right option; choosing is answering."""

    def answer(self):
        options = [(str(option.text), option.id) for option in self.question.options]
        self.radio = ipywidgets.RadioButtons(options=options, value=None, layout={"width": "auto"})
        self.radio.observe(self._chosen, names="value")
        return [self.radio]

    def _chosen(self, change) -> None:
        for option in self.question.options:
            if option.id == change["new"]:
                self.say(option.right, str(option.why), *([str(self.question.why)] if option.right else []))


class SeveralQuestion(_Asked):
    """Any number of right options; a button asks for the verdict."""

    def answer(self):
        self.boxes = {
            option.id: ipywidgets.Checkbox(description=str(option.text), indent=False, layout={"width": "auto"})
            for option in self.question.options
        }
        self.button = ipywidgets.Button(description=message("self_check.check"))
        self.button.on_click(self._asked)
        return [*self.boxes.values(), self.button]

    def _asked(self, _) -> None:
        wrong = [option for option in self.question.options if self.boxes[option.id].value != option.right]
        self.say(not wrong, *(f"{option.text}: {option.why}" for option in wrong), *([] if wrong else [str(self.question.why)]))


class NumberQuestion(_Asked):
    """A number to type; Enter or leaving the field answers."""

    def answer(self):
        self.field = ipywidgets.Text(placeholder=message("self_check.number_hint"), continuous_update=False)
        self.field.observe(self._typed, names="value")
        return [self.field]

    def _typed(self, change) -> None:
        kind = Number(self.question.key, self.question.unit, self.question.relative)
        if not change["new"].strip():
            return
        try:
            verdict = kind.score(kind.read(change["new"]))
        except Unreadable as error:
            self.say(False, str(error))
            return
        self.say(verdict.right, *(verdict.reasons if not verdict.right else [str(self.question.why)]))
