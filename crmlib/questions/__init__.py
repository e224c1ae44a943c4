"""Revision questions as they are asked: what the page is told, what is said to each try, what stands on paper.

A kind of question is one small class: how it is answered on the page (``form``), what is shown, and ``judge``. What is
shown never holds the key. The first wrong try earns a hint without the answer, the second is told what is missing.
"""

from __future__ import annotations

from crmlib import course
from crmlib.questions.arranged import Matching, Ordering
from crmlib.questions.asked import Asked, Judged, shuffled
from crmlib.questions.options import Choice, Several, TrueFalse
from crmlib.questions.typed import Calculation, Figure, Recall
from crmlib.questions.written import PASS, Written

__all__ = ["KINDS", "PASS", "Asked", "Calculation", "Choice", "Figure", "Judged", "Matching", "Ordering", "Recall", "Several", "TrueFalse", "Written"]
__all__ += ["ask", "shuffled"]

KINDS: dict[str, type[Asked]] = {
    "choice": Choice,
    "several": Several,
    "true_false": TrueFalse,
    "matching": Matching,
    "ordering": Ordering,
    "list": Recall,
    "number": Figure,
    "short": Written,
    "case": Written,
}


def ask(question: course.Question, *, seed: int = 1) -> Asked:
    """The question, ready to be asked and answered; ``seed`` draws the figures of a calculation.

    >>> from crmlib import course
    >>> ask(course.questions("09-loyalty-economics")[0]).reply
    {}
    """
    return Calculation(question, seed) if question.kind == "calculation" else KINDS[question.kind](question)
