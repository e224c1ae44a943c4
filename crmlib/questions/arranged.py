"""Questions whose answer is an arrangement: what belongs to what, and what comes after what."""

from __future__ import annotations

import hashlib
import html
from itertools import combinations

from crmlib import course
from crmlib.check.reading import Unreadable
from crmlib.language import listing, message
from crmlib.questions.asked import Asked, Judged, plain, shuffled


class Matching(Asked):
    """Every entry on the left with the option that belongs to it; one option may belong to several, another to none."""

    form = "matching"

    def details(self) -> dict:
        pairs = [{"id": place, "text": str(pair.text)} for place, pair in self._pairs()]
        return {"pairs": pairs, "options": [{"id": option.id, "text": str(option.text)} for option in shuffled(self.question)]}

    def _pairs(self) -> list[tuple[str, course.Pair]]:
        """The pairs with their places in the file, in an order that looks drawn and is always the same."""
        pairs = [(str(place), pair) for place, pair in enumerate(self.question.pairs)]
        return sorted(pairs, key=lambda each: hashlib.sha256(f"{self.question.id}/pair {each[0]}".encode()).digest())

    def judge(self, given) -> Judged:
        texts = {option.id: option.text for option in self.question.options}
        answers = {str(place): option for place, option in given.items() if option in texts}
        missing = len(self.question.pairs) - sum(str(place) in answers for place in range(len(self.question.pairs)))
        if missing:
            raise Unreadable(message("self_check.still_open", count=missing))
        wrong = [pair for place, pair in enumerate(self.question.pairs) if answers[str(place)] != pair.match]
        if not wrong:
            return Judged(True, (), (str(self.question.why),))
        right = len(self.question.pairs) - len(wrong)
        count = message("self_check.matched", right=right, count=len(self.question.pairs))
        told = [message("self_check.pair_due", text=plain(pair.text), option=plain(texts[pair.match]), why=pair.why) for pair in wrong]
        return Judged(False, (count, self.hint()), (count, *told, str(self.question.why)), right / len(self.question.pairs))

    def printed(self) -> str:
        left = "".join(f"<li>{html.escape(str(pair.text))}</li>" for _, pair in self._pairs())
        right = "".join(f"<li>{html.escape(str(option.text))}</li>" for option in shuffled(self.question))
        return f"<ol>{left}</ol><p>{html.escape(message('self_check.to_match'))}</p><ol type=\"A\">{right}</ol>"


class Ordering(Asked):
    """Options to be put in their order, which is that of the file."""

    form = "ordering"

    def details(self) -> dict:
        texts = {option.id: str(option.text) for option in self.question.options}
        order = self.given if self._is_whole(self.given) else [option.id for option in self._mixed()]
        return {"options": [{"id": id, "text": texts[id]} for id in order]}

    def _mixed(self) -> tuple[course.QuestionOption, ...]:
        """The options as they are shown first: never in the right order."""
        mixed = shuffled(self.question)
        return mixed if mixed != self.question.options else mixed[1:] + mixed[:1]

    def _is_whole(self, given: object) -> bool:
        """Whether every option stands in an order once, and nothing else."""
        return isinstance(given, list) and len(given) == len(self.question.options) and all(option.id in given for option in self.question.options)

    def judge(self, given) -> Judged:
        due = [option.id for option in self.question.options]
        if not self._is_whole(given):
            raise Unreadable(message("self_check.not_all_placed", count=len(due)))
        if list(given) == due:
            return Judged(True, (), (str(self.question.why),))
        place = {id: number for number, id in enumerate(given)}
        pairs = list(combinations(due, 2))
        right = sum(place[first] < place[second] for first, second in pairs)
        count = message("self_check.ordered", right=right, count=len(pairs))
        told = [message("self_check.order_due", order=listing(plain(option.text) for option in self.question.options))]
        moved = [option for number, option in enumerate(self.question.options) if given[number] != option.id and option.why]
        told += [f"{plain(option.text)}{message('self_check.colon')}{option.why}" for option in moved]
        share = max(0.0, 2 * right / len(pairs) - 1)  # a random order earns nothing on average
        return Judged(False, (count, self.hint()), (*told, str(self.question.why)), share)

    def printed(self) -> str:
        return "<ul>" + "".join(f"<li>{html.escape(str(option.text))}</li>" for option in self._mixed()) + "</ul>"
