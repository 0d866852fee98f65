"""The submission that is graded: the perfect one of an assignment.

`released` is the course's gradient descent as students get it, nine tenths of a second of training
of their own; `short` is the same notebook with a fiftieth of it, so that what a grader adds is not
hidden behind it. `eleven` is a small notebook of eleven cells with a thirtieth of a second of its
own work, two functions that are called with hidden inputs, and values of every other kind.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[1]
SOURCE = CHECKOUT / "reference/gradient_descent.py"
SUBMISSION = CHECKOUT / "examples/submissions/perfect.ipynb"

# By workload: how many steps of training stand in place of how many.
_STEPS = {"released": {}, "short": {"2000": "40", "200": "20"}}
ELEVEN = Path(__file__).with_name("eleven.py")
CLASS = "class"  # no copies of one submission, but many: benchmarks.mixed_class
WORKLOADS = (CLASS, *_STEPS, "eleven")


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code cell of the submission; exercise: whose answer it is, if it is one."""

    source: str
    exercise: str | None


@dataclass(frozen=True, slots=True)
class Workload:
    """An assignment and a submission that answers all of it, as the text of their files."""

    name: str
    source: str
    submission: str

    @classmethod
    def named(cls, name: str) -> "Workload":
        """Return one of WORKLOADS, but for a class."""
        if name == "eleven":
            source = ELEVEN.read_text(encoding="utf-8")
            return cls(name, source, _solved(source))
        texts = []
        for path in (SOURCE, SUBMISSION):
            text = path.read_text(encoding="utf-8")
            for old, new in _STEPS[name].items():
                text, count = re.subn(rf"\b{old}\b", new, text)
                assert count, f"{path} has no {old} to replace"
            texts.append(text)
        return cls(name, *texts)

    @property
    def cells(self) -> list[CodeCell]:
        """The code cells that the grader runs; self-checks are for the student alone."""
        found = []
        for cell in json.loads(self.submission)["cells"]:
            role, _, rest = cell["id"].partition("-")
            if cell["cell_type"] == "code" and role != "check":
                exercise = rest if role == "exercise" else None
                found.append(CodeCell("".join(cell["source"]), exercise))
        return found

    def write_source(self, folder: Path) -> Path:
        """Write the assignment's source to a folder, and return where it is."""
        path = folder / (ELEVEN if self.name == "eleven" else SOURCE).name
        path.write_text(self.source, encoding="utf-8")
        return path


def _solved(source: str) -> str:
    """Return the solutions of a source as a submitted notebook."""
    cells = []
    for number, text in enumerate(source.split("# %%\n")[1:]):
        exercise = re.search(r"^#\| exercise: (.+)$", text, re.MULTILINE)
        lines = [line for line in text.splitlines() if not re.match(r"#\||### ", line)]
        header = [exercise[0]] if exercise else []
        code = "\n".join([*header, *lines]).replace("  # SOLUTION", "").strip()
        role = f"exercise-{exercise[1]}" if exercise else f"given-{number}"
        cells.append({"source": code, "id": role})
    return notebook(cells)


def students(number: int) -> list[str]:
    """Return names for so many students."""
    return [f"student_{place:03}" for place in range(1, number + 1)]


def copies(text: str, folder: Path, number: int) -> list[Path]:
    """Write so many copies of a notebook into a new folder, each named for a student."""
    folder.mkdir(parents=True)
    paths = [folder / f"{student}.ipynb" for student in students(number)]
    for path in paths:
        path.write_text(text, encoding="utf-8")
    return paths


def notebook(cells: Sequence[dict[str, Any]]) -> str:
    """Return cells, each with a source and perhaps metadata, as the text of a notebook's file."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    filled = [_cell(cell, number) for number, cell in enumerate(cells)]
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": filled, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _cell(cell: dict[str, Any], number: int) -> dict[str, Any]:
    empty: dict[str, Any] = {"metadata": {}, "outputs": [], "execution_count": None}
    return {"cell_type": "code", "id": f"cell-{number}", **empty, **cell}
