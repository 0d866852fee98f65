"""An assignment of Otter's with one of everything, in both forms, written for the tests."""

import textwrap

from tests.authoring.importers.notebooks import code, raw, text

SUM_TO = '''
def sum_to(n):
    """The sum of 1 to n."""
    # BEGIN SOLUTION
    if n < 0:
        raise ValueError("n has to be 0 or more")
    return n * (n + 1) // 2
    # END SOLUTION

ten = sum_to(10) # SOLUTION
'''
COUNTER = '''
class Counter:
    def __init__(self, start):
        self.count = start # SOLUTION

    def add(self, numbers):
        total = sum(numbers) # SOLUTION NO PROMPT
        self.count += total # SOLUTION
        """ # BEGIN PROMPT
        # add all the numbers
        ...
        """ # END PROMPT
        return self.count
'''
STEP = """
np.random.seed(3) # SEED
w = torch.tensor([1.0, 2.0])
# BEGIN SOLUTION NO PROMPT
def step(w, g, rate=0.1):
    return w - rate * g
# END SOLUTION
\"\"\" # BEGIN PROMPT
def step(w, g, rate=0.1):
    ...
\"\"\"; # END PROMPT
moved = step(w, torch.ones(2)) # SOLUTION
print("a line for the author") # IGNORE
"""
WHY = "**SOLUTION:** The sum of a constant is the constant times their number."

TESTS = {
    "q1": [
        "ten",
        "# HIDDEN\nsum_to(100) == 5050",
        '""" # BEGIN TEST CONFIG\npoints: 2\nhidden: true\nname: errors\n""" # END TEST CONFIG\n'
        "try:\n    sum_to(-1)\n    assert False\nexcept ValueError:\n    pass",
    ],
    "q2": [
        ">>> c = Counter(2)\n>>> c.add([1, 2])\n5\n>>> c.add([1])\n6",
        '""" # BEGIN TEST CONFIG\nhidden: true\n""" # END TEST CONFIG\n'
        "def test_counts(Counter):\n    counter = Counter(0)\n    counter.add(range(4))\n"
        '    assert counter.count == 6, "after one call"\n\ntest_counts(Counter)  # IGNORE',
    ],
    "q3": [
        "np.allclose(moved.numpy(), [0.9, 1.9], atol=1e-4)",
        "isinstance(moved, torch.Tensor)",
        "# HIDDEN\ng = torch.rand(3)\n"
        "torch.testing.assert_close(step(torch.zeros(3), g, 0.5), -0.5 * g)",
    ],
}
CONFIG = "name: hw01\nfiles:\n    - data.csv\nrequirements: [numpy]\ngenerate: true"
QUESTIONS = {
    "q1": "name: q1\npoints: 4",
    "q2": "name: q2\npoints:\n    each: 1",
    "q3": "name: q3\npoints: [0, 1, 2]",
    "q4": "name: q4\nmanual: true\npoints: 3",
}
PROSE = {
    "q1": "**Question 1.** Define `sum_to`, and let `ten` be the sum of 1 to 10.",
    "q2": "**Question 2.** A class that counts.",
    "q3": "**Question 3.** A step against the gradient.",
    "q4": "**Question 4.** Why does a sum grow with the number of terms?",
}
SOLUTIONS = {"q1": SUM_TO, "q2": COUNTER, "q3": STEP}
HEAD = [
    text("# Homework 1: sums\n\nRead `data.csv` first."),
    code('import numpy as np\nimport torch\nrows = open("data.csv").read().split()'),
]


def new_cells(*, is_manual: bool = True) -> list[dict]:
    """Return the cells with raw cells around what belongs together.

    is_manual: whether a person marks some.
    """
    made = [raw(f"# ASSIGNMENT CONFIG\n{CONFIG}"), *HEAD]
    for name, config in QUESTIONS.items():
        if "manual" in config and not is_manual:
            continue
        made += [raw(f"# BEGIN QUESTION\n{config}"), text(PROSE[name])]
        solution = code(SOLUTIONS[name]) if name in SOLUTIONS else text(WHY)
        made += [raw("# BEGIN SOLUTION"), solution, raw("# END SOLUTION")]
        if name in TESTS:
            made += [raw("# BEGIN TESTS"), *map(code, TESTS[name]), raw("# END TESTS")]
        made.append(raw("# END QUESTION"))
    return [*made, code("print(sum_to(4))")]


def fenced_cells() -> list[dict]:
    """Return the same with blocks of code in Markdown in place of raw cells."""
    return [
        text(f"```otter\n{cell['source']}\n```") if cell["cell_type"] == "raw" else cell
        for cell in new_cells()
    ]


def old_cells() -> list[dict]:
    """Return the cells in the first form, with blocks in the questions' text."""
    made = [text(f"```\nBEGIN ASSIGNMENT\n{CONFIG}\n```"), *HEAD]
    for name, config in QUESTIONS.items():
        made.append(text(f"{PROSE[name]}\n\n```\nBEGIN QUESTION\n{config}\n```"))
        made.append(code(SOLUTIONS[name]) if name in SOLUTIONS else text(WHY))
        for source in TESTS.get(name, ()):
            is_plain = not source.startswith('"""')
            is_hidden = source.startswith("# HIDDEN\n")
            head = "## Hidden Test ##\n" if is_hidden else "## Test ##\n" if is_plain else ""
            made.append(code(head + source.removeprefix("# HIDDEN\n")))
    return [*made, text("That is all."), code("print(sum_to(4))")]


RIGHT = {
    "q1": "def sum_to(n):\n    if n < 0:\n        raise ValueError\n"
    "    return sum(range(n + 1))\n\nten = sum_to(10)",
    "q2": textwrap.dedent("""
        class Counter:
            def __init__(self, start):
                self.count = start

            def add(self, numbers):
                for number in numbers:
                    self.count = self.count + number
                return self.count
    """).strip(),
    "q3": "w = torch.tensor([1.0, 2.0])\ndef step(w, g, rate=0.1):\n    return w.sub(g.mul(rate))\n"
    "moved = step(w, torch.ones(2))",
}
WRONG = {
    "q1": "def sum_to(n):\n    return sum(range(n))\n\nten = 55",
    "q2": RIGHT["q2"].replace("self.count = start", "self.count = 0"),
    "q3": RIGHT["q3"].replace("w.sub", "w.add"),
}
