"""Bundles of small sources, as `grader build` writes them."""

from pathlib import Path

from grader.formats import bundle_file
from grader.model.assignment import Cell, Exercise
from grader.model.bundle import Bundle, bundle_of

LIMIT, CELL_LIMIT = 60.0, 20.0

CELLS = (
    Cell(id="prose-1", role="prose", source="# Small\n\n## 1. One", solution=""),
    Cell(id="given-2", role="given", source="import torch\ndata = torch.ones(4)", solution=""),
    Cell(
        id="exercise-one",
        role="exercise",
        exercise="one",
        source="#| exercise: one\none = ...  # YOUR CODE HERE",
        solution="#| exercise: one\none = secret_solution(data)",
    ),
    Cell(
        id="check-one",
        role="self_check",
        exercise="one",
        source='print("✓ one" if one is not ... else "– one")',
        solution="",
    ),
)
EXERCISES = (
    Exercise(
        name="one",
        title={"": "One"},
        points=2,
        checks=(),
        forbid=("torch.sum",),
        limit=3,
    ),
)


def bundle(**changes) -> Bundle:
    told = {
        "name": "small",
        "title": "Small",
        "language": "en",
        "cells": CELLS,
        "exercises": EXERCISES,
        "path": Path("small.check.json"),
        "limit": LIMIT,
        "cell_limit": CELL_LIMIT,
    }
    return bundle_of(**{**told, **changes})


def put(folder: Path, one: Bundle, name: str = "") -> Path:
    path = folder / f"{name or one.assignment.name}{bundle_file.ENDING}"
    path.write_text(bundle_file.write(one), encoding="utf-8")
    return path
