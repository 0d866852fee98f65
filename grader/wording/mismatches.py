"""What differs between a value and the expected one, put into words, aspect by aspect."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from grader.model.aspects import OF_VALUES, Aspect
from grader.model.facts import Extent, Mismatch, PartsDiffer
from grader.model.features import Bound, Entries, Members, Names, Order, Thing, Withheld
from grader.model.text import Text, counted, listed, say, verbatim
from grader.model.values import TOO_MUCH
from grader.wording.values import code, told

_NOTHING = verbatim("")


def aspect(name: Aspect) -> Text:
    """Return what an aspect is called."""
    match name:
        case "type":
            return say("type")
        case "shape":
            return say("shape")
        case "dtype":
            return say("dtype")
        case "device":
            return say("device")
        case "requires_grad":
            return code("requires_grad")
        case "values":
            return say("values")
        case "grad":
            return say("gradient")
        case "columns":
            return say("columns")
        case "index":
            return say("index")
        case "order":
            return say("order")
        case "names":
            return say("names")
        case "scales":
            return say("scale")
        case "labels":
            return say("labels")
        case "limits":
            return say("limits")
        case _:
            assert_never(name)


def sentence(found: Mismatch | PartsDiffer, check: str, of: Sequence[str] = ()) -> Text:
    """Return a sentence about one difference.

    check: the expression that it was found in; of: what that was computed from, where the grader
    computed it.
    """
    if isinstance(found, PartsDiffer):
        parts = counted("{number} part differs", "{number} parts differ", found.number)
        return say(
            "{aspect}: not as expected ({extent}).", aspect=aspect(found.aspect), extent=parts
        )
    place = found.path.removeprefix(check)
    where = say(" at {place}", place=code(place)) if place else _NOTHING
    if isinstance(found.actual, Names):
        return _chosen(found)
    if isinstance(found.actual, Order):
        return _order(found.actual, where)
    if found.aspect in OF_VALUES:
        return _numbers(found, where, of)
    return _form(found, where)


def _chosen(found: Mismatch) -> Text:
    actual = told(found.actual)
    if isinstance(found.expected, Withheld):
        return say("Chosen: {actual}. That is not right.", actual=actual)
    return say(
        "Chosen: {actual}; right is {expected}.", actual=actual, expected=told(found.expected)
    )


def _order(found: Order, where: Text) -> Text:
    match found.of:
        case "rows":
            return say("The rows{where} stand in another order.", where=where)
        case "columns":
            return say("The columns{where} stand in another order.", where=where)
        case "rows and columns":
            return say("The rows and the columns{where} stand in another order.", where=where)
        case "categories":
            return say("The categories{where} are ordered in another way.", where=where)
        case _:
            assert_never(found.of)


def _form(found: Mismatch, where: Text) -> Text:
    what = aspect(found.aspect)
    if isinstance(found.expected, Withheld):
        what = say("entries") if found.expected.of == "entries" else what
        return say("{aspect}{where}: not as expected.", aspect=what, where=where)
    if isinstance(found.actual, Entries) and isinstance(found.expected, Entries):
        if found.aspect == "columns":
            return _columns(found.actual, found.expected, where)
        return _entries(found.actual, found.expected, where)
    if isinstance(found.actual, Thing) and found.actual.reason in TOO_MUCH:
        return say(
            "{aspect}{where}: not looked at, as there was too much.", aspect=what, where=where
        )
    expected = told(found.expected)
    if isinstance(found.actual, Withheld):
        return say(
            "{aspect}{where}: expected {expected}, and it is another.",
            aspect=what,
            where=where,
            expected=expected,
        )
    return say(
        "{aspect}{where}: {actual}, expected {expected}.",
        aspect=what,
        where=where,
        actual=told(found.actual),
        expected=expected,
    )


def _columns(actual: Entries, expected: Entries, where: Text) -> Text:
    missing, extra = (listed(map(code, one.names)) for one in (expected, actual))
    lacks = say("Columns{where}: {names} missing", where=where, names=missing)
    more = say("Columns{where}: {names} not expected", where=where, names=extra)
    if expected.names and actual.names:
        more = say("{names} not expected", names=extra)
        return say("{missing}; {extra}.", missing=lacks, extra=more)
    return say("{part}.", part=lacks if expected.names else more)


def _entries(actual: Entries, expected: Entries, where: Text) -> Text:
    missing = [code(name) for name in expected.names if name not in actual.names]
    extra = [code(name) for name in actual.names if name not in expected.names]
    if not missing and not extra:
        return say("{aspect}{where}: not as expected.", aspect=say("entries"), where=where)
    lacks = say("Entries{where}: {names} missing", where=where, names=listed(missing))
    more = say("Entries{where}: {names} not expected", where=where, names=listed(extra))
    if missing and extra:
        more = say("{names} not expected", names=listed(extra))
        return say("{missing}; {extra}.", missing=lacks, extra=more)
    return say("{part}.", part=lacks if missing else more)


def _numbers(found: Mismatch, where: Text, of: Sequence[str]) -> Text:
    much = say(" ({extent})", extent=_extent(found.extent)) if found.extent else _NOTHING
    what = aspect(found.aspect)
    if isinstance(found.actual, Members):
        return say("Value{where}: {members}.", where=where, members=told(found.actual))
    if isinstance(found.actual, Withheld):
        if found.aspect == "grad":
            return say("Gradient{where}: not the expected one{extent}.", where=where, extent=much)
        if found.aspect != "values":
            return say("{aspect}{where}: not as expected.", aspect=what, where=where)
        return say("Value{where}: not the expected one{extent}.", where=where, extent=much)
    values = {"where": where, "actual": told(found.actual), "extent": much}
    if isinstance(found.expected, Bound):
        bound = told(found.expected)
        if of:
            return say(
                "Computed from your {names}: {actual}; it should be {bound}{extent}.",
                names=listed(map(code, of)),
                bound=bound,
                **values,
            )
        return say("Value{where}: {actual}; it should be {bound}{extent}.", bound=bound, **values)
    if not isinstance(found.expected, Withheld):
        return _beside(found, of, {**values, "expected": told(found.expected)})
    if of and found.aspect == "values":
        return say(
            "Computed from your {names}: {actual}{extent}.", names=listed(map(code, of)), **values
        )
    if found.aspect == "grad":
        return say("Gradient{where}: {actual} is not the expected one{extent}.", **values)
    if found.aspect != "values":
        return say(
            "{aspect}{where}: {actual} is not what is expected{extent}.", aspect=what, **values
        )
    return say("Value{where}: {actual} is not the expected one{extent}.", **values)


def _beside(found: Mismatch, of: Sequence[str], values: Mapping[str, Text]) -> Text:
    """Return a sentence that tells the expected number, too."""
    if found.extent is not None and found.extent.over:
        if of:
            return say(
                "Computed from your {names}: {actual}{extent}; the reference has {expected}.",
                names=listed(map(code, of)),
                **values,
            )
        return say("Value{where}: {actual}{extent}; the reference has {expected}.", **values)
    if of and found.aspect == "values":
        return say(
            "Computed from your {names}: {actual}, expected {expected}{extent}.",
            names=listed(map(code, of)),
            **values,
        )
    if found.aspect == "grad":
        return say("Gradient{where}: {actual}, expected {expected}{extent}.", **values)
    if found.aspect != "values":
        what = aspect(found.aspect)
        return say("{aspect}{where}: {actual}, expected {expected}.", aspect=what, **values)
    return say("Value{where}: {actual}, expected {expected}{extent}.", **values)


def _extent(extent: Extent) -> Text:
    if extent.over:
        return say("larger than it may be")
    if extent.wrong == extent.total:
        return counted("all {number} values differ", "all {number} values differ", extent.total)
    return counted(
        "{number} of {total} values differ",
        "{number} of {total} values differ",
        extent.wrong,
        total=extent.total,
    )
