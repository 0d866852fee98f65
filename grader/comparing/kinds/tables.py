"""DataFrames and Series: columns, dtypes, values, the labels of rows, their order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import torch

from grader.comparing.kinds import columns
from grader.comparing.kinds.kind import Difference, Kind, Place, Two, each
from grader.comparing.kinds.rows import aligned
from grader.model.aspects import Aspect
from grader.model.assignment import Check
from grader.model.features import Entries, Feature, Length, Name, Names, Order, Outline, Size, Thing
from grader.model.kinds import items, length, text
from grader.model.values import NumberValue, RecordValue, SequenceValue, TensorValue, Value

SHOWN = 12  # columns that are named
ORDERED = "ordered category"  # the dtype of categories whose order means something
_Pairs = Sequence[tuple[int, int]]


def _aspects(value: RecordValue) -> Iterable[Aspect]:
    yield from ("type", "shape", "dtype", "order", "values")
    if value.kind == "frame":
        yield "columns"
    if "index" in value.fields:
        yield from ("index", "names")


def _differences(two: Two) -> Iterator[Difference]:
    if two.actual.type != two.expected.type:
        kinds = _thing(two.actual), _thing(two.expected)
        yield Difference(two.path, "type", *kinds)
    yield from _frames(two) if two.expected.kind == "frame" else _serieses(two)


def _thing(value: RecordValue) -> Feature:
    return Thing(kind="record", name=value.type)


def _serieses(two: Two) -> Iterator[Difference]:
    left, right = two.actual.fields["data"], two.expected.fields["data"]
    dtypes = text(two.actual, "dtype"), text(two.expected, "dtype")
    yield from _dtype(two, two.path, (left, dtypes[0]), (right, dtypes[1]))
    if text(two.expected, "dtype") == ORDERED:
        yield from _ranks(two.path, items(two.actual, "ranks"), items(two.expected, "ranks"))
    if length(left) != length(right):
        lengths = Length(items=length(left)), Length(items=length(right))
        yield Difference(two.path, "shape", *lengths, form=True)
    elif _order(two, [left], [right]) is not None:
        yield _other_order(two, "rows")


def _frames(two: Two) -> Iterator[Difference]:
    ours, theirs = _labels(two.actual), _labels(two.expected)
    pairs = _paired(ours, theirs)
    missing = [theirs[n] for n in range(len(theirs)) if n not in {right for _, right in pairs}]
    extra = [ours[n] for n in range(len(ours)) if n not in {left for left, _ in pairs}]
    if missing or extra:
        names = Entries(names=tuple(extra[:SHOWN])), Entries(names=tuple(missing[:SHOWN]))
        yield Difference(two.path, "columns", *names, form=bool(missing))
    sizes = _rows(two.actual), _rows(two.expected)
    if sizes[0] != sizes[1]:
        yield Difference(
            two.path, "shape", *each(lambda n: Size(of="row", number=n), *sizes), form=True
        )
    for left, right in pairs:
        path = _path(two, right)
        yield from _dtype(two, path, _column(two.actual, left), _column(two.expected, right))
        if columns.dtype_of(two.expected, right) == ORDERED:
            ranks = _ranks_of(two.actual, left), _ranks_of(two.expected, right)
            yield from _ranks(path, *ranks)
    moved = not missing and [left for left, _ in pairs] != sorted(left for left, _ in pairs)
    turned = sizes[0] == sizes[1] and not missing and _order(two, *_both(two, pairs)) is not None
    if moved or turned:
        yield _other_order(
            two, "rows and columns" if moved and turned else "columns" if moved else "rows"
        )


def _other_order(two: Two, of: str) -> Difference:
    order = Order(of=of)  # type: ignore[arg-type] # one of those there are
    return Difference(two.path, "order", order, order)


def _dtype(
    two: Two, path: str, actual: tuple[Value, str], expected: tuple[Value, str]
) -> Iterator[Difference]:
    across = two.actual.type.partition(".")[0] != two.expected.type.partition(".")[0]
    one, other = (
        columns.dtype_name(dtype, column, across=across) for column, dtype in (actual, expected)
    )
    form = not columns.can_be_compared(actual[0], expected[0])
    if one != other:
        yield Difference(path, "dtype", Name(name=one), Name(name=other), form=form)
    elif form:
        kinds = each(_holds, actual[0], expected[0])
        yield Difference(path, "type", *kinds, form=True)


def _holds(column: Value) -> Feature:
    if isinstance(column, RecordValue):
        return Name(name=text(column, "dtype"))
    return Thing(kind="number") if columns.numbers(column) is not None else Thing(kind="sequence")


def _column(value: RecordValue, number: int) -> tuple[Value, str]:
    """Return a column and its dtype."""
    return items(value, "data")[number], columns.dtype_of(value, number)


def _ranks_of(value: RecordValue, number: int) -> Sequence[Value]:
    ranks = items(value, "ranks")[number]
    return ranks.items if isinstance(ranks, SequenceValue) else ()


def _ranks(path: str, actual: Sequence[Value], expected: Sequence[Value]) -> Iterator[Difference]:
    """Tell ordered categories that are ordered in another way."""
    if expected and actual and list(map(columns.key, actual)) != list(map(columns.key, expected)):
        order = Order(of="categories")
        yield Difference(path, "dtype", order, order)


def _labels(value: RecordValue) -> list[str]:
    return [columns.label(one) for one in items(value, "columns")]


def _rows(value: RecordValue) -> int:
    rows = value.fields["rows"]
    return int(rows.value) if isinstance(rows, NumberValue) and isinstance(rows.value, int) else 0


def _paired(ours: Sequence[str], theirs: Sequence[str]) -> _Pairs:
    """Return which columns belong together, in the expected order; of one name, by turns."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(ours):
        places.setdefault(name, []).append(place)
    found = []
    for right, name in enumerate(theirs):
        if places.get(name):
            found.append((places[name].pop(0), right))
    return found


def _both(two: Two, pairs: _Pairs) -> tuple[list[Value], list[Value]]:
    left, right = items(two.actual, "data"), items(two.expected, "data")
    return [left[one] for one, _ in pairs], [right[other] for _, other in pairs]


def _order(two: Two, left: Sequence[Value], right: Sequence[Value]) -> torch.Tensor | None:
    index = items(two.actual, "index"), items(two.expected, "index")
    return aligned(left, right, index, two.check)


def _path(two: Two, number: int) -> str:
    labels = _labels(two.expected)
    if labels.count(labels[number]) > 1:
        return f"{two.path}.iloc[:, {number}]"
    return f"{two.path}[{labels[number]}]"


def _parts(two: Two) -> Iterator[Place]:
    if two.expected.kind == "series":
        pairs: _Pairs = [(0, 0)]
        left, right = [two.actual.fields["data"]], [two.expected.fields["data"]]
        paths = [two.path]
    else:
        pairs = _paired(_labels(two.actual), _labels(two.expected))
        left, right = _both(two, pairs)
        paths = [_path(two, other) for _, other in pairs]
        if len(pairs) < len(items(two.expected, "columns")):
            return
        if _rows(two.actual) != _rows(two.expected):
            return
    if any(length(one) != length(other) for one, other in zip(left, right, strict=True)):
        return
    order = _order(two, left, right)
    for path, one, other in zip(paths, left, right, strict=True):
        yield from columns.place(_taken(one, order), other, path)
    if "index" in two.check.aspects:
        yield from _index(two, order)
    if "names" in two.check.aspects and "names" in two.expected.fields:
        none = SequenceValue(type="list", items=())
        yield Place(
            f"{two.path}.index.names",
            two.actual.fields.get("names", none),
            two.expected.fields["names"],
            "names",
        )


def _taken(column: Value, order: torch.Tensor | None) -> Value:
    return column if order is None else columns.taken(column, order)


def _index(two: Two, order: torch.Tensor | None) -> Iterator[Place]:
    """Yield the labels of rows; of a table of another library there are none."""
    ours, theirs = items(two.actual, "index"), items(two.expected, "index")
    path = f"{two.path}.index"
    if "index" not in two.actual.fields or "index" not in two.expected.fields:
        return
    if len(ours) != len(theirs):
        levels = each(lambda one: SequenceValue(type="levels", items=one), ours, theirs)
        yield Place(path, *levels, "index")
        return
    if order is not None and all(map(_is_same, ours, theirs)):
        order = None  # the rows were counted anew
    for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        inner = path if len(theirs) == 1 else f"{path}.get_level_values({number})"
        moved = _taken(one, order)
        if columns.can_be_compared(moved, other):
            for place in columns.place(moved, other, inner):
                yield place._replace(expected=_as_labels(place.expected), aspect="index")
        else:
            yield Place(inner, moved, other, "index")


def _as_labels(column: Value) -> Value:
    """Return a column as labels, which have no `iloc`."""
    if isinstance(column, TensorValue | RecordValue):
        return replace(column, type="pandas.Index")
    return column


def _is_same(actual: Value, expected: Value) -> bool:
    found = columns.wrong(actual, expected, Check(expression="", compare="exact"))
    return found is not None and not bool(found.any())


def _glimpse(value: RecordValue) -> Feature:
    if value.kind == "series":
        size = Length(items=length(value.fields["data"]))
        return Outline(type=value.type, parts=(size, Name(name=text(value, "dtype"))))
    labels = _labels(value)
    shown = (Names(names=tuple(labels[:SHOWN])),) if labels else ()
    rows = Size(of="row", number=_rows(value))
    return Outline(type=value.type, parts=(rows, Size(of="column", number=len(labels)), *shown))


def _trivial(value: RecordValue) -> Iterator[tuple[str, RecordValue]]:
    cut = {name: _emptied(value.fields[name]) for name in ("data", "index") if name in value.fields}
    if value.kind == "frame":
        none = NumberValue(type="int", value=0)
        yield "an empty frame", replace(value, fields={**value.fields, **cut, "rows": none})
    else:
        cut["data"] = columns.first(value.fields["data"], 0)
        yield "an empty series", replace(value, fields={**value.fields, **cut})


def _emptied(part: Value) -> Value:
    """Return columns without items."""
    if not isinstance(part, SequenceValue):
        return part
    return replace(part, items=tuple(columns.first(one, 0) for one in part.items))


TABLE = Kind(
    aspects=_aspects,
    differences=_differences,
    parts=_parts,
    glimpse=_glimpse,
    trivial=_trivial,
)
