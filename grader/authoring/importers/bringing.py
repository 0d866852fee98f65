"""Bringing sources over: which files are written, with what in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.atomic import write_bytes, write_text
from grader.authoring.files import files_of
from grader.authoring.importers.assembly import assemble
from grader.authoring.importers.draft import Draft
from grader.authoring.importers.importer import CannotImport, Importer
from grader.authoring.importers.pieces import Remark
from grader.authoring.importers.writing import source_of
from grader.authoring.source import load
from grader.errors import SourceError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A source that was written. fault: what keeps it from being read, if anything does."""

    draft: Draft
    path: Path
    fault: SourceError | None


def drafts(
    importer: Importer,
    path: Path,
    *,
    to: Path,
    name: str | None = None,
    language: str | None = None,
) -> tuple[list[Draft], list[CannotImport]]:
    """Return what the notebooks of a file or folder become, and why some become nothing.

    to: where the sources will stand, whose files belong to none; name, language: of the only
    notebook, and of all, in place of what is found.

    Raises UsageError where there is none, or a name for several.
    """
    if not path.exists():
        raise UsageError(f"{path} is not there")
    found, faults = list[Draft](), list[CannotImport]()
    notebooks = importer.notebooks(path)
    if name is not None and len(notebooks) > 1:
        raise UsageError(f"{path} has {len(notebooks)} notebooks; --name is for one")
    for one, called in notebooks:
        try:
            made = assemble(importer.read(one, name or called), language=language)
        except CannotImport as error:
            faults.append(error)
        except (ValueError, RecursionError):
            why = "some code in it is written in a way that cannot be looked through"
            faults.append(CannotImport(one, why))
        else:
            found.append(_sendable(made if name is None else replace(made, name=name), to))
    if not found and len(faults) == 1:
        raise faults[0]
    return _apart(found), faults


def write(made: Sequence[Draft], folder: Path, *, force: bool) -> list[Brought]:
    """Write sources and their files into a folder, and read the sources back.

    force: whether files that are there and are others are replaced. Raises UsageError where they
    must not be, before anything is written.
    """
    _refuse_overwriting(made, folder, force)
    brought = []
    for draft in made:
        path = folder / f"{draft.name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        for name, origin in draft.files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(target, origin.read_bytes())
        write_text(path, source_of(draft))
        fault = None
        try:
            load(path)
        except SourceError as error:
            fault = error
        brought.append(Brought(draft=draft, path=path, fault=fault))
    return brought


def _sendable(draft: Draft, to: Path) -> Draft:
    """Return a draft without files that students must not, or cannot, get."""
    kept, told = {}, []
    written = to.resolve()
    for name, path in draft.files.items():
        if draft.imported.resolve().parent in written.parents and path.resolve().is_relative_to(
            written
        ):
            continue
        try:
            files_of([name], path.parents[name.count("/")])
        except (ValueError, OSError) as error:
            told.append(Remark(cell=None, what=f"the file `{name}`", why=f"left out: {error}"))
        else:
            kept[name] = path
    return replace(draft, files=kept, remarks=(*told, *draft.remarks))


def _apart(made: Sequence[Draft]) -> list[Draft]:
    """Return drafts with names that differ."""
    taken: set[str] = set()
    found = []
    for draft in made:
        name, number = draft.name, 2
        while name in taken:
            name, number = f"{draft.name}_{number}", number + 1
        taken.add(name)
        found.append(replace(draft, name=name))
    return found


def _refuse_overwriting(made: Iterable[Draft], folder: Path, force: bool) -> None:
    planned: dict[str, tuple[Path, bytes]] = {}
    for draft in made:
        for name, origin in draft.files.items():
            data = origin.read_bytes()
            first, before = planned.setdefault(name, (origin, data))
            if before != data:
                raise UsageError(
                    f"{first} and {origin} would both be {folder / name}, and differ; import their"
                    " notebooks one by one, each with another --to"
                )
    there = [folder / f"{draft.name}.py" for draft in made]
    there = [path for path in there if path.exists()]
    for name, (_, data) in planned.items():
        path = folder / name
        if path.exists() and not (path.is_file() and path.read_bytes() == data):
            there.append(path)
    if there and not force:
        shown = ", ".join(map(str, there[:5])) + (" …" if len(there) > 5 else "")
        raise UsageError(
            f"already there: {shown}; --force replaces them, --to names another folder"
        )
