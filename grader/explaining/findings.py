"""The findings: what looks at a check that is not right, the most specific first.

A finding takes a Case and yields the symptoms that it is certain of. To add one, write it in a
module of this folder and put it into FINDINGS where it belongs, and give its kinds their sentences
in `grader.wording.diagnoses`; `grader.disclosure` tells nothing of it for hidden checks until its
kind is listed there.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from grader.explaining import forms, gradients, names, numbers, surroundings
from grader.explaining.case import Case, Pair
from grader.model.facts import Symptom

MAX_PARTS = 100  # values inside one value that are looked at

Finding = Callable[[Case], Iterable[Symptom]]


def of_parts(find: Callable[[Pair], Iterable[Symptom]]) -> Finding:
    """Return a finding that looks at each value of a check by itself, those inside others too."""

    def found(case: Case) -> Iterator[Symptom]:
        for pair in case.pairs():
            if not forms.is_blank(pair):
                for part in islice(pair.parts(), MAX_PARTS):
                    if forms.is_comparable(part):
                        yield from find(part)

    return found


FINDINGS: tuple[Finding, ...] = (
    surroundings.needs_gpu,
    forms.blank,
    names.other_name,
    surroundings.overwritten,
    surroundings.modified,
    of_parts(forms.not_a_tensor),
    of_parts(gradients.attached_or_not),
    of_parts(forms.other_shape),
    of_parts(forms.other_attributes),
    of_parts(numbers.numerical),
)
