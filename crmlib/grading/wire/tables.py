"""Arrays, Series, DataFrame and every kind of Index as plain data; ``tables_reading.py`` is the way back.

The type of an array must be a number, a truth value, a text or a date; its bytes travel as base64. Neither numpy nor
pandas is imported before a value needs it.
"""

from __future__ import annotations

import builtins as _builtins

__builtins__ = dict(vars(_builtins))  # type: ignore[assignment]  # as in codec.py, and for the same reason

import re

from crmlib.grading.wire.codec import TAG, NotPlain, name_of, write_zone

PLAIN_TYPE = re.compile(r"[<>|=]?([biufc]\d{1,2}|[SU]\d{1,7}|[mM]8(\[\d{0,6}[A-Za-zμ]{1,2}\])?)")
MASKED = {f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)} | {"Float32", "Float64", "boolean"}


def encode(encoder, value, kind, numpy, pandas):
    """The value in tagged form, or None where it belongs to neither library."""
    if numpy is not None:
        if issubclass(kind, numpy.generic):
            return _scalar(encoder, value, numpy)
        if issubclass(kind, numpy.ndarray):
            return _array_of(encoder, value, kind, numpy)
    if pandas is None or not hasattr(pandas, "DataFrame"):  # half imported when its import failed
        return None
    if value is pandas.NaT:
        return {TAG: "pandas.NaT"}
    if value is pandas.NA:
        return {TAG: "pandas.NA"}
    if issubclass(kind, pandas.DataFrame):
        return _frame(encoder, value if kind is pandas.DataFrame else pandas.DataFrame(value))
    if issubclass(kind, pandas.Series):
        value = value if kind is pandas.Series else pandas.Series(value)
        parts = [value.index, value.name]
        return {TAG: "pandas.Series", "v": encoder.inside(value, parts), "data": _values(encoder, value.array)}
    if issubclass(kind, pandas.Index):
        return _index(encoder, value, numpy, pandas)
    if kind is pandas.Timestamp:
        zone = write_zone(value.tzinfo)
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


def _array_of(encoder, value, kind, numpy):
    """An array of any class: one with a mask keeps it, one with named fields keeps them, others become plain."""
    plain = numpy.ndarray.view(value, numpy.ndarray)
    if value is numpy.ma.masked:
        return {TAG: "numpy.masked_value"}
    if issubclass(kind, numpy.ma.MaskedArray):
        mask = numpy.ma.getmaskarray(value)
        return {TAG: "numpy.masked", "data": _array(encoder, plain), "mask": None if mask.dtype.names else _array(encoder, mask)}
    if plain.dtype.names and issubclass(kind, numpy.recarray):
        return _fields(encoder, plain) | {"attributes": True}
    return _array(encoder, plain)


def _fields(encoder, value):
    """An array with named fields: one array for each field."""
    names = [str.__str__(name) for name in value.dtype.names]
    fields = encoder.inside(value, [value[name] for name in names])
    return {TAG: "numpy.fields", "shape": list(value.shape), "names": names, "v": fields, "attributes": False}


def _scalar(encoder, value, numpy):
    dtype = numpy.generic.dtype.__get__(value)  # the base's own: a subclass made in the notebook has no say
    if dtype.names:
        return _fields(encoder, numpy.asarray(value)) | {"scalar": True}
    _require_plain_type(dtype.str, dtype)
    return {TAG: "numpy.scalar", "type": dtype.str, "v": encoder.raw(numpy.generic.tobytes(value)[: dtype.itemsize])}


def _require_plain_type(name, dtype):
    if not PLAIN_TYPE.fullmatch(name) or dtype.names:
        raise NotPlain("type", f"numpy {dtype}"[:100])


def _array(encoder, value):
    # Measured first: a view that repeats one number a billion times takes no memory until it is copied.
    if value.ndim > encoder.limits.dimensions or value.nbytes > encoder.limits.bytes:
        raise NotPlain("size")
    if value.dtype.names:
        return _fields(encoder, value)
    if value.dtype.kind in "OT":  # T: texts of any length, which no bytes of this array hold
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
    if name in MASKED:
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
        return {"kind": "zoned", "v": _array(encoder, numpy.asarray(instants)), "zone": write_zone(dtype.tz)}
    if isinstance(dtype, pandas.PeriodDtype):
        return {"kind": "period", "v": _array(encoder, numpy.asarray(array.asi8)), "freq": _period_code(array)}
    if isinstance(dtype, pandas.IntervalDtype):
        ends = encoder.inside(array, [array.left, array.right])
        return {"kind": "interval", "v": ends, "closed": dtype.closed}
    if isinstance(dtype, numpy.dtype) or isinstance(array, pandas.arrays.NumpyExtensionArray):
        return {"kind": "numpy", "v": _array(encoder, numpy.asarray(array.to_numpy()))}
    if isinstance(dtype, pandas.SparseDtype):
        return {"kind": "numpy", "v": _array(encoder, numpy.asarray(array))}
    return {"kind": "numpy", "v": _array(encoder, numpy.asarray(array, dtype=object))}  # a kind of another library


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
