"""Figures: the axes in them, and what is drawn there, in any order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from grader.comparing import tolerance
from grader.comparing.kinds.kind import Difference, Kind, Place, Two, each
from grader.model.aspects import Aspect
from grader.model.assignment import Check
from grader.model.features import Feature, Name, Outline, Part, Quote, Size
from grader.model.kinds import items, text
from grader.model.values import (
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

# What is drawn, by the part that holds it: what is counted, and the code that gives one.
DRAWN: dict[str, tuple[Part, str]] = {
    "lines": ("line", "lines"),
    "points": ("points", "collections"),
    "bars": ("bars", "containers"),
    "pictures": ("picture", "images"),
}
# The code that gives the data of what is drawn.
_CODES = {
    "x": ".get_xdata()",
    "y": ".get_ydata()",
    "at": "",
    "heights": "",
    "pixels": ".get_array()",
}
_TEXTS = {"title": "get_title()", "xlabel": "get_xlabel()", "ylabel": "get_ylabel()"}
_MANY = 40  # lines: of more, the first is compared with the first


def _aspects(value: RecordValue) -> Iterable[Aspect]:
    if value.kind != "drawn":
        yield from ("type", "shape", "labels", "scales", "limits")


def _of_figure(two: Two) -> Iterator[Difference]:
    actual, expected, path, _ = two
    ours, theirs = items(actual, "axes"), items(expected, "axes")
    if len(ours) != len(theirs):
        sizes = each(lambda one: Size(of="axes", number=len(one)), ours, theirs)
        yield Difference(f"{path}.axes", "shape", *sizes, form=True)
    yield from _label(two, "title", f"{path}.get_suptitle()")


def _axes_of_figure(two: Two) -> Iterator[Place]:
    ours, theirs = items(two.actual, "axes"), items(two.expected, "axes")
    if len(ours) == len(theirs):
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield Place(f"{two.path}.axes[{number}]", one, other)


def _of_axes(two: Two) -> Iterator[Difference]:
    actual, expected, path, _ = two
    for name, (part, code) in DRAWN.items():
        numbers = len(items(actual, name)), len(items(expected, name))
        if numbers[0] != numbers[1]:
            yield Difference(f"{path}.{code}", "shape", *_sizes(part, *numbers), form=True)
    for axis in ("x", "y"):
        scales = text(actual, f"{axis}scale"), text(expected, f"{axis}scale")
        if scales[0] != scales[1]:
            names = Name(name=scales[0]), Name(name=scales[1])
            yield Difference(f"{path}.get_{axis}scale()", "scales", *names)
    for name, code in _TEXTS.items():
        yield from _label(two, name, f"{path}.{code}")
    found, wanted = each(_legend, actual, expected)
    if wanted and found != wanted:
        shown = each(lambda one: Quote(text=", ".join(one) or "None"), found, wanted)
        yield Difference(f"{path}.get_legend()", "labels", *shown)


def _sizes(part: Part, actual: int, expected: int) -> tuple[Feature, Feature]:
    return Size(of=part, number=actual), Size(of=part, number=expected)


def _legend(value: RecordValue) -> list[str]:
    return sorted(map(_plain, items(value, "legend")))


def _label(two: Two, name: str, path: str) -> Iterator[Difference]:
    """Tell a text that is another than is expected, where there is one; capitals aside."""
    found, wanted = text(two.actual, name), text(two.expected, name)
    if wanted and _folded(found) != _folded(wanted):
        yield Difference(path, "labels", Quote(text=repr(found)), Quote(text=repr(wanted)))


def _folded(word: str) -> str:
    return " ".join(word.split()).casefold()


def _plain(value: Value) -> str:
    return _folded(value.value) if isinstance(value, TextValue) else ""


def _drawn_in_axes(two: Two) -> Iterator[Place]:
    actual, expected, path, check = two
    for name, (_, code) in DRAWN.items():
        ours, theirs = items(actual, name), items(expected, name)
        if len(ours) != len(theirs):
            continue
        for number, (left, right) in _matched(ours, theirs, check):
            yield Place(f"{path}.{code}[{number}]", left, right)
    if "limits" in check.aspects:
        for name in ("xlim", "ylim"):
            sides = actual.fields[name], expected.fields[name]
            yield Place(f"{path}.get_{name}()", *sides, "limits")


def _matched(
    ours: Sequence[Value], theirs: Sequence[Value], check: Check
) -> Iterator[tuple[int, tuple[Value, Value]]]:
    """Yield what is drawn beside what it should be, with its place: the right ones first."""
    left = dict(enumerate(ours))
    rest = []
    for number, other in enumerate(theirs):
        order = (
            sorted(left, key=lambda place: place != number) if len(theirs) <= _MANY else [number]
        )
        place = next((one for one in order if _is_same(left.get(one), other, check)), None)
        if place is None:
            rest.append(other)
        else:
            yield place, (left.pop(place), other)
    yield from ((place, (left[place], other)) for place, other in zip(left, rest, strict=True))


def _is_same(actual: Value | None, expected: Value, check: Check) -> bool:
    if not isinstance(actual, RecordValue) or not isinstance(expected, RecordValue):
        return False
    if actual.fields.keys() != expected.fields.keys() or _names(actual) != _names(expected):
        return False
    return all(
        not isinstance(other, TensorValue) or _is_close(actual.fields[name], other, check)
        for name, other in expected.fields.items()
    )


def _names(value: RecordValue) -> list[str]:
    return [_plain(one) for one in items(value, "names")]


def _is_close(actual: Value, expected: TensorValue, check: Check) -> bool:
    if not isinstance(actual, TensorValue) or actual.shape != expected.shape:
        return False
    found = tolerance.differs(actual.data, expected.data, dtype=tolerance.NUMBER, check=check.close)
    return not bool(found.any())


def _of_drawn(two: Two) -> Iterator[Difference]:
    """Tell what is drawn in another way: bars of other names, or along the other axis."""
    actual, expected, path, _ = two
    if actual.fields.keys() != expected.fields.keys():
        kinds = each(_parts_of, actual, expected)
        yield Difference(path, "type", *kinds, form=True)
    elif _names(actual) != _names(expected):
        names = each(lambda one: Quote(text=", ".join(_names(one))), actual, expected)
        yield Difference(path, "values", *names)


def _parts_of(value: RecordValue) -> Feature:
    return Name(name=", ".join(sorted(value.fields.keys() - {"label"})))


def _data(two: Two) -> Iterator[Place]:
    """Yield the numbers of what is drawn; those of one float are as good as those of another."""
    actual, expected, path, _ = two
    if actual.fields.keys() != expected.fields.keys():
        return
    for name, other in expected.fields.items():
        one = actual.fields[name]
        if isinstance(one, TensorValue) and isinstance(other, TensorValue):
            inner = f"{path}{_CODES[name] if 'x' not in expected.fields or name in 'xy' else ''}"
            sides = each(lambda side: replace(side, dtype=tolerance.NUMBER), one, other)
            yield Place(inner, *sides)


def _glimpse(value: RecordValue) -> Feature:
    if value.kind == "figure":
        sizes: tuple[Feature, ...] = (Size(of="axes", number=len(items(value, "axes"))),)
        return Outline(type=value.type, parts=sizes)
    parts = (Size(of=part, number=len(items(value, name))) for name, (part, _) in DRAWN.items())
    return Outline(type=value.type, parts=tuple(one for one in parts if one.number))


def _bare(value: RecordValue) -> Iterator[tuple[str, RecordValue]]:
    """Yield one without anything drawn."""
    none = SequenceValue(type="list", items=())
    if value.kind == "axes":
        yield "empty axes", replace(value, fields={**value.fields, **dict.fromkeys(DRAWN, none)})
        return
    bare = tuple(
        next(_bare(one))[1] for one in items(value, "axes") if isinstance(one, RecordValue)
    )
    axes = SequenceValue(type="list", items=bare)
    yield "a figure with nothing drawn", replace(value, fields={**value.fields, "axes": axes})


FIGURE = Kind(
    aspects=_aspects,
    differences=_of_figure,
    parts=_axes_of_figure,
    glimpse=_glimpse,
    trivial=_bare,
)
AXES = Kind(
    aspects=_aspects,
    differences=_of_axes,
    parts=_drawn_in_axes,
    glimpse=_glimpse,
    trivial=_bare,
)
DRAWING = Kind(aspects=_aspects, differences=_of_drawn, parts=_data, glimpse=_glimpse)
