"""Numbers that differ by student are tried, too: both ends, one that is drawn, each name alone."""

import pytest

from grader.authoring.source import load
from grader.verify import verify
from tests.conftest import kernels, write_source
from tests.test_student_variants import WALK
from tests.verifying.sound import faults, pointed_at

pytestmark = pytest.mark.kernel


def verdict_of(folder, **changes):
    text = WALK
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return verify(load(write_source(folder, text, "walk")), factory=kernels(), device="cpu")


def test_a_sound_one(tmp_path):
    assert faults(verdict_of(tmp_path)) == []


def test_each_fault_is_told_with_the_numbers(tmp_path):
    verdict = verdict_of(
        tmp_path,
        **{
            "#|   rate: [0.05, 0.1, 0.2]\n": "#|   rate: [0.0, 0.1, 0.2]\n#|   spare: 1..9\n",
            "rate = 0.1\n": "rate = 0.1\nspare = 4\nassert seed < 9999\n",
        },
    )
    found = faults(verdict)
    fails = "given-3: the reference itself fails: AssertionError: "
    assert found == [
        "with rate = 0.0, seed = 0, spare = 1, the mistake `uphill` passes every check of step",
        f"with rate = 0.2, seed = 9999, spare = 9, {fails}",
        f"with rate = 0.1, seed = 9999, spare = 4, {fails}",
        "`spare` makes no difference: with spare = 9 every check gives what it gives with"
        " spare = 4",
    ]
    told = [finding for finding in verdict.findings if finding.fault]
    assert all(pointed_at(finding).startswith("#| variant:") for finding in told)
