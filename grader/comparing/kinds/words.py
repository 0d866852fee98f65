"""Arrays of texts, moments and durations."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import torch

from grader.comparing.kinds.columns import as_words
from grader.comparing.kinds.kind import Difference, Kind, Place, Two
from grader.model.aspects import Aspect
from grader.model.features import Feature, Name, Outline, Quote, Shape
from grader.model.kinds import array, items, text
from grader.model.values import RecordValue, TextValue

SHOWN = 4  # words of an array that are shown
_LONG = 60  # characters of a word that are shown


def _aspects(value: RecordValue) -> Iterable[Aspect]:
    return ("type", "shape", "values")


def _differences(two: Two) -> Iterator[Difference]:
    left, right = array(two.actual, "codes"), array(two.expected, "codes")
    path = two.path
    if left.shape != right.shape:
        shapes = Shape(sizes=left.shape), Shape(sizes=right.shape)
        yield Difference(path, "shape", *shapes, form=True)
        return
    one, other = as_words(two.actual, two.expected)
    wrong = (one != other).reshape(-1)
    if bool(wrong.any()):
        first = int(wrong.nonzero()[0])
        features = _word(two.actual, first), _word(two.expected, first)
        number, total = int(wrong.sum()), wrong.numel()
        yield Difference(
            _at(path, left.shape, first, two.expected.type),
            "values",
            *features,
            wrong=number,
            total=total,
        )


def _at(path: str, shape: tuple[int, ...], place: int, type: str) -> str:
    index: list[str] = []
    for size in reversed(shape):
        place, along = divmod(place, size)
        index.insert(0, str(along))
    inside = f"[{', '.join(index)}]" if index else ""
    return f"{path}.iloc{inside}" if type == "pandas.Series" else f"{path}{inside}"


def _word(value: RecordValue, place: int) -> Feature:
    code = int(array(value, "codes").data.reshape(-1)[place])
    if code < 0:
        return Quote(text="NA")
    level = items(value, "levels")[code]
    word = level.value if isinstance(level, TextValue) else ""
    word = word if len(word) <= _LONG else f"{word[:_LONG]}…"
    is_text = isinstance(level, TextValue) and level.type == "str"
    return Quote(text=repr(word) if is_text else word)


def _parts(two: Two) -> Iterator[Place]:
    return iter(())


def _glimpse(value: RecordValue) -> Feature:
    codes = array(value, "codes")
    shown = [_word(value, place) for place in range(min(SHOWN, codes.data.numel()))]
    dtype = Name(name=text(value, "dtype"))
    return Outline(type=value.type, parts=(dtype, Shape(sizes=codes.shape), *shown))


def _trivial(value: RecordValue) -> Iterator[tuple[str, RecordValue]]:
    codes = array(value, "codes")
    first = replace(codes, data=torch.zeros_like(codes.data))
    if items(value, "levels"):
        yield "the first word everywhere", replace(value, fields={**value.fields, "codes": first})
    empty = replace(codes, data=codes.data.new_empty(0), shape=(0,))
    yield "an empty array", replace(value, fields={**value.fields, "codes": empty})


WORDS = Kind(
    aspects=_aspects,
    differences=_differences,
    parts=_parts,
    glimpse=_glimpse,
    trivial=_trivial,
)
