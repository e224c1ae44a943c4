"""From a file to a paper: what a file is tells its first bytes, not its name, and what cannot be read is refused with the way out."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from crmlib.essay.paper import Paper, Unreadable
from crmlib.essay.reading_markdown import read_markdown
from crmlib.essay.reading_notebook import read_notebook

MOST_BYTES = 64 * 2**20
MOST_PARTS, MOST_UNPACKED, MOST_XML = 5_000, 400 * 2**20, 24 * 2**20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What the first bytes say, in the order in which they are asked.
SIGNS = (
    (b"%PDF", "pdf"), (b"{\\rtf", "rtf"), (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"), (b"\x1f\x8b", "archive"),
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"BM", "picture"), (b"II*\x00", "picture"), (b"MM\x00*", "picture"),
)  # fmt: skip
MARKDOWN, WORD = (".md", ".markdown"), (".docx", ".docm", ".dotx", ".doc", ".wps", ".wpt")


def read(path: Path, *, untouched: frozenset[str] = frozenset()) -> Paper:
    """Read one paper; ``untouched`` holds what stands in the assignment's answer cell before anybody has written there."""
    try:
        if path.is_dir():  # a folder that could not be looked into
            raise Unreadable("closed_folder", folder=path.name)
        if not path.is_file():
            raise Unreadable("no_file", file=path)
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable("too_large", size=path.stat().st_size // 2**20, most=MOST_BYTES // 2**20)
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable("no_access", error=error.strerror or error) from None
    suffix = path.suffix.lower()
    if not content.strip(b"\x00 \r\n\t"):
        raise Unreadable("nothing_in_it")
    if content.startswith(OLE):
        raise Unreadable(_of_compound_file(content))
    if content.startswith(b"PK"):
        return _of_zip(content)
    if suffix not in MARKDOWN:  # a text may begin with any of these letters
        for sign, reason in SIGNS:
            if content.startswith(sign):
                raise Unreadable(reason)
    if suffix == ".ipynb":
        return read_notebook(content, untouched)
    if suffix in MARKDOWN:
        return read_markdown(content)
    if suffix in WORD:
        start = content[:2000].lower()
        raise Unreadable("web_page" if b"<html" in start or b"mime-version" in start or b"<?xml" in start else "foreign", suffix=suffix)
    raise Unreadable("other_kind", suffix=suffix or "?")


def _of_compound_file(content: bytes) -> str:
    """An old binary file: a document behind a password, a .doc, or something else."""
    names = {name: name.encode("utf-16-le") in content for name in ("EncryptedPackage", "WordDocument")}
    return "encrypted" if names["EncryptedPackage"] else "old_word" if names["WordDocument"] else "old_office"


def _of_zip(content: bytes) -> Paper:
    from crmlib.essay.reading_docx import read_docx

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            _refuse_bombs(parts)
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable("encrypted")
            if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
                raise Unreadable("open_document")
            if "[Content_Types].xml" not in names:
                raise Unreadable("archive" if "word/document.xml" not in names else "damaged", error="[Content_Types].xml")
            for folder, reason in (("xl/", "spreadsheet"), ("ppt/", "slides")):
                if any(name.startswith(folder) for name in names):
                    raise Unreadable(reason)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _refuse_entities(archive.read(part))
            if "_rels/.rels" in names and b"purl.oclc.org/ooxml" in archive.read("_rels/.rels"):
                raise Unreadable("strict")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, OSError, ValueError, RuntimeError, zlib.error) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("damaged", error=_short(error)) from None
    return read_docx(content)


def _refuse_bombs(parts: list[zipfile.ZipInfo]) -> None:
    """A small file can unpack to gigabytes: the sizes are looked at before anything is unpacked."""
    xml = max((part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))), default=0)
    if len(parts) > MOST_PARTS or xml > MOST_XML or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable("bomb", size=sum(part.file_size for part in parts) // 2**20)


def _refuse_entities(xml: bytes) -> None:
    """No program that writes documents declares a document type; one that is there can pull in other files."""
    codes = ("utf-8",) if b"\x00" not in xml[:200] else ("utf-16-le", "utf-16-be")
    if any(sign.encode(code) in xml for sign in ("<!DOCTYPE", "<!ENTITY") for code in codes):
        raise Unreadable("entities")


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:120]
