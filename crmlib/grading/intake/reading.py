"""Read a submitted file into plain cells, whatever an editor, a mail program or a broken download has made of it.

Nothing here trusts the file: every type is checked, every loop is bounded by the length of the file, and
nbformat's validation stays out of it, because it is slow and gives up where a teacher would simply read on.

>>> reading = read(b'{"cells": [{"cell_type": "code", "source": "x = 1"}], "nbformat": 4, "nbformat_minor": 5}')
>>> reading.cells[0].text, reading.repairs
('x = 1', ())
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, replace

from crmlib.language import message

MAX_BYTES = 50_000_000
# Ten bytes of JSON can become a hundred bytes of memory: what counts is the number of parts, not only the size.
MAX_PARTS = 3_000_000
MAX_QUOTES = 4 * MAX_PARTS
# Far beyond any honest notebook, and still little enough for every later step.
MAX_CELLS = 5_000
MAX_TEXT = 5_000_000
MAX_PICTURES = 50
PICTURES = ("image/png", "image/jpeg")
NEWEST = (4, 5)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKS = {
    "pdf": (b"%PDF",),
    "picture": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
    "zip": (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"),
    "word": (b"\xd0\xcf\x11\xe0", b"{\\rtf"),
}
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]++={0,2}+\s*+")
_SPACE = " \t\r\n\0\x1a\ufeff"
_KINDS = {"code": "code", "markdown": "markdown", "raw": "raw", "heading": "markdown", "html": "markdown"}
# The possessive quantifiers keep both patterns linear, also where a quotation mark is never closed.
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]++|\\.)*+(?:"|\\?\Z))|,(?=\s*+[}\]])', re.DOTALL)
_CELL_START = re.compile(
    r'\{\s*+"(?:attachments|cell_type|collapsed|execution_count|id|input|language|level|metadata|outputs|source)"\s*+:'
)


class Unreadable(ValueError):
    """A file that cannot be graded; its text is the reason and the remedy."""


@dataclass(frozen=True, slots=True)
class Handed:
    """One cell as it was handed in; ids are empty where there is none that can be used."""

    kind: str
    text: str
    cell_id: str
    grade_id: str
    mended: bool = False  # characters that no file can hold were replaced
    pictures: tuple[tuple[str, str, str], ...] = ()  # pasted into a text: name, type and content in base64


@dataclass(frozen=True)
class Reading:
    cells: tuple[Handed, ...]
    repairs: tuple[str, ...]
    damaged: bool = False  # only the cells that were whole could be read


def read(content: bytes) -> Reading:
    """The cells of a submitted file, and what had to be repaired to read them."""
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise Unreadable(message("intake.empty"))
    _refuse_other_formats(content)
    parts = sum(map(content.count, (b"[", b"{", b",")))
    if len(content) > MAX_BYTES or parts > MAX_PARTS or content.count(b'"') > MAX_QUOTES:
        raise Unreadable(message("intake.too_large", megabytes=max(1, len(content) // 1_000_000)))
    repairs: list[str] = []
    text = _decode(content, repairs).strip(_SPACE)
    notebook = _parse(text, repairs)
    found = _cells(notebook)
    cells = [_handed(cell) for cell in found[: MAX_CELLS + 1] if isinstance(cell, dict)]
    if not cells:
        _refuse(notebook, text)
    if len(found) > MAX_CELLS or sum(len(cell.text) for cell in cells) > MAX_TEXT:
        raise Unreadable(message("intake.too_much", cells=f"{MAX_CELLS:,}", characters=f"{MAX_TEXT:,}"))
    if len(cells) < len(found):
        repairs.append(message("intake.not_cells", count=len(found) - len(cells)))
    rescued = message("intake.damaged", count=len(found)) in repairs
    return Reading(tuple(cells), tuple(repairs), rescued)


# --- bytes to text -----------------------------------------------------------------------------------------------


def _decode(content: bytes, repairs: list[str]) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            repairs.append(message("intake.bom", encoding=encoding[:6].rstrip("-").upper()))
            return content[len(mark) :].decode(encoding, "replace")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(content, repairs)
    if "\0" not in text[:400]:
        return text
    return _decode_wide(content, repairs)


def _decode_wide(content: bytes, repairs: list[str]) -> str:
    """UTF-16 without a mark: every other byte of JSON's own characters is zero."""
    head = content[:400]
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if max(odd, even) < len(head) // 5:
        return content.decode("utf-8", "replace")
    repairs.append(message("intake.encoding", encoding="UTF-16"))
    return content.decode("utf-16-le" if odd > even else "utf-16-be", "replace")


def _decode_other(content: bytes, repairs: list[str]) -> str:
    if b"\0" in content[:400]:
        return _decode_wide(content, repairs)
    text = content.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    others = len(text) - len(text.encode("ascii", "ignore")) - damaged
    # A few bad bytes among good Chinese are a damaged UTF-8 file. GB18030 would read it without complaint, as nonsense.
    if damaged * 4 <= others or (damaged == 1 and text.endswith("\ufffd")):
        repairs.append(message("intake.bad_bytes"))
        return text
    # GB18030 needs up to four bytes for a character: a file that breaks off may end inside one.
    for encoding, cut in (("gb18030", 0), ("gb18030", 1), ("gb18030", 2), ("gb18030", 3), ("cp1252", 0)):
        try:
            text = content[: len(content) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        repairs.append(message("intake.encoding", encoding=encoding.upper()))
        return text
    repairs.append(message("intake.bad_bytes"))
    return text


# --- text to cells -----------------------------------------------------------------------------------------------


def _parse(text: str, repairs: list[str]) -> object:
    """The JSON value; if it is damaged, a notebook of the cells that are whole."""
    constants: set[str] = set()
    # A digit string of any length is cheap as a float; as an integer Python refuses it.
    decoder = json.JSONDecoder(strict=False, parse_int=float, parse_constant=constants.add)
    try:
        value, end = decoder.raw_decode(text)
    except (ValueError, RecursionError):
        value, end = _parse_damaged(text, decoder, repairs), len(text)
    else:
        if not isinstance(value, (dict, list)):
            return None  # a script that begins with a number is no notebook
        if text[end:].strip(_SPACE):
            repairs.append(message("intake.garbage"))
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and "cells" in value[0]:
        value = value[0]
    if constants:
        repairs.append(message("intake.constants", names=" / ".join(sorted(constants))))
    if _cells(value):
        repairs += _version_repair(value)
    return value


def _parse_damaged(text: str, decoder: json.JSONDecoder, repairs: list[str]) -> object:
    mended = _TRAILING_COMMA.sub(r"\1", text)
    if mended != text:
        try:
            value, end = decoder.raw_decode(mended)
            if isinstance(value, dict) and not mended[end:].strip(_SPACE):
                repairs.append(message("intake.commas"))
                return value
        except (ValueError, RecursionError):
            pass
    upper = _upper_version(text)
    if upper is not None:
        try:
            value, _ = decoder.raw_decode(_TRAILING_COMMA.sub(r"\1", upper))
            repairs.append(message("intake.conflict"))
            return value
        except (ValueError, RecursionError):
            pass
    cells = _rescue(mended, decoder)
    if not cells:
        return None
    repairs.append(message("intake.damaged", count=len(cells)))
    return {"nbformat": 4.0, "nbformat_minor": 5.0, "cells": cells}


def _upper_version(text: str) -> str | None:
    """The text without the marks of merge conflicts and their lower versions; None where there are none."""
    kept, keeps, met = [], True, False
    for line in text.split("\n"):
        if line.startswith("<<<<<<<"):
            met = True
        elif met and line.startswith((">>>>>>>", "|||||||")) or (met and line.rstrip("\r") == "======="):
            keeps = line.startswith(">>>>>>>")
        elif keeps:
            kept.append(line)
    return "\n".join(kept) if met else None


def _rescue(text: str, decoder: json.JSONDecoder) -> list[dict]:
    """Every cell that is whole, in order. The budget bounds the work on a file made to be slow."""
    cells, at, budget = [], 0, 4 * len(text) + 20_000_000
    while budget > 0 and (start := _CELL_START.search(text, at)):
        begin = start.start()
        try:
            value, end = decoder.raw_decode(text, begin)
        except json.JSONDecodeError as error:
            # The error counts lines from the beginning of the text, so it costs as much as its place is far in.
            budget -= len(text) if error.msg.startswith("Unterminated") else error.pos
            at = begin + 1
        except RecursionError:
            budget -= len(text) - begin
            at = begin + 1
        else:
            is_cell = "cell_type" in value
            if is_cell:
                cells.append(value)
            at = end if is_cell else begin + 1
            budget -= end - begin
    return cells


def _cells(notebook: object) -> list:
    """The list of cells in any version of the format, and in a list or a dict of cells."""
    if isinstance(notebook, list):
        return notebook if any(isinstance(cell, dict) and "cell_type" in cell for cell in notebook) else []
    if not isinstance(notebook, dict):
        return []
    cells = notebook.get("cells")
    if not cells and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet.get("cells") for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
    if isinstance(cells, dict):
        cells = list(cells.values())
    return cells if isinstance(cells, list) else []


def _version_repair(notebook: object) -> list[str]:
    major = _whole(notebook.get("nbformat")) if isinstance(notebook, dict) else None
    minor = _whole(notebook.get("nbformat_minor")) if isinstance(notebook, dict) else None
    if major is None:
        return [message("intake.no_version")]
    if major < 4:
        return [message("intake.old_version", version=major)]
    if (major, minor or 0) > NEWEST:
        return [message("intake.new_version", version=f"{major}.{minor or 0}")]
    return []


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, float) and 0 <= value < 1000 else None


# --- one cell ----------------------------------------------------------------------------------------------------


def _handed(cell: dict) -> Handed:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    kind = cell.get("cell_type")
    known = _KINDS.get(kind.strip().lower()) if isinstance(kind, str) else None
    if known is None:
        known = "code" if "outputs" in cell or "execution_count" in cell or "input" in cell else "raw"
    pictures = _pictures(cell.get("attachments")) if known == "markdown" else ()
    handed = Handed(known, _text(cell), _id(cell.get("id")), _id(grade_id), pictures=pictures)
    storable = _storable(handed.text)
    return handed if storable == handed.text else replace(handed, text=storable, mended=True)


def _pictures(attachments: object) -> tuple[tuple[str, str, str], ...]:
    """What was pasted into a text cell, if it is a picture of pixels; anything else is not shown to anybody."""
    found: list = []
    for name, kinds in attachments.items() if isinstance(attachments, dict) else ():
        for kind in PICTURES if isinstance(kinds, dict) else ():
            content = kinds.get(kind)
            content = "".join(_piece(line) for line in content) if isinstance(content, list) else content
            if isinstance(content, str) and _BASE64.fullmatch(content) and len(found) < MAX_PICTURES:
                found.append((name, kind, content))
                break
    return tuple(found)


def _text(cell: dict) -> str:
    source = cell.get("source")
    if source is None:
        source = cell.get("input")  # where format 3 kept code
    if isinstance(source, list):
        return "".join(_piece(line) for line in source)
    return _piece(source)


def _piece(source: object) -> str:
    if isinstance(source, str):
        return source
    if isinstance(source, float):  # all numbers were read as floats
        return str(int(source)) if source.is_integer() else str(source)
    return str(source) if isinstance(source, bool) else ""


def _id(value: object) -> str:
    return value.strip()[:200] if isinstance(value, str) else ""


def _storable(text: str) -> str:
    """Text without lone surrogates: JSON can spell half a character, but nothing can store it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


# --- no notebook at all ------------------------------------------------------------------------------------------


def _refuse_other_formats(content: bytes) -> None:
    if content.startswith(b"PK\x03\x04"):
        office = (("word", b"word/document.xml"), ("excel", b"xl/workbook.xml"), ("slides", b"ppt/presentation.xml"))
        kind = next((name for name, part in office if part in content), "zip")
    else:
        kind = next((name for name, marks in _MARKS.items() if content.startswith(marks)), None)
    if kind == "zip":
        raise Unreadable(message("intake.packed"))
    if kind:
        raise Unreadable(message("intake.not_a_notebook", what=message(f"intake.what_{kind}")))


def _refuse(notebook: object, text: str) -> None:
    """Say what a file without cells looks like, so that whoever asks for the right one can name the mistake."""
    if isinstance(notebook, (dict, list)):
        raise Unreadable(message("intake.no_cells"))
    head = text[:2000].lstrip().lower()
    if head.startswith("<"):
        kind = "html"
    elif head.startswith(("{", "[")) and '"' in head:
        raise Unreadable(message("intake.nothing_whole"))
    elif re.search(r"^(?:import|from|def|class|print\(|# %%|#!)", head, re.MULTILINE):
        kind = "script"
    else:
        kind = "text" if head.isprintable() or head.replace("\n", "").replace("\r", "").replace("\t", "").isprintable() else "unknown"
    raise Unreadable(message("intake.not_a_notebook", what=message(f"intake.what_{kind}")))
