"""Which modules a notebook imports that may be missing where it is run."""

import sys
from collections.abc import Mapping, Sequence

from grader.model.bundle import Bundle
from grader.model.precheck import Import
from grader.model.submission import Step
from grader.running.absent import is_there
from grader.running.attachments import Attachments
from grader.syntax.imports import imported

_USUAL = frozenset({"torch", "numpy"})  # the grader itself needs them


def imports(
    steps: Sequence[Step], files: Attachments, bundle: Bundle
) -> tuple[tuple[Import, ...], tuple[Import, ...]]:
    """Return the modules that a student's cells import and that are not here, and unusual others.

    Unusual is what neither Python has nor the assignment itself imports. files: what lies beside
    the notebook.
    """
    released = (cell.source for cell in bundle.assignment.cells if cell.is_code)
    usual = _USUAL.union(sys.stdlib_module_names, *map(imported, released))
    places: dict[str, list[int]] = {}
    for step in steps:
        if step.role == "given" or step.opaque or step.cell is None:
            continue
        for name in sorted(imported(step.source)):
            places.setdefault(name, []).append(step.cell + 1)
    handed_in = {name.split("/")[0].removesuffix(".py") for name, _ in files}
    lacking = {name: places[name] for name in places if not is_there(name, files)}
    others = places.keys() - lacking.keys() - handed_in - usual
    unusual = {name: places[name] for name in sorted(others)}
    return _listed(lacking), () if bundle.is_own else _listed(unusual)


def _listed(places: Mapping[str, Sequence[int]]) -> tuple[Import, ...]:
    return tuple(Import(name=name, cells=tuple(cells)) for name, cells in places.items())
