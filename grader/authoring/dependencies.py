"""Which earlier exercises an exercise builds on: it reads names that are their answers."""

import builtins
from collections.abc import Collection, Mapping, Sequence

from grader.model.assignment import Cell, Exercise
from grader.syntax.names import bound, bound_below, names_read, read_from_outside
from grader.syntax.statements import statements


def builds_on(
    exercise: Exercise, cell: Cell, before: Sequence[Cell]
) -> Mapping[str, tuple[str, ...]]:
    """Return the names that an exercise reads, by the earlier exercise that bound them last.

    What a given cell bound last is nobody's answer, but where it needs answers: then it is theirs
    whose answers it is made of. before: the cells above.
    """
    owners: dict[str, Collection[str]] = {}
    for earlier in before:
        if not earlier.is_code:
            continue
        if earlier.needs_answer:
            for one in statements(earlier.solution):
                reads = sorted(one.reads | one.later)
                theirs = dict.fromkeys(owner for name in reads for owner in owners.get(name, ()))
                owners.update(dict.fromkeys(one.binds, theirs))
        else:
            answer = () if earlier.exercise is None else (earlier.exercise,)
            owners.update(dict.fromkeys(bound(earlier.solution), answer))
    found: dict[str, list[str]] = {}
    for name in _read_by(exercise, cell):
        for owner in owners.get(name, ()):
            found.setdefault(owner, []).append(name)
    return {owner: tuple(names) for owner, names in found.items()}


def builtins_of(exercise: Exercise, cell: Cell, before: Sequence[Cell]) -> tuple[str, ...]:
    """Return the names in an exercise's checks that are Python's own: no cell so far binds them."""
    taken: set[str] = set()
    for one in (*before, cell):
        if one.is_code:
            taken |= bound(one.solution)
    found: dict[str, None] = {}
    for check in exercise.checks:
        for code in filter(None, (check.code, check.valid)):
            found.update(dict.fromkeys(read_from_outside(code)))
    return tuple(name for name in found if hasattr(builtins, name) and name not in taken)


def asked(cell: Cell) -> set[str]:
    """Return the names that hang on the student's answer: bound where it stands, or below.

    Names with a leading underscore are nobody's business.
    """
    found = bound_below(cell.source, cell.solution) if cell.is_code else ()
    return {name for name in found if not name.startswith("_")}


def answered(cell: Cell) -> frozenset[str]:
    """Return the names that a solution binds, where it stands or below."""
    return bound_below(cell.solution, cell.source) if cell.is_code else frozenset()


def _read_by(exercise: Exercise, cell: Cell) -> list[str]:
    """Return what an exercise's cell reads from above, and what its checks do."""
    if not cell.is_code:
        return []
    found = dict.fromkeys(names_read(cell.solution))
    own = bound(cell.solution)
    for check in exercise.checks:
        given = bound(check.given)
        names = (*check.of, *check.free_names)
        found.update(dict.fromkeys(name for name in names if name not in own | given))
    return list(found)
