"""Tables, Series and arrays of words, made again of what the trusted side sent."""

import importlib

import numpy as np

from grader.student_side import moments

_asarray, _int64, _str = np.asarray, np.int64, str


def _make_words(tree, decode):
    return (
        _asarray(_texts(tree, decode), dtype=object)
        if tree["type"] != "ndarray"
        else _array(tree, decode)
    )


def _texts(tree, decode):
    levels = decode(tree["fields"]["levels"])
    codes = decode(tree["fields"]["codes"])
    known = (
        [*map(_str, [part["v"] for part in tree["fields"]["levels"]["items"]])] if levels else []
    )
    return [None if code < 0 else known[code] for code in codes.reshape(-1).tolist()]


def _array(tree, decode):
    texts, shape = _texts(tree, decode), decode(tree["fields"]["codes"]).shape
    dtype = decode(tree["fields"]["dtype"])
    if dtype == "datetime64":
        moved = [
            np.datetime64("NaT" if one is None else one.replace(" ", "T"), "ns") for one in texts
        ]
        return _asarray(moved, dtype="datetime64[ns]").reshape(shape)
    if dtype == "timedelta64":
        whole = [
            np.iinfo(_int64).min if one is None else moments.nanoseconds_of(one) for one in texts
        ]
        return _asarray(whole, dtype=_int64).view("timedelta64[ns]").reshape(shape)
    return _asarray(texts, dtype=object if None in texts else None).reshape(shape)


def _column(tree, dtype, ranks, library, decode):
    """Return a column of a library's again."""
    pandas = library.__name__ == "pandas"
    if tree["k"] == "record":
        items = _texts(tree, decode)
        if dtype.startswith("timedelta64"):
            items = [None if one is None else moments.nanoseconds_of(one) for one in items]
    else:
        items = decode(tree)
    if not pandas:
        return _polars_column(items, dtype, library)
    if dtype.endswith("category"):
        known = library.CategoricalDtype(ranks, ordered=dtype != "category")
        return library.Series(items, dtype=known)
    if dtype.startswith("datetime64"):
        zone = dtype.removesuffix("]").partition(", ")[2]
        made = library.to_datetime(
            library.Series(items, dtype=object), utc=bool(zone), format="ISO8601"
        )
        return made.dt.tz_convert(zone).astype(dtype) if zone else made.astype(dtype)
    if dtype.startswith("timedelta64"):
        return library.to_timedelta(library.Series(items), unit="ns").astype(dtype)
    if isinstance(items, np.ndarray) and str(items.dtype) != dtype and dtype[:1] in "IUFb":
        known = library.Series(items)
        return (
            known.astype("Float64").astype(dtype)
            if items.dtype.kind == "f"
            else known.astype(dtype)
        )
    return library.Series(items, dtype=dtype)


def _polars_column(items, dtype, polars):
    if dtype.startswith("datetime64"):
        zone = dtype.removesuffix("]").partition(", ")[2]
        made = polars.Series(items, dtype=polars.String).str.to_datetime(
            time_zone="UTC" if zone else None
        )
        return made.dt.convert_time_zone(zone) if zone else made
    if dtype.startswith("timedelta64"):
        return polars.Series([one and one // 1_000 for one in items]).cast(polars.Duration("us"))
    if isinstance(items, np.ndarray):
        made = polars.Series(items)
        known = getattr(polars, dtype)
        return made if made.dtype == known else made.fill_nan(None).cast(known)
    return (
        polars.Series(items).cast(polars.Categorical)
        if dtype == "category"
        else polars.Series(items)
    )


def _make_frame(tree, decode):
    library = importlib.import_module(tree["type"].partition(".")[0])
    fields = tree["fields"]
    labels, dtypes, ranks = (decode(fields[name]) for name in ("columns", "dtypes", "ranks"))
    data = [
        _column(column, dtype, rank, library, decode)
        for column, dtype, rank in zip(fields["data"]["items"], dtypes, ranks, strict=True)
    ]
    if library.__name__ == "polars":
        return library.DataFrame(
            [one.alias(label) for one, label in zip(data, labels, strict=True)]
        )
    rows = decode(fields["rows"])
    made = library.DataFrame(dict(enumerate(data)), index=range(rows))
    made.columns = labels if labels else made.columns
    names = decode(fields["names"])
    made.index = _make_index(fields["index"]["items"], names, library, decode)
    made.columns.names = names[made.index.nlevels :]
    return made


def _make_index(levels, names, library, decode):
    """Return the labels of rows again; those that only count are a range."""
    made = []
    for level in levels:
        items = decode(level)
        items = items if level["k"] != "record" else _moments_of(level, items, library)
        made.append(library.Index(items))
    if len(made) == 1:
        only = made[0]
        if only.dtype.kind == "i" and (only.to_numpy() == np.arange(len(only))).all():
            only = library.RangeIndex(len(only))
        return only.rename(names[0])
    return library.MultiIndex.from_arrays(made, names=names[: len(made)])


def _moments_of(level, items, library):
    kinds = {part["type"] for part in level["fields"]["levels"]["items"]}
    return library.to_datetime(items, format="ISO8601") if kinds == {"datetime"} else items


def _make_series(tree, decode):
    library = importlib.import_module(tree["type"].partition(".")[0])
    fields = tree["fields"]
    made = _column(
        fields["data"], decode(fields["dtype"]), decode(fields["ranks"]), library, decode
    )
    if tree["type"] == "pandas.Index":
        return library.Index(made)
    if library.__name__ == "polars":
        return made
    name, *names = decode(fields["names"])
    made.index = _make_index(fields["index"]["items"], names, library, decode)
    return made.rename(name)


MAKERS = {"words": _make_words, "frame": _make_frame, "series": _make_series}

READERS = {}
