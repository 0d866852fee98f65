"""Texts that code puts together from literals, as far as they can be told without running it.

A text is given and returned as its meaning (`meanings`): a quote and its characters, or nothing.
What can make a short text very long is not followed: repetition, and widths in formats.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any

from grader.syntax.meanings import LONGEST_TEXT, METHOD, held, is_text, joined

_METHODS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        name: getattr(str, name)
        for name in (
            *("lower", "upper", "casefold", "title", "capitalize", "swapcase"),
            *("strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "replace"),
        )
    }
)
_FIELD = re.compile(r"\{\}")
_LETTER = re.compile("%s")


def text(value: str) -> str:
    """Return the meaning of a text, where it is short enough to be followed."""
    return f"'{value}" if len(value) < LONGEST_TEXT else ""


def of_method(meaning: str, given: Sequence[str]) -> str:
    """Return what a method of a text gives. meaning: that of the method, as `Meanings.at`."""
    name, _, base = meaning.removeprefix(METHOD).partition("'")
    if name == "join" and len(given) == 1:
        parts = held(given[0])
        return text(base.join(part[1:] for part in parts)) if all(map(is_text, parts)) else ""
    if name == "format":
        return _filled(base, _FIELD, given)
    if name in _METHODS and all(map(is_text, given)):
        try:
            return text(_METHODS[name](base, *(part[1:] for part in given)))
        except TypeError:  # as many arguments as none of them takes
            return ""
    return ""


def of_operation(node: ast.BinOp, one: str, two: str) -> str:
    """Return what an operator makes of two texts, or of one and what fills it."""
    match node.op:
        case ast.Add():
            return joined([one, two])
        case ast.Mod() if is_text(one):
            return _filled(one[1:], _LETTER, [two] if is_text(two) else held(two))
    return ""


def of_slice(base: str, part: ast.expr) -> str:
    """Return what a slice of a text is."""
    if not isinstance(part, ast.Slice):
        return ""
    try:
        bounds: list[Any] = [
            None if one is None else ast.literal_eval(one)
            for one in (part.lower, part.upper, part.step)
        ]
        return text(base[1:][slice(*bounds)])
    except (ValueError, TypeError):  # not literal, or no bounds
        return ""


def of_number(node: ast.Call) -> str:
    """Return the character of `chr` with a literal number."""
    match node.args:
        case [ast.Constant(value=int(number))] if 0 < number <= 0x10FFFF:
            return text(chr(number))
    return ""


def _filled(template: str, field: re.Pattern[str], given: Sequence[str]) -> str:
    pieces = field.split(template)
    if len(pieces) != len(given) + 1 or any(map(set("{}%").intersection, pieces)):
        return ""
    first = [f"'{pieces[0]}"]
    return joined([*first, *chain(*zip(given, (f"'{one}" for one in pieces[1:]), strict=True))])
