"""What `grader grade` may be told: its arguments and options, and what they are checked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from grader import secret as secrets
from grader.commands.app import errors, places_of
from grader.errors import UsageError
from grader.intake.platforms.registry import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course.plan import Wanted
    from grader.kernels.cards import Place
    from grader.kernels.kernel import Limits
    from grader.model.assignment import Assignment


class Where(TypedDict):
    """What a job is told of where it runs."""

    device: str
    places: tuple[Place, ...]
    kernel: str | None
    full: bool


class FromSecret(TypedDict):
    """What a job is told that follows from a secret."""

    offsets: dict[str, int]
    variants: dict[str, str]


class KernelName(StrEnum):
    """What student code runs in."""

    warm = "warm"
    cold = "cold"


class Isolated(StrEnum):
    """What isolation a run insists on."""

    any = "any"
    full = "full"


Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...",
        help="Notebooks, folders of them, or archives (.zip, .tar.gz), as"
        f" {', '.join(one.title for one in PLATFORMS)} or others make them.",
    ),
]
AssignmentName = Annotated[
    str | None,
    typer.Option(
        "-a",
        "--assignment",
        metavar="NAME|SOURCE",
        help="A name from reference/, or a path to a source. Without it, each notebook is"
        " matched with the assignments in reference/.",
    ),
]
Out = Annotated[Path, typer.Option("-o", "--out", help="The folder to write to.")]
WhichDevice = Annotated[
    str,
    typer.Option(
        metavar="cpu|cuda|cuda:N|cuda:0,1|auto",
        help="Where the code runs: cuda takes every card that there is, cuda:N and cuda:0,1 those"
        " that are named; auto takes CUDA where there is one.",
    ),
]
GpuSlots = Annotated[
    int | None,
    typer.Option(
        "--gpu-slots",
        min=1,
        max=64,
        help="Submissions at once on each card, which share its memory; by what is free without.",
    ),
]
Language = Annotated[
    str | None, typer.Option("--lang", help="Of the reports; else that of each notebook.")
]
Jobs = Annotated[
    int | None,
    typer.Option("-j", "--jobs", min=1, help="Worker processes; by cores and memory without."),
]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS|FILE|local:N",
        help="Grade on the workers of a Dask cluster, by the address of its scheduler, as"
        " tcp://host:8786, or its scheduler file; local:N starts N workers here (docs/scale.md).",
    ),
]
WhichKernel = Annotated[
    KernelName | None,
    typer.Option(help="warm: forks of one process, on Linux; cold: a new process each time."),
]
Isolation = Annotated[
    Isolated, typer.Option(help="full: refuse to run with less (`grader doctor` explains).")
]
CellLimit = Annotated[
    float,
    typer.Option(
        min=1,
        help="CPU seconds that a cell may take, where its exercise says nothing; it may sleep"
        " for three times as long.",
    ),
]
Limit = Annotated[
    float,
    typer.Option(min=1, help="CPU seconds that a submission may take, in each of its runs."),
]
OtherData = Annotated[
    str,
    typer.Option(
        metavar="on|off|N",
        help="Run what is right once more with the seeds of given code shifted, by a number"
        " that follows from the secret and the assignment and is recorded in each result, or"
        " by N: values that are typed in fail.",
    ),
]
Secret = Annotated[
    Path | None,
    typer.Option(
        help="The file with the secret that other data and whose numbers are which follow from,"
        f" made where there is none; without it, OUT/{secrets.NAME}. Runs that share it give the"
        " same marks."
    ),
]
StudentPattern = Annotated[
    str | None,
    typer.Option(
        metavar="REGEX",
        help="Finds students in the paths of files that fit no layout: a regular expression"
        " with a group `student` and, if you like, `id`, `time` and `attempt`, searched in the path"
        " below PATH.",
    ),
]
RosterFile = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="A table (id, name, or a platform's export) of who is expected: names for ids, and"
        " who handed in nothing.",
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Grade nothing: show who was recognised and how, what counts, what is left out and who"
        " is missing. Exit code 1 where something looks wrong.",
    ),
]
Changed = Annotated[
    bool,
    typer.Option(
        "--changed",
        help="Grade again what follows from what has changed since: exercises of which a check, a"
        " tolerance, a solution or given code has, and what builds on them; everything, where"
        " limits, the device or the grader have.",
    ),
]
Again = Annotated[bool, typer.Option("--again", help="Grade everything again.")]
OnlyExercises = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="EXERCISE",
        help="Grade this exercise again, and keep what was found of the others; may be repeated.",
    ),
]
OnlyStudents = Annotated[
    list[str] | None,
    typer.Option(
        "--student",
        metavar="WHO",
        help="Grade the hand-ins of this student, by name or id, again, and no others; may be"
        " repeated.",
    ),
]


def where(
    device: str,
    slots: int | None,
    kernel: str | None,
    isolation: Isolated,
    *,
    dask: str | None,
    jobs: int | None,
) -> Where:
    """Return what a job is told of where it runs. Raises UsageError."""
    if dask is None:
        places = places_of(device, slots)
        device = "cuda" if places else "cpu"
    else:
        _check_elsewhere(device, slots, jobs)
        places = ()  # each worker finds its own
    full = isolation is Isolated.full
    return {"device": device, "places": places, "kernel": kernel, "full": full}


def _check_elsewhere(device: str, slots: int | None, jobs: int | None) -> None:
    """Raise UsageError for what says how this machine is used, where others are."""
    if jobs is not None:
        raise UsageError("--jobs is for this machine; with --dask, each worker grades one at once")
    if slots is not None:
        raise UsageError("--gpu-slots is for this machine; with --dask, each worker has one card")
    if device not in ("cpu", "cuda"):
        raise UsageError(f"--device {device}: with --dask it is cpu or cuda, on each worker's card")


def begin_early(paths: Sequence[Path], jobs: int | None, where: Where, dask: str | None) -> None:
    """Have kernels loaded while all else is: one notebook is graded in this process."""
    is_one = len(paths) == 1 and paths[0].suffix == ".ipynb"
    if dask is None and jobs in (None, 1) and is_one:
        from grader.kernels.choose import begin

        begin(where["kernel"], where["places"][0] if where["places"] else None)


def load_early(paths: Sequence[Path], answered: Sequence[Assignment], chosen: bool) -> None:
    """Have these kernels load what the one notebook will import, where earlier runs tell that."""
    from grader import cache_folder, preloaded
    from grader.intake.preview import preview
    from grader.kernels import choose
    from grader.model.submission import Handin

    if choose.has_begun():
        handin = Handin(student="", path=paths[0], shown=str(paths[0]))
        name = preview(handin, answered, chosen=chosen).assignment
        for assignment in answered:
            if assignment.name == name:
                choose.load_early(preloaded.known(assignment, cache_folder.usual()))


def pattern_of(text: str | None) -> re.Pattern[str] | None:
    """Return the pattern that finds students in paths. Raises UsageError where it is none."""
    if text is None:
        return None
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise UsageError(f"--student-pattern is no regular expression: {error}") from error
    if "student" not in pattern.groupindex:
        raise UsageError("--student-pattern needs a group called student, as in (?P<student>...)")
    return pattern


def limits_of(cell: float, submission: float) -> Limits:
    """Return limits in CPU seconds."""
    from grader.kernels.kernel import Limits

    return Limits(cell=cell, submission=submission)


def check_language(language: str | None, answered: Sequence[Assignment]) -> None:
    """Raise UsageError where no assignment is in a language."""
    if language is not None and not any(language in one.languages for one in answered):
        raise UsageError(f"no assignment is in `{language}`")


def wanted_of(
    answered: Sequence[Assignment],
    changed: bool,
    again: bool,
    only: list[str] | None,
    students: list[str] | None,
) -> Wanted:
    """Return what of the hand-ins is wanted. Raises UsageError for an unknown exercise."""
    from grader.course.plan import Wanted

    known = {exercise.name for one in answered for exercise in one.exercises}
    for name in only or ():
        if name not in known:
            there = ", ".join(sorted(known))
            raise UsageError(f"--only {name}: there is no such exercise; there are {there}")
    exercises, names = tuple(only or ()), tuple(students or ())
    return Wanted(changed=changed, again=again, exercises=exercises, students=names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What follows from a secret, by assignment.

    offsets: by how much seeds are shifted for other data, and source: what that follows from;
    variants: the keys of variants, where numbers differ by student.
    """

    offsets: dict[str, int]
    source: str
    variants: dict[str, str] = field(default_factory=dict)

    @property
    def told(self) -> FromSecret:
        """What a job is told of it."""
        return {"offsets": self.offsets, "variants": self.variants}


def drawn_of(
    other_data: str, answered: Sequence[Assignment], secret: Path | None, out: Path
) -> Drawn:
    """Return all that follows from a secret. Raises UsageError."""
    drawn = other_data_of(other_data, answered, secret, out)
    varied = [one for one in answered if one.varied is not None]
    if not varied:
        return drawn
    key = secrets.kept(secret or out / secrets.NAME)
    keys = {one.name: secrets.of_variants(key, one.name).hex() for one in varied}
    if other_data != "on":  # else it is in there
        drawn = replace(drawn, source=f"{drawn.source}, variants of {secrets.fingerprint(key)}")
    return replace(drawn, variants=keys)


def other_data_of(
    other_data: str, answered: Sequence[Assignment], secret: Path | None, out: Path
) -> Drawn:
    """Return by how much seeds are shifted. Raises UsageError."""
    if other_data == "off":
        return Drawn(offsets={}, source="off")
    if other_data == "on":
        if secret is not None and not secret.exists():
            line = f"grader: {secret} is not there: a new secret is drawn, and kept in it"
            errors.print(line, markup=False, soft_wrap=True)
        key = secrets.kept(secret or out / secrets.NAME)
        offsets = {one.name: secrets.offset(key, one.digest) for one in answered}
        return Drawn(offsets=offsets, source=secrets.fingerprint(key))
    if not other_data.isdecimal() or not 0 < int(other_data) <= secrets.MAX_OFFSET:
        raise UsageError(f"--other-data is on, off, or a number from 1 to {secrets.MAX_OFFSET}")
    offsets = dict.fromkeys((one.name for one in answered), int(other_data))
    return Drawn(offsets=offsets, source=other_data)
