"""What is written into a cell of a table that a spreadsheet opens."""

from __future__ import annotations

import re

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HARMLESS = re.compile(r"[-+]?(?:\d+(?:[.,]\d+)?)?%?")  # a number, or the dash that Moodle writes for nothing
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def safe(text: object) -> str:
    """A text that no spreadsheet takes for a formula, whoever typed it.

    >>> safe('=HYPERLINK("x")'), safe("Zhang, San"), safe("-5"), safe("-2+3")
    ('\\'=HYPERLINK("x")', 'Zhang, San', '-5', "'-2+3")
    """
    text = _CONTROL.sub("", str(text))
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS) and not _HARMLESS.fullmatch(text) else text
