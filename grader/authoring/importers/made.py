"""What the code of a test has become."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.authoring.importers.pieces import Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A check that a test has become.

    keys: as a header has them; reads: the names that it reads, which tell whose it is; shown: what
    students may look at in place of the test, as an expression; empty for nothing.
    """

    keys: dict[str, Any]
    reads: frozenset[str]
    shown: str = ""
    raises: bool = False


def together(checks: Sequence[Made]) -> list[Made]:
    """Return checks in which those stand in one that run the same code one after another."""
    found: list[Made] = []
    for check in checks:
        last = found[-1] if found else None
        if last is None or not _run_the_same(last.keys, check.keys):
            found.append(check)
            continue
        compared = [*last.keys["compare"], *check.keys["compare"]]
        keys = {**last.keys, "compare": list(dict.fromkeys(compared))}
        found[-1] = Made(keys=keys, reads=last.reads | check.reads)
    return found


def _run_the_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    names = ("run", "hidden", "rtol", "atol")
    return "run" in one and all(one.get(name) == other.get(name) for name in names)


@dataclass(slots=True, kw_only=True)
class Read:
    """What a test gives. imports: what its checks need, and no cell of the notebook imports."""

    checks: list[Made] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
