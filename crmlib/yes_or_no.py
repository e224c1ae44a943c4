"""Yes or no, however it is written: as Python's or numpy's truth, as 1 or 0, or as a word or sign of either language.

The one place that knows the forms. What can be mistaken is left out: an "x" ticks a box or crosses a sentence out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from numbers import Real
from types import MappingProxyType
from typing import Any, cast

_YES = "yes y true t right correct on 是 是的 对 對 对的 對的 正确 正確 真 有 √ ✓ ✔".split()
_NO = "no n false f wrong incorrect off 否 不 不是 不对 不對 错 錯 错误 錯誤 不正确 不正確 假 无 無 没有 沒有 × ✗ ✘".split()
WORDS: Mapping[str, bool] = MappingProxyType(dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False))
_DIGITS = {"1": True, "1.0": True, "0": False, "0.0": False}  # as a column with gaps is written into a file
_LONGEST = 20
_SIGNS_ONLY = "\ufe0f\ufe0e"  # what a telephone puts behind ✓ to draw it in colour, or not


def read(value: object) -> bool | None:
    """True for a yes, False for a no, None for what is neither.

    >>> read("Yes"), read("否"), read(1.0), read("perhaps")
    (True, False, True, None)
    """
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind is not None:  # numpy's scalars, and its arrays without a dimension; a span of time is no number there
        if kind not in "biufU" or getattr(value, "shape", None) != ():
            return None
        value = cast(Any, value).item()
    if isinstance(value, str):
        word = _plain(value)
        return WORDS.get(word, _DIGITS.get(word))
    if isinstance(value, (Real, Decimal)) and value in (0, 1):
        return bool(value)
    return None


def _plain(text: str) -> str:
    """A word as it is compared: no case, no wide letters, no space or full stop around it."""
    text = str.__str__(text).strip()[: _LONGEST + 1]
    return re.sub(rf"[{_SIGNS_ONLY}]", "", unicodedata.normalize("NFKC", text)).casefold().strip(" \t.!。！'\"“”‘’")
