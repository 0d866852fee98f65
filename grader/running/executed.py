"""The notebook as it was run, for the staff to look at."""

from collections.abc import Sequence
from typing import Any

from grader.formats import notebook
from grader.model.submission import Notebook, NotebookCell, Step
from grader.running.outputs import Ran

_Cell = tuple[NotebookCell, list[dict[str, Any]], int | None]


def write(submitted: Notebook, steps: Sequence[Step], ran: Sequence[Ran]) -> str:
    """Return a notebook file: the submitted cells, what was put back, and what each gave.

    A cell that ran as something else than was submitted (a given cell that was changed) stands as
    it ran. The metadata of one that did not come to its end say what ended it.
    """
    runs = {id(item.step): item.run for item in ran}
    rest = list(steps)
    cells: list[_Cell] = []

    def take(index: int | None, cell_id: str | None) -> bool:
        taken = False
        while rest and rest[0].cell in (None, index):  # None: a given cell that was put back
            step = rest.pop(0)
            run = runs.get(id(step))
            is_cut = run is not None and not run.came_to_its_end
            about = {"tensorgrader": {"ending": run.ending}} if run and is_cut else {}
            cell = NotebookCell(kind="code", source=step.source, id=cell_id, metadata=about)
            cells.append((cell, run.outputs if run else [], run.count if run else None))
            taken = taken or step.cell is not None
        return taken

    for index, cell in enumerate(submitted.cells):
        if not take(index, cell.id):
            kept = NotebookCell(kind=cell.kind, source=cell.source, id=cell.id)
            cells.append((kept, [], None))
    take(None, None)
    return notebook.write(cells)
