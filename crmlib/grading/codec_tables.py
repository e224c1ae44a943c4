"""The numpy and pandas half of the codec: arrays, Series, DataFrame and every kind of Index, as plain data.

Buffers travel as base64 of their bytes and are measured before anything is allocated; the type of an array must
be a number, a truth value, a text or a date. Neither library is imported before a value needs it.
"""

from __future__ import annotations

import builtins as _builtins

__builtins__ = dict(vars(_builtins))  # as in codec.py, and for the same reason

import math  # noqa: E402
import re  # noqa: E402

from crmlib.grading.codec import TAG, NotPlain, _write_zone, name_of  # noqa: E402

_PLAIN_TYPE = re.compile(r"[<>|=]?([biufc]\d{1,2}|[SU]\d{1,7}|[mM]8(\[\d{0,6}[A-Za-zμ]{1,2}\])?)")
_MASKED = {f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)} | {"Float32", "Float64", "boolean"}
_FREQUENCY = re.compile(r"[-0-9A-Za-z.]{1,32}")


def encode(encoder, value, kind, numpy, pandas):
    """The value in tagged form, or None where it belongs to neither library."""
    if numpy is not None:
        if issubclass(kind, numpy.generic):
            return _scalar(encoder, value, numpy)
        if issubclass(kind, numpy.ndarray):
            if kind not in (numpy.ndarray, numpy.matrix, numpy.memmap):
                raise NotPlain("type", name_of(kind))  # a masked array would lose its mask
            return _array(encoder, numpy.ndarray.view(value, numpy.ndarray))
    if pandas is None or not hasattr(pandas, "DataFrame"):  # half imported when its import failed
        return None
    if value is pandas.NaT:
        return {TAG: "pandas.NaT"}
    if value is pandas.NA:
        return {TAG: "pandas.NA"}
    if kind is pandas.DataFrame:
        return _frame(encoder, value)
    if kind is pandas.Series:
        parts = [value.index, value.name]
        return {TAG: "pandas.Series", "v": encoder.inside(value, parts), "data": _values(encoder, value.array)}
    if issubclass(kind, pandas.Index):
        return _index(encoder, value, numpy, pandas)
    if kind is pandas.Timestamp:
        zone = _write_zone(value.tzinfo)
        return {TAG: "pandas.Timestamp", "v": encoder.encode(value.asm8), "zone": zone}
    if kind is pandas.Timedelta:
        return {TAG: "pandas.Timedelta", "v": encoder.encode(value.asm8)}
    if kind is pandas.Period:
        return {TAG: "pandas.Period", "v": value.ordinal, "freq": value.freqstr}
    if kind is pandas.Interval:
        return {TAG: "pandas.Interval", "v": encoder.inside(value, [value.left, value.right]), "closed": value.closed}
    if issubclass(kind, pandas.api.extensions.ExtensionArray):
        return {TAG: "pandas.array", "data": _values(encoder, value)}
    return None


def _scalar(encoder, value, numpy):
    dtype = numpy.generic.dtype.__get__(value)  # the base's own: a subclass made in the notebook has no say
    _require_plain_type(dtype.str, dtype)
    return {TAG: "numpy.scalar", "type": dtype.str, "v": encoder.raw(numpy.generic.tobytes(value)[: dtype.itemsize])}


def _require_plain_type(name, dtype):
    if not _PLAIN_TYPE.fullmatch(name) or dtype.names:
        raise NotPlain("type", f"numpy {dtype}"[:100])


def _array(encoder, value):
    # Measured first: a view that repeats one number a billion times takes no memory until it is copied.
    if value.ndim > encoder.limits.dimensions or value.nbytes > encoder.limits.bytes:
        raise NotPlain("size")
    if value.dtype.kind == "O":
        return {TAG: "numpy.objects", "shape": list(value.shape), "v": encoder.inside(value, value.ravel().tolist())}
    _require_plain_type(value.dtype.str, value.dtype)
    return {TAG: "numpy.array", "type": value.dtype.str, "shape": list(value.shape), "v": encoder.raw(value.tobytes())}


def _values(encoder, array):
    """One column of a table: a numpy array or one of pandas' own kinds."""
    import numpy
    import pandas

    encoder.spend(1, 0)
    dtype = array.dtype
    name = str(dtype)
    if name in _MASKED:
        missing = numpy.asarray(array.isna(), dtype=bool)
        data = array.to_numpy(dtype=dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0))
        return {"kind": "masked", "name": name, "v": _array(encoder, data), "missing": _array(encoder, missing)}
    if isinstance(dtype, pandas.StringDtype):
        texts = [None if missing else text for text, missing in zip(array.tolist(), array.isna(), strict=True)]
        storage, nan = dtype.storage, getattr(dtype, "na_value", pandas.NA) is not pandas.NA
        return {"kind": "text", "storage": storage, "nan": nan, "v": encoder.inside(texts, texts)}
    if isinstance(dtype, pandas.CategoricalDtype):
        codes = _array(encoder, numpy.asarray(array.codes))
        categories = encoder.inside(array, [array.categories])[0]
        return {"kind": "category", "v": codes, "categories": categories, "ordered": bool(dtype.ordered)}
    if isinstance(dtype, pandas.DatetimeTZDtype):
        instants = array.tz_convert("UTC").tz_localize(None).to_numpy()
        return {"kind": "zoned", "v": _array(encoder, numpy.asarray(instants)), "zone": _write_zone(dtype.tz)}
    if isinstance(dtype, pandas.PeriodDtype):
        return {"kind": "period", "v": _array(encoder, numpy.asarray(array.asi8)), "freq": _period_code(array)}
    if isinstance(dtype, pandas.IntervalDtype):
        ends = encoder.inside(array, [array.left, array.right])
        return {"kind": "interval", "v": ends, "closed": dtype.closed}
    if isinstance(dtype, numpy.dtype) or isinstance(array, pandas.arrays.NumpyExtensionArray):
        return {"kind": "numpy", "v": _array(encoder, numpy.asarray(array.to_numpy()))}
    raise NotPlain("type", f"pandas {name}"[:100])


def _period_code(array):
    return array.freqstr if hasattr(array, "freqstr") else array.dtype.freq.freqstr


def _index(encoder, value, numpy, pandas):
    kind = type(value)
    if kind.__module__.partition(".")[0] != "pandas":
        raise NotPlain("type", name_of(kind))
    if issubclass(kind, pandas.MultiIndex):
        levels = encoder.inside(value, list(value.levels))
        codes = [_array(encoder, numpy.asarray(codes)) for codes in value.codes]
        return {TAG: "pandas.MultiIndex", "levels": levels, "codes": codes, "names": encoder.encode(list(value.names))}
    name = encoder.encode(value.name)
    if issubclass(kind, pandas.RangeIndex):
        return {TAG: "pandas.RangeIndex", "v": [value.start, value.stop, value.step], "name": name}
    frequency = getattr(value, "freqstr", None) if kind in (pandas.DatetimeIndex, pandas.TimedeltaIndex) else None
    return {TAG: "pandas.Index", "data": _values(encoder, value.array), "name": name, "freq": frequency}


def _frame(encoder, frame):
    axes = encoder.inside(frame, [frame.index, frame.columns])
    columns = [_values(encoder, frame.iloc[:, place].array) for place in range(frame.shape[1])]
    return {TAG: "pandas.DataFrame", "v": axes, "data": columns}


# ------------------------------------------------------------------------------------------------ reading back
def decode(decoder, tag, data):
    reader = _READERS.get(tag)
    if reader is None:
        raise NotPlain("broken", tag[:40])
    return reader(decoder, data)


def _dtype(decoder, data):
    import numpy

    name = decoder.field(data, "type", str)
    if not _PLAIN_TYPE.fullmatch(name):
        raise NotPlain("broken", name[:40])
    return numpy.dtype(name)


def _shape(decoder, data) -> tuple[int, ...]:
    shape = decoder.field(data, "shape", list)
    if len(shape) > decoder.limits.dimensions:
        raise NotPlain("size")
    if any(type(length) is not int or not 0 <= length <= decoder.limits.bytes for length in shape):
        raise NotPlain("broken")
    return tuple(shape)


def _read_scalar(decoder, data):
    import numpy

    dtype = _dtype(decoder, data)
    content = decoder.raw(data)
    if len(content) != dtype.itemsize:
        raise NotPlain("broken")
    return numpy.frombuffer(content, dtype)[0] if content else numpy.zeros((), dtype)[()]


def _read_array(decoder, data):
    import numpy

    if type(data) is not dict or data.get(TAG) not in ("numpy.array", "numpy.objects"):
        raise NotPlain("broken")
    shape = _shape(decoder, data)
    count = math.prod(shape)
    if data[TAG] == "numpy.objects":
        items = decoder.items(data)
        if len(items) != count:
            raise NotPlain("broken")
        flat = numpy.empty(count, dtype=object)
        for place, item in enumerate(items):  # one by one: a slice assignment would take lists apart
            flat[place] = item
        return flat.reshape(shape)
    dtype = _dtype(decoder, data)
    decoder.spend(0, count if dtype.itemsize == 0 else 0)
    content = decoder.raw(data)
    if len(content) != count * dtype.itemsize:  # compared before anything of that shape is allocated
        raise NotPlain("broken")
    if not content:
        return numpy.zeros(shape, dtype)
    return numpy.frombuffer(content, dtype).reshape(shape).copy()


def _read_values(decoder, data):
    """A one-dimensional array of one of the kinds that ``_values`` writes."""
    import pandas

    decoder.spend(1, 0)
    if type(data) is not dict:
        raise NotPlain("broken")
    kind = decoder.field(data, "kind", str)
    if kind == "text":
        return _read_texts(decoder, data)
    if kind == "interval":
        left, right = decoder.items(data)
        return pandas.arrays.IntervalArray.from_arrays(left, right, closed=_closed(decoder, data))
    content = _read_array(decoder, data.get("v"))
    if content.ndim != 1:
        raise NotPlain("broken")
    return _finish_values(decoder, data, kind, content)


def _finish_values(decoder, data, kind, content):
    import pandas

    if kind == "numpy":
        return content
    if kind == "masked":
        name, missing = decoder.field(data, "name", str), _read_array(decoder, data.get("missing"))
        if name not in _MASKED or missing.dtype != bool or missing.shape != content.shape:
            raise NotPlain("broken")
        values = pandas.array(content, dtype=name)
        values[missing] = pandas.NA  # Float64 keeps a nan apart from a missing value
        return values
    if kind == "category":
        categories = decoder.decode(data.get("categories"))
        if not isinstance(categories, pandas.Index):
            raise NotPlain("broken")
        return pandas.Categorical.from_codes(content, categories=categories, ordered=decoder.field(data, "ordered", bool))
    if kind == "zoned":
        zone = decoder.zone(data)
        if content.dtype.kind != "M" or zone is None:
            raise NotPlain("broken")
        return pandas.DatetimeIndex(content).tz_localize("UTC").tz_convert(zone).array
    if kind == "period" and content.dtype.kind == "i":
        return pandas.PeriodIndex.from_ordinals(content, freq=_frequency(decoder, data)).array
    raise NotPlain("broken")


def _read_texts(decoder, data):
    import numpy
    import pandas

    storage, nan = decoder.field(data, "storage", str), decoder.field(data, "nan", bool)
    texts = decoder.items(data)
    if any(type(text) not in (str, type(None)) for text in texts):
        raise NotPlain("broken")
    if storage != "pyarrow" or not _has_pyarrow():
        storage = "python"
    dtype = pandas.StringDtype(storage, na_value=numpy.nan) if nan else pandas.StringDtype(storage)
    return pandas.array(texts, dtype=dtype)


def _has_pyarrow() -> bool:
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None


def _frequency(decoder, data):
    text = decoder.field(data, "freq", str)
    if not _FREQUENCY.fullmatch(text):
        raise NotPlain("broken", text[:40])
    return text


def _closed(decoder, data):
    closed = decoder.field(data, "closed", str)
    if closed not in ("left", "right", "both", "neither"):
        raise NotPlain("broken")
    return closed


def _read_index(decoder, data):
    import pandas

    values, name = _read_values(decoder, data.get("data")), decoder.decode(data.get("name"))
    index = pandas.Index(values, dtype=values.dtype, name=name, tupleize_cols=False)
    if data.get("freq") is not None:
        index.freq = _frequency(decoder, data)  # refuses a frequency that the dates do not follow
    return index


def _read_range(decoder, data):
    import pandas

    start, stop, step = decoder.numbers(data, 3)
    decoder.spend(0, len(range(start, stop, step)))  # small to send, large to use
    return pandas.RangeIndex(start, stop, step, name=decoder.decode(data.get("name")))


def _read_multi(decoder, data):
    import pandas

    levels = [decoder.decode(level) for level in decoder.field(data, "levels", list)]
    codes = [_read_array(decoder, code) for code in decoder.field(data, "codes", list)]
    if not all(isinstance(level, pandas.Index) for level in levels) or any(code.dtype.kind != "i" for code in codes):
        raise NotPlain("broken")
    return pandas.MultiIndex(levels=levels, codes=codes, names=decoder.decode(data.get("names")))


def _read_series(decoder, data):
    import pandas

    index, name = decoder.items(data)
    values = _read_values(decoder, data.get("data"))
    if not isinstance(index, pandas.Index) or len(values) != len(index):
        raise NotPlain("broken")
    return pandas.Series(values, index=index, name=name, dtype=values.dtype)


def _read_frame(decoder, data):
    import pandas

    index, columns = decoder.items(data)
    contents = [_read_values(decoder, column) for column in decoder.field(data, "data", list)]
    if not isinstance(index, pandas.Index) or not isinstance(columns, pandas.Index) or len(columns) != len(contents):
        raise NotPlain("broken")
    if any(len(content) != len(index) for content in contents):
        raise NotPlain("broken")
    frame = pandas.DataFrame(
        {place: pandas.Series(content, index=index, dtype=content.dtype) for place, content in enumerate(contents)},
        index=index,
    )
    frame.columns = columns
    return frame


def _read_stamp(decoder, data):
    import pandas

    instant, zone = decoder.decode(data.get("v")), decoder.zone(data)
    stamp = pandas.Timestamp(instant)
    return stamp if zone is None else stamp.tz_localize("UTC").tz_convert(zone)


_READERS = {
    "numpy.scalar": _read_scalar,
    "numpy.array": _read_array,
    "numpy.objects": _read_array,
    "pandas.NaT": lambda decoder, data: __import__("pandas").NaT,
    "pandas.NA": lambda decoder, data: __import__("pandas").NA,
    "pandas.Timestamp": _read_stamp,
    "pandas.Timedelta": lambda decoder, data: __import__("pandas").Timedelta(decoder.decode(data.get("v"))),
    "pandas.Period": lambda decoder, data: __import__("pandas").Period(
        ordinal=decoder.field(data, "v", int), freq=_frequency(decoder, data)
    ),
    "pandas.Interval": lambda decoder, data: __import__("pandas").Interval(
        *decoder.items(data), closed=_closed(decoder, data)
    ),
    "pandas.array": lambda decoder, data: _as_extension(_read_values(decoder, data.get("data"))),
    "pandas.Index": _read_index,
    "pandas.RangeIndex": _read_range,
    "pandas.MultiIndex": _read_multi,
    "pandas.Series": _read_series,
    "pandas.DataFrame": _read_frame,
}


def _as_extension(values):
    import pandas

    return pandas.array(values, dtype=values.dtype)
