"""Whose file is this? Sure, unsure with the reason, or unknown; nothing is guessed in silence.

Sure is: the student number of exactly one person of the roster, with no other person's name beside it; the platform's own
id as the roster has it; or the full name of exactly one person. Everything else asks.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from crmlib.classroom import people
from crmlib.classroom.people import Person
from crmlib.language import listing, message

_COPY = re.compile(r"\s*[(（\[]\d{1,3}[)）\]]")
LEAST_DIGITS = 5  # of what looks like a student number
MOST_SEARCHES = 30  # for names and numbers that come near: the zip of another class has nobody of this one


@dataclass(frozen=True, slots=True)
class Match:
    """Who it is and by what, or who it may be and why that is not sure."""

    status: str  # "sure", "unsure", "unknown"
    person: Person | None = None
    candidates: tuple[Person, ...] = ()
    why: str = ""


class Index:
    """A roster by number, by platform id and by every spelling of a name."""

    def __init__(self, everybody: Iterable[Person], assignment: str):
        self.everybody, self.assignment = list(everybody), assignment
        self.numbers = {someone.number.casefold(): someone for someone in self.everybody}
        self.stripped = {number.lstrip("0"): someone for number, someone in self.numbers.items()}
        self.chinese = [(name, someone) for someone in self.everybody if len(name := someone.full_name) > 1 and people.is_chinese(name)]
        self._searches = MOST_SEARCHES
        self.logins = {someone.login.casefold(): someone for someone in self.everybody if someone.login}
        self.canvas = {someone.canvas_id: someone for someone in self.everybody if someone.canvas_id}
        self.names: dict[str, list[Person]] = defaultdict(list)
        self.odd = [someone for someone in self.everybody if not re.fullmatch(r"[0-9a-z]+", someone.number.casefold())]
        lengths = [len(someone.number) for someone in self.everybody if someone.number.isdigit()]
        self.lengths = {length for length in set(lengths) if length >= LEAST_DIGITS}
        for someone in self.everybody:
            for spelling in people.spellings(someone):
                self.names[spelling].append(someone)
        words = re.escape(assignment).replace(r"\-", r"[\s_-]*").replace("_", r"[\s_-]*")
        self._assignment = re.compile(words, re.IGNORECASE)

    @property
    def ids(self) -> set[str]:
        """All student numbers as they stand in the roster."""
        return {someone.number for someone in self.everybody}

    def by_name(self, text: str) -> list[Person]:
        """Everybody whose full name is this text, or what stands after a group's name and a hyphen."""
        tries = [text, *(text[found.end() :] for found in re.finditer("-", text))]
        for each in tries:
            words = people.parts(each)
            for turn in range(max(1, len(words))):  # Moodle writes 三 张 where the roster has 张三
                if found := self.names.get("".join(words[turn:] + words[:turn])):
                    return found
        return []

    def match_platform(self, name: str, *, canvas_id: str = "", moodle: Person | None = None) -> Match:
        """By the platform's own pattern. ``moodle``: whom the class's worksheet has under the participant's number."""
        named = self.by_name(name)
        certain = self.canvas.get(canvas_id) or moodle
        if certain is not None:
            if named and certain not in named:
                return Match(
                    "unsure", candidates=(certain, *named), why=message("classroom.id_against_name", id=certain.number, name=certain.full_name, other=name)
                )
            if named or canvas_id or is_anonymous(name):
                return Match("sure", certain, why=message("classroom.by_id"))
        if len(named) == 1:
            return Match("sure", named[0], why=message("classroom.by_name"))
        if named:
            return Match("unsure", candidates=tuple(named), why=message("classroom.name_shared", name=name, count=len(named)))
        words = self.match_words(name)
        return words if words.status != "unknown" else Match("unknown", candidates=self._near(name), why=message("classroom.nobody_named", name=name))

    def match_words(self, text: str, *, near: bool = True) -> Match:
        """By what a person wrote into a name: number, full name, or both; ``near``: look for what comes near, too."""
        text = _COPY.sub(" ", self._assignment.sub(" _ ", text))
        words = people.parts(text)
        known = list(dict.fromkeys(found for word in words if (found := self.numbers.get(word) or self.logins.get(word))))
        known += [
            someone
            for someone in self.odd
            if someone not in known and re.search(rf"(?<![0-9a-z]){re.escape(someone.number.casefold())}(?![0-9a-z])", text.casefold())
        ]
        named: dict[str, list[Person]] = {run: self.names[run] for run in people.runs(words) if run in self.names}
        persons = list(dict.fromkeys(someone for those in named.values() for someone in those))
        if len(known) > 1:
            return Match("unsure", candidates=tuple(known), why=message("classroom.several_numbers", numbers=listing(someone.number for someone in known)))
        if known:
            others = [someone for someone in persons if someone not in known and someone.full_name != known[0].full_name]
            if others and known[0] not in persons:
                return Match(
                    "unsure",
                    candidates=(known[0], *others),
                    why=message("classroom.number_against_name", number=known[0].number, name=known[0].full_name, other=others[0].full_name),
                )
            return Match("sure", known[0], why=message("classroom.by_both" if known[0] in persons else "classroom.by_number"))
        strange = [word for word in words if word.isdigit() and (len(word) in self.lengths or len(word) >= 7)]
        if strange and persons:
            return Match("unsure", candidates=tuple(persons), why=message("classroom.number_not_in_roster", number=strange[0]))
        if len(persons) == 1:
            return Match("sure", persons[0], why=message("classroom.by_name"))
        if persons:
            shared = len({someone.full_name for someone in persons}) == 1
            why = (
                message("classroom.name_shared", name=persons[0].full_name, count=len(persons))
                if shared
                else message("classroom.several_names", names=listing(someone.full_name for someone in persons))
            )
            return Match("unsure", candidates=tuple(persons), why=why)
        return self._nearly(words, text) if near else Match("unknown")

    def _nearly(self, words: list[str], text: str) -> Match:
        """What comes near: a number with a wrong digit or without its zeros, a name inside other Chinese text."""
        for word in words:
            if word.isdigit() and word.lstrip("0") in self.stripped and len(word) >= 3:
                someone = self.stripped[word.lstrip("0")]
                return Match("unsure", candidates=(someone,), why=message("classroom.zeros_differ", number=word, other=someone.number))
        inside = [someone for name, someone in self.chinese if name in text] if people.is_chinese(text) else []
        if inside:
            longest = [someone for someone in inside if not any(someone.full_name in other.full_name and someone != other for other in inside)]
            return Match("unsure", candidates=tuple(longest or inside), why=message("classroom.name_inside", name=(longest or inside)[0].full_name))
        for word in words:
            if len(word) >= LEAST_DIGITS and any(sign.isdigit() for sign in word):
                near = self._close(word, self.numbers, 0.85)
                if near:
                    return Match("unsure", candidates=tuple(self.numbers[each] for each in near), why=message("classroom.number_near", number=word))
        return Match("unknown", candidates=self._near(text), why=message("classroom.nobody_found"))

    def _near(self, text: str) -> tuple[Person, ...]:
        words = "".join(word for word in people.parts(text) if not word.isdigit())
        if len(words) < 2:
            return ()
        near = self._close(words, self.names, 0.75)
        return tuple(dict.fromkeys(someone for each in near for someone in self.names[each]))

    def _close(self, word: str, known: Iterable[str], cutoff: float) -> list[str]:
        self._searches -= 1
        return difflib.get_close_matches(word, known, n=3, cutoff=cutoff) if self._searches >= 0 else []


def is_anonymous(name: str) -> bool:
    """Whether a platform hides the name: "Participant", in the language of who downloaded."""
    return "".join(people.parts(name)) in {"participant", "参与者", "参加者", "參與者", "匿名", "anonymous", "student"}
