"""An exercise may call what an earlier one asks for: a mistake there costs nothing here."""

from tests.verifying.sound import faults, spoilt, verdict_of

CALLS = """
# %%
import torch

torch.manual_seed(4)
table = torch.randn(8, 3) + 2

# %%
#| exercise: centre
#| points: 2
#| title:
#|   en: Centre
#| checks:
#|   - expr: centre(other)
#|     hidden: true
#|     given: |
#|       other = torch.randn(5, 4)
#| properties:
#|   - centre(table).shape == (8, 3)
def centre(table):
    ### BEGIN SOLUTION
    return table - table.mean(dim=0)
    ### END SOLUTION

# %%
#| mistake: centre
#| name: one-mean
#| help:
#|   en: Is the mean of every column zero?
return table - table.mean()

# %%
#| mistake: centre
#| name: in-one-column
#| help:
#|   en: Which columns are left?
return table[:, :1] - table[:, :1].mean(dim=0)

# %%
#| exercise: spread
#| title:
#|   en: Spread
#| checks:
#|   - expr: spread(other)
#|     hidden: true
#|     given: |
#|       other = torch.randn(6, 4)
#| properties:
#|   - spread(table).shape == (3, 3)
def spread(table):
    ### BEGIN SOLUTION
    centred = centre(table)
    return centred.T @ centred / len(table)
    ### END SOLUTION

# %%
#| mistake: spread
#| name: summed
#| help:
#|   en: What does it grow with?
centred = centre(table)
return centred.T @ centred

# %%
#| exercise: trace
#| title:
#|   en: Trace
#| checks:
#|   - trace
trace = spread(table).trace()  # SOLUTION

# %%
#| mistake: trace
#| name: one-entry
#| help:
#|   en: Which entries does a trace add up?
trace = spread(table)[0, 1]
"""


def test_a_source_whose_exercises_call_earlier_ones_is_sound(tmp_path):
    verdict = verdict_of(tmp_path, CALLS)
    assert verdict.findings == []
    assert verdict.is_sound


def test_what_an_author_does_not_let_follow_is_named(tmp_path):
    text = CALLS.replace("#| exercise: trace\n", "#| exercise: trace\n#| builds_on: []\n")
    verdict = verdict_of(tmp_path, text)
    assert faults(verdict) == [
        "the mistake `one-mean` of centre costs trace too (0 of 1 checks passed)",
        "the mistake `in-one-column` of centre costs trace too (0 of 1 checks passed)",
        "the mistake `summed` of spread costs trace too (0 of 1 checks passed)",
    ]
    assert verdict.findings[-1].todo.startswith("let its `builds_on` have `spread` in it")


def test_what_cannot_be_carried_is_named_with_its_reason(tmp_path):
    short = "return (table - table.mean())[:4]\n"
    verdict = verdict_of(tmp_path, spoilt({"return table - table.mean()\n": short}))
    assert faults(verdict) == [
        "the mistake `one-mean` of centre costs fit too (1 of 3 checks passed; your earlier answers"
        " cannot be built on: `centred` has another shape than it should: (4, 3))"
    ]
    assert "of the same type, shape and dtype" in verdict.findings[0].todo
