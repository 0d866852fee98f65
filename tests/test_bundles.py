"""What students get beside a released notebook holds nothing that the notebook does not."""

import json
import re

import pytest

from grader.authoring.bundling import bundled
from grader.formats import bundle_file
from grader.model.values import MappingValue, NumberValue, SequenceValue, TensorValue, TextValue
from tests.conftest import TOP, reference_of

pytestmark = pytest.mark.kernel

NAMES = ("tensors", "autograd", "layers", "gradient_descent")
SHORT = 12  # characters of a line, or of an expression, that may stand somewhere by chance
LANGUAGES = ("en", "ru")


@pytest.fixture(scope="module", params=NAMES)
def reference(request):
    return reference_of(TOP / "reference" / f"{request.param}.py")


@pytest.fixture(params=LANGUAGES)
def texts(request, reference):
    """Return the bundle as it was written, and all text of the notebook that it stands beside."""
    folder = TOP / "assignments" / request.param
    written = folder / f"{reference.assignment.name}{bundle_file.ENDING}"
    notebook = json.loads(
        written.with_name(f"{reference.assignment.name}.ipynb").read_text("utf-8")
    )
    cells = ["".join(cell["source"]) for cell in notebook["cells"]]
    raw = written.read_text(encoding="utf-8")
    return raw, "\n".join(strings(json.loads(raw))), "\n".join(cells)


def strings(value):
    """Yield every text and number of JSON."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
    else:
        yield str(value)


def numbers(value):
    """Yield the numbers of a value that nobody would write by chance, in the forms they have."""
    match value:
        case TensorValue():
            for one in value.data.flatten().tolist()[:2_000]:
                yield from odd(one)
        case NumberValue():
            yield from odd(value.value)
        case SequenceValue():
            for one in value.items:
                yield from numbers(one)
        case MappingValue():
            for one in value.entries.values():
                yield from numbers(one)
        case TextValue():
            if len(value.value) >= SHORT:
                yield value.value


def odd(number):
    if isinstance(number, float) and f"{number:.4f}" != f"{number:.2f}00":
        yield from (f"{abs(number):.4f}", f"{abs(number):.6f}", repr(abs(number)))


def test_no_solution_mistake_or_alternative_is_in_it(reference, texts):
    raw, whole, public = texts
    secret = set()
    for exercise in reference.assignment.exercises:
        cell = reference.assignment.cell_of(exercise)
        secret.update(cell.solution.split("\n"))
        for variant in (*exercise.mistakes, *exercise.alternatives):
            secret.update(variant.solution.split("\n"))
        for mistake in exercise.mistakes:
            secret.update(mistake.help.values())
    lines = {line.strip() for line in secret}
    lines = {line for line in lines if len(line) >= SHORT and line not in public}
    assert len(lines) > 30
    assert {line for line in lines if line in whole or line in raw} == set()


def test_no_hidden_check_and_no_data_of_one_is_in_it(reference, texts):
    raw, whole, public = texts
    secret = set()
    for exercise in reference.assignment.exercises:
        for check in exercise.checks:
            if check.hidden or check.given or check.of:
                secret |= {check.expression, check.valid, *check.given.split("\n")}
    secret = {one.strip() for one in secret}
    secret = {one for one in secret if len(one) >= SHORT and one not in public}
    assert len(secret) > 3
    assert {one for one in secret if one in whole or one in raw} == set()


def test_no_expected_value_is_in_it(reference, texts):
    raw, whole, public = texts
    given = reference.recording.given.values()
    every = [*reference.expected.values(), *given, *reference.started.values()]
    found = {one for values in every for value in values.values() for one in numbers(value)}
    found = {one for one in found if one not in public}
    assert len(found) > 50
    assert {one for one in found if one in whole or one in raw} == set()


def test_all_that_is_in_it_is_in_the_notebook_or_said_of_an_exercise(reference, texts):
    raw, _, public = texts
    content = json.loads(raw)["content"]
    for cell in content["cells"]:
        assert cell["source"] in public
        assert set(cell) == {"id", "role", "source", "exercise"}
    for exercise in content["exercises"]:
        assert set(exercise) == {"name", "title", "points", "forbid", "needs_cuda", "limit"}
    assert set(content) == {
        *("assignment", "title", "language", "limit", "cell_limit", "cells", "exercises"),
    }
    assert re.fullmatch(r"[0-9a-f]{64}", json.loads(raw)["digest"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_what_build_writes(reference, language):
    made = bundled(reference.assignment, reference.released[language], language)
    path = TOP / "assignments" / language / f"{reference.assignment.name}{bundle_file.ENDING}"
    assert path.read_text(encoding="utf-8") == bundle_file.write(made)
    read = bundle_file.read(path).assignment
    for exercise in read.exercises:
        assert (exercise.mistakes, exercise.alternatives, exercise.builds_on) == ((), (), {})
        assert all(check.expression.isidentifier() for check in exercise.checks)
