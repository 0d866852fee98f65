"""Notebooks in the shape of those that courses have, as nbgrader and Otter take them."""

import json
from pathlib import Path


def notebook(*cells: dict, nbformat: int = 4) -> bytes:
    """Return a notebook's file."""
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    made = {"cells": list(cells), "metadata": metadata, "nbformat": nbformat, "nbformat_minor": 5}
    return json.dumps(made).encode()


def write(path: Path, *cells: dict) -> Path:
    """Write a notebook, and return where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook(*cells))
    return path


def code(source: str, **metadata) -> dict:
    """Return a code cell."""
    return {
        "cell_type": "code", "source": source.strip("\n"), "metadata": metadata, "outputs": [],
        "execution_count": None,
    }  # fmt: skip


def text(source: str, **metadata) -> dict:
    """Return a Markdown cell."""
    return {"cell_type": "markdown", "source": source.strip("\n"), "metadata": metadata}


def raw(source: str) -> dict:
    """Return a raw cell."""
    return {"cell_type": "raw", "source": source.strip("\n"), "metadata": {}}


class Nbgrader:
    """Cells with the metadata of one schema of nbgrader's. schema: 0 is without a version."""

    def __init__(self, schema: int) -> None:
        self.schema = schema

    def _said(self, id: str, *, points=None, **flags) -> dict:
        said = {"grade": False, "solution": False, "locked": False, "grade_id": id, **flags}
        if self.schema == 0:  # it knew what is true alone, and points as texts
            said = {name: value for name, value in said.items() if value is not False}
        else:
            said["schema_version"] = self.schema
        if self.schema == 3:
            said.setdefault("task", False)
        if points is not None:
            said["points"] = str(points) if self.schema == 0 else points
        return {"nbgrader": said}

    def answer(self, id: str, source: str) -> dict:
        """Return an answer that tests look at."""
        return code(source, **self._said(id, solution=True))

    def tests(self, id: str, points: float, source: str) -> dict:
        """Return tests."""
        return code(source, **self._said(id, grade=True, locked=True, points=points))

    def manual(self, id: str, points: float, source: str, make=text) -> dict:
        """Return an answer that a person marks."""
        return make(source, **self._said(id, grade=True, solution=True, points=points))

    def task(self, id: str, points: float, source: str) -> dict:
        """Return a task."""
        return text(source, **self._said(id, locked=True, points=points, task=True))

    def locked(self, id: str, source: str, make=text) -> dict:
        """Return what nobody changes."""
        return make(source, **self._said(id, locked=True))
