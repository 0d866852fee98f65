"""A class that nobody copied in: answers to one exercise, each written by choices of its own.

At each place of the answer a student takes one of the usual ways. The first ways are the likeliest,
as in a real class: most write most lines as others do, and hardly two write all of them alike.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

RELEASED = """\
def descend(x, y, w, b, n_steps, step_size):
    ...  # YOUR CODE HERE
"""

_Way = TypeVar("_Way")

_STARTS = (
    ["w = w.clone().requires_grad_()", "b = b.clone().requires_grad_()"],
    ["w, b = w.clone().requires_grad_(), b.clone().requires_grad_()"],
    [
        "w = w.detach().clone()",
        "b = b.detach().clone()",
        "w.requires_grad = b.requires_grad = True",
    ],
    [
        "w = torch.tensor(w.tolist(), requires_grad=True)",
        "b = b.clone()",
        "b.requires_grad_(True)",
    ],
    [
        "params = [w.clone(), b.clone()]",
        "for p in params:",
        "    p.requires_grad_()",
        "w, b = params",
    ],
)
_LISTS = ("losses = []", "losses = list()", "losses = torch.zeros(n_steps).tolist()")
_LOOPS = (
    "for _ in range(n_steps):",
    "for step in range(n_steps):",
    "for i in range(1, n_steps + 1):",
    "while len(losses) < n_steps:",
    "for step, _ in enumerate(range(n_steps)):",
)
_PREDICTIONS = (
    "x @ w + b",
    "torch.matmul(x, w) + b",
    "(x * w).sum(dim=1) + b",
    "b + x.mv(w)",
    "x.matmul(w) + b",
)
_LOSSES = (
    ["loss = ((PRED - y) ** 2).mean()"],
    ["pred = PRED", "loss = ((pred - y) ** 2).mean()"],
    ["pred = PRED", "loss = torch.mean((pred - y) ** 2)"],
    ["error = PRED - y", "loss = (error ** 2).mean()"],
    ["error = y - (PRED)", "loss = torch.square(error).sum() / len(y)"],
    ["pred = PRED", "loss = nn.functional.mse_loss(pred, y)"],
    ["pred = PRED", "diff = pred - y", "loss = diff.pow(2).mean()"],
    ["residual = PRED - y", "loss = residual @ residual / y.numel()"],
)
_KEPT = (
    "losses.append(loss.item())",
    "losses.append(float(loss))",
    "losses += [loss.item()]",
    "losses.append(loss.detach().item())",
)
_BACK = (
    (["loss.backward()"], "w.grad", "b.grad"),
    (["gw, gb = torch.autograd.grad(loss, (w, b))"], "gw", "gb"),
    (["grads = torch.autograd.grad(loss, [w, b])"], "grads[0]", "grads[1]"),
)
_STEPS = (
    ["with torch.no_grad():", "    w -= step_size * GW", "    b -= step_size * GB"],
    ["with torch.no_grad():", "    w.sub_(step_size * GW)", "    b.sub_(step_size * GB)"],
    ["w.data -= step_size * GW", "b.data -= step_size * GB"],
    ["with torch.no_grad():", "    w -= GW * step_size", "    b -= GB * step_size"],
    ["with torch.no_grad():", "    for p, g in ((w, GW), (b, GB)):", "        p -= step_size * g"],
    [
        "w = (w - step_size * GW).detach().requires_grad_()",
        "b = (b - step_size * GB).detach().requires_grad_()",
    ],
    ["with torch.no_grad():", "    w.copy_(w - step_size * GW)", "    b.copy_(b - step_size * GB)"],
)
_EMPTIED = (
    ["w.grad.zero_()", "b.grad.zero_()"],
    ["w.grad = None", "b.grad = None"],
    ["w.grad, b.grad = None, None"],
    ["for p in (w, b):", "    p.grad = None"],
    ["w.grad.fill_(0)", "b.grad.fill_(0)"],
)
_ENDS = (
    "return w.detach(), b.detach(), losses",
    "return w.data, b.data, losses",
    "return w, b, losses",
    "return (w.detach(), b.detach(), losses)",
    "return w.detach().clone(), b.detach().clone(), losses",
)


def answer(seed: int) -> str:
    """Return a right answer of some ten to twenty lines."""
    rng = Random(seed)  # noqa: S311 - whoever guesses it knows a benchmark

    def one(ways: Sequence[_Way]) -> _Way:
        return rng.choices(ways, weights=[0.6**place for place in range(len(ways))])[0]

    prediction, (back, *gradients), kept = one(_PREDICTIONS), one(_BACK), one(_KEPT)
    loss = [line.replace("PRED", prediction) for line in one(_LOSSES)]
    step = [line.replace("GW", gradients[0]).replace("GB", gradients[1]) for line in one(_STEPS)]
    emptied = one(_EMPTIED) if gradients[0] == "w.grad" and "detach" not in step[0] else []
    if step[0].startswith("with") and rng.random() < 0.4:
        emptied = [f"    {line}" for line in emptied]
    turn = [*loss, *back, *step, *emptied]
    places = [len(loss), len(loss) + len(back), len(turn)]
    turn.insert(rng.choices(places, weights=(5, 2, 2))[0], kept)
    start = one(_STARTS)
    if len(start) == 2 and rng.random() < 0.3:
        start = start[::-1]
    body = [*start, one(_LISTS), one(_LOOPS), *(f"    {line}" for line in turn), one(_ENDS)]
    lines = ["def descend(x, y, w, b, n_steps, step_size):", *(f"    {line}" for line in body)]
    return "\n".join(lines) + "\n"
