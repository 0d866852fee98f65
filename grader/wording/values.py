"""Features of values, put into words."""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from grader.model.features import (
    Bound,
    Count,
    Entries,
    Factor,
    Feature,
    Flag,
    Glimpse,
    Gradient,
    Length,
    Members,
    Name,
    Names,
    Number,
    Order,
    Outline,
    Part,
    Quote,
    Series,
    Shape,
    Size,
    Thing,
    Thrown,
    Unseen,
    Withheld,
)
from grader.model.text import Text, counted, listed, say, verbatim
from grader.model.values import Absence

_PER_CHANNEL = "per-channel"
# What the probe says of a value that it does not send: what it is, or why.
_NOUNS: dict[str, Text] = {
    text.one: text
    for text in (
        say("a class"),
        say("a function"),
        say("an integer of more than 1000 digits"),
        say("a set of what has no order"),
        say("a tensor of {about} MiB, over the limit of 64"),
        say("a tensor of {about}"),
        say("a sparse tensor of {about}"),
        say("a sparse tensor whose indices do not fit its shape"),
        say("a tensor on the device {about}, which has no numbers"),
        say("a tensor that holds no numbers of its own"),
        say("a nested tensor"),
        say("a parameter that has no shape yet"),
        say("an array of {about}"),
        say("an array with a mask"),
        say("a table of {about} columns, over the limit of 5000"),
        say("a mapping with keys that read alike"),
        say("what raises {about} when it is looked at"),
    )
}
_REASONS: dict[str, Text] = _NOUNS | {
    text.one: text
    for text in (
        say("too many nested values"),
        say("contains itself"),
        say("too much text"),
        say("not a value that is compared"),
        say("too many items"),
        say("too many tensors"),
        say("too many bytes of tensors"),
    )
}


def told(feature: Feature) -> Text:
    """Return a feature in words."""
    match feature:
        case Thing():
            return _thing(feature)
        case Unseen(why=why):
            return _unseen(why)
        case Shape(sizes=sizes):
            return verbatim(str(sizes))
        case Length(items=items):
            return counted("{number} item", "{number} items", items)
        case Size(of=of, number=number):
            return _size(of, number)
        case Order():
            return say("in another order")
        case Members():
            return members(feature)
        case Outline(type=type, parts=parts):
            if not parts:
                return verbatim(type)
            return say("{whole} ({items})", whole=type, items=listed(map(told, parts), "; "))
        case Entries(names=names):
            return say("entries {names}", names=listed(names)) if names else say("no entries")
        case Name(name=name):
            return verbatim(name)
        case Names(names=names):
            return codes(names)
        case Flag(value=value):
            return verbatim(str(value))
        case Number(text=text, digits=digits):
            if text:
                return verbatim(text)
            return counted("an integer of {number} digit", "an integer of {number} digits", digits)
        case Bound():
            return _bound(feature)
        case Count(number=number):
            return verbatim(str(number))
        case Factor(over=over, under=under):
            return verbatim(f"{over}/{under}" if under != 1 else str(over))
        case Quote(text=text):
            return verbatim(text)
        case Gradient(present=present):
            return say("a gradient") if present else verbatim("None")
        case Glimpse():
            return _glimpse(feature)
        case Series():
            return _series(feature)
        case Thrown(type=type, message=message):
            return listed([type, message], ": ")
        case Withheld():
            return say("something else")
        case _:
            assert_never(feature)


def members(found: Members) -> Text:
    """Return what is wrong in a set."""
    extra = listed(map(told, found.extra))
    if found.surplus > len(found.extra):
        extra = say("{items}, …", items=extra)
    too_many = counted(
        "{items} should not be in it", "{items} should not be in it", found.surplus, items=extra
    )
    if not found.surplus:
        return _missing(found.missing)
    if not found.missing:
        return too_many
    return say("{part}; {other}", part=too_many, other=_missing(found.missing))


def _missing(number: int) -> Text:
    return counted("{number} item is missing", "{number} items are missing", number)


def _size(of: Part, number: int) -> Text:
    match of:
        case "row":
            return counted("{number} row", "{number} rows", number)
        case "column":
            return counted("{number} column", "{number} columns", number)
        case "field":
            return counted("{number} field", "{number} fields", number)
        case "parameter":
            return counted("{number} parameter", "{number} parameters", number)
        case "axes":
            return counted("{number} plot", "{number} plots", number)
        case "line":
            return counted("{number} line", "{number} lines", number)
        case "points":
            return counted("{number} cloud of points", "{number} clouds of points", number)
        case "bars":
            return counted("{number} row of bars", "{number} rows of bars", number)
        case "picture":
            return counted("{number} picture", "{number} pictures", number)
        case _:
            assert_never(of)


def code(text: str) -> Text:
    """Return code in a sentence."""
    return verbatim(f"`{text}`")


def codes(names: Iterable[str]) -> Text:
    """Return names as code: "`a` and `b`"."""
    return listed(map(code, names), say(" and "))


def is_noun(thing: Thing) -> bool:
    """Whether why a value is not sent says what it is: "a function"."""
    return thing.reason in _NOUNS


def why_opaque(thing: Thing) -> Text:
    """Return why a value is not sent."""
    if (text := _REASONS.get(thing.reason)) is None:
        return verbatim(thing.reason)
    return replace(text, values={"about": thing.about})


def _bound(bound: Bound) -> Text:
    if bound.at_most is None:
        return say("at least {number}", number=f"{bound.at_least:g}")
    if bound.at_least is None:
        return say("at most {number}", number=f"{bound.at_most:g}")
    return say("from {low} to {high}", low=f"{bound.at_least:g}", high=f"{bound.at_most:g}")


def _thing(thing: Thing) -> Text:
    if thing.exact:
        if thing.kind == "tensor":
            return say("a {type}", type=thing.name)
        return say("a Python {type}", type=thing.name)
    match thing.kind:
        case "tensor":
            if thing.name == _PER_CHANNEL:
                return say("a tensor that is quantized per channel")
            return say("a {layout} tensor", layout=thing.name) if thing.name else say("a tensor")
        case "array":
            return say("a NumPy array")
        case "number":
            return say("a number")
        case "bool":
            return say("True or False")
        case "none":
            return say("None")
        case "ellipsis":
            return say("... (not filled in)")
        case "text":
            return say("text")
        case "sequence" | "mapping":
            return say("a {type}", type=thing.name) if thing.name else say("a sequence")
        case "record":
            return say("a {type}", type=thing.name)
        case "module":
            return say("a module ({type})", type=thing.name)
        case "error":
            return say("an error ({type})", type=thing.name)
        case "opaque":
            return listed([thing.name, why_opaque(thing)], ": ")
        case "other":
            return verbatim(thing.name)
        case _:
            assert_never(thing.kind)


def _unseen(why: Absence) -> Text:
    match why:
        case "timed out":
            return say("timed out")
        case "too much output":
            return say("too much output")
        case "too much memory":
            return say("too much memory")
        case "crashed":
            return say("crashed")
        case "unreadable":
            return say("unreadable")
        case "not asked":
            return say("not asked")
        case _:
            assert_never(why)


def _glimpse(glimpse: Glimpse) -> Text:
    about: list[Text | str] = [glimpse.dtype]
    about += [say("shape {shape}", shape=str(glimpse.shape))] if glimpse.shape else []
    about += [glimpse.device] if glimpse.device != "cpu" else []
    if glimpse.kept_as:
        is_layout = glimpse.kept_as != _PER_CHANNEL
        about.append(glimpse.kept_as if is_layout else say("quantized per channel"))
    if not glimpse.numbers and 0 not in glimpse.shape:
        if glimpse.kind == "array":
            return say("array of {about}", about=listed(about))
        return say("tensor of {about}", about=listed(about))
    numbers = listed(map(told, glimpse.numbers))
    if glimpse.shape:
        more = ", …" if glimpse.more else ""
        numbers = Text("[{numbers}{more}]", values={"numbers": numbers, "more": more})
    if glimpse.kind == "array":
        return say("array of {about}: {numbers}", about=listed(about), numbers=numbers)
    return say("tensor of {about}: {numbers}", about=listed(about), numbers=numbers)


def _series(series: Series) -> Text:
    length = told(Length(items=series.length))
    whole = say("{type} of {length}", type=series.type, length=length)
    if not series.items:
        return whole
    return say("{whole} ({items})", whole=whole, items=listed(map(told, series.items), "; "))
