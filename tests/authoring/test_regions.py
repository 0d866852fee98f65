"""Several solutions in one cell, and what takes the place of one or of all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.release import release
from grader.authoring.solution import solved_cell
from grader.authoring.source import load
from grader.errors import SourceError
from tests.conftest import write_source

SCALER = """
# %%
import torch

torch.manual_seed(0)
data = torch.randn(6, 3)

# %%
#| exercise: scaler
#| checks:
#|   - scaled
#|   - factor
class Scaler(torch.nn.Module):
    def __init__(self, data):
        super().__init__()
        ### BEGIN SOLUTION __init__
        self.mean = data.mean(dim=0)
        self.std = data.std(dim=0)
        ### END SOLUTION __init__

    def forward(self, x):
        x = x + 0
        ### BEGIN SOLUTION forward
        return (x - self.mean) / self.std
        ### END SOLUTION


scaled = Scaler(data)(data)
factor = 2 * scaled.mean()  # SOLUTION
"""
MISTAKE = "\n# %%\n#| mistake: scaler\n#| name: wrong\n#| help: Look.\n"
ALTERNATIVE = "\n# %%\n#| alternative: scaler\n#| name: other\n"


def load_text(tmp_path, text):
    return load(write_source(tmp_path, text))


def released(tmp_path, blank):
    text = SCALER.replace("#| checks:", f"{blank}#| checks:")
    return load_text(tmp_path, text).cells[1].source


def varied(tmp_path, variant):
    (exercise,) = load_text(tmp_path, SCALER + variant).exercises
    (made,) = (*exercise.mistakes, *exercise.alternatives)
    return made.solution


def solved(tmp_path):
    return load_text(tmp_path, SCALER).cells[1].solution


def test_each_region_becomes_a_blank_and_what_is_between_stays(tmp_path):
    (_, cell) = load_text(tmp_path, SCALER).cells
    assert cell.source == (
        "#| exercise: scaler\n"
        "class Scaler(torch.nn.Module):\n"
        "    def __init__(self, data):\n"
        "        super().__init__()\n"
        "        # YOUR CODE HERE\n"
        "        ...\n"
        "\n"
        "    def forward(self, x):\n"
        "        x = x + 0\n"
        "        # YOUR CODE HERE\n"
        "        ...\n"
        "\n\n"
        "scaled = Scaler(data)(data)\n"
        "factor = ...  # YOUR CODE HERE"
    )
    assert "SOLUTION" not in cell.solution
    assert "factor = 2 * scaled.mean()" in cell.solution
    assert "self.mean" not in cell.around
    assert {"x = x + 0", "scaled = Scaler(data)(data)"} <= set(
        map(str.strip, cell.around.split("\n"))
    )


@pytest.mark.parametrize(
    ("blank", "texts"),
    [
        (
            "#| blank:\n#|   __init__: |\n#|     self.mean = ...\n#|     self.std = ...\n",
            ["super().__init__()\n        self.mean = ...\n        self.std = ...\n\n", "HERE\n"],
        ),
        (
            '#| blank:\n#|   forward: "return x - ..."\n',
            ["        x = x + 0\n        return x - ...\n", "factor = ...  # YOUR CODE HERE"],
        ),
        (
            "#| blank: raise NotImplementedError\n",
            ["__init__()\n        raise NotImplementedError\n", "\nraise NotImplementedError"],
        ),
    ],
    ids=["of one", "of another", "of each"],
)
def test_a_blank_is_one_regions_own_or_that_of_each(tmp_path, blank, texts):
    source = released(tmp_path, blank)
    for text in texts:
        assert text in source


@pytest.mark.parametrize("header", ["#| region: forward\n", "#| region: forward  # alone\n"])
def test_code_takes_the_place_of_one_region(tmp_path, header):
    code = varied(tmp_path, MISTAKE.rstrip() + "\n" + header + "return x - self.mean\n")
    assert code == solved(tmp_path).replace(
        "return (x - self.mean) / self.std", "return x - self.mean"
    )


@pytest.mark.parametrize("kind", [MISTAKE, ALTERNATIVE], ids=["mistake", "alternative"])
def test_code_takes_the_place_of_functions_and_names_of_the_whole_cell(tmp_path, kind):
    code = varied(
        tmp_path,
        kind + "class Scaler(torch.nn.Module):\n    def forward(self, x):\n        return x\n"
        "\n\nfactor = scaled.sum()\n",
    )
    assert code == solved(tmp_path).replace(
        "x = x + 0\n        return (x - self.mean) / self.std", "return x"
    ).replace("2 * scaled.mean()", "scaled.sum()")


LOOP = """
# %%
import torch

# %%
#| exercise: sums
#| checks:
#|   - total
total = 0
for number in range(4):
    total += number  # SOLUTION
total = total * 2
### BEGIN SOLUTION
total = total + 1
### END SOLUTION
"""


def test_the_whole_cell_may_be_written_with_its_marks(tmp_path):
    copied = LOOP.split("#|   - total\n")[1].replace("+= number", "-= number")
    header = "\n# %%\n#| mistake: sums\n#| name: wrong\n#| help: Look.\n"
    (exercise,) = load_text(tmp_path, LOOP + header + copied).exercises
    assert exercise.mistakes[0].solution == (
        "#| exercise: sums\ntotal = 0\nfor number in range(4):\n    total -= number\n"
        "total = total * 2\ntotal = total + 1"
    )


def test_the_blanks_of_a_loop_parse(tmp_path):
    source = load_text(tmp_path, LOOP).cells[1].source
    assert source == (
        "#| exercise: sums\ntotal = 0\nfor number in range(4):\n    # YOUR CODE HERE\n    ...\n"
        "total = total * 2\ntotal = ...  # YOUR CODE HERE"
    )


def placed(text, mark):
    """Return the line of the first such text in a source as it is written, from 1."""
    return text.lstrip("\n").split(mark)[0].count("\n") + 1


@pytest.mark.parametrize(
    ("text", "problem", "at"),
    [
        (
            SCALER + MISTAKE + "return x\n",
            "the exercise has 3 solutions: say `region: NAME` in the header for the one whose place"
            " this code takes (there are: `__init__`, `forward`), or write functions, classes and"
            " names of the whole cell, or all its lines: the given line"
            " `class Scaler(torch.nn.Module):` is not where it should be",
            "#| mistake",
        ),
        (
            LOOP + MISTAKE.replace("scaler", "sums") + "total = 3\n",
            "(none has a name: write it behind the mark, `### BEGIN SOLUTION NAME`)",
            "#| mistake",
        ),
        (
            SCALER + MISTAKE.rstrip() + "\n#| region: backward\nreturn x\n",
            "no solution is named `backward` (there are: `__init__`, `forward`)",
            "#| region",
        ),
        (
            SCALER.replace("#| checks", "#| blank:\n#|   forwards: return x\n#| checks"),
            "`blank`: no solution is named `forwards`; there are: `__init__`, `forward`",
            "#|   forwards",
        ),
        (
            SCALER.replace("#| checks", "#| blank:\n#|   forward: 3\n#| checks"),
            "what stands for `forward` should be a text",
            "#|   forward:",
        ),
        (
            SCALER.replace("#| checks", "#| blank: 3\n#| checks"),
            "`blank`: should be a text, or a mapping from the name of a solution to its text",
            "#| blank",
        ),
        (
            SCALER.replace("SOLUTION forward", "SOLUTION __init__"),
            "two solutions are named `__init__`",
            "        ### BEGIN SOLUTION __init__\n        return",
        ),
        (
            SCALER.replace("END SOLUTION __init__", "END SOLUTION forward"),
            "this mark ends `forward`, and the one above begins `__init__`",
            "        ### END SOLUTION forward",
        ),
        (
            SCALER.replace("        ### END SOLUTION __init__\n", ""),
            "stands in a solution that has no `### END SOLUTION` above it",
            "        ### BEGIN SOLUTION forward",
        ),
        (
            SCALER.replace("        ### BEGIN SOLUTION forward\n", ""),
            "has no `### BEGIN SOLUTION` above it",
            "        ### END SOLUTION\n",
        ),
        (
            SCALER.replace("### BEGIN SOLUTION forward", "### BEGIN SOLUTION of forward"),
            "is not written as one: `### BEGIN SOLUTION`",
            "        ### BEGIN SOLUTION of",
        ),
        (
            SCALER.replace("# SOLUTION\n", "# SOLUTION it is\n"),
            "is not written as one",
            "factor = ",
        ),
        (
            SCALER.replace("return (x - self.mean) / self.std", "return (x"),
            "the solution does not parse",
            "        return (x",
        ),
        (
            SCALER.replace(
                "        self.mean = data.mean(dim=0)\n        self.std = data.std(dim=0)\n", ""
            ),
            "the solution is empty",
            "        ### BEGIN SOLUTION __init__",
        ),
    ],
    ids=[
        *("a variant of no region", "regions without names", "another region", "another's blank"),
        *(
            "a blank that is no text",
            "no blank",
            "two of a name",
            "another's end",
            "one in another",
        ),
        *("an end alone", "two words", "two words behind code", "no Python", "an empty one"),
    ],
)
def test_a_fault_names_the_line_and_what_to_do(tmp_path, text, problem, at):
    with pytest.raises(SourceError) as caught:
        load_text(tmp_path, text)
    assert problem in str(caught.value)
    assert caught.value.line == placed(text, at)


def test_a_region_of_a_cell_with_one_may_be_named(tmp_path):
    text = LOOP.replace("    total += number  # SOLUTION", "    total += number").replace(
        "BEGIN SOLUTION", "BEGIN SOLUTION more"
    )
    mistake = (
        "\n# %%\n#| mistake: sums\n#| name: wrong\n#| region: more\n#| help: Look.\ntotal = 0\n"
    )
    (exercise,) = load_text(tmp_path, text + mistake).exercises
    assert exercise.mistakes[0].solution.endswith("total = total * 2\ntotal = 0")


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("def twice(x):\n    return x + x", {"    y = 2\n    return y * x": "    return x + x"}),
        (
            "def twice(x):\n    y = 2\n    return y + x  # SOLUTION\n\n\nresult = twice(4)",
            {"y * x": "y + x", "twice(3)": "twice(4)"},
        ),
        ("result = 2\nreturn result", {"return y * x": "result = 2\n    return result"}),
        (
            "def twice(x):\n    return x + x\n\n\nprint(twice(2))",
            {"return y * x": "def twice(x):\n        return x + x\n\n\n    print(twice(2))"},
        ),
    ],
    ids=["the function", "all of it", "the solution", "more than definitions"],
)
def test_code_for_a_sole_region_may_define_what_that_stands_in(tmp_path, code, changes):
    text = (
        "# %%\n#| exercise: one\n#| checks:\n#|   - result\ndef twice(x):\n    y = 2\n"
        "    return y * x  # SOLUTION\n\n\nresult = twice(3)\n\n# %%\n#| alternative: one\n"
        "#| name: other\n"
    )
    assignment = load_text(tmp_path, text + code)
    expected = assignment.cells[0].solution
    for old, new in changes.items():
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert assignment.exercises[0].alternatives[0].solution == expected


def test_the_comments_of_all_regions_are_in_the_language(tmp_path):
    front = "# ---\n# jupyter:\n#   tensorgrader:\n#     languages: [en, ru]\n# ---\n"
    blank = "#| blank: |\n#|   # en: Here.\n#|   # ru: Здесь.\n#|   ...\n"
    assignment = load_text(tmp_path, front + SCALER.replace("#| checks", f"{blank}#| checks"))
    source = release(assignment, {}, "ru")[1].source
    assert source.count("# Здесь.\n") == 3
    assert "Here" not in source


PIECES = st.lists(
    st.tuples(
        st.sampled_from(["given", "around", "line"]),
        st.sampled_from(["a = 1", "for n in b:\n    c += n", "def f(x):\n    return x", "d.e = 2"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@given(PIECES)
def test_given_code_stays_and_each_solution_goes(pieces):
    body, solved, released, code = [], [], [], {}
    for number, (kind, text, is_named) in enumerate(pieces):
        text = text if kind == "around" else text.split("\n")[-1].strip().replace("return x", "x")
        solved.append(text)
        name = f" part-{number}" if is_named else ""
        if kind == "given":
            body.append(text)
            released.append(text)
            continue
        is_line = kind == "line"
        body += [f"{text}  # SOLUTION{name}"] if is_line else _around(text, name)
        released.append("blank()")
        if is_named:
            code[name.strip()] = text
    if "blank()" not in released:
        return
    cell = solved_cell("\n".join(body), {"": "blank()"})
    assert cell.solved() == "\n".join(solved)
    assert cell.released() == "\n".join(released)
    for name, text in code.items():
        assert cell.variant(text, name) == cell.solved()
        assert "other()" in cell.variant("other()", name)


def _around(text, name):
    return [f"### BEGIN SOLUTION{name}", text, f"### END SOLUTION{name}"]
