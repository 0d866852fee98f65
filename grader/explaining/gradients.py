"""What a value shows of the graph of the gradient that it hangs on, or does not."""

from collections.abc import Iterator

from grader.explaining.case import Pair
from grader.model.facts import Symptom
from grader.model.features import Flag, Gradient
from grader.model.values import TensorValue, Value


def attached_or_not(pair: Pair) -> Iterator[Symptom]:
    """Find a missing gradient, and a value that requires gradients where it should not."""
    found = pair.differences()
    if (grad := found.first("grad")) is not None and grad.actual == Gradient(present=False):
        yield no_gradient(grad.path, pair.actual)
    needs = found.first("requires_grad")
    if needs is None:
        return
    if needs.actual == Flag(value=False):
        yield pair.symptom("detached")
    elif isinstance(pair.actual, TensorValue):
        yield pair.symptom("attached", leaf=Flag(value=pair.actual.leaf))


def no_gradient(path: str, base: Value | None) -> Symptom:
    """Return the symptom of a gradient that is None, given the value whose gradient it is."""
    about: dict[str, Flag] = {}
    if isinstance(base, TensorValue):
        about = {
            "requires_grad": Flag(value=base.requires_grad),
            "leaf": Flag(value=base.leaf),
        }
    return Symptom(kind="no-grad-value", path=path, about=about)
