"""What a row is about: whose it is, and which of their submissions is meant.

Nothing is guessed: what could be about two students, submissions or exercises has a reason.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

from grader.course.decision import Decision
from grader.model.standing import Standing, Total
from grader.spreadsheet import harmless

_NAMED = 5  # assignments that a remark names


class NotApplied(Exception):
    """Why a row is not applied, and what to do."""


class Known:
    """Whose each of some standings or totals is."""

    def __init__(self, known: Sequence[Standing | Total]) -> None:
        self._known = known
        self._by_id: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(known):
            if one.student_id is not None:
                self._by_id[_id(one.student_id)].append(place)
            self._by_name[_name(one.student)].append(place)

    def of(self, row: Decision) -> list[int]:
        """Return the places of the student's, by id where both have one, else by name.

        A name or an id may also be what tables make of it. Raises NotApplied.
        """
        named = self._by_name.get(_name(row.student), []) if row.student else []
        found = [place for id in dict.fromkeys(map(_id, row.ids)) for place in self._at(id)]
        if found and named and not {*found} & {*named}:
            other = self._known[found[0]].student
            raise NotApplied(f"the id is {other}'s and the name is {row.student}'s; mend one")
        if row.ids:
            named = [place for place in named if self._known[place].student_id is None]
        found = sorted({*found, *named})
        if not found:
            raise NotApplied(f"there is no submission of {row.whose}; look at the name or the id")
        ids = {self._known[place].student_id for place in found} - {None}
        if len({_id(id) for id in ids if id is not None}) > 1:
            which = ", ".join(sorted(id for id in ids if id is not None))
            raise NotApplied(f"{row.whose} may be several students ({which}); write one id")
        return found

    def _at(self, id: str) -> list[int]:
        return self._by_id.get(id, [])


def target(
    row: Decision, places: Sequence[int], standings: Sequence[Standing], worth: Mapping[str, float]
) -> tuple[int, str]:
    """Return the place of the standing that a row is about, and the assignment that it is for.

    That is empty where the standing says it itself. Raises NotApplied.
    """
    wanted = plain(row.assignment)
    found = [
        place
        for place in places
        if not wanted
        or wanted in (plain(standings[place].assignment or ""), plain(standings[place].title))
    ]
    if not found:
        return _unknown(row, places, standings, worth)
    if row.exercise:
        answered = [place for place in found if row.exercise in _exercises(standings[place])]
        if not answered and not any(standings[place].exercises for place in found):
            why = f"what {row.whose} handed in was not graded, and has no exercises"
            raise NotApplied(f"{why}; decide on the whole submission, without an exercise")
        if not answered:
            there = ", ".join(
                dict.fromkeys(name for p in found for name in _exercises(standings[p]))
            )
            raise NotApplied(f"{row.whose} has no exercise {row.exercise} (there: {there})")
        found = answered
    if len(found) > 1 and row.student:
        called = [p for p in found if _name(standings[p].student) == _name(row.student)]
        found = called or found
    if len(found) == 1:
        return found[0], ""
    names = list(dict.fromkeys(standings[place].assignment or "-" for place in found))
    if len(names) == 1:
        called_so = ", ".join(f"`{standings[place].student}`" for place in found)
        raise NotApplied(f"there are several submissions ({called_so}); write the name of one")
    which = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    raise NotApplied(f"it may be about {which}; write which in a column `assignment`")


def _unknown(
    row: Decision, places: Sequence[int], standings: Sequence[Standing], worth: Mapping[str, float]
) -> tuple[int, str]:
    """Return the place of the one submission of which nobody knew which assignment it answers."""
    left = [place for place in places if standings[place].assignment is None]
    named = [name for name in worth if plain(name) == plain(row.assignment)]
    if len(left) != 1 or not named:
        why = f"{row.whose} has no submission for {row.assignment}"
        there = ", ".join(sorted({standings[place].assignment or "" for place in places} - {""}))
        raise NotApplied(why + (f" (there: {there})" if there else ""))
    if row.exercise:
        why = f"what {row.whose} handed in was not graded, and has no exercises"
        raise NotApplied(f"{why}; decide on the whole submission, without an exercise")
    return left[0], named[0]


def _exercises(standing: Standing) -> list[str]:
    return [one.exercise for one in standing.exercises]


def plain(text: str) -> str:
    """Return what two ways to write the name of an assignment have in common."""
    return unicodedata.normalize("NFC", harmless(text)).strip().casefold()


def _id(text: str) -> str:
    return harmless(text).casefold()


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", harmless(text))
