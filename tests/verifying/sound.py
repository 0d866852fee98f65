"""A small source that is sound, and what verifying says once something in it is spoilt."""

from collections.abc import Mapping
from pathlib import Path

from grader.authoring.source import load
from grader.model.verdict import Finding, Verdict
from grader.verify import verify
from tests.conftest import kernels, write_source

SOUND = """
# ---
# jupyter:
#   tensorgrader:
#     title:
#       en: Lines
#       ru: Прямые
#     languages: [en, ru]
# ---

# %% [markdown] lang="en"
# # Lines

# %% [markdown] lang="ru"
# # Прямые

# %%
import torch

torch.manual_seed(4)
table = torch.randn(8, 3) + 2
# en: The target hangs on all features.
# ru: Целевая переменная зависит от всех признаков.
target = table @ torch.tensor([1.0, -2.0, 0.5]) + torch.randn(8)

# %%
#| exercise: centre
#| title:
#|   en: Centre the columns
#|   ru: Центрирование столбцов
#| points: 2
#| checks:
#|   - centred
#|   - expr: centre(other)
#|     hidden: true
#|     given: |
#|       other = torch.randn(5, 4)
#| forbid:
#|   - torch.std
def centre(table):
    ### BEGIN SOLUTION
    return table - table.mean(dim=0)
    ### END SOLUTION


centred = centre(table)

# %%
#| mistake: centre
#| name: one-mean
#| help:
#|   en: "Is the mean of every column zero?"
#|   ru: "Равно ли нулю среднее каждого столбца?"
return table - table.mean()

# %%
#| mistake: centre
#| name: eight-rows
#| help:
#|   en: "Would it be right for a table of another height?"
#|   ru: "Верно ли это для таблицы другой высоты?"
return table - table.sum(dim=0) / 8

# %%
#| alternative: centre
#| name: sum-over-count
return table - table.sum(dim=0, keepdim=True) / len(table)

# %%
#| exercise: fit
#| title:
#|   en: Fit a line
#|   ru: Подбор прямой
#| points: 3
#| checks:
#|   - losses
#|   - expr: descend(weights, features, goal)
#|     hidden: true
#|     given: |
#|       weights, features, goal = torch.randn(4), torch.randn(9, 4), torch.randn(9)
#|   - recompute: torch.mean((centred @ slope - target) ** 2)
#|     of: slope
#|     title:
#|       en: The error that the slope has
#|       ru: Ошибка, которую даёт наклон
#|     compare: at_most
#|     margin: 0.01
#| blank: |
#|   def descend(w, x, y):
#|       ...  # YOUR CODE HERE
#|
#|
#|   losses = ...
slope = torch.zeros(3)


### BEGIN SOLUTION
def descend(w, x, y):
    return w - 0.1 * x.T @ (x @ w - y) / len(y)


losses = []
for _ in range(20):
    losses.append(torch.mean((centred @ slope - target) ** 2).item())
    slope = descend(slope, centred, target)
### END SOLUTION

# %%
#| mistake: fit
#| name: summed
#| help:
#|   en: "How does your step grow with the number of objects?"
#|   ru: "Как ваш шаг зависит от числа объектов?"
def descend(w, x, y):
    return w - 0.1 * x.T @ (x @ w - y)


losses = []
for _ in range(20):
    losses.append(torch.mean((centred @ slope - target) ** 2).item())
    slope = descend(slope, centred, target)

# %%
#| mistake: fit
#| name: uphill
#| help:
#|   en: "Where do your losses go?"
#|   ru: "Куда движутся ваши потери?"
def descend(w, x, y):
    return w + 0.1 * x.T @ (x @ w - y) / len(y)


losses = []
for _ in range(20):
    losses.append(torch.mean((centred @ slope - target) ** 2).item())
    slope = descend(slope, centred, target)

# %%
#| alternative: fit
#| name: mean-of-rows
def descend(w, x, y):
    rows = x * (x @ w - y).unsqueeze(1)
    return w - 0.1 * rows.mean(dim=0)


losses = []
for _ in range(20):
    error = target - centred @ slope
    losses.append(float(error @ error / len(error)))
    slope = descend(slope, centred, target)
"""


def spoilt(changes: Mapping[str, str]) -> str:
    """Return the source with each of these texts, which stand in it once, replaced."""
    text = SOUND
    for old, new in changes.items():
        assert text.count(old) == 1, f"stands {text.count(old)} times: {old}"
        text = text.replace(old, new)
    return text


def verdict_of(folder: Path, text: str) -> Verdict:
    return verify(load(write_source(folder, text)), factory=kernels(), device="cpu")


def faults(verdict: Verdict) -> list[str]:
    return [finding.problem for finding in verdict.findings if finding.fault]


def pointed_at(finding: Finding) -> str:
    """Return the source from the line on that a finding names."""
    lines = finding.path.read_text(encoding="utf-8").split("\n")
    return "\n".join(lines[(finding.line or 1) - 1 :])
