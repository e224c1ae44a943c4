"""A deck for Anki. Ids never change, so that a newer deck brings the notes up to date and leaves the learner's schedule alone."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

import genanki

from crmlib import course, whole
from crmlib.language import current_language, message
from crmlib.revision.cards import Card
from crmlib.revision.wording import answer_as_html, asked_as_html, where

FIELDS = ("Id", "Question", "Answer", "Where")
_FRONT = "{{Question}}"
_BACK = '{{FrontSide}}<hr id="answer">{{Answer}}<p class="where">{{Where}}</p>'
_CSS = ".card { font: 18px/1.45 sans-serif; text-align: left; max-width: 40em; margin: 0 auto; } .where { color: #666; font-size: 15px; }"


def write(cards: Iterable[Card], path: Path) -> int:
    """Write a deck of these cards into a file, whole or not at all; returns the number of notes."""
    cards = list(cards)
    whole.write(path, as_package(cards))
    return len(cards)


def as_package(cards: Iterable[Card]) -> bytes:
    """A deck of these cards, in the language in use, a subdeck a lesson."""
    language = current_language()
    model = genanki.Model(
        _number(f"model/{language}"), f"CRM ({language})", fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "CRM", "qfmt": _FRONT, "afmt": _BACK}], css=_CSS, sort_field_index=0,
    )  # fmt: skip
    decks: dict[str, genanki.Deck] = {}
    for card in cards:
        if card.lesson not in decks:
            lesson = course.lesson(card.lesson)
            decks[card.lesson] = genanki.Deck(_number(f"deck/{language}/{card.lesson}"), f"{message('revision.deck')}::{lesson.number:02} {lesson.title}")
        asked = card.asked()
        fields = [card.id, asked_as_html(asked), answer_as_html(asked), where(card.point)]
        guid = genanki.guid_for("crm-course", language, card.id)
        decks[card.lesson].add_note(genanki.Note(model=model, fields=fields, guid=guid, tags=[card.lesson, card.kind, *card.points]))
    with tempfile.TemporaryDirectory() as folder:  # genanki writes files only
        path = Path(folder) / "deck.apkg"
        genanki.Package(list(decks.values())).write_to_file(str(path))
        return path.read_bytes()


def _number(name: str) -> int:
    """A number for Anki that is the same in every deck we shall ever write."""
    return int.from_bytes(hashlib.sha256(f"crm-course/{name}".encode()).digest()[:4]) % (1 << 30) + (1 << 30)
