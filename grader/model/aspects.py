"""The aspects of a value that a check can look at.

An aspect that is an attribute of a tensor, and is right where it is equal, needs an entry in
`Aspect` and one in `ATTRIBUTES` here, and what it is called in `grader.wording.mismatches`.
"""

from collections.abc import Callable, Mapping
from typing import Literal, get_args

from grader.model.features import Feature, Flag, Name
from grader.model.values import TensorValue

_OfAll = Literal["type", "shape", "dtype", "device", "requires_grad", "values", "grad"]
_OfSome = Literal["columns", "index", "order", "names", "scales", "labels", "limits"]
Aspect = Literal[_OfAll, _OfSome]
AspectOutcome = Literal["passed", "failed", "skipped"]

ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
DEFAULT_ASPECTS: tuple[Aspect, ...] = (
    *("type", "shape", "dtype", "device", "values"),
    *("columns", "index", "order", "scales", "labels"),
)
# Of tables and figures alone: where there are none, nothing is said of them.
OF_SOME: frozenset[Aspect] = frozenset(get_args(_OfSome))
# What is expected of these is numbers and words, and no student is told them.
OF_VALUES: frozenset[Aspect] = frozenset({"values", "grad", "index", "names", "labels", "limits"})
ATTRIBUTES: Mapping[Aspect, Callable[[TensorValue], Feature]] = {
    "dtype": lambda value: Name(name=value.full_dtype),
    "device": lambda value: Name(name=value.device),
    "requires_grad": lambda value: Flag(value=value.requires_grad),
}
