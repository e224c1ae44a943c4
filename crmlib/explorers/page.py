"""A widget's script and style, put together from files: what all pages share first, then one's own."""

from __future__ import annotations

import re
from pathlib import Path

_SHARED = Path(__file__).with_name("page.js")
_EXPORT = re.compile(r"^export default .*;\n", re.MULTILINE)


def script(*files: Path) -> str:
    """The files as one module; only the last one's export holds."""
    *before, last = (path.read_text(encoding="utf-8") for path in (_SHARED, *files))
    return "".join(_EXPORT.sub("", text) for text in before) + last


def style(*files: Path) -> str:
    """The files as one style sheet, later rules last."""
    return "".join(path.read_text(encoding="utf-8") for path in files)
