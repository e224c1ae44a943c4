"""Understand what a reasonable student may hand in, and turn it into plain Python values.

Numbers come as int, float, Decimal, Fraction, numpy or text ("1.4 %", full-width digits); lists as list, tuple,
Series, Index or one text with commas; words in English, Simplified or Traditional Chinese, with or without
numbering. Nothing here knows a key.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from crmlib.language import message

NEVER = "never"
_NEVER_WORDS = {"never", "inf", "infinity", "infinite", "永不", "永远不", "从不", "不能", "永远不会", "永遠不會", "無法收回", "无法收回", "无穷", "无穷大"}
_MONEY = re.compile(r"^(?:[$¥€]|usd|us\$|cny|rmb|yuan|dollars?)+|(?:usd|cny|rmb|yuan|dollars?|美元|元|years?|yrs?|年|个|次|位|人|[$¥€])+$")
_NUMBERING = re.compile(r"^\(?(?:\d{1,2}|[a-z])[.):、]+(?=\D)")


class Unreadable(ValueError):
    """The answer's form is not one that can be read; the message says what was expected."""


def is_unanswered(value: object) -> bool:
    """None, ``...`` and empty text or lists are answers not given yet."""
    if value is None or value is Ellipsis:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, (list, tuple, set, frozenset, dict)) and len(value) == 0


def shown(value: object) -> str:
    """What was received, short enough for a sentence and without running the value's own code twice."""
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    text = " ".join(text.split())
    return text if len(text) <= 120 else text[:117] + "…"


def as_number(value: object) -> float:
    """One number, or ``inf`` where a word says "never".

    >>> as_number("1.4 %")
    0.014
    >>> as_number(Fraction(1, 4))
    0.25
    """
    if isinstance(value, bool):
        raise Unreadable(message("check.not_a_number", received=shown(value)))
    if isinstance(value, str):
        return _number_from_text(value)
    if isinstance(value, (int, float, Decimal, Fraction)):
        return _finite_or_inf(float(value), value)
    if hasattr(value, "tolist"):  # numpy scalars and arrays, pandas columns: one value counts as that value
        plain = value.tolist()
        if isinstance(plain, list) and len(plain) == 1:
            plain = plain[0]
        if not isinstance(plain, list):
            return as_number(plain)
    if isinstance(value, (list, tuple)) and len(value) == 1:
        return as_number(value[0])
    raise Unreadable(message("check.not_a_number", received=shown(value)))


def as_list(value: object) -> list:
    """The entries of a list, tuple, set, Series, Index or array; text is cut at commas, semicolons and arrows.

    >>> as_list("prospect > client，partner")
    ['prospect', 'client', 'partner']
    """
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value)
        return [part.strip() for part in re.split(r"[,;、。>\n]|->|→", text) if part.strip()]
    if isinstance(value, Mapping):
        return list(value.values())
    if hasattr(value, "tolist"):
        plain = value.tolist()
        return plain if isinstance(plain, list) else [plain]
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)
    raise Unreadable(message("check.not_a_list", received=shown(value)))


def as_pairs(value: object) -> dict:
    """A mapping from a dict, a Series or a list of pairs.

    >>> as_pairs([("a", 1)])
    {'a': 1}
    """
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "to_dict") and not hasattr(value, "columns"):
        return value.to_dict()
    if isinstance(value, (list, tuple)) and all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in value):
        return {first: second for first, second in value}
    raise Unreadable(message("check.not_pairs", received=shown(value)))


def as_rows(value: object, columns: tuple[str, ...]) -> list[dict]:
    """Rows of a table: a DataFrame (index counted as a column), a dict of columns, or a list of dicts or tuples."""
    if hasattr(value, "to_dict") and not hasattr(value, "columns"):
        value = value.to_dict()  # a Series is a dict of its index
    if hasattr(value, "columns") and hasattr(value, "reset_index"):
        table = value if set(columns) <= set(map(str, value.columns)) else value.reset_index()
        rows = table.to_dict("records")
    elif isinstance(value, Mapping) and set(map(str, value)) >= set(columns):
        lists = {str(name): as_list(entries) for name, entries in value.items() if str(name) in columns}
        rows = [dict(zip(lists, entries)) for entries in zip(*lists.values())]
    elif isinstance(value, Mapping):
        rows = [dict(zip(columns, (key, *as_list(entry if not _is_single(entry) else [entry])))) for key, entry in value.items()]
    elif isinstance(value, (list, tuple)) and all(isinstance(row, Mapping) for row in value):
        rows = [dict(row) for row in value]
    elif isinstance(value, (list, tuple)) and all(isinstance(row, (list, tuple)) and len(row) == len(columns) for row in value):
        rows = [dict(zip(columns, row)) for row in value]
    else:
        raise Unreadable(message("check.not_a_table", received=shown(value), columns=", ".join(columns)))
    rows = [{str(name): entry for name, entry in row.items()} for row in rows]
    lacking = [name for name in columns if rows and name not in rows[0]]
    if lacking or not rows:
        raise Unreadable(message("check.not_a_table", received=shown(value), columns=", ".join(columns)))
    return rows


def as_label(value: object) -> str:
    """A word in the form in which words are compared: no case, spaces, punctuation or numbering.

    >>> as_label(" 1. Cooperative stage ") == as_label("cooperative-stage")
    True
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
        return as_label(value)
    text = unicodedata.normalize("NFKC", str(value)).casefold().strip()
    shorter = _NUMBERING.sub("", text)
    return "".join(character for character in (shorter or text) if character.isalnum())


def _is_single(value: object) -> bool:
    return isinstance(value, (str, int, float, Decimal, Fraction)) or value is None


def _number_from_text(text: str) -> float:
    plain = unicodedata.normalize("NFKC", text).casefold().strip().rstrip(".。")
    plain = plain.replace("per cent", "%").replace("percent", "%").replace(",", "")
    if "".join(plain.split()) in _NEVER_WORDS:
        return math.inf
    plain = "".join(plain.split())
    plain = plain.removeprefix("=").removeprefix("≈").removeprefix("约").removeprefix("百分之") + ("%" if plain.startswith("百分之") else "")
    percent = plain.endswith("%")
    plain = _MONEY.sub("", _MONEY.sub("", plain.rstrip("%")))
    try:
        if "/" in plain:
            result = float(Fraction(plain))
        else:
            result = float(plain)
    except (ValueError, ZeroDivisionError):
        raise Unreadable(message("check.not_a_number", received=shown(text))) from None
    return _finite_or_inf(float(Decimal(plain) / 100) if percent and "/" not in plain else result / (100 if percent else 1), text)


def _finite_or_inf(number: float, received: object) -> float:
    if math.isnan(number):
        raise Unreadable(message("check.not_a_number", received=shown(received)))
    return number
