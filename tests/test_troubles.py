"""Every kind of trouble: full marks, or a reason that names what it cost."""

import csv
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.formats import notebook
from grader.intake.align import align
from grader.kernels.kernel import Limits
from grader.model.submission import Handin
from tests import troubles
from tests.conftest import TOP, engine_of, kernels, reference_of
from tests.troubles import encoded, perfect

COURSE = {path.stem: path for path in sorted(TOP.glob("reference/*.py"))}
SOURCES = {"small": None, **COURSE}
KINDS = {
    **troubles.CELLS,
    **troubles.COSTLY,
    **troubles.FIELDS,
    **troubles.FILES,
    **troubles.REFUSED_FIELDS,
    **troubles.REFUSED_FILES,
}
DATA = {**troubles.CELLS, **troubles.COSTLY, **troubles.FIELDS}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, small_path):
    """Return a function that grades the bytes of a submission to an assignment."""
    references, top = {}, tmp_path_factory.mktemp("troubles")

    def reference(name):
        if name not in references:
            references[name] = reference_of(SOURCES[name] or small_path)
        return references[name]

    def run(name, data):
        reference(name)
        engine = engine_of(
            assignments=[one.assignment for one in references.values()],
            out=top / "out",
            kind=kernels(),
            device="cpu",
            limits=Limits(),
        )
        engine.batch.references._prepared = {
            (one.assignment.name, one.assignment.digest, 0): one for one in references.values()
        }
        path = top / "hw.ipynb"
        path.write_bytes(data)
        return engine.batch.finish(Handin(student="ann", path=path, shown="hw.ipynb")).report

    run.reference = reference
    return run


def troubled(notebook, kinds, rng):
    """Apply kinds of trouble in turn: of what students do, of tools, of transport."""
    order = list(KINDS)
    data = None
    for name in sorted(kinds, key=order.index):
        change = KINDS[name][0] if isinstance(KINDS[name], tuple) else KINDS[name]
        if name in troubles.FILES or name in troubles.REFUSED_FILES:
            data = change(encoded(notebook) if data is None else data, rng)
        else:
            change(notebook, rng)
    return encoded(notebook) if data is None else data


def steps(data, reference):
    """Return what would run of a notebook, and as what."""
    cells = reference.released[reference.assignment.languages[0]]
    alignment = align(notebook.read(data), cells, reference.assignment.exercises)
    return [(step.source, step.role, step.released, step.exercise) for step in alignment.steps]


def explained(report):
    """Whether each exercise that lost marks is named, with an outcome and a reason."""
    lost = [one for one in report.exercises if one.score < one.max_score]
    return all(
        one.outcome in ("wrong", "partly right", "blank", "missing", "timed out", "crashed")
        and one.rule
        for one in lost
    )


# The small one has every kind; the large ones, which take seconds each, share a third of them.
SHARED = [(kind, "small") for kind in KINDS] + [
    (kind, sorted(COURSE)[place % len(COURSE)]) for place, kind in enumerate([*KINDS][::3])
]


@pytest.mark.parametrize(("kind", "assignment"), SHARED)
def test_each_kind_of_trouble(graded, assignment, kind):
    rng = random.Random(kind)
    reference = graded.reference(assignment)
    data = troubled(perfect(reference), [kind], rng)
    if assignment != "small" and kind in {**troubles.FIELDS, **troubles.FILES}:
        # What runs is the same, so it gives the same; with the small one it is run.
        assert steps(data, reference) == steps(encoded(perfect(reference)), reference)
        return
    report = graded(assignment, data)
    if kind in troubles.REFUSED_FIELDS or kind in troubles.REFUSED_FILES:
        assert (report.outcome, report.score) == ("not graded", None)
        assert re.search(KINDS[kind][1], report.reason), report.reason
        return
    assert report.outcome == "graded", report.reason
    if kind in troubles.COSTLY:
        assert explained(report)
        return
    lost = {one.exercise: one.rule for one in report.exercises if one.score < one.max_score}
    assert not lost, report.notes


def test_a_batch_of_300_loses_nobody(tmp_path, graded, small_path):
    rng = random.Random(300)
    folder, expected = tmp_path / "in", {}
    harmless = {**troubles.CELLS, **troubles.FIELDS, **troubles.FILES}
    for number in range(300):
        kinds = rng.sample(sorted(KINDS), rng.choice([1, 2]))
        if {*kinds} <= {*troubles.FILES, *troubles.REFUSED_FILES}:
            kinds = kinds[:1]  # two of them together are noise
        student = f"{rng.choice(['Анна', 'Zoë', 'o#brien [1]', '🔥'])} {number:03}"
        path = folder / rng.choice([f"{student}.ipynb", f"{student}/hw (1).ipynb"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(troubled(perfect(graded.reference("small")), kinds, rng))
        expected[student] = kinds
    done = subprocess.run(
        [
            *(Path(sys.executable).parent / "grader", "grade", folder, "-a", small_path),
            *("-o", tmp_path / "out", "--jobs", "2", "--cell-limit", "5"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert sorted(rows) == sorted(expected)
    for student, kinds in expected.items():
        row, note = rows[student], (student, kinds, rows[student])
        assert row["outcome"] in ("graded", "not graded"), note
        assert (row["outcome"] == "graded") == (row["score"] != ""), note
        if set(kinds) <= set(harmless):
            assert row["score"] == row["max_score"] != "", note
        else:
            assert row["reason"] or row["outcome"] == "graded", note


@settings(max_examples=80)
@given(
    changes=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 30), st.binary(max_size=8)),
        min_size=1,
        max_size=8,
    )
)
def test_any_bytes_are_graded_or_refused_with_a_reason(graded, changes):
    data = bytearray(encoded(perfect(graded.reference("small"))))
    for place, length, change in changes:
        place %= len(data)
        data[place : place + length] = change
    report = graded("small", bytes(data))
    assert report.outcome in ("graded", "not graded"), report.reason
    assert report.reason or (report.score is not None and explained(report))


@settings(max_examples=30)
@given(
    kinds=st.lists(st.sampled_from(sorted({**troubles.CELLS, **troubles.COSTLY})), max_size=4),
    seed=st.integers(0, 2**32),
)
def test_any_edits_keep_the_marks_or_name_what_they_cost(graded, kinds, seed):
    rng = random.Random(seed)
    notebook = perfect(graded.reference("small"))
    for kind in kinds:
        DATA[kind](notebook, rng)
    report = graded("small", encoded(notebook))
    assert report.outcome == "graded" or "exercise" in report.reason
    assert explained(report)
