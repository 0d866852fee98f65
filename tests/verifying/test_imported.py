"""What tests of other systems say of values is held against the imported solutions."""

import pytest

from grader.authoring.importers.assembly import assemble
from grader.authoring.importers.otter import Otter
from grader.verifying.imported import unmet
from tests.authoring.importers.notebooks import code, raw, write
from tests.conftest import kernels

DOCTEST = """
>>> half(3)
1.5
>>> half(np.float64(8.0))
4.0
>>> half(5)
2
>>> half(1) < 1
True
"""
FUNCTION = """
def test_more(half):
    assert half(2) == 1
    np.testing.assert_allclose(half(4), 3)
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("otter")
    cells = (
        raw("# ASSIGNMENT CONFIG\nname: hw"),
        code("import numpy as np"),
        raw("# BEGIN QUESTION\nname: q1\npoints: 1"),
        raw("# BEGIN SOLUTION"),
        code("def half(x):\n    return x / 2  # SOLUTION"),
        raw("# END SOLUTION"),
        raw("# BEGIN TESTS"),
        code(DOCTEST),
        code(FUNCTION),
        raw("# END TESTS"),
        raw("# END QUESTION"),
    )
    path = write(folder / "hw.ipynb", *cells)
    return unmet(assemble(Otter().read(path, "hw")), kernels())


@pytest.mark.kernel
def test_each_that_does_not_hold_is_told(found):
    assert [one.what for one in found] == [
        "`assert_value(half(5), shown='2')`",
        "`np.testing.assert_allclose(half(4), 3)`",
    ]
    assert "it says 2, and the solution gives 2.5" in found[0].why
    assert [(one.cell, one.line) for one in found] == [(8, 5), (9, 3)]
