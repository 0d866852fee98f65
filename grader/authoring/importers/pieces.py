"""What the notebooks of all systems are made of, before a source is made of it.

Cells and lines count from 1; those of a remark are the imported notebook's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a person should know, or do, about a place in what was imported.

    what: stands there; why: it was not carried over as it is; code: that a person may have to write
    anew, empty where nothing is lost.
    """

    cell: int | None
    line: int | None = None
    what: str
    why: str
    code: str = ""

    def placed(self, path: Path) -> str:
        """Return it as a line, with its place."""
        where = str(path) + (f", cell {self.cell}" if self.cell else "")
        where += f", line {self.line}" if self.line else ""
        return f"{where}: {self.what}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Text for students."""

    cell: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Code for students, with nothing to fill in."""

    cell: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricItem:
    """A sentence that a person ticks, and its points."""

    points: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What students fill in.

    code: with the solution between our marks; blank: one for all regions, or one by name of a
    region; name: as the other system calls it; points: None where they stand with its tests.
    """

    cell: int
    name: str
    kind: Literal["code", "markdown"]
    code: str
    blank: str | Mapping[str, str] | None = None
    points: float | None = None
    is_manual: bool = False
    rubric: tuple[RubricItem, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Code that tests answers; it fails as a whole.

    hidden: the lines that students do not get; of: the answer that it is about, where the system
    says it; title: what it looks at, in words; is_shown: whether its last expression is its result.
    """

    cell: int
    code: str
    first_line: int = 1  # in the cell, of the code
    hidden: frozenset[int] = frozenset()
    points: float | None = None
    of: str | None = None
    name: str = ""
    title: str = ""
    is_shown: bool = False


Piece = Prose | Given | Answer | Tested


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A notebook of another system's, read.

    name: of the assignment; title: where the system has one; files: as it names them, each with
    where it lies; withheld: modules beside it that students do not get; remarks: on what belongs to
    no answer.
    """

    path: Path
    name: str
    title: str = ""
    pieces: tuple[Piece, ...]
    files: Mapping[str, Path] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    remarks: tuple[Remark, ...] = ()
