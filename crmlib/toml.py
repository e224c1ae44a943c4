"""TOML as every room reads it: by tomli, which is compiled and takes a third of the time, or by Python's own parser where there is no tomli."""

from pathlib import Path

try:
    from tomli import TOMLDecodeError, loads
except ImportError:  # nobody installed it, or this machine cannot load it: the same parser, not compiled
    from tomllib import TOMLDecodeError, loads  # type: ignore[assignment]  # two classes, one parser

__all__ = ["TOMLDecodeError", "loads", "read"]


def read(file: Path) -> dict:
    """A file's tables; the mark that Windows' editors write before the first character is no part of it."""
    return loads(file.read_bytes().decode("utf-8-sig"))
