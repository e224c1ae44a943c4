"""A table as a person exports it: CSV in whatever encoding and with whatever separator, xlsx, or the HTML that some systems call xls.

Every cell comes back as the text that a person sees, so that a student number keeps its zeros.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from crmlib.classroom.trouble import ClassroomError
from crmlib.language import message

MOST_BYTES = 50_000_000
MOST_UNPACKED = 500_000_000
SEPARATORS = ",;\t|"
_HIGH = re.compile(rb"[\x80-\xff]+")
_ZEROS = re.compile(r'(?:"([^"]*)")?(0+)')
MOST_DIGITS = 15  # of a number in a spreadsheet; the rest is lost when it is typed


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, its rows, and how it was read, in words."""

    name: str
    rows: list[list[str]]
    read_as: str


def read(path: Path, score: Callable[[list[list[str]]], int] = lambda rows: 0, *, encoding: str | None = None) -> list[Sheet]:
    """The tables of a file. ``score`` says how much of a table makes sense, where a file can be read in several ways."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ClassroomError(message("classroom.table_large", path=path))
        content = path.read_bytes()
    except IsADirectoryError:
        raise ClassroomError(message("classroom.table_folder", path=path)) from None
    except FileNotFoundError:
        raise ClassroomError(message("classroom.no_file", path=path)) from None
    except OSError as error:
        raise ClassroomError(message("classroom.unreadable", path=path, reason=error.strerror or error)) from error
    return of_content(content, path, score, encoding=encoding)


def of_content(content: bytes, path: Path, score: Callable = lambda rows: 0, *, encoding: str | None = None) -> list[Sheet]:
    """The tables of a file's content; the path is for the sentences."""
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise ClassroomError(message("classroom.table_empty", path=path))
    if content.startswith(b"PK"):
        return _workbook(content, path)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ClassroomError(message("classroom.table_old", path=path))
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"Rar!", b"7z\xbc\xaf")):
        raise ClassroomError(message("classroom.table_unknown", path=path))
    text, name = _text(content, path, score, encoding)
    if re.match(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|table|meta|head)", text, re.IGNORECASE):
        return [Sheet(path.name, _html(text), message("classroom.read_html", encoding=name))]
    rows, separator = _split(text, score)
    shown = {"\t": message("classroom.tab")}.get(separator, separator)
    return [Sheet(path.name, rows, message("classroom.read_csv", encoding=name, separator=shown))]


def _text(content: bytes, path: Path, score: Callable, encoding: str | None) -> tuple[str, str]:
    """The text of a file and the name of its encoding: by its mark, else the one in which most makes sense."""
    if encoding:
        try:
            return content.decode(encoding).removeprefix("\ufeff"), encoding
        except (LookupError, UnicodeError):
            raise ClassroomError(message("classroom.wrong_encoding", path=path, encoding=encoding)) from None
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(name, "replace"), "UTF-8" if name == "utf-8-sig" else "UTF-16"
    if content.count(b"\0") > len(content) // 8:
        even, odd = content[0::2].count(b"\0"), content[1::2].count(b"\0")
        return content.decode("utf-16-le" if odd >= even else "utf-16-be", "replace"), "UTF-16"
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    chinese = _looks_chinese(content)
    found = []
    for name, prior in (("gb18030", chinese), ("big5", False), ("cp1252", not chinese)):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        found.append((score(_split(text, score)[0]), prior, text, {"gb18030": "GBK", "big5": "Big5", "cp1252": "Windows-1252"}[name]))
    if not found:
        return content.decode("gb18030" if chinese else "cp1252", "replace"), "GBK" if chinese else "Windows-1252"
    best = max(found, key=lambda each: each[:2])
    return best[2], best[3]


def _looks_chinese(content: bytes) -> bool:
    """Chinese characters of GB 2312 are pairs of high bytes, an accent in a western name mostly is a single one."""
    runs = [len(run) for run in _HIGH.findall(content)]
    return sum(length % 2 == 0 for length in runs) * 2 >= len(runs)


def _split(text: str, score: Callable) -> tuple[list[list[str]], str]:
    """The rows, with the separator that gives the most sense, else the most even number of columns."""
    said = re.match(r"\ufeff?sep=(.)\r?\n", text, re.IGNORECASE)
    if said:  # how Excel is told
        return _rows(text[said.end() :], said[1]), said[1]
    tries = [(_rows(text, separator), separator) for separator in SEPARATORS]
    return max(tries, key=lambda each: (score(each[0]), _evenness(each[0])))


def _evenness(rows: list[list[str]]) -> int:
    widths = [len(row) for row in rows if len(row) > 1]
    return max((widths.count(width) for width in set(widths)), default=0)


def _rows(text: str, separator: str) -> list[list[str]]:
    csv.field_size_limit(MOST_BYTES)
    text = text.replace("\0", "").removeprefix("\ufeff")
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error:  # a quote that never ends
        return [[cell.strip(' "') for cell in line.split(separator)] for line in text.splitlines()]


def _workbook(content: bytes, path: Path) -> list[Sheet]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                raise ClassroomError(message("classroom.table_large", path=path))
        if not any(name.startswith("xl/") for name in names):
            raise ClassroomError(message("classroom.table_zip", path=path))
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except ClassroomError:
        raise
    except Exception as error:  # openpyxl lets through whatever the parsers below it raise
        raise ClassroomError(message("classroom.table_damaged", path=path, reason=f"{type(error).__name__}: {error}"[:200])) from error
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    return [
        Sheet(sheet.title, [[_cell(cell) for cell in row] for row in sheet.iter_rows()], message("classroom.read_xlsx", sheet=sheet.title)) for sheet in visible
    ]


def _cell(cell) -> str:
    """What a person sees in the cell; a number that a spreadsheet could not keep is shown as one shows it: 2.0231E+17."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value).strip()
    if value != int(value):
        return repr(value)
    digits = f"{int(value)}"
    if len(digits.lstrip("-")) > MOST_DIGITS:
        return f"{float(value):.5E}"
    form = _ZEROS.fullmatch((cell.number_format or "").partition(";")[0])
    return f"{form[1] or ''}{digits.zfill(len(form[2]))}" if form else digits


class _Tables(HTMLParser):
    """The rows of all tables of a page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Iterable) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self._end()
            self.cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _end(self) -> None:
        if self.cell is not None:
            self.rows[-1:] = [[*(self.rows[-1] if self.rows else []), " ".join("".join(self.cell).split())]]
            self.cell = None


def _html(text: str) -> list[list[str]]:
    parser = _Tables()
    parser.feed(text)
    parser.close()
    return parser.rows
