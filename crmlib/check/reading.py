"""Understand what a reasonable student may hand in, and turn it into plain Python values.

Numbers come as int, float, Decimal, Fraction, numpy or text ("1.4 %", full-width digits); lists as list, tuple,
Series, Index or one text with commas; words in English, Simplified or Traditional Chinese, with or without
numbering. Nothing here knows a key.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import math
import re
import unicodedata
import warnings
from collections.abc import Mapping, Sequence, Set, ValuesView
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from itertools import zip_longest
from numbers import Rational, Real
from pathlib import Path
from typing import Any

from crmlib import toml
from crmlib.language import message, table_word

NEVER = "never"
_WORDS = (str, bytes, int, float, complex, Decimal, Fraction, tuple, list, dt.date, dt.time, dt.timedelta)  # what may stand for a word
_NEVER_WORDS = {
    "never",
    "inf",
    "infinity",
    "infinite",
    "永不",
    "永远不",
    "从不",
    "不能",
    "永远不会",
    "永遠不會",
    "無法收回",
    "无法收回",
    "收不回",
    "无穷",
    "无穷大",
}
_NEVER_WORDS |= {"∞", "+∞"}
_MONEY_BEFORE = re.compile(r"^([+-]?)(?:us\$|[$¥€]|usd|cny|rmb|人民币)")
_UNIT_AFTER = re.compile(r"(?:usd|usdollars?|cny|rmb|yuan|dollars?|美元|人民币|元人民币|元|years?|yrs?|年|个|次|位|人|[$¥€])$")
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:(?:,\d{3})+|(?:\s\d{3})+)(?![\d,])")
# "<12.5" and "at least 600" are the bounds 12.5 and 600; which side is meant is the question's business.
_BOUND = re.compile(r"^(?:[<>]=?|[≤≥]|不到|不足|少于|低于|至多|最多|不超过|至少|不少于|超过|多于|atmost|atleast|fewerthan|lessthan|morethan)(?=[\d.])")
# With a per cent sign, "2,5" and, typed with a Chinese input method, "2。5" can only be two and a half.
_DECIMAL_COMMA = re.compile(r"^([+-]?\d+)[,。](\d{1,2}|\d{4,})$")
_CHINESE_NUMBER = re.compile(r"^[零〇一二两三四五六七八九十百千万]+(?:点[零〇一二三四五六七八九]+)?$")
_NUMBERING = re.compile(r"^\(?(?:第?(?:\d{1,2}|[a-z]|[一二三四五六七八九十]{1,3})步?|(?:步骤|step\s*)(?:\d{1,2}|[一二三四五六七八九十]))[.):、]+(?=\D)")
# Numbers in circles and on discs, which NFKC would melt into what follows: "①e2" is not the number 1e2.
_CIRCLED_NUMBERS = "⓪①-⑳㉑-㉟㊱-㊿⓫-⓿❶-❿➀-➓㊀-㊉"
_CIRCLED = re.compile(rf"^\s*[{_CIRCLED_NUMBERS}]+(?=.*\w)", re.DOTALL)
_CIRCLED_ANYWHERE = re.compile(rf"[{_CIRCLED_NUMBERS}]")
_MINUS = str.maketrans("−–", "--")
# Nobody types more than that, and a text of a million digits must not hold up the marking.
LONGEST_NUMBER, LONGEST_WORDS, LONGEST_LIST, LONGEST_LIST_TEXT = 60, 2_000, 10_000, 50_000


class Unreadable(ValueError):
    """The answer's form is not one that can be read; the message says what was expected."""


@contextlib.contextmanager
def quiet():
    """What a student's own code prints or warns of costs nothing: a line on stderr would cost the whole cell."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def carefully(read, received: object):
    """``read(received)``, where whatever goes wrong inside a value of an unusual class only makes it unreadable."""
    try:
        with quiet():
            return read(received)
    except (Unreadable, KeyboardInterrupt):
        raise
    except BaseException:  # a class may raise SystemExit and worse
        raise Unreadable(message("check.cannot_be_read", received=shown(received))) from None


def is_unanswered(value: object) -> bool:
    """None, ``...``, empty text, and lists that hold nothing else are answers not given yet."""
    if value is None or value is Ellipsis:
        return True
    if isinstance(value, str):
        return not value.strip()
    if type(value) is list or type(value) is tuple:
        return all(entry is None or entry is Ellipsis for entry in value)
    return isinstance(value, (list, tuple, set, frozenset, dict)) and len(value) == 0


def is_missing(value: object) -> bool:
    """Whether an entry of a list or table is still open: also what pandas and numpy make of such an entry."""
    if isinstance(value, (Real, Decimal)) and not isinstance(value, Rational):
        return math.isnan(value)
    return is_unanswered(value) or type(value).__name__ in ("NAType", "NaTType")


def shown(value: object) -> str:
    """What was received, in one printable line short enough for a sentence."""
    try:
        with quiet():
            text = repr(str.__str__(value)[:200] if isinstance(value, str) else value)
    except KeyboardInterrupt:
        raise
    except BaseException:  # also SystemExit from a student's own class
        text = f"<{type(value).__name__}>"
    return one_line(text, 120)


def one_line(text: str, longest: int) -> str:
    """A text without line breaks, control characters and half characters, which no output could show."""
    words = " ".join(str.split(text))
    if len(words) > longest:
        words = words[: longest - 3] + "…"
    return "".join(character if character.isprintable() else "\ufffd" for character in words)


def from_library(value: object) -> bool:
    """Whether a value's class, or one above it, is of numpy, pandas or the standard library's arrays.

    Only those cross to grading: a class of the notebook's own with a ``tolist`` must not look readable here.
    """
    return any(kind.__module__.partition(".")[0] in ("numpy", "pandas", "array") or kind is memoryview for kind in type(value).__mro__)


def as_number(value: Any) -> float:
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
        return _not_nan(_plain_float(value), value)
    if hasattr(value, "tolist") and from_library(value):  # numpy scalars and arrays, pandas columns: one value counts as that value
        plain = value.tolist()
        if type(plain) is type(value):  # a long double stays what it is
            return _not_nan(float(plain), value)
        if not isinstance(plain, list) or len(plain) == 1:
            return as_number(plain)
    if isinstance(value, (list, tuple)) and len(value) == 1:
        return as_number(value[0])
    by_comma = type(value) is tuple and all(type(part) in (int, float) for part in value)  # 1,200 and 0,5 are tuples to Python
    raise Unreadable(message("check.number_with_comma" if by_comma and value else "check.not_a_number", received=shown(value)))


def as_list(value: object) -> list:
    """The entries of a list, tuple, set, Series, Index or array; text is cut at commas, semicolons and arrows.

    >>> as_list("prospect > client，partner")
    ['prospect', 'client', 'partner']
    """
    if isinstance(value, str):
        if len(value) > LONGEST_LIST_TEXT:
            raise Unreadable(message("check.not_a_list", received=shown(value)))
        text = unicodedata.normalize("NFKC", _CIRCLED_ANYWHERE.sub("\n", value))
        return [part.strip() for part in re.split(r"[,;、。>\n]|->|→", text) if part.strip()]
    if isinstance(value, Mapping):
        return list(value.values())
    if hasattr(value, "tolist") and from_library(value):
        plain = value.tolist()
        return plain if isinstance(plain, list) else [plain]
    if isinstance(value, (Sequence, Set, ValuesView)) and not isinstance(value, (bytes, bytearray, memoryview)) and len(value) <= LONGEST_LIST:
        return list(value)
    raise Unreadable(message("check.not_a_list", received=shown(value)))


def as_ordered(value: object) -> list:
    """As ``as_list``, but not from a set, whose order is nobody's choice and differs from run to run."""
    if isinstance(value, Set):
        raise Unreadable(message("check.no_order", received=shown(value)))
    return as_list(value)


def as_pairs(value: object) -> dict:
    """A mapping from a dict, a Series or a list of pairs.

    >>> as_pairs([("a", 1)])
    {'a': 1}
    """
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "to_dict") and not hasattr(value, "columns") and from_library(value):
        return value.to_dict()
    if isinstance(value, (list, tuple)) and all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in value):
        return {first: second for first, second in value}
    raise Unreadable(message("check.not_pairs", received=shown(value)))


def as_rows(value: Any, columns: tuple[str, ...]) -> list[dict]:
    """Rows of a table: a DataFrame (index counted as a column), a dict of columns, or a list of dicts or tuples.

    A column is known by its name in the exercise and by the headings that a shown table prints for it.
    """
    if hasattr(value, "to_dict") and not hasattr(value, "columns") and from_library(value):
        value = value.to_dict()  # a Series is a dict of its index
    elif hasattr(value, "tolist") and from_library(value):
        value = value.tolist()  # a two-dimensional array is a list of rows
    known = {as_label(form): column for column in reversed(columns) for form in (*forms(column), column)}
    if hasattr(value, "columns") and hasattr(value, "reset_index") and from_library(value):
        rows = _index_as_column(value.rename(columns=lambda name: _column(name, known)), columns, known).to_dict("records")
    elif isinstance(value, Mapping) and {_column(name, known) for name in value} >= set(columns):
        lists = {_column(name, known): as_list(entries) for name, entries in value.items() if _column(name, known) in columns}
        rows = [dict(zip(lists, entries)) for entries in zip_longest(*lists.values())]
    elif isinstance(value, Mapping):
        rows = [_named_row(columns, key, entry, known) for key, entry in value.items()]
    elif isinstance(value, (list, tuple)) and all(isinstance(row, Mapping) for row in value):
        rows = [dict(row) for row in value]
    elif isinstance(value, (list, tuple)) and all(isinstance(row, (list, tuple)) and len(row) == len(columns) for row in value):
        rows = [dict(zip(columns, row)) for row in value]
    else:
        raise Unreadable(message("check.not_a_table", received=shown(value), columns=", ".join(columns)))
    rows = [{_column(name, known): entry for name, entry in row.items()} for row in rows]
    lacking = [name for name in columns if rows and name not in rows[0]]
    if lacking or not rows:
        raise Unreadable(message("check.not_a_table", received=shown(value), columns=", ".join(columns)))
    return rows


def forms(word: str) -> tuple[str, ...]:
    """Every name under which a shown table may print a word of an exercise.

    >>> forms("retention_rate")[:2]
    ('retention rate', '维持率')
    """
    text = table_word(word)
    return text.forms if text else ()


def as_label(value: object) -> str:
    """A word in the form in which words are compared: no case, spaces, punctuation or numbering, Chinese in Simplified characters.

    >>> as_label(" 1. Cooperative stage ") == as_label("cooperative-stage")
    True
    >>> as_label("①定制化服務") == as_label("定製化服务")
    True
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
        return as_label(value)
    if isinstance(value, (float, Decimal, Fraction)) and value == value // 1:
        value = int(value)  # a column with a gap turns the ids 1, 2 into 1.0, 2.0
    if not (value is None or isinstance(value, _WORDS) or from_library(value)):
        raise Unreadable(message("check.cannot_be_read", received=shown(value)))  # grading would never see it
    text = str.__str__(value) if isinstance(value, str) else str(value)
    return _compared(text.strip()[:LONGEST_WORDS])


@lru_cache(maxsize=4096)  # options, columns and terms are compared again and again
def _compared(text: str) -> str:
    text = unicodedata.normalize("NFKC", _CIRCLED.sub("", text)).casefold().translate(_characters())
    shorter = _NUMBERING.sub("", text)
    return "".join(character for character in (shorter or text) if character.isalnum())


@cache
def _characters() -> dict[int, int]:
    """Every Traditional character with the Simplified one that it is compared as."""
    both = toml.read(Path(__file__).parent / "characters.toml")
    traditional, simplified = ("".join(both[name].split()) for name in ("traditional", "simplified"))
    return str.maketrans(traditional, simplified)


def _is_single(value: object) -> bool:
    # A list of entries still open is a row of them, not one open entry.
    return isinstance(value, (str, int, float, Decimal, Fraction)) or (is_missing(value) and not isinstance(value, (list, tuple)))


def _column(name: object, known: Mapping[str, str]) -> str:
    """A column's name in the exercise, from whatever heading it was given."""
    return str(name) if str(name) in known.values() else known.get(as_label(name), str(name))


def _index_as_column(table, columns: tuple[str, ...], known: Mapping[str, str]):
    """The index of a table as its column; where the first column is missing, an index of names is that column, whatever it is called."""
    if set(columns) <= set(table.columns):
        return table
    index = table.index
    if index.nlevels == 1 and columns[0] not in table.columns and type(index).__name__ != "RangeIndex":
        return table.rename_axis(columns[0]).reset_index()
    table = table.reset_index()
    return table.rename(columns=lambda name: _column(name, known))


def _named_row(columns: tuple[str, ...], key: object, entry: object, known: Mapping[str, str]) -> dict:
    """One row of a dict of rows: named entries by their names, others in the order of the columns."""
    if isinstance(entry, Mapping):
        return {column: None for column in columns} | {_column(name, known): value for name, value in entry.items()} | {columns[0]: key}
    return dict(zip(columns, (key, *as_list([entry] if _is_single(entry) else entry))))


def _plain_float(value: int | float | Decimal | Fraction) -> float:
    # The number itself, not what a student's own subclass would have it be.
    try:
        if isinstance(value, int):
            return int.__float__(value)
        if isinstance(value, float):
            return float.__float__(value)
        return float(value)
    except OverflowError:
        raise Unreadable(message("check.not_a_number", received=shown(value))) from None


def _number_from_text(text: str) -> float:
    text = str.__str__(text)
    refused = Unreadable(message("check.not_a_number", received=shown(text)))
    if len(text) > LONGEST_NUMBER or any(unicodedata.decomposition(character).startswith(("<super>", "<sub>")) for character in text):
        raise refused  # "10²" would read as 102
    plain = unicodedata.normalize("NFKC", _CIRCLED.sub("", text)).translate(_MINUS).casefold().strip().rstrip(".。")
    # 1,234 and 1 234 are one number; "1,5" and "3 8" could be two and are not guessed.
    plain = _THOUSANDS.sub(lambda found: re.sub(r"[,\s]", "", found[0]), plain)
    if re.search(r"\d\s+\d", plain):
        raise refused
    plain = "".join(plain.split())
    if plain in _NEVER_WORDS:
        return math.inf
    plain = _BOUND.sub("", plain.replace("percent", "%")).removeprefix("=").removeprefix("≈").removeprefix("约")
    if plain.startswith("百分之"):
        plain = plain.removeprefix("百分之") + "%"
    share = 100 if plain.endswith("%") else 1
    plain = _UNIT_AFTER.sub("", _MONEY_BEFORE.sub(r"\1", plain.removesuffix("%")))
    if share == 100:
        plain = _in_digits(plain) if _CHINESE_NUMBER.match(plain) else _DECIMAL_COMMA.sub(r"\1.\2", plain)
    try:
        # By way of Fraction, so that "1.4 %" is exactly what 0.014 is; powers of ten only by way of float, which knows an end.
        number = float(Fraction(plain) / share) if "e" not in plain and "inf" not in plain else float(plain) / share
    except (ArithmeticError, ValueError):
        raise refused from None
    if math.isinf(number) and "inf" not in plain:
        raise refused  # 1e400 is large, but not "never"
    return _not_nan(number, text)


def _in_digits(words: str) -> str:
    """A Chinese number in digits.

    >>> _in_digits("十二点五"), _in_digits("一百零三"), _in_digits("二五")
    ('12.5', '103', '25')
    """
    whole, _, decimals = words.partition("点")
    number = part = digit = 0
    for value in (int(unicodedata.numeric(character)) for character in whole):
        if value >= 10_000:
            number, part, digit = (number + part + digit) * value, 0, 0
        elif value >= 10:
            part, digit = part + (digit or 1) * value, 0
        else:
            digit = digit * 10 + value
    shares = "".join(f"{unicodedata.numeric(character):.0f}" for character in decimals)
    return f"{number + part + digit}.{shares}".rstrip(".")


def _not_nan(number: float, received: object) -> float:
    if math.isnan(number):
        raise Unreadable(message("check.not_a_number", received=shown(received)))
    return number
