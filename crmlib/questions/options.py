"""Questions with options to choose from: one, several, or true or false with the reason."""

from __future__ import annotations

import html

from crmlib import yes_or_no
from crmlib.check.reading import Unreadable
from crmlib.language import message
from crmlib.questions.asked import Asked, Judged, plain, shuffled


class Choice(Asked):
    """One right option."""

    form = "choice"

    def details(self) -> dict:
        return {"options": [{"id": option.id, "text": str(option.text)} for option in shuffled(self.question)]}

    def judge(self, given) -> Judged:
        options = {option.id: option for option in self.question.options}
        chosen = options[given]
        due = next(option for option in self.question.options if option.right)
        if chosen.right:
            return Judged(True, (), (str(chosen.why), str(self.question.why)))
        return Judged(False, (self.hint(),), (str(chosen.why), message("self_check.due", text=plain(due.text)), str(self.question.why)))

    def printed(self) -> str:
        return "<ul>" + "".join(f"<li>{html.escape(str(option.text))}</li>" for option in shuffled(self.question)) + "</ul>"


class Several(Choice):
    """Any number of right options."""

    form = "several"

    def judge(self, given) -> Judged:
        known = {option.id: option for option in self.question.options}
        chosen = {known[id].id for id in given}
        missing = [option for option in self.question.options if option.right and option.id not in chosen]
        extra = [option for option in self.question.options if not option.right and option.id in chosen]
        if not missing and not extra:
            return Judged(True, (), (str(self.question.why),))
        count = message("self_check.count", right=len(chosen) - len(extra), extra=len(extra), missing=len(missing))
        told = [message("self_check.missing", text=plain(option.text), why=option.why) for option in missing]
        told += [message("self_check.extra", text=plain(option.text), why=option.why) for option in extra]
        due = sum(option.right for option in self.question.options)
        return Judged(False, (count, self.hint()), tuple(told), max(0.0, (len(chosen) - 2 * len(extra)) / due))


class TrueFalse(Choice):
    """A statement to be judged, and the reason to be chosen; right is only who has both."""

    form = "true_false"

    def details(self) -> dict:
        judgements = [{"id": id, "text": message(f"self_check.{id}")} for id in ("true", "false")]
        return {**super().details(), "judgements": judgements}

    def judge(self, given) -> Judged:
        judged, reason = yes_or_no.read(given.get("holds")), given.get("reason")
        if judged is None or reason not in [option.id for option in self.question.options]:
            raise Unreadable(message("self_check.judge_both"))
        chosen = next(option for option in self.question.options if option.id == reason)
        due = next(option for option in self.question.options if option.right)
        holds = judged is bool(self.question.holds)
        if holds and chosen.right:
            return Judged(True, (), (str(chosen.why), str(self.question.why)))
        verdict = message("self_check.holds" if self.question.holds else "self_check.holds_not")
        told = [] if holds else [verdict]
        told += [] if chosen.right else [str(chosen.why), message("self_check.due_reason", text=plain(due.text))]
        half = (message("self_check.reason_wrong"),) if holds else ()
        return Judged(False, (*half, self.hint()), (*told, str(self.question.why)), 0.5 if holds else 0.0)

    def printed(self) -> str:
        judged = f"{message('self_check.true')} / {message('self_check.false')}"
        return f"<p>{html.escape(judged)}</p><p>{html.escape(message('self_check.reason'))}</p>" + super().printed()
