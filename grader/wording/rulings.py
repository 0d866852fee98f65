"""By which rule an exercise is worth what it is worth, put into words."""

from collections.abc import Callable, Sequence
from typing import assert_never

from grader.model.facts import (
    AllPassed,
    Forbidden,
    ForbiddenUse,
    Moment,
    NotHere,
    NothingThere,
    NotInstalled,
    Replaced,
    Ruling,
    SomePassed,
    Stopped,
    Substituted,
    Unfollowed,
    Waits,
)
from grader.model.features import Thing
from grader.model.result import ExerciseResult, is_open, is_waiting, points_text
from grader.model.text import Text, counted, few, listed, say, verbatim
from grader.model.values import Exceeded
from grader.wording.absences import unconfirmed
from grader.wording.mismatches import aspect
from grader.wording.values import code, told, why_opaque

Title = Callable[[str], str]  # of an exercise, by its name

MOST_NAMES = 3  # of earlier answers that a rule names

_NOTHING = verbatim("")


def rule(ruling: Ruling, title: Title) -> Text:
    """Return the rule."""
    match ruling:
        case Forbidden(uses=uses):
            return say("uses {names}: forbidden here", names=listed(map(use, uses)))
        case AllPassed(given=(), moment=moment):
            return say("all checks passed{moment}", moment=_moment(moment))
        case AllPassed(given=given):
            return say("right{given}", given=_given(given, title))
        case Substituted():
            return _substituted(ruling)
        case NothingThere(state="blank"):
            return say("not filled in")
        case NothingThere():
            return say("there is no cell for it")
        case Stopped():
            return _stopped(ruling)
        case SomePassed():
            return _some_passed(ruling, title)
        case NotHere():
            return say("needs a CUDA device; its points are not counted")
        case NotInstalled(modules=modules):
            return say(
                "it imports {modules}, which is not installed here and was not handed in",
                modules=listed(map(code, modules)),
            )
        case Waits():
            return _waits(ruling)
        case _:
            assert_never(ruling)


def _waits(ruling: Waits) -> Text:
    return _with_length(say("a person will read it, and say what it is worth"), ruling)


def marked(ruling: Ruling) -> Text:
    """Return the rule once a person has decided."""
    read = say("a person has read it")
    return _with_length(read, ruling) if isinstance(ruling, Waits) else read


def _with_length(waits: Text, ruling: Waits) -> Text:
    if ruling.words is None and ruling.min_words:
        return say("{waits}; it is no text", waits=waits)
    if ruling.words is None or ruling.words >= ruling.min_words:
        return waits
    short = counted(
        "it has {number} word, and at least {wanted} are asked for",
        "it has {number} words, and at least {wanted} are asked for",
        ruling.words,
        wanted=ruling.min_words,
    )
    return say("{waits}; {short}", waits=waits, short=short)


def why_open(results: Sequence[ExerciseResult]) -> Text:
    """Return why a submission has no score yet."""
    waits = [one for one in results if is_waiting(one)]
    parts = [not_run(results)] if len(waits) < sum(map(is_open, results)) else []
    if waits:
        worth = points_text(sum(one.max_score for one in waits))
        parts.append(waiting(len(waits), worth))
    return listed(parts, "; ")


def waiting(number: int, worth: str) -> Text:
    """Return how many answers wait for a person. worth: their points."""
    return counted(
        "{number} answer waits for a person (of {points} points)",
        "{number} answers wait for a person (of {points} points)",
        number,
        points=worth,
    )


def not_run(results: Sequence[ExerciseResult]) -> Text:
    """Return why a submission has no score, some of whose exercises could not be run."""
    rulings = [one.ruling for one in results if one.outcome == "could not be run here"]
    found = [one.modules for one in rulings if isinstance(one, NotInstalled)]
    modules = sorted({name for names in found for name in names})
    return counted(
        "{number} exercise could not be run here: it imports {modules}, which is not installed"
        " here and was not handed in",
        "{number} exercises could not be run here: they import {modules}, which is not installed"
        " here and was not handed in",
        len(found),
        modules=few(modules, MOST_NAMES),
    )


def _substituted(ruling: Substituted) -> Text:
    """Return the rule of a sealed run: in whose place solutions stood, and what passed."""
    if ruling.passed == ruling.total:
        return say("right{replaced}", replaced=_replaced(ruling.replaced, is_right=True))
    return counted(
        "{number} of {total} checks passed{moment}{given}",
        "{number} of {total} checks passed{moment}{given}",
        ruling.passed,
        total=ruling.total,
        moment=_replaced(ruling.replaced, is_right=False),
        given=_NOTHING,
    )


def _replaced(replaced: Sequence[Replaced], *, is_right: bool) -> Text:
    yours = [name for one in replaced if not one.is_missing for name in one.names]
    missing = [name for one in replaced if one.is_missing for name in one.names]
    parts = []
    if yours and is_right:
        parts.append(say(", but for your {names}", names=_few_names(yours)))
    elif yours:
        parts.append(say(", with our {names} in place of yours", names=_few_names(yours)))
    if missing:
        parts.append(
            counted(
                ", with our {names} in place of the missing one",
                ", with our {names} in place of the missing ones",
                len(missing),
                names=_few_names(missing),
            )
        )
    return listed(parts, "")


def _few_names(names: Sequence[str]) -> Text:
    *first, last = map(code, names)
    if len(first) >= MOST_NAMES:
        return few([*first, last], MOST_NAMES)
    return listed([listed(first), last], say(" and ")) if first else last


def use(found: ForbiddenUse) -> Text:
    """Return where a forbidden name is used."""
    if found.cell is None:
        return say("{name} (line {line})", name=found.name, line=found.line)
    return say(
        "{name} (as far as one can tell of cell {cell}, which is too long or too deep to be looked"
        " through)",
        name=found.name,
        cell=found.cell,
    )


def not_found(forbidden: Sequence[str]) -> Text:
    """Return what it means that nothing that an exercise forbids was found in an answer."""
    return say(
        "Of what is forbidden here ({names}), nothing was found in what could be read of your code;"
        " that is no proof, and what hides it may be looked at by a person.",
        names=few([code(name) for name in forbidden], MOST_NAMES),
    )


def _moment(moment: Moment) -> Text:
    match moment:
        case "own":
            return _NOTHING
        case "below":
            return say(", after the cells added below it")
        case "end":
            return say(", at the end of the notebook")
        case "sorted":
            return say(", run in the order of the assignment, in which the cells no longer stand")
        case "apart":
            return say(", run apart from the other exercises, which had disturbed it")
        case _:
            assert_never(moment)


def _given(exercises: tuple[str, ...], title: Title) -> Text:
    if not exercises:
        return _NOTHING
    return say(
        ", given the values that {titles} left",
        titles=listed(map(title, exercises), say(" and ")),
    )


def _stopped(ruling: Stopped) -> Text:
    match ruling.ending:
        case "timed out":
            return _too_long(ruling.exceeded)
        case "too much output":
            return say("its cell printed without end and was stopped")
        case "too much memory":
            return say("its cell took more memory than a submission may have, and was stopped")
        case "crashed":
            return say("its cell ended the kernel")
        case "done" | "error":
            raise ValueError(f"a cell that ended like this was not stopped: {ruling.ending}")
        case _:
            assert_never(ruling.ending)


def _too_long(exceeded: Exceeded | None) -> Text:
    if exceeded is None:
        return say("its cell took too long and was stopped")
    seconds = f"{exceeded.seconds:g}"
    if exceeded.slept:
        return say("its cell slept for more than {seconds} s and was stopped", seconds=seconds)
    return say("its cell took more than {seconds} s of CPU time and was stopped", seconds=seconds)


def _some_passed(ruling: SomePassed, title: Title) -> Text:
    if ruling.unconfirmed is not None:
        text = counted(
            "{only} ({number} of {total} checks hold there)",
            "{only} ({number} of {total} checks hold there)",
            ruling.passed,
            total=ruling.total,
            only=unconfirmed(ruling.unconfirmed),
        )
    else:
        text = counted(
            "{number} of {total} checks passed{moment}{given}",
            "{number} of {total} checks passed{moment}{given}",
            ruling.passed,
            total=ruling.total,
            moment=_moment(ruling.moment),
            given=_given(ruling.given, title),
        )
    if ruling.unhelped:
        others = _replaced(ruling.unhelped, is_right=False)
        return say("{rule}; no more{replaced}", rule=text, replaced=others)
    if ruling.unfollowed is None:
        return text
    if ruling.empty:
        return say(
            "{rule}; what it builds on is not filled in: {exercises}",
            rule=text,
            exercises=listed(map(title, ruling.empty)),
        )
    return say(
        "{rule}; your earlier answers cannot be built on: {reason}",
        rule=text,
        reason=_unfollowed(ruling.unfollowed),
    )


def _unfollowed(found: Unfollowed) -> Text:
    name = code(found.name)
    what = told(found.found) if found.found is not None else _NOTHING
    match found.why:
        case "not seen":
            return say("{name} was not looked at", name=name)
        case "no data":
            return say("{name} is not right, and no data", name=name)
        case "not defined":
            return say("{name} is not defined", name=name)
        case "opaque":
            reason = why_opaque(found.found) if isinstance(found.found, Thing) else what
            return say("{name} is {reason}", name=name, reason=reason)
        case "has a graph":
            return say("{name} carries a graph of the gradient", name=name)
        case "cannot be compared":
            return say("{name} cannot be compared", name=name)
        case "another form":
            return say(
                "{name} has another {aspect} than it should: {actual}",
                name=name,
                aspect=aspect(found.aspect or "type"),
                actual=what,
            )
        case "not finite":
            return say("{name} is not finite", name=name)
        case "reference fails":
            return say("with them, the reference itself fails")
        case "tells nothing apart":
            return say("with them, right and wrong come out the same")
        case _:
            assert_never(found.why)
