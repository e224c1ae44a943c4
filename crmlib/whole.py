"""Files that are written whole or not at all: whoever looks finds the old one or the new one, never half of one."""

from __future__ import annotations

import os
import threading
from pathlib import Path


def write(path: Path, content: bytes | str, *, unfinished_in: Path | None = None) -> None:
    """Replace a file in one step; folders on the way are made.

    Until it is finished it stands in ``unfinished_in``, on the same disk, or else beside its place under a hidden name.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = (unfinished_in or path.parent) / f".{path.name[:80]}.{os.getpid()}-{threading.get_ident()}.part"
    try:
        unfinished.write_bytes(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
