"""Folders in the system's temporary folder that bear the name of the process they belong to, so that a killed run's are found.

Nothing can clean up after ``kill -9``; the next run does.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

_NAME = re.compile(r"crmlib-[a-z]+-(\d+)-(\d+)-\w+")
_ours: set[str] = set()


def folder(purpose: str) -> str:
    """A new folder of this process."""
    made = tempfile.mkdtemp(prefix=f"crmlib-{purpose}-{os.getpid()}-{_started(os.getpid())}-")
    _ours.add(os.path.basename(made))
    return made


def sweep() -> None:
    """Remove the folders of processes that are gone."""
    try:
        entries = list(os.scandir(tempfile.gettempdir()))
    except OSError:
        return
    for entry in entries:
        found = _NAME.fullmatch(entry.name)
        if found and entry.name not in _ours and not entry.is_symlink() and not _is_alive(int(found[1]), int(found[2])):
            shutil.rmtree(entry.path, ignore_errors=True)


def _is_alive(process: int, started: int) -> bool:
    if process == os.getpid():
        return started == 0 or started == _started(process)
    now = _started(process)
    if now or Path("/proc/self/stat").exists():
        return now == started and now != 0
    try:
        import psutil

        return psutil.pid_exists(process)
    except ImportError:
        return True


def _started(process: int) -> int:
    """When a process was started, in the system's own count; 0 where the system does not say, or nothing of it runs any more."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    fields = text.rpartition(")")[2].split()
    return 0 if fields[0] in ("Z", "X") else int(fields[19])  # killed, and whoever should take note of it has not done so yet
