"""Which bundle a notebook is checked with: the one that is named, one beside it, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import BadBundle, NoSuchAssignment, UsageError
from grader.formats import bundle_file, notebook
from grader.intake import tree
from grader.intake.identify_assignment import identify_assignment, language_of
from grader.intake.own_release import own_release
from grader.model.bundle import Bundle
from grader.model.submission import Notebook
from grader.model.text import Text, listed, say
from grader.syntax import code

_MOST = 50  # files that are read, of those beside a notebook


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBundle:
    """The bundle of a notebook.

    notes: what was there besides, and why it was not taken; in what it differs from the notebook.
    """

    bundle: Bundle
    notes: tuple[Text, ...] = ()

    @property
    def is_in_place_of_another(self) -> bool:
        """Whether the notebook speaks for itself, though there are bundles where they belong."""
        return bool(self.notes) and self.bundle.is_own


def find_bundle(
    read: Notebook, path: Path, named: Path | None, *, limit: float, cell_limit: float
) -> FoundBundle:
    """Return what a notebook is checked with.

    path: of the notebook; named: the file or folder that a person named, a released notebook too;
    limit, cell_limit: CPU seconds where nothing says them.
    Raises BadBundle where what was named cannot be used, UsageError where it is not there, and
    NoSuchAssignment where the notebook does not belong to it, or says nothing of itself.
    """
    if named is not None:
        if named.suffix == ".ipynb":
            released = notebook.read(tree.read(named, at_most=notebook.MAX_BYTES))
            one = own_release(released, named, limit=limit, cell_limit=cell_limit, is_own=False)
            return _found(read, [one])
        paths = _of_folder(named) if named.is_dir() else [named]
        if not paths:
            raise UsageError(f"{named}: there is no file *{bundle_file.ENDING} in this folder")
        return _found(read, [bundle_file.read(one) for one in paths])
    there, notes = list[Bundle](), list[Text]()
    for file in _of_folder(path.parent):
        try:
            there.append(bundle_file.read(file))
        except BadBundle as error:
            notes.append(error.reason)
    if there:
        try:
            return _found(read, there, notes)
        except NoSuchAssignment as error:
            names = listed([one.assignment.path.name for one in there])
            reason = say("{reason}: it does not fit {files}", reason=error.reason, files=names)
            notes.append(reason)
    try:
        own = own_release(read, path, limit=limit, cell_limit=cell_limit, is_own=True)
    except NoSuchAssignment:
        if there:
            raise NoSuchAssignment(reason) from None
        raise
    return FoundBundle(bundle=own, notes=tuple(notes))


def _of_folder(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{bundle_file.ENDING}"))[:_MOST]


def _found(read: Notebook, bundles: Sequence[Bundle], notes: Sequence[Text] = ()) -> FoundBundle:
    """Return the bundle that a notebook belongs to. Raises NoSuchAssignment."""
    bundle = _fitting(read, bundles)
    told = read.about.get("language")
    if isinstance(told, str) and told != bundle.language:
        another = say(
            "{file} is of another language ({its}) than the notebook ({told}): titles and"
            " self-checks are told in its words",
            file=bundle.assignment.path.name,
            its=bundle.language,
            told=told[:10],
        )
        notes = [*notes, another]
    return FoundBundle(bundle=bundle, notes=tuple(notes))


def _fitting(read: Notebook, bundles: Sequence[Bundle]) -> Bundle:
    """Return the bundle that a notebook belongs to. Raises NoSuchAssignment.

    The ids of given cells are alike in all assignments, so what a notebook says of itself, and the
    headers of its exercises, have to agree.
    """
    claimed = read.about.get("assignment")
    headers = {code.header(cell.source) for cell in read.cells if cell.kind == "code"} - {None}
    asked = [one.assignment for one in bundles]
    if isinstance(claimed, str):
        asked = [one for one in asked if one.name == claimed]
    elif headers:
        asked = [one for one in asked if headers & {exercise.name for exercise in one.exercises}]
    if not asked:
        name = claimed[:50] if isinstance(claimed, str) else say("another assignment")
        raise NoSuchAssignment(say("the notebook says that it is for {name}", name=name))
    name = identify_assignment(read, asked, chosen=True).name
    by_language = {one.language: one for one in bundles if one.assignment.name == name}
    told = read.about.get("language")
    if isinstance(told, str) and told in by_language:
        return by_language[told]
    cells = {language: one.assignment.cells for language, one in by_language.items()}
    return by_language[language_of(read, cells)]
