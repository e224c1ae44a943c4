"""Questions with something to type: a number, a number from fresh figures, or the entries of a list."""

from __future__ import annotations

from crmlib import calculations, course
from crmlib.check.kinds import Number
from crmlib.check.reading import Unreadable
from crmlib.check.verdict import misconception
from crmlib.language import listing, message
from crmlib.questions.asked import Asked, Judged, plain
from crmlib.questions.recall import Recalled


class Figure(Asked):
    """A number to type."""

    form = "number"

    def details(self) -> dict:
        return {"hint": message("self_check.number_hint")}

    def judge(self, given) -> Judged:
        kind = Number(self.question.key, self.question.unit, self.question.relative)
        number = kind.read(given)
        verdict = kind.score(number)
        if verdict.right:
            return Judged(True, (), (str(self.question.why),))
        named = next((wrong for wrong in self.question.wrong if kind.equals_wrong(number, wrong.answer)), None)
        reasons = verdict.reasons if named is None else (misconception(named.misconception) if named.misconception else str(named.why),)
        hints = reasons if named and not self.question.hint else (*reasons, self.hint())  # a named mistake is hint enough
        return Judged(False, hints, (*reasons, str(self.question.why)))


class Calculation(Figure):
    """A number computed from figures that a seed draws: the same seed gives the same figures."""

    def __init__(self, question: course.Question, seed: int = 1):
        self.template, self.seed = question, seed
        super().__init__(calculations.drawn(question, seed))

    def details(self) -> dict:
        return {**super().details(), "again": True}

    def again(self) -> None:
        """Ask with other figures; the tries so far stay counted."""
        self.seed += 1
        self.question = calculations.drawn(self.template, self.seed)
        self.given, self.reply, self.share = None, {}, 0.0


class Recall(Asked):
    """A list from memory, marked entry by entry."""

    form = "list"

    def details(self) -> dict:
        return {"hint": message("self_check.list_hint", count=self.question.count)}

    def judge(self, given) -> Judged:
        if not isinstance(given, str):
            raise Unreadable(message("self_check.list_hint", count=self.question.count))
        found = Recalled(self.question, given)
        count, named = self.question.count, len(found.items)
        said = [message("self_check.recalled", right=min(named, count), count=count)]
        if found.unknown:
            said.append(message("self_check.not_recognised", entries=listing(found.unknown)))
        if found.entries > count:
            said.append(message("self_check.too_many", received=found.entries, count=count))
        if named >= count and found.entries <= count:
            return Judged(True, (), (str(self.question.why),))
        missing = [plain(item.text) for item in self.question.items if item not in found.items]
        # In an exam the first entries count, so entries above the number asked are not worth a guess.
        share = max(0.0, min(named, count) - max(0, found.entries - count)) / count
        told = [message("self_check.not_named", entries=listing(missing))] if missing and named < count else []
        return Judged(False, (*said, self.hint()), (*said, *told, str(self.question.why)), share)

    def printed(self) -> str:
        return ""
