"""DataFrames and Series of pandas and polars, and arrays of words: columns as plain data.

What is sent of a column are numbers; or words, each that there is once, and for each row which; or,
where it holds anything else, its items.
"""

import sys

import numpy as np

from grader.student_side import moments
from grader.student_side.tensors import Unsendable

MAX_COLUMNS = 5_000
ORDERED = "ordered category"
_asarray, _int64, _str = np.asarray, np.int64, str
_PLAIN = "biufc"  # kinds of dtypes whose numbers are sent as they are


def words(items, dtype, kind, encoder, *, shape=None, of="str"):
    """Return the tree of texts, None for what is missing. of: what sort of word they are."""
    known, codes = {}, []
    for item in items:
        codes.append(-1 if item is None else known.setdefault(_str(item), len(known)))
    levels = [encoder.word(of, one) for one in known]
    numbers = _asarray(codes, dtype=_int64)
    fields = {
        "codes": encoder.array(numbers if shape is None else numbers.reshape(shape), "ndarray"),
        "levels": encoder.listed(levels),
        "dtype": encoder.word("str", dtype),
    }
    return encoder.record("words", kind, fields)


def array_of_words(value, kind, encoder):
    """Return the tree of an array of texts, moments or durations; None for another one."""
    code, shape = value.dtype.kind, value.shape
    if code in "Mm":
        unit, of = ("datetime64", "datetime") if code == "M" else ("timedelta64", "timedelta")
        return words(moments.texts_of(value), unit, kind, encoder, shape=shape, of=of)
    if code in "UO":
        items = value.reshape(-1).tolist()
        if all(type(item) is _str or isinstance(item, np.str_) or item is None for item in items):
            return words(items, "text", kind, encoder, shape=shape)
    return None


# What students change in place: how it was, whether it still is, and how it is put back


HELD = frozenset({"DataFrame", "Series"})


def copy_of(value, base):
    """Return a copy of a table or a column that nothing changes in place, and its size in bytes."""
    if _is_pandas(base):
        usage = base.memory_usage(value)
        return base.copy(value), int(usage.sum() if hasattr(usage, "sum") else usage)
    return base.clone(value), int(base.estimated_size(value))


def differs(value, copy, base):
    """Whether a table or a column holds something else than a copy of it."""
    return not base.equals(value, copy)


def put_back(value, copy, base):
    """Let a table or a column hold what its copy holds."""
    if _is_pandas(base):
        base._update_inplace(value, base.copy(copy))
    elif hasattr(copy, "_df"):
        value._df = base.clone(copy)._df
    else:
        value._s = base.clone(copy)._s


def arrays_of(value, base):
    """Yield the labels and the columns of a table, or a column alone, as arrays."""
    if not _is_pandas(base):
        columns = base.get_columns(value) if base.__name__ == "DataFrame" else [value]
        yield from ((column.name, column.to_numpy()) for column in columns)
        return
    yield "index", _asarray(value.index)
    if base.__name__ == "Series":
        yield value.name, _asarray(value)
        return
    for place, label in enumerate(value.columns):
        yield label, _asarray(value.iloc[:, place])


def _is_pandas(base):
    return base.__module__.startswith("pandas")


# pandas


def _pandas_frame(value, cls, encoder, depth):
    pandas = sys.modules["pandas"]
    plain = value if type(value) is cls else cls(value)
    labels = [*plain.columns]
    _refuse_many(labels)
    columns = [
        _pandas(plain.iloc[:, place], encoder, depth, pandas) for place in range(len(labels))
    ]
    names = [*plain.index.names, *plain.columns.names]
    fields = {
        **_columns(labels, columns, len(plain), encoder, depth),
        "index": encoder.listed(_pandas_index(plain.index, encoder, depth, pandas)),
        "names": encoder.listed([encoder.encode(name, depth + 2) for name in names]),
    }
    return encoder.record("frame", "pandas.DataFrame", fields)


def _columns(labels, columns, rows, encoder, depth):
    data, dtypes, ranks = zip(*columns, strict=True) if columns else ((), (), ())
    return {
        "rows": encoder.encode(rows, depth + 1),
        "columns": encoder.listed([encoder.encode(label, depth + 2) for label in labels]),
        "data": encoder.listed([*data]),
        "dtypes": encoder.listed([encoder.word("str", dtype) for dtype in dtypes]),
        "ranks": encoder.listed([_ranks(found, encoder, depth) for found in ranks]),
    }


def _ranks(ranks, encoder, depth):
    return encoder.listed([encoder.encode(_plain_label(rank), depth + 3) for rank in ranks])


def _plain_label(label):
    return label if isinstance(label, str | int | float) else _str(label)


def _pandas_series(value, cls, encoder, depth):
    pandas = sys.modules["pandas"]
    plain = value if type(value) is cls else cls(value)
    data, dtype, ranks = _pandas(plain, encoder, depth, pandas)
    names = [encoder.encode(name, depth + 2) for name in (plain.name, *plain.index.names)]
    fields = {
        "data": data,
        "dtype": encoder.word("str", dtype),
        "ranks": _ranks(ranks, encoder, depth),
        "index": encoder.listed(_pandas_index(plain.index, encoder, depth, pandas)),
        "names": encoder.listed(names),
    }
    return encoder.record("series", "pandas.Series", fields)


def _pandas_labels(value, cls, encoder, depth):
    """Return the tree of an Index, as that of a Series without one."""
    pandas = sys.modules["pandas"]
    if value.nlevels > 1:
        items = [encoder.encode(item, depth + 1) for item in value.tolist()]
        data, dtype, ranks = encoder.listed(items), "object", ()
    else:
        data, dtype, ranks = _pandas(_level(value, 0, pandas), encoder, depth, pandas)
    fields = {
        "data": data,
        "dtype": encoder.word("str", dtype),
        "ranks": _ranks(ranks, encoder, depth),
    }
    return encoder.record("series", "pandas.Index", fields)


def _pandas_index(index, encoder, depth, pandas):
    return [
        _pandas(_level(index, place, pandas), encoder, depth, pandas)[0]
        for place in range(index.nlevels)
    ]


def _level(index, place, pandas):
    return pandas.Series(index.get_level_values(place), index=range(len(index)))


def _pandas(column, encoder, depth, pandas):
    """Return the tree of a column, its dtype, and its categories."""
    dtype, name = column.dtype, _str(column.dtype)
    if isinstance(dtype, pandas.CategoricalDtype):
        kept, gaps = dtype.categories.dtype, bool(column.isna().any())
        whole = column.astype(object if gaps and kept.kind in "iub" else kept)
        tree, _, _ = _pandas(whole, encoder, depth, pandas)
        return tree, ORDERED if dtype.ordered else "category", [*dtype.categories]
    if isinstance(dtype, pandas.SparseDtype):
        tree, _, ranks = _pandas(column.sparse.to_dense(), encoder, depth, pandas)
        return tree, name, ranks
    kind = dtype.kind
    if type(dtype).__module__.partition(".")[0] == "numpy" and kind in _PLAIN:
        return encoder.array(column.to_numpy(), "pandas.Series"), name, ()
    if kind in "Mm":
        return _times(column, name, encoder), name, ()
    numeric = getattr(dtype, "numpy_dtype", None)
    if numeric is not None and numeric.kind in "biuf":
        gaps = bool(column.isna().any())
        numbers = column.to_numpy("float64", na_value=np.nan) if gaps else column.to_numpy(numeric)
        return encoder.array(numbers, "pandas.Series"), name, ()
    missing = column.isna().tolist()
    items = [None if gap else one for one, gap in zip(column.tolist(), missing, strict=True)]
    if name.startswith(("period", "interval")):
        return (
            words((item and _str(item) for item in items), name, "pandas.Series", encoder),
            name,
            (),
        )
    return _items(items, name, "pandas.Series", encoder, depth), name, ()


def _times(column, name, encoder):
    """Return the tree of moments, on the clock of their zone, or of durations."""
    of = "datetime" if column.dtype.kind == "M" else "timedelta"
    zone = getattr(column.dtype, "tz", None)
    if zone is None:
        texts = moments.texts_of(column.to_numpy())
    else:
        texts = [moments.text_of(one) if one == one else None for one in column.tolist()]
    return words(texts, name, "pandas.Series", encoder, of=of)


def _items(items, name, kind, encoder, depth):
    if all(item is None or type(item) is _str or isinstance(item, np.str_) for item in items):
        return words(items, name, kind, encoder)
    return encoder.listed([encoder.encode(item, depth + 2) for item in items])


# polars


def _polars_frame(value, cls, encoder, depth):
    labels = [*value.columns]
    _refuse_many(labels)
    columns = [_polars(column, encoder, depth) for column in value.get_columns()]
    fields = _columns(labels, columns, int(value.height), encoder, depth)
    return encoder.record("frame", "polars.DataFrame", fields)


def _polars_series(value, cls, encoder, depth):
    data, dtype, ranks = _polars(value, encoder, depth)
    fields = {
        "data": data,
        "dtype": encoder.word("str", dtype),
        "ranks": _ranks(ranks, encoder, depth),
    }
    return encoder.record("series", "polars.Series", fields)


def _polars(column, encoder, depth):
    polars, dtype = sys.modules["polars"], column.dtype
    name = _str(dtype)
    if dtype.is_numeric() or dtype == polars.Boolean:
        if column.null_count() or dtype.is_decimal():
            column = column.cast(polars.Float64)
        return encoder.array(_asarray(column.to_numpy()), "polars.Series"), name, ()
    items = column.to_list()
    if dtype.is_temporal():
        known = {"Date": "date", "Time": "time"}
        zone = getattr(dtype, "time_zone", None)
        kind = "datetime64" if name.startswith("Datetime") else "timedelta64"
        name = known.get(name) or (f"{kind}[us, {zone}]" if zone else f"{kind}[us]")
        of = known.get(name) or ("datetime" if kind == "datetime64" else "timedelta")
        texts = (None if item is None else moments.text_of(item) for item in items)
        return words(texts, name, "polars.Series", encoder, of=of), name, ()
    if name.startswith(("Categorical", "Enum")):
        name = "category"
    return _items(items, name, "polars.Series", encoder, depth), name, ()


def _refuse_many(labels):
    if len(labels) > MAX_COLUMNS:
        raise Unsendable("a table of {about} columns, over the limit of 5000", _str(len(labels)))


READERS = {
    ("pandas", "DataFrame"): _pandas_frame,
    ("pandas", "Series"): _pandas_series,
    ("pandas", "Index"): _pandas_labels,
    ("polars", "DataFrame"): _polars_frame,
    ("polars", "Series"): _polars_series,
}

MAKERS = {}
