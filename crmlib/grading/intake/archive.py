"""What a packed archive in a submission holds. Read in memory and within limits; nothing is ever written where a name points.

A zip and a tar are opened (a tar also packed as gzip, bzip2 or xz), also inside one another, and so is a single file
that was packed alone. For every other kind, and for one that cannot be opened, the remedy is said.
"""

from __future__ import annotations

import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from crmlib.grading.intake import tars
from crmlib.grading.intake.files import CHECKPOINTS, MOST_BYTES, MOST_FILES, MOST_NOTEBOOK_BYTES
from crmlib.grading.intake.names import may_be_notebook, shown_name
from crmlib.language import message

MOST_ENTRIES = 20_000
MOST_EXPANDED = 3 * MOST_NOTEBOOK_BYTES
DEEPEST = 3  # a zip of a platform, in it the student's, in it another
_ENTRY, _OFFICE = b"PK\x01\x02", (b"word/document.xml", b"xl/workbook.xml", b"ppt/presentation.xml")
_OPENED = {"zip", "tar", "gzip", "bzip2", "xz"}
_KINDS = {
    "RAR": (b"Rar!", b"RE~^"), "7z": (b"7z\xbc\xaf",), "gzip": (b"\x1f\x8b",), "xz": (b"\xfd7zXZ",), "bzip2": (b"BZh",),
    "Zstandard": (b"\x28\xb5\x2f\xfd",), "LZ4": (b"\x04\x22\x4d\x18",), "CAB": (b"MSCF",), "lzip": (b"LZIP",),
}  # fmt: skip
_ENDINGS = {
    "RAR": (".rar",), "7z": (".7z",), "tar": (".tar",), "gzip": (".gz", ".tgz"), "bzip2": (".bz2", ".tbz", ".tbz2"), "xz": (".xz", ".txz"),
    "Zstandard": (".zst", ".tzst"), "LZ4": (".lz4",), "CAB": (".cab",), "lzip": (".lz",), "LZH": (".lzh", ".lha"), "ARJ": (".arj",),
    "ACE": (".ace",), "LZMA": (".lzma",), "ALZ": (".alz", ".egg"),
}  # fmt: skip
_SKIPPED = {"__macosx", "__pycache__", ".venv", "node_modules", ".git", "site-packages"}
_TROUBLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, MemoryError)


@dataclass
class Unpacked:
    """The files of all archives, each below its archive's name, and a sentence for every archive that could not be opened."""

    files: dict[str, bytes] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    spent: int = 0  # bytes that were unpacked, kept or not: a bomb is many small ones
    expanded: int = 0  # bytes that came out of packed streams, before a tar in them was looked into


@dataclass(frozen=True)
class _Member:
    """A file in an archive. ``read`` gives its bytes, or None where they are damaged or more than the room that is left."""

    name: str
    size: int
    read: Callable[[int], bytes | None]
    is_locked: bool = False


def unpack(files: Mapping[str, bytes]) -> Unpacked:
    """Open every archive among the files that can be opened here; the others are named with their remedy."""
    found = Unpacked()
    for name, content in files.items():
        if kind := kind_of(name, content):
            _open_or_name(name, content, kind, found, 1)
    return found


def kind_of(name: str, content: bytes) -> str | None:
    """What sort of archive a file is, by its first bytes or else by its ending; None for anything else."""
    if content[:100].lstrip()[:1] in (b"{", b"["):
        return None  # a notebook under a wrong name
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None if any(part in content for part in _OFFICE) else "zip"
    kind = next((kind for kind, marks in _KINDS.items() if content.startswith(marks)), None)
    kind = kind or ("tar" if tars.is_tar(content) else None)
    ending = next((kind for kind, endings in _ENDINGS.items() if name.lower().endswith(endings)), None)
    return kind or ending or ("zip" if name.lower().endswith(".zip") else None)


def _open_or_name(name: str, content: bytes, kind: str, found: Unpacked, level: int) -> None:
    if kind not in _OPENED:
        found.closed.append(message("submitted.packed", name=shown_name(name), kind=kind))
        return
    try:
        if kind == "zip":
            _open_zip(name, content, found, level)
        elif kind == "tar":
            _keep(name, _in_tar(content), found, level)
        else:
            _open_stream(name, content, found, level)
    except tars.TooMuch:
        found.closed.append(message("submitted.archive_large", name=shown_name(name)))
    except (*_TROUBLE, *tars.TROUBLE):
        found.closed.append(message("submitted.archive_damaged", name=shown_name(name)))


def _open_stream(name: str, content: bytes, found: Unpacked, level: int) -> None:
    """A packed stream: a tar as a rule, or a single file that somebody packed alone."""
    if tars.stream_of(content) is None:
        raise ValueError
    most = min(MOST_NOTEBOOK_BYTES, MOST_EXPANDED - found.expanded)
    found.expanded += most  # until it is known better
    inner = tars.expand(content, most)
    found.expanded += len(inner) - most
    alone = PurePosixPath(name).name
    alone = alone[: -len(PurePosixPath(alone).suffix)] if PurePosixPath(alone).suffix.lower() in (".gz", ".bz2", ".xz") else alone
    if tars.is_tar(inner):
        _keep(name, _in_tar(inner), found, level)
    else:
        _keep(name, [_Member(alone, len(inner), lambda room: inner if len(inner) <= room else None)], found, level)


def _in_tar(content: bytes) -> Iterator[_Member]:
    for name, size, read in tars.members(content, MOST_ENTRIES):
        if inside := _inside(name):
            yield _Member(inside, size, _whatever_the_room(read))


def _whatever_the_room(read: Callable[[], bytes]) -> Callable[[int], bytes]:
    """A tar is open already: nothing is expanded by reading one of its files."""
    return lambda room: read()


def _open_zip(name: str, content: bytes, found: Unpacked, level: int) -> None:
    if content.count(_ENTRY) > MOST_ENTRIES:
        raise tars.TooMuch
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _keep(name, [_in_zip(archive, entry, inside) for entry in archive.infolist() if (inside := _name(entry))], found, level)


def _in_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, inside: str) -> _Member:
    return _Member(inside, entry.file_size, lambda room: _read(archive, entry, room), bool(entry.flag_bits & 1))


def _keep(name: str, members: Iterable[_Member], found: Unpacked, level: int) -> None:
    """Take the files of an archive as far as there is room, notebooks before the rest: it may hold a whole environment."""
    left = locked = 0
    for member in sorted(members, key=lambda each: (not may_be_notebook(each.name), each.name.count("/"))):
        room = MOST_BYTES - found.spent
        if member.is_locked:
            locked += 1
        elif len(found.files) >= MOST_FILES or member.size > room:
            left += 1
        else:
            inner = member.read(room)
            found.spent += member.size if inner is None else len(inner)
            if inner is None:
                left += 1
            elif (kind := kind_of(member.name, inner)) is None:
                found.files[f"{name}/{member.name}"] = inner
            elif kind not in _OPENED or level < DEEPEST:
                _open_or_name(f"{name}/{member.name}", inner, kind, found, level + 1)
            else:
                left += 1
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
    return _inside(name)


def _inside(name: str) -> str:
    """A path in an archive as a relative one, wherever it points; empty for what tools put there."""
    parts = [part for part in name.replace("\\", "/").split("/") if part.strip(". ") and not (len(part) == 2 and part[1] == ":")]
    skipped = any(part.casefold() in _SKIPPED or part == CHECKPOINTS for part in parts[:-1]) or (parts and parts[-1].startswith("._"))
    return "" if skipped or not parts else "/".join(parts)
