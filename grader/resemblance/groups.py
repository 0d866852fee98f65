"""Groups of answers to one exercise, each of which is like each other."""

from collections.abc import Iterator, Sequence

from grader.model.resemblance import Answers, Group, Pair


def groups(pairs: Sequence[Pair]) -> Iterator[Group]:
    """Yield groups of the answers of some pairs, the most unlikely first.

    Two groups become one only where all of the one are like all of the other, so that no chain of
    weak links makes one of what has nothing in common at its ends. A pair whose two answers have
    come into different groups is one by itself.
    """
    ordered = sorted(pairs, key=_order)
    links = {_places(pair): pair for pair in ordered}
    found: dict[str, dict[str, Answers]] = {}
    for pair in ordered:
        for side in pair.sides:
            found.setdefault(side.answers.place, {side.answers.place: side.answers})
        one, two = (found[side.answers.place] for side in pair.sides)
        if one is not two and all(frozenset((a, b)) in links for a in one for b in two):
            one.update(two)
            found.update(dict.fromkeys(two, one))
    seen = set[frozenset[str]]()
    for pair in ordered:
        if _places(pair) in seen:
            continue
        one, two = (found[side.answers.place] for side in pair.sides)
        members = one if one is two else {side.answers.place: side.answers for side in pair.sides}
        within = tuple(link for places, link in links.items() if places <= members.keys())
        seen.update(map(_places, within))
        yield Group(exercise=pair.exercise, members=tuple(members.values()), pairs=within)


def _order(pair: Pair) -> tuple[float, str, str]:
    one, two = (side.answers.place for side in pair.sides)
    return -pair.bits, one, two


def _places(pair: Pair) -> frozenset[str]:
    return frozenset(side.answers.place for side in pair.sides)
