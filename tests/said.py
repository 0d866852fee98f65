"""Results of single exercises as a student reads them."""

from dataclasses import replace
from pathlib import Path

from grader.disclosure import disclosed
from grader.model.assignment import Assignment
from grader.model.facts import NothingThere
from grader.model.result import ExerciseResult
from grader.wording.report import worded


def in_words(result, exercise, *, others=(), language="en"):
    """Return a result with the texts that go back to the student."""
    assignment = Assignment(
        name="a",
        title={"": "A"},
        path=Path("a.py"),
        languages=("en",),
        cells=(),
        exercises=(exercise, *(replace(exercise, name=o, title={"": o}) for o in others)),
        digest="",
    )
    return worded(disclosed(result, exercise), assignment, language)


def checks_in_words(checks, exercise, **keys):
    """Return the results of checks with the texts that go back to the student."""
    whole = ExerciseResult(
        exercise=exercise.name,
        score=0.0,
        max_score=1.0,
        outcome="wrong",
        ruling=NothingThere(state="blank"),
        checks=tuple(checks),
    )
    return in_words(whole, exercise, **keys).checks
