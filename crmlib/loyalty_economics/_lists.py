"""Checks of lists and columns that several files of this topic share."""

from __future__ import annotations

from crmlib.language import listing, message


def equally_long(lists: dict[str, list[float]]) -> None:
    """Refuse lists of different lengths, naming each with its length."""
    if len({len(values) for values in lists.values()}) > 1:
        lengths = listing(message("loyalty_economics.list_length", name=name, length=len(values)) for name, values in lists.items())
        example = ", ".join(f"{name}=[…]" for name in lists)
        raise ValueError(message("loyalty_economics.unequal_lists", received=lengths, example=example))


def column(table, name: str, check, **options) -> list:
    """A table's column, every cell checked; a refusal names the cell as ``column[row label]``."""
    return [check(f"{name}[{label}]", value, **options) for label, value in table[name].items()]


def part_of(part: str, part_value: float, whole: str, whole_value: float) -> None:
    """Refuse a part that is larger than its whole, such as more responses than pieces sent."""
    if part_value > whole_value:
        raise ValueError(message("loyalty_economics.more_than", part=part, received=part_value, whole=whole, limit=whole_value))
