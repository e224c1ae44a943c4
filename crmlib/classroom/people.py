"""A student as the roster names them, and how the same name is written elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

CHINESE = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CHINESE = re.compile(f"[{CHINESE}]")
_PARTS = re.compile(f"[{CHINESE}·]+|[^\\W_{CHINESE}]+")
MOST_WORDS = 7  # of a name


@dataclass(frozen=True, slots=True)
class Person:
    """One line of a roster; ``number`` is the id in the gradebook and the name of the folder in submitted/."""

    number: str
    name: str = ""
    last: str = ""
    first: str = ""
    email: str = ""
    section: str = ""
    canvas_id: str = ""
    login: str = ""
    moodle_id: str = ""

    @property
    def full_name(self) -> str:
        """As a person writes it: 张三, San Zhang."""
        if self.name and not (self.last and self.first):
            return self.name
        space = "" if is_chinese(self.last + self.first) else " "
        names = (self.last, self.first) if is_chinese(self.last + self.first) else (self.first, self.last)
        return space.join(part for part in names if part)

    def as_dict(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


def person(values: dict) -> Person:
    """A person out of what was kept."""
    known = {field.name for field in fields(Person)}
    return Person(**{name: str(value) for name, value in values.items() if name in known})


def is_chinese(text: str) -> bool:
    """Whether a name is written in Chinese characters."""
    return _CHINESE.search(text) is not None


def parts(text: str) -> list[str]:
    """The words and numbers of a text in small letters without accents; Chinese apart from the rest.

    >>> parts("20230001张三_O'Brien")
    ['20230001', '张三', 'o', 'brien']
    """
    return [_squashed(part) for part in _PARTS.findall(unicodedata.normalize("NFKC", text))]


def spellings(someone: Person) -> set[str]:
    """The ways in which a name may stand in a file's name once spaces, commas and capitals are gone."""
    found = set()
    for text in {someone.full_name, someone.name, f"{someone.last} {someone.first}", f"{someone.first} {someone.last}"}:
        words = parts(text)[:MOST_WORDS]
        found |= {"".join(words[turn:] + words[:turn]) for turn in range(len(words))}
    # A family name alone is nobody.
    whole = len("".join(parts(someone.full_name)))
    return {spelling for spelling in found if spelling and len(spelling) >= whole}


def runs(words: list[str], most: int = MOST_WORDS) -> Iterable[str]:
    """Every run of neighbouring words, put together."""
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + most) + 1):
            yield "".join(words[start:end])


def _squashed(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[\u0300-\u036f·]", "", text)
