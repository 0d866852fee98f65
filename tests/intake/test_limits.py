"""Whatever a notebook at the limits holds, looking at its code takes little time and memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader.intake.identify_assignment import language_of
from grader.intake.similarity import Similarity
from grader.model.assignment import Cell
from grader.model.facts import ForbiddenUse
from grader.model.submission import Notebook
from tests.intake.test_align import aligned, code, submitted

# Python that makes the sources of a notebook's own cells.
HOSTILE = {
    "attributes": "['a' + '.b' * 499_000] * 3 + [('a' + '.b' * 140 + '\\n') * 600]",
    "statements": "['x;' * 499_000] * 3 + ['x;' * 70_000]",
    "star imports": "['\\n'.join(f'from torch.optim.m{n} import *' for n in range(3_000)),"
    " 'u;' * 20_000]",
    "names that grow": "['x = t.a\\n' + 'x = x.x\\n' * n for n in (15_000, 99_000)]",
    "tuples": "[('(' * 70 + 'a' + ',)' * 70 + '=' + '(' * 70 + 'b' + ',)' * 70 + '\\n') * 400]",
    "magics": "['%time x = 1\\n' * 300] * 700 + ['%x\\n' * 200]",
    "helpers": "['def f():\\n' + ' torch.a\\n' * 10_000] + ['f()'] * 1_900",
    "a chain of helpers": "[f'def f{n}(): f{n + 1}();f{n + 2}()' for n in range(1_900)]",
    "names": "['\\n'.join(f'v{n}_{m} = 1' for m in range(100)) for n in range(1_900)]",
    "parts": "['import torch\\na = 1\\nx = a\\n' * 40_000] * 3",
    "marks": "['e' + '\\u0301\\u0327' * 450_000 + ' = 1'] * 3",
    "copies": "['import torch\\na = 1', 'b = 1'] * 950",
    "headers": "[f'a = {n}\\n#| exercise: {name}\\nx = {n}' for n in range(900)"
    " for name in ('one', 'two')]",
}


# Each takes some two seconds; what is not linear takes minutes, or gigabytes.
_CHILD = """
import resource
from tests.intake.test_align import aligned, code, submitted
from tests.intake.test_limits import HOSTILE
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 500 * 2**20,) * 2)
for name, sources in HOSTILE.items():
    used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    resource.setrlimit(resource.RLIMIT_CPU, (used + 30, resource.RLIM_INFINITY))
    print(name, flush=True)
    cells = [code(source) for source in eval(sources)]
    answers = aligned(submitted(two=[*submitted().cells[-1:], *cells])).answers
    assert [answer.state for answer in answers] == ["filled", "filled"]
"""


@pytest.mark.kernel
def test_hostile_code_is_looked_at_within_limits():
    child = subprocess.run(
        [sys.executable, "-c", _CHILD],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert child.returncode == 0, (child.stdout, child.stderr[-2_000:])
    assert child.stdout.split("\n")[:-1] == list(HOSTILE)


def test_code_over_the_budget_is_run_and_noted():
    big = "x=x\n" * 100_000
    found = aligned(submitted(two=[*submitted().cells[-1:], code(big), code("z = 1")]))
    assert [step.source for step in found.steps][-2:] == [big, "z = 1"]
    assert [step.opaque for step in found.steps][-2:] == [True, False]
    assert [answer.state for answer in found.answers] == ["filled", "filled"]
    assert [
        note for note in map(str, found.notes) if "more code than is looked through" in note
    ] == ["there is more code than is looked through; cells that were left out: 6"]


def test_padding_does_not_hide_what_is_forbidden():
    padding = code("from torch.optim import SGD as S\n" + "x=x\n" * 100_000)
    found = aligned(
        submitted(given=[padding, *submitted().cells[:1]], one=code("#| exercise: one\nx = S(a)"))
    )
    assert [answer.banned for answer in found.answers] == [
        (ForbiddenUse(name="torch.optim", line=1, cell=1),)
    ] * 2


def test_of_many_forbidden_names_some_are_told():
    found = aligned(submitted(one=code("#| exercise: one\n" + "x = torch.optim.SGD\n" * 1_000)))
    assert found.answers[0].banned == tuple(
        ForbiddenUse(name="torch.optim.SGD", line=line) for line in range(2, 12)
    )


def test_a_line_of_additions_to_given_code_is_run_once():
    found = aligned(submitted(given=code("import torch\na = 1\nb = 2; c = 3; d = 4")))
    assert [step.source for step in found.steps][:2] == [
        "import torch\na = 1",
        "b = 2; c = 3; d = 4",
    ]


def test_comparisons_stop_with_a_note():
    similarity = Similarity()
    text = "ab" * 1_000
    periodic = Cell(id="exercise-one", role="exercise", exercise="one", source=text, solution="")
    alike = [similarity.of("aab" * 666, periodic) for _ in range(100)]
    assert similarity.stopped
    assert alike[-1] == 0
    assert similarity.of(text, periodic) == 1


def test_the_language_is_found_in_what_the_releases_do_not_share():
    cells = {
        language: (Cell(id="p", role="prose", source=f"{text}\nboth", solution=""),)
        for language, text in (("en", "Hello"), ("ru", "Привет"))
    }
    for text, language in (("Привет\nboth", "ru"), ("Hello", "en"), ("both\nother", "en")):
        assert language_of(Notebook(cells=(code(text),)), cells) == language
