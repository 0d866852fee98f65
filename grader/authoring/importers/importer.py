"""What every system's importer does: find notebooks, and read one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from grader.authoring.importers.pieces import Found
from grader.errors import CannotGrade, UsageError
from grader.formats import jupytext_reader, notebook
from grader.model.submission import Notebook, NotebookCell


class Importer(Protocol):
    """A system whose sources can be brought over. name: on the command line."""

    name: str
    title: str

    def notebooks(self, path: Path) -> list[tuple[Path, str]]:
        """Return the notebooks of a file or folder, each with the name of its assignment.

        Raises UsageError where there is none.
        """
        ...

    def read(self, path: Path, name: str) -> Found:
        """Return a notebook in pieces. Raises CannotImport."""
        ...


class CannotImport(UsageError):
    """A notebook cannot be brought over; the message names it, and says why and what to do."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")


def read_notebook(path: Path) -> Notebook:
    """Return the notebook of a file; a script of Jupytext's may be one. Raises CannotImport."""
    try:
        data = path.read_bytes()
        return _script(data.decode("utf-8")) if path.suffix == ".py" else notebook.read(data)
    except (OSError, CannotGrade, ValueError, SyntaxError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise CannotImport(path, why or "it cannot be read") from error


def _script(text: str) -> Notebook:
    """Return a script as a notebook, with the metadata of its cells."""
    node = jupytext_reader.reads(text, "py")
    cells = (
        NotebookCell(kind=cell.cell_type, source=cell.source, metadata=dict(cell.metadata))
        for cell in node.cells
    )
    return Notebook(cells=tuple(cells), metadata=dict(node.metadata))


def notebooks_below(folder: Path) -> Iterator[Path]:
    """Yield the notebooks in a folder and below it, but for what is hidden and checkpoints."""
    for path in sorted(folder.rglob("*.ipynb")):
        parts = path.relative_to(folder).parts
        if not any(part.startswith(".") for part in parts) and path.is_file():
            yield path
