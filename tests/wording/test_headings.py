from pathlib import Path

import pytest

from grader.model.assignment import Assignment, Cell, Exercise
from grader.wording.headings import heading


def assignment(*cells):
    """Return one whose cells are prose, by text or by language and text, or an exercise's name."""
    made = []
    for n, cell in enumerate(cells):
        language, text = cell if isinstance(cell, tuple) else (None, cell)
        exercise = text if "#" not in text else None
        role = "exercise" if exercise else "prose"
        made.append(
            Cell(
                id=f"{n}",
                role=role,
                source=text,
                solution=text,
                exercise=exercise,
                language=language,
            )
        )
    return Assignment(
        name="a",
        title={"en": "A"},
        path=Path("a.py"),
        languages=("en", "ru"),
        cells=tuple(made),
        exercises=tuple(
            Exercise(name=name, title={"en": name.upper(), "ru": "Р"}, points=1, checks=())
            for name in (cell.exercise for cell in made)
            if name
        ),
        digest="",
    )


@pytest.mark.parametrize(
    ("cells", "name", "title"),
    [
        (["# Tensors", "Text\n## 1. Lists ##\nmore", "a"], "a", "1. Lists"),
        (["## 2.1 Lists and `dtype`", "a"], "a", "2.1 Lists and `dtype`"),
        (["## 1. Lists", "a", "## 2. More", "b"], "b", "2. More"),
        (["## 1. Lists", "a", "b"], "b", "1. B"),
        (["## 1. Lists", "## Aside", "a"], "a", "A"),
        (["## 1. Lists\n```\n# 2. code\n```", "a"], "a", "1. Lists"),
        (["#hashtag", "a"], "a", "A"),
        (["a"], "a", "A"),
    ],
)
def test_an_exercise_is_called_as_in_the_notebook(cells, name, title):
    assert heading(assignment(*cells), name, "en") == title


def test_the_heading_is_that_of_the_language():
    both = assignment(("en", "## 1. Lists"), ("ru", "## 1. Списки"), "a")
    assert heading(both, "a", "ru") == "1. Списки"
    assert heading(both, "a", "en") == "1. Lists"
    assert heading(both, "a", "de") == "1. Lists"
