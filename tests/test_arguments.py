"""Unusable arguments are refused with a sentence that helps; usable ones come back as plain Python numbers."""

import array
import math
from decimal import Decimal
from fractions import Fraction

import numpy
import pandas
import pytest

from crmlib import arguments
from crmlib.language import LANGUAGES, use_language
from tests.support.catalogue import every, try_each

SINGLE = {
    "number": arguments.number,
    "rate": arguments.rate,
    "not_negative": arguments.not_negative,
    "positive": arguments.positive,
    "discount_rate": arguments.discount_rate,
    "whole": arguments.whole,
}


class Broken:
    def __repr__(self):
        raise RuntimeError("no")


ONES = [
    1, 1.0, Decimal(1), Decimal("1.000"), Fraction(2, 2), numpy.array(1), numpy.array(1.0), numpy.longdouble(1),
    *(numpy.array(1).astype(name)[()] for name in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64")),
    pandas.Series([1])[0], numpy.array([1, 2])[0],
]  # fmt: skip


@every("name", SINGLE)
def test_one_is_understood_in_every_type_that_is_a_number(name):
    def understood(value):
        result = SINGLE[name]("amount", value)
        assert result == 1 and type(result) is (int if name == "whole" else float)

    try_each(ONES, understood, shown=lambda value: f"{type(value).__name__} {value}")


NO_NUMBERS = [
    None, "1", "4 %", "", True, False, numpy.True_, numpy.array(True), b"1", [1], (1,), {1}, {"a": 1}, range(1), 1j, 1 + 0j,
    numpy.complex64(1 + 2j), numpy.complex128(1), numpy.array(1 + 0j), numpy.array([1]), numpy.array([1, 2]), numpy.str_("1"),
    numpy.array("1"), numpy.datetime64("2024-01-01"), numpy.timedelta64(1, "D"), pandas.Series([1]), pandas.DataFrame({"a": [1]}),
    pandas.NA, pandas.NaT, pandas.Timestamp("2024-01-01"), pandas.Timedelta("1D"), object(), Broken(), math, float, lambda: 1, ...,
]  # fmt: skip


@pytest.mark.filterwarnings("error")
@every("name", SINGLE)
def test_what_is_no_number_is_refused_and_not_converted(name):
    def refused(value):
        with pytest.raises(TypeError, match="amount must be a number, but received .*amount="):
            SINGLE[name]("amount", value)

    try_each(NO_NUMBERS, refused)


NOT_FINITE = [math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), numpy.float32("nan"), numpy.array(math.inf),
              numpy.longdouble("nan"), 10**400, -(10**5000), Decimal("1E+999999"), Fraction(10**400, 3)]  # fmt: skip


@every("name", SINGLE)
def test_what_is_not_finite_is_refused(name):
    def refused(value):
        with pytest.raises(ValueError, match="amount must be a finite number, but received .*missing") as caught:
            SINGLE[name]("amount", value)
        assert len(str(caught.value)) < 300

    try_each(NOT_FINITE, refused)


REFUSED = [
    (lambda: arguments.rate("share", 80), "between 0 and 1.*80.*If you mean 80 %, write 0.8"),
    (lambda: arguments.rate("share", 1.5), "If you mean 1.5 %, write 0.015"),
    (lambda: arguments.rate("share", -0.1), "between 0 and 1, but received -0.1"),
    (lambda: arguments.rate("share", 0, zero=False), "share is 0 here"),
    (lambda: arguments.rate("share", 1, one=False), "share is 1 here"),
    (lambda: arguments.not_negative("cost", -0.01), "cost must not be negative, but received -0.01.*cost=0.5"),
    (lambda: arguments.positive("size", 0), "size must be greater than 0, but received 0"),
    (lambda: arguments.positive("size", -3), "size must be greater than 0"),
    (lambda: arguments.discount_rate("discount_rate", -1), "greater than -1 and at most 1"),
    (lambda: arguments.discount_rate("discount_rate", 10), "If you mean 10 %, write 0.1"),
    (lambda: arguments.whole("periods", 2.5), "whole number of at least 0, but received 2.5"),
    (lambda: arguments.whole("periods", -1), "at least 0, but received -1"),
    (lambda: arguments.whole("periods", 0, minimum=1), "at least 1, but received 0"),
    (lambda: arguments.one_of("timing", "later", ("now", "end")), 'timing must be one of "now", "end", but received \'later\''),
    (lambda: arguments.one_of("timing", None, ("now", "end")), "timing must be one of"),
    (lambda: arguments.numbers("profits", []), r"profits is empty.*profits=\[30, 42, 44\]"),
    (lambda: arguments.numbers("profits", [1, math.nan]), r"profits\[1\] must be a finite number"),
    (lambda: arguments.table("visits", pandas.DataFrame({"day": [1]}), ["day", "guest"]), "visits lacks the columns guest; received the columns day"),
    (lambda: arguments.table("visits", pandas.DataFrame({"day": []}), ["day"]), "visits has no rows"),
]


@every(("call", "words"), REFUSED, ids=[words[:30] for _, words in REFUSED])
def test_a_refusal_says_what_was_received_and_what_is_allowed_and_speaks_chinese_where_chinese_is_in_use(call, words):
    with pytest.raises(ValueError, match=words) as english:
        call()
    use_language("zh")
    with pytest.raises(ValueError) as chinese:
        call()
    assert any("\u4e00" <= character <= "\u9fff" for character in str(chinese.value)) and str(english.value) != str(chinese.value)


def test_only_a_number_that_can_be_a_percentage_gets_the_hint():
    for value in (-0.5, 101, 1000):
        with pytest.raises(ValueError) as caught:
            arguments.rate("share", value)
        assert "If you mean" not in str(caught.value)


def test_the_ends_of_a_rate_are_allowed_unless_left_out():
    assert arguments.rate("share", 0) == 0.0 and arguments.rate("share", 1) == 1.0
    assert arguments.discount_rate("discount_rate", 1) == 1.0 and arguments.discount_rate("discount_rate", -0.99) == -0.99


LISTS = [[30, 42], (30, 42), numpy.array([30, 42]), pandas.Series([30, 42], index=[7, 8]), pandas.Index([30, 42]), array.array("i", [30, 42]),
         [Decimal(30), Fraction(42)], (number for number in (30, 42)), map(int, ("30", "42")), range(30, 43, 12)]  # fmt: skip


def test_a_list_of_numbers_is_understood_in_every_container_that_keeps_the_order():
    def understood(values):
        result = arguments.numbers("profits", values)
        assert result == [30.0, 42.0] and {type(value) for value in result} == {float}

    try_each(LISTS, understood)


NO_LISTS = [
    "30, 42", b"30", bytearray(b"3"), {2020: 30, 2021: 42}, {30, 42}, frozenset({30}), pandas.DataFrame({2020: [30]}), {2020: 30}.keys(), 30, None, numpy.array(30),
]  # fmt: skip


def test_no_list_is_made_of_keys_headings_bytes_or_sets():
    def refused(values):
        with pytest.raises(TypeError, match=r"profits must be a list of numbers, but received .*profits=\[30, 42, 44\]"):
            arguments.numbers("profits", values)

    try_each(NO_LISTS, refused)


def test_every_entry_of_a_list_must_be_a_number():
    def refused(values):
        with pytest.raises(TypeError, match=r"profits\[0\] must be a number"):
            arguments.numbers("profits", values)

    try_each([["30"], [[30]], [None], [True], numpy.array([[1, 2]])], refused)


def test_only_a_pandas_table_is_a_table():
    def refused(value):
        with pytest.raises(TypeError, match="visits must be a pandas table .* columns day, guest, but received"):
            arguments.table("visits", value, ["day", "guest"])

    try_each([None, "visits", [1], {"day": [1]}, pandas.Series([1]), numpy.zeros((2, 2))], refused)


def test_a_table_with_more_columns_than_needed_is_fine():
    assert arguments.table("visits", pandas.DataFrame({"day": [1], "guest": [2], 3: [4]}), ["day"]) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_stays_one_bearable_sentence_whatever_was_received(language):
    use_language(language)
    for value in ("x" * 10**6, list(range(10**5)), Broken(), "{0}{name}"):
        with pytest.raises(TypeError) as caught:
            arguments.number("amount", value)
        assert len(str(caught.value)) < 300


# --- Columns, lists of one length, parts and wholes, yes and no --------------------------------------------------------


def test_a_refused_cell_is_named_with_its_column_and_row():
    table = pandas.DataFrame({"pieces": [100, -1]}, index=["spring", "autumn"])
    with pytest.raises(ValueError, match=r"pieces\[autumn\].*-1"):
        arguments.column(table, "pieces", arguments.whole)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_of_different_lengths_are_refused_with_their_lengths(language):
    use_language(language)
    arguments.equally_long({"shares": [0.5, 0.5], "rates": [0.8, 0.9]})
    with pytest.raises(ValueError, match="shares.*2.*rates.*1.*shares="):
        arguments.equally_long({"shares": [0.5, 0.5], "rates": [0.8]})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_above_its_whole_is_refused(language):
    use_language(language)
    arguments.part_of("responses", 4, "pieces", 4)
    with pytest.raises(ValueError, match="responses=5.*pieces=4"):
        arguments.part_of("responses", 5, "pieces", 4)
