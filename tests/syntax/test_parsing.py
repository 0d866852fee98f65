import pytest

from grader.syntax import parsing

DEEP = "x = " + "+".join(["1"] * 999)


@pytest.mark.parametrize(
    ("source", "opaque"),
    [
        ("x = 1", False),
        ("%time x = 1\n!ls\ny?", False),
        ("x = (", False),
        ("a\0b", False),
        ("(" * 5_000, False),
        ("%x\n" * 10 + "(", False),
        ("é = 'e\u0301\u0327'", False),
        (DEEP, True),
        ("x = " + "-" * 100_000 + "1", True),
        ("x=x\n" * parsing.BUDGET, True),
        ("%x\n" * 1_000, True),
        ("x = 0x" + "f" * 4_000, True),
        ("x = 1" + "0" * 5_000, True),
        ("e" + "\u0301\u0327" * 50_000 + " = 1", True),
        ("e" + "\u0f73" * 50_000 + " = 1", True),
        ("a" * 50_000 + " a?", True),
    ],
)
def test_opaque_is_what_may_run_but_takes_too_much_to_look_through(source, opaque):
    assert parsing.is_opaque(source) is opaque


def test_the_costliest_cells_of_a_notebook_are_over_its_budget():
    half = "x" * (parsing.BUDGET // 2)
    assert parsing.opaque(["x = 1"] * 1_000) == set()
    assert parsing.opaque([half, "x = 1", half]) == {2}
    assert parsing.opaque(["x = 1", half + half, "y = 1", half]) == {1}
    assert parsing.opaque(["x" * 200] * 2_000) == set(range(parsing.BUDGET // 200, 2_000))


def test_a_cell_costs_its_length_once_more_for_each_magic():
    assert parsing.cost("x = 1") == 5
    assert parsing.cost("%x\n!ls\nfiles = !ls\nx?") == 5 * len("%x\n!ls\nfiles = !ls\nx?")
