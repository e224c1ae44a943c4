"""What the styles of a document say: heading levels, contents lists and letters that nobody can see.

Word calls its styles by English names in every language, with ids such as ``Heading1`` or ``1``; WPS and LibreOffice
keep the names and choose other ids. So a style is known by its name, then by its outline level, and only then by its id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from docx.oxml.ns import nsmap

W = "{" + nsmap["w"] + "}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
HEADING = re.compile(r"(?:heading|标题|標題|überschrift|titre)[\s_]*([1-9])", re.IGNORECASE)
CONTENTS = re.compile(r"(?:toc|contents|目录|目錄|wpsoffice手动目录)[\s_]*[1-9]", re.IGNORECASE)
WHITE_FROM, TINY = 0xF0, 6  # a channel of a colour; half points
LIGHT = ("background1", "light1", "bg1", "lt1")


@dataclass(frozen=True, slots=True)
class Style:
    level: int | None
    contents: bool
    concealed: bool


def is_off(element) -> bool:
    """A switch such as ``<w:vanish w:val="0"/>`` that is there and turned off."""
    return (element.get(W + "val") or "true").lower() in ("0", "false", "off", "none")


class Styles:
    def __init__(self, element):
        self.known = {style.get(W + "styleId"): style for style in element.findall(W + "style")} if element is not None else {}

    def of_paragraph(self, properties) -> Style:
        """What a paragraph's own properties and its style say."""
        named = properties.find(W + "pStyle") if properties is not None else None
        chain = list(self._chain(named.get(W + "val"))) if named is not None else []
        own = self._outline(properties)
        level = own if own is not None else next((found for found in map(self._level, chain) if found is not None), None)
        contents = any(CONTENTS.fullmatch(name) for style in chain[:1] for name in self._names(style))
        told = (self.conceals(style.find(W + "rPr")) for style in chain if not isinstance(style, str))
        concealed = bool(next((found for found in told if found is not None), None))
        return Style(level or None, contents, concealed)

    def _chain(self, id: str | None):
        """A style and those it is based on; an id without a style stands for itself."""
        seen = set()
        while id and id not in seen:
            seen.add(id)
            style = self.known.get(id)
            yield style if style is not None else id
            based = style.find(W + "basedOn") if style is not None else None
            id = based.get(W + "val") if based is not None else None

    def _names(self, style) -> list[str]:
        if isinstance(style, str):
            return [style]
        name = style.find(W + "name")
        return [name.get(W + "val") or ""] if name is not None else [style.get(W + "styleId") or ""]

    def _level(self, style) -> int | None:
        for name in self._names(style):
            if found := HEADING.fullmatch(name.strip()):
                return int(found.group(1))
        return None if isinstance(style, str) else self._outline(style.find(W + "pPr"))

    def _outline(self, properties) -> int | None:
        """The outline level of properties: 1 to 9, 0 where they say body text, None where they say nothing."""
        level = properties.find(W + "outlineLvl") if properties is not None else None
        value = (level.get(W + "val") or "") if level is not None else ""
        return (int(value) + 1) % 10 if value.isdigit() and int(value) <= 9 else None

    def conceals(self, properties) -> str | None:
        """How letters are kept from the eye ("hidden", "white", "tiny"), "" where they are shown, None where nothing is said."""
        if properties is None:
            return None
        vanish = properties.find(W + "vanish")
        if vanish is not None and not is_off(vanish):
            return "hidden"
        size = properties.find(W + "sz")
        if size is not None and (size.get(W + "val") or "").isdigit() and int(size.get(W + "val")) <= TINY:
            return "tiny"
        fill = properties.find(W14 + "textFill")
        if fill is not None and fill.find(W14 + "noFill") is not None:
            return "hidden"
        colour = properties.find(W + "color")
        if colour is None:
            named = properties.find(W + "rStyle")
            style = self.known.get(named.get(W + "val")) if named is not None else None
            return self.conceals(style.find(W + "rPr")) if style is not None and style.find(W + "rPr") is not properties else None
        return "white" if self._is_white(colour) else ""

    def _is_white(self, colour) -> bool:
        value = colour.get(W + "val") or ""
        if (colour.get(W + "themeColor") or "").lower() in LIGHT and colour.get(W + "themeShade") is None:
            return True
        return bool(re.fullmatch("[0-9A-Fa-f]{6}", value)) and all(int(value[place : place + 2], 16) >= WHITE_FROM for place in (0, 2, 4))

    def is_on_its_own_colour(self, properties) -> bool:
        """Letters on a ground of the same colour."""
        colour, shade = properties.find(W + "color"), properties.find(W + "shd")
        fill = (shade.get(W + "fill") or "") if shade is not None else ""
        return colour is not None and (colour.get(W + "val") or "").upper() == fill.upper() and fill.lower() not in ("", "auto")

    def is_coloured(self, shade) -> bool:
        """Whether a shading is dark enough for white letters to be read on it."""
        fill = (shade.get(W + "fill") or "") if shade is not None else ""
        return bool(re.fullmatch("[0-9A-Fa-f]{6}", fill)) and any(int(fill[place : place + 2], 16) < 0xE0 for place in (0, 2, 4))
