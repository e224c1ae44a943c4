"""Plain data comes through unchanged; everything else is refused, and a hostile message cannot hurt the reader."""

import array
import ast
import collections
import datetime as dt
import enum
import json
import math
import random
import re
import subprocess
import sys
import types
import warnings
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy
import pandas
import pytest

from crmlib.grading.wire.codec import TAG, Limits, NotPlain, decode, encode
from tests.support.catalogue import every, try_each


def through(value, **hooks):
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)), **hooks)


def same(left, right) -> bool:
    """Equal, of one type, with nan equal to nan and 0.0 unlike -0.0, all the way down."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return repr(left) == repr(right)
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return same(list(left.items()), list(right.items()))
    if isinstance(left, numpy.ndarray):
        if left.dtype != right.dtype or left.shape != right.shape:
            return False
        return same(left.tolist(), right.tolist())
    if isinstance(left, pandas.DataFrame):
        pandas.testing.assert_frame_equal(left, right)
        return True
    if isinstance(left, pandas.Series):
        pandas.testing.assert_series_equal(left, right)
        return True
    if isinstance(left, pandas.Index):
        pandas.testing.assert_index_equal(left, right, exact=True)
        return getattr(left, "freq", None) == getattr(right, "freq", None)
    if isinstance(left, (set, frozenset)):
        return left == right
    return repr(left) == repr(right)


BERLIN, FIXED = ZoneInfo("Europe/Berlin"), dt.timezone(dt.timedelta(hours=5, minutes=30))
PLAIN = [
    None, True, 0, -1, 2**53, -(2**80), 0.1, -0.0, math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308,
    complex(-0.0, math.inf), "", "顾客 🙂", "\ud800", "a\0b", b"\x00\xff", bytearray(b"x"), [], (), {}, set(), frozenset(),
    [1, [2, (3, {"a": None})]], {1: "a", (1, 2): "b", None: "c", 1.5: "d"}, {frozenset({1, 2}), "x"}, {TAG: "tuple", "v": [1]},
    range(1, 10, 3), slice(None, 3), ..., Decimal("1.10"), Decimal("NaN"), Decimal("-0"), Fraction(1, 3),
    dt.date(2024, 2, 29), dt.timedelta(-1, 3, 5), dt.time(23, 59, tzinfo=FIXED), dt.datetime(2024, 1, 1, 12),
    dt.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=BERLIN), dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
    numpy.float64(0.1), numpy.float32(-0.0), numpy.int8(-5), numpy.uint64(2**64 - 1), numpy.bool_(True), numpy.str_("ab"),
    numpy.datetime64("2024-01-01"), numpy.timedelta64(5, "s"), numpy.complex64(1 + 2j), numpy.longdouble("0.1"),
    numpy.str_(""), numpy.bytes_(b"ab"), numpy.datetime64("NaT", "ns"),
    numpy.arange(6).reshape(2, 3), numpy.array(3.5), numpy.zeros((0, 4)), numpy.array(["a", "长"]), numpy.array([b"a"]),
    numpy.array([1, "a", None, [2, 3], (4,)], dtype=object), numpy.array([[True], [False]]), numpy.arange(4, dtype=">i4"),
    numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3)), numpy.arange(10)[::-2], numpy.array(["2024"], "M8[D]"),
    pandas.NaT, pandas.NA, pandas.Timestamp("2024-03-31 03:00", tz="Europe/Berlin"), pandas.Timestamp(5, unit="ns"),
    pandas.Timedelta("1 day 3ns"), pandas.Period("2024Q1", "Q"), pandas.Interval(0, 1.5, closed="both"),
]  # fmt: skip
INDEXES = [
    pandas.RangeIndex(2, 8, 2, name="r"), pandas.Index([1.5, math.nan]), pandas.Index(["a", None, 3], dtype=object),
    pandas.Index([]), pandas.Index([], dtype="int64"), pandas.Index(["x", "y"], name=("a", 1)), pandas.Index([True, False]),
    pandas.Index([(1, 2), (3, 4)], tupleize_cols=False), pandas.MultiIndex.from_tuples([("a", 1), ("b", 2), ("a", 1)]),
    pandas.MultiIndex.from_arrays([["a", None], [1, 2]], names=["x", None]), pandas.MultiIndex.from_product([[], []]),
    pandas.date_range("2024-01-01", periods=4, freq="ME"), pandas.date_range("2024-03-30", periods=3, tz="Europe/Berlin"),
    pandas.DatetimeIndex(["2024-01-01", None]), pandas.timedelta_range("1h", periods=3), pandas.CategoricalIndex(["b", "a"]),
    pandas.period_range("2024-01", periods=3, freq="M"), pandas.interval_range(0, 3), pandas.Index([1, None], dtype="Int64"),
]  # fmt: skip
SERIES = [
    pandas.Series([1, 2], name="n"), pandas.Series([1.0, math.nan]), pandas.Series(["a", None, "长"]), pandas.Series([], dtype=float),
    pandas.Series([1, "a", None, [1], {"b": 2}], dtype=object), pandas.Series([1, None], dtype="Int64"),
    pandas.Series([1.5, None], dtype="Float64"), pandas.Series([True, None], dtype="boolean"), pandas.Series(["a", None], dtype="string"),
    pandas.Series(["lo", "hi", None], dtype=pandas.CategoricalDtype(["lo", "hi"], ordered=True)),
    pandas.Series(pandas.to_datetime(["2024-01-01", None])), pandas.Series(pandas.to_datetime(["2024-01-01"]).tz_localize("Asia/Shanghai")),
    pandas.Series(pandas.to_timedelta([1, 2], "D")), pandas.Series(pandas.period_range("2024", periods=2, freq="Y")),
    pandas.Series(pandas.interval_range(0, 2)), pandas.Series([1, 2], index=["a", "a"]), pandas.Series([1, 2], dtype="uint8"),
    pandas.Series(range(3), index=pandas.date_range("2024", periods=3, freq="h")), pandas.Series([1 + 2j]),
]  # fmt: skip
FRAMES = [
    pandas.DataFrame(), pandas.DataFrame(index=[1, 2]), pandas.DataFrame(columns=["a", "b"]), pandas.DataFrame({"a": [1]}, index=["x"]),
    pandas.DataFrame([[1, 2.5, "x"]], columns=["a", "a", "b"]), pandas.DataFrame({("a", 1): [1], ("b", 2): [2]}),
    pandas.DataFrame({"d": pandas.to_datetime(["2024-01-01"]), "c": pandas.Categorical(["x"]), "s": ["t"], "n": pandas.array([None], "Int64")}),
    pandas.DataFrame({"a": [1, 2, 3]}, index=[0, 0, 1]), pandas.DataFrame({1: [1], "1": [2], None: [3]}),
    pandas.DataFrame({"k": list("aab"), "v": [1, 2, 3]}).groupby("k").agg({"v": ["sum", "mean"]}),
]  # fmt: skip


def test_plain_data_comes_through_unchanged():
    def unchanged(value):
        assert same(value, through(value))

    try_each(PLAIN + INDEXES + SERIES + FRAMES, unchanged, shown=lambda value: f"{type(value).__name__} {str(value)[:20]!a}")


def random_value(draw: random.Random, depth: int = 0):
    leaves = PLAIN + INDEXES + SERIES + FRAMES
    kind = draw.randrange(10) if depth < 5 else 0
    if kind < 5:
        return draw.choice(leaves)
    if kind == 5:
        return draw.choice([draw.gauss(0, 10**6), draw.getrandbits(200) - 2**199, "".join(map(chr, draw.choices(range(1, 900), k=9)))])
    parts = [random_value(draw, depth + 1) for _ in range(draw.randrange(5))]
    return {6: parts, 7: tuple(parts), 8: dict(zip("abcde", parts, strict=False)), 9: dict(enumerate(parts))}[kind]


def test_random_nests_of_plain_data_come_through_unchanged():
    draw = random.Random(8)
    for _ in range(300):
        value = random_value(draw)
        assert same(value, through(value))


def test_random_tables_come_through_unchanged():
    draw = random.Random(9)
    for _ in range(60):
        rows = draw.randrange(5)
        columns = [draw.choice(SERIES) for _ in range(draw.randrange(5))]
        places = [[draw.randrange(len(column)) for _ in range(rows)] if len(column) else None for column in columns]
        parts = [column.take(taken).reset_index(drop=True) for column, taken in zip(columns, places, strict=True) if taken is not None]
        frame = pandas.concat(parts, axis=1) if parts else pandas.DataFrame()
        frame.columns = draw.choices(["a", "b", "长", 1], k=frame.shape[1])
        assert same(frame, through(frame))


def test_an_array_that_came_through_may_be_changed():
    array = through(numpy.arange(3))
    array[0] = 9
    assert array.tolist() == [9, 1, 2]


def refuse(*arguments):
    raise AssertionError("a method of a subclass ran")


def trap(base):
    names = "__eq__ __hash__ __len__ __iter__ __getitem__ __str__ __repr__ __int__ __float__ __index__ __add__ __bool__ __format__"
    extra = "items keys values __contains__ __reduce__ __reduce_ex__ __class_getitem__ __getattribute__ __complex__ __bytes__"
    return type("Trap", (base,), {name: refuse for name in f"{names} {extra}".split() if name != "__hash__"} | {"__hash__": base.__hash__})


@every("value", [7, 2.5, "text", b"raw", [1, 2], (1, 2), {"a": 1}, {1, 2}, frozenset({1})])
def test_a_subclass_becomes_its_plain_base_and_none_of_its_methods_runs(value):
    assert same(value, through(trap(type(value))(value)))


def test_relatives_of_the_plain_types_become_plain():
    level = enum.IntEnum("Level", "LOW HIGH").HIGH
    assert same([2, Decimal("1.1"), Fraction(1, 2)], through([level, type("D", (Decimal,), {})("1.1"), type("F", (Fraction,), {})(1, 2)]))
    assert same([dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, 3, fold=1)], through([type("D", (dt.date,), {})(2026, 1, 2), type("T", (dt.datetime,), {})(2026, 1, 2, 3, fold=1)]))
    assert same([{"a": 1}, ["b"], "c"], through([collections.UserDict(a=1), collections.UserList("b"), collections.UserString("c")]))
    assert same([{"a": 1}, [1, 2], [97]], through([types.MappingProxyType({"a": 1}), type("L", (list,), {})([1, 2]), memoryview(b"a")]))
    assert same([{"k": 5}, [7, 8], {1}], through([OwnMapping(), OwnSequence(), OwnSet()]))
    own = type("Own", (pandas.DataFrame,), {})({"a": [1]}), type("Own", (pandas.Series,), {})([1])
    assert same([pandas.DataFrame({"a": [1]}), pandas.Series([1])], through(list(own)))
    assert same(pandas.Series([0, 1]), through(pandas.Series([0, 1]).astype("Sparse[int]")))
    with warnings.catch_warnings(action="ignore"):  # numpy would rather not see matrices any more
        assert same(numpy.array([[1, 2]]), through(numpy.matrix([[1, 2]])))


class OwnMapping(collections.abc.Mapping):
    def __getitem__(self, name):
        return 5

    def __iter__(self):
        return iter("k")

    def __len__(self):
        return 1


class OwnSequence(collections.abc.Sequence):
    def __getitem__(self, place):
        return (7, 8)[place]

    def __len__(self):
        return 2


class OwnSet(collections.abc.Set):
    def __contains__(self, item):
        return item == 1

    def __iter__(self):
        return iter([1])

    def __len__(self):
        return 1


def test_named_containers_stay_what_they_are():
    point = through(collections.namedtuple("Point", "x y")(1, 2))
    assert point == (1, 2) and point.x == 1 and point._replace(y=5).y == 5 and type(point).__name__ == "Point"
    ordered = collections.OrderedDict(a=1, b=2)
    ordered.move_to_end("a")
    default, counted = through(collections.defaultdict(list, {"k": [1]})), through(collections.Counter("aab"))
    assert same(ordered, through(ordered)) and counted["z"] == 0 and counted.most_common(1) == [("a", 2)]
    assert default["k"] == [1] and default["new"] == [] and through(collections.defaultdict(None, a=1)) == {"a": 1}
    assert same(collections.deque([1, 2], 2), through(collections.deque([1, 2], 2)))
    assert through(collections.ChainMap({"a": 1}, {"a": 2, "b": 3})).maps == [{"a": 1}, {"a": 2, "b": 3}]
    keys, values, items = through([{"a": 1}.keys(), {"a": 1}.values(), {"a": [1]}.items()])
    assert keys == {"a"} and list(values) == [1] and list(items) == [("a", [1])]
    assert same(array.array("d", [1.5]), through(array.array("d", [1.5]))) and through(types.SimpleNamespace(a=1)).a == 1


def test_arrays_with_fields_and_masks_keep_them():
    rows = numpy.array([(1, "a"), (2, "b")], dtype=[("n", int), ("t", "U3")])
    nested = numpy.zeros(2, dtype=[("p", [("x", float), ("y", "i2")]), ("o", object)])
    for value in (rows, nested, rows[:0]):
        assert through(value).dtype == value.dtype and through(value).tolist() == value.tolist()
    assert through(rows[0]) == rows[0] and through(rows[0])["t"] == "a"
    records = through(rows.view(numpy.recarray))
    assert records.n.sum() == 3 and isinstance(records, numpy.recarray)
    masked = through(numpy.ma.array([1.0, 2.0], mask=[True, False]))
    assert masked.tolist() == [None, 2.0] and masked.mean() == 2 and through([numpy.ma.masked]) == [numpy.ma.masked]
    own = type("Own", (numpy.ndarray,), {})
    assert same(numpy.arange(3), through(numpy.arange(3).view(own)))
    if hasattr(numpy.dtypes, "StringDType"):
        assert through(numpy.array(["a", "long"], dtype=numpy.dtypes.StringDType())).tolist() == ["a", "long"]


def test_a_value_met_twice_is_no_cycle_but_one_inside_itself_is():
    shared = [1]
    assert through([shared, {"a": shared}]) == [[1], {"a": [1]}]
    loop = []
    loop.append((loop,))
    mirror = {}
    mirror["self"] = mirror
    array = numpy.empty(1, dtype=object)
    array[0] = array
    series = pandas.Series([None], dtype=object)
    series.array[0] = [series]
    own = type("Own", (list,), {})()
    own.append(own)
    for value in (loop, mirror, array, series, own):
        with pytest.raises(NotPlain) as refused:
            encode(value)
        assert refused.value.reason in ("cycle", "depth")


class Liar:
    """Says it is a number, equals everything, and has the attributes of a table."""

    __class__ = property(lambda self: int)
    dtype = index = columns = array = None

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1


LIVE = [
    Liar(), object(), type("Money", (), {}), iter([1]), (number for number in [1]), sys, open, len, lambda: 1, enum.Enum("Kind", "A").A,
    [Liar()], {"deep": ({1: Liar()},)}, pandas.Series([Liar()]), dt.datetime(2024, 1, 1, tzinfo=type("Z", (dt.tzinfo,), {})()),
    pandas.DataFrame({"a": [1]}).groupby("a"), re.compile("a"), ValueError("x"), pandas.offsets.Day(),
]  # fmt: skip


@every("value", LIVE, ids=lambda value: type(value).__name__)
def test_whatever_could_carry_behaviour_is_refused_with_its_kind(value):
    with pytest.raises(NotPlain) as refused:
        encode(value)
    assert refused.value.reason in ("type", "class", "function") and refused.value.detail and str(refused.value)


def test_a_function_becomes_a_reference_and_its_stand_in():
    known = []

    def remember(function):
        known.append(function)
        return len(known) - 1

    data = json.loads(json.dumps(encode({"f": refuse, "g": [math.sqrt]}, on_function=remember)))
    assert known == [refuse, math.sqrt]
    assert decode(data, on_function=lambda number, name: (number, name)) == {"f": (0, "refuse"), "g": [(1, "sqrt")]}
    with pytest.raises(NotPlain):
        decode(data)


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def bomb():
    value = ["x" * 1000]
    for _ in range(40):
        value = [value, value]
    return value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (nested(200), "depth"), (nested(100_000), "depth"), (bomb(), "size"), ([0] * 500_000, "size"), ("x" * 13_000_000, "size"),
        (1 << 100_000, "integer"), (numpy.zeros(10_000_000), "size"), (numpy.broadcast_to(1.0, (10**6, 10**6)), "size"),
        (numpy.broadcast_to(numpy.array(None, dtype=object), (10**5, 10**6)), "size"), (b"x" * 13_000_000, "size"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 10 else "value",
)  # fmt: skip
def test_too_much_is_refused_before_it_is_copied(value, reason):
    with pytest.raises(NotPlain) as refused:
        encode(value)
    assert refused.value.reason == reason


FORGED = [
    {}, {TAG: None}, {TAG: []}, {TAG: "os.system", "v": "true"}, {TAG: "pandas.eval", "v": "1"}, {TAG: "numpy.load"}, {TAG: "tuple"},
    {TAG: "tuple", "v": "abc"}, {TAG: "dict", "v": [1]}, {TAG: "dict", "v": [[], 1]}, {TAG: "set", "v": [[]]}, {TAG: "int", "v": "9" * 10**6},
    {TAG: "int", "v": 5}, {TAG: "float", "v": "1e5"}, {TAG: "bytes", "v": "*"}, {TAG: "complex", "v": [1, 2]}, {TAG: "range", "v": [0, 1, 0]},
    {TAG: "fraction", "v": [1, 0]}, {TAG: "date", "v": [2024, 13, 1]}, {TAG: "datetime", "v": [1] * 7, "fold": 0, "zone": "../../etc/passwd"},
    {TAG: "datetime", "v": [1] * 7, "fold": 0, "zone": "No/Such"}, {TAG: "datetime", "v": [1] * 7, "fold": 0, "zone": 10**18},
    {TAG: "namedtuple", "name": "P", "fields": ["x; import os"], "v": [1]}, {TAG: "namedtuple", "name": "P", "fields": ["_make"], "v": [1]},
    {TAG: "namedtuple", "name": "P", "fields": ["x"], "v": [1, 2]}, {TAG: "namedtuple", "name": "P", "fields": ["x", "x"], "v": [1, 2]},
    {TAG: "defaultdict", "factory": "eval", "v": []}, {TAG: "defaultdict", "factory": {TAG: "tuple", "v": []}, "v": []}, {TAG: "counter", "v": [1]},
    {TAG: "deque", "v": [], "most": -1}, {TAG: "chain", "v": [[1]]}, {TAG: "array", "code": "u", "v": "AAAA"}, {TAG: "array", "code": "d", "v": "AAAA"},
    {TAG: "namespace", "v": ["__class__", 1]}, {TAG: "numpy.fields", "shape": [10**9], "names": ["a"], "v": [1]},
    {TAG: "numpy.fields", "shape": [1], "names": ["a"], "v": [encode(numpy.arange(2))]}, {TAG: "numpy.masked", "data": encode(numpy.arange(2)), "mask": encode(numpy.arange(2))},
    {TAG: "iterator", "id": 1}, {TAG: "yours", "id": 1}, {TAG: "builtin", "name": "eval"}, {TAG: "error", "line": ["ValueError"]}, {TAG: "opaque", "reason": "type", "detail": ""},
    {TAG: "decimal", "v": "__import__"}, {TAG: "function", "id": 1, "name": "f"}, {TAG: "function", "id": "1", "name": []},
    {TAG: "numpy.array", "type": "|O", "shape": [1], "v": "AAAAAAAAAAA="}, {TAG: "numpy.array", "type": "<f8", "shape": [10**9], "v": ""},
    {TAG: "numpy.array", "type": "<f8", "shape": [10**9, 0, 10**9], "v": ""}, {TAG: "numpy.array", "type": "<f8", "shape": [-1], "v": ""},
    {TAG: "numpy.array", "type": "<U0", "shape": [10**7, 10**7], "v": ""}, {TAG: "numpy.array", "type": "<f8", "shape": [1] * 99, "v": "AAAAAAAAAAA="},
    {TAG: "numpy.array", "type": "<f8,<f8", "shape": [1], "v": "AAAAAAAAAAA="}, {TAG: "numpy.scalar", "type": "<f8", "v": ""},
    {TAG: "numpy.scalar", "type": "<U9999999", "v": ""}, {TAG: "numpy.objects", "shape": [3], "v": [1]}, {TAG: "numpy.array", "type": "M8[9999999999s]"},
    {TAG: "pandas.RangeIndex", "v": [0, 10**15, 1], "name": None}, {TAG: "pandas.Index", "data": {"kind": "masked"}, "name": None},
    {TAG: "pandas.Index", "data": None}, {TAG: "pandas.Period", "v": 1, "freq": "x" * 100}, {TAG: "pandas.Interval", "v": [1], "closed": "left"},
    {TAG: "pandas.Series", "v": [[1], None], "data": {"kind": "numpy", "v": encode(numpy.arange(1))}},
    {TAG: "pandas.DataFrame", "v": [encode(pandas.RangeIndex(2)), encode(pandas.Index(["a"]))], "data": [{"kind": "numpy", "v": encode(numpy.arange(3))}]},
    {TAG: "pandas.MultiIndex", "levels": [encode(pandas.Index(["a"]))], "codes": [encode(numpy.array([7]))], "names": [None]}, 10**30, object(), (1,),
]  # fmt: skip


def test_a_forged_message_is_refused_and_never_believed():
    def refused(data):
        with pytest.raises(NotPlain):
            decode(data)

    try_each(FORGED, refused, shown=lambda data: str(data)[:50])


def test_a_message_changed_at_random_gives_plain_data_or_a_refusal():
    draw = random.Random(10)
    messages = [encode(value) for value in PLAIN + INDEXES + SERIES + FRAMES]
    for _ in range(1500):
        text = json.dumps(draw.choice(messages))
        place = draw.randrange(len(text))
        changed = text[:place] + draw.choice(['"', "0", "9", "[", "null", "-", "a", "1e9"]) + text[place + draw.randrange(3) :]
        try:
            data = json.loads(changed)
        except ValueError:
            continue
        try:
            decode(data)
        except NotPlain:
            pass


def test_numbers_need_neither_numpy_nor_pandas():
    code = "import sys; from crmlib.grading.wire.codec import *; decode(encode([1, {'a': 2.5}])); print({'numpy', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


def test_encoding_survives_a_submission_that_replaces_builtins():
    code = (
        "import builtins; from crmlib.grading.wire.codec import encode\n"
        "for name in ('len', 'isinstance', 'issubclass', 'type', 'id', 'int', 'dict', 'zip'): setattr(builtins, name, None)\n"
        "print(encode([1, (2,), {'a': 2.5}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert decode(ast.literal_eval(done.stdout)) == [1, (2,), {"a": 2.5}]


def test_smaller_limits_hold():
    with pytest.raises(NotPlain):
        encode([[1]], Limits(depth=1))
    with pytest.raises(NotPlain):
        decode(encode([1, 2, 3]), Limits(nodes=3))
