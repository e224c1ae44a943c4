"""The way back from plain data to arrays and tables. Sizes and types are checked before anything is allocated."""

from __future__ import annotations

import builtins as _builtins

__builtins__ = dict(vars(_builtins))  # type: ignore[assignment]  # as in codec.py, and for the same reason

import math
import re

from crmlib.grading.wire.codec import TAG, NotPlain
from crmlib.grading.wire.tables import MASKED, PLAIN_TYPE

_FREQUENCY = re.compile(r"[-0-9A-Za-z.]{1,32}")


def decode(decoder, tag, data):
    reader = _READERS.get(tag)
    if reader is None:
        raise NotPlain("broken", tag[:40])
    return reader(decoder, data)


def _dtype(decoder, data):
    import numpy

    name = decoder.field(data, "type", str)
    if not PLAIN_TYPE.fullmatch(name):
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


def _read_fields(decoder, data):
    """An array with named fields, an element of one, or one whose fields are attributes as well."""
    import numpy

    shape, names = _shape(decoder, data), decoder.field(data, "names", list)
    decoder.spend(len(names), math.prod(shape))
    fields = decoder.items(data)
    if len(fields) != len(names) or not names or any(type(name) is not str or len(name) > 100 for name in names):
        raise NotPlain("broken")
    if any(not isinstance(field, numpy.ndarray) or field.shape[: len(shape)] != shape for field in fields):
        raise NotPlain("broken")
    whole = numpy.empty(shape, [(name, field.dtype, field.shape[len(shape) :]) for name, field in zip(names, fields)])
    for name, field in zip(names, fields):
        whole[name] = field
    if data.get("scalar") is True and shape == ():
        return whole[()]
    return whole.view(numpy.recarray) if data.get("attributes") is True else whole


def _read_masked(decoder, data):
    import numpy

    values, mask = decoder.decode(data.get("data")), decoder.decode(data.get("mask"))
    if not isinstance(values, numpy.ndarray) or mask is not None and (not isinstance(mask, numpy.ndarray) or mask.dtype != bool or mask.shape != values.shape):
        raise NotPlain("broken")
    return numpy.ma.MaskedArray(values, numpy.ma.nomask if mask is None else mask)


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
        if name not in MASKED or missing.dtype != bool or missing.shape != content.shape:
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
    "numpy.fields": _read_fields,
    "numpy.masked": _read_masked,
    "numpy.masked_value": lambda decoder, data: _numpy().ma.masked,
    "pandas.NaT": lambda decoder, data: _pandas().NaT,
    "pandas.NA": lambda decoder, data: _pandas().NA,
    "pandas.Timestamp": _read_stamp,
    "pandas.Timedelta": lambda decoder, data: _pandas().Timedelta(decoder.decode(data.get("v"))),
    "pandas.Period": lambda decoder, data: _pandas().Period(
        ordinal=decoder.field(data, "v", int), freq=_frequency(decoder, data)
    ),
    "pandas.Interval": lambda decoder, data: _pandas().Interval(
        *decoder.items(data), closed=_closed(decoder, data)
    ),
    "pandas.array": lambda decoder, data: _as_extension(_read_values(decoder, data.get("data"))),
    "pandas.Index": _read_index,
    "pandas.RangeIndex": _read_range,
    "pandas.MultiIndex": _read_multi,
    "pandas.Series": _read_series,
    "pandas.DataFrame": _read_frame,
}


def _numpy():
    import numpy

    return numpy


def _pandas():
    import pandas

    return pandas


def _as_extension(values):
    import pandas

    return pandas.array(values, dtype=values.dtype)
