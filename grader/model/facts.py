"""What grading finds out: codes with typed parameters, and no sentence.

`grader.disclosure` says what of it a student may be told, `grader.wording` in which words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from grader.model.aspects import Aspect
from grader.model.features import Feature
from grader.model.values import Absence, Exceeded

# How a cell ended.
Ending = Literal["done", "error", "timed out", "too much output", "too much memory", "crashed"]
# When an exercise was looked at: in a run, or in a further one.
Moment = Literal["own", "below", "end", "apart", "sorted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How many numbers of a value differ.

    over: whether they are larger than they may be; places: of a small value that has up to two
    axes and is right in part, which: a text for each row, with `x` for a number that differs and
    `.` for another.
    """

    wrong: int
    total: int
    over: bool = False
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One difference between what was seen and what was expected.

    path: from the checked expression to the place that differs, `losses[3]`; extent: how much of
    it differs, where it holds several numbers.
    """

    path: str
    aspect: Aspect
    actual: Feature
    expected: Feature
    extent: Extent | None = None
    code: Literal["mismatch"] = "mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsDiffer:
    """How many parts of a value differ in an aspect, where it is not told which."""

    aspect: Aspect
    number: int
    code: Literal["parts differ"] = "parts differ"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSeen:
    """Nothing was seen. exceeded: the limit that was not kept."""

    why: Absence
    exceeded: Exceeded | None = None
    code: Literal["not seen"] = "not seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReached:
    """The cell had stopped before."""

    code: Literal["not reached"] = "not reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undefined:
    """A name is not defined."""

    name: str
    code: Literal["undefined"] = "undefined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An exception in place of a value.

    message: how it begins; line: the student's own, where it was raised in one; number: of that
    line, from 1, where it stands in the answer itself; misfit: what Python says of a call that does
    not fit its function, which holds no data; step: which step of a check's own statements was
    run, from 1, where it has some, asked: its code, and within: whether that had called the
    student's.
    """

    type: str
    message: str = ""
    line: str = ""
    number: int | None = None
    misfit: str = ""
    step: int | None = None
    asked: str = ""
    within: bool = False
    code: Literal["raised"] = "raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class DidNotRaise:
    """There is a value in place of an exception. expected: its name."""

    expected: str
    code: Literal["did not raise"] = "did not raise"


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedOther:
    """It is another exception than the expected one. why: which."""

    expected: str
    why: NotCompared
    code: Literal["raised other"] = "raised other"


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedAnyway:
    """The exception is right, but a call that should succeed is wrong.

    why: what happened there; None where it gave a wrong value.
    """

    expected: str
    valid: str
    why: NotCompared | None
    code: Literal["raised anyway"] = "raised anyway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomputable:
    """An expression of the author's cannot be computed from the student's values.

    problem: as Python says it, or withheld.
    """

    names: tuple[str, ...]
    problem: Feature
    code: Literal["incomputable"] = "incomputable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """It is right on the data shown alone. fixed: whether it stays the same on other data."""

    fixed: bool
    code: Literal["unconfirmed"] = "unconfirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAChoice:
    """An answer that is none of the choices.

    given: what it is, empty where that is no text, or is not told; letters: what can be chosen;
    too_many: whether it names several, where one is asked for.
    """

    given: str
    letters: tuple[str, ...]
    too_many: bool = False
    code: Literal["not a choice"] = "not a choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooFewWords:
    """A text that is too short. words: how many it has, None where that is not told."""

    words: int | None
    wanted: int
    code: Literal["too few words"] = "too few words"


# Why nothing was compared, or why that does not count.
NotCompared: TypeAlias = (
    NotSeen
    | NotReached
    | Undefined
    | Raised
    | DidNotRaise
    | RaisedOther
    | RaisedAnyway
    | Incomputable
    | Unconfirmed
    | NotAChoice
    | TooFewWords
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenUse:
    """A forbidden name in a student's code.

    line: from 1, in the shown code; cell: from 1, where it is used in one that is not looked
    through.
    """

    name: str
    line: int
    cell: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """It uses what is forbidden."""

    uses: tuple[ForbiddenUse, ...]
    code: Literal["forbidden"] = "forbidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllPassed:
    """Every check passed. given: the exercises whose wrong answers it was marked on."""

    moment: Moment
    given: tuple[str, ...] = ()
    code: Literal["all passed"] = "all passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingThere:
    """There is no answer: its place is blank, or its cell is missing."""

    state: Literal["blank", "missing"]
    code: Literal["nothing there"] = "nothing there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Its cell did not run to its end. exceeded: the limit of time that it did not keep."""

    ending: Ending
    exceeded: Exceeded | None = None
    code: Literal["stopped"] = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """An earlier exercise in whose place the reference's solution stood.

    names: what of its answer is read; is_missing: whether there was no answer.
    """

    exercise: str
    names: tuple[str, ...]
    is_missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Substituted:
    """It was looked at with solutions in place of earlier answers, and that counts."""

    replaced: tuple[Replaced, ...]
    passed: int
    total: int
    code: Literal["substituted"] = "substituted"


@dataclass(frozen=True, slots=True, kw_only=True)
class SomePassed:
    """Some checks passed, or none.

    unfollowed: why it could not be marked on the student's earlier answers; empty: the exercises
    among them that have no answer; spoiled: those whose answers are not right; unhelped: in whose
    place solutions stood, where no more checks passed than without them.
    """

    passed: int
    total: int
    moment: Moment
    given: tuple[str, ...] = ()
    unconfirmed: Unconfirmed | None = None
    unfollowed: Unfollowed | None = None
    empty: tuple[str, ...] = ()
    spoiled: tuple[str, ...] = ()
    unhelped: tuple[Replaced, ...] = ()
    code: Literal["some passed"] = "some passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotHere:
    """It needs a device that this machine lacks."""

    code: Literal["not here"] = "not here"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInstalled:
    """It imports modules that are neither installed here nor handed in, and cannot be run."""

    modules: tuple[str, ...]
    code: Literal["not installed"] = "not installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """A person says what it is worth.

    words: how many the answer has, None where it is no text; min_words: how many it should have,
    0 where nobody says; stopped: whether its cell did not run to its end.
    """

    words: int | None = None
    min_words: int = 0
    code: Literal["waits"] = "waits"


# By which rule an exercise is worth what it is worth.
Ruling: TypeAlias = (
    Forbidden
    | AllPassed
    | Substituted
    | NothingThere
    | Stopped
    | SomePassed
    | NotHere
    | NotInstalled
    | Waits
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollowed:
    """Why an exercise cannot be marked on the student's earlier answers.

    name: the earlier value that it is about, if it is about one; found: what that is.
    """

    why: Literal[
        "not seen",
        "no data",
        "not defined",
        "opaque",
        "has a graph",
        "cannot be compared",
        "another form",
        "not finite",
        "reference fails",
        "tells nothing apart",
    ]
    name: str = ""
    aspect: Aspect | None = None
    found: Feature | None = None


# Of what is told, from what is said first to what can be said of every wrong value.
Rank = Literal["found", "fallback", "rest"]
RANKS: tuple[Rank, ...] = get_args(Rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """What a value shows of what went wrong.

    kind: the finding of `grader.explaining.findings` that saw it; check: the expression that it is
    about, empty for the whole exercise; path: the code of the very value, empty there, too;
    mistake: the name of a known one; about: what is known, by what the sentence calls it; rank:
    whether it is told whatever else is, or only where nothing of a lower rank is; made_by: the
    student's names that the value needs and that are not the reference's.
    """

    kind: str
    check: str = ""
    path: str = ""
    mistake: str = ""
    about: Mapping[str, Feature] = field(default_factory=dict)
    rank: Rank = "found"
    made_by: tuple[str, ...] = ()
