"""TOML files as tests read them, without the library that is tested: parsed by the quickest parser there is, and once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

try:
    from tomli import loads
except ImportError:
    from tomllib import loads


def read(path: Path) -> dict:
    """The entries of a file; the same text is parsed once, so nobody may change what comes back."""
    return _parsed(path.read_text(encoding="utf-8"))


@cache
def _parsed(text: str) -> dict:
    return loads(text)
