"""The kinds of answers a machine can mark: each reads an answer, scores it and recognises wrong answers by value.

Partial credit goes item by item; an invented item takes one away again. A kind never says what the key is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from crmlib import course
from crmlib.check.above import NoValue
from crmlib.check.below import answer_below
from crmlib.check.reading import (
    Unreadable,
    as_label,
    as_list,
    as_number,
    as_ordered,
    as_pairs,
    as_rows,
    carefully,
    forms,
    is_missing,
    is_unanswered,
    shown,
)
from crmlib.check.verdict import FormError, Verdict, misconception, of_part, points_earned, record
from crmlib.language import Text, listing, message, table_word

MISSING = object()
LONGEST_LISTING, LONGEST_WORDS = 300, 32  # of all options in a message, and of one of them
_AMOUNTS = ("money", "usd", "yuan", "years", "count")  # units of which nothing is said in per cent


def number(received, expected=MISSING, *, unit="", relative=0.005, absolute=0.0, decimals=0, wrong=(), points=None, part=""):
    """One number: right within ``relative`` (a share) or ``absolute`` (units) of the key.

    ``decimals`` says how many are needed: an answer with fewer is told so before it is handed in.
    """
    return _use(Number(expected, unit, relative, absolute, decimals), received, expected, wrong, points, part)


def numbers(received, expected=MISSING, *, count=None, unit="", relative=0.005, absolute=0.0, decimals=0, wrong=(), points=None, part=""):
    """Several numbers in a fixed order; each is worth the same. The text "never" stands for no such number."""
    return _use(Numbers(expected, count, unit, relative, absolute, decimals), received, expected, wrong, points, part)


def choice(received, expected=MISSING, *, options, wrong=(), points=None, part=""):
    """One option out of a list; ``options`` is a set of the exercise's data such as ``"9.8/meaning"`` or a list of ids."""
    return _use(Choice(expected, options), received, expected, wrong, points, part)


def items(received, expected=MISSING, *, options, wrong=(), points=None, part=""):
    """Any number of options, order ignored; a missing or an invented one costs its share."""
    return _use(Items(expected, options), received, expected, wrong, points, part)


def ordering(received, expected=MISSING, *, options, wrong=(), points=None, part=""):
    """Options in an order; credit for every pair that stands the right way round, above chance."""
    return _use(Ordering(expected, options), received, expected, wrong, points, part)


def matching(received, expected=MISSING, *, keys, options, wrong=(), points=None, part=""):
    """A pair for every key; each pair is worth the same."""
    return _use(Matching(expected, keys, options), received, expected, wrong, points, part)


def table(received, expected=MISSING, *, columns, options=None, relative=0.005, absolute=0.0, decimals=0, wrong=(), points=None, part=""):
    """A table whose first column names the row; a row counts when all its entries are right. Row order is ignored.

    Names are understood in every language in which a shown table prints them; ``options`` gives, by column, the options
    whose names are understood as well (a set such as ``"2.3/type"`` or a list of ids); another name is remarked on.
    ``relative`` may be a share for each column by name; a column without one must be exact."""
    return _use(Table(expected, columns, relative, absolute, options, decimals), received, expected, wrong, points, part)


def judge(kind, received, wrong: Iterable = ()) -> Verdict:
    """Read and score an answer, with the reason of the first wrong answer that it equals."""
    take = Forgiving()
    try:
        value = read(kind, received, take)
    except Unreadable as error:
        return Verdict(0.0, (str(error),))
    verdict = kind.score(value)
    if verdict.right:
        return verdict
    verdict = Verdict(verdict.share, (*verdict.reasons, *take.reasons[:1]))
    for answer, name in wrong:
        if kind.equals_wrong(value, answer):
            # Of many pairs the misconception explains one; which ones are wrong is said as well.
            rest = verdict.reasons if isinstance(kind, Matching) else verdict.reasons[1:]
            return Verdict(verdict.share, (misconception(name), *rest), named=name)
    return verdict


def strictly(read_entry, entry, instead=None):
    """Read one entry of an answer; if that cannot be done the answer cannot be read."""
    return read_entry(entry)


class Forgiving:
    """Reads the entries of an answer that is marked: one that cannot be read is wrong and does not spoil the others."""

    def __init__(self):
        self.reasons = []

    def __call__(self, read_entry, entry, instead=None):
        try:
            return read_entry(entry)
        except Unreadable as error:
            self.reasons.append(str(error))
            return instead


def read(kind, received, take=strictly):
    """The answer as plain Python values; whatever cannot be read is ``Unreadable``, and nothing else is raised.

    ``take`` reads the single entries of an answer that has several.
    """

    def answered(value):
        if type(value) is NoValue:
            raise Unreadable(value.why)
        if is_unanswered(value):
            raise Unreadable(unanswered())
        return kind.read(value, take)

    return carefully(answered, received)


def unanswered() -> str:
    """That there is no answer yet, or where it stands instead."""
    line = answer_below()
    return message("check.answer_below", line=line) if line else message("check.unanswered")


def _use(kind, received, expected, wrong, points, part):
    if expected is not MISSING:
        if points is None:
            raise TypeError(message("check.points_needed"))
        return points_earned(judge(kind, received, wrong), points, received, kind.due())
    try:
        value = read(kind, received)
    except Unreadable as error:
        record(received, message("checks.due_readable"))
        raise FormError(str(error), part) from None
    print(of_part(message("check.form_right", received=shown(received), form=kind.form(value)), part))
    for remark in kind.remarks:
        print(remark)
    if kind.decimals and kind.coarse(value):
        print(message("check.too_few_decimals", decimals=kind.decimals))
    return None


class _Kind:
    """What all kinds share."""

    decimals = 0
    remarks: tuple[str, ...] | list[str] = ()  # what does not make an answer unreadable and should be known before it is handed in

    def coarse(self, value) -> bool:
        """Whether a number in the answer has fewer decimals than the exercise asks for."""
        return False


class Number(_Kind):
    """One number with a tolerance."""

    def __init__(self, expected, unit="", relative=0.005, absolute=0.0, decimals=0):
        self.expected, self.unit, self.relative, self.absolute, self.decimals = expected, unit, relative, absolute, decimals

    def read(self, received, take=strictly) -> float:
        if self.unit in _AMOUNTS and isinstance(received, str) and any(sign in str.__str__(received) for sign in "%％"):
            raise Unreadable(message("check.no_per_cent", received=shown(received), unit=_unit(self.unit)))
        return as_number(received)

    def form(self, value: float) -> str:
        return message("check.form_number", unit=_unit(self.unit if self.whole(value) else "")) + ("" if self.whole(value) else message("check.not_whole"))

    def whole(self, value: float) -> bool:
        """Whether nothing speaks against a count: no part of one is in it."""
        return self.unit != "count" or math.isinf(value) or value == round(value)

    def due(self) -> str:
        return message("checks.due_number", number=shown(self.expected), tolerance=self.tolerance(), unit=_unit(self.unit))

    def tolerance(self) -> str:
        """The larger of the two as it applies, in words: a share of the key, or a number of units."""
        share = self.relative * abs(float(self.expected)) if isinstance(self.expected, (int, float)) else 0.0
        return f"{self.absolute:g}" if self.absolute > share or not self.relative else f"{100 * self.relative:g} %"

    def coarse(self, value: float) -> bool:
        # 0.33 for 33 % is two decimals shorter than it looks.
        decimals = self.decimals + 2 if self.unit == "per_cent" and abs(value) < 3 else self.decimals
        return math.isfinite(value) and round(value, decimals - 1) == value

    def score(self, value: float) -> Verdict:
        if self.same(value, self.expected):
            return Verdict(1.0)
        if self.unit == "rate" and self.same(value / 100, self.expected):
            return Verdict(0.0, (message("check.per_cent_for_rate", received=f"{value:g}", percent=f"{100 * value:g}"),))
        return Verdict(0.0, (message("check.number_wrong", received=f"{value:g}", unit=_unit(self.unit)),))

    def same(self, value: float, expected) -> bool:
        return self._near(value, expected, self._tolerance(expected))

    def mistaken(self, value: float, answer, due) -> bool:
        """Whether this is a wrong answer: no further from it than the key's own tolerance goes."""
        own, key = self._tolerance(answer), self._tolerance(due)
        return self._near(value, answer, min(own, key) if due not in (0, "never") else own)

    def _tolerance(self, expected) -> float:
        return 0.0 if expected == "never" or math.isinf(float(expected)) else max(self.relative * abs(float(expected)), self.absolute, 1e-12)

    def _near(self, value: float, expected, tolerance: float) -> bool:
        expected = math.inf if expected == "never" else float(expected)
        if math.isinf(expected) or math.isinf(value):
            return expected == value
        # "By how many per cent?" is answered by 91.4 as well as by 0.914.
        return any(abs(meant - expected) <= tolerance for meant in ((value, value / 100) if self.unit == "per_cent" else (value,)))

    def equals_wrong(self, value: float, answer) -> bool:
        return self.mistaken(value, answer, self.expected)


class Numbers(_Kind):
    """Several numbers, each in its place."""

    def __init__(self, expected, count=None, unit="", relative=0.005, absolute=0.0, decimals=0):
        self.expected, self.unit, self.decimals = expected, unit, decimals
        self.count = count if expected is MISSING else len(expected)
        self.one = Number(None, unit, relative, absolute, decimals)

    def read(self, received, take=strictly) -> list[float | None]:
        values = as_ordered(received)
        if self.count is not None and len(values) != self.count:
            raise Unreadable(message("check.wrong_length", received=len(values), wanted=self.count))
        if all(is_missing(value) for value in values):
            raise Unreadable(unanswered())
        return [None if is_missing(value) else take(self.one.read, value) for value in values]

    def form(self, value) -> str:
        whole = all(each is None or self.one.whole(each) for each in value)
        words = message("check.form_numbers", count=len(value), unit=_unit(self.unit if whole else ""))
        return words + ("" if whole else message("check.not_whole")) + _missing(value)

    def due(self) -> str:
        return message("checks.due_numbers", numbers=listing(self.expected), tolerance=self.one.tolerance(), unit=_unit(self.unit))

    def coarse(self, value) -> bool:
        return any(each is not None and self.one.coarse(each) for each in value)

    def score(self, value) -> Verdict:
        wrong = [place for place, (got, due) in enumerate(zip(value, self.expected), start=1) if got is None or not self.one.same(got, due)]
        return Verdict(1 - len(wrong) / len(self.expected), (message("check.places_wrong", places=listing(wrong)),) if wrong else ())

    def equals_wrong(self, value, answer) -> bool:
        told = [(got, bad, due) for got, bad, due in zip(value, answer, self.expected) if bad not in (None, "")]
        return bool(told) and all(got is not None and self.one.mistaken(got, bad, due) for got, bad, due in told)


class _WithOptions(_Kind):
    """What the kinds share whose answers are options: understanding a word in any of its spellings."""

    def __init__(self, options):
        self.options = _options(options)
        self.spelling: dict[str, str] = {as_label(option.id): option.id for option in self.options}
        for option in self.options:
            for form in (*option.text.forms, *option.also, *forms(option.id)):
                self.spelling.setdefault(as_label(form), option.id)
        self.spelling.pop("", None)  # a text of signs alone is no spelling of anything

    def option(self, received) -> str:
        id = self.spelling.get(as_label(received))
        if id is None:
            raise Unreadable(message("check.not_an_option", received=shown(received), options=self.shown_options()))
        return id

    def shown_options(self) -> str:
        """What may be written, each option with its words beside it, cut so far that the whole can be read."""
        room = max(8, LONGEST_LISTING // len(self.options) - 10)
        both = [(option.id, _words(option)) for option in self.options]
        return listing(id if words == id else message("check.option_listed", id=id, words=_cut(words, room)) for id, words in both)

    def named(self, id: str) -> str:
        """An option as a sentence names it: what is written for it and, where it has words, how they begin."""
        option = next((each for each in self.options if each.id == id), None)
        words = _words(option) if option else id
        return id if words == id else message("check.option", id=id, words=_cut(words))

    def in_words(self, id: str) -> str:
        """An option's words alone."""
        return next((_cut(_words(each)) for each in self.options if each.id == id), id)

    def chosen(self, received, as_entries=as_list, take=strictly) -> list[str]:
        """The ids of one or several options, without the places left empty."""
        single = isinstance(received, (str, int, float)) and as_label(received) in self.spelling
        # Commas may stand inside an option's words: a text is cut at the stronger signs first, if that gives options alone.
        parts = re.split(r"[;；\n]|->|→|>", str.__str__(received)) if isinstance(received, str) and len(received) <= 5000 else []
        whole = len(parts) > 1 and all(as_label(part) in self.spelling for part in parts)
        entries = [entry for entry in ([received] if single else parts if whole else as_entries(received)) if not is_missing(entry)]
        if not entries:
            raise Unreadable(unanswered())
        # "?1" is the id of no option: an entry that cannot be read counts as an invented one.
        return [take(self.option, entry, instead=f"?{place}") for place, entry in enumerate(entries, start=1)]


class Choice(_WithOptions):
    """One option."""

    def __init__(self, expected, options):
        super().__init__(options)
        self.expected = expected

    def read(self, received, take=strictly) -> str:
        entries = as_list(received) if isinstance(received, (list, tuple, set, frozenset)) or hasattr(received, "tolist") else [received]
        if all(is_missing(entry) for entry in entries):
            raise Unreadable(unanswered())
        if len(entries) != 1:
            raise Unreadable(message("check.one_option", received=shown(received), options=self.shown_options()))
        return self.option(entries[0])

    def form(self, value: str) -> str:
        return message("check.form_choice", options=self.shown_options())

    def due(self) -> str:
        return str(self.expected)

    def score(self, value: str) -> Verdict:
        return Verdict(1.0) if value == self.expected else Verdict(0.0, (message("check.choice_wrong", received=self.in_words(value)),))

    def equals_wrong(self, value: str, answer) -> bool:
        return value == answer


class Items(_WithOptions):
    """A set of options."""

    def __init__(self, expected, options):
        super().__init__(options)
        self.expected = expected

    def read(self, received, take=strictly) -> list[str]:
        return sorted(set(self.chosen(received, take=take)))

    def form(self, value) -> str:
        return message("check.form_items", count=len(value))

    def due(self) -> str:
        return listing(self.expected)

    def score(self, value) -> Verdict:
        right, extra = len(set(value) & set(self.expected)), len(set(value) - set(self.expected))
        share = max(0.0, (right - extra) / len(self.expected))
        if share >= 1:
            return Verdict(1.0)
        return Verdict(share, (message("check.items_wrong", right=right, count=len(self.expected), extra=extra),))

    def equals_wrong(self, value, answer) -> bool:
        return set([answer] if isinstance(answer, str) else answer) <= set(value)


class Ordering(_WithOptions):
    """Options in an order."""

    def __init__(self, expected, options):
        super().__init__(options)
        self.expected = expected

    def read(self, received, take=strictly) -> list[str]:
        chosen = self.chosen(received, as_ordered, take)
        if len(set(chosen)) != len(chosen):
            raise Unreadable(message("check.twice", received=shown(received)))
        return chosen

    def form(self, value) -> str:
        return message("check.form_ordering", count=len(value))

    def due(self) -> str:
        return message("checks.due_order", items=listing(self.expected))

    def score(self, value) -> Verdict:
        if list(value) == list(self.expected):
            return Verdict(1.0)
        place = {id: position for position, id in enumerate(value)}
        pairs = list(combinations(self.expected, 2))
        right = sum(first in place and second in place and place[first] < place[second] for first, second in pairs)
        extra = len(set(value) - set(self.expected))
        share = max(0.0, 2 * right / max(1, len(pairs)) - 1 - extra / len(self.expected))  # a random order earns nothing on average
        return Verdict(share, (message("check.ordering_wrong", right=right, count=len(pairs), extra=extra),))

    def equals_wrong(self, value, answer) -> bool:
        """The wrong order, or the part of it that is named, stands in the answer one after the other."""
        answer = list(answer)
        return any(list(value[start : start + len(answer)]) == answer for start in range(len(value) - len(answer) + 1))


class Matching(_WithOptions):
    """Keys matched with options."""

    def __init__(self, expected, keys, options):
        super().__init__(options)
        self.keys = _WithOptions(keys)
        self.expected = expected

    def read(self, received, take=strictly) -> dict[str, str | None]:
        pairs = {key: entry for key, entry in as_pairs(received).items() if not is_missing(entry)}
        if not pairs:
            raise Unreadable(unanswered())
        return {
            take(self.keys.option, key, instead=f"?{place}"): take(self.option, entry) for place, (key, entry) in enumerate(pairs.items(), start=1)
        }

    def form(self, value) -> str:
        wanted = len(self.keys.options)
        return message("check.form_matching", count=len(value), wanted=wanted)

    def due(self) -> str:
        return listing(f"{key}: {option}" for key, option in self.expected.items())

    def score(self, value) -> Verdict:
        wrong = [key for key, due in self.expected.items() if value.get(key) != due]
        given = [self.keys.named(key) for key in wrong if value.get(key) is not None]
        lacking = message("check.missing", count=len(wrong) - len(given)) if len(given) < len(wrong) else ""
        return Verdict(1 - len(wrong) / len(self.expected), (message("check.keys_wrong", keys=listing(given) or "–") + lacking,) if wrong else ())

    def equals_wrong(self, value, answer) -> bool:
        return all(value.get(key) == bad for key, bad in answer.items())


class Table(_Kind):
    """Rows of numbers or names, named by the first column."""

    def __init__(self, expected, columns, relative=0.005, absolute=0.0, options=None, decimals=0):
        self.columns, self.decimals = tuple(columns), decimals
        shares = relative if isinstance(relative, Mapping) else dict.fromkeys(self.columns, relative)
        self.kinds = [Number(None, "", shares.get(column, 0.0), absolute, decimals) for column in self.columns[1:]]
        self.options = {column: _WithOptions(which) for column, which in (options or {}).items()}
        self.names = {column: {label: as_label(id) for label, id in known.spelling.items()} for column, known in self.options.items()}
        self.printed: dict[str, str] = {}  # label → how a sentence names the row
        self.expected = None if expected is MISSING else self._by_name(self._with_names(expected))

    def _with_names(self, expected):
        """The key, whose own words are known from now on in every language in which a table prints them."""
        for row in as_rows(expected, self.columns):
            for column in self.columns:
                word = row.get(column)
                if isinstance(word, str) and column not in self.options:
                    known = self.names.setdefault(column, {})
                    for form in (word, *forms(word)):
                        known.setdefault(as_label(form), as_label(word))
                    self.printed[as_label(word)] = str(table_word(word) or word)
        return expected

    def read(self, received, take=strictly) -> dict[object, tuple]:
        names = Forgiving()  # a name that is no option is one wrong row, not the end of the table
        rows = self._by_name(received, names)
        self.remarks = names.reasons
        if all(entry is None for entries in rows.values() for entry in entries):
            raise Unreadable(unanswered())
        if self.expected and _all_fractions(rows) and not _all_fractions(self.expected):
            rows = {round(name * 100, 9): entries for name, entries in rows.items()}  # 0.8 for a row named 80 %
        return rows

    def _by_name(self, value, take=strictly) -> dict[Any, tuple]:
        rows: dict[Any, tuple] = {}
        for place, row in enumerate(as_rows(value, self.columns), start=1):
            first, *others = (None if is_missing(row.get(column)) else self._entry(row[column], column, take) for column in self.columns)
            name = round(first, 9) if isinstance(first, float) else first
            if name is not None and rows.get(name, tuple(others)) == tuple(others):
                rows[name] = tuple(others)
            elif any(entry is not None for entry in others):
                rows[f"({place})"] = tuple(others)  # without a name, or with one that has another row already: a row too many
        return rows

    def _entry(self, value, column: str, take=strictly):
        """A number, or a word by whatever name it was given."""
        known = self.names.get(column, {})
        label = as_label(value)
        if label in known:
            return known[label]
        if column in self.options:
            return take(self.options[column].option, value, instead=label)
        return _entry(value)

    def form(self, value) -> str:
        lacking = sum(entry is None for entries in value.values() for entry in entries)
        return message("check.form_table", rows=len(value), columns=", ".join(self.columns)) + (message("check.missing", count=lacking) if lacking else "")

    def coarse(self, value) -> bool:
        return any(isinstance(entry, float) and kind.coarse(entry) for entries in value.values() for entry, kind in zip(entries, self.kinds))

    def due(self) -> str:
        rows = listing(f"{self._named(name)}: {listing(entries)}" for name, entries in self.expected.items())
        return message("checks.due_table", columns=", ".join(self.columns), rows=rows)

    def score(self, value) -> Verdict:
        wrong = [name for name, due in self.expected.items() if not self._same_row(value.get(name), due)]
        extra = len(set(value) - set(self.expected))
        share = max(0.0, 1 - (len(wrong) + extra) / len(self.expected))
        if share >= 1:
            return Verdict(1.0)
        # Only rows that were handed in are named: which rows belong into the table may be part of the question.
        there = [self._named(name) for name in wrong if name in value]
        return Verdict(share, (message("check.rows_wrong", rows=listing(there) or "–", missing=len(wrong) - len(there), extra=extra),))

    def _named(self, name) -> str:
        if isinstance(name, float):
            return f"{name:g}"
        known = self.options.get(self.columns[0])
        return known.named(known.spelling[name]) if known and name in known.spelling else self.printed.get(name, str(name))

    def _same_row(self, got, due) -> bool:
        return got is not None and all(map(self._same, got, due, self.kinds))

    def _same(self, got, due, kind) -> bool:
        if got is None or isinstance(got, str) != isinstance(due, str):
            return False
        return got == due if isinstance(due, str) else kind.same(got, due)

    def equals_wrong(self, value, answer) -> bool:
        """Every row of the wrong answer stands in the received one; None or "" in it means "whatever"."""
        rows = {self._entry(name, self.columns[0]): entries for name, entries in answer.items()}
        rows = {round(name, 9) if isinstance(name, float) else name: entries for name, entries in rows.items()}
        return all(name in value and self._mistaken(value[name], entries, self.expected.get(name)) for name, entries in rows.items())

    def _mistaken(self, got, bad, due) -> bool:
        for place, (entry, wrong) in enumerate(zip(got, bad)):
            if wrong in (None, ""):
                continue
            wrong, key = self._entry(wrong, self.columns[1 + place]), due[place] if due else None
            if entry is None or isinstance(entry, str) != isinstance(wrong, str):
                return False
            same = entry == wrong if isinstance(wrong, str) else self.kinds[place].mistaken(entry, wrong, key if isinstance(key, float) else wrong)
            if not same:
                return False
        return True


def _entry(value):
    try:
        return as_number(value)
    except Unreadable:
        return as_label(value)


def _all_fractions(rows) -> bool:
    return all(isinstance(name, float) and 0 < name <= 1 for name in rows)


def _words(option: course.Option) -> str:
    """What a student sees beside an option or, where there is nothing else, what a shown table prints for it."""
    return str(table_word(option.id) or option.id) if str(option.text) == option.id else str(option.text)


def _cut(words: str, room: int = LONGEST_WORDS) -> str:
    """The beginning of a text, in at most so much room; a Chinese character takes that of two letters."""
    width = 0
    for place, character in enumerate(words):
        width += 2 if ord(character) > 0x2E7F else 1
        if width > room and place < len(words) - 1:
            return words[:place].rstrip(" ,，、;；:：") + "…"
    return words


def _unit(unit: str) -> str:
    return message(f"check.unit_{unit}") if unit else message("check.unit_none")


def _missing(values) -> str:
    count = sum(value is None for value in values)
    return message("check.missing", count=count) if count else ""


def _options(options) -> tuple[course.Option, ...]:
    """The options of a set in the exercise's data ("9.8/meaning"), or ids given directly."""
    if isinstance(options, str):
        number, _, name = options.partition("/")
        return course.exercise(number).options[name]
    if isinstance(options, Mapping):
        raise TypeError(message("check.options_needed", received=shown(options)))
    return tuple(option if isinstance(option, course.Option) else course.Option(str(option), Text(str(option), str(option))) for option in options)
