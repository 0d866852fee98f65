"""An assignment on tables, moments, figures and the like: sound, and graded as a person would."""

import nbformat
import pytest

from tests.command_line import grader

for _package in ("pandas", "scipy", "PIL", "matplotlib"):
    pytest.importorskip(_package, reason=f"its values need {_package}")

SOURCE = """
# ---
# jupyter:
#   tensorgrader:
#     title: Kinds
#     languages: [en]
# ---

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from dataclasses import dataclass
from PIL import Image
from scipy import sparse

np.random.seed(0)
days = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.random.randint(0, 99, 12), unit="D")
table = pd.DataFrame(
    {"city": np.random.choice([*"abc"], 12), "price": np.random.rand(12), "day": days}
)
losses = np.random.rand(9)
pixels = np.random.randint(0, 256, (4, 5, 3), dtype=np.uint8)

# %%
#| exercise: means
#| checks:
#|   - expr: means(other)
#|     given: |
#|       other = pd.DataFrame({"city": [*"babcb"], "price": np.random.rand(5)})
def means(table):
    return table.groupby("city")["price"].mean()  # SOLUTION

# %%
#| mistake: means
#| name: sums
#| help: Is it larger where there are more rows?
return table.groupby("city")["price"].sum()

# %%
#| exercise: cheap
#| checks:
#|   - cheapest
cheapest = table.sort_values("price").head(5)  # SOLUTION

# %%
#| exercise: span
#| checks:
#|   - last
#|   - dear
### BEGIN SOLUTION
last = table.day.max()
dear = {round(price, 3) for price in table.price if price > 0.5}
### END SOLUTION

# %%
#| exercise: line
#| checks:
#|   - fitted
#|   - hot
@dataclass
class Line:
    slope: float
    offset: float


### BEGIN SOLUTION
fitted = Line(*np.polyfit(np.arange(9), losses, 1))
hot = sparse.csr_matrix(np.diag(losses))
### END SOLUTION

# %%
#| exercise: curve
#| checks:
#|   - figure
#|   - grey
### BEGIN SOLUTION
figure, axes = plt.subplots()
axes.plot(losses)
axes.set_yscale("log")
grey = Image.fromarray(pixels).convert("L")
### END SOLUTION

# %%
#| alternative: curve
#| name: semilogy
figure = plt.figure()
plt.semilogy(range(9), losses)
grey = Image.fromarray(pixels).convert("L")
"""
RIGHT = {
    "means": "def means(table):\n"
    "    found = {}\n"
    "    for city in sorted({*table.city}):\n"
    "        found[city] = table[table.city == city].price.mean()\n"
    "    return pd.Series(found)",
    "cheap": "cheapest = table.iloc[np.argsort(table.price.to_numpy())[:5]]",
    "span": "last = np.max(table.day.to_numpy())\n"
    "dear = frozenset(table.price[table.price > 0.5].round(3))",
    "line": "@dataclass\nclass Line:\n    slope: float\n    offset: float\n\n"
    "a, b = np.polynomial.Polynomial.fit(range(9), losses, 1).convert().coef\n"
    "fitted = Line(offset=float(a), slope=b)\n"
    "hot = sparse.coo_array((losses, (range(9), range(9))))",
    "curve": "plt.plot(losses, 'r--')\nplt.yscale('log')\nplt.title('Mine')\nfigure = plt.gcf()\n"
    "grey = Image.fromarray(pixels).convert('L')",
}
WRONG = {
    "means": "def means(table):\n    return table.groupby('city')['price'].sum()",
    "cheap": "cheapest = table.sort_values('price').head(5).sort_index()",
    "span": "last = table.day.max().date()\ndear = {5.0}",
    "line": "@dataclass\nclass Line:\n    slope: float\n    offset: float\n\n"
    "fitted = Line(*np.polyfit(np.arange(9), losses, 1)[::-1])\n"
    "hot = np.diag(losses)",
    "curve": "figure, axes = plt.subplots()\naxes.plot(losses)\naxes.plot(losses)\n"
    "grey = Image.fromarray(pixels)",
}


@pytest.mark.kernel
def test_an_assignment_on_many_kinds_of_values(tmp_path):
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference/kinds.py").write_text(SOURCE.lstrip())
    verified = grader("verify", "kinds", cwd=tmp_path)
    assert "kinds: sound" in verified.stdout, verified.stdout
    assert grader("build", "kinds", cwd=tmp_path).returncode == 0
    notebook = nbformat.read(tmp_path / "assignments/en/kinds.ipynb", as_version=4)
    for name, answers in (("right", RIGHT), ("wrong", WRONG), ("blank", {})):
        for cell in notebook.cells:
            exercise = cell.metadata["tensorgrader"]["cell"].removeprefix("exercise-")
            cell.source = answers.get(exercise, cell.source)
        (tmp_path / "hand-ins").mkdir(exist_ok=True)
        nbformat.write(notebook, tmp_path / f"hand-ins/{name}.ipynb")
        notebook = nbformat.read(tmp_path / "assignments/en/kinds.ipynb", as_version=4)
    done = grader("grade", "hand-ins", "-a", "kinds", "-o", "out", cwd=tmp_path)
    graded = done.stdout + done.stderr
    for line in ("right (kinds): 5 of 5", "wrong (kinds): 0 of 5", "blank (kinds): 0 of 5"):
        assert line in graded
    said = grader("show", "wrong", "--markdown", "-o", "out", cwd=tmp_path).stdout
    for sentence in (
        "Is it larger where there are more rows?",
        "The rows stand in another order.",
        "Type: date, expected datetime.",
        "Value: 5 should not be in it; ",
        "Value at `.slope`: ",
        "Type: a NumPy array, expected a SciPy sparse matrix.",
        "Shape at `.axes[0].lines`: 2 lines, expected 1 line.",
        "Scale at `.axes[0].get_yscale()`: linear, expected log.",
        "Dtype at `.mode`: RGB, expected L.",
    ):
        assert sentence in said, said


@pytest.mark.kernel
def test_a_function_by_itself_is_no_check(tmp_path):
    source = SOURCE.split("# %%\n#| mistake: means")[0]
    source = source.replace("expr: means(other)", "expr: means").partition("#|     given")[0]
    source += "def means(table):\n    return table  # SOLUTION\n"
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference/kinds.py").write_text(source.lstrip())
    said = " ".join(grader("verify", "kinds", cwd=tmp_path).stdout.split())
    assert "`means` cannot be compared (function: a function); check what it returns" in said
