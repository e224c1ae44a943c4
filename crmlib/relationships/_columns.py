"""Checks that several files of this topic share."""

from __future__ import annotations

from crmlib.language import message


def column(table, name: str, check, **options) -> list:
    """A table's column, every cell checked; a refusal names the cell as ``column[row label]``."""
    return [check(f"{name}[{label}]", value, **options) for label, value in table[name].items()]


def yes_no(name: str, value: object) -> bool:
    """True or False, also as numpy's, and as 1 or 0 from a table."""
    # 1.0 equals 1, which equals True: what matters is the value, not which of the three spellings it has.
    if type(value).__name__ in ("bool", "bool_", "int", "int64") and value in (0, 1):
        return bool(value)
    raise TypeError(message("relationships.not_yes_no", name=name, received=repr(value)))
