"""Two values side by side, place by place."""

from collections.abc import Iterator, Mapping

from grader.comparing.kinds.kind import Place, Two
from grader.comparing.kinds.registry import COMPARED
from grader.model.aspects import Aspect
from grader.model.assignment import Check
from grader.model.values import (
    SEVERAL,
    MappingValue,
    NumberValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    Value,
)

SETS = frozenset({"set", "frozenset"})  # their items come in an order of their own


def walk(
    actual: Value, expected: Value, check: Check, path: str = "", aspect: Aspect | None = None
) -> Iterator[Place]:
    """Yield two values, and then what is inside them, as far as both have the same form.

    Two lists of numbers are one place: one early difference in a curve is not hundreds. So are two
    sets, whose items have no places. aspect: what differs there counts as.
    """
    yield Place(path, actual, expected, aspect)
    for inner in _inside(actual, expected, check, path):
        yield from walk(inner.actual, inner.expected, check, inner.path, inner.aspect or aspect)


def _inside(actual: Value, expected: Value, check: Check, path: str) -> Iterator[Place]:
    match actual, expected:
        case SequenceValue(items=left), SequenceValue(items=right):
            is_whole = are_curves(actual, expected) or are_sets(actual, expected)
            if len(left) == len(right) and not is_whole:
                for number, (one, other) in enumerate(zip(left, right, strict=True)):
                    yield Place(f"{path}{_item(expected, number)}", one, other)
        case MappingValue(), MappingValue() if actual.module and expected.module:
            for name, one, other in parameters(actual, expected, check) or ():
                yield Place(f"{path}{name}" if name[:1] == "." else name.format(path), one, other)
        case MappingValue(entries=left), MappingValue(entries=right):
            if actual.module == expected.module and has_keys_of(actual, expected):
                for name, other in right.items():
                    key = name if name in expected.codes else repr(name)
                    inner = name if expected.type == SEVERAL else f"{path}[{key}]"
                    yield Place(inner, left[name], other)
        case RecordValue(), RecordValue() if actual.kind == expected.kind:
            yield from COMPARED[expected.kind].parts(Two(actual, expected, path, check))


def _item(value: SequenceValue, number: int) -> str:
    return f".{value.names[number]}" if value.names else f"[{number}]"


def has_keys_of(actual: MappingValue, expected: MappingValue) -> bool:
    """Whether two mappings have the same keys."""
    return actual.entries.keys() == expected.entries.keys() and actual.codes == expected.codes


def parameters(
    actual: MappingValue, expected: MappingValue, check: Check
) -> list[tuple[str, Value, Value]] | None:
    """Return the tensors of two modules that belong together, and the code that gives them.

    By name where all names are the same, buffers too; else the parameters alone, in order: what
    layers are called, and in what they are put, is a matter of style, if not of `exact_type`. None
    where one has more.
    """
    if actual.entries.keys() == expected.entries.keys():
        return [(f".{name}", actual.entries[name], one) for name, one in expected.entries.items()]
    ours, theirs = of_module(actual), of_module(expected)
    if len(ours) != len(theirs) or check.exact_type:
        return None
    pairs = zip(ours.values(), theirs.values(), strict=True)
    return [
        (f"list({{}}.parameters())[{number}]", one, other)
        for number, (one, other) in enumerate(pairs)
    ]


def of_module(value: MappingValue) -> Mapping[str, Value]:
    """Return the parameters of a module, by name."""
    return {name: one for name, one in value.entries.items() if name not in value.buffers}


def are_sets(actual: Value, expected: Value) -> bool:
    """Whether both are sets."""
    return all(isinstance(one, SequenceValue) and one.type in SETS for one in (actual, expected))


def curve(value: Value) -> list[float] | None:
    """Return a list of real numbers as floats; None where it is something else."""
    if not isinstance(value, SequenceValue):
        return None
    found: list[float] = []
    for item in value.items:
        if isinstance(item, NumberValue) and isinstance(item.value, float):
            found.append(item.value)
        elif isinstance(item, TensorValue) and item.shape == () and not item.data.is_complex():
            found.append(float(item.data))
        else:
            return None
    return found


def are_curves(actual: Value, expected: Value) -> bool:
    """Whether both are lists of more than one real number."""
    if not isinstance(expected, SequenceValue) or len(expected.items) < 2:
        return False
    return curve(actual) is not None and curve(expected) is not None
