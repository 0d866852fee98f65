"""The kinds of values that cross the boundary as records: which parts they have.

To add one, write an entry in KINDS here, one of the same name in `grader.comparing.kinds.registry`,
and what reads it in a module that `grader.student_side.kinds` puts together. Nothing else has to
know of it.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from grader.model.values import (
    MappingValue,
    NumberValue,
    OpaqueValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

# What can be made again of its name and of numbers, texts or nothing.
_MADE_AGAIN = ("bool", "int", "uint", "float", "boolean", "Int", "UInt", "Float", "datetime64")
_ALSO_MADE_AGAIN = (
    "timedelta64",
    "object",
    "str",
    "string",
    "String",
    "Boolean",
    "category",
    "ordered category",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of records.

    title, compared: what it is, and what of it is compared, for the guide; fields: the parts that
    it has, each with the sorts of value that it may be; optional: those that may be missing;
    any_fields: whether it has others, of any sort; refuse: raises ValueError where the parts
    contradict each other; is_data: whether it can be put into a kernel.
    """

    title: str
    compared: str
    fields: Mapping[str, tuple[type, ...]]
    optional: frozenset[str] = frozenset()
    any_fields: bool = False
    refuse: Callable[[RecordValue], None] = lambda _: None
    is_data: Callable[[RecordValue], bool] = lambda _: False


def refuse_contradiction(value: RecordValue) -> None:
    """Raise ValueError where a record is of no kind that is known, or not as its kind is."""
    kind = KINDS.get(value.kind)
    if kind is None:
        raise ValueError("there is no such kind")
    for name, part in value.fields.items():
        if name not in kind.fields and not kind.any_fields:
            raise ValueError("it has a part that its kind has not")
        if name in kind.fields and not isinstance(part, kind.fields[name]):
            raise ValueError("a part is of another sort than its kind says")
    if kind.fields.keys() - value.fields.keys() - kind.optional:
        raise ValueError("it lacks a part")
    kind.refuse(value)


def is_data(value: Value) -> bool:
    """Whether a value can be put into a kernel: numbers, text, tensors, what holds only them."""
    match value:
        case SequenceValue():
            return all(map(is_data, value.items))
        case MappingValue():
            are_data = all(map(is_data, value.entries.values()))
            return not value.module and are_data and all(map(_is_literal, value.codes))
        case RecordValue():
            return KINDS[value.kind].is_data(value)
        case _:
            return isinstance(value, TensorValue | NumberValue | TextValue)


def _is_literal(code: str) -> bool:
    try:
        ast.literal_eval(code)
    except (ValueError, SyntaxError):
        return False
    return True


def items(value: RecordValue, name: str) -> tuple[Value, ...]:
    """Return the items of a part that is a sequence; none where it is not there."""
    part = value.fields.get(name)
    return part.items if isinstance(part, SequenceValue) else ()


def text(value: RecordValue, name: str) -> str:
    """Return a part that is a text; empty where it is not there."""
    part = value.fields.get(name)
    return part.value if isinstance(part, TextValue) else ""


def array(value: RecordValue, name: str) -> TensorValue:
    """Return a part that is an array."""
    part = value.fields[name]
    if not isinstance(part, TensorValue):
        raise ValueError("a part is no array")
    return part


def length(column: Value) -> int:
    """Return how many items a column has. Raises ValueError where it is none."""
    match column:
        case TensorValue(kind="array", shape=(number,)):
            return number
        case RecordValue(kind="words") if len(array(column, "codes").shape) == 1:
            return array(column, "codes").shape[0]
        case SequenceValue():
            return len(column.items)
        case _:
            raise ValueError("it is no column")


def _words(value: RecordValue) -> None:
    codes, levels = array(value, "codes"), items(value, "levels")
    if codes.dtype != "int64" or codes.kind != "array":
        raise ValueError("codes are whole numbers")
    if not all(isinstance(one, TextValue) for one in levels):
        raise ValueError("words are texts")
    if codes.data.numel() and not (
        int(codes.data.min()) >= -1 and int(codes.data.max()) < len(levels)
    ):
        raise ValueError("a code stands for no word")


def _refuse_columns(columns: tuple[Value, ...], size: int | None) -> None:
    lengths = {length(one) for one in columns}
    if len(lengths | ({size} if size is not None else set())) > 1:
        raise ValueError("columns are of different lengths")


def _frame(value: RecordValue) -> None:
    data = items(value, "data")
    _refuse_columns((*data, *items(value, "index")), _size(value))
    for name in ("columns", "dtypes", "ranks"):
        if len(items(value, name)) != len(data):
            raise ValueError("each column has a label and a dtype")
    if not all(isinstance(one, TextValue) for one in items(value, "dtypes")):
        raise ValueError("a dtype is a text")


def _size(value: RecordValue) -> int:
    part = value.fields["rows"]
    number = part.value if isinstance(part, NumberValue) else None
    if not isinstance(number, int) or number < 0:
        raise ValueError("there are so many rows, or none")
    return number


def _series(value: RecordValue) -> None:
    _refuse_columns((value.fields["data"], *items(value, "index")), None)


def _sparse(value: RecordValue) -> None:
    sizes = [one.value for one in items(value, "shape") if isinstance(one, NumberValue)]
    shape = [size for size in sizes if isinstance(size, int) and 0 <= size < 2**31]
    if not 1 <= len(shape) <= 2 or len(shape) != len(items(value, "shape")):
        raise ValueError("a sparse matrix has two sizes")
    numbers, places = array(value, "numbers"), array(value, "places")
    if places.dtype != "int64" or len(numbers.shape) != 1 or places.shape != numbers.shape:
        raise ValueError("each number has a place")
    inside = shape[0] * (shape[1] if len(shape) == 2 else 1)
    if places.data.numel():
        if not (int(places.data.min()) >= 0 and int(places.data.max()) < inside):
            raise ValueError("a place lies outside")
        if not bool((places.data[1:] > places.data[:-1]).all()):
            raise ValueError("places are in order")


def _image(value: RecordValue) -> None:
    if len(array(value, "pixels").shape) not in (2, 3):
        raise ValueError("an image has two axes, and one for colours")


def _drawn(value: RecordValue) -> None:
    for name in ("x", "y", "at", "heights"):
        if name in value.fields and len(array(value, name).shape) != 1:
            raise ValueError("what is drawn is a row of numbers")
    for one, other in (("x", "y"), ("at", "heights")):
        if one in value.fields and array(value, one).shape != array(value, other).shape:
            raise ValueError("each number drawn has a place")


def _figure(value: RecordValue) -> None:
    if not all(isinstance(one, RecordValue) and one.kind == "axes" for one in items(value, "axes")):
        raise ValueError("a figure holds axes")


def _axes(value: RecordValue) -> None:
    for name in ("lines", "points", "bars", "pictures"):
        if not all(
            isinstance(one, RecordValue) and one.kind == "drawn" for one in items(value, name)
        ):
            raise ValueError("axes hold what is drawn")
    for name in ("legend", "xlim", "ylim"):
        sort = TextValue if name == "legend" else NumberValue
        if not all(isinstance(one, sort) for one in items(value, name)):
            raise ValueError("a legend has texts, and limits are numbers")


def _is_plain(column: Value) -> bool:
    return column.kind == "words" if isinstance(column, RecordValue) else is_data(column)


def _dtypes(value: RecordValue) -> Iterator[str]:
    for one in items(value, "dtypes"):
        yield one.value if isinstance(one, TextValue) else ""


def _is_made_again(dtype: str) -> bool:
    known = dtype.startswith(_MADE_AGAIN + _ALSO_MADE_AGAIN)
    return known and "pyarrow" not in dtype


def _is_frame_data(value: RecordValue) -> bool:
    columns = (*items(value, "data"), *items(value, "index"))
    return all(map(_is_plain, columns)) and all(map(_is_made_again, _dtypes(value)))


def _is_series_data(value: RecordValue) -> bool:
    columns = (value.fields["data"], *items(value, "index"))
    return all(map(_is_plain, columns)) and _is_made_again(text(value, "dtype"))


def _has_no_opaque(value: RecordValue) -> bool:
    return not any(isinstance(one, OpaqueValue) for one in value.fields.values())


_TEXT, _LIST, _ARRAY = (TextValue,), (SequenceValue,), (TensorValue,)
_COLUMN = (TensorValue, SequenceValue, RecordValue)
KINDS: Mapping[str, Kind] = {
    "frame": Kind(
        title="DataFrames of pandas and polars",
        compared="`columns`: their labels; `dtype` of each; `values`, column by column, with the "
        "tolerances of numbers; `index`: the labels of rows (pandas); `order` of rows and columns; "
        "`names` of the index, if asked for. Missing values (NaN, None, NA, NaT) are one. pandas "
        "and polars are taken for each other where `aspects` leaves out `type`",
        fields={
            "rows": (NumberValue,),
            "columns": _LIST,
            "data": _LIST,
            "dtypes": _LIST,
            "ranks": _LIST,
            "index": _LIST,
            "names": _LIST,
        },
        optional=frozenset({"index", "names"}),
        refuse=_frame,
        is_data=_is_frame_data,
    ),
    "series": Kind(
        title="Series of pandas and polars, an Index",
        compared="as one column of a DataFrame",
        fields={
            "data": _COLUMN,
            "dtype": _TEXT,
            "ranks": _LIST,
            "index": _LIST,
            "names": _LIST,
        },
        optional=frozenset({"index", "names"}),
        refuse=_series,
        is_data=_is_series_data,
    ),
    "words": Kind(
        title="NumPy's arrays of texts, dates and durations",
        compared="`shape`, and word by word",
        fields={"codes": _ARRAY, "levels": _LIST, "dtype": _TEXT},
        refuse=_words,
        is_data=_has_no_opaque,
    ),
    "dataclass": Kind(
        title="dataclasses",
        compared="field by field, but for those with `compare=False`; the name of the class with "
        "`exact_type`",
        fields={},
        any_fields=True,
    ),
    "sparse": Kind(
        title="SciPy's sparse matrices and arrays",
        compared="`shape`, `dtype`, and number by number; how they are stored (CSR, COO, …) with "
        "`exact_type`",
        fields={"shape": _LIST, "places": _ARRAY, "numbers": _ARRAY, "format": _TEXT},
        refuse=_sparse,
        is_data=_has_no_opaque,
    ),
    "image": Kind(
        title="images of Pillow",
        compared="`shape`: their size; `dtype`: their mode; `values`: pixel by pixel",
        fields={"mode": _TEXT, "pixels": _ARRAY},
        refuse=_image,
        is_data=_has_no_opaque,
    ),
    "figure": Kind(
        title="figures of matplotlib",
        compared="`shape`: how many axes, lines, rows of bars, clouds of points and pictures they "
        "have; `values`: the data that are drawn, in any order; `scales`; `labels`: titles, labels "
        "of axes and legend, where your solution has them, whole and capitals aside (`Mass (g)` is "
        "not `mass`); `limits`, if asked for. Colours and styles are not looked at; `plot(x, y)` "
        "draws a line, with any mark, and `scatter(x, y)` a cloud, so say in the text "
        "which function you expect",
        fields={"axes": _LIST, "title": _TEXT},
        refuse=_figure,
    ),
    "axes": Kind(
        title="axes of matplotlib",
        compared="as those in a figure",
        fields={
            **dict.fromkeys(("title", "xlabel", "ylabel", "xscale", "yscale"), _TEXT),
            **dict.fromkeys(("lines", "points", "bars", "pictures"), _LIST),
            **dict.fromkeys(("legend", "xlim", "ylim"), _LIST),
        },
        refuse=_axes,
    ),
    "drawn": Kind(
        title="",
        compared="",
        fields={
            **dict.fromkeys(("x", "y", "at", "heights", "pixels"), _ARRAY),
            "names": _LIST,
            "label": _TEXT,
        },
        optional=frozenset({"x", "y", "at", "heights", "pixels", "names"}),
        refuse=_drawn,
    ),
}
