"""What can be told of a notebook before it is handed in, without anything to compare it with."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from grader.model.bundle import Bundle
from grader.model.facts import Ending, ForbiddenUse, Symptom
from grader.model.result import Fault
from grader.model.submission import State
from grader.model.text import Text
from grader.model.values import Exceeded

# How far an exercise has come, from what is worst.
Standing = Literal[
    "stops",
    "does not fit",
    "too short",
    "forbidden",
    "blank",
    "missing",
    "not reached",
    "not here",
    "written",
    "runs",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A cell that does not come to its end.

    cell: from 1, None for released code that is run besides; exercise: whose it is, or the one
    above it; role: whose code it is; below_blank: an exercise above it that is not filled in, empty
    for none; symptom: what its error shows. Lines are those of the whole cell.
    """

    cell: int | None
    exercise: str | None
    role: Literal["given", "exercise", "own", "self_check"]
    ending: Ending
    exceeded: Exceeded | None = None
    fault: Fault | None = None
    symptom: Symptom | None = None
    below_blank: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCheck:
    """What the self-check of an exercise printed, line by line; unfit: what does not fit of it."""

    lines: tuple[str, ...]
    unfit: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether it found nothing that does not fit."""
        return not self.unfit


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedExercise:
    """What was seen of an exercise.

    cell: its cell, from 1; None without one; blanks: the lines of it that still hold `...`; stop:
    where its code, or the self-check of it, was stopped first; self_check: None where there is
    none, or it was not reached; seconds: of CPU time, of its longest cell, of `limit`; words: of a
    text in a Markdown cell, and how many it is to have at least.
    """

    name: str
    standing: Standing
    state: State
    cell: int | None = None
    blanks: tuple[int, ...] = ()
    stop: Stop | None = None
    self_check: SelfCheck | None = None
    uses: tuple[ForbiddenUse, ...] = ()
    seconds: float = 0.0
    limit: float = 0.0
    words: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A module that cells import, by their numbers from 1."""

    name: str
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Precheck:
    """What was seen of a notebook.

    lacking: modules that are not installed here; unusual: others that the assignment itself does
    not import; files: those beside the notebook that its code names; missing: those that come with
    the assignment, and are not there; notes: what would be mended on
    intake; seconds: of CPU time, of `limit`; memory: the most bytes that were seen to be held,
    libraries among them, of `memory_limit`; 0 where that is not known.
    """

    bundle: Bundle
    exercises: tuple[CheckedExercise, ...]
    stops: tuple[Stop, ...]
    lacking: tuple[Import, ...] = ()
    unusual: tuple[Import, ...] = ()
    files: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    seconds: float = 0.0
    limit: float = 0.0
    memory: int = 0
    memory_limit: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to do."""
        fine = all(one.standing in ("runs", "written", "not here") for one in self.exercises)
        return fine and not (self.stops or self.lacking)

    @property
    def first(self) -> "Stop | CheckedExercise | None":
        """What to do first: what stops for no blank above it, then what does not fit, and so on."""
        return next(self._in_order(), None)

    def _in_order(self) -> "Iterator[Stop | CheckedExercise]":
        yield from (one for one in self.stops if not one.below_blank)
        order: tuple[Standing, ...]
        order = ("does not fit", "too short", "forbidden", "missing", "blank")
        for standing in order:
            yield from (one for one in self.exercises if one.standing == standing)
        yield from self.stops
        yield from (one for one in self.exercises if one.standing == "not reached")
