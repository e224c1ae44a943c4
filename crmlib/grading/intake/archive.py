"""What a packed archive in a submission holds. Read in memory and within limits; nothing is ever written where a name points.

A zip is opened, also one inside another. For every other kind, and for a zip that cannot be opened, the remedy is said.
"""

from __future__ import annotations

import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from crmlib.grading.intake.files import CHECKPOINTS, MOST_BYTES, MOST_FILES
from crmlib.grading.intake.names import may_be_notebook, shown_name
from crmlib.language import message

MOST_ENTRIES = 20_000
DEEPEST = 3  # a zip of a platform, in it the student's, in it another
_ENTRY, _OFFICE = b"PK\x01\x02", (b"word/document.xml", b"xl/workbook.xml", b"ppt/presentation.xml")
_KINDS = {"RAR": b"Rar!", "7z": b"7z\xbc\xaf", "gzip": b"\x1f\x8b", "xz": b"\xfd7zXZ", "bzip2": b"BZh"}
_ENDINGS = {"RAR": (".rar",), "7z": (".7z",), "tar": (".tar",), "gzip": (".gz", ".tgz")}
_SKIPPED = {"__macosx", "__pycache__", ".venv", "node_modules", ".git", "site-packages"}
_TROUBLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, MemoryError)


@dataclass
class Unpacked:
    """The files of all archives, each below its archive's name, and a sentence for every archive that could not be opened."""

    files: dict[str, bytes] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    spent: int = 0  # bytes that were unpacked, kept or not: a bomb is many small ones


def unpack(files: Mapping[str, bytes]) -> Unpacked:
    """Open every zip among the files; the others are named with their remedy."""
    found = Unpacked()
    for name, content in files.items():
        if kind := kind_of(name, content):
            if kind == "zip":
                _open(name, content, found, 1)
            else:
                found.closed.append(message("submitted.packed", name=shown_name(name), kind=kind))
    return found


def kind_of(name: str, content: bytes) -> str | None:
    """What sort of archive a file is, by its first bytes or else by its ending; None for anything else."""
    if content[:100].lstrip()[:1] in (b"{", b"["):
        return None  # a notebook under a wrong name
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None if any(part in content for part in _OFFICE) else "zip"
    kind = next((kind for kind, mark in _KINDS.items() if content.startswith(mark)), None)
    kind = kind or ("tar" if content[257:262] == b"ustar" else None)
    ending = next((kind for kind, endings in _ENDINGS.items() if name.lower().endswith(endings)), None)
    return kind or ending or ("zip" if name.lower().endswith(".zip") else None)


def _open(name: str, content: bytes, found: Unpacked, level: int) -> None:
    if content.count(_ENTRY) > MOST_ENTRIES:
        found.closed.append(message("submitted.archive_large", name=shown_name(name)))
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [(entry, inside) for entry in archive.infolist() if (inside := _name(entry))]
            # Notebooks before the rest: an archive may hold a whole environment.
            entries.sort(key=lambda each: (not may_be_notebook(each[1]), each[1].count("/")))
            left = locked = 0
            for entry, inside in entries:
                room = MOST_BYTES - found.spent
                if entry.flag_bits & 1:
                    locked += 1
                elif len(found.files) >= MOST_FILES or entry.file_size > room:
                    left += 1
                else:
                    inner = _read(archive, entry, room)
                    found.spent += entry.file_size if inner is None else len(inner)
                    if inner is None:
                        left += 1
                    elif kind_of(inside, inner) == "zip" and level < DEEPEST:
                        _open(f"{name}/{inside}", inner, found, level + 1)
                    elif kind := kind_of(inside, inner):
                        found.closed.append(message("submitted.packed", name=shown_name(f"{name}/{inside}"), kind=kind))
                    else:
                        found.files[f"{name}/{inside}"] = inner
    except _TROUBLE:
        found.closed.append(message("submitted.archive_damaged", name=shown_name(name)))
        return
    if locked:
        found.closed.append(message("submitted.archive_locked", name=shown_name(name)))
    if left:
        found.notes.append(message("submitted.archive_left", name=shown_name(name), count=left))


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes | None:
    """One file of an archive; None where it cannot be read or grows beyond what its table of contents says."""
    try:
        with archive.open(entry) as file:
            content = file.read(room + 1)
    except _TROUBLE:
        return None
    return content if len(content) <= room else None


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of a file in an archive as a relative path; empty for what is no file of the student's."""
    if entry.is_dir() or stat.S_ISLNK(entry.external_attr >> 16):
        return ""
    name = entry.filename
    if not entry.flag_bits & 0x800:  # not marked as UTF-8: Windows in China writes GBK, and zipfile reads it as cp437
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        for encoding in ("utf-8", "gb18030") if raw else ():
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = [part for part in name.replace("\\", "/").split("/") if part.strip(". ") and not (len(part) == 2 and part[1] == ":")]
    skipped = any(part.casefold() in _SKIPPED or part == CHECKPOINTS for part in parts[:-1]) or (parts and parts[-1].startswith("._"))
    return "" if skipped or not parts else "/".join(parts)
