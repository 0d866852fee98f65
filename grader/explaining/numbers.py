"""What wrong numbers show of what went wrong."""

import math
from collections.abc import Iterator
from fractions import Fraction

import torch

from grader.comparing.numbers import dtype_of
from grader.comparing.tolerance import TOLERANCES
from grader.explaining import relations
from grader.explaining.case import Hints, Pair
from grader.model.facts import Symptom
from grader.model.features import Count, Factor, Feature, Flag, Name

_EXACT = 1e-5  # between two numbers of elements as near to each other as these, none is told
FEWEST = 5  # elements: the quotient of fewer and one less comes of many things
MAX_PLACES = 4  # behind the point, that something may have been rounded to
_ALMOST = 1e-4  # of a unit, as a float32 is off that was rounded
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
    if not bool(actual.any()) and bool(expected.any()):
        gradient = Flag(value=pair.path.endswith(".grad"))
        yield pair.symptom("zeros", gradient=gradient)
        return
    if (operand := _operand(pair, actual, expected)) is not None:
        yield operand
        return
    ratio = relations.ratio(actual, expected, dtype=dtype)
    if ratio > 0 and (size := _one_less(ratio, pair.hints)):
        yield pair.symptom(
            "one-less",
            size=Count(number=size),
            more=Flag(value=ratio < 1),
            single=Flag(value=expected.numel() == 1),
            ready=Flag(value=bool({"std", "var"} & pair.hints.words)),
        )
        return
    relation = relations.relation(actual, expected, dtype=dtype)
    if relation is not None and not (relation.kind == "scaled" and _is_of_given(pair, expected)):
        yield _related(pair, relation, one=expected.numel() == 1)


def _operand(pair: Pair, actual: torch.Tensor, expected: torch.Tensor) -> Symptom | None:
    """Find a given value that is left out, is there once too often, or has the wrong sign."""
    if dtype_of(pair.expected) not in TOLERANCES or actual.is_complex() or expected.is_complex():
        return None
    for name, value in pair.given.items():
        part = relations.wide(value)
        if part is None or part.is_complex() or not relations.is_finite(part):
            continue
        if part.ndim > actual.ndim or not relations.is_telling(part):
            continue
        if any(
            one not in (1, other)
            for one, other in zip(reversed(part.shape), reversed(actual.shape), strict=False)
        ):
            continue
        for times in (1, -1, 2, -2):
            if pair.same(actual + times * part, expected):
                return pair.symptom(
                    "operand",
                    name=Name(name=name),
                    missing=Flag(value=times > 0),
                    sign=Flag(value=abs(times) == 2),
                )
    return None


def _is_of_given(pair: Pair, expected: torch.Tensor) -> bool:
    """Whether the right numbers are a multiple of given ones: so is much that is made of these."""
    for value in pair.given.values():
        part = relations.wide(value)
        if part is None or part.shape != expected.shape or not relations.is_finite(part):
            continue
        if relations.ratio(part, expected, dtype=dtype_of(pair.expected)):
            return True
    return False


def even(pair: Pair) -> Iterator[Symptom]:
    """Find one and the same number everywhere, where there should be several."""
    actual, expected = pair.numbers() or (None, None)
    if actual is None or expected is None or actual.shape != expected.shape:
        return
    if relations.is_even(actual) and relations.is_various(expected):
        yield pair.symptom("even")
    if dtype_of(pair.actual) == "bool":
        return
    if bool(((actual == 0) | (actual == 1)).all()) and _holds_others(expected):
        yield pair.symptom("zero-one")


def _holds_others(numbers: torch.Tensor) -> bool:
    """Whether at least two numbers are neither 0 nor 1."""
    return int(((numbers != 0) & (numbers != 1)).sum()) > 1


def rounded(pair: Pair) -> Iterator[Symptom]:
    """Find right numbers that were rounded."""
    actual, expected = pair.numbers() or (None, None)
    if actual is None or expected is None or actual.shape != expected.shape:
        return
    if dtype_of(pair.expected) not in TOLERANCES or not relations.is_various(expected):
        return
    if not relations.is_finite(actual) or not relations.is_finite(expected):
        return
    for places in range(MAX_PLACES + 1):
        unit = 10.0**-places
        is_round = bool(((actual / unit - (actual / unit).round()).abs() < _ALMOST).all())
        is_near = bool(((actual - expected).abs() <= (0.5 + _ALMOST) * unit).all())
        if is_round and is_near and bool((actual != 0).any()):
            yield pair.symptom("rounded", places=Count(number=places))
            return
        is_below = bool(((actual - expected).abs() < (1 + _ALMOST) * unit).all())
        if not places and is_round and is_below and bool((actual <= expected + _ALMOST).all()):
            yield pair.symptom("floored")
            return


def negative(pair: Pair) -> Iterator[Symptom]:
    """Find a negative number where what is averaged or added up cannot be negative."""
    actual, expected = pair.numbers() or (None, None)
    if actual is None or expected is None or actual.numel() != 1 or expected.numel() != 1:
        return
    squares = bool({"mean", "sum"} & pair.hints.solution) and "**" in pair.hints.solution
    if squares and "grad" not in pair.path and float(actual) < 0 < float(expected):
        yield pair.symptom("negative")


def _not_finite(pair: Pair, actual: torch.Tensor, curve: bool) -> Symptom:
    about: dict[str, Feature] = {
        "nan": Flag(value=bool(actual.isnan().any())),
        "infinite": Flag(value=bool(actual.isinf().any())),
        "curve": Flag(value=curve),
    }
    if not curve:
        trained = Flag(value="grad" in pair.hints.words)
        return pair.symptom("nan", trained=trained, **about)
    return pair.symptom("nan", step=Count(number=relations.not_finite_from(actual)), **about)


def _related(pair: Pair, relation: relations.Relation, *, one: bool) -> Symptom:
    if relation.kind == "sign":
        return pair.symptom("sign", single=Flag(value=one))
    factor = relation.factor
    if factor is None:
        return pair.symptom(relation.kind)
    about: dict[str, Feature] = {
        "factor": Factor(over=factor.numerator, under=factor.denominator),
        "reveals": Flag(value=not relation.may_be_shown),
    }
    if (how := _summed(factor, pair)) is not None:
        return pair.symptom("sum-for-mean", mean=Flag(value=how == "mean"), **about)
    accumulated = 2 <= factor <= MAX_CALLS and pair.path.endswith(".grad")
    calls = accumulated and ("backward" in pair.hints.words or not pair.hints.words)
    return pair.symptom("accumulated" if calls else "scaled", **about)


def _summed(factor: Fraction, pair: Pair) -> str | None:
    """Return whether there is a sum in place of a mean, or a mean in place of a sum.

    The factor has to be the number of elements that may have been summed, and the code has to hold
    the one word where the reference's holds the other, or none of both. A sum that is divided is
    meant to be a mean, over another number of elements.
    """
    hints, size = pair.hints, factor.numerator * factor.denominator
    if size not in hints.sizes:
        return None
    used, other = ("sum", "mean") if factor > 1 else ("mean", "sum")
    if used not in hints.words or other in hints.words or used in hints.solution:
        return None
    if used == "sum" and {"/", "div", "divide", "true_divide"} & hints.words:
        return None
    return used


def _one_less(ratio: float, hints: Hints) -> int:
    """Return the number of elements where one less was divided by; 0 where that does not fit.

    The root of the quotient is that of two standard deviations.
    """
    least = 2 if {"std", "var"} & hints.words else FEWEST
    for size in sorted(hints.sizes):
        if size >= least:
            quotient = (size - 1) / size
            for one in (quotient, math.sqrt(quotient)):
                if math.isclose(ratio, one, rel_tol=_EXACT) or math.isclose(
                    ratio, 1 / one, rel_tol=_EXACT
                ):
                    return size
    return 0
