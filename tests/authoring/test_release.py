import nbformat
import pytest

from grader.authoring.release import release, write
from grader.authoring.source import load
from grader.errors import SourceError
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


HEADINGS = """
# ---
# jupyter:
#   tensorgrader:
#     languages: [en, ru]
# ---

# %% [markdown] lang="en"
# ## {one}
#
# Two numbers.

# %% [markdown] lang="ru"
# ## {one}
#
# Два числа.

# %%
#| exercise: one
#| title:
#|   en: A sum
#|   ru: Сумма
#| points: 2
#| checks:
#|   - y
y = 1  # SOLUTION

# %% [markdown]
# ### {two}

# %%
#| exercise: two
#| title:
#|   en: A product
#|   ru: Произведение
#| points: 0.5
#| checks:
#|   - z
z = 1  # SOLUTION
"""


def test_a_heading_has_number_title_and_points_of_its_exercise(tmp_path):
    assignment = load(write_source(tmp_path, HEADINGS))
    english, russian = (
        [cell.source for cell in release(assignment, {}, language) if cell.role == "prose"]
        for language in ("en", "ru")
    )
    assert english == ["## 1. A sum (2 points)\n\nTwo numbers.", "### 2. A product (0.5 points)"]
    assert russian == ["## 1. Сумма (2 балла)\n\nДва числа.", "### 2. Произведение (0.5 балла)"]


def test_a_heading_of_no_exercise_is_named_with_its_line(tmp_path):
    source = write_source(tmp_path, HEADINGS.replace("### {two}", "### {tow}"))
    with pytest.raises(
        SourceError, match=r"`\{tow\}` as a heading .* there are: one, two"
    ) as caught:
        load(source)
    lines = source.read_text(encoding="utf-8").split("\n")
    assert lines[(caught.value.line or 0) - 1] == "# ### {tow}"


def test_texts_that_follow_one_another_have_places_of_their_own(tmp_path):
    twice = HEADINGS.replace(
        "# %%\n#| exercise: one",
        '# %% [markdown] lang="en"\n# More.\n\n# %% [markdown] lang="ru"\n# Ещё.\n\n'
        "# %%\n#| exercise: one",
    )
    assignment = load(write_source(tmp_path, twice))
    ids = [cell.id for cell in assignment.cells]
    assert ids[:5] == ["prose-1-en", "prose-1-ru", "prose-2-en", "prose-2-ru", "exercise-one"]
