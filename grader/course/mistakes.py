"""What answers to an exercise show of what went wrong, counted over a class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.model.facts import RANKS, Symptom
from grader.model.statistics import MistakeStatistics
from grader.wording.catalogue import ENGLISH, translated
from grader.wording.diagnoses import sentence

_Same = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Group:
    """Answers of which the same is said. places: in order, each once."""

    first: Symptom
    places: dict[str, None] = field(default_factory=dict)


def mistakes(shown: Mapping[str, Sequence[Symptom]]) -> list[MistakeStatistics]:
    """Return what was found, the commonest first.

    shown: by the place of a hand-in, what its answer shows, the most specific first. Of one answer
    the surest counts; what is said of every wrong answer, where nothing else can be, is no mistake.
    What the same answers show, and no other, is one mistake, but for those that authors know.
    """
    groups: dict[_Same, _Group] = {}
    for place, symptoms in shown.items():
        for symptom in _surest(symptoms):
            groups.setdefault(_same(symptom), _Group(symptom)).places[place] = None
    made: list[MistakeStatistics] = []
    at: dict[tuple[str, ...], int] = {}
    for one in sorted(groups.values(), key=_urgency):
        where = at.setdefault(tuple(one.places), len(made))
        if one.first.mistake or where == len(made):
            made.append(_counted(one))
        else:
            made[where] = replace(made[where], also=(*made[where].also, one.first))
    return made


def _surest(symptoms: Sequence[Symptom]) -> list[Symptom]:
    ranks = {one.rank for one in symptoms} - {RANKS[-1]}
    surest = min(ranks, key=RANKS.index, default=None)
    return [one for one in symptoms if one.rank == surest]


def _same(one: Symptom) -> _Same:
    """Return what two symptoms have in common that say the same: a name, or all that is told."""
    if one.mistake:
        return "", one.mistake
    told = sentence(one)
    return one.kind, one.check if told is None else translated(told, ENGLISH)


def _urgency(one: _Group) -> tuple[object, ...]:
    return -len(one.places), RANKS.index(one.first.rank), not one.first.mistake


def _counted(one: _Group) -> MistakeStatistics:
    return MistakeStatistics(
        kind=one.first.kind,
        mistake=one.first.mistake,
        places=[*one.places],
        example=one.first,
    )
