"""What all commands share: the application, where things are, what an argument stands for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import typer
from rich.console import Console

from grader.errors import UsageError
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.course.settings import Settings
    from grader.kernels.cards import Place
    from grader.model.assignment import Assignment
    from grader.model.text import Text

app = typer.Typer(
    help="Grade PyTorch exercise notebooks against a reference solution.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
errors = Console(stderr=True, highlight=False)


def tell(line: Text | str) -> None:
    """Say a line about what is done, beside what a command gives."""
    errors.print(strip_controls(f"grader: {line}"), markup=False, soft_wrap=True)


class _Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


def named(every: Iterable[_N], name: str, what: str) -> _N:
    """Return the one of a name. Raises UsageError, which says which there are. what: one is."""
    known = list(every)
    for one in known:
        if one.name == name:
            return one
    there = "; ".join(f"{one.name}, {one.title}" for one in known)
    raise UsageError(f"there is no {what} `{name}`; there are {there}")


SOURCES = Path("reference")
RELEASED = Path("assignments")


def course(path: Path | None = None) -> Settings:
    """Return what `course.toml` says, of the folder that a person is in where no file is named.

    Raises UsageError.
    """
    from grader.course.course_file import here, load

    return here(Path()) if path is None else load(path)


def folder_of_sources(file: Path | None = None) -> Path:
    """Return where the sources are. file: as in `course`."""
    return course(file).sources or SOURCES


def sources(named: str | None, file: Path | None = None) -> list[Path]:
    """Return the path of a source, given its name or path; all of reference/ without one.

    file: as in `course`.
    """
    if named is not None and Path(named).is_file():
        return [Path(named)]
    from grader.authoring.front_matter import without_files

    folder = folder_of_sources(file)
    found = without_files(sorted(p for p in folder.glob("*") if p.suffix in (".py", ".ipynb")))
    if named is None:
        if not found:
            raise UsageError(f"there is no source in {folder}/; name one by its path")
        return found
    for path in found:
        if path.stem == named:
            return [path]
    known = ", ".join(path.stem for path in found) or "nothing"
    raise UsageError(f"`{named}` is neither a file nor a name from {folder}/ (there: {known})")


def assignments(named: str | None, file: Path | None = None) -> list[Assignment]:
    """Return the assignments of a name or a path; all of reference/ without one.

    file: as in `course`.
    """
    from grader import cache_folder
    from grader.source_cache import load

    loaded = [load(path, cache_folder.usual()) for path in sources(named, file)]
    names = [one.name for one in loaded]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UsageError(
            f"two sources in {folder_of_sources(file)}/ are named `{min(twice)}`; rename one"
        )
    return loaded


def places_of(device: str, slots: int | None) -> tuple[Place, ...]:
    """Return the places on cards that code is to run in; none for the CPU. Raises UsageError."""
    from grader.kernels import cards
    from grader.kernels.card_files import torch_has_cuda

    if cards.check(device) == "cpu":
        if slots is not None:
            raise UsageError("--gpu-slots is for cards; --device cuda uses them")
        return ()
    here = cards.here()
    wanted = cards.chosen(device, here, torch_has_cuda=torch_has_cuda())
    return cards.places(wanted, here, slots)
