"""Checks with statements, from notebooks to what a report says: with real kernels."""

import pytest

from grader.disclosure import disclosed
from grader.errors import SourceError
from grader.feedback import feedback
from grader.reporting import html, markdown
from tests.conftest import colds, reference_of, write_source
from tests.said import in_words
from tests.test_follow_through import graded, shifted_by

SOURCE = """
# %%
import torch
from torch import nn
from torch.optim import SGD
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(3)
points = torch.randn(12, 3)
targets = points @ torch.tensor([1.0, -2.0, 0.5])
data = TensorDataset(points, targets)


def new_net(seed):
    torch.manual_seed(seed)
    return nn.Linear(3, 1)

# %%
#| exercise: epoch
#| points: 2
#| limit: 3
#| checks:
#|   - title: {en: one epoch with SGD, ru: одна эпоха с SGD}
#|     run: |
#|       net = new_net(4)
#|       loss = epoch(net, DataLoader(data, 4), SGD(net.parameters(), 0.1))
#|     compare: [loss, "list(net.parameters())"]
#|   - title: what it returns
#|     run: |
#|       net = new_net(5)
#|       loss = epoch(net, loader, SGD(net.parameters(), 0.1))
#|       rounded = round(loss + 1, 3)
#|     compare: rounded
#|     hidden: true
#|     given: |
#|       loader = [[torch.randn(5, 3), torch.randn(5)]]
def epoch(net, loader, optimizer):
    ### BEGIN SOLUTION
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = ((net(x).squeeze(1) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total
    ### END SOLUTION

# %%
#| mistake: epoch
#| name: never-emptied
#| help: What is in the gradients when the second batch begins?
total = 0.0
for x, y in loader:
    loss = ((net(x).squeeze(1) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    total += loss.item()
return total

# %%
#| exercise: later
#| checks:
#|   - title: draws in a row
#|     run: |
#|       first = torch.rand(2)
#|       table = scale(first)
#|       second = torch.rand(2)
#|     compare: [first, table, second]
#|     constant: true
scale = lambda x: 2 * x  # SOLUTION
"""
BODY = """    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = ((net(x).squeeze(1) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total
"""
SCALE = "#| exercise: later\nscale = lambda x: x + x"


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    return reference_of(write_source(tmp_path_factory.mktemp("statements"), SOURCE, "statements"))


def cells(reference, body=BODY, *, scale=SCALE):
    given = next(cell.source for cell in reference.assignment.cells if cell.role == "given")
    return [given, f"#| exercise: epoch\ndef epoch(net, loader, optimizer):\n{body}", scale]


def told(reference, body):
    """Return what a student is told of the first exercise."""
    result = graded(cells(reference, body), reference).exercises[0]
    exercise = reference.assignment.exercises[0]
    return in_words(disclosed(result, exercise), exercise)


@pytest.mark.kernel
def test_a_right_answer_in_other_words_is_right_on_other_data_too(training):
    body = BODY.replace("** 2", "* (net(x).squeeze(1) - y)")
    report = graded(cells(training, body), training, other=shifted_by(training, 4))
    assert [one.outcome for one in report.exercises] == ["right", "right"]


@pytest.mark.kernel
def test_a_wrong_answer_is_named_and_each_expression_is_told_by_its_own(training):
    result = told(training, BODY.replace("        optimizer.zero_grad()\n", ""))
    assert [one.outcome for one in result.checks] == ["failed", "passed"]
    assert result.score == 1
    assert [one.mistake for one in result.diagnoses] == ["never-emptied"]
    first, *others = result.checks[0].sentences
    assert first.startswith("Value at `loss`: ")
    assert others[0].startswith("Value at `list(net.parameters())[0][0, 0]`: ")
    assert result.checks[0].title == "one epoch with SGD"


@pytest.mark.kernel
def test_a_report_shows_what_is_compared_as_its_author_wrote_it(training):
    bodies = BODY.replace("return total", "return total + 1"), BODY
    for report in (graded(cells(training, body), training) for body in bodies):
        told = feedback(report, training.assignment)
        for page in (html.report(told), markdown.report(told)):
            assert "# run" not in page
        assert '<code class="of-title">loss, list(net.parameters())</code>' in html.report(told)


@pytest.mark.kernel
def test_what_fails_in_the_students_code_names_both_lines(training):
    shown, hidden = told(training, BODY.replace("loss.backward()", "loss.backwards()")).checks
    assert shown.error == (
        "it raised AttributeError in line 7: 'Tensor' object has no attribute 'backwards'; the"
        " check had come to `loss = epoch(net, DataLoader(data, 4), SGD(net.parameters(), 0.1))`"
    )
    assert hidden.error == "it raised AttributeError in line 7; the check had come to step 2"


@pytest.mark.kernel
def test_what_fails_in_a_line_of_the_check_says_that_it_is_no_line_of_the_students(training):
    shown, hidden = told(training, BODY.replace("return total", "pass")).checks
    assert shown.sentences == ("type at `loss`: None, expected a number.",)
    assert hidden.error == (
        "it raised TypeError, in the check itself (step 3): none of your lines was running"
    )


@pytest.mark.kernel
def test_one_that_never_ends_is_stopped_and_the_next_exercise_is_graded(training):
    report = graded(cells(training, "    while True:\n        pass\n"), training)
    first, second = report.exercises
    assert {check.not_compared.why for check in first.checks} == {"timed out"}
    assert second.outcome == "right"


@pytest.mark.kernel
def test_names_that_it_binds_are_nobody_elses(training):
    # Were they bound in the notebook, the function would find `first` and `net` there.
    scale = (
        "#| exercise: later\ndef scale(x):\n"
        "    return 2 * x if not {'first', 'net', 'loss', 'rounded'} & {*globals()} else x"
    )
    report = graded(cells(training, scale=scale), training)
    assert [one.outcome for one in report.exercises] == ["right", "right"]


@pytest.mark.kernel
def test_it_runs_in_kernels_that_are_started_anew(training):
    body = BODY.replace("loss.backward()", "loss.backwards()")
    result = graded(cells(training, body), training, kind=colds()).exercises[0]
    assert [one.not_compared.step for one in result.checks] == [2, 2]


@pytest.mark.kernel
def test_a_reference_that_fails_names_the_line_of_the_statements(tmp_path):
    text = SOURCE.replace("rounded = round(loss + 1, 3)", "rounded = round(loss + None, 3)")
    with pytest.raises(SourceError, match=r"raises TypeError in `rounded = round\(loss \+ None"):
        reference_of(write_source(tmp_path, text))


BUILDING_ON = """
# %%
import torch
torch.manual_seed(3)
data = torch.randn(6) + 2

# %%
#| exercise: factor
#| checks:
#|   - factor
factor = data.mean().item()  # SOLUTION

# %%
#| exercise: apply
#| checks:
#|   - title: applied twice
#|     run: |
#|       once = apply(data)
#|       twice = apply(once)
#|     compare: [twice, once.sum() / factor]
def apply(x):
    return x * factor  # SOLUTION
"""


@pytest.mark.kernel
def test_one_mistake_costs_once_where_statements_read_what_is_wrong(tmp_path):
    reference = reference_of(write_source(tmp_path, BUILDING_ON))
    given = next(cell.source for cell in reference.assignment.cells if cell.role == "given")
    wrong = "#| exercise: factor\nfactor = data.sum().item()"
    right = "#| exercise: apply\ndef apply(x):\n    return factor * x"
    report = graded([given, wrong, right], reference)
    assert [one.outcome for one in report.exercises] == ["wrong", "right by follow-through"]
