"""Other data from the same notebook: the seeds of given code, shifted where they stand."""

import ast

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.source import load
from grader.model.other_data import seeds, shifted
from grader.syntax.seeds import calls, seeded, shift, unseeded
from tests.conftest import write_source

SOURCE = """
# %% [markdown]
# `torch.manual_seed(3)` fixes what is drawn.

# %%
import random
import numpy as np
import torch
{given}

# %%
#| exercise: one
#| checks:
#|   - x
{before}
### BEGIN SOLUTION
{solution}
### END SOLUTION

# %%
#| mistake: one
#| name: wrong
#| help: No.
torch.manual_seed(3)
x = 0

# %%
#| alternative: one
#| name: other
torch.manual_seed(3)
x = 1
"""


def source(tmp_path, given="torch.manual_seed(3)", before="y = 1", solution="x = 1"):
    return load(
        write_source(tmp_path, SOURCE.format(given=given, before=before, solution=solution))
    )


CALLS = [
    "torch.manual_seed(3)",
    "torch.manual_seed(seed=3)",
    "torch.cuda.manual_seed_all(3)",
    "torch.random.manual_seed( 3 )",
    "random.seed(3)",
    "np.random.seed(3)",
    "np.random.seed(2 + 1)",
    "np.random.default_rng(3)",
    "np.random.RandomState(3)",
    "np.random.PCG64(3)",
    "random.Random(3)",
    "torch.Generator().manual_seed(3)",
    "generator.manual_seed(0x3)",
    "torch.manual_seed(\n    3,\n)",
    "torch.manual_seed(int('3'))",
    "torch.manual_seed(int('11', base=2))",
    "torch.manual_seed(3 if torch == torch else 4)",
]


@pytest.mark.parametrize("call", CALLS)
def test_each_way_to_seed_is_found(tmp_path, call):
    known = ("generator.manual_seed(0x3)", "torch.Generator().manual_seed(3)")
    given = f"generator = {known[1]}\n{call}" if call == known[0] else call
    assert call in seeds(source(tmp_path, given))


@pytest.mark.parametrize("call", CALLS)
def test_the_seed_is_what_it_was_and_the_offset(call):
    drawn = []

    class Recorder:
        def __getattr__(self, name):
            return self

        def __call__(self, *args, **named):
            drawn.extend((*args, *named.values()))
            return self

    names = ("torch", "np", "random", "generator")
    code = shift(f"made = {call}", frozenset({call}), 40)
    exec(code, dict.fromkeys(names, Recorder()))
    assert drawn == [43]
    assert code.count("\n") == call.count("\n")


@pytest.mark.parametrize(
    "call",
    [
        "torch.randn(3)",
        "seed(3)",
        "torch.manual_seed",
        "torch.seed()",
        "np.random.RandomState",
        "torch.manual_seed()",
        "my_manual_seed(3)",
        "torch.manual_seed(*[3])",
        "random.seed('three')",
    ],
)
def test_what_seeds_nothing_is_left(tmp_path, call):
    assert seeds(source(tmp_path, f"print(lambda: {call})")) == frozenset()


def test_seeds_of_solutions_are_left(tmp_path):
    found = source(tmp_path, solution="torch.manual_seed(8)\nx = torch.randn(2)")
    assert seeds(found) == {"torch.manual_seed(3)"}
    (exercise,) = (cell for cell in shifted(found, 5).cells if cell.exercise)
    assert "torch.manual_seed(8)" in exercise.solution


def test_a_seed_in_the_given_part_of_an_exercise_is_shifted(tmp_path):
    found = source(tmp_path, given="", before="torch.manual_seed(8)")
    assert seeds(found) == {"torch.manual_seed(8)"}
    (exercise,) = (cell for cell in shifted(found, 5).cells if cell.exercise)
    assert "torch.manual_seed((8) + 5)" in exercise.solution
    assert "torch.manual_seed((8) + 5)" in exercise.source


def test_variants_are_shifted_and_prose_is_not(tmp_path):
    made = shifted(source(tmp_path), 5)
    assert "torch.manual_seed(3)" in made.cells[0].source
    assert "torch.manual_seed((3) + 5)" in made.cells[1].source
    (exercise,) = made.exercises
    for variant in (*exercise.mistakes, *exercise.alternatives):
        assert "torch.manual_seed((3) + 5)" in variant.solution


def test_without_seeds_nothing_changes(tmp_path):
    found = source(tmp_path, given="x = 1")
    assert seeds(found) == frozenset()
    assert shifted(found, 5).cells == found.cells


def test_magics_are_passed_over(tmp_path):
    given = "%matplotlib inline\n!echo torch.manual_seed(1)\ntorch.manual_seed(3)"
    assert seeds(source(tmp_path, given)) == {"torch.manual_seed(3)"}
    assert shift(given, seeds(source(tmp_path, given)), 5).split("\n")[:2] == given.split("\n")[:2]


def test_text_before_a_seed_may_be_in_any_script(tmp_path):
    given = 'название = "зерно 🌱 é"; torch.manual_seed(3); данные = torch.randn(2)'
    assert seeds(source(tmp_path, given)) == {"torch.manual_seed(3)"}
    assert shift(given, seeds(source(tmp_path, given)), 5) == given.replace("(3)", "((3) + 5)")


@pytest.mark.parametrize(
    "code",
    ["mytorch.manual_seed(3)", "my.torch.manual_seed(3)", "torch.manual_seed(33)"],
)
def test_a_call_of_something_else_is_left(code):
    assert shift(code, frozenset({"torch.manual_seed(3)"}), 5) == code


def test_a_student_that_seeds_as_given_code_does_draws_as_it_does():
    calls = frozenset({"torch.manual_seed(3)"})
    scope = {"torch": torch}
    with torch.random.fork_rng():
        exec(shift("torch.manual_seed(3)\nx = torch.randn(3)", calls, 5), scope)
        torch.manual_seed(8)
        assert torch.equal(scope["x"], torch.randn(3))


lines = st.lists(
    st.sampled_from(
        [
            "x = 1",
            "",
            "# torch.manual_seed(4) is said here",
            "torch.manual_seed(4)",
            "name = 'ж\\\\n🌱'",
            "if x: torch.manual_seed(4); y = 2",
            "random.seed(40)",
            "def f():\n    torch.manual_seed(4)\n    return 3",
        ]
    ),
    max_size=8,
)


@given(lines, st.integers(1, 10**6))
def test_lines_keep_their_numbers_and_code_its_form(parts, offset):
    code = "\n".join(parts)
    moved = shift(code, frozenset({"torch.manual_seed(4)", "random.seed(40)"}), offset)
    assert moved.count("\n") == code.count("\n")
    nodes = [
        [
            (type(node), node.lineno)
            for node in ast.walk(ast.parse(one))
            if isinstance(node, ast.stmt)
        ]
        for one in (code, moved)
    ]
    assert nodes[0] == nodes[1]
    for before, after in zip(code.split("\n"), moved.split("\n"), strict=True):
        assert (before == after) == ("seed(" not in before)


@given(st.text(), st.integers(1, 9))
def test_code_that_seeds_nothing_is_untouched(code, offset):
    assert shift(code, frozenset({"torch.manual_seed(5)"}), offset) == code


def test_a_list_of_numbers_is_a_longer_one():
    call = "np.random.default_rng([1, 2])"
    assert shift(call, calls(call), 5) == "np.random.default_rng([*[1, 2], 5])"


def test_of_generators_in_one_another_the_number_is_shifted():
    code = "np.random.Generator(np.random.PCG64(np.random.SeedSequence(7)))"
    assert shift(code, calls(code), 5) == code.replace("(7)", "((7) + 5)")


def test_what_given_seeds_is_shifted_too(tmp_path):
    header = "#|   - expr: x + given\n#|     given: given = np.random.default_rng(3).random()"
    text = SOURCE.format(given="", before="", solution="x = 1").replace("#|   - x", header)
    made = shifted(load(write_source(tmp_path, text)), 5)
    (check,) = made.exercises[0].checks
    assert check.given == "given = np.random.default_rng((3) + 5).random()"


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("torch.manual_seed(1)", {"torch"}),
        ("np.random.seed(1); random.seed(1)", {"numpy", "python"}),
        ("seed_everything(1)", {"torch", "numpy", "python"}),
        ("torch.rand(3)", set()),
    ],
)
def test_which_generators_are_seeded_is_seen(code, known):
    assert seeded(code) == known


def test_a_generator_without_a_seed_is_seen():
    code = "a = np.random.default_rng()\nb = np.random.default_rng(3)"
    assert unseeded(code) == {"np.random.default_rng()"}
