"""crmlib.check against hurried, odd and hostile answers: never an error, never a mark too many, never a word too much."""

import array
import asyncio
import collections
import copy
import functools
import logging
import math
import random
import re
import sys
import types
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy
import pandas
import pytest

from crmlib import check, course
from crmlib.check.kinds import Items, Matching, Numbers, Ordering, judge
from crmlib.check.reading import Unreadable, as_label, as_list, as_number, as_pairs, as_rows, is_missing, is_unanswered, shown
from crmlib.check.verdict import in_lines
from crmlib.language import LANGUAGES, Text, message, use_language
from tests.support.catalogue import every, try_each

WORDS = ["basic", "cooperative", "interdependent", "integrated"]
STAGES = [
    course.Option("basic", Text("Basic stage", "基本阶段", "基本階段")),
    course.Option("cooperative", Text("Cooperative stage", "合作阶段", "合作階段"), ("co-op",)),
    course.Option("interdependent", Text("Interdependent stage", "相互依赖阶段", "相互依賴階段")),
    course.Option("none", Text("None of them", "都不是")),
]
COLUMNS = ["channel", "cost", "share"]
TABLE = {"channel": ["mail", "web", "shop"], "cost": [611.5, 722.5, 833.5], "share": [0.11, 0.22, 0.67]}
CASES = [({"price": 8, "rate": 0.25}, 6.0), ({"price": 61, "rate": 0.5}, 30.5), ({"price": 0, "rate": 0.1}, 0.0)]

# One check of every kind: how to call it, what is right, what is needed to mark it.
KINDS = {
    "number": (check.number, {"unit": "yuan"}, 4137.25),
    "rate": (check.number, {"unit": "rate"}, 0.0731),
    "numbers": (check.numbers, {"unit": "count"}, [3711, 8722, 5733, "never"]),
    "choice": (check.choice, {"options": STAGES}, "cooperative"),
    "items": (check.items, {"options": WORDS}, ["basic", "cooperative", "integrated"]),
    "ordering": (check.ordering, {"options": WORDS}, WORDS),
    "matching": (check.matching, {"keys": ["p", "q", "r"], "options": WORDS}, {"p": "basic", "q": "integrated", "r": "basic"}),
    "table": (check.table, {"columns": COLUMNS}, TABLE),
}
PRACTICE = ["9.1a", "9.1c", "9.3a", "9.5b", "9.6a", "9.7a", "9.8c"]


def grade(kind, received, points=3):
    if kind == "function":
        return check.function(received, example=CASES[0][0], cases=CASES, refuses=[{"price": 1, "rate": 80}], points=points)
    call, given, expected = KINDS[kind]
    return call(received, expected=expected, points=points, **given)


def look(kind, received):
    """The visible check of a form: what a student sees before handing in."""
    if kind == "function":
        return check.function(received, example=CASES[0][0])
    call, given, _ = KINDS[kind]
    return call(received, **given)


ALL_KINDS = [*KINDS, "function"]


# ---- values nobody expects ---------------------------------------------------------------------------------------


class Angry:
    """Every question to it ends in an error; its own class claims to be a text."""

    def _no(self, *_, **__):
        raise RuntimeError("\ud800 no")

    __repr__ = __str__ = __eq__ = __hash__ = __float__ = __len__ = __iter__ = __getattr__ = __bool__ = _no
    __class__ = property(_no)


class Leaving(Angry):
    def _no(self, *_, **__):
        raise SystemExit(3)

    __repr__ = __str__ = __float__ = __len__ = __iter__ = _no
    __class__ = float


class Noisy:
    """Prints, warns and logs wherever it is touched."""

    def _noise(self):
        print("noise")
        print("noise", file=sys.stderr)
        warnings.warn("noise", stacklevel=1)
        logging.getLogger("student").error("noise")

    def __repr__(self):
        self._noise()
        return "\x1b[31mnoisy\x1b[0m\n" * 400

    def __getattr__(self, name):
        self._noise()
        raise AttributeError(name)


class YesMan:
    """Equal to everything, and a right answer by its own account."""

    shape = ()

    def __eq__(self, other):
        return True

    __hash__ = None

    def __float__(self):
        return 4137.25

    def __str__(self):
        return "web"

    __repr__ = __str__


class YesText(str):
    """A text that claims, by every method, to be what is wanted."""

    def _wanted(self, *_):
        return "cooperative"

    strip = casefold = lower = __str__ = __repr__ = replace = _wanted

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("cooperative")


class YesFloat(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __float__(self):
        return 4137.25

    __hash__ = float.__hash__


class YesInt(int):
    def __float__(self):
        return 4137.25


class BadText(str):
    def _no(self, *_):
        raise RuntimeError("no")

    strip = casefold = __str__ = __repr__ = split = __len__ = _no


class BadFloat(float):
    def _no(self, *_):
        raise RuntimeError("no")

    __float__ = __repr__ = __sub__ = _no


class BadList(list):
    def _no(self, *_):
        raise RuntimeError("no")

    __iter__ = __len__ = __repr__ = __getitem__ = _no


class BadDict(dict):
    def _no(self, *_):
        raise RuntimeError("no")

    __iter__ = __len__ = __repr__ = items = keys = values = _no


class Mirror:
    """What it turns into is itself, for ever."""

    shape = ()

    def tolist(self):
        return self

    item = tolist
    columns = ("channel", "cost", "share")

    def reset_index(self):
        return self


def nested(depth):
    value = [1]
    for _ in range(depth):
        value = [value]
    return value


def own_tail():
    value = []
    value.append(value)
    return value


def frame(**columns):
    return pandas.DataFrame(columns)


def twice_named():
    return pandas.DataFrame([["mail", 1, 2, 3]], columns=["channel", "cost", "cost", "share"])


def index_named_as_a_column():
    table = frame(cost=[1, 2], shares=[1, 2])
    return table.set_axis(pandas.Index(["mail", "web"], name="cost"))


HOSTILE = {
    "nothing": lambda: None,
    "dots": lambda: ...,
    "empty text": lambda: " \n",
    "dots as text": lambda: "...",
    "empty list": list,
    "empty dict": dict,
    "empty set": set,
    "list of nothing": lambda: [None, None, None, None],
    "list of empty texts": lambda: ["", " ", "", ""],
    "dict of nothing": lambda: {"p": None, "q": "", "r": ...},
    "empty column": lambda: pandas.Series([], dtype=float),
    "empty array": lambda: numpy.zeros((0, 3)),
    "empty table": pandas.DataFrame,
    "table without rows": lambda: pandas.DataFrame(columns=COLUMNS),
    "table of nothing": lambda: frame(channel=["mail", "web", "shop"], cost=[None] * 3, share=[math.nan] * 3),
    "commas only": lambda: ",;、 -> >",
    "nan": lambda: math.nan,
    "numpy's nan": lambda: numpy.float32("nan"),
    "minus infinity": lambda: -math.inf,
    "pandas' NA": lambda: pandas.NA,
    "pandas' NaT": lambda: pandas.NaT,
    "list of NA": lambda: [pandas.NA, math.nan, pandas.NaT, None],
    "truth": lambda: True,
    "numpy's truth": lambda: numpy.True_,
    "400 digits": lambda: 10**400,
    "5000 digits": lambda: -(10**5000),
    "signalling nan": lambda: Decimal("sNaN"),
    "enormous Decimal": lambda: Decimal("1E+999999"),
    "enormous Fraction": lambda: Fraction(10**400, 3),
    "complex": lambda: 4137.25 + 0.5j,
    "numpy's complex": lambda: numpy.complex64(1 + 2j),
    "long double": lambda: numpy.longdouble("1.5"),
    "long doubles": lambda: numpy.array([1, 2, 3, 4], dtype=numpy.longdouble),
    "enormous exponent": lambda: "1e99999999999999999999999 %",
    "enormous fraction in text": lambda: "1" * 4000 + "/3",
    "division by zero in text": lambda: "1/0",
    "nan in text": lambda: "nan %",
    "a million letters": lambda: "x" * 10**6,
    "a million years": lambda: "年" * 10**6 + "x",
    "a million currencies": lambda: "$" * 10**6 + "x",
    "a million digits": lambda: "1" * 10**6,
    "a million commas": lambda: "," * 10**6,
    "a million blanks": lambda: " " * 10**6 + "x",
    "a million brackets": lambda: "(1" * 10**6,
    "half a character": lambda: "\ud800",
    "control characters": lambda: "\x1b[2J\x00\r\b",
    "braces": lambda: "{received} {0} {unit.__class__} %s",
    "markup": lambda: "<script>alert(1)</script>",
    "bytes": lambda: b"cooperative",
    "bytearray": lambda: bytearray(b"3711"),
    "memoryview": lambda: memoryview(b"1234"),
    "range": lambda: range(4),
    "enormous range": lambda: range(10**12),
    "generator": lambda: (word for word in WORDS),
    "endless generator": lambda: iter(int, 1),
    "lambda": lambda: lambda: 3,
    "class": lambda: Decimal,
    "module": lambda: math,
    "type of nothing": lambda: type(None),
    "slice": lambda: slice(1, 2),
    "thousands of lists in each other": lambda: nested(2000),
    "list in itself": own_tail,
    "unhashable pairs": lambda: [([1], "basic"), ({}, "basic")],
    "list of dicts": lambda: [{"channel": "mail"}, {"cost": 3}],
    "rows of unequal length": lambda: [("mail", 1, 2), ("web", 3)],
    "columns of unequal length": lambda: {"channel": ["mail", "web"], "cost": [1], "share": []},
    "dict of dicts": lambda: {"mail": {"cost": 1}, "web": {"price": 2}},
    "two-dimensional": lambda: numpy.arange(12).reshape(4, 3),
    "three-dimensional": lambda: numpy.zeros((2, 2, 2)),
    "structured": lambda: numpy.array([(1, "a")], dtype=[("n", int), ("t", "U3")]),
    "masked": lambda: numpy.ma.masked_array([1.0, 2.0, 3.0, 4.0], mask=[True, False, True, False]),
    "dates": lambda: pandas.date_range("2024", periods=4),
    "one date": lambda: numpy.datetime64("2024-01-01", "ns"),
    "categories": lambda: pandas.Series(pandas.Categorical(["basic", None, "x", "x"])),
    "column heading twice": twice_named,
    "index named as a column": index_named_as_a_column,
    "deep headings": lambda: pandas.DataFrame([[1, 2, 3]], columns=pandas.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)])),
    "deep index": lambda: frame(cost=[1, 2], share=[1, 2]).set_axis(pandas.MultiIndex.from_tuples([("mail", 1), ("web", 2)])),
    "numbered headings": lambda: pandas.DataFrame(numpy.zeros((3, 3))),
    "a frame in a frame": lambda: {"channel": frame(a=[1]), "cost": frame(b=[1]), "share": frame(c=[1])},
    "angry": Angry,
    "angry ones": lambda: [Angry(), Angry(), Angry(), Angry()],
    "angry values": lambda: {"p": Angry(), "q": Angry()},
    "leaving": Leaving,
    "noisy": Noisy,
    "noisy ones": lambda: (Noisy(), Noisy(), Noisy(), Noisy()),
    "yes-man": YesMan,
    "yes-men": lambda: [YesMan()] * 4,
    "yes-text": lambda: YesText("wrong"),
    "yes-texts": lambda: {"p": YesText("wrong"), "q": YesText("wrong"), "r": YesText("wrong")},
    "yes-float": lambda: YesFloat(1.0),
    "yes-floats": lambda: [YesFloat(1.0)] * 4,
    "yes-int": lambda: YesInt(1),
    "bad text": lambda: BadText("basic"),
    "bad float": lambda: BadFloat(1),
    "bad list": lambda: BadList([1, 2, 3, 4]),
    "bad dict": lambda: BadDict(p="basic"),
    "mirror": Mirror,
    "table of yes-men": lambda: frame(channel=["mail", "web", "shop"], cost=[YesMan()] * 3, share=[YesFloat(1)] * 3),
}

# What earns part of a mark by itself: the rest of the hostile corpus must earn nothing at all.
PARTLY_RIGHT = {("items", "categories")}


def heard(capfd):
    """What was printed since last asked; a word on stderr would cost the cell under nbgrader."""
    said = capfd.readouterr()
    assert said.err == ""
    said.out.encode("utf-8")
    return said.out


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_graded_check_survives_every_value_and_gives_it_a_plain_number(kind, capfd):
    def survived(name):
        heard(capfd)
        earned = grade(kind, HOSTILE[name]())
        text = heard(capfd)
        assert type(earned) is float and 0 <= earned <= 3
        assert text and len(text) <= 600, text
        assert "noise" not in text and not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
        if (kind, name) not in PARTLY_RIGHT:
            assert earned == 0, text

    try_each(HOSTILE, survived)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_form_check_raises_nothing_but_a_form_error(kind, capfd):
    def survived(name):
        heard(capfd)
        try:
            assert look(kind, HOSTILE[name]()) is None
        except check.FormError as error:
            assert 0 < len(str(error)) <= 600, str(error)
            str(error).encode("utf-8")
            assert error.__suppress_context__ or error.__context__ is None
        assert len(heard(capfd)) <= 600

    try_each(HOSTILE, survived)


@pytest.mark.parametrize("id", PRACTICE)
def test_practice_survives_every_value_and_never_calls_it_right(id, capfd):
    right = re.compile("|".join(rf"{re.escape(other)}: right" for other in PRACTICE))

    def survived(name):
        heard(capfd)
        assert check.practice(id, HOSTILE[name]()) is None
        text = heard(capfd)
        assert 0 < len(text) <= 900 and not right.search(text), text

    try_each(HOSTILE, survived)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_marks_are_the_same_in_both_languages(kind, capfd):
    values = [*HOSTILE.values(), lambda: right_answer(kind)]
    marks = {}
    for language in LANGUAGES:
        use_language(language)
        marks[language] = [grade(kind, make()) for make in values]
    assert marks["en"] == marks["zh"]
    assert marks["en"][-1] == 3.0


def right_answer(kind):
    return (lambda price, rate: price * (1 - rate) if rate <= 1 else None) if kind == "function" else copy.deepcopy(KINDS[kind][2])


@every("kind", KINDS)
def test_what_is_printed_does_not_depend_on_the_key(kind, capfd):
    call, given, key = KINDS[kind]
    other, wrong = {
        "number": (987.5, 55),
        "rate": (0.55, 0.9),
        "numbers": ([11, 12, 13, 14], [1, 2, 3, 4]),
        "choice": ("none", "basic"),
        "items": (["basic", "cooperative", "integrated"], ["interdependent"]),
        "ordering": (WORDS, WORDS[::-1]),
        "matching": (dict.fromkeys("pqr", "basic"), dict.fromkeys("pqr", "cooperative")),
        "table": ({**TABLE, "cost": [1, 2, 3]}, {**TABLE, "cost": [7, 7, 7]}),
    }[kind]
    said = []
    for expected in (key, other):
        assert call(wrong, expected=expected, points=1, **given) < 1
        said.append(heard(capfd))
    assert said[0] == said[1]


def test_a_table_check_does_not_name_the_rows_that_were_not_found(capfd):
    assert grade("table", {"channel": ["mail", "web", "radio"], "cost": [611.5, 7, 8], "share": [0.11, 0.5, 0.5]}) == 0
    text = heard(capfd)
    assert "web" in text and "shop" not in text and "mail" not in text and "833.5" not in text


def test_a_rate_typed_as_a_percentage_is_explained_without_a_false_claim(capfd):
    assert check.number(0.4, expected=0.004, unit="rate", points=1) == 0
    text = heard(capfd)
    assert "far above 1" not in text and "40 %" in text and "0.004" not in text
    assert check.number(7.31, expected=0.0731, unit="rate", points=1) == 0
    text = heard(capfd)
    assert "731 %" in text and "0.0731" not in text


# ---- what a reasonable student hands in --------------------------------------------------------------------------

A_QUARTER = [
    0.25, numpy.float16(0.25), numpy.float32(0.25), numpy.float64(0.25), numpy.longdouble("0.25"), Decimal("0.25"), Fraction(1, 4),
    numpy.array(0.25), numpy.array([0.25]), numpy.array([[0.25]]), pandas.Series([0.25]), pandas.Index([0.25]), [0.25], (0.25,),
    pandas.Series([0.25], index=["x"]), pandas.Series([0.25], dtype="Float64"), array.array("d", [0.25]), numpy.str_("25%"),
    "0.25", " .25 ", "25 %", "25％", "２５％", "０．２５", "25 percent", "25 per cent", "百分之25", "百分之二十五", "百分之二五", "25,0 %", "２５，０％", "25。0%", "二十五％", "约百分之25", "约25%", "≈ 0.25", "= 0.25",
    "1/4", "25/100", "2.5e-1", "0.25。", "+0.25",
]  # fmt: skip
TWELVE_HUNDRED = [
    1200, numpy.int16(1200), numpy.uint16(1200), numpy.int32(1200), numpy.int64(1200), numpy.uint64(1200), Decimal("1.2E+3"),
    "1200", "1,200", "1，200", "1 200", "1\u00a0200", "1\u202f200", "1,200.00", "$1,200", "$ 1200", "US$1200", "USD 1200", "1200 USD", "1200 US dollars",
    "¥1200", "￥1,200", "1200元", "1200 元人民币", "人民币1200元", "RMB 1200", "CNY1200", "1200 yuan", "1200美元", "1200 dollars", "1_200", "1200.",
]  # fmt: skip
MINUS_FIVE = ["-5", "−5", "－5", "–5", "- 5", "-$5", "$-5", "-5元", "−¥5", -5, numpy.int8(-5)]
NEVER = ["never", "Never ", "永不", "永远不", "不能", "∞", "inf", "+inf", "+∞", "Infinity", math.inf, numpy.inf, numpy.float32("inf"), Decimal("Infinity"), "无穷大", "無法收回", "收不回"]
NOT_ONE_NUMBER = [
    "1,5", "0,25", "0,650", "1,23,4", "1 2", "3 8", "1 1/2", "10²", "x₂5", "½½", "1.234.567", "三", "百分之", "百分之五六点", "2,500,1 %", "1,5,3 %", "5-6", "1..2", "five", "0x10",
    "1e400", "１２，３", "--5", "5 %%x", "1 000 00", "", "%", "$", "元", [1, 2], [[1, 2]], {"a": 1}, {1}, True, [True], numpy.True_, b"5", 1j,
]  # fmt: skip


@every(("written", "meant"), [(A_QUARTER, 0.25), (TWELVE_HUNDRED, 1200), (MINUS_FIVE, -5), (NEVER, math.inf)])
def test_one_number_is_understood_however_it_is_written(written, meant):
    understood = {repr(value): as_number(value) for value in written}
    assert understood == dict.fromkeys(understood, meant)
    assert {type(value) for value in understood.values()} == {float}


@every("value", NOT_ONE_NUMBER, ids=repr)
def test_what_could_mean_two_numbers_is_not_guessed(value):
    with pytest.raises(Unreadable):
        as_number(value)


@every("bits", [8, 16, 32, 64])
def test_numpys_whole_numbers_of_every_width_count(bits):
    for name in (f"int{bits}", f"uint{bits}"):
        assert check.number(numpy.array(100).astype(name)[()], expected=100, points=2) == 2.0
        assert check.numbers(numpy.array([1, 2]).astype(name), expected=[1, 2], points=2) == 2.0


FOUR = [3711, 8722, 5733, "never"]
FOUR_NUMBERS = [
    FOUR, tuple(FOUR), numpy.array([3711, 8722, 5733, numpy.inf]), pandas.Series(FOUR), pandas.Index([3711.0, 8722.0, 5733.0, math.inf]),
    pandas.Series(FOUR, index=["a", "b", "c", "d"]), {"a": 3711, "b": 8722, "c": 5733, "d": math.inf}, collections.deque(FOUR),
    "3711, 8722, 5733, never", "3711；8722；5733；永不", "3711、8722、5733、永远不", "3711 -> 8722 -> 5733 -> never", "3711\n8722\n5733\nnever",
    dict(enumerate(FOUR)).values(), numpy.array([[3711], [8722], [5733], [numpy.inf]]), pandas.array([3711, 8722, 5733, math.inf]),
    [numpy.int64(3711), Decimal(8722), "5733.0", numpy.float32("inf")],
]  # fmt: skip


@every("value", FOUR_NUMBERS, ids=lambda value: type(value).__name__)
def test_several_numbers_are_understood_in_every_container_that_has_an_order(value, capfd):
    assert grade("numbers", value) == 3.0
    look("numbers", value)
    assert "4 answers" in heard(capfd)


@pytest.mark.parametrize("kind", ["numbers", "ordering"])
def test_a_set_has_no_order_and_is_refused_where_order_counts(kind):
    for make in (set, frozenset):
        assert grade(kind, make(KINDS[kind][2])) == 0
        with pytest.raises(check.FormError):
            look(kind, make(KINDS[kind][2]))


def test_one_missing_number_costs_only_its_own_share_whatever_stands_for_it():
    for missing in (None, "", math.nan, pandas.NA, pandas.NaT, ..., numpy.float32("nan")):
        assert check.numbers([3711, 8722, 5733, missing], expected=FOUR, points=4) == 3.0
    assert check.numbers(pandas.Series([3711, 8722, 5733, None]), expected=FOUR, points=4) == 3.0
    assert check.numbers(numpy.ma.masked_array([3711, 8722, 5733, 0], mask=[0, 0, 0, 1]), expected=FOUR, points=4) == 3.0


COOPERATIVE = [
    "cooperative", " Cooperative ", "COOPERATIVE", "Cooperative stage", "cooperative-stage", "ｃｏｏｐｅｒａｔｉｖｅ", "co-op", "Co-Op.", "合作阶段", "合作階段",
    "1. cooperative", "1) cooperative", "(a) cooperative", "（2）合作阶段", "2、合作阶段", "② 合作阶段", "②合作阶段", "⑵合作阶段", "⒉合作阶段", "二、合作阶段",
    "（二）合作阶段", "b. Cooperative stage", "“合作阶段”", "'cooperative'", "合作阶段。", "合 作 阶 段", "cooperative\n", ["cooperative"], ("合作阶段",),
    {"cooperative"}, frozenset({"cooperative"}), numpy.str_("cooperative"), numpy.array("cooperative"), numpy.array(["cooperative"]),
    pandas.Series(["cooperative"]), pandas.Index(["合作阶段"]), pandas.Series(["cooperative"], dtype="category"),
]  # fmt: skip


@every("value", COOPERATIVE, ids=lambda value: f"{type(value).__name__} {value}")
def test_a_word_is_understood_in_every_spelling_and_script(value):
    assert grade("choice", value) == 3.0


def test_a_missing_choice_is_not_the_option_called_none():
    for value in (None, [None], [""], pandas.Series([None]), [math.nan], [pandas.NA]):
        assert check.choice(value, expected="none", options=STAGES, points=1) == 0.0, value
    assert check.choice("None", expected="none", options=STAGES, points=1) == 1.0


def test_whole_numbers_as_ids_are_understood_as_float_too():
    options = ["1", "2", "10", "20"]
    for value in (1, 1.0, "1", numpy.int8(1), numpy.float64(1), Decimal("1.0"), Fraction(1), [1.0], "(1)", "①"):
        assert check.choice(value, expected="1", options=options, points=1) == 1.0, value
        assert check.choice(value, expected="10", options=options, points=1) == 0.0, value
    assert check.items(pandas.Series([1.0, 2.0, None]), expected=["1", "2"], options=options, points=1) == 1.0
    assert check.ordering(numpy.array([2.0, 1.0]), expected=["2", "1"], options=options, points=1) == 1.0


SEVERAL = [
    ["basic", "cooperative", "integrated"], ("integrated", "basic", "cooperative"), {"basic", "cooperative", "integrated"},
    numpy.array(["basic", "cooperative", "integrated"]), pandas.Series(["basic", "cooperative", "integrated"]),
    pandas.Index(["basic", "cooperative", "integrated"]), "basic, cooperative, integrated", "basic；cooperative；integrated", "basic、cooperative、integrated",
    ["basic", "basic", "cooperative", "integrated"], ["basic", "cooperative", "integrated", None, ""], ["①basic", "②cooperative", "③integrated"],
    dict.fromkeys(["basic", "cooperative", "integrated"]).keys(), ["1. Basic", "2. COOPERATIVE", "3. Integrated"],
]  # fmt: skip


@every("value", SEVERAL, ids=lambda value: type(value).__name__)
def test_several_options_are_understood_in_every_container(value):
    assert grade("items", value) == 3.0


@every(
    "value",
    [WORDS, tuple(WORDS), numpy.array(WORDS), pandas.Series(WORDS), " > ".join(WORDS), "->".join(WORDS), "→".join(WORDS), "，".join(WORDS), "\n".join(WORDS)],
    ids=lambda value: f"{type(value).__name__} {value}"[:30],
)
def test_an_order_is_understood_in_every_container(value):
    assert grade("ordering", value) == 3.0
    assert check.ordering(value, expected=WORDS[::-1], options=WORDS, points=3) == 0.0


PAIRS = {"p": "basic", "q": "integrated", "r": "basic"}


@every(
    "value",
    [PAIRS, list(PAIRS.items()), tuple(PAIRS.items()), [list(pair) for pair in PAIRS.items()], pandas.Series(PAIRS), collections.OrderedDict(PAIRS),
     types.MappingProxyType(PAIRS), {"P": " BASIC", "(q)": "Integrated.", "R": ["basic"]}, dict(reversed(PAIRS.items())), {**PAIRS, "q": numpy.str_("integrated")}],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_pairs_are_understood_in_every_container(value):
    assert grade("matching", value) == 3.0


FRAME = pandas.DataFrame(TABLE)
TABLES = {
    "dict of columns": TABLE,
    "DataFrame": FRAME,
    "rows in another order": FRAME.iloc[::-1],
    "columns in another order": FRAME[["share", "channel", "cost"]],
    "index as first column": FRAME.set_index("channel"),
    "index without a name": FRAME.set_index("channel").rename_axis(None),
    "more columns than needed": FRAME.assign(note="x", share_in_per_cent=[11, 22, 67]),
    "a row twice": pandas.concat([FRAME, FRAME.iloc[:1]]),
    "two levels of index": FRAME.set_index(["channel", "cost"]),
    "dict of rows": {"mail": (611.5, 0.11), "web": [722.5, 0.22], "shop": (833.5, 0.67)},
    "dict of named rows": {name: {"share": share, "cost": cost} for name, cost, share in FRAME.itertuples(index=False)},
    "list of dicts": FRAME.to_dict("records"),
    "list of tuples": list(FRAME.itertuples(index=False, name=None)),
    "list of lists": FRAME.values.tolist(),
    "named tuples": list(FRAME.itertuples(index=False)),
    "array": FRAME.to_numpy(),
    "to_dict()": FRAME.to_dict(),
    "columns as Series": {name: FRAME[name] for name in FRAME},
    "columns as arrays": {name: FRAME[name].to_numpy() for name in FRAME},
    "texts": {"channel": [" Mail", "WEB", "shop."], "cost": ["¥611.5", "722.5元", "833.50"], "share": ["11 %", "22％", "67%"]},
    "one text a column": {"channel": "mail, web, shop", "cost": "611.5, 722.5, 833.5", "share": "11%, 22%, 67%"},
    "Decimals": FRAME.assign(cost=[Decimal("611.5"), Decimal("722.5"), Decimal("833.5")]),
    "empty rows at the end": pandas.concat([FRAME, pandas.DataFrame({"channel": [None, ""]})]),
    "nullable types": FRAME.convert_dtypes(),
    "categories": FRAME.astype({"channel": "category"}),
}


@every("name", TABLES)
def test_a_table_is_understood_in_every_shape(name, capfd):
    look("table", TABLES[name])
    assert grade("table", TABLES[name]) == 3.0
    heard(capfd)


def test_a_half_filled_table_earns_its_full_rows():
    for missing in (None, "", math.nan, pandas.NA):
        half = {"channel": ["mail", "web", "shop"], "cost": [611.5, 722.5, missing], "share": [0.11, missing, missing]}
        assert grade("table", half) == 1.0
        assert grade("table", pandas.DataFrame(half)) == 1.0
    assert grade("table", {"channel": ["mail", "web", "shop"], "cost": [611.5, 722.5, 833.5], "share": [0.11, 0.22]}) == 2.0


def test_a_table_with_contradictory_rows_cannot_earn_more_than_one_of_them_would():
    twice = pandas.concat([FRAME.assign(cost=0), FRAME])
    once = pandas.concat([FRAME, FRAME.assign(cost=0)])
    assert grade("table", twice) + grade("table", once) <= 3.0


# ---- marks -------------------------------------------------------------------------------------------------------


def test_points_are_a_plain_float_and_full_marks_are_exactly_the_points():
    for points in (1, 2.5, 1 / 3, 2 / 3, numpy.float64(0.7), Decimal("1.1"), Fraction(2, 3), True, 10**6):
        earned = check.number(5, expected=5, points=points)
        assert type(earned) is float and earned == float(points)
        part = check.numbers([1, 0, 0], expected=[1, 2, 3], points=points)
        assert type(part) is float and 0 < part < float(points)
    assert check.number(5, expected=5, points=0) == 0.0


def test_points_without_a_key_or_a_key_without_points_are_an_error_of_the_author():
    for kind in KINDS:
        call, given, key = KINDS[kind]
        with pytest.raises(TypeError, match="points="):
            call(key, expected=key, **given)
    with pytest.raises(TypeError, match="points="):
        check.function(abs, cases=CASES)


def test_items_earn_more_for_every_right_one_and_less_for_every_invented_one():
    draw = random.Random(1)
    options = [f"option{place}" for place in range(9)]
    for _ in range(70):
        key = draw.sample(options, draw.randint(1, 6))
        chosen = draw.sample(options, draw.randint(1, 8))
        before = check.items(chosen, expected=key, options=options, points=7)
        for option in set(options) - set(chosen):
            after = check.items([*chosen, option], expected=key, options=options, points=7)
            assert after >= before if option in key else after <= before
        assert (before == 7) == (set(chosen) == set(key))


def test_numbers_and_pairs_earn_more_for_every_right_one():
    draw = random.Random(2)
    for _ in range(70):
        key = [draw.choice([1, 20, 300.5, "never"]) for _ in range(draw.randint(1, 6))]
        given = [draw.choice([due, None, 77, 1]) for due in key]
        if all(entry is None for entry in given):
            continue
        before = check.numbers(given, expected=key, points=7)
        for place, due in enumerate(key):
            assert check.numbers([*given[:place], due, *given[place + 1 :]], expected=key, points=7) >= before
    names = list("abcdef")
    for _ in range(70):
        key = {name: draw.choice(WORDS) for name in names}
        given = {name: draw.choice([*WORDS, None]) for name in names} | {draw.choice(names): draw.choice(WORDS)}
        before = check.matching(given, expected=key, keys=names, options=WORDS, points=7)
        for name in names:
            assert check.matching({**given, name: key[name]}, expected=key, keys=names, options=WORDS, points=7) >= before


def test_an_order_earns_more_for_every_item_put_where_it_belongs():
    draw = random.Random(3)
    options = [f"step{letter}" for letter in "abcdefg"]
    for _ in range(60):
        key = options[: draw.randint(1, 6)]
        given = draw.sample(key, draw.randint(1, len(key)))
        before = check.ordering(given, expected=key, options=options, points=7)
        for item in set(key) - set(given):
            best = max(check.ordering([*given[:at], item, *given[at:]], expected=key, options=options, points=7) for at in range(len(given) + 1))
            assert best >= before
        invented = [*given, options[-1]]
        assert check.ordering(invented, expected=key, options=options, points=7) <= before
        assert (before == 7) == (given == key)


def test_a_random_order_earns_little_on_average():
    draw = random.Random(4)
    marks = [check.ordering(draw.sample(WORDS, 4), expected=WORDS, options=WORDS, points=1) for _ in range(300)]
    assert sum(marks) / len(marks) < 0.3


def test_a_table_earns_more_for_every_right_row():
    draw = random.Random(5)
    names = list("abcdef")
    for _ in range(60):
        key = {name: draw.choice([1, 20, 300]) for name in names}
        given = {name: draw.choice([key[name], 7, None]) for name in draw.sample(names, draw.randint(1, 6))} | {draw.choice(names): 7}
        before = check.table(given, expected=key, columns=["name", "amount"], points=7)
        for name in names:
            assert check.table({**given, name: key[name]}, expected=key, columns=["name", "amount"], points=7) >= before
        assert check.table({**given, "extra": 1}, expected=key, columns=["name", "amount"], points=7) <= before


def test_choosing_everything_does_not_pay():
    assert check.items(WORDS, expected=WORDS[:2], options=WORDS, points=6) == 0.0


def test_the_answer_is_not_changed_by_being_checked():
    table = FRAME.copy()
    for kind, value in (("table", table), ("numbers", [3711, 8722, 5733, "never"]), ("matching", dict(PAIRS)), ("ordering", list(WORDS))):
        before = copy.deepcopy(value)
        look(kind, value)
        grade(kind, value)
        assert before.equals(value) if kind == "table" else before == value


# ---- functions ---------------------------------------------------------------------------------------------------


def due(*, price, rate):
    if rate > 1:
        raise ValueError(rate)
    return price * (1 - rate)


class Callable:
    def __call__(self, price, rate):
        return due(price=price, rate=rate)


class Count(float):
    def __new__(cls, price, rate):
        return float.__new__(cls, due(price=price, rate=rate))


def noisy_function(price, rate):
    print("noise")
    print("noise", file=sys.stderr)
    warnings.warn("noise", stacklevel=1)
    logging.getLogger("student").error("noise")
    return due(price=price, rate=rate)


def closes_the_output(price, rate):
    sys.stdout.close()
    return due(price=price, rate=rate)


def replaces_the_output(price, rate):
    sys.stdout = sys.stderr = None
    return due(price=price, rate=rate)


def changes_warnings(price, rate):
    warnings.simplefilter("error")
    return due(price=price, rate=rate)


RIGHT_FUNCTIONS = {
    "keywords": due,
    "positions": lambda price, rate: due(price=price, rate=rate),
    "any keywords": lambda **known: due(**known),
    "callable object": Callable(),
    "class": Count,
    "partial": functools.partial(lambda one, price, rate: due(price=price, rate=rate), 1),
    "cached": functools.lru_cache(due),
    "method": Callable().__call__,
    "array": lambda price, rate: numpy.array([due(price=price, rate=rate)]),
    "Decimal": lambda price, rate: Decimal(str(due(price=price, rate=rate))),
    "column": lambda price, rate: pandas.Series([due(price=price, rate=rate)]),
    "text": lambda price, rate: f"{due(price=price, rate=rate)} yuan",
    "None refuses": lambda price, rate: None if rate > 1 else price * (1 - rate),
    "infinity refuses": lambda price, rate: math.inf if rate > 1 else price * (1 - rate),
    "assertion refuses": lambda price, rate: due(price=price, rate=rate) if rate <= 1 else (_ for _ in ()).throw(AssertionError()),
    "noisy": noisy_function,
    "closes the output": closes_the_output,
    "replaces the output": replaces_the_output,
    "changes warnings": changes_warnings,
}


@every("name", RIGHT_FUNCTIONS)
def test_a_right_function_earns_full_marks_however_it_is_built(name, capfd):
    look("function", RIGHT_FUNCTIONS[name])
    assert grade("function", RIGHT_FUNCTIONS[name]) == 3.0
    print("still here")
    text = heard(capfd)
    assert "noise" not in text and text.endswith("still here\n")


def endless(price, rate):
    return endless(price, rate)


async def coroutine(price, rate):
    return due(price=price, rate=rate)


class OddError(Exception):
    def __str__(self):
        raise RuntimeError("no")


class LongError(Exception):
    def __str__(self):
        return "\ud800\x1b[31m" + "long " * 10_000


class OwnBase(BaseException):
    pass


def raising(error):
    def function(price, rate):
        raise error

    return function


def giving(make):
    return lambda price, rate: make()


WRONG_FUNCTIONS = {
    "wrong names": lambda cost, share: cost * (1 - share),
    "no arguments": lambda: 6.0,
    "endless": endless,
    "coroutine": coroutine,
    "generator": lambda price, rate: (yield price),
    "function of a function": lambda price, rate: due,
    "two numbers": lambda price, rate: (price, rate),
    "array of two": lambda price, rate: numpy.array([price, rate]),
    "exit": raising(SystemExit(0)),
    "generator exit": raising(GeneratorExit()),
    "cancelled": raising(asyncio.CancelledError()),
    "own base": raising(OwnBase("no")),
    "error without words": raising(OddError()),
    "error with many words": raising(LongError()),
    "several errors": raising(ExceptionGroup("many", [ValueError(1), KeyError(2)])),
    "always refuses": raising(ValueError("no")),
    "built in": print,
    "type": object,
    "lying number": giving(lambda: YesFloat(1.0)),
    "yes-man": giving(YesMan),
    "angry": giving(Angry),
    "leaving": giving(Leaving),
    "noisy": giving(Noisy),
    "mirror": giving(Mirror),
    "400 digits": giving(lambda: 10**400),
    "a million letters": giving(lambda: "x" * 10**6),
    "nested": giving(lambda: nested(2000)),
    "complex": lambda price, rate: price * (1 - rate) + 1j,
    "truth": lambda price, rate: True,
    "nan": lambda price, rate: math.nan,
}


@every("name", WRONG_FUNCTIONS)
def test_a_function_that_never_answers_earns_nothing_and_breaks_nothing(name, capfd):
    earned = grade("function", WRONG_FUNCTIONS[name])
    text = heard(capfd)
    assert type(earned) is float and earned == 0.0, text
    assert 0 < len(text) <= 600 and "noise" not in text and not re.search(r"[\x00-\x09\x0b-\x1f]", text)
    try:
        look("function", WRONG_FUNCTIONS[name])
    except check.FormError as error:
        assert len(str(error)) <= 600
        str(error).encode("utf-8")
    heard(capfd)


def test_a_real_interruption_from_the_keyboard_is_not_swallowed():
    with pytest.raises(KeyboardInterrupt):
        look("function", raising(KeyboardInterrupt()))


def test_a_function_that_changes_its_arguments_harms_only_itself():
    cases = [({"profits": [3.0, 1.0, 2.0]}, 3.0), ({"profits": [9.0, 8.0]}, 9.0)]
    before = copy.deepcopy(cases)

    def emptying(profits):
        profits.sort()
        largest = profits.pop()
        profits.clear()
        return largest

    mean = {"9.1/mean-of-means": lambda profits: sum(profits) / len(profits)}
    for _ in range(2):
        assert check.function(emptying, cases=cases, wrong=mean, points=2) == 2.0
    assert check.function(lambda profits: [profits.clear(), 1][1], cases=cases, wrong=mean, points=2) == 0.0
    assert cases == before


def test_the_line_after_return_that_is_still_open_is_no_answer_yet(capsys):
    def cost(price, rate):
        if rate > 1:
            raise ValueError(rate)
        return ...

    with pytest.raises(check.FormError, match="no answer here yet"):
        check.function(cost, example=CASES[0][0])
    assert check.function(cost, cases=CASES, refuses=[{"price": 8, "rate": 2}], points=3) == 0.0
    assert "no answer here yet" in capsys.readouterr().out


def test_functions_earn_more_for_every_right_case():
    for known in range(len(CASES) + 1):
        table = {(given["price"], given["rate"]): result for given, result in CASES[:known]}
        earned = check.function(lambda price, rate, table=table: table.get((price, rate), -1.0), cases=CASES, points=3)
        assert earned == known


def test_long_arguments_of_a_function_do_not_make_a_long_message(capfd):
    cases = [({"profits": list(range(2000))}, 5.0)]
    assert check.function(lambda profits: 1, cases=cases, points=1) == 0.0
    assert len(heard(capfd)) <= 600


# ---- the readers -------------------------------------------------------------------------------------------------


def test_unanswered_is_what_was_left_open_and_nothing_else():
    for value in (None, ..., "", "  ", "\u3000", [], (), {}, set(), frozenset(), [None, None], (None, ...)):
        assert is_unanswered(value) and is_missing(value), repr(value)
    for value in (math.nan, numpy.nan, numpy.float32("nan"), Decimal("NaN"), pandas.NA, pandas.NaT):
        assert is_missing(value) and not is_unanswered(value), repr(value)
    for value in (0, 0.0, False, "0", "none", [None, 0], {"a": None}, pandas.Series([0]), numpy.array([0]), pandas.DataFrame({"a": [1]}), math.inf):
        assert not is_unanswered(value) and not is_missing(value), repr(value)


def test_what_is_shown_is_one_short_printable_line():
    for make in HOSTILE.values():
        text = shown(make())
        assert type(text) is str and 0 < len(text) <= 120
        assert text.isprintable()


def test_the_readers_give_plain_python_values():
    assert as_list(pandas.Series([1, 2])) == [1, 2] and type(as_list(pandas.Series([1, 2]))[0]) is int
    assert as_pairs(pandas.Series({"a": 1})) == {"a": 1}
    assert as_rows({"a": [1], "b": [2]}, ("a", "b")) == [{"a": 1, "b": 2}]
    assert type(as_label(YesText("wrong"))) is str and as_label(YesText("wrong")) == "wrong"
    assert as_number(YesFloat(1.5)) == 1.5 and as_number(YesInt(2)) == 2.0


def test_options_must_be_ids_or_the_name_of_a_set():
    with pytest.raises(TypeError, match="9.8/meaning"):
        check.choice("a", expected="a", options={"a": "x"}, points=1)
    assert check.choice("value_points", expected="value_points", options="9.8/meaning", points=1) == 1.0


def test_a_refused_word_gets_the_options_in_a_message_of_bearable_length(capfd):
    many = [course.Option(f"option_{place}", Text("a long statement about customers " * 3, "关于顾客的一句很长的话" * 3)) for place in range(14)]
    for language in LANGUAGES:
        use_language(language)
        assert check.items(["nothing of that"], expected=["option_3"], options=many, points=1) == 0.0
        text = heard(capfd)
        assert len(text) <= 600 and all(option.id in text for option in many)
        check.choice("option_1", options=many)
        assert len(heard(capfd)) <= 600


def test_a_function_may_answer_with_options_in_any_of_their_spellings(capfd):
    stages = [course.Option("basic", Text("basic stage", "基础阶段")), course.Option("cooperative", Text("cooperative stage", "合作阶段"))]
    cases = [({"score": 1}, "basic"), ({"score": 2}, ["basic", "cooperative"])]
    given = {"cases": cases, "options": stages, "points": 2}
    paths = ({1: "basic", 2: ["basic", "cooperative"]}, {1: ["基础阶段"], 2: "Basic, Cooperative stage"}, {1: ("BASIC",), 2: pandas.Series(["basic", "合作阶段"])})
    for path in paths:
        assert check.function(lambda score, path=path: path[score], **given) == 2.0
    assert check.function(lambda score: {1: "basic", 2: ["cooperative", "basic"]}[score], **given) == 1.0  # the order counts
    assert check.function(lambda score: {1: "basic", 2: ["basic", None]}[score], **given) == 1.0
    assert check.function(lambda score: score, **given) == 0.0
    heard(capfd)
    named = {"9.8/same-number": lambda score: "cooperative"}
    check.function(lambda score: "cooperative" if score == 2 else "basic", wrong=named, **given)
    assert str(course.exercise("9.8").misconceptions["same-number"].text) in heard(capfd)
    check.function(lambda score: "basic", example={"score": 1}, options=stages)
    assert "basic" in heard(capfd)
    with pytest.raises(check.FormError, match="basic stage"):
        check.function(lambda score: 3, example={"score": 1}, options=stages)


def test_a_row_of_entries_still_open_is_a_row_and_not_one_open_entry():
    assert as_rows({"a": [None, None], "b": [1, 2]}, ("name", "one", "two"))[0] == {"name": "a", "one": None, "two": None}
    with pytest.raises(check.FormError, match="no answer here yet"):
        check.table({"a": [None, None]}, columns=["name", "one", "two"])


def test_of_many_pairs_the_wrong_ones_are_named_beside_the_misconception(capfd):
    pairs = {"expected": {"k1": "x", "k2": "x", "k3": "y"}, "keys": ["k1", "k2", "k3"], "options": ["x", "y"], "points": 3}
    assert check.matching({"k1": "y", "k2": "x", "k3": "x"}, wrong=[({"k1": "y"}, "9.8/same-number")], **pairs) == 1.0
    text = heard(capfd)
    assert str(course.exercise("9.8").misconceptions["same-number"].text) in text and "k1, k3" in text


def test_an_error_of_form_is_shown_as_one_sentence_without_a_traceback():
    with pytest.raises(check.FormError) as caught:
        check.number(None)
    assert caught.value._render_traceback_() == ["Not ready yet: There is no answer here yet."]
    with pytest.raises(check.FormError) as caught:
        check.number(None, part="9.1d")
    assert caught.value._render_traceback_() == ["9.1d: There is no answer here yet."]
    use_language("zh")
    with pytest.raises(check.FormError) as caught:
        check.number("十")
    assert len(caught.value._render_traceback_()) == 1 and "还不能提交" in caught.value._render_traceback_()[0]


# --- An entry that cannot be read is wrong; the others keep their worth -------------------------------------------------


@every(
    "kind, answer, share",
    [
        (Numbers([1, 2, 3, 4]), [1, "about two", 3, 4], 0.75),
        (Items(["a", "b", "c"], ["a", "b", "c", "d"]), ["a", "b", "c", "x"], 2 / 3),
        (Items(["a", "b", "c"], ["a", "b", "c", "d"]), ["a", "b", "x"], 1 / 3),
        (Ordering(["a", "b", "c"], ["a", "b", "c", "d"]), ["a", "b", "c", "x"], 2 / 3),
        (Matching({"1": "a", "2": "b"}, ["1", "2"], ["a", "b"]), {"1": "a", "2": "x"}, 0.5),
        (Matching({"1": "a", "2": "b"}, ["1", "2"], ["a", "b"]), {"1": "a", "two": "b"}, 0.5),
    ],
)
def test_one_entry_that_cannot_be_read_does_not_spoil_the_others(kind, answer, share):
    verdict = judge(kind, answer)
    assert verdict.share == pytest.approx(share)
    assert any("about two" in reason or "'x'" in reason or "'two'" in reason for reason in verdict.reasons)


def test_the_form_check_still_refuses_an_entry_that_cannot_be_read():
    with pytest.raises(check.FormError, match="about two"):
        check.numbers([1, "about two", 3, 4], count=4)


# --- Bounds, and functions that give several numbers --------------------------------------------------------------------


@every(
    ("text", "number"),
    [("<12.5", 12.5), ("< 12.5", 12.5), ("≥600", 600), (">600", 600), ("at least 600", 600), ("fewer than 5 %", 0.05), ("不到12.5", 12.5), ("至少600人", 600)],
)
def test_a_bound_is_read_as_its_number(text, number):
    assert as_number(text) == number


@every("text", ["<", "at least", "<<12", "> many", "<-"])
def test_a_bound_of_nothing_is_no_number(text):
    with pytest.raises(Unreadable):
        as_number(text)


def interval(values):
    middle = sum(values) / len(values)
    return middle, middle - 1, middle + 1


INTERVALS = [({"values": [1, 2, 3]}, (2, 1, 3)), ({"values": [5, 5]}, (5, 4, 6))]


@every(
    ("function", "points"),
    [
        (interval, 2),
        (lambda values: list(interval(values)), 2),
        (lambda values: pandas.Series(interval(values)), 2),
        (lambda values: interval(values)[:2], 0),
        (lambda values: interval(values)[::-1], 0),
        (lambda values: "2, 1, 3", 1),
        (lambda values: (*interval(values)[:2], None), 0),
        (lambda values: set(interval(values)), 0),
    ],
)
def test_a_function_may_have_to_give_several_numbers_in_order(function, points):
    assert check.function(function, count=3, cases=INTERVALS, points=2) == points


def test_a_function_that_gives_too_few_numbers_is_told_how_many(capsys):
    check.function(interval, example={"values": [1, 2]}, count=3)
    with pytest.raises(check.FormError, match="3 numbers"):
        check.function(lambda values: 2, example={"values": [1, 2]}, count=3)


@every(
    ("received", "warned"),
    [(0.33, True), ("33 %", True), (33, True), (0.325, False), ("32.5%", False), (32.5, False)],
)
def test_decimals_of_a_per_cent_are_counted_as_they_are_read(received, warned, capsys):
    check.number(received, unit="per_cent", decimals=1)
    assert ("at least 1 decimals" in capsys.readouterr().out) is warned


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_of_one_is_not_called_a_whole_number(language, capsys):
    use_language(language)
    whole, part = {"en": ("a whole number", "not a whole one"), "zh": ("一个整数", "不是整数")}[language]
    for received, is_whole in ((13.5, False), (13, True), (13.0, True), ("never", True)):
        check.number(received, unit="count")
        said = capsys.readouterr().out
        assert (whole in said, part in said) == (is_whole, not is_whole)
    check.numbers([3, 7.5, None, "never"], count=4, unit="count")
    said = capsys.readouterr().out
    assert whole not in said and part in said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_of_a_form_check_is_cut_off_by_validate(language):
    from nbgrader.validator import Validator

    use_language(language)
    long = (message("check.call_open", call="cost_per_piece=0.5, response_rate=0.01, rental_per_name=0.2") + " ") * 3
    shown = Validator()._indent(in_lines(long))
    assert "..." not in shown and len(shown.splitlines()) > 3


def test_a_practice_cell_with_its_arguments_exchanged_says_which_comes_first():
    for language, word in (("en", "item first"), ("zh", "先写题号")):
        use_language(language)
        with pytest.raises(TypeError, match=word):
            check.practice(50, "9.1a")
