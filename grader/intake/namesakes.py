"""Students of one name: their ids tell them apart."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from grader.intake.answered import Answers
from grader.model.submission import Handin


def told_apart(
    handins: Sequence[Handin], answers: Answers, *, lasting: Collection[str]
) -> list[Handin]:
    """Return the hand-ins; those of namesakes have their ids in their names.

    lasting: the platforms that know a student by one id in all assignments. On others two ids are
    two people's only where they answer the same one.
    """
    by_name: dict[str, list[Handin]] = defaultdict(list)
    for handin in handins:
        by_name[handin.student.casefold()].append(handin)
    several = {
        name for name, found in by_name.items() if _are_several(found, answers, lasting=lasting)
    }
    return [
        replace(handin, student=f"{handin.student} ({handin.id})")
        if handin.id is not None and handin.student.casefold() in several
        else handin
        for handin in handins
    ]


def _are_several(found: Sequence[Handin], answers: Answers, *, lasting: Collection[str]) -> bool:
    if len({one.id for one in found}) == 1:
        return False
    if any(one.id is None or one.platform in lasting or not one.platform for one in found):
        return True
    ids: dict[str | None, set[str | None]] = defaultdict(set)
    for one in found:
        ids[answers.of(one).assignment].add(one.id)
    return any(len(same) > 1 for same in ids.values())
