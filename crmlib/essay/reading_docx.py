"""A .docx as Word, WPS and LibreOffice write it: the text in reading order, with what its marks-up says about it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsmap

from crmlib.essay.paper import Paper, Paragraph, Unreadable
from crmlib.essay.styles import Styles

W = "{" + nsmap["w"] + "}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
PICTURES = {"{http://schemas.openxmlformats.org/drawingml/2006/main}blip", "{urn:schemas-microsoft-com:vml}imagedata"}
TRACKED = {W + name for name in ("ins", "del", "moveFrom", "moveTo")}
SKIPPED = {W + "del", W + "moveFrom", W + "rt", W + "pPr", W + "rPr", MC + "Fallback", W + "instrText", W + "sectPr"}
SPACES = {W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-"}


def read_docx(content: bytes) -> Paper:
    """Read a document whose archive has been looked at already."""
    try:
        document = Document(io.BytesIO(content))
        walk = _Walk(Styles(document.styles.element))
        walk.through(document.element.body)
        notes = "\n".join(_notes(document.part))
    except Exception as error:  # whatever a damaged part makes the library stumble over, one file must not stop the class
        text = f"{type(error).__name__}: {error}"
        raise Unreadable("template" if "content type" in text else "damaged", error=text[:120]) from None
    return Paper(
        kind="docx",
        paragraphs=tuple(walk.paragraphs),
        hidden="".join(walk.hidden),
        boxed="\n".join(filter(None, (text.strip() for text in walk.boxed))),
        notes=notes,
        pictures=walk.pictures,
        tracked_changes=walk.tracked,
        embedded=walk.embedded,
        makes_contents=walk.contents_field,
    )


def _notes(part) -> list[str]:
    """The text of footnotes and endnotes; the lines that separate them have a type and no text."""
    found = []
    for relation in part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")) and not relation.is_external:
            for note in parse_xml(relation.target_part.blob):
                found.append("".join(text.text or "" for text in note.iter(W + "t")))
    return [text for text in found if text.strip()]


@dataclass
class _Open:
    """The paragraph that is being read."""

    level: int | None
    in_contents: bool
    white: bool
    text: list[str] = field(default_factory=list)


class _Walk:
    """One pass through the body in document order."""

    def __init__(self, styles: Styles):
        self.styles = styles
        self.paragraphs: list[Paragraph] = []
        self.hidden: list[str] = []
        self.boxed: list[str] = []
        self.pictures = self.tracked = self.embedded = 0
        self.contents_field = False
        self.fields: list[list[str]] = []  # the instruction of every open field
        self.in_box = self.in_block = self.on_colour = 0
        self.page_break = False
        self.open: _Open | None = None

    def through(self, element) -> None:
        for child in element:
            tag = child.tag
            if tag in TRACKED:
                self.tracked += 1
            if tag in PICTURES:
                self.pictures += 1
            if tag in SKIPPED or not isinstance(tag, str):
                continue
            self._one(child, tag)

    def _one(self, child, tag: str) -> None:
        if tag == W + "p":
            self._paragraph(child)
        elif tag == W + "r":
            self._run(child)
        elif tag == W + "sdt":
            self._block(child)
        elif tag == W + "txbxContent":
            outer, self.open = self.open, None
            self.in_box += 1
            self.through(child)
            self.in_box -= 1
            self.open = outer
        elif tag == W + "tc":
            coloured = self.styles.is_coloured(child.find(f"{W}tcPr/{W}shd"))
            self.on_colour += coloured
            self.through(child)
            self.on_colour -= coloured
        elif tag == MATH_TEXT and self.open is not None:
            self._text(child.text or "", False)
        elif tag == W + "fldSimple":
            self.fields.append([child.get(W + "instr") or ""])
            self._field("separate")
            self.through(child)
            self.fields.pop()
        else:
            self.embedded += tag in (W + "altChunk", W + "object")
            self.through(child)

    def _block(self, block) -> None:
        gallery = block.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        contents = gallery is not None and "contents" in (gallery.get(W + "val") or "").lower()
        self.in_block += contents
        self.contents_field |= contents
        self.through(block)
        self.in_block -= contents

    def _paragraph(self, paragraph) -> None:
        outer = self.open
        properties = paragraph.find(W + "pPr")
        style = self.styles.of_paragraph(properties)
        self.open = _Open(level=style.level, in_contents=style.contents or bool(self.in_block), white=style.concealed and not self.on_colour)
        if properties is not None and properties.find(W + "pageBreakBefore") is not None:
            self.page_break = True
        coloured = properties is not None and self.styles.is_coloured(properties.find(W + "shd"))
        self.on_colour += coloured
        self.through(paragraph)
        self.on_colour -= coloured
        self._close()
        self.open = outer

    def _close(self) -> None:
        """The paragraph is read; a line break inside it ends a paragraph, too, as people use it, but not in a heading."""
        said = "".join(self.open.text)
        for text in [said.replace("\n", " ")] if self.open.level else said.split("\n"):
            if not text.strip():
                continue
            if self.in_box:
                self.boxed.append(text)
                continue
            self.paragraphs.append(Paragraph(text.strip(), self.open.level, self.open.in_contents, self.page_break))
            self.page_break = False
        self.open.text.clear()

    def _run(self, run) -> None:
        if self.open is None:
            return
        properties = run.find(W + "rPr")
        concealed = self._concealed(properties)
        for child in run:
            tag = child.tag
            if tag in (W + "t", MATH_TEXT):
                self._text(child.text or "", concealed)
            elif tag in SPACES:
                self._text(SPACES[tag], concealed)
            elif tag == W + "br":
                self._text("\n", False)
                if child.get(W + "type") == "page":
                    self._close()
                    self.page_break = True
            elif tag == W + "fldChar":
                self._field(child.get(W + "fldCharType"))
            elif tag == W + "instrText" and self.fields:
                self.fields[-1].append(child.text or "")
            elif tag not in SKIPPED:
                self.through([child])

    def _concealed(self, properties) -> bool:
        """Whether a reader cannot see the letters of a run: hidden, white on white, or too small to be read."""
        own = self.styles.conceals(properties)
        if own == "" and self.styles.is_on_its_own_colour(properties):
            return True
        if own == "white" and (self.on_colour or self._marked(properties)):
            return False
        return bool(own) or (own is None and self.open.white)

    def _marked(self, properties) -> bool:
        highlight = properties.find(W + "highlight")
        return self.styles.is_coloured(properties.find(W + "shd")) or (highlight is not None and highlight.get(W + "val") not in ("none", "white"))

    def _text(self, text: str, concealed: bool) -> None:
        if concealed:
            self.hidden.append(text)
            return
        if any(re.match(r"\s*TOC\b", "".join(instruction)) for instruction in self.fields):
            self.open.in_contents |= bool(text.strip())
        self.open.text.append(text)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self.fields.append([])
        elif kind == "separate" and self.fields:
            self.contents_field |= bool(re.match(r"\s*TOC\b", "".join(self.fields[-1])))
        elif kind == "end" and self.fields:
            self.contents_field |= bool(re.match(r"\s*TOC\b", "".join(self.fields.pop())))
