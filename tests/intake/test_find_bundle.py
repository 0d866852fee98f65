import json
from dataclasses import replace

import pytest

from grader.errors import BadBundle, EmptyFile, NoSuchAssignment, UsageError
from grader.formats import notebook
from grader.intake.find_bundle import find_bundle
from tests.bundles import CELLS, EXERCISES, bundle, put
from tests.conftest import notebook_of

OTHER = bundle(
    name="other",
    cells=tuple(
        replace(cell, exercise="two", source=cell.source.replace("one", "two"), id=cell.id + "-2")
        if cell.exercise
        else cell
        for cell in CELLS
    ),
    exercises=(replace(EXERCISES[0], name="two"),),
)


def read(*cells, about=None):
    made = notebook.read(notebook_of(list(cells) or ["#| exercise: one\none = 3"]))
    return replace(made, metadata={"tensorgrader": about} if about else {})


def found(read, path, named=None):
    return find_bundle(read, path, named, limit=300, cell_limit=30)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "homework (1).ipynb"


def test_it_lies_beside_the_notebook_whatever_that_is_called(tmp_path, file):
    path = put(tmp_path, bundle())
    put(tmp_path, OTHER)
    for about in (None, {"assignment": "small", "language": "en"}):
        one = found(read(about=about), file)
        assert one.bundle.assignment.path == path
        assert one.bundle.limit == 60
        assert one.notes == ()


def test_of_several_languages_it_is_the_notebooks(tmp_path, file):
    put(tmp_path, bundle(), "a")
    put(tmp_path, bundle(language="ru", title="Малое"), "b")
    one = found(read(about={"assignment": "small", "language": "ru"}), file)
    assert one.bundle.language == "ru"


def test_one_of_another_language_is_taken_and_said_to_be(tmp_path, file):
    path = put(tmp_path, bundle())
    for named in (None, path):
        one = found(read(about={"assignment": "small", "language": "ru"}), file, named)
        assert one.bundle.language == "en"
        assert not one.is_in_place_of_another
        (note,) = one.notes
        assert str(note).startswith(f"{path.name} is of another language (en) than the notebook")


def test_one_of_another_assignment_is_not_taken(tmp_path, file):
    put(tmp_path, OTHER)
    for about in (None, {"assignment": "small"}):
        one = found(read(about=about), file)
        assert one.bundle.is_own
        (note,) = one.notes
        assert "it does not fit other.check.json" in str(note)


def test_a_damaged_one_is_noted_and_another_taken(tmp_path, file):
    put(tmp_path, bundle())
    (tmp_path / "a.check.json").write_text("{", encoding="utf-8")
    one = found(read(), file)
    assert not one.bundle.is_own
    assert [str(note).split(": ")[1][:13] for note in one.notes] == ["it is cut off"]


def test_what_is_named_is_taken_or_has_a_reason(tmp_path, file):
    (tmp_path / "elsewhere").mkdir()
    path = put(tmp_path / "elsewhere", bundle())
    for named in (path, path.parent):
        assert found(read(), file, named).bundle.assignment.path == path
    with pytest.raises(UsageError, match=r"no file \*\.check\.json in this folder"):
        found(read(), file, tmp_path)
    with pytest.raises(BadBundle, match="cannot be read"):
        found(read(), file, tmp_path / "none.check.json")
    with pytest.raises(NoSuchAssignment, match="says that it is for tensors"):
        found(read(about={"assignment": "tensors"}), file, path)
    with pytest.raises(NoSuchAssignment):
        found(read("print(1)"), file, path)


def test_the_notebook_as_it_was_released_will_do(tmp_path, file):
    released = tmp_path / "released.ipynb"
    nodes = json.loads(notebook_of([cell.source for cell in CELLS[1:]]))
    for node, cell in zip(nodes["cells"], CELLS[1:], strict=True):
        node["id"] = cell.id
    released.write_text(json.dumps(nodes), encoding="utf-8")
    one = found(read(), file, released).bundle
    assert not one.is_own
    assert [cell.role for cell in one.assignment.cells] == ["given", "exercise", "self_check"]
    released.write_text("", encoding="utf-8")
    with pytest.raises(EmptyFile):
        found(read(), file, released)


def test_without_one_the_notebook_speaks_for_itself(file):
    one = found(read("x = 1", "#| exercise: one\none = ..."), file).bundle
    assert one.is_own
    assert (one.limit, one.cell_limit) == (300, 30)
    assert [exercise.name for exercise in one.assignment.exercises] == ["one"]


def test_a_notebook_of_no_course_is_told_so(tmp_path, file):
    with pytest.raises(NoSuchAssignment, match="no cell of the notebook has the header"):
        found(read("print(1)"), file)
    put(tmp_path, bundle())
    with pytest.raises(NoSuchAssignment, match=r"does not fit small\.check\.json"):
        found(read("print(1)"), file)
