"""How many references of variants stay at hand."""

import pytest

from grader.authoring.source import load
from grader.engines import references
from grader.engines.job import Job
from grader.engines.references import References
from grader.model.deck import Deck, with_values
from tests.conftest import kernels, write_source
from tests.test_student_variants import WALK

pytestmark = pytest.mark.kernel


def test_only_the_latest_variants_stay_at_hand(tmp_path, monkeypatch):
    monkeypatch.setattr(references, "_VARIANTS", 1)
    assignment = load(write_source(tmp_path, WALK, "walk"))
    made = []
    monkeypatch.setattr(references, "prepared", _counted(references.prepared, made))
    job = Job(sources=(assignment.path,), out=tmp_path, cache=None)
    kept = References(job, kernels())
    first, *others = [
        with_values(assignment, one.values) for one in Deck(assignment.varied, b"key").dealt[:5]
    ]
    closed = []
    monkeypatch.setattr(references, "_close", closed.append)
    reference = kept.get(first)
    assert kept.get(first) is reference
    for other in others[:3]:
        kept.get(other)
        assert kept.get(first) is reference  # the latest that was asked for
    assert (len(made), closed) == (4, [])
    kept.get(others[3])
    assert (len(made), len(closed)) == (5, 1)
    assert closed[0] is not reference
    kept.get(others[0])  # is run again, as there is no cache
    assert len(made) == 6
    monkeypatch.undo()
    kept.close()
    for one in closed:
        one.close()


def _counted(prepare, made):
    def prepared(assignment, **told):
        made.append(assignment.digest)
        return prepare(assignment, **told)

    return prepared
