"""Tar archives and files packed alone (gzip, bzip2, xz), read in memory: never more of them than the limits allow.

A link, a device or a sparse file in a tar is nobody's work and is passed over; a name is only ever a name here.
"""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial

MOST_MEMORY = 200_000_000  # of the dictionary that an xz file may ask for
STREAMS: dict[bytes, Callable] = {
    b"\x1f\x8b": lambda: zlib.decompressobj(wbits=31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ": lambda: lzma.LZMADecompressor(memlimit=MOST_MEMORY),
}
TROUBLE = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, OverflowError, RuntimeError, MemoryError)


class TooMuch(Exception):
    """More comes out of a packed file than the limits allow."""


def is_tar(content: bytes) -> bool:
    """Whether a file is a tar that is not packed: by its mark, or by the sum that older ones carry alone."""
    if content[257:262] == b"ustar":
        return True
    try:
        return len(content) >= 512 and any(content[:100]) and bool(tarfile.TarInfo.frombuf(content[:512], "utf-8", "surrogateescape").name)
    except TROUBLE:
        return False


def stream_of(content: bytes) -> Callable | None:
    """What unpacks a file that is one packed stream; None for any other file."""
    return next((maker for mark, maker in STREAMS.items() if content.startswith(mark)), None)


def expand(content: bytes, most: int) -> bytes:
    """A packed stream unpacked, also several in a row; `TooMuch` before more than ``most`` bytes are in memory."""
    found, size = [], 0
    while maker := stream_of(content):
        unpacker = maker()
        rest = content
        while not unpacker.eof:
            # Of zlib the part that was not read comes back; the two others keep it.
            part = unpacker.decompress(rest, most + 1 - size)
            rest = getattr(unpacker, "unconsumed_tail", b"")
            size += len(part)
            found.append(part)
            if size > most:
                raise TooMuch
            if not part and not rest and not unpacker.eof:
                raise EOFError
        content = unpacker.unused_data
    return b"".join(found)


def members(content: bytes, most: int) -> Iterator[tuple[str, int, Callable[[], bytes]]]:
    """Name, size and a reader of every ordinary file in a tar; `TooMuch` beyond so many entries."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        for number, entry in enumerate(archive):
            if number >= most:
                raise TooMuch
            if entry.isreg() and not entry.issparse() and 0 <= entry.size <= len(content):
                yield _text(entry.name), entry.size, partial(_part, content, entry.offset_data, entry.size)


def _part(content: bytes, start: int, size: int) -> bytes:
    part = content[start : start + size]
    if len(part) < size:
        raise EOFError
    return part


def _text(name: str) -> str:
    """A name as it was meant: tars made in China may hold GBK."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    return name
