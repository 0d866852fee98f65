"""A student who calls a function of an earlier exercise again loses by a mistake in it once."""

import pytest

from grader.formats import notebook
from grader.grade import grade
from grader.kernels.kernel import Limits
from grader.model.submission import Submission
from tests.conftest import TOP, kernels, notebook_of, reference_of
from tests.test_follow_through import FOLLOWED, shifted_by

# Everything after the first exercise is right, and calls its functions.
DESCENT = {
    "predictions": """
x, y, w, b, _ = two_features()

def predict(x, w, b):
    return (x * w).sum(dim=1) + b

def mean_squared_error(y_pred, y):
    difference = y_pred - y
    return {total}

y_pred = predict(x, w, b)
mse = mean_squared_error(y_pred, y)
""",
    "gradient-autograd": """
x, y, w, b, _ = two_features()
for one in (w, b):
    one.requires_grad = True
mean_squared_error(predict(x, w, b), y).backward()
""",
    "descent": """
x, y, w_start, b_start, _ = two_features()

def descend(x, y, w, b, n_steps, step_size):
    w, b, losses = w.clone(), b.clone(), []
    for step in range(n_steps):
        w.requires_grad_()
        b.requires_grad_()
        loss = mean_squared_error(predict(x, w, b), y)
        losses.append(loss.item())
        loss.backward()
        w = (w - step_size * w.grad).detach()
        b = (b - step_size * b.grad).detach()
    return w, b, losses

w, b, losses = descend(x, y, w_start, b_start, n_steps=200, step_size=1e-2)
""",
    "linear-layer": """
x, y, _, _, layer = two_features()

def train_layer(layer, x, y, n_steps, step_size):
    losses = []
    for step in range(n_steps):
        layer.zero_grad()
        loss = mean_squared_error(layer(x).squeeze(1), y)
        loss.backward()
        losses.append(float(loss))
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter -= step_size * parameter.grad
    return losses

layer_losses = train_layer(layer, x, y, n_steps=200, step_size=1e-2)
""",
    "five-features": """
x5, y5, layer_5, _, _ = five_features()
losses_5 = train_layer(layer_5, x5, y5, n_steps=2000, step_size=1e-3)
""",
}
STEPS = {
    "loss-gradient": """
torch.manual_seed(11)
v, z = torch.rand(3), torch.tensor([1, 2, 3])

def loss_and_gradient(v, z):
    leaf = v.detach().clone().requires_grad_()
    loss = (torch.sum(z * leaf) - 2) ** 2
    loss.backward()
    return loss.detach(), leaf.grad

loss, gradient = loss_and_gradient(v, z)
""",
    "step": """
torch.manual_seed(11)
v = torch.rand(3)
small, large = 0.01, 5

{step}

v_small, v_large = step(v, gradient, small), step(v, gradient, large)
""",
    "after-step": """
z = torch.tensor([1, 2, 3])

def losses_after(v, z, sizes):
    gradient = loss_and_gradient(v, z)[1]
    return [float(loss_and_gradient(step(v, gradient, size), z)[0]) for size in sizes]

loss_small, loss_large = (float(loss_and_gradient(one, z)[0]) for one in (v_small, v_large))
gradient_large = loss_and_gradient(v_large, z)[1]
""",
}
RIGHT_STEP = """def step(v, gradient, size):
    return (v - size * gradient).detach().requires_grad_()"""


@pytest.fixture(scope="module")
def autograd():
    reference = reference_of(TOP / "reference" / "autograd.py")
    yield reference
    reference.close()


def graded(reference, answers, other=None, **values):
    cells = [
        f"#| exercise: {name}\n" + code.format(**values) if name in ("predictions", "step") else
        f"#| exercise: {name}\n{code}" for name, code in answers.items()
    ]  # fmt: skip
    read = notebook.read(notebook_of(cells))
    submission = Submission(student="s", source="x", notebook=read, digest="0" * 64)
    report = grade(
        submission, reference, factory=kernels(), limits=Limits(), language="en", other=other
    ).report
    return {one.exercise: one for one in report.exercises if one.exercise in answers}


def test_a_sum_in_place_of_a_mean_costs_the_first_exercise_alone(gradient_descent):
    right = graded(gradient_descent, DESCENT, total="(difference ** 2).mean()")
    assert {one.outcome for one in right.values()} == {"right"}
    other = shifted_by(gradient_descent, 5)
    for data in (None, other):
        wrong = graded(gradient_descent, DESCENT, data, total="(difference ** 2).sum()")
        first, *later = wrong.values()
        assert (first.outcome, first.score) == ("partly right", 1)
        assert {one.outcome for one in later} == {FOLLOWED}
        assert {one.rule for one in later} == {"right, but for your `mean_squared_error`"}
        assert all(one.score == one.max_score for one in later)
    other.reference.close()


@pytest.mark.parametrize(
    ("step", "outcome", "rule"),
    [
        (RIGHT_STEP, "right", "all checks passed"),
        (RIGHT_STEP.replace("v -", "v +"), FOLLOWED, "right, but for your `step`"),
        (
            "def step(v, gradient, size):\n    ...",
            FOLLOWED,
            "right, with our `step` in place of the missing one",
        ),
    ],
)
def test_a_step_uphill_costs_what_comes_after_it_nothing(autograd, step, outcome, rule):
    blank = {"step": "def step(v, gradient, size):\n    ...\n\nv_small, v_large = ..., ..."}
    answers = STEPS | (blank if "..." in step else {})
    found = graded(autograd, answers, step=step)
    after = found["after-step"]
    assert (after.outcome, after.rule, after.score) == (outcome, rule, 3)
    assert found["loss-gradient"].outcome == "right"
    assert found["step"].score == (2 if outcome == "right" else 0)
