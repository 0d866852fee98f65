"""Sources with choices, and with texts for a person: what they say, and what is released."""

import json

import pytest

from grader.authoring.bundling import bundled
from grader.authoring.release import release, write
from grader.authoring.source import load
from grader.errors import SourceError
from grader.formats import bundle_file
from tests.answers import SOURCE
from tests.conftest import write_source

CHOICE = "# %%\n#| exercise: one\n#| choices:\n#|   a: x\n#|   b: y\n#|   c: z\n"
PROSE = "# %% [markdown]\n# #| exercise: one\n"
CODE = "# %%\n#| exercise: one\n"


@pytest.fixture
def loaded(tmp_path):
    return lambda text: load(write_source(tmp_path, text))


def test_the_solution_says_which_choices_are_right_and_whether_several_may_be(loaded):
    for solution, several in {
        '"b"': False,
        '" B "': False,
        '["b"]': True,
        '{"a", "c"}': True,
        '("c", "A")': True,
        '"A, c"': True,
    }.items():
        (exercise,) = loaded(f"{CHOICE}one = {solution}  # SOLUTION\n").exercises
        (check,) = exercise.checks
        assert (check.expression, check.constant, check.choices.several) == ("one", True, several)
        assert check.choices.letters == ("a", "b", "c")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (CHOICE + 'one = ["a", "b", "c"]  # SOLUTION\n', "all choices are right"),
        (CHOICE + "one = 2  # SOLUTION\n", "names none of the choices"),
        (CHOICE + 'one = "d"  # SOLUTION\n', "names none of the choices"),
        (CHOICE + "one = []  # SOLUTION\n", "names none of the choices"),
        (CHOICE + "one = chr(97)  # SOLUTION\n", "names none of the choices"),
        (CHOICE + "### BEGIN SOLUTION\nx = 1\none = 'a'\n### END SOLUTION\n", "is an assignment"),
        (CHOICE + '#| partial: true\none = "a"  # SOLUTION\n', "`partial` is for choices of which"),
        (CHOICE + '#| checks:\n#|   - one\none = "a"  # SOLUTION\n', "two kinds of answers"),
        (CODE + '#| choices:\n#|   a: x\none = "a"  # SOLUTION\n', "one choice is none"),
        (CODE + "#| choices:\n#|   1: x\n#|   b: y\none = 1  # SOLUTION\n", "a small letter"),
        (CODE + "#| title: One\none = 1  # SOLUTION\n", "nothing says what is right"),
        (CODE + "#| manual: true\n#| choices:\n#|   a: x\n#|   b: y\none = 1\n", "two kinds"),
        (CODE + "#| checks:\n#|   - one\n#| rubric:\n#|   - name: x\n#|     text: y\none = 1\n",
         "a `rubric` is for a person"),
        (CODE + "#| min_words: 3\n### BEGIN SOLUTION\nprint(1)\n### END SOLUTION\n",
         "`min_words` counts those of a text"),
        (PROSE + "# #| manual: true\n# #| forbid: torch.optim\n# Text\n", "`forbid` is for code"),
        (PROSE + "# #| points: 3\n# #| min_words: 3\n# Text\n", "write `manual: true`"),
        (PROSE + "# #| manual: true\n# ### BEGIN SOLUTION\n# Text\n", "has no `### END SOLUTION`"),
        (PROSE + "# #| manual: true\n# #| rubric:\n# #|   - name: x\n# #|     txt: y\n",
         "there are: name, points, text"),
        (PROSE + "# #| manual: true\n# #| points: 3\n# #| rubric:\n# #|   - name: x\n"
         "# #|     text: y\n", "the items of the rubric make 1 points"),
        (CODE + "#| manual: true\none = 1  # SOLUTION\n\n# %%\n#| mistake: one\n#| name: x\n"
         "#| help: y\none = 2\n", "a person says what `one` is worth"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_its_line(loaded, text, problem):
    with pytest.raises(SourceError, match=problem) as caught:
        loaded(text)
    assert caught.value.line


def test_a_rubric_says_what_an_exercise_is_worth(loaded):
    exercises = {one.name: one for one in loaded(SOURCE).exercises}
    assert {name: one.points for name, one in exercises.items()} == {
        "axis": 1.0, "leaves": 2.0, "why": 3.5, "told": 2.0, "mean": 1.0,
    }  # fmt: skip
    assert [item.name for item in exercises["why"].rubric] == ["size", "rate", "example"]
    assert exercises["why"].checks == ()
    assert exercises["told"].checks[0].min_words == 6


def test_prose_that_shows_a_header_stays_prose(loaded):
    cells = loaded(f"# %% [markdown]\n# #| exercise: zero\n\n{CHOICE}one = 'a'  # SOLUTION\n").cells
    assert [cell.role for cell in cells] == ["prose", "exercise"]


def test_code_that_a_person_reads_needs_no_name(loaded):
    text = "#| manual: true\n### BEGIN SOLUTION\nprint(1)\nprint(2)\n### END SOLUTION\n"
    (exercise,) = loaded(CODE + text).exercises
    assert (exercise.manual, exercise.checks, exercise.points) == (True, (), 1.0)


@pytest.fixture
def released(loaded):
    assignment = loaded(SOURCE)
    return {
        language: (assignment, release(assignment, {}, language))
        for language in assignment.languages
    }


def test_a_notebook_lists_the_choices_and_has_a_place_for_each_text(released):
    _, cells = released["en"]
    by_id = {cell.id: cell for cell in cells}
    assert by_id["choices-axis"].source.split("\n")[:3] == [
        "- **a)** over the rows",
        "- **b)** over the columns",
        "- **c)** `dim=2`",
    ]
    assert by_id["exercise-axis"].source.endswith("axis = ...  # YOUR CHOICE HERE")
    assert by_id["exercise-told"].source.endswith("told = ...  # YOUR TEXT HERE, IN QUOTES")
    assert by_id["exercise-why"].source.startswith("<!-- exercise: why -->\n*Write your answer")
    order = [cell.id for cell in cells]
    assert order.index("choices-axis") + 1 == order.index("exercise-axis")
    notebook = json.loads(write(*released["en"], "en"))
    why = next(cell for cell in notebook["cells"] if cell["id"] == "exercise-why")
    assert why["cell_type"] == "markdown"
    assert why["metadata"] == {"tensorgrader": {"cell": "exercise-why"}}


def test_nothing_released_tells_an_answer(released):
    for language, (assignment, cells) in released.items():
        bundle = bundle_file.write(bundled(assignment, cells, language))
        for text in (write(assignment, cells, language), bundle):
            assert '"b"' not in text.replace('\\"', '"').replace('"exercise', "")
            for secret in ("With more objects", "rubric", "grows with", "where the loss"):
                assert secret not in text


def test_only_a_bundle_with_texts_is_of_the_second_version(released, loaded, tmp_path):
    assignment, cells = released["en"]
    path = tmp_path / "a.check.json"
    path.write_text(bundle_file.write(bundled(assignment, cells, "en")), encoding="utf-8")
    assert json.loads(path.read_text())["version"] == 2
    words = {one.name: one.min_words for one in bundle_file.read(path).assignment.exercises}
    assert words == {"axis": 0, "leaves": 0, "why": 5, "told": 6, "mean": 0}
    plain = loaded(f"{CHOICE}one = 'a'  # SOLUTION\n")
    text = bundle_file.write(bundled(plain, release(plain, {}, "en"), "en"))
    assert json.loads(text)["version"] == 1
