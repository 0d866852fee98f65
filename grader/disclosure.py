"""What a student may be told of what was found: the one place that withholds.

Of a check on data that students must not see, only what the reference has too is told, and what
Python itself says: a number, a name, a place, an order of the student's choosing could carry the
hidden inputs out. Of the others everything is told but the expected numbers. When
more may be told, `openings` says.
"""

import builtins
import re
from collections.abc import Sequence, Set
from dataclasses import replace
from typing import assert_never

from grader.model.aspects import OF_VALUES
from grader.model.assignment import Check, Exercise
from grader.model.facts import (
    RANKS,
    DidNotRaise,
    Incomputable,
    Mismatch,
    NotAChoice,
    NotCompared,
    NotReached,
    NotSeen,
    PartsDiffer,
    Raised,
    RaisedAnyway,
    RaisedOther,
    Symptom,
    TooFewWords,
    Unconfirmed,
    Undefined,
)
from grader.model.features import (
    Bound,
    Count,
    Entries,
    Factor,
    Feature,
    Flag,
    Gradient,
    Length,
    Name,
    Names,
    Order,
    Shape,
    Size,
    Thing,
    Withheld,
)
from grader.model.result import CheckResult, ExerciseResult

MAX_LINES = 100  # of an answer, which of them raised is told; of more it could carry something
MAX_SIZES = 4  # more of a shape, each of which may be one of several, could carry something

WITHHELD = Withheld()
# What is seen in the code alone, which was there before any hidden input.
_OF_CODE = frozenset(
    {
        *("exception-returned", "exception-printed", "no-return", "returns-in-loop"),
        *("never-emptied", "emptied-early", "bound-anew", "uphill", "given-bound-anew"),
        *("argument-unused", "argument-changed", "given-unused", "hidden-name"),
        *("argument-rebound", "given-changed", "xor", "signed", "discarded", "new-list"),
        *(
            "builds-on",
            "called-early",
            "leaves-loop",
            "misspelt",
            "back-twice",
            "never-back",
            "never-read",
            "ended",
        ),
    }
)
# The kinds of symptoms that are told of a hidden check, whole or in part.
TOLD_OF_HIDDEN = frozenset(
    {
        *("mistake", "needs-gpu", "blank", "overwritten", "modified", "not-a-tensor"),
        *("no-grad-value", "detached", "attached", "accumulated", "broadcast", "transposed"),
        *("axis", "dtype", "device", "nan", "diverged", "sign", "scaled", "offset"),
        *("kind", "length", "shape", "axes", "reshaped", "places", "not-reduced"),
        *("reduced", "cut", "inverted", "sum-for-mean", "one-less", "values", "value"),
        *("aspects", "zeros", "entries", "order", "some-parts", "some-numbers"),
        *("negative", "rows-scaled"),
        *("failed", "exception-other"),
    }
)
# Of one piece of code, what its values' form shows is one thing.
_FORMS = frozenset(
    {"dtype", "axis", "shape", "axes", "reshaped", "places", "transposed", "cut", "broadcast"}
)
_WITHHELD_OF_HIDDEN = frozenset({"line", "step", "factor"})  # by what sentences call them
_TOLD_WHOLE = frozenset({"wanted", "more", "other", "cause"})  # the author's, or few
_DTYPE = re.compile(
    r"(torch\.)?(bool|(bfloat|float|complex|q?u?int)(8|16|32|64|128)"
    r"|float8_(e4m3fn|e4m3fnuz|e5m2|e5m2fnuz|e8m0fnu))"
)
_SCALES = frozenset({"linear", "log", "symlog", "logit"})
_DEVICES = frozenset({"cpu", "cuda", "mps"})
_EXCEPTIONS = {name for name in dir(builtins) if name.endswith(("Error", "Exit", "Interrupt"))}
_CONTAINERS = frozenset({"list", "tuple", "dict"})


def disclosed(result: ExerciseResult, exercise: Exercise) -> ExerciseResult:
    """Return a result with what a student must not see replaced by Withheld, or left out."""
    by_expression = {check.expression: check for check in exercise.checks}
    hidden = {check.check for check in result.checks if check.hidden}
    told: list[Symptom] = []
    for one in sorted(result.symptoms, key=lambda one: one.check in hidden):
        if one.check not in hidden:
            symptom = _shown_symptom(one, hidden)
        elif _is_told(one, told):
            symptom = None
        else:
            symptom = _symptom(one, by_expression[one.check], hidden)
        if symptom is not None:
            told.append(symptom)
    return replace(
        result,
        checks=tuple(
            _hidden(one, by_expression[one.check]) if one.hidden else _shown(one)
            for one in result.checks
        ),
        symptoms=tuple(_raised(told, hidden)),
        rubric=(),  # what is looked for is told with what was found
    )


def _raised(told: Sequence[Symptom], hidden: Set[str]) -> list[Symptom]:
    """Return what is told; what a hidden value shows does not stand for what a shown one does."""
    first, second, *_ = RANKS
    found = [one for one in told if one.rank == first]
    veiled = [one for one in found if one.check in hidden and one.path]
    others = [one for one in found if one not in veiled]

    def is_raised(symptom: Symptom) -> bool:
        return (
            symptom.rank == second
            and symptom.check not in hidden
            and any({*symptom.made_by} & {*one.made_by} for one in veiled)
            and not any(
                one.check == symptom.check or {*symptom.made_by} & {*one.made_by} for one in others
            )
        )

    return [replace(one, rank=first) if is_raised(one) else one for one in told]


def _is_told(symptom: Symptom, told: Sequence[Symptom]) -> bool:
    """Whether of a hidden check nothing need be said: of the same code it is said already.

    What can be said of every wrong value is said of none of them where anything else is told.
    """
    if symptom.rank == RANKS[-1] and told:
        return True
    made_by = {*symptom.made_by}
    if symptom.kind == "failed" and any(_is_same_failure(one, symptom) for one in told):
        return True
    return any(
        (one.kind == symptom.kind or {one.kind, symptom.kind} <= _FORMS)
        and (made_by & {*one.made_by} or (one.path, one.about) == (symptom.path, symptom.about))
        for one in told
    )


def _is_same_failure(one: Symptom, other: Symptom) -> bool:
    """Whether two failures have one cause, and may be of the same code."""
    alike = one.kind == other.kind and one.about.get("cause") == other.about.get("cause")
    return alike and (
        not one.made_by or not other.made_by or bool({*one.made_by} & {*other.made_by})
    )


def _shown(check: CheckResult) -> CheckResult:
    mismatches = tuple(
        replace(one, expected=WITHHELD)
        if isinstance(one, Mismatch)
        and one.aspect in OF_VALUES
        and not isinstance(one.expected, Bound)  # which the text of the exercise says
        else one
        for one in check.mismatches
    )
    return replace(check, mismatches=mismatches, expected=None)


def _hidden(check: CheckResult, asked: Check) -> CheckResult:
    """Return what is told of a hidden check.

    What the student's own name stood for before anything hidden was asked is the student's.
    """
    is_own = check.hides == "check" and not asked.is_call and not asked.of
    mismatches: tuple[Mismatch | PartsDiffer, ...]
    if check.differing:
        mismatches = tuple(PartsDiffer(aspect=a, number=n) for a, n in check.differing.items())
    else:
        mismatches = tuple(_mismatch(check, one) for one in check.mismatches)
    why = check.not_compared
    return replace(
        check,
        value=check.value if is_own else None,
        expected=None,
        curve=None,
        mismatches=mismatches,
        not_compared=_not_compared(why) if why is not None else None,
    )


def _mismatch(check: CheckResult, one: Mismatch | PartsDiffer) -> Mismatch | PartsDiffer:
    if isinstance(one, PartsDiffer):
        return one
    extent = replace(one.extent, places=()) if one.extent is not None else None
    told = replace(one, path=check.check, extent=extent)
    if one.aspect in OF_VALUES or one.aspect == "columns":
        return replace(told, actual=WITHHELD, expected=WITHHELD)
    match one.aspect:
        case "shape" if isinstance(one.expected, Entries):
            entries = Withheld(of="entries")
            return replace(told, actual=entries, expected=entries)
        case "shape" if not isinstance(one.expected, Shape | Length | Size):
            return replace(told, actual=WITHHELD, expected=WITHHELD)
        case _:
            may_be_told = _is_harmless(one.actual, one.expected)
            return told if may_be_told else replace(told, actual=WITHHELD)


def _is_harmless(actual: Feature, expected: Feature) -> bool:
    """Whether what was seen can carry no hidden input out: no name and no number of its own."""
    match actual:
        case Shape(sizes=sizes):
            usual = expected.sizes if isinstance(expected, Shape) else ()
            return len(sizes) <= MAX_SIZES and {*sizes} <= {0, 1, *usual}
        case Length(items=items):
            usual = (expected.items,) if isinstance(expected, Length) else ()
            return items in {0, 1, *usual}
        case Size(number=number):
            usual = (expected.number,) if isinstance(expected, Size) else ()
            return number in {0, 1, *usual}
        case Name(name=name):
            return (
                name in _DEVICES
                or name in _SCALES
                or name in _EXCEPTIONS
                or _DTYPE.fullmatch(name) is not None
            )
        case Thing(kind="sequence" | "mapping", name=name):
            return name in _CONTAINERS
        case Thing(kind="module" | "error" | "opaque" | "other"):
            return False
        case Thing(name=name, exact=exact):
            return not name and not exact
        case Flag() | Gradient() | Order():
            return True
        case _:
            return False


def _not_compared(why: NotCompared) -> NotCompared:
    match why:
        case Raised(type=type, number=number):
            known = type if type in _EXCEPTIONS else ""
            place = number if number is not None and number <= MAX_LINES else None
            return replace(why, type=known, message="", line="", number=place, asked="")
        case RaisedOther():
            return replace(why, why=_not_compared(why.why))
        case RaisedAnyway():
            return replace(why, why=_not_compared(why.why) if why.why is not None else None)
        case Incomputable():
            return replace(why, problem=WITHHELD)
        case NotAChoice():
            return replace(why, given="")
        case TooFewWords():
            return replace(why, words=None)
        case NotSeen() | NotReached() | Undefined() | DidNotRaise() | Unconfirmed():
            return why
        case _:
            assert_never(why)


def _symptom(symptom: Symptom, check: Check, hidden: Set[str]) -> Symptom | None:
    """Return what is told of a symptom of a hidden check; None for nothing.

    hidden: the checks that are.
    """
    if symptom.kind == "other-data":
        right, wrong = (_names(symptom, which) - hidden for which in ("right", "wrong"))
        about = {"names": symptom.about["names"], "shown": Flag(value=True)}
        return replace(symptom, about=about) if right and not wrong else None
    if symptom.kind in _OF_CODE:
        return symptom
    if symptom.kind not in TOLD_OF_HIDDEN:
        return None
    names = check.of or ((check.valid, check.expression) if check.raises else (check.expression,))
    own = {"", *(" ".join(name.split()) for name in names)}
    if symptom.path.removesuffix(".grad") not in own:
        return None  # which part is wrong, and how, is not told
    about = _known_of(symptom)
    for name, feature in about.items():
        is_told = not isinstance(feature, Names | Name | Shape | Length | Thing | Count) or (
            name in _TOLD_WHOLE
            or symptom.kind == "aspects"
            or _is_harmless(feature, about.get("wanted", feature))
        )
        if name in _WITHHELD_OF_HIDDEN or not is_told:
            about[name] = WITHHELD
    return replace(symptom, about=about)


def _shown_symptom(symptom: Symptom, hidden: Set[str]) -> Symptom | None:
    """Return what is told of a symptom of a check that is shown, where the others are hidden."""
    about = _known_of(symptom)
    if symptom.kind == "exchanged" and isinstance(other := about["other"], Name):
        return None if other.name in hidden else symptom
    if symptom.kind == "other-data":
        right = tuple(sorted(_names(symptom, "right") - hidden))
        about = {"names": symptom.about["names"], "right": Names(names=right)}
        return replace(symptom, about=about) if right else None
    if about.pop("reveals", None) == Flag(value=True):
        about["factor"] = WITHHELD
    return replace(symptom, about=about)


def _names(symptom: Symptom, name: str) -> frozenset[str]:
    found = symptom.about.get(name)
    return frozenset(found.names) if isinstance(found, Names) else frozenset()


def _known_of(symptom: Symptom) -> dict[str, Feature]:
    """Return what a symptom is about, as far as it is told of any check.

    Of a factor, which may be withheld, it is told whether it is a multiple or a part, and of which
    sign. What should be a dtype or a device, and is none, could be anything.
    """
    about = dict(symptom.about)
    found = about.get("found")
    if isinstance(found, Name) and not _is_harmless(found, found):
        about["found"] = WITHHELD
    factor = about.get("factor")
    if isinstance(factor, Factor):
        about["larger"] = Flag(value=factor.under == 1)
        about["negative"] = Flag(value=factor.over < 0)
    return about
