"""What wrong numbers show of what went wrong."""

from collections.abc import Iterator

import torch

from grader.comparing.compare import dtype_of
from grader.explaining import relations
from grader.explaining.case import Pair
from grader.model.facts import Symptom
from grader.model.features import Count, Factor, Flag, Name

MAX_CALLS = 10  # of backward() by mistake; a gradient larger than that comes of something else


def numerical(pair: Pair) -> Iterator[Symptom]:
    """Find how numbers stand to the expected ones."""
    actual, expected = relations.wide(pair.actual), relations.wide(pair.expected)
    if actual is None or expected is None or not relations.is_finite(expected):
        return
    curve = pair.is_curve
    if not relations.is_finite(actual):
        yield _not_finite(pair, actual, curve)
        return
    if curve and not relations.diverges_from(expected):
        step = relations.diverges_from(actual)
        if step:
            yield pair.symptom("diverged", step=Count(number=step))
            return
    dtype = dtype_of(pair.expected)
    if pair.free or "values" not in pair.check.aspects:
        return
    if curve:
        shift = relations.shift(actual, expected, dtype=dtype, check=pair.check)
        if shift is not None:
            yield pair.symptom("shifted", how=Name(name=shift))
            return
    bools = "bool" in (dtype, dtype_of(pair.actual))
    if actual.shape != expected.shape or bools or pair.same(actual, expected):
        return
    relation = relations.relation(actual, expected, dtype=dtype)
    if relation is not None:
        yield _related(pair, relation, one=expected.numel() == 1)


def _not_finite(pair: Pair, actual: torch.Tensor, curve: bool) -> Symptom:
    about = {"nan": Flag(value=bool(actual.isnan().any())), "curve": Flag(value=curve)}
    if not curve:
        return pair.symptom("nan", **about)
    return pair.symptom("nan", step=Count(number=relations.not_finite_from(actual)), **about)


def _related(pair: Pair, relation: relations.Relation, *, one: bool) -> Symptom:
    if relation.kind == "sign":
        return pair.symptom("sign", single=Flag(value=one))
    factor = relation.factor
    if factor is None:
        return pair.symptom(relation.kind)
    accumulated = 2 <= factor <= MAX_CALLS and pair.path.endswith(".grad")
    return pair.symptom(
        "accumulated" if accumulated else "scaled",
        factor=Factor(over=factor.numerator, under=factor.denominator),
        reveals=Flag(value=not relation.may_be_shown),
    )
