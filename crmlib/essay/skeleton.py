"""The skeleton of an essay: from a thesis, its conditions, concepts and evidence to headings, a contents list and what to write where."""

from __future__ import annotations

from collections.abc import Iterable

from crmlib.course import CourseError
from crmlib.essay import rules
from crmlib.language import current_language, listing, message

_CHINESE = "一二三四五六七八九十"
FEWEST_CONDITIONS, FEWEST_CONCEPTS, OWN = 2, 5, "own"


def skeleton(thesis: str, moderators: Iterable[str] = (), concepts: Iterable[str] = (), evidence: Iterable[str] = ()) -> str:
    """The outline as text, its contents list equal to its headings.

    >>> skeleton("condition", ["habit"], [], ["own"]).splitlines()[2]
    '1. The question and my view'
    """
    chosen = {"moderator": _chosen("moderator", moderators), "evidence": _chosen("evidence", evidence)}
    wanted, known = list(dict.fromkeys(concepts)), {concept.id: concept for concept in rules.concepts()}
    for id in wanted:
        _known(id, known)
    (view,) = _chosen("thesis", [thesis])
    contents, body = [], []
    for place, part in enumerate(rules.parts(), start=1):
        heading = _number(place, 0, str(part.text))
        contents.append(heading)
        body += ["", heading]
        if part.id == "introduction":
            body.append(message("essay.thesis_line", text=view.text, line=view.line))
        body.append(str(part.line))
        own = [known[id].text for id in wanted if _place_of(known[id].criterion) == part.id]
        if own:
            body.append(message("essay.concepts_line", names=listing(own)))
        for below, choice in enumerate(chosen.get(part.of, ()), start=1):
            heading = _number(place, below, str(choice.text))
            contents.append(f"  {heading}")
            body += [heading, str(choice.line)]
    return "\n".join([message("essay.contents_title"), "", *contents, *body, "", message("essay.references_title")])


def advice(moderators: Iterable[str], concepts: Iterable[str], evidence: Iterable[str]) -> list[str]:
    """What an outline still lacks by the rubric."""
    conditions, used = len(set(moderators)), len(set(concepts))
    said = []
    if conditions < FEWEST_CONDITIONS:
        said.append(message("essay.advice_conditions", count=conditions))
    if used < FEWEST_CONCEPTS:
        said.append(message("essay.advice_concepts", count=used))
    if OWN not in set(evidence):
        said.append(message("essay.advice_evidence"))
    return said or [message("essay.advice_fine")]


def _place_of(criterion: str) -> str:
    """The part in which a concept of this part of the rubric is used."""
    return {"thesis": "limits"}.get(criterion, criterion)


def _chosen(name: str, ids: Iterable[str]) -> list[rules.Choice]:
    known = {choice.id: choice for choice in rules.choices(name)}
    return [_known(id, known) for id in dict.fromkeys(ids)]


def _known(id: str, known: dict):
    if id not in known:
        raise CourseError(message("course.no_such_entry", file="course/essay.toml", received=id, some=", ".join(known)))
    return known[id]


def _number(place: int, below: int, text: str) -> str:
    if current_language() == "zh":
        return f"（{_CHINESE[below - 1]}）{text}" if below else f"{_CHINESE[place - 1]}、{text}"
    return f"{place}.{below} {text}" if below else f"{place}. {text}"
