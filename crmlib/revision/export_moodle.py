"""Questions as Moodle XML: a category a lesson, every kind as the type of question that Moodle has for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from crmlib import course
from crmlib.check.verdict import misconception
from crmlib.language import message
from crmlib.questions import Asked
from crmlib.revision import keys
from crmlib.revision.cards import Card
from crmlib.revision.wording import answer_as_html, asked_as_html, paragraph, where

VARIANTS = 3  # of a calculation, each with its own figures


def as_xml(cards: Iterable[Card]) -> bytes:
    """The questions in the language in use, to be taken in by Moodle's question bank."""
    root, before = Element("quiz"), ""
    for card in cards:
        if card.lesson != before:
            _category(root, card.lesson)
            before = card.lesson
        for number, asked in enumerate(_variants(card), start=1):
            _TYPES[asked.question.kind](root, card, asked, f"{card.id}/{number}" if card.kind == "calculation" else card.id)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _variants(card: Card) -> Iterator[Asked]:
    for seed in range(1, VARIANTS + 1 if card.kind == "calculation" else 2):
        yield card.asked(seed)


def _category(root: Element, stem: str) -> None:
    lesson = course.lesson(stem)
    title = str(lesson.title).replace("/", "//")  # a single slash parts categories
    entry = SubElement(root, "question", type="category")
    _text(SubElement(entry, "category"), f"$course$/top/{message('revision.deck')}/{lesson.number:02} {title}")


def _question(root: Element, kind: str, card: Card, text: str, name: str, why: str) -> Element:
    entry = SubElement(root, "question", type=kind)
    _text(SubElement(entry, "name"), f"{name} {course.point(card.point).term}")
    _text(SubElement(entry, "questiontext", format="html"), text)
    _text(SubElement(entry, "generalfeedback", format="html"), why + paragraph(where(card.point)))
    SubElement(entry, "defaultgrade").text = f"{card.marks:g}"
    SubElement(entry, "penalty").text = "0.3333333"
    SubElement(entry, "hidden").text = "0"
    SubElement(entry, "idnumber").text = name
    return entry


def _text(parent: Element, text: str) -> None:
    SubElement(parent, "text").text = text


def _answer(parent: Element, fraction: float, text: str, feedback: str = "", *, html: bool = True) -> Element:
    answer = SubElement(parent, "answer", fraction=f"{fraction:.5f}".rstrip("0").rstrip("."), format="html" if html else "plain_text")
    _text(answer, paragraph(text) if html else text)
    if feedback:
        _text(SubElement(answer, "feedback", format="html"), paragraph(feedback))
    return answer


def _choice(root: Element, card: Card, asked: Asked, name: str) -> None:
    """One right option, or several: each right one its share, each wrong one as much off."""
    question = asked.question
    single = question.kind == "choice"
    entry = _question(root, "multichoice", card, paragraph(question.text), name, paragraph(question.why))
    SubElement(entry, "single").text = "true" if single else "false"
    SubElement(entry, "shuffleanswers").text = "true"
    SubElement(entry, "answernumbering").text = "ABCD"
    share = 100 / sum(option.right for option in question.options)
    for option in question.options:
        _answer(entry, share if option.right else 0 if single else -share, str(option.text), str(option.why or ""))


def _true_false(root: Element, card: Card, asked: Asked, name: str) -> None:
    """Moodle asks for no reason here; it is told afterwards."""
    question = asked.question
    entry = _question(root, "truefalse", card, paragraph(question.text), name, answer_as_html(asked))
    for word, holds in (("true", True), ("false", False)):
        _answer(entry, 100 if holds is question.holds else 0, word, html=False)


def _pairs(root: Element, card: Card, asked: Asked, name: str) -> None:
    """What belongs to what; an order is asked as the place of each entry."""
    question = asked.question
    options = {option.id: str(option.text) for option in question.options}
    if question.kind == "ordering":
        pairs = [(str(option.text), str(place)) for place, option in enumerate(question.options, start=1)]
    else:
        pairs = [(str(pair.text), options[pair.match]) for pair in question.pairs]
        pairs += [("", text) for id, text in options.items() if id not in {pair.match for pair in question.pairs}]
    entry = _question(root, "matching", card, paragraph(question.text), name, paragraph(question.why))
    SubElement(entry, "shuffleanswers").text = "true"
    for text, match in pairs:
        pair = SubElement(entry, "subquestion", format="html")
        _text(pair, paragraph(text))
        _text(SubElement(pair, "answer"), match)


def _number(root: Element, card: Card, asked: Asked, name: str) -> None:
    """A number with its tolerance; known mistakes get their reason."""
    question = asked.question
    entry = _question(root, "numerical", card, paragraph(question.text), name, paragraph(question.why))
    for fraction, key, feedback in [
        (100, question.key, ""),
        *((0, wrong.answer, misconception(wrong.misconception) if wrong.misconception else str(wrong.why)) for wrong in question.wrong),
    ]:
        answer = _answer(entry, fraction, keys.number(key), feedback, html=False)
        SubElement(answer, "tolerance").text = keys.number(abs(key) * question.relative)


def _essay(root: Element, card: Card, asked: Asked, name: str) -> None:
    """Words, which a person marks by the points given."""
    entry = _question(root, "essay", card, asked_as_html(asked), name, "")
    for tag, value in (("responseformat", "editor"), ("responserequired", "1"), ("responsefieldlines", "15"), ("attachments", "0")):
        SubElement(entry, tag).text = value
    _text(SubElement(entry, "graderinfo", format="html"), answer_as_html(asked))
    _text(SubElement(entry, "responsetemplate", format="html"), "")


_TYPES = {
    "choice": _choice,
    "several": _choice,
    "true_false": _true_false,
    "matching": _pairs,
    "ordering": _pairs,
    "number": _number,
    "calculation": _number,
    "list": _essay,
    "short": _essay,
    "case": _essay,
}
