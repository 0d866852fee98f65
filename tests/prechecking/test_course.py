"""The course's own notebooks, looked at with what lies beside the released ones."""

import pytest

from grader.formats import bundle_file, notebook
from grader.prechecking.precheck import precheck
from tests.conftest import TOP, kernels

pytestmark = pytest.mark.kernel

NAMES = ("tensors", "autograd", "layers", "gradient_descent")


@pytest.fixture(params=[(name, language) for name in NAMES for language in ("en", "ru")])
def look(request):
    name, language = request.param
    bundle = bundle_file.read(TOP / "assignments" / language / f"{name}.check.json")

    def run(kind):
        path = TOP / "examples" / "course" / f"{name}-{language}-{kind}.ipynb"
        return precheck(notebook.read(path.read_bytes()), bundle, factory=kernels())

    return run


def test_of_a_perfect_notebook_nothing_is_left_to_do(look):
    found = look("perfect")
    assert [one for one in found.exercises if one.standing not in ("runs", "not here")] == []
    assert found.is_clean
    assert found.notes == ()


def test_a_blank_notebook_is_blank_and_nothing_else(look):
    found = look("blank")
    assert {one.standing for one in found.exercises} <= {"blank", "not here"}
    assert found.stops == ()
    assert found.notes == ()
    for one in found.exercises:
        assert one.blanks or one.standing == "not here"
