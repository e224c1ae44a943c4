"""Two measures, each high or low, part a plane into four fields: loyalty types, importance and performance, volume and loyalty.

What differs between these maps is said once, as data: the names that a refusal shows, the values that are allowed, the fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crmlib import arguments


@dataclass(frozen=True, slots=True)
class Measure:
    """One side of the plane: what it is called, which values and boundaries it may have, and an example of each."""

    name: str
    boundary: str
    example: float
    boundary_example: float
    check: Callable[..., float] = arguments.number
    boundary_check: Callable[..., float] = arguments.number

    def high(self, value: object, boundary: object) -> bool:
        """Whether a value reaches its boundary; one that lies on it does."""
        found = self.check(self.name, value, example=self.example)
        return found >= self.boundary_check(self.boundary, boundary, example=self.boundary_example)


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Four fields by two measures, told in the order both high, only the first, only the second, neither."""

    first: Measure
    second: Measure
    both: str
    first_only: str
    second_only: str
    neither: str

    def field(self, first: object, second: object, first_boundary: object, second_boundary: object) -> str:
        """The field in which one customer or attribute lies; what is unusable is refused in the order of the measures."""
        first_high = self.first.high(first, first_boundary)
        if self.second.high(second, second_boundary):
            return self.both if first_high else self.second_only
        return self.first_only if first_high else self.neither

    def fields(self, firsts: list[float], seconds: list[float], first_boundary: object, second_boundary: object) -> list[str]:
        """The field of each row."""
        return [self.field(first, second, first_boundary, second_boundary) for first, second in zip(firsts, seconds, strict=True)]

    def columns(self, table, first: str, second: str) -> tuple[list[float], list[float]]:
        """Two columns of a table, every cell checked as the measures are."""
        return (
            arguments.column(table, first, self.first.check, example=self.first.example),
            arguments.column(table, second, self.second.check, example=self.second.example),
        )
