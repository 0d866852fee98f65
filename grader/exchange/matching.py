"""Which row of the marks is a row of another system's table: by ids, and else by a name of one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.model.standing import Standing
from grader.spreadsheet import harmless


@dataclass(slots=True)
class Matching:
    """Pairs of rows that are of one student, as far as that is certain.

    found: standings, by the row's number; ambiguous: the names of rows that could be several
    students'; contradicting: of rows whose number a hand-in of another name has.
    """

    found: dict[int, Standing] = field(default_factory=dict)
    ambiguous: list[str] = field(default_factory=list)
    contradicting: list[str] = field(default_factory=list)

    def left(self, standings: Iterable[Standing]) -> list[Standing]:
        """Return the standings that no row is of."""
        places = {one.place for one in self.found.values()}
        return [one for one in standings if one.place not in places]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who a row of a table is of.

    own: the id that the other system puts into the paths of hand-ins; ids: others that it tells;
    name: empty where it tells none.
    """

    row: int
    own: str
    ids: tuple[str, ...]
    name: str = ""


def match(
    people: Sequence[Person], standings: Sequence[Standing], *, own: Mapping[str, tuple[str, str]]
) -> Matching:
    """Return who is who.

    own: by place, the id and the name that the other system itself put into the path of a hand-in.
    Where there is one it alone counts, and only for a row of that name, if both tell one: a table
    of another assignment may have the number for somebody else. Then comes the id of the student,
    then a name that is one student's on both sides.
    """
    result, taken = Matching(), set[str]()
    by_own: dict[str, list[Standing]] = defaultdict(list)
    by_id: dict[str, list[Standing]] = defaultdict(list)
    by_name: dict[str, list[Standing]] = defaultdict(list)
    for one in standings:
        if one.place in own:
            by_own[own[one.place][0]].append(one)
            continue
        by_name[_plain(one.student)].append(one)
        if one.student_id is not None:
            by_id[_plain(one.student_id)].append(one)
    for person in people:
        mine = {one.place: one for one in by_own[person.own]}
        if any(not _is_called(person.name, own[place][1]) for place in mine):
            result.contradicting.append(person.name)
            continue
        mine |= {one.place: one for id in person.ids if id for one in by_id[_plain(id)]}
        _take(result, person, list(mine.values()), taken)
    namesakes = [_plain(person.name) for person in people]
    for person in people:
        name = _plain(person.name)
        if person.row not in result.found and name and namesakes.count(name) == 1:
            mine_by_name = [one for one in by_name[name] if one.place not in taken]
            _take(result, person, mine_by_name, taken)
    return result


def _take(result: Matching, person: Person, mine: Sequence[Standing], taken: set[str]) -> None:
    if len(mine) > 1:
        result.ambiguous.append(person.name or person.own)
    elif mine and mine[0].place not in taken:
        result.found[person.row] = mine[0]
        taken.add(mine[0].place)


def _is_called(name: str, other: str) -> bool:
    """Whether two names may be one, where both are told; `_` is a blank in names of files."""
    name, other = (_plain(one.replace("_", " ")) for one in (name, other))
    return not name or not other or name == other


def _plain(text: str) -> str:
    return " ".join(harmless(text).split()).casefold()
