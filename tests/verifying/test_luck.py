"""A known mistake that fails or passes by what `given` draws is found out."""

import torch

from grader.verifying import luck
from tests.verifying.sound import faults, pointed_at, verdict_of

SOURCE = """
# ---
# jupyter:
#   tensorgrader:
#     title: Largest
# ---

# %%
import torch

# %%
#| exercise: largest
#| checks:
#|   - expr: largest(values)
#|     hidden: true
#|     given: |
#|       values = torch.randn(3)
#| properties:
#|   - largest(torch.tensor([3.0, 1.0, 2.0])) == 3
#| blank: |
#|   largest = ...
### BEGIN SOLUTION
def largest(values):
    return values.max()
### END SOLUTION

# %%
#| mistake: largest
#| name: the-last
#| help: "Where may the largest stand?"
def largest(values):
    return values[-1]
"""
CALL = "largest(values)"
PASSES = sum(
    int(torch.randn(3, generator=torch.Generator().manual_seed(seed)).argmax()) == 2
    for seed in range(2, 22)
)


def changed(old, new):
    assert SOURCE.count(old) == 1
    return SOURCE.replace(old, new)


def found(folder, text):
    return verdict_of(folder, text).findings


def test_a_mistake_that_passes_by_luck_is_a_fault(tmp_path):
    assert 0 < PASSES < 20
    (one,) = found(tmp_path, SOURCE)
    assert one.fault
    assert one.problem == (
        f"largest: `{CALL}` fails a mistake by luck: `the-last` passes on {PASSES} of 20 draws"
    )
    assert "several calls in one check" in one.todo
    assert pointed_at(one).startswith(f"#|   - expr: {CALL}")


def test_nothing_is_left_to_luck_where_another_check_always_fails_it(tmp_path):
    other = "#|   - expr: largest(torch.tensor([1.0, 3.0, 2.0]))\n#|     constant: true\n"
    assert found(tmp_path, changed("#| checks:\n", f"#| checks:\n{other}")) == []


def test_it_is_a_note_where_each_draw_fails_it_somewhere(tmp_path):
    """Two checks on the same draw: by luck it passes either, and never both."""
    lowest = "#|   - expr: largest(-other)\n#|     hidden: true\n#|     given: |\n"
    text = changed("#| checks:\n", f"#| checks:\n{lowest}#|       other = torch.randn(3)\n")
    notes = found(tmp_path, text)
    assert [one.fault for one in notes] == [False, False]
    assert all("fails a mistake by luck: `the-last` passes on" in one.problem for one in notes)
    assert all("other checks fail it" in one.todo for one in notes)


def test_enough_data_leave_nothing_to_luck(tmp_path):
    text = changed("torch.randn(3)", "torch.randn(20, 3)")
    several = text.replace(f"expr: {CALL}", 'expr: "[largest(row) for row in values]"')
    assert found(tmp_path, several) == []


def test_a_call_that_remembers_is_asked_in_a_state_of_its_own(tmp_path):
    old = "def largest(values):\n    return values[-1]\n"
    new = (
        "def largest(values, seen=[]):\n    seen.append(values)\n"
        "    return values.max() if len(seen) > 5 else values.min()\n"
    )
    assert found(tmp_path, changed(old, new)) == []


def test_a_solution_that_fails_on_some_draws_is_a_fault(tmp_path):
    old = "    return values.max()\n"
    verdict = verdict_of(tmp_path, changed(old, f"    if values[1] > 1:\n        1 / 0\n{old}"))
    fails = sum(
        float(torch.randn(3, generator=torch.Generator().manual_seed(seed))[1]) > 1
        for seed in range(2, 22)
    )
    assert fails
    assert faults(verdict) == [
        f"largest: `{CALL}`: on {fails} of 20 draws of its `given` the reference itself fails"
        " (ZeroDivisionError: division by zero)"
    ]


def test_data_that_cannot_be_drawn_each_time_are_a_fault(tmp_path):
    old = "#|       values = torch.randn(3)\n"
    new = f"{old}#|       values = values if values[1] < 1 else largest\n"
    (fault,) = faults(verdict_of(tmp_path, changed(old, new)))
    assert "the reference itself fails (`values` is not data: a function)" in fault


def test_what_takes_too_long_is_not_drawn_as_often(tmp_path, monkeypatch):
    monkeypatch.setattr(luck, "SLOW", -1.0)
    (one,) = found(tmp_path, SOURCE)
    assert not one.fault
    assert f"`{CALL}` takes too long to be asked on 20 draws" in one.problem
