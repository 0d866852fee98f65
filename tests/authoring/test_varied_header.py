"""What a header may say of given code whose values differ by student."""

import pytest

from grader.authoring.source import load
from grader.errors import SourceError
from grader.model.varied import Between
from tests.conftest import write_source
from tests.test_student_variants import WALK

HEADER = "#| variant:\n#|   seed: 0..9999\n#|   rate: [0.05, 0.1, 0.2]\n"


def source(folder, header=HEADER, **changes):
    text = WALK.replace(HEADER, header)
    for old, new in changes.items():
        text = text.replace(*new) if isinstance(new, tuple) else text.replace(old, new)
    return write_source(folder, text, "walk")


def test_ranges_and_lists_are_read(tmp_path):
    varied = load(source(tmp_path)).varied
    assert varied.choices == {"seed": Between(low=0, high=9999), "rate": (0.05, 0.1, 0.2)}
    assert varied.example == {"seed": 17, "rate": 0.1}
    assert (varied.count, varied.size) == (20, 30_000)
    cell = next(one for one in load(source(tmp_path)).cells if one.id == varied.cell)
    assert cell.source.startswith("seed = 17\n")


def test_there_are_no_more_variants_than_values(tmp_path):
    header = "#| variant:\n#|   rate: [0.05, 0.1, 0.2]\n"
    assert load(source(tmp_path, header)).varied.count == 2
    varied = load(source(tmp_path, f"{HEADER}#| variants: 300\n")).varied
    assert varied.count == 300


@pytest.mark.parametrize(
    ("header", "said", "line"),
    [
        ("#| variant:\n#|   seed: 9..0\n", "the first number should be the smaller", 16),
        ("#| variant:\n#|   seed: 5\n", "should be a range, as `0..9999`, or a list", 16),
        ("#| variant:\n#|   rate: [0.1]\n", "should be a range", 16),
        ("#| variant:\n#|   rate: [0.1, 0.1]\n", "`0.1` stands twice", 16),
        ("#| variant:\n#|   rate: [0.1, [1]]\n", "`[1]` is no number, text or truth", 16),
        ("#| variant:\n#|   rate: [0.1, .inf]\n", "`inf` is no number", 16),
        ("#| variant:\n#|   rate: [1e-1, 2e-1]\n", "write both alike", 16),
        ("#| variant:\n#|   seed: 18..30\n", "`seed = 17`, the example's value", 16),
        ("#| variant:\n#|   data: [1, 2]\n", "should have one line `data = ...`", 16),
        ("#| variant:\n#|   speed: [1, 2]\n", "should have one line `speed = ...`", 16),
        ("#| variant:\n#|   rate: [0.1, 0.2]\n", "two and more beside the example", 15),
        (f"{HEADER}#| variants: 1\n", "greater than or equal to 2", 18),
        (f"{HEADER}#| variants: 1001\n", "less than or equal to 1000", 18),
        (
            "#| variants: 4\n#| variant:\n#|   rate: [0.1, 0.2, 0.3]\n",
            "there are no more than 2 beside the example",
            15,
        ),
        (f"{HEADER}#| needs_answer: true\n", "is for given code, in a cell of its own", 15),
        (f"{HEADER}#| number: 3\n", "no such key; there are: variant, variants", 18),
    ],
)
def test_what_cannot_be_drawn_is_named_with_its_line(tmp_path, header, said, line):
    with pytest.raises(SourceError) as found:
        load(source(tmp_path, header))
    assert said in str(found.value)
    assert found.value.line == line


def test_one_cell_has_all_of_it(tmp_path):
    second = "# %%\n#| variant:\n#|   more: [1, 2, 3]\nmore = 1\n\n# %%\n#| exercise: means"
    path = source(tmp_path, **{"# %%\n#| exercise: means": second})
    with pytest.raises(SourceError, match="one cell has all that differs by student"):
        load(path)
