"""What is wrong with a file of settings, in words, with the line where it stands."""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grader.errors import UsageError

Key = tuple[str | int, ...]
_MOST_LINES = 1000  # of a file whose keys are looked for: each line is read with all above it
_PLAIN = {
    "string_type": "write a text, in quotes",
    "bool_type": "write true or false",
    "list_type": "write a list, as [1, 2]",
    "int_type": "write a whole number",
    "dict_type": "this is a table, as [table]",
    "model_type": "this is a table, as [table]",
    "model_attributes_type": "this is a table, as [table]",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value. key: its keys, from the top of the file."""

    key: Key
    problem: str


def faulty(path: Path, text: str, faults: Sequence[Fault]) -> UsageError:
    """Return what tells a person all that is wrong with a file: a line for each fault."""
    lines = Lines(text)
    told = []
    for fault in faults:
        line = lines.find(fault.key)
        where = f"{path}, line {line}" if line is not None else str(path)
        told.append((line or 0, f"{where}: `{dotted(fault.key)}`: {fault.problem}"))
    return UsageError("\n".join(line for _, line in sorted(told, key=lambda one: one[0])))


def faults_of(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """Return what a schema found."""
    return [Fault(one["loc"], _problem(one, model)) for one in error.errors()]


def dotted(key: Key) -> str:
    """Return a key as TOML writes it; places of lists are counted from 1."""
    parts = [
        f"{part + 1}"
        if isinstance(part, int)
        else part
        if part.isascii() and part.replace("-", "").replace("_", "").isalnum()
        else f'"{part}"'
        for part in key
    ]
    return ".".join(parts)


def meant(word: str, known: Sequence[str]) -> str:
    """Return a question for what was perhaps meant; empty where nothing is like it."""
    plain = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(word.casefold(), plain, n=1)
    return f"; did you mean `{plain[near[0]]}`?" if near else ""


class Lines:
    """Where the keys of a file stand, as far as that is certain.

    A statement begins behind the last lines that are TOML without it, and brings the keys that
    these do not have.
    """

    def __init__(self, text: str) -> None:
        lines = text.splitlines(keepends=True)
        self._statements: list[tuple[int, Any]] = []
        begin = 1
        if len(lines) <= _MOST_LINES:
            for number in range(1, len(lines) + 1):
                if (so_far := _parsed("".join(lines[:number]))) is not None:
                    self._statements.append((begin, so_far))
                    begin = number + 1

    def find(self, key: Key) -> int | None:
        """Return the line, from 1, of a key, or of the table that it is not in."""
        names = [part for part in key if isinstance(part, str)]
        while names:
            for begin, so_far in self._statements:
                if _holds(so_far, names):
                    return begin
            names.pop()
        return None


def _parsed(text: str) -> Any:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except ValueError:
        return None


def _holds(table: Any, names: Sequence[str]) -> bool:
    for name in names:
        if not isinstance(table, Mapping) or name not in table:
            return False
        table = table[name]
    return True


def _problem(error: ErrorDetails, model: type[BaseModel]) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        known = _keys(model, error["loc"][:-1])
        name = str(error["loc"][-1])
        if len(error["loc"]) > 1 and name in model.model_fields:
            return "no such key here; move it to the top of the file, above the first [table]"
        near = meant(name, known)
        return f"no such key{near}{' There' if near else '; there'} are: {', '.join(known)}"
    if kind == "literal_error":
        allowed = [repr(one).replace("'", '"') for one in _literals(error)]
        wrong = meant(str(error["input"]), [one.strip('"') for one in allowed])
        return f"write {' or '.join(allowed)}{wrong}"
    return _PLAIN.get(kind, error["msg"].removeprefix("Value error, "))


def _literals(error: ErrorDetails) -> list[str]:
    """Return what a text may be, from how pydantic writes it: 'a', 'b' or 'c'."""
    expected = str(error.get("ctx", {})["expected"])
    return [part.strip("' ") for part in expected.replace(" or ", ", ").split(", ")]


def _keys(model: type[BaseModel], key: Key) -> list[str]:
    """Return the keys of the table at a place of a file."""
    for part in key:
        field = model.model_fields.get(str(part))
        inner = _models(field.annotation) if field is not None else []
        if inner:
            model = inner[0]
    return sorted(model.model_fields)


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Return the models in a type, as in `dict[str, Model] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in getattr(annotation, "__args__", ()) for found in _models(part)]
