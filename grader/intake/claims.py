"""Two hand-ins for one student: which of them is theirs, a person has to say."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.intake.answered import Answers
from grader.model.submission import Handin
from grader.model.text import concerning, listed, say


@dataclass(frozen=True, slots=True)
class _Claim:
    """A hand-in under an id. assignment: that it answers, None where it cannot be read."""

    handin: Handin
    assignment: str | None
    digest: str


def without_copies(handins: Sequence[Handin], answers: Answers) -> list[Handin]:
    """Return the hand-ins, each once where a download holds what another held."""
    kept: list[Handin] = []
    for found in _grouped(handins, ()):
        claims: dict[object, _Claim] = {}
        for claim in _claims(found, answers):
            key = (claim.handin.student, claim.digest) if claim.assignment else claim.handin.shown
            first = claims.setdefault(key, claim)
            if first is not claim:
                note = say("the same file was handed in twice: {path}", path=claim.handin.shown)
                notes = (*first.handin.notes, note)
                claims[key] = replace(first, handin=replace(first.handin, notes=notes))
        kept += [claim.handin for claim in claims.values()]
    return kept


def settled(
    handins: Sequence[Handin], answers: Answers, *, enrolled: Collection[str] = ()
) -> list[Handin]:
    """Return the hand-ins, in doubt where two are for one student and one assignment.

    What a platform itself knows as several attempts is one hand-in by now. What cannot be graded
    anyway is told of where the other one is.
    enrolled: the ids of a roster; others mean something on their platform alone.
    """
    return [
        handin
        for found in _grouped(handins, enrolled, by_name=True)
        for handin in _told_apart(_claims(found, answers))
    ]


def _grouped(
    handins: Sequence[Handin], enrolled: Collection[str], *, by_name: bool = False
) -> Iterator[list[Handin]]:
    """Yield the hand-ins for each student, as far as ids tell.

    by_name: or names that only look alike.
    """
    groups: dict[object, list[Handin]] = defaultdict(list)
    for handin in handins:
        if handin.id is None and by_name:
            groups[handin.student].append(handin)
        elif handin.id is None:
            yield [handin]
        else:
            platform = "" if handin.id in enrolled else handin.platform
            groups[platform, handin.id.casefold()].append(handin)
    for found in groups.values():
        if found[0].id is None and not _look_alike(found):
            yield from ([handin] for handin in found)
        else:
            yield found


def _look_alike(found: Sequence[Handin]) -> bool:
    """Whether hand-ins under one name have it from students, or are not called so.

    Namesakes are called the same; what only looks so holds characters that nobody sees.
    """
    composed = {unicodedata.is_normalized("NFC", one.shown) for one in found}
    unseen = any(not one.shown.isprintable() for one in found)
    return unseen or len(composed) > 1 or any(one.by == "--student-pattern" for one in found)


def _told_apart(claims: Sequence[_Claim]) -> Iterator[Handin]:
    for claim in claims:
        handin = claim.handin
        others = [other for other in claims if other is not claim]
        rivals = [
            one
            for one in others
            if one.assignment
            and one.assignment == claim.assignment
            and not (handin.bundle and one.handin.bundle == handin.bundle)
        ]
        if rivals:
            places = listed(sorted(one.handin.shown for one in (claim, *rivals)))
            why = say("two hand-ins claim id {id}: {places}", id=handin.id or "", places=places)
            if handin.id is None:
                why = say(
                    "several hand-ins are under the name {name}: {places}",
                    name=handin.student,
                    places=places,
                )
            yield replace(handin, doubt=concerning(why, "claims"))
        elif handin.id is not None and any(one.assignment is None for one in others):
            # This one may read it, so that it does not say where the other is.
            note = say("two hand-ins claim id {id}, and one cannot be graded", id=handin.id or "")
            yield replace(handin, notes=(*handin.notes, concerning(note, "claims")))
        else:
            yield handin


def _claims(handins: Sequence[Handin], answers: Answers) -> list[_Claim]:
    if len(handins) == 1:  # most are, and are not read before they are graded
        return [_Claim(handins[0], None, "")]
    return [
        _Claim(handin, found.assignment, found.digest)
        for handin in handins
        for found in [answers.of(handin)]
    ]
