"""What a zip or a folder of a whole class holds, file by file. Read within limits; nothing is written where a name points.

A zip inside is opened only when asked: it may be one student's work, or one class's of several.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crmlib.classroom.trouble import ClassroomError
from crmlib.language import message

MOST_FILE = 200_000_000  # bytes of one file
MOST_ENTRIES = 300_000
BOMB_BYTES, BOMB_RATIO = 20_000_000, 150  # beyond both no honest file is packed so tightly
DEEPEST = 3
SKIPPED_FOLDERS = {"__macosx", "__pycache__", ".ipynb_checkpoints", ".git", "node_modules", ".venv"}
SKIPPED_FILES = {".ds_store", "thumbs.db", "desktop.ini"}
_READING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, MemoryError)


@dataclass
class Entry:
    """A file of a bundle: its path below the bundle, its time in UTC, and how to read it, or why it cannot be read."""

    path: str
    size: int
    when: datetime | None
    read: Callable[[], bytes]
    trouble: str = ""
    folder: str = ""  # the zip inside that it came out of


@dataclass
class Bundle:
    """All entries of a zip or folder; ``troubles`` are sentences on what was not taken at all."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def read(path: Path) -> Bundle:
    """The entries of a zip, of a folder, or of one file; refuses a zip that cannot be opened at all."""
    if path.is_dir():
        return _folder(path)
    if not path.exists():
        raise ClassroomError(message("classroom.no_file", path=path))
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise ClassroomError(message("classroom.unreadable", path=path, reason=error.strerror or error)) from error
    if start.startswith(b"PK") or path.suffix.lower() == ".zip":
        bundle = Bundle(path.name)
        opened = _open(path, path.name)
        bundle.entries = list(_entries(opened, "", bundle.troubles))
        if bundle.entries and all(entry.trouble == message("classroom.locked") for entry in bundle.entries):
            raise ClassroomError(message("classroom.zip_locked", path=path))
        return bundle
    if start.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xfd7zXZ")) or path.suffix.lower() in (".rar", ".7z", ".tar", ".gz", ".tgz"):
        raise ClassroomError(message("classroom.other_archive", path=path))
    return Bundle(path.name, [_file(path, path.name)])


def opened(entry: Entry, level: int = 1) -> tuple[list[Entry], list[str]]:
    """The entries of a zip inside a bundle, below its name, and sentences on what cannot be had."""
    troubles: list[str] = []
    if level > DEEPEST:
        return [], [message("classroom.too_deep", name=entry.path)]
    try:
        inner = _open(io.BytesIO(entry.read()), entry.path)
    except ClassroomError as error:
        return [], [str(error)]
    found = list(_entries(inner, entry.path, troubles))
    return found, troubles


def is_zip(entry: Entry) -> bool:
    """Whether a file is a zip by its name; an office document is none."""
    return entry.path.lower().endswith(".zip") and not entry.trouble


def _open(source, name) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except _READING as error:
        raise ClassroomError(message("classroom.zip_damaged", path=name)) from error


def _entries(packed: zipfile.ZipFile, below: str, troubles: list[str]) -> Iterator[Entry]:
    infos = packed.infolist()
    if len(infos) > MOST_ENTRIES:
        raise ClassroomError(message("classroom.zip_crowded", path=below or packed.filename, count=len(infos), most=MOST_ENTRIES))
    seen: set[str] = set()
    chinese = are_chinese(infos)
    for info in infos:
        name = name_of(info, chinese)
        if info.is_dir() or not name or name.endswith("/"):
            continue
        parts = name.replace("\\", "/").split("/")
        if _skipped(parts):
            continue
        shown = f"{below}/{name}" if below else name
        if stat.S_ISLNK(info.external_attr >> 16):
            troubles.append(message("classroom.zip_link", name=shown))
            continue
        if name.startswith(("/", "\\")) or ".." in parts or (len(parts[0]) > 1 and parts[0][1] == ":"):
            troubles.append(message("classroom.leads_outside", name=shown))
            continue
        path = "/".join(part for part in parts if part not in ("", "."))
        if path in seen:
            troubles.append(message("classroom.twice_in_zip", name=shown))
            continue
        seen.add(path)
        yield Entry(path, info.file_size, _time(info), _reader(packed, info), _trouble(info), below)


def name_of(info: zipfile.ZipInfo, chinese: bool) -> str:
    """The name of a file in a zip as its owner wrote it: where it is not marked as UTF-8, it is UTF-8, GBK or the DOS code page."""
    if info.flag_bits & 0x800:
        return info.filename
    extra = info.extra  # Info-ZIP keeps the name in Unicode beside the old one
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        if kind == 0x7075 and length > 5:
            try:
                return extra[9 : 4 + length].decode("utf-8")
            except UnicodeDecodeError:
                break
        extra = extra[4 + length :]
    raw = _raw(info)
    if raw is None or raw.isascii():
        return info.filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace") if chinese else info.filename


def are_chinese(infos: list[zipfile.ZipInfo]) -> bool:
    """Whether the unmarked names of a zip are GBK: read so, most signs are everyday characters. An accent is a rare one."""
    everyday = odd = 0
    for info in infos:
        raw = _raw(info)
        if raw is None or raw.isascii() or info.flag_bits & 0x800:
            continue
        try:
            signs = [sign for sign in raw.decode("gb18030") if ord(sign) > 127]
        except UnicodeDecodeError:
            odd += 1
            continue
        known = sum(_is_everyday(sign) for sign in signs)
        everyday, odd = everyday + known, odd + len(signs) - known
    return everyday > odd


def _raw(info: zipfile.ZipInfo) -> bytes | None:
    try:
        return info.filename.encode("cp437")
    except UnicodeEncodeError:
        return None


def _is_everyday(sign: str) -> bool:
    try:
        return len(sign.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _time(info: zipfile.ZipInfo) -> datetime | None:
    """When a file was written: the moment in UTC where the zip keeps it, else its clock time on this computer's clock."""
    extra = info.extra
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        if kind == 0x5455 and length >= 5 and extra[4] & 1:
            return datetime.fromtimestamp(struct.unpack("<i", extra[5:9])[0], UTC)
        extra = extra[4 + length :]
    if info.date_time[0] <= 1980:
        return None
    try:
        return datetime.fromtimestamp(time.mktime((*info.date_time, 0, 0, -1)), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _trouble(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 1:
        return message("classroom.locked")
    if info.file_size > MOST_FILE:
        return message("classroom.file_large", megabytes=info.file_size // 1_000_000, most=MOST_FILE // 1_000_000)
    if info.file_size > BOMB_BYTES and info.file_size > BOMB_RATIO * max(1, info.compress_size):
        return message("classroom.bomb", megabytes=info.file_size // 1_000_000)
    return ""


def _reader(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def reader() -> bytes:
        try:
            with packed.open(info) as file:
                content = file.read(info.file_size + 1)  # never more than its table of contents says
            if len(content) != info.file_size:
                raise zipfile.BadZipFile(info.filename)
            return content
        except _READING as error:
            raise Unreadable(message("classroom.half")) from error

    return reader


class Unreadable(Exception):
    """A file of a bundle that breaks off or is damaged; the text is the sentence for its row."""


def _folder(path: Path) -> Bundle:
    bundle = Bundle(path.name)
    for here, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name.casefold() not in SKIPPED_FOLDERS and not _is_link(Path(here, name), path, bundle))
        for name in sorted(names):
            file = Path(here, name)
            if _skipped((name,)) or _is_link(file, path, bundle):
                continue
            if len(bundle.entries) >= MOST_ENTRIES:
                raise ClassroomError(message("classroom.zip_crowded", path=path, count=f"> {MOST_ENTRIES}", most=MOST_ENTRIES))
            if not file.is_file():
                bundle.troubles.append(message("classroom.not_regular", name=file.relative_to(path).as_posix()))
                continue
            bundle.entries.append(_file(file, file.relative_to(path).as_posix()))
    return bundle


def _file(file: Path, name: str) -> Entry:
    information = file.stat()
    trouble = (
        "" if information.st_size <= MOST_FILE else message("classroom.file_large", megabytes=information.st_size // 1_000_000, most=MOST_FILE // 1_000_000)
    )

    def reader() -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            raise Unreadable(message("classroom.unreadable", path=name, reason=error.strerror or error)) from error

    return Entry(name, information.st_size, datetime.fromtimestamp(information.st_mtime, UTC), reader, trouble)


def _is_link(file: Path, root: Path, bundle: Bundle) -> bool:
    if not file.is_symlink():
        return False
    bundle.troubles.append(message("classroom.zip_link", name=file.relative_to(root).as_posix()))
    return True


def _skipped(parts) -> bool:
    return any(part.casefold() in SKIPPED_FOLDERS for part in parts[:-1]) or parts[-1].startswith("._") or parts[-1].casefold() in SKIPPED_FILES
