"""Each way to weaken a sound source is found out: what it is, where it stands, what to do."""

from dataclasses import dataclass, field

import pytest

from grader.authoring.source import load
from grader.errors import SourceError
from tests.conftest import write_source
from tests.verifying.sound import faults, pointed_at, spoilt, verdict_of

ONE_MEAN = "return table - table.mean()\n"
CENTRE = "    return table - table.mean(dim=0)\n"
SUM_OVER_COUNT = "return table - table.sum(dim=0, keepdim=True) / len(table)\n"
CENTRED = "#|   - centred\n"
LOSSES = "#|   - losses\n"
HIDDEN = """#|   - expr: centre(other)
#|     hidden: true
#|     given: |
#|       other = torch.randn(5, 4)
"""
RECOMPUTE = "#|   - recompute: torch.mean((centred @ slope - target) ** 2)"
LOOP = """losses = []
for _ in range(20):
    losses.append(torch.mean((centred @ slope - target) ** 2).item())
    slope = descend(slope, centred, target)
### END SOLUTION"""
BLANK = "#|       ...  # YOUR CODE HERE\n"
HEADING = "# # Lines\n"
STEP = "return w - 0.1 * x.T @ (x @ w - y) / len(y)"

A_CHECK = "narrow `rtol`, `atol` or `margin`"
A_MISTAKE = "# %%\n#| mistake: {}\n#| name: {}\n"
AN_ALTERNATIVE = "# %%\n#| alternative: {}\n#| name: {}\n"
IN_CENTRE = "# %%\n#| exercise: centre\n"
IN_FIT = "# %%\n#| exercise: fit\n"


@dataclass(frozen=True)
class Weakening:
    """changes: of the sound source; problem, todo: said in the fault; at: what its line begins."""

    changes: dict[str, str] = field(repr=False)
    problem: str
    todo: str
    at: str


def instead(old: str, new: str) -> dict[str, str]:
    return {old: new}


# What stands in the prose or in given code, and what of it is told.
LEAKED = {
    "# Write `return table - table.mean(dim=0)`.": "return table - table.mean(dim=0)",
    f"# ## Or {STEP}": STEP,
    "# We call descend(weights, features, goal).": "descend(weights, features, goal)",
    "# Try other = torch.randn(5, 4)": "other = torch.randn(5, 4)",
    "# Would it be right for a table of another height?": (
        "Would it be right for a table of another height?"
    ),
    '# total = torch.einsum("ij,k->j", table, torch.ones(1))': (
        'total = torch.einsum("ij,k->j", table, torch.ones(1))'
    ),
    '# print("losses so far:\\n", losses)': 'print("losses so far:\\n", losses)',
    "    # losses.append(float(error @ error / len(error)))": (
        "losses.append(float(error @ error / len(error)))"
    ),
}


CHECKS = {
    "a huge rtol": Weakening(
        instead(CENTRED, "#|   - expr: centred\n#|     rtol: 100\n"),
        "`centred` takes for right what is not: zeros, ones",
        A_CHECK,
        "#|   - expr: centred\n",
    ),
    "a huge rtol of a hidden check": Weakening(
        instead("- expr: centre(other)\n", "- expr: centre(other)\n#|     rtol: 100\n"),
        "the mistake `eight-rows` passes every check of centre",
        "add a check that it fails, or mend it",
        A_MISTAKE.format("centre", "eight-rows"),
    ),
    "a huge margin": Weakening(
        instead("margin: 0.01", "margin: 100"),
        "`torch.mean((centred @ slope - target) ** 2)` takes for right what is not: zeros",
        A_CHECK,
        RECOMPUTE,
    ),
    "shapes alone": Weakening(
        instead(CENTRED, "#|   - expr: centred\n#|     aspects:\n#|       - shape\n"),
        "`centred` takes for right what is not: zeros, ones, NaN",
        "let it look at values (`aspects`)",
        "#|   - expr: centred\n",
    ),
    "a deleted check of a name": Weakening(
        instead(LOSSES, ""),
        "fit: no check looks at `losses`",
        "add a check of `losses`",
        IN_FIT,
    ),
    "a deleted hidden check": Weakening(
        instead(HIDDEN, ""),
        "the mistake `eight-rows` passes every check of centre",
        "add a check that it fails, or mend it",
        A_MISTAKE.format("centre", "eight-rows"),
    ),
    "a constant": Weakening(
        instead(CENTRED, f"{CENTRED}#|   - len(centred)\n"),
        "`len(centred)` is the same on other data",
        "or say `constant: true`",
        "#|   - len(centred)\n",
    ),
    "a tolerance too narrow for another order": Weakening(
        instead(LOSSES, "#|   - expr: losses\n#|     rtol: 1.0e-9\n#|     atol: 0\n"),
        "`losses`: equally right runs are",
        "and `atol: ",
        "#|   - expr: losses\n",
    ),
    "weak checks alone": Weakening(
        {
            CENTRED: "#|   - expr: torch.ones(2)\n#|     constant: true\n",
            HIDDEN: "#|   - expr: torch.zeros(3)\n#|     constant: true\n",
        },
        "centre: all its checks are weak",
        "check something whose value is not trivial",
        IN_CENTRE,
    ),
}

VARIANTS = {
    "a mistake that is none": Weakening(
        instead(ONE_MEAN, "return table - table.mean(0)\n"),
        "the mistake `one-mean` passes every check of centre",
        "or mend it",
        A_MISTAKE.format("centre", "one-mean"),
    ),
    "two mistakes that are one": Weakening(
        instead(ONE_MEAN, "return table - table.sum(dim=0) / 8.0\n"),
        "the mistakes `eight-rows` and `one-mean` of centre give the same",
        "merge them",
        A_MISTAKE.format("centre", "eight-rows"),
    ),
    "a mistake that raises": Weakening(
        instead(ONE_MEAN, "return table.no_such\n"),
        "the mistake `one-mean` of centre gives no value (",
        "let it give a value",
        A_MISTAKE.format("centre", "one-mean"),
    ),
    "a mistake that costs another exercise": Weakening(
        instead(ONE_MEAN, "return (table - table.mean())[:4]\n"),
        "the mistake `one-mean` of centre costs fit too",
        "let that exercise",
        A_MISTAKE.format("centre", "one-mean"),
    ),
    "a mistake two tolerances away": Weakening(
        instead(ONE_MEAN, "return (table - table.mean(dim=0)) * 1.0003\n"),
        "`centred`: the mistake `one-mean` is 2.2 tolerances away",
        A_CHECK,
        CENTRED,
    ),
    "a wrong alternative": Weakening(
        instead(SUM_OVER_COUNT, "return table - table.sum(dim=0, keepdim=True) / 7\n"),
        "the alternative `sum-over-count` of centre fails `centred` (values: ",
        "an alternative is right: mend it, or the check",
        AN_ALTERNATIVE.format("centre", "sum-over-count"),
    ),
    "an alternative that raises": Weakening(
        instead(SUM_OVER_COUNT, "return tabel\n"),
        "the alternative `sum-over-count` of centre fails `centred`",
        "mend it",
        AN_ALTERNATIVE.format("centre", "sum-over-count"),
    ),
    "a forbidden alternative": Weakening(
        instead(SUM_OVER_COUNT, "torch.std(table)\nreturn table - table.mean(dim=0)\n"),
        "the alternative `sum-over-count` of centre uses torch.std, which the exercise forbids",
        "mend it",
        AN_ALTERNATIVE.format("centre", "sum-over-count"),
    ),
    "draws in the cell": Weakening(
        instead(LOOP, f"_order = torch.randperm(3)\n{LOOP}"),
        "fit: its solution draws random numbers in its cell",
        "or say `draws: true`",
        IN_FIT,
    ),
    "draws when called": Weakening(
        instead(CENTRE, f"    if len(table) != 8:\n        table = torch.rand(5, 4)\n{CENTRE}"),
        "centre: its solution draws random numbers when called",
        "draw them in given code",
        IN_CENTRE,
    ),
}

RELEASED = {
    "the solution in the blank": Weakening(
        instead(BLANK, f"#|       {STEP}\n"),
        f"a line of the solution of fit stands in what students get: `{STEP}`",
        "the `blank`",
        f"#|       {STEP}\n",
    ),
    "the solution in a comment of the blank": Weakening(
        instead(BLANK, f"#|       # {STEP}\n#|       ...\n"),
        f"a line of the solution of fit stands in what students get: `{STEP}`",
        "the `blank`",
        f"#|       # {STEP}\n",
    ),
    "a mistake in the blank": Weakening(
        instead(BLANK, "#|       return w + 0.1 * x.T @ (x @ w - y) / len(y)\n"),
        "a line of a mistake of fit stands in what students get: `return w + ",
        "the `blank`",
        "#|       return w + ",
    ),
    "given code that needs an answer": Weakening(
        instead(
            "# %%\n#| mistake: fit\n#| name: summed\n",
            "# %%\nbest = min(losses)\n\n# %%\n#| mistake: fit\n#| name: summed\n",
        ),
        "does not run to its end: TypeError",
        "also run while exercises are blank, or say `needs_answer: true` in its header",
        "best = min(losses)\n",
    ),
    "code around a blank that needs an answer": Weakening(
        instead("\n\ncentred = centre(table)\n", "\n\ncentred = centre(table) + 0\n"),
        "does not run to its end: TypeError",
        "or say `needs_answer: true` in the header of a given cell of its own",
        "centred = centre(table) + 0\n",
    ),
    "a blank that is an answer": Weakening(
        instead("#| forbid:\n", "#| blank: |\n#|   return table - table.mean(1 - 1)\n#| forbid:\n"),
        "centre: the released cell earns 2 points as it is",
        "give it a `blank` that does not compute what is checked",
        IN_CENTRE,
    ),
}


@pytest.mark.parametrize("name", [*CHECKS, *VARIANTS, *RELEASED])
def test_what_weakens_a_source_is_found_out(tmp_path, name):
    weakening = {**CHECKS, **VARIANTS, **RELEASED}[name]
    verdict = verdict_of(tmp_path, spoilt(weakening.changes))
    assert not verdict.is_sound
    told = [one for one in verdict.findings if one.fault and weakening.problem in one.problem]
    assert told, faults(verdict)
    for one in told:
        assert weakening.todo in one.todo
        assert pointed_at(one).startswith(weakening.at)
        assert str(one).startswith(f"{tmp_path / 'small.py'}:{one.line}, cell {one.cell}: ")


def test_what_prose_and_given_code_give_away_is_found(tmp_path):
    *prose, comment = LEAKED
    total = 'total = torch.einsum("ij,k->j", table, torch.ones(1))'
    told = '    print("losses so far:\\n", losses)\n'
    error = "    error = target - centred @ slope\n"
    verdict = verdict_of(
        tmp_path,
        spoilt(
            {
                HEADING: "\n#\n".join([HEADING.strip(), *prose]) + "\n",
                "import torch\n\n": f"import torch\n\nif torch:\n{comment}\n    pass\n\n",
                SUM_OVER_COUNT: f"{total}\nreturn table - total / len(table)\n",
                error: told + error,
            }
        ),
    )
    for line, secret in LEAKED.items():
        found = [one for one in verdict.findings if f"get: `{secret}`" in one.problem]
        assert found, secret
        assert all(one.fault and pointed_at(one).startswith(line) for one in found), secret
        assert all("take it out of the prose, the given code" in one.todo for one in found)


@pytest.mark.parametrize(
    "changes",
    [
        instead(CENTRED, f"{CENTRED}#|   - expr: len(centred)\n#|     constant: true\n"),
        {
            "#| points: 3\n": "#| points: 3\n#| draws: true\n",
            LOOP: f"_order = torch.randperm(3)\n{LOOP}",
        },
    ],
    ids=["a constant that is meant", "draws that are meant"],
)
def test_what_an_author_says_is_meant_is_no_fault(tmp_path, changes):
    assert faults(verdict_of(tmp_path, spoilt(changes))) == []


def test_what_is_missing_in_a_language_is_named(tmp_path):
    verdict = verdict_of(
        tmp_path,
        spoilt(
            {
                "#       ru: Прямые\n": "",
                '# %% [markdown] lang="ru"\n# # Прямые\n\n': "",
                "# ru: Целевая переменная зависит от всех признаков.\n": "",
                "#|   ru: Подбор прямой\n": "",
                '#|   ru: "Куда движутся ваши потери?"\n': "",
            }
        ),
    )
    named = {finding.problem: pointed_at(finding) for finding in verdict.findings if finding.fault}
    assert list(named) == [
        "the title of the assignment is not there in ru",
        "the title of fit is not there in ru",
        "the help of `uphill` is not there in ru",
        "this prose has no counterpart in ru",
        "its comments are not in pairs: 1 in en, 0 in ru",
    ]
    places = list(named.values())[1:]
    starts = [
        IN_FIT,
        A_MISTAKE.format("fit", "uphill"),
        '# %% [markdown] lang="en"\n',
        "# %%\nimport torch\n",
    ]
    assert all(place.startswith(start) for place, start in zip(places, starts, strict=True))


@pytest.mark.parametrize(
    ("changes", "problem", "at"),
    [
        (instead("#| points: 2\n", "#| pionts: 2\n"), "`pionts`: no such key", "#| pionts: 2"),
        (
            instead("#| alternative: centre\n", "#| alternative: centring\n"),
            "no exercise `centring` stands above",
            "#| alternative: centring",
        ),
    ],
)
def test_a_header_that_cannot_be_read_is_named_with_its_line(tmp_path, changes, problem, at):
    path = write_source(tmp_path, spoilt(changes))
    with pytest.raises(SourceError, match=problem) as found:
        load(path)
    place = str(found.value).removeprefix(f"{path}:")
    assert path.read_text(encoding="utf-8").split("\n")[int(place.split(",")[0]) - 1] == at


def test_a_reference_that_fails_cannot_be_verified(tmp_path):
    with pytest.raises(SourceError, match=r"centre: the reference itself fails: NameError"):
        verdict_of(tmp_path, spoilt({CENTRE: "    return tabel\n"}))
