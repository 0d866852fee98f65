"""An aspect and a diagnosis that nobody has, added from outside by the seams that are for it."""

from pathlib import Path

import torch

from grader.comparing.compare import compare
from grader.disclosure import disclosed
from grader.explaining.diagnose import diagnose
from grader.explaining.findings import FINDINGS
from grader.marking.checks import judge
from grader.model.aspects import ATTRIBUTES
from grader.model.assignment import Assignment, Check, Exercise
from grader.model.facts import SomePassed
from grader.model.features import Count, Name
from grader.model.result import ExerciseResult
from grader.model.text import say
from grader.wording.diagnoses import SENTENCES
from grader.wording.report import worded
from tests.formats.test_wire import tensor_value

ODD = tensor_value(torch.tensor([1.0, 3.0, 5.0]))
PRIMES = tensor_value(torch.tensor([2.0, 3.0, 5.0]))


def parity(value):
    """An aspect: whether the numbers are all odd."""
    odd = bool((value.data % 2 == 1).all())
    return Name(name="odd" if odd else "mixed")


def not_prime(case):
    """A finding: how many of the numbers are no primes."""
    numbers = [int(number) for number in case.value.data.tolist()]
    wrong = [n for n in numbers if n < 2 or any(n % m == 0 for m in range(2, n))]
    if wrong:
        yield case.symptom("not-prime", number=Count(number=len(wrong)))


def test_an_aspect_is_added_by_its_name_and_how_it_is_read():
    check = Check(expression="x", aspects=("shape", "parity"))
    read = {**ATTRIBUTES, "parity": parity}
    found = compare(actual=ODD, expected=PRIMES, check=check, path="x", attributes=read)
    assert found.aspects == {"shape": "passed", "parity": "failed"}
    (mismatch,) = found.mismatches
    assert (mismatch.actual, mismatch.expected) == (Name(name="odd"), Name(name="mixed"))
    assert compare(actual=ODD, expected=ODD, check=check, attributes=read).right


def test_a_diagnosis_is_added_by_its_finding_and_its_sentence():
    texts = {}
    for hidden in (False, True):
        check = Check(expression="x", hidden=hidden)
        exercise = Exercise(name="e", title={"": "E"}, points=1, checks=(check,))
        actual, expected = {"x": ODD}, {"x": PRIMES}
        checks = judge(exercise, actual=actual, expected=expected)
        result = ExerciseResult(
            exercise="e",
            score=0,
            max_score=1,
            outcome="wrong",
            ruling=SomePassed(passed=0, total=1, moment="own"),
            checks=checks,
            symptoms=diagnose(
                exercise,
                actual=actual,
                expected=expected,
                checks=checks,
                ranked={"found": (not_prime, *FINDINGS)},
            ),
        )
        assignment = Assignment(
            name="a",
            title={"": "A"},
            path=Path("a.py"),
            languages=("en",),
            cells=(),
            exercises=(exercise,),
            digest="",
        )
        sentences = {
            **SENTENCES,
            "not-prime": lambda symptom: say(
                "{number} of them are no primes.", number=symptom.about["number"].number
            ),
        }
        said = worded(disclosed(result, exercise), assignment, "en", sentences=sentences)
        texts[hidden] = [one.text for one in said.diagnoses]
    assert texts[False][0] == "1 of them are no primes."
    assert texts[True] == []  # of a hidden check nothing new is told unless it is allowed
