"""A paper in Markdown, as a file or in the cells of a notebook."""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser

from crmlib.essay.paper import Paper, Paragraph, Unreadable

HEADING = re.compile(r" {0,3}(#{1,6})[ \t]*(?=[^#\s])(.*?)[ \t]*#*[ \t]*$")
UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
ITEM = re.compile(r"[ \t]*(?:[-*+][ \t]+|>[ \t]?)")
NUMBERED = re.compile(r"[ \t]*(?:\d+[.、)）]|[（(]\d+[)）])[ \t]*\S")
MAKES_CONTENTS = re.compile(r"\s*(?:\[\[?TOC\]?\]|\{:toc\}|@\[toc\])\s*$", re.IGNORECASE)
PICTURE, LINK = re.compile(r"!\[[^\]]*\]\([^)]*\)"), re.compile(r"\[([^\]]*)\]\([^)]*\)")
CONCEALED = re.compile(r"display:none|visibility:hidden|font-size:0|opacity:0(?!\.[1-9])|(?<!-)color:(?:white|#fff(?:fff)?\b|rgb\(255,255,255\)|transparent)")
FENCE = re.compile(r" {0,3}(```|~~~)")
NO_TEXT = ("script", "style", "template")
EMPTY_TAGS = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def read_markdown(content: bytes) -> Paper:
    """Read a file: UTF-8, as Windows writes it too, else UTF-16 or GB 18030."""
    return paper(decoded(content), kind="md")


def decoded(content: bytes) -> str:
    code = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    for name in (code, "gb18030"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable("foreign", suffix=".md")


def paper(text: str, *, kind: str) -> Paper:
    """The paper that a Markdown text shows."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text.replace("\r\n", "\n").replace("\r", "\n"), flags=re.DOTALL)
    shown = _Shown()
    shown.feed(text)
    shown.close()
    text = "".join(shown.text)
    pictures = shown.pictures + len(PICTURE.findall(text))
    paragraphs, makes_contents = _paragraphs(PICTURE.sub("", text))
    return Paper(kind=kind, paragraphs=tuple(paragraphs), hidden="".join(shown.hidden), pictures=pictures, makes_contents=makes_contents)


class _Shown(HTMLParser):
    """Takes the tags out of a text and what they hide from the eye."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.hidden: list[str] = []
        self.pictures = 0
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag, attrs):
        style = dict(attrs).get("style") or ""
        concealed = tag in NO_TEXT or "hidden" in dict(attrs) or bool(CONCEALED.search(re.sub(r"\s", "", style.lower())))
        self.pictures += tag == "img"
        if tag in ("br", "p", "div", "li", "tr", "details", "summary"):
            self.text.append("\n\n")
        if tag not in EMPTY_TAGS:
            self.open.append((tag, concealed))

    def handle_endtag(self, tag):
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                return

    def handle_data(self, data):
        (self.hidden if any(concealed for _, concealed in self.open) else self.text).append(data)

    def handle_comment(self, data):
        self.hidden.append(data)


def _paragraphs(text: str) -> tuple[list[Paragraph], bool]:
    found: list[Paragraph] = []
    lines: list[str] = []
    makes_contents = fenced = False

    def finish(level: int | None = None) -> None:
        said = _plain(_joined(lines))
        lines.clear()
        if said:
            found.append(Paragraph(said, level))

    for line in text.split("\n"):
        if FENCE.match(line):
            fenced = not fenced
            finish()
        elif not fenced and MAKES_CONTENTS.match(line):
            finish()
            makes_contents = True
        elif not fenced and (heading := HEADING.match(line)):
            finish()
            lines.append(heading.group(2))
            finish(len(heading.group(1)))
        elif not fenced and len(lines) == 1 and UNDERLINE.match(line):
            finish(1 if "=" in line else 2)
        elif not line.strip() or re.fullmatch(r"[ \t]*([-*_][ \t]*){3,}", line):
            finish()
        elif "|" in line and re.fullmatch(r"[\s|:-]+", line):
            continue
        else:
            if ITEM.match(line) or NUMBERED.match(line) or line.lstrip().startswith("|") or (lines and lines[-1].endswith(("  ", "\\"))):
                finish()
            lines.append(line)
    finish()
    return found, makes_contents


def _joined(lines: list[str]) -> str:
    """Lines of one paragraph as they are shown: between Chinese characters a line's end is no space."""
    text = "\n".join(line.strip().rstrip("\\") for line in lines)
    return re.sub(r"(?<=[\u2e80-\u9fff\uff00-\uffef])\n(?=[\u2e80-\u9fff\uff00-\uffef])", "", text).replace("\n", " ")


def _plain(text: str) -> str:
    text = LINK.sub(r"\1", ITEM.sub("", text, count=1))
    text = re.sub(r"(\*\*|__|~~|`+)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<!\w)([*_])(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", text)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!|-])", r"\1", text).replace("|", " ").strip()
