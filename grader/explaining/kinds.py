"""What a value shows that is another kind of thing than it should be, or has other parts."""

from collections.abc import Iterator, Sequence

from grader.comparing import describe
from grader.comparing.compare import compare
from grader.comparing.numbers import dtype_of
from grader.comparing.walk import parameters
from grader.explaining import relations
from grader.explaining.case import Pair
from grader.model.assignment import Check
from grader.model.facts import Symptom
from grader.model.features import Count, Feature, Flag, Length, Names, Thing
from grader.model.values import (
    TOO_MUCH,
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

MAX_PARTS = 20  # of a value whose parts are looked for in another


def other_kind(pair: Pair) -> Iterator[Symptom]:
    """Find a thing of another kind: a list in place of a tensor, a text in place of a dtype."""
    actual, expected = pair.actual, pair.expected
    if isinstance(actual, RaisedValue | NoValue):
        return
    found, wanted = _thing(actual), _thing(expected)
    if found == wanted or _stand_for_each_other(pair):
        return
    if isinstance(actual, OpaqueValue) and actual.reason in TOO_MUCH:
        return  # of what it is nothing was seen
    about: dict[str, Feature] = {"found": found, "wanted": wanted}
    about |= inside(pair)
    yield pair.symptom("kind", **about)


def reordered(pair: Pair) -> Iterator[Symptom]:
    """Find the right items in another order."""
    match pair.actual, pair.expected:
        case SequenceValue(items=left), SequenceValue(items=right):
            is_small = len(left) == len(right) and 1 < len(left) <= MAX_PARTS
            if _kinds(right) < min(3, len(right)):
                return  # of two kinds alone, in another order by chance
            if is_small and not pair.is_curve and _is_reordered(pair, left, right):
                yield pair.symptom("order")


def _kinds(items: Sequence[Value]) -> int:
    """Return how many different texts, truths or numbers there are; of others, each is its own."""
    plain = [one for one in items if isinstance(one, TextValue | NumberValue)]
    return len({one.value for one in plain}) + len(items) - len(plain)


def other_parts(pair: Pair) -> Iterator[Symptom]:
    """Find too many or too few items or entries."""
    match pair.actual, pair.expected:
        case SequenceValue(items=left), SequenceValue(items=right):
            if len(left) != len(right) and not _is_shifted(pair):
                yield from _lengths(pair, left, right)
        case MappingValue(entries=left) as actual, MappingValue(entries=right) as expected:
            missing = tuple(name for name in right if name not in left)
            extra = tuple(name for name in left if name not in right)
            matters = _matters(actual, expected, pair.check)
            if (missing or extra) and matters:
                about = {"missing": Names(names=missing), "extra": Names(names=extra)}
                yield pair.symptom("entries", **about)


def _matters(actual: MappingValue, expected: MappingValue, check: Check) -> bool:
    """Whether it matters which entries there are: what a module calls its own is its style."""
    if not expected.module:
        return True
    names = actual.entries.keys(), expected.entries.keys()
    is_part = names[0] < names[1] or names[1] < names[0]
    return is_part and parameters(actual, expected, check) is None


def other_text(pair: Pair) -> Iterator[Symptom]:
    """Find a text where the name of an error should be."""
    actual, expected = pair.actual, pair.expected
    if not isinstance(actual, TextValue) or not isinstance(expected, TextValue):
        return
    if not actual.type == expected.type == "str" or actual.value == expected.value:
        return
    if expected.value.isidentifier() and expected.value.endswith("Error"):
        is_name, none = actual.value.isidentifier(), actual.value == "no error"
        yield pair.symptom("error-name", name=Flag(value=is_name), none=Flag(value=none))


def _thing(value: Value) -> Thing:
    """Return what a value is, dtypes told from other words."""
    if isinstance(value, TextValue) and value.type == "dtype":
        return Thing(kind="other", name="dtype")
    found = describe.thing(value)
    return found if isinstance(found, Thing) else Thing(kind="other")


def _stand_for_each_other(pair: Pair) -> bool:
    """Whether the check takes the one for the other: a number for a tensor without axes."""
    found = pair.differences()
    differs = {one.aspect for one in found.mismatches if one.path == pair.path}
    both = isinstance(pair.actual, NumberValue | TensorValue) and isinstance(
        pair.expected, NumberValue | TensorValue
    )
    if both and not pair.check.exact_type:
        return "type" not in differs
    return not differs and not any(one.path == pair.path for one in found.mismatches)


def inside(pair: Pair) -> dict[str, Feature]:
    """Return what is known of the parts: the value is one of those expected, or holds the one."""
    actual, expected = pair.actual, pair.expected
    if isinstance(expected, SequenceValue) and isinstance(actual, TensorValue | NumberValue):
        for place, item in enumerate(expected.items[:MAX_PARTS]):
            if _is_right(pair, actual, item):
                return {"part": Count(number=place + 1), "parts": Count(number=len(expected.items))}
    if isinstance(actual, SequenceValue) and not isinstance(expected, SequenceValue):
        for place, item in enumerate(actual.items[:MAX_PARTS]):
            if _is_right(pair, item, expected):
                return {"item": Count(number=place), "items": Count(number=len(actual.items))}
    return {}


def _is_shifted(pair: Pair) -> bool:
    """Whether it is a curve with but one number too many or too few."""
    if not pair.is_curve:
        return False
    left, right = relations.wide(pair.actual), relations.wide(pair.expected)
    return (
        left is not None
        and right is not None
        and relations.shift(left, right, dtype=dtype_of(pair.expected), check=pair.check)
        is not None
    )


def _lengths(pair: Pair, left: Sequence[Value], right: Sequence[Value]) -> Iterator[Symptom]:
    about: dict[str, Feature] = {
        "length": Length(items=len(left)),
        "wanted": Length(items=len(right)),
    }
    if 0 < len(left) < len(right):
        step = -(-len(right) // len(left))
        begins = _are_right(pair, left, right[: len(left)])
        about["begins"] = Flag(value=begins)
        if len(right[::step]) == len(left) and step > 1 and len(left) > 1:
            every = _are_right(pair, left, right[::step])
            about |= {"every": Count(number=step)} if every and not begins else {}
    yield pair.symptom("length", **about)


def _are_right(pair: Pair, left: Sequence[Value], right: Sequence[Value]) -> bool:
    return all(_is_right(pair, one, other) for one, other in zip(left, right, strict=True))


def _is_right(pair: Pair, actual: Value, expected: Value) -> bool:
    try:
        # As the expected one is, where a smaller one would pass: it is called right in words.
        return compare(actual=actual, expected=expected, check=pair.check.close).right
    except TypeError:  # there is nothing to compare with
        return False


def _is_reordered(pair: Pair, left: Sequence[Value], right: Sequence[Value]) -> bool:
    """Whether the items are the expected ones, each once, and stand in another order."""
    rest = list(right)
    for one in left:
        place = next((n for n, other in enumerate(rest) if _is_right(pair, one, other)), None)
        if place is None:
            return False
        del rest[place]
    return not _are_right(pair, left, right)
