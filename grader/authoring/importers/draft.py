"""A source of ours as it is to be written."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.authoring.importers.pieces import Piece, Remark


def written(number: float) -> int | float:
    """Return a number as a header has it: without a point where it is whole."""
    return int(number) if number == int(number) else number


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCell:
    """A cell to be written. header: its keys, in order; todos: what a person has to see to."""

    kind: Literal["code", "markdown"]
    source: str
    header: Mapping[str, Any] | None = None
    todos: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A source to be written. files: to be copied beside it, each with where it lies.

    imported: the notebook that it is made of, and pieces: what stands there; remarks: what a person
    should know, todos included.
    """

    imported: Path
    name: str
    title: str
    language: str
    cells: tuple[DraftCell, ...]
    files: Mapping[str, Path]
    remarks: tuple[Remark, ...]
    exercises: int
    checks: int
    pieces: tuple[Piece, ...] = ()
