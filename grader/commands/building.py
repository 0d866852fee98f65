"""What `grader build` writes: the files of a notebook, for all students or for each of a roster."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from grader import cache_folder, secret
from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.intake.roster import Student
    from grader.kernels.kernel import KernelFactory
    from grader.model.assignment import Assignment, Cell

STUDENTS = "students"  # the folder of what each student gets, in that of the notebooks


def contents(
    assignment: Assignment, cells: Sequence[Cell], language: str, *, mark: str = ""
) -> Mapping[str, bytes]:
    """Return the files of a released notebook by name. cells, mark: as of the release."""
    from grader.authoring.bundling import bundled
    from grader.authoring.release import write
    from grader.formats import bundle_file, zips

    found = {
        f"{assignment.name}.ipynb": write(assignment, cells, language, mark=mark).encode(),
        f"{assignment.name}{bundle_file.ENDING}": bundle_file.write(
            bundled(assignment, cells, language)
        ).encode(),
        **{name: path.read_bytes() for name, path in assignment.files},
    }
    if assignment.files:
        found[f"{assignment.name}.zip"] = zips.packed(found)
    return found


def is_current(path: Path, content: bytes, *, check: bool) -> bool:
    """Return whether a file was as it should be, and make it so, unless it is only checked."""
    was_current = path.exists() and path.read_bytes() == content
    if not (was_current or check):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return was_current


def build_for_all(loaded: Sequence[Assignment], out: Path, *, check: bool) -> bool:
    """Write the notebooks of assignments, and say of each file whether it was as it should be.

    Returns whether all were. Raises UsageError, and SourceError.
    """
    from grader.kernels.choose import open_factory
    from grader.reference_cache import prepared

    with closing(open_factory(None, "cpu")) as kind:
        references = [
            prepared(one, factory=kind, device="cpu", cache=cache_folder.usual()) for one in loaded
        ]
    _refuse_clashes(loaded)
    found = Counter[bool]()
    for reference in references:
        for language, cells in reference.released.items():
            for name, content in contents(reference.assignment, cells, language).items():
                path = out / language / name
                was_current = is_current(path, content, check=check)
                found[was_current] += 1
                told = "stale; run `grader build`" if check else "written"
                typer.echo(f"{path}: {'current' if was_current else told}")
    return not found[False]


def build_by_student(
    loaded: Sequence[Assignment], roster: Path, key: Path, out: Path, *, check: bool
) -> bool:
    """Write a notebook for each student of a roster, with numbers of its own.

    key: the file with the secret, made where there is none and nothing is only checked. Returns
    whether all were as they should be. Raises UsageError, and SourceError.
    """
    from grader.intake.roster import read
    from grader.kernels.choose import open_factory

    varied = [one for one in loaded if one.varied is not None]
    if not varied:
        names = ", ".join(one.name for one in loaded)
        raise UsageError(
            f"nothing of {names} differs by student: no given code says `variant:` in its header;"
            " leave out --roster"
        )
    _refuse_clashes(varied)
    students = {one: _folder(one) for one in read(roster)}
    _refuse_alike(students)
    if check and not key.exists():
        raise UsageError(f"{key} is not there, and --check draws no secret; name it with --secret")
    if not key.exists():
        typer.echo(f"{key}: a new secret is drawn; keep it, `grader grade` needs it")
    kept = secret.kept(key)
    written = Counter[bool]()
    with closing(open_factory(None, "cpu")) as kind:
        for assignment in varied:
            written += _of_all(assignment, students, kept, out, kind, check=check)
    told = "stale (run `grader build --roster`)" if check else "written"
    told = f"{written[False]} files {told}" if written[False] else "all is current"
    typer.echo(f"{out}: for {len(students)} students, {told}")
    return not written[False]


def _of_all(
    assignment: Assignment,
    students: Mapping[Student, str],
    kept: bytes,
    out: Path,
    kind: KernelFactory,
    *,
    check: bool,
) -> Counter[bool]:
    """Write the notebooks of an assignment, one variant after another; returns what was current."""
    from grader.model.deck import Deck, with_values
    from grader.reference_cache import prepared

    assert assignment.varied is not None
    deck = Deck(assignment.varied, secret.of_variants(kept, assignment.name))
    groups: dict[int, list[Student]] = defaultdict(list)
    for student in students:
        groups[deck.of(student.id).number].append(student)
    found = Counter[bool]()
    for group in groups.values():
        own = with_values(assignment, deck.of(group[0].id).values)
        with closing(
            prepared(own, factory=kind, device="cpu", cache=cache_folder.usual())
        ) as reference:
            for language, cells in reference.released.items():
                for student in group:
                    folder = out / students[student] / language
                    files = contents(own, cells, language, mark=deck.mark(student.id))
                    for name, content in files.items():
                        found[is_current(folder / name, content, check=check)] += 1
    return found


def _folder(student: Student) -> str:
    from grader.reporting.folder import safe

    return safe(student.id)


def _refuse_alike(folders: Mapping[Student, str]) -> None:
    """Raise UsageError where two students would get one folder."""
    known: dict[str, Student] = {}
    for student, folder in folders.items():
        other = known.setdefault(folder.casefold(), student)
        if other is not student:
            raise UsageError(
                f"the ids {other.id} and {student.id} name one folder; give one another id"
            )


def _refuse_clashes(assignments: Iterable[Assignment]) -> None:
    """Raise UsageError where two assignments come with different files of one name."""
    known: dict[str, tuple[str, bytes]] = {}
    for one in assignments:
        for name, path in one.files:
            content = path.read_bytes()
            other, before = known.setdefault(name, (one.name, content))
            if before != content:
                raise UsageError(
                    f"{other} and {one.name} come with different files {name}, and students get"
                    " both into one folder; name them apart"
                )
