"""Answers given in the lessons' self-checks count for revision too, if the learner agrees once."""

from __future__ import annotations

from crmlib import course
from crmlib.language import message
from crmlib.questions import Asked, Written
from crmlib.revision import place
from crmlib.revision.dates import now
from crmlib.revision.progress import Review, mine
from crmlib.revision.session import rating_of

SETTING, YES, NO = "self_checks", "yes", "no"
SOURCE = "self-check"


class Counting:
    """The answers of one self-check: held until the learner has said yes, forgotten after a no."""

    def __init__(self) -> None:
        self._reviews: dict[str, Review] = {}

    def heard(self, asked: Asked) -> dict:
        """Take note of an answer; returns what the page asks the learner, nothing once that is decided."""
        file = place.file()
        if file is None:
            return {}  # nothing is kept here, as in a sandbox
        if not self._note(asked):
            return {}
        decided = mine().setting(SETTING) if file.exists() else None
        if decided == YES:
            self._keep(asked.question.id)
        if decided or not (mine().kept if file.exists() else True):
            return {}
        return {"ask": message("revision.count_ask"), "yes": message("revision.count_yes"), "no": message("revision.count_no")}

    def decide(self, yes: bool) -> dict:
        """The learner's decision, kept for all lessons; what was answered here before it counts as well."""
        mine().set(SETTING, YES if yes else NO)
        if yes:
            for id in list(self._reviews):
                self._keep(id)
        return {"said": message("revision.count_agreed" if yes else "revision.count_declined")}

    def _note(self, asked: Asked) -> bool:
        """The first try of a question, or how much of a written answer was found; False where there is nothing to count."""
        question = asked.question
        written = isinstance(asked, Written)
        if written and len(asked.given or {}) < len(question.written) or not written and len(asked.tries) != 1:
            return False
        if not written and question.id in self._reviews:
            return False
        before = self._reviews.get(question.id)
        self._reviews[question.id] = Review(
            question.id, question.point, course.point(question.point).lesson, before.at if before else now(), int(rating_of(asked.share)), None, SOURCE
        )
        return True

    def _keep(self, id: str) -> None:
        mine().amend(self._reviews[id])
