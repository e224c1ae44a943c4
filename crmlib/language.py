"""The language in use, the message catalogue and the glossary: the bottom layer, so that every room may speak.

Short texts stand side by side in data files: messages in ``crmlib/messages/<room>.toml``, those of a lesson (its
formulas, its pictures, the words of its tables) in ``crmlib/messages/lessons/NN-stem.toml``, terms in ``course/glossary.csv``.
Code asks for them by key and never holds words of its own.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crmlib import toml
from crmlib.places import course_data

LANGUAGES = ("en", "zh")
MESSAGES = Path(__file__).parent / "messages"
LESSONS = "lessons"  # the folder there with a file for each lesson
TABLES = "tables"  # the one room to which every lesson adds words
GLOSSARY = course_data() / "glossary.csv"

_current = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One short text in both languages; ``str(text)`` is its form in the language in use."""

    en: str
    zh: str
    zh_hant: str = ""

    def __str__(self) -> str:
        return self.in_language(_current)

    def in_language(self, language: str) -> str:
        return self.zh if language == "zh" else self.en

    @property
    def forms(self) -> tuple[str, ...]:
        """Every written form: English, Simplified and (where known) Traditional Chinese."""
        return tuple(form for form in (self.en, self.zh, self.zh_hant) if form)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the field as the glossary gives it: the exam text's word, with the names it has elsewhere in ``also``."""

    key: str
    text: Text
    symbol: str
    unit: str
    forms_to_avoid: tuple[str, ...]
    also: tuple[str, ...] = ()
    pinyin: str = ""

    def __str__(self) -> str:
        return str(self.text)


def use_language(language: str) -> None:
    """Choose the language in which crmlib speaks from now on: "en" or "zh".

    >>> use_language("zh"); current_language()
    'zh'
    >>> use_language("en")
    """
    global _current
    code = str(language).strip().replace("_", "-").lower().split("-")[0]
    if code not in LANGUAGES:
        raise ValueError(message("language.unknown", received=repr(language)))
    _current = code


def current_language() -> str:
    """The code of the language in use, "en" or "zh"."""
    return _current


def page_language() -> str:
    """The language in use as a page names it in its ``lang``: "en" or "zh-CN"."""
    return "zh-CN" if _current == "zh" else "en"


def message(key: str, **values: object) -> str:
    """The message ``room.name`` in the language in use, with its blanks filled.

    >>> message("language.separator")
    ', '
    """
    return wording(key).format(**values)


def wording(key: str) -> str:
    """The message with its blanks still open."""
    room, _, name = key.partition(".")
    return str(_catalogue(room)[name])


def listing(things) -> str:
    """Join several things as the language in use does.

    >>> listing(["a", "b"])
    'a, b'
    """
    return message("language.separator").join(str(thing) for thing in things)


def table_word(word: str) -> Text | None:
    """What tables print for a word, in every language: the glossary's term, else the catalogue's word.

    >>> table_word("channel").zh
    '渠道'
    """
    return glossary()[word].text if word in glossary() else _catalogue(TABLES).get(word)


def term(key: str) -> Term:
    """The glossary's entry for a key such as ``"customer_lifetime_value"``."""
    try:
        return glossary()[key]
    except KeyError:
        raise KeyError(message("language.no_such_term", received=key, file=GLOSSARY.name)) from None


def percent(share: float, *, decimals: int = 0) -> str:
    """A share as the language in use writes a percentage, with a true minus sign.

    >>> percent(0.8), percent(-0.055, decimals=1)
    ('80 %', '−5.5 %')
    """
    return message("language.percent", number=f"{share * 100:.{decimals}f}".replace("-", "−"))


@cache
def glossary() -> dict[str, Term]:
    """The whole glossary by key, in the order of the file."""
    with GLOSSARY.open(encoding="utf-8-sig", newline="") as file:
        return {row["term"]: _term(row) for row in csv.DictReader(file)}


def _term(row: dict[str, str]) -> Term:
    avoid, also = (tuple(form.strip() for form in row[column].split("|") if form.strip()) for column in ("forms_to_avoid", "also"))
    text = Text(en=row["en"], zh=row["zh-Hans"], zh_hant=row["zh-Hant"])
    return Term(key=row["term"], text=text, symbol=row["symbol"], unit=row["unit"], forms_to_avoid=avoid, also=also, pinyin=row["pinyin"])


def rooms() -> list[str]:
    """Every room that has messages, in a file of its own or in a lesson's."""
    return sorted(_files())


@cache
def _catalogue(room: str) -> dict[str, Text]:
    if room not in _files():
        raise KeyError(room)
    return {name: Text(**texts) for path in _files()[room] for name, texts in _entries(path, room).items()}


@cache
def _files() -> dict[str, list[Path]]:
    """The files in which each room's messages stand: one, and for the words of tables those of the lessons as well."""
    found = {path.stem: [path] for path in sorted(MESSAGES.glob("*.toml"))}
    for path in sorted((MESSAGES / LESSONS).glob("*.toml")):
        for room in rooms_in(path):
            found.setdefault(room, []).append(path)
    return found


def rooms_in(lesson: Path) -> list[str]:
    """The rooms whose messages stand in a lesson's file, read off headings such as ``[loyalty.not_a_score]``."""
    return sorted(set(re.findall(r"^\[(\w+)\.", lesson.read_text(encoding="utf-8-sig"), flags=re.MULTILINE)))


def _entries(path: Path, room: str) -> dict[str, dict[str, str]]:
    found = _loaded(path)
    return found[room] if path.parent.name == LESSONS else found


@cache
def _loaded(path: Path) -> dict:
    return toml.read(path)
