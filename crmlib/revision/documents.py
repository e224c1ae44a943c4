"""Papers and decks from the notebook: buttons that make a file and open it, or put it where the browser keeps downloads."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import anywidget
import traitlets

from crmlib import course
from crmlib.language import current_language, message, page_language
from crmlib.revision import sheet
from crmlib.revision.cards import select
from crmlib.revision.dates import today
from crmlib.revision.progress import mine
from crmlib.show import Html

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be made when it is wanted: what its button says, the file's name and type, and its content."""

    words: str
    name: str
    kind: str
    made: Callable[[], bytes]


def cheat_sheet(*lessons: object) -> Documents:
    """The cheat sheets of the lessons named, or of all: each opens as a page to print."""
    stems = dict.fromkeys([sheet.lesson_of(name) for name in lessons] or [lesson.stem for lesson in course.lessons()])
    return Documents([Document(_title(stem), f"sheet-{sheet.name(stem)}", "text/html", partial(_sheet, stem)) for stem in stems])


def printed_paper(*about: object, minutes: int = 120, seed: object = None) -> Documents:
    """A mock paper to print, and its key apart from it; the same minutes and seed give the same paper."""
    from crmlib.revision import paper, printed

    drawn = paper.draw(minutes=minutes, seed=seed, cards=select(*about) if about else None)
    name = f"paper-{drawn.file_name}-{current_language()}"
    page = Document(message("revision.paper_title", name=drawn.name), f"{name}.html", "text/html", lambda: printed.paper_page(drawn).encode())
    key = Document(message("revision.key_title", name=drawn.name), f"{name}-key.html", "text/html", lambda: printed.key_page(drawn).encode())
    return Documents([page, key])


def take_along(*about: object) -> Documents:
    """Questions for Anki, Moodle and others, on all lessons or on those named, and a copy of the learner's own progress."""
    cards, name = select(*about), f"crm-course-{current_language()}"
    return Documents(
        [
            Document(message("revision.for_anki"), f"{name}.apkg", "application/octet-stream", lambda: _deck(cards)),
            Document(message("revision.for_moodle"), f"{name}.xml", "application/xml", lambda: _moodle(cards)),
            Document(message("revision.for_gift"), f"{name}.gift.txt", "text/plain", lambda: _gift(cards)),
            Document(message("revision.own_progress"), f"crm-revision-{today().isoformat()}.json", "application/json", _progress),
        ]
    )


class Documents(anywidget.AnyWidget):
    """The buttons."""

    _esm = HERE / "documents.js"
    _css = HERE / "documents.css"

    language = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    buttons: traitlets.List = traitlets.List().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)

    def __init__(self, documents: list[Document]):
        self.documents, self._language = documents, current_language()
        super().__init__(language=page_language(), name=message("revision.documents"), buttons=[document.words for document in documents])
        self.on_msg(self._heard)

    def make(self, place: int) -> bytes:
        """The content of a document."""
        return self.documents[place].made()

    def _heard(self, widget, content, buffers) -> None:
        document = self.documents[content["place"]]
        try:
            made = document.made()
        except (course.CourseError, OSError) as error:
            self.said = str(error)
            return
        self.said = message("revision.made", name=document.name)
        self.send({"name": document.name, "kind": document.kind}, [made])

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        printed = Html("<ul>" + "".join(f"<li>{words}</li>" for words in self.buttons) + "</ul>")
        return {**data, "text/html": printed.source, "text/plain": printed.text}


def _sheet(stem: str) -> bytes:
    return sheet.page(stem).encode()


def _title(stem: str) -> str:
    found = course.lesson(stem)
    return message("revision.sheet_title", number=found.number, title=found.title)


def _deck(cards) -> bytes:
    from crmlib.revision import export_anki

    return export_anki.as_package(cards)


def _moodle(cards) -> bytes:
    from crmlib.revision import export_moodle

    return export_moodle.as_xml(cards)


def _gift(cards) -> bytes:
    from crmlib.revision import export_gift

    return export_gift.as_text(cards).encode()


def _progress() -> bytes:
    from crmlib.revision import exchange

    return json.dumps(exchange.as_data(mine()), ensure_ascii=False, indent=1).encode()
