"""Fill in the released notebooks in many ways, right and wrong, as students would.

`submissions/` has answers to gradient_descent, written by hand. `course/` has for each assignment,
in each language, a perfect notebook, a blank one, and one with a known mistake in every exercise.

Run from the top of the project: `python examples/make_submissions.py`, with `--check` to see
whether the files are current. An answer that no longer fits the released notebook is an error, so
the examples cannot go stale unnoticed.
"""

import copy
import sys
from pathlib import Path

import nbformat

from grader.authoring.release import in_language
from grader.authoring.source import load

RELEASED = Path("assignments/en/gradient_descent.ipynb")
OUT = Path("examples/submissions")
COURSE = Path("examples/course")

BLANK_DESCENT = """\
    # YOUR CODE HERE
    return ..., ..., ..."""
BLANK_FORMULA = """\
    # YOUR CODE HERE
    ..."""

# By exercise: what to replace in the released cell, and by what.
PERFECT = {
    "predictions": {
        "def predict(x, w, b):\n    ...  # YOUR CODE HERE": """\
def predict(x, w, b):
    return torch.matmul(x, w) + b""",
        "def mean_squared_error(y_pred, y):\n    ...  # YOUR CODE HERE": """\
def mean_squared_error(y_pred, y):
    return torch.mean((y_pred - y) ** 2)""",
    },
    "gradient-formula": {
        BLANK_FORMULA: """\
    error = torch.matmul(x, w) + b - y
    grad_w = 2 * torch.matmul(error, x) / x.shape[0]
    grad_b = 2 * torch.mean(error, dim=0, keepdim=True)
    return grad_w, grad_b"""
    },
    "gradient-autograd": {
        "# YOUR CODE HERE\n...": """\
mse_autograd = torch.mean((torch.matmul(x, w) + b - y) ** 2)
mse_autograd.backward()"""
    },
    "descent": {
        BLANK_DESCENT: """\
    w = w.clone().requires_grad_(True)
    b = b.clone().requires_grad_(True)
    losses = []
    for i in range(n_steps):
        y_pred = torch.matmul(x, w) + b
        mse = torch.mean((y_pred - y) ** 2)
        losses.append(mse.item())
        mse.backward()
        with torch.no_grad():
            w -= w.grad * step_size
            b -= b.grad * step_size
        w.grad.zero_()
        b.grad.zero_()
    return w, b, losses"""
    },
    "linear-layer": {
        "    ...  # YOUR CODE HERE": """\
    losses = []
    for i in range(n_steps):
        y_pred = layer(x).view(-1)
        mse = torch.mean((y_pred - y) ** 2)
        losses.append(mse.item())
        mse.backward()
        with torch.no_grad():
            layer.weight -= layer.weight.grad * step_size
            layer.bias -= layer.bias.grad * step_size
        layer.zero_grad()
    return losses"""
    },
    "five-features": {
        "losses_5 = ...  # YOUR CODE HERE": """\
losses_5 = []
for i in range(n_steps):
    mse = torch.mean((layer_5(x5).ravel() - y5) ** 2)
    losses_5.append(mse.item())
    mse.backward()
    with torch.no_grad():
        layer_5.weight -= layer_5.weight.grad * step_size
        layer_5.bias -= layer_5.bias.grad * step_size
    layer_5.zero_grad()"""
    },
    "learnt-weights": {
        "    ...  # YOUR CODE HERE": """\
    return torch.abs(learnt.detach().view(-1) - true)"""
    },
    "two-layers": {
        "network_losses = ...  # YOUR CODE HERE": """\
network_losses = []
for i in range(n_steps):
    y_pred = output(activation(hidden(x5))).ravel()
    mse = torch.mean((y_pred - y5) ** 2)
    network_losses.append(mse.item())
    mse.backward()
    with torch.no_grad():
        hidden.weight -= hidden.weight.grad * step_size
        hidden.bias -= hidden.bias.grad * step_size
        output.weight -= output.weight.grad * step_size
        output.bias -= output.bias.grad * step_size
    hidden.zero_grad()
    output.zero_grad()"""
    },
}

OTHER_STYLE = {
    "predictions": {
        "def predict(x, w, b):\n    ...  # YOUR CODE HERE": """\
def predict(x, w, b):
    return b + (x * w).sum(dim=1)""",
        "def mean_squared_error(y_pred, y):\n    ...  # YOUR CODE HERE": """\
def mean_squared_error(y_pred, y):
    difference = y - y_pred
    return (difference * difference).mean()""",
    },
    "gradient-formula": {
        BLANK_FORMULA: """\
    n = len(y)
    residual = y - (x @ w + b)
    return -2 / n * (residual[:, None] * x).sum(0), -2 / n * residual.sum()[None]"""
    },
    "gradient-autograd": {
        "# YOUR CODE HERE\n...": "(x.mv(w).add(b).sub(y)).square().mean().backward()"
    },
    "descent": {
        BLANK_DESCENT: """\
    w = torch.nn.Parameter(w.detach().clone())
    b = torch.nn.Parameter(b.detach().clone())
    history = []
    while len(history) < n_steps:
        w.grad = b.grad = None
        loss = ((y - b - x @ w) ** 2).mean()
        loss.backward()
        w.data = w.data - step_size * w.grad
        b.data.add_(b.grad, alpha=-step_size)
        history.append(loss.detach())
    return w, b, history"""
    },
    "linear-layer": {
        "    ...  # YOUR CODE HERE": """\
    history = []
    for _ in range(n_steps):
        layer.zero_grad()
        loss = nn.functional.mse_loss(layer(x), y[:, None])
        loss.backward()
        history.append(float(loss))
        for parameter in layer.parameters():
            parameter.data -= step_size * parameter.grad
    return history"""
    },
    "five-features": {
        "losses_5 = ...  # YOUR CODE HERE": """\
losses_5 = []
for _ in range(2000):
    loss = ((layer_5(x5)[:, 0] - y5) ** 2).sum() / len(y5)
    grads = torch.autograd.grad(loss, [layer_5.weight, layer_5.bias])
    with torch.no_grad():
        layer_5.weight.sub_(grads[0] * step_size)
        layer_5.bias.sub_(grads[1] * step_size)
    losses_5 += [loss.item()]"""
    },
    "learnt-weights": {
        "    ...  # YOUR CODE HERE": """\
    with torch.no_grad():
        return ((learnt[0] - true) ** 2).sqrt()"""
    },
    "two-layers": {
        "network_losses = ...  # YOUR CODE HERE": """\
network = nn.Sequential(hidden, activation, output)
network_losses = []
for _ in range(n_steps):
    network.zero_grad()
    loss = (network(x5).squeeze(1) - y5).pow(2).mean()
    loss.backward()
    network_losses.append(loss.item())
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter - step_size * parameter.grad)"""
    },
}


def changed(exercise, *pairs):
    """Return the perfect answers with pieces of one exercise's replaced."""
    answers = copy.deepcopy(PERFECT)
    for old, new in pairs:
        if not any(old in text for text in answers[exercise].values()):
            raise SystemExit(f"{exercise}: the answer has no {old!r}")
        answers[exercise] = {
            blank: text.replace(old, new) for blank, text in answers[exercise].items()
        }
    return answers


SUBMISSIONS = {
    "perfect": PERFECT,
    "perfect_other_style": OTHER_STYLE,
    "blank": {},
    "not_zeroed": changed(
        "descent", ("        w.grad.zero_()\n", ""), ("        b.grad.zero_()\n", "")
    ),
    "sum_instead_of_mean": changed("predictions", ("torch.mean(", "torch.sum(")),
    "step_sign_wrong": changed("linear-layer", ("-=", "+=")),
    "broadcasting_trap": changed("linear-layer", ("layer(x).view(-1)", "layer(x)")),
    "float64": changed(
        "gradient-formula",
        ("torch.matmul(x, w)", "torch.matmul(x, w).double()"),
        ("torch.matmul(error, x)", "torch.matmul(error, x.double())"),
    ),
    "syntax_error": changed("gradient-autograd", ("- y) ** 2)", "- y ** 2")),
    "exception": changed("five-features", ("layer_5(x5)", "layer_5(x5.T)")),
    "endless_loop": changed("descent", ("for i in range(n_steps):", "while True:")),
    "uses_optim": changed(
        "two-layers",
        (
            "network_losses = []\n",
            "optimizer = torch.optim.SGD(\n"
            "    [*hidden.parameters(), *output.parameters()], lr=step_size\n"
            ")\nnetwork_losses = []\n",
        ),
        (
            """\
    with torch.no_grad():
        hidden.weight -= hidden.weight.grad * step_size
        hidden.bias -= hidden.bias.grad * step_size
        output.weight -= output.weight.grad * step_size
        output.bias -= output.bias.grad * step_size
""",
            "    optimizer.step()\n",
        ),
    ),
}


def filled(answers):
    """Return the released notebook with these answers in place of the blanks."""
    notebook = nbformat.read(RELEASED, as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    for exercise, pairs in answers.items():
        cell = cells[f"exercise-{exercise}"]
        for blank, answer in pairs.items():
            if cell.source.count(blank) != 1:
                raise SystemExit(f"{exercise}: the released cell does not have {blank!r} once")
            cell.source = cell.source.replace(blank, answer)
    return nbformat.writes(notebook, ensure_ascii=False) + "\n"


def course():
    """Yield the path and the text of each submission to the whole course."""
    for source in sorted(Path("reference").glob("*.py")):
        assignment = load(source)
        answers = {
            "perfect": {e.name: e.alternatives[0].solution for e in assignment.exercises},
            "blank": {},
            "mistaken": {e.name: e.mistakes[0].solution for e in assignment.exercises},
        }
        for language in assignment.languages:
            for name, cells in answers.items():
                path = Path("assignments") / language / f"{assignment.name}.ipynb"
                notebook = nbformat.read(path, as_version=4)
                for cell in notebook.cells:
                    if (exercise := cell.id.removeprefix("exercise-")) in cells:
                        cell.source = in_language(cells[exercise], language, assignment.languages)
                text = nbformat.writes(notebook, ensure_ascii=False) + "\n"
                yield COURSE / f"{assignment.name}-{language}-{name}.ipynb", text


def main():
    """Write the submissions, or with --check say which are stale and exit with 1."""
    check, stale = "--check" in sys.argv[1:], []
    by_hand = ((OUT / f"{name}.ipynb", filled(answers)) for name, answers in SUBMISSIONS.items())
    for path, text in (*by_hand, *course()):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path))
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    print("\n".join(f"{path}: {'stale' if check else 'written'}" for path in stale) or "current")
    raise SystemExit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
