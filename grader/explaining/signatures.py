"""What PyTorch says of a call that fits none of a function's forms, which it lists.

Its message begins alike whether an argument is missing, has a name that there is none of, or is of
another type; which of them it is, the list shows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Misfit = Literal["missing-argument", "unknown-argument", "argument-type", "argument-forms"]

_MESSAGE = re.compile(r"invalid combination of arguments - got \((?P<got>.*?)\), but expected ")
_FORM = re.compile(r"(?:expected|\*|^) *\((?P<form>[^()]*)\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to call a function. least: so many arguments it needs; names: of all it takes."""

    least: int
    most: int
    names: frozenset[str]


def misfit(message: str) -> tuple[Misfit, str] | None:
    """Return why a call fits no form, with the argument's name where it has none of that name.

    None where the message is another one. Where it cannot be told, "argument-forms" is.
    """
    if (found := _MESSAGE.search(message)) is None:
        return None
    got = [part.strip() for part in found["got"].split(",") if part.strip()]
    named = [part.partition("=")[0] for part in got if "=" in part]
    whole = message.rstrip().endswith(")")  # else it was cut, and forms may be missing
    forms = [*_forms(message[found.end("got") + 2 :])] if whole else []
    for name in named:
        if forms and all(name not in form.names for form in forms):
            return "unknown-argument", name
    if forms and all(len(got) < form.least for form in forms):
        return "missing-argument", ""
    if any(form.least <= len(got) <= form.most and form.names >= {*named} for form in forms):
        return "argument-type", ""
    return "argument-forms", ""


def _forms(text: str) -> Iterator[_Form]:
    for found in _FORM.finditer(text):
        parts = [part.strip() for part in found["form"].split(",") if part.strip()]
        asked = [part for part in parts if part != "*"]
        needed = [part for part in asked if "=" not in part and " " in part]
        names = (part.partition("=")[0].split() for part in asked)
        yield _Form(
            least=len([part for part in needed if not part.startswith("torch.Generator")]),
            most=len(asked),
            names=frozenset(words[-1] for words in names if words),
        )
