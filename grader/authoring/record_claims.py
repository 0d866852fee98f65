"""What a self-check says of tables and figures: their form, and none of their values."""

from collections.abc import Iterator

from grader.comparing.kinds.figures import DRAWN
from grader.model.assignment import Check
from grader.model.features import Size
from grader.model.kinds import items, text
from grader.model.text import Text, listed, say, verbatim
from grader.model.values import RecordValue, TextValue
from grader.wording.values import told

_MOST = 12  # columns that are named
_NUMBERS = ("int", "uint", "float", "bool", "Int", "UInt", "Float", "Boolean")
# The code for how many there are in `axes` of what is drawn.
_COUNTED = {
    "lines": "len(axes.lines)",
    "points": 'sum(type(one).__name__ == "PathCollection" for one in axes.collections)',
    "bars": 'sum(hasattr(one, "patches") for one in axes.containers)',
    "pictures": "len(axes.images)",
}
_LABELS = {"xlabel": say("x axis"), "ylabel": say("y axis"), "title": say("title")}


def record_claim(check: Check, expression: str, value: RecordValue) -> tuple[Text, str] | None:
    """Return what is true of each right answer, in words and as an expression; None for nothing.

    A blank is itself in place of it. Where a figure is made anew for it, nothing is said: that
    would show it a second time.
    """
    match value.kind:
        case "frame":
            found = [*_columns(check, value), *_dtypes(check, value)]
        case "series":
            found = [*_dtype(check, value)]
        case "figure" | "axes" if not check.is_call:
            found = [*_drawn(check, value), *_labels(check, value)]
        case _:
            found = []
    if not found:
        return None
    holds = " and ".join(code for _, code in found)
    form = f"(lambda it: it if it is ... or it is None else {holds})({expression})"
    return listed((words for words, _ in found), "; "), form


def _names(value: RecordValue) -> list[str]:
    """Return the labels of columns, where all are texts and no two are the same."""
    labels = items(value, "columns")
    names = [one.value for one in labels if isinstance(one, TextValue) and one.type == "str"]
    known = [one for one in names if isinstance(one, str)]
    return known if len({*known}) == len(labels) <= _MOST else []


def _columns(check: Check, value: RecordValue) -> Iterator[tuple[Text, str]]:
    if (names := _names(value)) and "columns" in check.aspects:
        found, due = "list(it.columns)", names
        if "order" not in check.aspects:
            found, due = "sorted(it.columns)", sorted(names)
        yield say("columns {names}", names=", ".join(names)), f"{found} == {due!r}"


def _dtypes(check: Check, value: RecordValue) -> Iterator[tuple[Text, str]]:
    """Yield which columns hold numbers of which dtype; others have names that libraries change."""
    if not {"type", "dtype"} <= {*check.aspects}:
        return
    by_dtype: dict[str, list[str]] = {}
    for name, known in zip(_names(value), items(value, "dtypes"), strict=False):
        said = str(known.value) if isinstance(known, TextValue) else ""
        if said.startswith(_NUMBERS):
            by_dtype.setdefault(said, []).append(name)
    for dtype, names in by_dtype.items():
        words = listed([", ".join(names), dtype], ": ")
        yield words, f"all(str(it[name].dtype) == {dtype!r} for name in {names!r})"


def _dtype(check: Check, value: RecordValue) -> Iterator[tuple[Text, str]]:
    dtype = text(value, "dtype")
    if {"type", "dtype"} <= {*check.aspects} and dtype.startswith(_NUMBERS):
        yield verbatim(dtype), f"str(it.dtype) == {dtype!r}"


def _axes(value: RecordValue) -> list[RecordValue]:
    every = items(value, "axes") if value.kind == "figure" else (value,)
    return [one for one in every if isinstance(one, RecordValue)]


def _of_each(value: RecordValue) -> str:
    return "it.axes" if value.kind == "figure" else "[it]"


def _drawn(check: Check, value: RecordValue) -> Iterator[tuple[Text, str]]:
    if "shape" not in check.aspects:
        return
    axes = _axes(value)
    if value.kind == "figure":
        yield told(Size(of="axes", number=len(axes))), f"len(it.axes) == {len(axes)}"
    for name, (part, _) in DRAWN.items():
        counts = [len(items(one, name)) for one in axes]
        if any(counts):
            code = f"[{_COUNTED[name]} for axes in {_of_each(value)}] == {counts}"
            yield told(Size(of=part, number=sum(counts))), code


def _labels(check: Check, value: RecordValue) -> Iterator[tuple[Text, str]]:
    """Yield which texts all axes have; what they say is the student's to write."""
    axes = _axes(value)
    for name, words in _LABELS.items() if "labels" in check.aspects else ():
        if axes and all(text(one, name) for one in axes):
            yield (
                say("a text at: {what}", what=words),
                f"all(axes.get_{name}() for axes in {_of_each(value)})",
            )
