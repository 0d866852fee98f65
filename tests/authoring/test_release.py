import nbformat
import pytest

from grader.authoring.release import release, write
from grader.authoring.source import load
from tests.conftest import write_source


@pytest.fixture(scope="module")
def notebook(small):
    text = write(small.assignment, small.released["en"], "en")
    return nbformat.reads(text, as_version=4)


def test_every_exercise_is_followed_by_its_self_check(notebook):
    assert [cell.id for cell in notebook.cells] == [
        "prose-1",
        "given-2",
        "check-tools",
        "exercise-means",
        "check-means",
        "exercise-total",
        "check-total",
        "given-5",
        "exercise-fit",
        "check-fit",
    ]


def test_the_notebook_is_valid_and_says_what_it_is(notebook):
    nbformat.validate(notebook)
    assert notebook.metadata.tensorgrader == {"assignment": "small", "language": "en"}
    assert notebook.cells[3].metadata.tensorgrader == {"cell": "exercise-means"}


def test_nothing_of_a_solution_or_a_hidden_check_is_released(small):
    text = write(small.assignment, small.released["en"], "en")
    for secret in (
        "table.mean(dim=0)",
        "data.sum()",
        "torch.randn(5, 3)",
        "slope - 0.3",
        "SOLUTION",
    ):
        assert secret not in text
    assert "column_means(table)" not in text.replace("def column_means(table)", "")


def test_the_same_source_gives_the_same_bytes(small):
    again = release(small.assignment, small.expected, "en")
    assert write(small.assignment, again, "en") == write(
        small.assignment, small.released["en"], "en"
    )


def run(notebook, **names):
    """Run the self-check tools and one call of them."""
    scope = dict(names)
    tools = next(cell for cell in notebook.cells if cell.id == "check-tools")
    exec(tools.source, scope)
    return scope


@pytest.mark.parametrize(
    ("check", "names"),
    [("means", {"means": ...}), ("means", {"means": None}), ("fit", {"losses": ...})],
)
def test_a_blank_is_told_kindly(notebook, capsys, check, names):
    scope = run(notebook, **names)
    cell = next(cell for cell in notebook.cells if cell.id == f"check-{check}")
    exec(cell.source, scope)
    assert "not filled in yet" in capsys.readouterr().out


def test_a_self_check_asserts_shape_and_dtype(notebook, capsys):
    import torch

    cell = next(cell for cell in notebook.cells if cell.id == "check-means")
    exec(cell.source, run(notebook, means=torch.zeros(3)))
    assert "[x] means" in capsys.readouterr().out
    for wrong in (torch.zeros(1, 3), torch.zeros(3, dtype=torch.float64), [0.0, 0.0, 0.0]):
        with pytest.raises(AssertionError, match=r"means: this should be: torch\.float32 tensor"):
            exec(cell.source, run(notebook, means=wrong))


def test_a_list_is_checked_by_its_length(notebook):
    cell = next(cell for cell in notebook.cells if cell.id == "check-fit")
    exec(cell.source, run(notebook, losses=[0.0] * 20))
    with pytest.raises(AssertionError, match="list of length 20; it is: list of length 3"):
        exec(cell.source, run(notebook, losses=[0.0] * 3))


def test_comments_of_their_own_line_are_released_in_one_language(tmp_path):
    text = """
    # ---
    # jupyter:
    #   tensorgrader:
    #     languages: [en, ru]
    # ---

    # %%
    # en: Two numbers
    # ru: Два числа
    x = [1, 2]  # en: stays
    if x:
        # ru: Сумма
        # en: Their sum
        total = sum(x)

    # %%
    #| exercise: one
    #| checks:
    #|   - y
    # ru: Ответ
    # en: The answer
    y = 1  # SOLUTION
    """
    assignment = load(write_source(tmp_path, text))
    english, russian = (
        [cell.source for cell in release(assignment, {}, language)] for language in ("en", "ru")
    )
    assert english[0].split("\n")[:2] == ["# Two numbers", "x = [1, 2]  # en: stays"]
    assert english[0].endswith("if x:\n    # Their sum\n    total = sum(x)")
    assert "# Два числа" in russian[0]
    assert "en:" not in russian[1]
    assert "# Ответ\ny = ..." in russian[1]
