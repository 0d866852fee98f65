"""What torch itself says of a call that fits none of a function's forms."""

import pytest
import torch

from grader.explaining.signatures import misfit

X = torch.ones(3)

CALLS = {
    "an argument is missing": (lambda: torch.sub(X - X), ("missing-argument", "")),
    "of several forms, too": (lambda: torch.ge(X), ("missing-argument", "")),
    "all are missing": (lambda: torch.randn_like(), ("missing-argument", "")),
    "and one need not be given": (lambda: torch.linspace(0, 1), ("missing-argument", "")),
    "enough for one form, but not for the other": (
        lambda: torch.where(X > 0, X),
        ("argument-forms", ""),
    ),
    "a name that no form has": (lambda: X.std(0, corection=0), ("unknown-argument", "corection")),
    "a name of NumPy": (lambda: X.sum(keepdims=True), ("unknown-argument", "keepdims")),
    "another type": (lambda: X.mean(1.5), ("argument-type", "")),
    "another type of three": (lambda: torch.where(X > 0, X, [1]), ("argument-type", "")),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_list_of_forms_shows_what_is_wrong(name):
    call, found = CALLS[name]
    with pytest.raises(TypeError) as raised:
        call()
    assert misfit(str(raised.value)) == found


def test_of_a_message_that_was_cut_nothing_is_concluded():
    with pytest.raises(TypeError) as raised:
        torch.ge(X)
    assert misfit(str(raised.value)[:150]) == ("argument-forms", "")


def test_other_messages_are_not_its_own():
    assert misfit("add(): argument 'other' (position 2) must be Tensor, not str") is None
