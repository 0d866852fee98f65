"""What of a class is written alike, as facts: a lead for a person, never a verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

# What there is to compare in an answer. blank: nothing of the student's own; unreadable: no syntax
# tree; short: too little of it; usual: all of it is written so by many, or by the course itself.
Kind = Literal["blank", "unreadable", "short", "usual", "telling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a student handed in for an assignment.

    place: of the files of the hand-in; codes: the student's code, by exercises; texts: what is
    written for a person, in place of code; mistakes: what is known to be wrong with it, likewise.
    """

    student: str
    student_id: str | None
    place: str
    codes: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    mistakes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_of_the_student_of(self, other: "Answers") -> bool:
        """Whether both are of one student, as far as ids or else names tell."""
        if self.student_id is not None and other.student_id is not None:
            return self.student_id == other.student_id
        return self.student == other.student


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two answers that are alike. share: of what is its own, 0 to 1; lines: from 1."""

    answers: Answers
    code: str
    share: float
    lines: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two answers to one exercise that are alike.

    bits: how unlikely that is to come by chance; holders: how many in the class have the rarest
    passage that both have; is_same_text: whether the code is the same letter by letter; mistakes:
    rare ones that both have.
    """

    exercise: str
    sides: tuple[Side, Side]
    bits: float
    holders: int
    is_same_text: bool = False
    mistakes: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The lesser of the two shares."""
        return min(side.share for side in self.sides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Answers to one exercise each of which is like each other. pairs: the most unlikely first."""

    exercise: str
    members: tuple[Answers, ...]
    pairs: tuple[Pair, ...]

    @property
    def shown(self) -> tuple[Pair, ...]:
        """Return one pair for each further member, the most unlikely that bind all together."""
        joined = {one.place: one.place for one in self.members}

        def root(place: str) -> str:
            while joined[place] != place:
                place = joined[place]
            return place

        shown = []
        for pair in self.pairs:
            one, two = (root(side.answers.place) for side in pair.sides)
            if one != two:
                joined[one] = two
                shown.append(pair)
        return tuple(shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Couple:
    """Two students, and their answers that are alike, the most unlikely first."""

    students: tuple[Answers, Answers]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An exercise, as it was compared. kinds: how many answers there are of each."""

    exercise: str
    title: str
    kinds: Mapping[Kind, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What of an assignment is written alike. students: how many handed it in."""

    assignment: str
    title: str
    students: int
    exercises: Sequence[Compared] = ()
    groups: Sequence[Group] = ()
    couples: Sequence[Couple] = ()
