"""A small source with a choice, several choices, a text in Markdown, one in code, and a mean."""

SOURCE = '''
# ---
# jupyter:
#   tensorgrader:
#     title:
#       en: Answers
#       ru: Ответы
#     languages: [en, ru]
# ---

# %%
import torch

torch.manual_seed(0)
data = torch.randn(5, 3)

# %% [markdown]
# ## {axis}

# %%
#| exercise: axis
#| title:
#|   en: Which axis?
#|   ru: Какая ось?
#| choices:
#|   a:
#|     en: over the rows
#|     ru: по строкам
#|   b:
#|     en: over the columns
#|     ru: по столбцам
#|   c: "`dim=2`"
axis = "b"  # SOLUTION

# %%
#| mistake: axis
#| name: rows
#| help:
#|   en: How many numbers would be left?
#|   ru: Сколько чисел останется?
axis = "a"

# %%
#| exercise: leaves
#| title:
#|   en: Leaves
#|   ru: Листья
#| points: 2
#| partial: true
#| choices:
#|   a: "`torch.zeros(2)`"
#|   b: "`x + y`"
#|   c: "`module.weight`"
#|   d: "`loss`"
leaves = ["a", "c"]  # SOLUTION

# %% [markdown]
# ## {why}

# %% [markdown]
# #| exercise: why
# #| title:
# #|   en: Why a mean?
# #|   ru: Почему среднее?
# #| manual: true
# #| min_words: 5
# #| rubric:
# #|   - name: size
# #|     points: 2
# #|     text:
# #|       en: It says that a sum grows with the number of objects.
# #|       ru: Сказано, что сумма растёт с числом объектов.
# #|   - name: rate
# #|     points: 1
# #|     text:
# #|       en: It says what follows for the step.
# #|       ru: Сказано, что следует для шага.
# #|   - name: example
# #|     points: 0.5
# #|     text:
# #|       en: There is an example with numbers.
# #|       ru: Есть пример с числами.
# With more objects the gradient of a sum is larger, and so is each step.

# %% [markdown]
# ## {told}

# %%
#| exercise: told
#| title:
#|   en: In your own words
#|   ru: Своими словами
#| points: 2
#| min_words: 6
#| manual: true
### BEGIN SOLUTION
told = """The gradient says where the loss
grows fastest, and how fast."""
### END SOLUTION

# %%
#| exercise: mean
#| title:
#|   en: The mean
#|   ru: Среднее
#| checks:
#|   - mean
mean = data.mean()  # SOLUTION
'''
TEXT = "A sum grows with the number of objects.\n\n- **much** <script>alert(1)</script>"
RIGHT = {
    "axis": 'axis = "B"',
    "leaves": 'leaves = "c, A"',
    "why": TEXT,
    "told": 'told = "The gradient says <b>where</b> the loss grows fastest."',
    "mean": "mean = data.mean()",
}
WRONG = {
    "axis": 'axis = "a"',
    "leaves": 'leaves = {"a", "c", "d"}',
    "why": "no idea",
    "told": 'told = "too short"',
    "mean": "mean = data.sum()",
}
NONSENSE = {
    "axis": "axis = 2",
    "leaves": 'leaves = "a, x"',
    "why": " \n",
    "told": "told = 17",
    "mean": 'mean = "hello"',
}


def filled(notebook, answers):
    """Fill a released notebook, as JSON has it, in with answers, below the first line of a cell."""
    for cell in notebook["cells"]:
        name = cell["id"].removeprefix("exercise-")
        if cell["id"].startswith("exercise-") and name in answers:
            head, _, _ = "".join(cell["source"]).partition("\n")
            cell["source"] = f"{head}\n{answers[name]}"
    return notebook
