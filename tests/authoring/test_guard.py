"""Given code that needs an answer, as it is released."""

from contextlib import closing

import pytest

from grader.authoring.guard import guarded
from grader.authoring.release import release
from grader.authoring.source import load
from grader.errors import SourceError
from grader.running.outputs import printed
from tests.conftest import kernels, write_source

SOURCE = """
# %%
#| exercise: curve
#| checks:
#|   - losses
losses = [3.0, 2.0]  # SOLUTION

# %%
#| needs_answer: true
print(losses[-1])
"""


def test_the_release_guards_it_and_the_reference_runs_it_as_it_is(tmp_path):
    assignment = load(write_source(tmp_path, SOURCE))
    _, cell = assignment.cells
    assert (cell.id, cell.role, cell.solution) == ("given-2", "given", "print(losses[-1])")
    released = release(assignment, {}, "en")[-1]
    assert released.solution == "print(losses[-1])"
    assert released.source == (
        "try:\n"
        "    print(losses[-1])\n"
        "except Exception as error:\n"
        '    print(f"– this cell needs the answers above it ({type(error).__name__}: {error})")'
    )


def test_it_may_say_that_it_needs_none(tmp_path):
    assignment = load(write_source(tmp_path, SOURCE.replace("true", "false")))
    assert release(assignment, {}, "en")[-1].source == "print(losses[-1])"


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("x = answer + 1\nx", ["    x = answer + 1", "    _shown = x"]),
        ("x = 1; answer", ["    x = 1; _shown = answer"]),
        ("é = 1; answer", ["    é = 1; _shown = answer"]),
        ("answer;", ["    answer;"]),
        (
            "plot(\n    answer,\n)  # a; b",
            ["    _shown = plot(", "        answer,", "    )  # a; b"],
        ),
        ("print(answer)", ["    print(answer)"]),
        ("for one in answer:\n\n    one", ["    for one in answer:", "", "        one"]),
        (
            't = """a\n  b"""\nu = f"""{t}\nc"""',
            ['    t = """a', '  b"""', '    u = f"""{t}', 'c"""'],
        ),
    ],
)
def test_what_stands_in_the_guard_says_what_it_said(code, lines):
    found = guarded(code, "en").split("\n")
    assert found[0] == "try:"
    assert found[1 : found.index("except Exception as error:")] == lines
    compile("\n".join(found), "", "exec")


def test_magics_stay_above_the_guard():
    assert guarded("%%time\n\nprint(x)", "en").startswith("%%time\n\ntry:\n    print(x)\n")


@pytest.mark.kernel
def test_a_cell_shows_what_it_would_show_without_a_guard():
    needs = "– this cell needs the answers above it"
    cases = {
        "answer + 1": ("3\n", f"{needs} (TypeError: unsupported "),
        "answer;": ("", ""),
        "answer[0] if answer is ... else None": ("", f"{needs} (TypeError: "),
        "print(other)": (f"{needs} (NameError: name 'other'", f"{needs} (NameError: "),
    }
    with closing(kernels().start("cpu")) as kernel:
        for number, answer in enumerate(("2", "...")):
            kernel.run_cell(f"answer = {answer}", limit=10)
            for code, shown in cases.items():
                found = kernel.run_cell(guarded(code, "en"), limit=10)
                assert found.ending == "done"
                if shown[number]:
                    assert printed(found.outputs).startswith(shown[number])
                else:
                    assert found.outputs == []


@pytest.mark.parametrize(
    ("cell", "problem", "line"),
    [
        (
            "# %%\n#| needs_answer: maybe\nx = 1",
            "`needs_answer`: Input should be a valid boolean",
            8,
        ),
        ("# %%\n#| needs_answer: true\n#| title: A\nx = 1", "no such key; there are: needs_ans", 9),
        ("# %%\n#| needs_answer: true\nx = 1  # SOLUTION", "a solution without a header", 8),
        ("# %%\n#| needs_answer: true\n\nx = (", "this cell does not parse", 10),
        ("# %%\n#| needs_answer: true\n# nothing", "for Python code, and there is none", 8),
        (
            "# %%\n#| needs_answer: true\nx = 1\n# %time x",
            "a magic cannot stand in code that n",
            10,
        ),
        (
            "# %%\n#| exercise: b\n#| needs_answer: true\n#| checks:\n#|   - x\nx = 1  # SOLUTION",
            "`needs_answer` is for given code, in a cell of its own",
            9,
        ),
    ],
)
def test_a_faulty_cell_is_named_with_its_line(tmp_path, cell, problem, line):
    text = SOURCE.split("# %%\n#| needs")[0] + cell + "\n"
    with pytest.raises(SourceError) as caught:
        load(write_source(tmp_path, text))
    assert problem in str(caught.value)
    assert caught.value.line == line


def test_what_it_binds_is_the_answers_that_it_reads(tmp_path):
    text = """
    # %%
    #| exercise: one
    #| checks:
    #|   - a
    a = 1  # SOLUTION

    # %%
    #| exercise: two
    #| checks:
    #|   - b
    b = 2  # SOLUTION

    # %%
    c = a + b
    d = 3
    e = d + 1
    f = d + c

    # %%
    #| exercise: three
    #| checks:
    #|   - x
    x = c + d + e + f  # SOLUTION
    """
    plain = load(write_source(tmp_path, text, "plain"))
    assert plain.exercise("three").builds_on == {}
    needing = text.replace("# %%\n    c =", "# %%\n    #| needs_answer: true\n    c =")
    found = load(write_source(tmp_path, needing, "needing")).exercise("three")
    assert found.builds_on == {"one": ("c", "f"), "two": ("c", "f")}
