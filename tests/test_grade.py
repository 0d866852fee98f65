"""The pipeline with real kernels: examples, and what students do to notebooks."""

import json

import nbformat
import pytest

from grader.feedback import feedback
from grader.formats import notebook
from grader.grade import grade
from grader.kernels.kernel import Limits
from grader.model.submission import Submission
from tests.conftest import SMALL, TOP, kernels, notebook_of, reference_of, write_source

EXAMPLES = TOP / "examples" / "submissions"
POINTS = {
    "predictions": 2,
    "gradient-formula": 3,
    "gradient-autograd": 1,
    "descent": 5,
    "linear-layer": 3,
    "five-features": 1,
    "learnt-weights": 1,
    "two-layers": 4,
}


# The one exercise that goes on with what another leaves.
FOLLOWING = {"five-features": {"learnt-weights": "right by follow-through"}}


def graded(data, reference, **limits):
    submission = Submission(
        student="someone", source="file", notebook=notebook.read(data), digest="0"
    )
    return grade(submission, reference, factory=kernels(), limits=Limits(**limits), language="en")


def example(name, reference):
    return graded((EXAMPLES / f"{name}.ipynb").read_bytes(), reference).report


def outcomes(report):
    return {result.exercise: result.outcome for result in report.exercises}


def result(report, exercise):
    return next(found for found in report.exercises if found.exercise == exercise)


@pytest.mark.parametrize("name", ["perfect", "perfect_other_style"])
def test_a_perfect_submission_gets_full_marks(gradient_descent, name):
    report = example(name, gradient_descent)
    assert set(outcomes(report).values()) == {"right"}
    assert (report.score, report.max_score) == (20, 20)
    assert {found.exercise: found.score for found in report.exercises} == POINTS
    assert report.notes == ()


def test_a_blank_submission_gets_nothing_and_is_called_blank(gradient_descent):
    report = example("blank", gradient_descent)
    assert report.score == 0
    for found in report.exercises:
        assert (found.outcome, found.rule, found.error) == ("blank", "not filled in", None)


@pytest.mark.parametrize(
    ("name", "exercise", "outcome", "score"),
    [
        ("not_zeroed", "descent", "wrong", 0),
        ("sum_instead_of_mean", "predictions", "partly right", 1),
        ("step_sign_wrong", "linear-layer", "wrong", 0),
        ("broadcasting_trap", "linear-layer", "wrong", 0),
        ("float64", "gradient-formula", "wrong", 0),
        ("syntax_error", "gradient-autograd", "wrong", 0),
        ("exception", "five-features", "wrong", 0),
        ("endless_loop", "descent", "timed out", 0),
        ("uses_optim", "two-layers", "wrong", 0),
    ],
)
def test_a_mistake_costs_its_exercise_and_no_other(
    gradient_descent, name, exercise, outcome, score
):
    report = example(name, gradient_descent)
    following = FOLLOWING.get(exercise, {})
    assert outcomes(report) == {**dict.fromkeys(POINTS, "right"), exercise: outcome, **following}
    assert result(report, exercise).score == score
    assert report.score == 20 - POINTS[exercise] + score


def test_the_reason_of_a_mistake_is_seen(gradient_descent):
    float64 = result(example("float64", gradient_descent), "gradient-formula")
    for check in float64.checks:
        assert check.aspects["dtype"] == "failed"
        assert check.aspects["values"] == "passed"
    exception = result(example("exception", gradient_descent), "five-features")
    assert exception.error.name == "RuntimeError"
    assert exception.error.source == "mse = torch.mean((layer_5(x5.T).ravel() - y5) ** 2)"
    optim = result(example("uses_optim", gradient_descent), "two-layers")
    assert "torch.optim.SGD (line 6)" in optim.rule
    syntax = result(example("syntax_error", gradient_descent), "gradient-autograd")
    assert (syntax.error.name, syntax.error.line) == ("SyntaxError", 5)


def test_the_small_assignment_is_graded(small, small_answers):
    report = graded(notebook_of(small_answers()), small).report
    assert set(outcomes(report).values()) == {"right"}
    assert report.score == 6
    assert report.versions["torch"]
    assert report.hashes == {
        "submission": "0",
        "assignment": small.assignment.digest,
        "reference": small.digest,
    }


HARMFUL = [
    "list = [1]\nbytes = str = type = None",
    "import os, shutil\nshutil.rmtree(os.getcwd())",
    "import os\nos.close(1)\nos.close(2)",
    "exit()",
    "import torch\ntorch.set_default_dtype(torch.float64)\ntorch.set_grad_enabled(False)",
    "import os\nos.chdir('/')",
    "from IPython.display import display\ndisplay({'text/plain': 5}, raw=True)",
    "import sys\nsys.stdout.close()",
    "print('\\ud800')",
]


@pytest.mark.parametrize("code", HARMFUL)
def test_a_careless_cell_costs_no_exercise(small, small_answers, code):
    start, means, *rest = small_answers()
    report = graded(notebook_of([start, code, means, code, *rest]), small).report
    assert outcomes(report) == dict.fromkeys(("means", "total", "fit"), "right")


def test_names_of_another_exercise_are_no_answer(small, small_answers):
    cells = small_answers(means="#| exercise: means\nmeans = 1 / 0")
    below = "#| exercise: total\ntotal = data.sum()\nmeans = data.mean(0)"
    cells[2] = below
    means = result(graded(notebook_of(cells), small).report, "means")
    assert (means.outcome, means.score) == ("wrong", 0)
    assert means.checks[0].error == "it was not reached: the cell had stopped before"


BREAKING = ["del torch", "%reset -f", "globals().clear()", "torch.randn = None", "data = None"]


@pytest.mark.parametrize("code", BREAKING)
def test_a_cell_that_breaks_given_code_costs_no_other_exercise(tmp_path, code):
    text = SMALL.replace(
        "def column_means", "data = torch.randn(4, 3)\n\n\ndef column_means"
    ).replace("slope = torch.zeros(3)", "slope, noise = torch.zeros(3), torch.randn(3)")
    reference = reference_of(write_source(tmp_path, text))
    cells = [
        "import torch\ntorch.manual_seed(3)\ndata = torch.randn(4, 3)",
        f"#| exercise: total\ntotal = data.sum()\n{code}",
        "#| exercise: means\ndata = torch.randn(4, 3)\n\n\ndef column_means(table):\n"
        "    return table.mean(0)\n\n\nmeans = column_means(data)",
        "noise = torch.randn(3)",
        "#| exercise: fit\nslope, noise = torch.zeros(3), torch.randn(3)\nlosses = []\n"
        "for _ in range(20):\n    losses.append(torch.mean((slope - noise) ** 2).item())\n"
        "    slope = slope - 0.3 * (slope - noise)",
    ]
    report = graded(notebook_of(cells), reference).report
    assert (outcomes(report)["means"], outcomes(report)["fit"]) == ("right", "right")
    apart = "apart" in result(report, "means").rule
    assert apart == (code != "data = None")


def test_what_an_earlier_cell_left_behind_costs_no_other_exercise(small, small_answers):
    bomb = "import os, threading\nthreading.Timer(0.3, os._exit, [1]).start()"
    start, means, total, *rest = small_answers()
    cells = [start, f"{means}\n{bomb}", f"{total}\nimport time; time.sleep(1)", *rest]
    report = graded(notebook_of(cells), small).report
    assert outcomes(report) == dict.fromkeys(("means", "total", "fit"), "right")


def test_functions_that_end_the_kernel_cost_their_checks_alone(small, small_answers):
    deadly = (
        "#| exercise: means\nimport os\ndef column_means(table):\n"
        "    if len(table) == 5: os._exit(1)\n    return table.mean(0)\n\n\n"
        "means = column_means(data)"
    )
    report = graded(notebook_of(small_answers(means=deadly)), small).report
    assert outcomes(report) == {"means": "partly right", "total": "right", "fit": "right"}


def test_the_same_submission_gets_the_same_report(small, small_answers):
    data = notebook_of(small_answers(total="#| exercise: total\ntotal = data.mean()"))
    one, other = (graded(data, small).report for _ in range(2))
    assert one.exercises == other.exercises


def test_an_answer_in_a_cell_below_counts(small, small_answers):
    cells = small_answers(total="#| exercise: total\ntotal = ...")
    cells.insert(3, "total = data.sum()")
    report = graded(notebook_of(cells), small).report
    assert outcomes(report)["total"] == "right"
    assert "cells added below" in result(report, "total").rule


def test_a_late_repair_counts_and_later_tinkering_harms_nothing(small, small_answers):
    cells = small_answers(total="#| exercise: total\ntotal = 0")
    repaired = graded(notebook_of([*cells, "total = data.sum()"]), small).report
    assert "end of the notebook" in result(repaired, "total").rule
    spoiled = graded(notebook_of([*small_answers(), "total = means = 0"]), small).report
    assert set(outcomes(spoiled).values()) == {"right"}


def test_cells_in_another_order_are_looked_at_once_more(small, small_answers):
    start, means, *rest = small_answers()
    report = graded(notebook_of([means, start, *rest, "means = column_means(data)"]), small).report
    assert set(outcomes(report).values()) == {"right"}


def test_extra_draws_harm_nothing(small, small_answers):
    cells = small_answers()
    report = graded(notebook_of([*cells[:2], "torch.rand(99)", *cells[2:]]), small).report
    assert set(outcomes(report).values()) == {"right"}


def test_an_end_of_the_kernel_costs_what_it_stood_in(small, small_answers):
    cells = small_answers(total="#| exercise: total\nimport os; os._exit(0)")
    report = graded(notebook_of(cells), small).report
    assert outcomes(report) == {"means": "right", "total": "crashed", "fit": "right"}
    assert any("fresh one" in note for note in report.notes)


def test_a_hang_in_hidden_data_costs_its_check(small, small_answers):
    hanging = (
        "#| exercise: means\ndef column_means(table):\n"
        "    while len(table) == 5: pass\n    return table.mean(0)\n\n\n"
        "means = column_means(data)"
    )
    report = graded(notebook_of(small_answers(means=hanging)), small, cell=4).report
    means = result(report, "means")
    assert means.outcome == "partly right"
    assert [check.outcome for check in means.checks] == ["passed", "error"]
    assert outcomes(report)["fit"] == "right"


def test_the_time_of_a_whole_submission_is_limited(small, small_answers):
    cells = small_answers(means="#| exercise: means\nimport time; time.sleep(60)")
    report = graded(notebook_of(cells), small, cell=50, submission=12).report
    assert report.duration_s < 45
    assert outcomes(report)["means"] == "timed out"
    assert outcomes(report)["fit"] == "wrong"
    assert any("time for the whole notebook" in note for note in report.notes)


def test_the_executed_notebook_shows_what_ran(small, small_answers):
    cells = small_answers(means="#| exercise: means\nprint('hello')\n1 / 0")
    del cells[3]
    executed = nbformat.reads(graded(notebook_of(cells), small).executed, as_version=4)
    nbformat.validate(executed)
    sources = [cell.source for cell in executed.cells]
    assert sources[3] == "noise = torch.randn(3)"
    kinds = [output.output_type for output in executed.cells[1].outputs]
    assert kinds == ["stream", "error"]


def test_hidden_inputs_reach_neither_the_executed_notebook_nor_the_errors(small, small_answers):
    telling = (
        "#| exercise: means\nprint('started')\ndef column_means(table):\n"
        "    print('seen', table)\n    if len(table) == 5:\n"
        "        raise ValueError(str(table.tolist()))\n    return table.mean(0)\n\n\n"
        "means = column_means(data)"
    )
    done = graded(notebook_of(small_answers(means=telling)), small)
    told = feedback(done.report, small.assignment)
    hidden = result(told, "means").checks[1]
    assert hidden.outcome == "error"
    assert "ValueError" in hidden.error
    assert "[[" not in str(hidden)
    assert hidden.error == "it raised ValueError in line 6"  # the student's own
    assert hidden.given == "What it was given: `table`: tensor of float32, shape (5, 3)."
    assert done.executed.count("seen") == 2  # the cell's source, and its call with visible data


def test_what_needs_cuda_is_named_and_its_points_are_not_counted(tmp_path, small_answers):
    text = SMALL.replace("#| exercise: total", "#| exercise: total\n#| needs: cuda")
    reference = reference_of(write_source(tmp_path, text))
    report = graded(notebook_of(small_answers()), reference).report
    assert outcomes(report)["total"] == "not graded here"
    assert (report.score, report.max_score) == (5, 5)
    assert json.dumps(report.hashes)
