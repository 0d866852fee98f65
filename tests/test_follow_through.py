"""One mistake costs once: from notebooks to marks, with real kernels."""

import time

import pytest

from grader.authoring.source import load
from grader.errors import SourceError
from grader.formats import notebook
from grader.grade import grade
from grader.kernels.kernel import Limits
from grader.model.other_data import shifted
from grader.model.submission import Submission
from grader.on_other_data import OtherData
from grader.reference import prepare
from grader.running.plan import SEED
from grader.running.snapshots import Snapshots
from tests.conftest import colds, kernels, notebook_of, reference_of, write_source

# Four exercises, each on the answers before it: a tensor, a tensor, an int, a list.
CHAIN = """
# %%
import torch
torch.manual_seed(3)
data = torch.randn(12, 3) + 2

# %%
#| exercise: centre
#| checks:
#|   - centred
centred = data - data.mean(dim=0)  # SOLUTION

# %%
#| mistake: centre
#| name: one-mean
#| help: Each column has a mean of its own.
centred = data - data.mean()

# %%
#| exercise: spread
#| points: 2
#| checks:
#|   - spread
spread = centred.T @ centred / len(centred)  # SOLUTION

# %%
#| mistake: spread
#| name: sum
#| help: What is a mean divided by?
spread = centred.T @ centred

# %%
#| exercise: count
#| checks:
#|   - count
count = int(20 * spread.abs().sum())  # SOLUTION

# %%
#| mistake: count
#| name: first-row
#| help: There is more than one row.
count = int(20 * spread[0].abs().sum())

# %%
#| exercise: walk
#| points: 3
#| limit: 2
#| checks:
#|   - curve
curve = []
### BEGIN SOLUTION
for n in range(count):
    curve.append((spread.sum() * 0.9**n).item())
### END SOLUTION

# %%
#| mistake: walk
#| name: from-one
#| help: Where does the walk begin?
for n in range(count):
    curve.append((spread.sum() * 0.9 ** (n + 1)).item())
"""
RIGHT = {
    "centre": "centred = data - data.mean(dim=0)",
    "spread": "spread = centred.T @ centred / len(centred)",
    "count": "count = int(20 * spread.abs().sum())",
    "walk": "curve = [(spread.sum() * 0.9**n).item() for n in range(count)]",
}
START = "import torch\ntorch.manual_seed(3)\ndata = torch.randn(12, 3) + 2"
ONE_MEAN = "centred = data - data.mean()"
FOLLOWED = "right by follow-through"

# Answers that cross in another way or not at all: a function, a Parameter, a module.
TOOLS = """
# %%
import torch
from torch import nn
torch.manual_seed(5)
data = torch.randn(8, 2) * torch.tensor([1.0, 4.0]) + 1

# %%
#| exercise: scale
#| checks:
#|   - expr: scale(table)
#|     hidden: true
#|     given: |
#|       table = torch.randn(5, 2) * torch.tensor([1.0, 4.0])
def scale(table):
    ### BEGIN SOLUTION
    return table / table.std(dim=0)
    ### END SOLUTION

# %%
#| mistake: scale
#| name: one-for-all
#| help: Each column has a spread of its own.
return table / table.std()

# %%
#| exercise: slope
#| checks:
#|   - slope
slope = nn.Parameter(scale(data).mean(dim=0, keepdim=True))  # SOLUTION

# %%
#| mistake: slope
#| name: sum
#| help: What is a mean divided by?
slope = nn.Parameter(scale(data).sum(dim=0, keepdim=True))

# %%
#| exercise: layer
#| checks:
#|   - layer
layer = nn.Linear(2, 1)
### BEGIN SOLUTION
layer.weight = slope
### END SOLUTION

# %%
#| mistake: layer
#| name: negative
#| help: Look at the sign.
layer.weight = nn.Parameter(-slope.detach())

# %%
#| exercise: output
#| checks:
#|   - output
output = layer(scale(data)).detach()  # SOLUTION

# %%
#| mistake: output
#| name: without-scale
#| help: In which units does the layer compute?
output = layer(data).detach()
"""
TOOLS_RIGHT = {
    "scale": "def scale(table):\n    return table / table.std(dim=0)",
    "slope": "slope = nn.Parameter(scale(data).mean(dim=0, keepdim=True))",
    "layer": "layer = nn.Linear(2, 1)\nlayer.weight = slope",
    "output": "output = layer(scale(data)).detach()",
}
TOOLS_START = (
    "import torch\nfrom torch import nn\ntorch.manual_seed(5)\n"
    "data = torch.randn(8, 2) * torch.tensor([1.0, 4.0]) + 1"
)


def graded(cells, reference, *, other=None, kind=None):
    """Return the report on a notebook: of bytes, or of its code cells."""
    data = cells if isinstance(cells, bytes) else notebook_of(cells)
    submission = Submission(
        student="someone", source="file", notebook=notebook.read(data), digest="0"
    )
    done = grade(
        submission,
        reference,
        factory=kind or kernels(),
        limits=Limits(),
        language="en",
        other=other,
    )
    return done.report


def answers(right=RIGHT, start=START, **changes):
    """Return the cells of a submission that is right but for these answers."""
    assert set(changes) <= set(right)
    cells = {**right, **changes}
    return [start, *(f"#| exercise: {name}\n{code}" for name, code in cells.items())]


def outcomes(report):
    return [result.outcome for result in report.exercises]


def rules(report):
    return {result.exercise: result.rule for result in report.exercises}


def shifted_by(reference, offset):
    """Return a reference on other data."""
    assignment = shifted(reference.assignment, offset)
    other = prepare(assignment, factory=kernels(), device="cpu", seed=SEED + offset)
    return OtherData(prepared=lambda: other, offset=offset)


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    reference = reference_of(write_source(tmp_path_factory.mktemp("chain"), CHAIN, "chain"))
    yield reference
    reference.close()


@pytest.fixture(scope="module")
def other(chain):
    found = shifted_by(chain, 5)
    yield found
    found.reference.close()


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    reference = reference_of(write_source(tmp_path_factory.mktemp("tools"), TOOLS, "tools"))
    yield reference
    reference.close()


def tools_graded(tools, **changes):
    return graded(answers(TOOLS_RIGHT, TOOLS_START, **changes), tools)


# What is right.


def test_all_right_costs_nothing(chain, other, monkeypatch):
    def fail(*_, **__):
        raise AssertionError("a snapshot was asked for")

    monkeypatch.setattr(Snapshots, "run", fail)
    for data in (None, other):
        report = graded(answers(), chain, other=data)
        assert outcomes(report) == ["right"] * 4
        assert (report.score, report.max_score) == (7, 7)


def test_a_first_mistake_costs_its_own_exercise_alone(chain):
    report = graded(answers(centre=ONE_MEAN), chain)
    assert outcomes(report) == ["wrong", *[FOLLOWED] * 3]
    assert [result.score for result in report.exercises] == [0, 2, 1, 3]
    assert rules(report)["spread"] == "right, given the values that Centre left"
    assert rules(report)["count"] == "right, given the values that Spread left"
    assert rules(report)["walk"] == ("right, given the values that Count and Spread left")
    assert all(check.outcome == "passed" for check in report.exercises[3].checks)


def test_other_data_confirm_what_followed(chain, other):
    alone = graded(answers(centre=ONE_MEAN), chain)
    both = graded(answers(centre=ONE_MEAN), chain, other=other)
    assert outcomes(both) == outcomes(alone)
    assert rules(both) == rules(alone)
    assert (both.score, both.other_data) == (6, 5)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"spread": "spread = centred.T @ centred"}, ["right", "wrong", FOLLOWED, FOLLOWED]),
        ({"count": "count = 40"}, ["right", "right", "wrong", FOLLOWED]),
        ({"walk": "curve = [1.0] * count"}, ["right", "right", "right", "wrong"]),
        (
            {"centre": ONE_MEAN, "count": "count = 40"},
            ["wrong", FOLLOWED, "wrong", FOLLOWED],
        ),
        (
            {"centre": ONE_MEAN, "spread": "spread = centred.T @ centred"},
            ["wrong", "wrong", FOLLOWED, FOLLOWED],
        ),
    ],
)
def test_each_mistake_costs_once(chain, other, changes, expected):
    for data in (None, other):
        assert outcomes(graded(answers(**changes), chain, other=data)) == expected


def test_wrong_later_work_earns_nothing(chain, other):
    wrong = {
        "centre": ONE_MEAN,
        "spread": "spread = centred.T @ centred",
        "count": "count = int(20 * spread[0].abs().sum())",
        "walk": "curve = [(spread.sum() * 0.9 ** (n + 1)).item() for n in range(count)]",
    }
    for data in (None, other):
        report = graded(answers(**wrong), chain, other=data)
        assert outcomes(report) == ["wrong"] * 4
        assert report.score == 0


def test_the_right_value_typed_in_after_a_mistake_is_no_less_right(chain):
    value = chain.expected["spread"]["spread"].data.tolist()
    report = graded(answers(centre=ONE_MEAN, spread=f"spread = torch.tensor({value})"), chain)
    assert outcomes(report) == ["wrong", "right", "right", "right"]


def test_a_leaf_that_requires_a_gradient_crosses(chain):
    report = graded(answers(centre=f"{ONE_MEAN}\ncentred.requires_grad_()"), chain)
    assert outcomes(report)[1] == FOLLOWED


def test_an_answer_below_its_cell_can_follow(chain):
    cells = answers(centre=ONE_MEAN, spread="spread = ...")
    cells.insert(3, RIGHT["spread"])
    report = graded(cells, chain)
    assert outcomes(report) == ["wrong", *[FOLLOWED] * 3]


def test_an_early_value_that_later_changes_counts_as_it_was(chain):
    report = graded(answers(centre=ONE_MEAN, walk=f"{RIGHT['walk']}\ncentred = spread = 0"), chain)
    assert outcomes(report) == ["wrong", *[FOLLOWED] * 3]


def test_cold_kernels_give_the_same_marks(tmp_path):
    two = CHAIN[: CHAIN.index("# %%\n#| exercise: count")]
    path = write_source(tmp_path, two)
    cold, warm = prepare(load(path), factory=colds(), device="cpu"), reference_of(path)
    cells = answers(centre=ONE_MEAN)[:3]
    reports = [graded(cells, cold, kind=colds()), graded(cells, warm)]
    assert [outcomes(report) for report in reports] == [["wrong", FOLLOWED]] * 2
    assert rules(reports[0]) == rules(reports[1])
    assert reports[0].exercises == reports[1].exercises


# What is not carried.

REFUSED = {
    "an empty tensor": ("centred = torch.empty(0, 3)", "another shape than it should: (0, 3)"),
    "zeros": ("centred = torch.zeros(12, 3)", "right and wrong come out the same"),
    "ones": ("centred = torch.ones(12, 3)", "right and wrong come out the same"),
    "NaN": ("centred = data * float('nan')", "is not finite"),
    "one infinity": (f"{ONE_MEAN}\ncentred[2, 1] = float('-inf')", "is not finite"),
    "another shape": ("centred = (data - data.mean()).T", "another shape than it should: (3, 12)"),
    "another dtype": ("centred = (data - data.mean()).double()", "another dtype"),
    "a function": ("def centred():\n    return data", "is a function"),
    "a module": ("centred = torch.nn.Linear(3, 12)", "another type"),
    "a list": ("centred = (data - data.mean()).tolist()", "another type"),
    "an array": ("centred = (data - data.mean()).numpy()", "another type"),
    "None": ("centred = None", "another type"),
    "sparse": ("centred = (data - data.mean()).to_sparse()", ""),
    "not defined": ("other = data", "is not defined"),
    "an error": ("centred = data - nothing", "is not defined"),
    "a graph": ("centred = (data.requires_grad_() - data.mean()) * 1", "carries a graph"),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_an_unusable_early_value_lets_nothing_follow(chain, case):
    early, reason = REFUSED[case]
    report = graded(answers(centre=early), chain)
    spread = report.exercises[1]
    assert (spread.outcome, spread.score) == ("wrong", 0)
    assert "your earlier answers cannot be built on: " in spread.rule
    assert spread.ruling.spoiled == ("centre",)
    assert reason in spread.rule
    assert report.exercises[0].score == 0


@pytest.mark.parametrize(
    "early",
    ["#| exercise: centre\ncentred = ...  # YOUR CODE HERE", "#| exercise: centre\npass", None],
)
def test_what_builds_on_a_blank_says_so(chain, early):
    cells = [early if "exercise: centre" in cell else cell for cell in answers(centre="pass")]
    report = graded([cell for cell in cells if cell is not None], chain)
    first, spread = report.exercises[:2]
    assert first.outcome == ("missing" if early is None else "blank")
    assert (spread.outcome, spread.score) == ("wrong", 0)
    assert spread.rule.endswith(f"; what it builds on is not filled in: {first.title}")


@pytest.mark.parametrize(
    "later",
    ["spread = torch.zeros(3, 3)", "spread = centred[:3]", "spread = torch.empty(0)"],
)
def test_a_trivial_answer_to_degenerate_values_earns_nothing(chain, later):
    report = graded(answers(centre="centred = torch.zeros(12, 3)", spread=later), chain)
    assert outcomes(report)[:2] == ["wrong", "wrong"]
    assert report.exercises[1].score == 0


@pytest.mark.parametrize("count", ["0", "-7", "False"])
def test_an_empty_walk_is_no_walk(chain, count):
    report = graded(answers(count=f"count = {count}", walk="curve = list(range(0))"), chain)
    assert outcomes(report) == ["right", "right", "wrong", "wrong"]
    assert report.score == 3


def test_the_input_itself_is_no_answer(chain):
    early = "centred = torch.cat([torch.eye(3), torch.zeros(9, 3)]) * 12 ** 0.5"
    report = graded(answers(centre=early, spread="spread = torch.ones(3, 3)"), chain)
    assert outcomes(report)[:2] == ["wrong", "wrong"]


# What is carried in another way.


def test_a_function_does_not_cross_and_is_made_up_for(tools):
    report = tools_graded(tools, scale="def scale(table):\n    return table / table.std()")
    assert outcomes(report) == ["wrong", FOLLOWED, FOLLOWED, FOLLOWED]
    for name in ("slope", "output"):
        assert rules(report)[name] == "right, but for your `scale`"
    assert rules(report)["layer"] == "right, given the values that Slope left"


def test_a_parameter_crosses(tools):
    wrong = "slope = nn.Parameter(scale(data).sum(dim=0, keepdim=True))"
    report = tools_graded(tools, slope=wrong)
    assert outcomes(report) == ["right", "wrong", FOLLOWED, FOLLOWED]
    assert rules(report)["layer"] == "right, given the values that Slope left"
    assert rules(report)["output"] == "right, given the values that Layer left"


@pytest.mark.parametrize(
    ("wrong", "outcome"),
    [
        ("layer = nn.Linear(2, 1)\nlayer.weight = nn.Parameter(-slope.detach())", FOLLOWED),
        ("layer = nn.Linear(2, 1)\nwith torch.no_grad():\n    layer.weight += 1", FOLLOWED),
        ("layer = nn.Linear(2, 1, bias=False)", "wrong"),
        ("layer = nn.Linear(2, 1).double()", "wrong"),
        ("layer = nn.Sequential(nn.Linear(2, 1))", "wrong"),
        ("layer = {'weight': slope, 'bias': torch.zeros(1)}", "wrong"),
        ("layer = nn.Linear(2, 1)\nnn.init.zeros_(layer.weight)\nnn.init.zeros_(layer.bias)",
         "wrong"),
    ],
)  # fmt: skip
def test_a_module_crosses_as_its_state_dict(tools, wrong, outcome):
    report = tools_graded(tools, layer=wrong)
    assert outcomes(report) == ["right", "right", "wrong", outcome]


# What would take too long.


def test_a_value_that_the_reference_never_ends_on(chain):
    started = time.monotonic()
    cells = answers(count="count = 10**15", walk="curve = [1.0]")
    report = graded(cells, chain)
    assert outcomes(report) == ["right", "right", "wrong", "wrong"]
    assert "the reference itself fails" in rules(report)["walk"]
    assert time.monotonic() - started < 12
    assert outcomes(graded(answers(), chain)) == ["right"] * 4


def test_a_value_of_more_digits_than_cross(chain):
    report = graded(answers(count="count = 10**2000", walk="curve = [1.0]"), chain)
    assert "more than 1000 digits" in rules(report)["walk"]


BIG = """
# %%
import torch
torch.manual_seed(3)
data = torch.rand(4) + 2

# %%
#| exercise: size
#| checks:
#|   - size
size = int(100 * data.sum())  # SOLUTION

# %%
#| exercise: table
#| limit: 2
#| checks:
#|   - table
table = torch.stack([torch.arange(size).float() * n for n in range(3)]).sum(dim=1)  # SOLUTION

# %%
#| exercise: last
#| checks:
#|   - last
last = data * 2  # SOLUTION
"""


@pytest.mark.parametrize("size", ["10**10", "10**13", "-5"])
def test_a_value_that_the_reference_has_no_memory_for(tmp_path, size):
    reference = reference_of(write_source(tmp_path, BIG))
    started = time.monotonic()
    right = {"size": f"size = {size}", "table": "table = torch.ones(3)", "last": "last = data * 2"}
    start = "import torch\ntorch.manual_seed(3)\ndata = torch.rand(4) + 2"
    report = graded(answers(right, start), reference)
    assert outcomes(report) == ["wrong", "wrong", "right"]
    assert "the reference itself fails" in rules(report)["table"]
    assert time.monotonic() - started < 12


# What the author says.


def header(text):
    """Return CHAIN with more lines in the header of `walk`."""
    return CHAIN.replace("#| exercise: walk\n", f"#| exercise: walk\n{text}")


def test_an_exercise_builds_on_what_it_reads(chain):
    assert [exercise.builds_on for exercise in chain.assignment.exercises] == [
        {},
        {"centre": ("centred",)},
        {"spread": ("spread",)},
        {"count": ("count",), "spread": ("spread",)},
    ]


def test_an_author_restricts_what_is_carried(tmp_path):
    path = write_source(tmp_path, header("#| builds_on:\n#|   - spread\n"))
    assert load(path).exercises[3].builds_on == {"spread": ("spread",)}
    reference = reference_of(path)
    counted = graded(answers(count="count = 40"), reference)
    assert outcomes(counted) == ["right", "right", "wrong", "wrong"]
    # The same count as the reference's lets it follow.
    count = reference.expected["count"]["count"].value
    spread = graded(
        answers(spread="spread = centred.T @ centred", count=f"count = {count}"), reference
    )
    assert outcomes(spread) == ["right", "wrong", "right", FOLLOWED]


def test_an_empty_list_turns_it_off(tmp_path):
    path = write_source(tmp_path, header("#| builds_on: []\n"))
    assert outcomes(graded(answers(count="count = 40"), reference_of(path)))[3] == "wrong"


@pytest.mark.parametrize("name", ["centre", "walk", "nothing"])
def test_what_is_not_read_cannot_be_built_on(tmp_path, name):
    text = header(f"#| builds_on:\n#|   - {name}\n")
    with pytest.raises(SourceError, match=f"nothing that `{name}` binds is read here") as caught:
        load(write_source(tmp_path, text))
    line = next(n for n, at in enumerate(text.strip().split("\n"), 1) if "exercise: walk" in at)
    assert line <= caught.value.line <= line + 2


def test_a_known_mistake_is_named_on_wrong_earlier_answers_too(chain):
    wrong = answers(centre=ONE_MEAN, spread="spread = centred.T @ centred")
    centre, spread, *_ = graded(wrong, chain).exercises
    assert [one.mistake for one in centre.diagnoses][:1] == ["one-mean"]
    assert (spread.outcome, [one.mistake for one in spread.diagnoses][:1]) == ("wrong", ["sum"])
    assert spread.rule.endswith(", given the values that Centre left")
