"""Why nothing was compared, or why it does not count, put into words."""

from typing import assert_never

from grader.model.facts import (
    DidNotRaise,
    Incomputable,
    NotAChoice,
    NotCompared,
    NotReached,
    NotSeen,
    Raised,
    RaisedAnyway,
    RaisedOther,
    TooFewWords,
    Unconfirmed,
    Undefined,
)
from grader.model.features import Withheld
from grader.model.text import Text, counted, listed, say
from grader.model.values import Exceeded
from grader.wording.values import code, told


def reason(why: NotCompared, source: str = "") -> Text:
    """Return a reason. source: the name that it is about, where that has to be said."""
    text = _reason(why)
    return listed([code(source), text], ": ") if source else text


def _reason(why: NotCompared) -> Text:
    match why:
        case NotSeen():
            return _not_seen(why)
        case NotReached():
            return say("it was not reached: the cell had stopped before")
        case Undefined(name=name):
            return say("{name} is not defined", name=code(name))
        case Raised():
            return _raised(why)
        case DidNotRaise(expected=expected):
            return say("it should raise {type}, and does not", type=expected)
        case RaisedOther(expected=expected, why=inner):
            return say("{error}; expected is {type}", error=_reason(inner), type=expected)
        case RaisedAnyway(expected=expected, valid=valid, why=inner):
            failed = say("gives a wrong value") if inner is None else _reason(inner)
            return say(
                "it raises {type}, but {valid}: {why}", type=expected, valid=code(valid), why=failed
            )
        case Incomputable(names=names, problem=problem):
            unfit = say("the values do not fit")
            return say(
                "cannot be computed from {names}: {problem}",
                names=listed(map(code, names)),
                problem=unfit if isinstance(problem, Withheld) else told(problem),
            )
        case Unconfirmed():
            return unconfirmed(why)
        case NotAChoice():
            return _no_choice(why)
        case TooFewWords(words=number, wanted=wanted):
            return too_few(number, wanted)
        case _:
            assert_never(why)


def too_few(number: int | None, wanted: int) -> Text:
    """Return that a text is too short. number: of its words, None where that is not told."""
    if number is None:
        return say("the text is too short: at least {wanted} words are asked for", wanted=wanted)
    return counted(
        "the text has {number} word: at least {wanted} are asked for",
        "the text has {number} words: at least {wanted} are asked for",
        number,
        wanted=wanted,
    )


def _no_choice(why: NotAChoice) -> Text:
    letters = listed(map(code, why.letters))
    if why.too_many:
        return say("one of {letters} is asked for, and this names several", letters=letters)
    if not why.given:
        return say("this is no choice: write letters in quotes, of {letters}", letters=letters)
    given = code(why.given.replace("`", "'"))
    return say("{given} is none of the choices: {letters}", given=given, letters=letters)


def unconfirmed(why: Unconfirmed) -> Text:
    """Return what is said of what is right on the data shown alone."""
    if why.fixed:
        return say("right only for the data shown: it stays the same on other data")
    return say("right on the data shown, wrong on other data")


def _not_seen(why: NotSeen) -> Text:
    if why.exceeded is not None:
        return _call_stopped(why.exceeded)
    match why.why:
        case "timed out":
            return say("it took too long and was stopped")
        case "too much output":
            return say("it printed without end and was stopped")
        case "too much memory":
            return say("it took more memory than a submission may have, and was stopped")
        case "crashed":
            return say("it ended the kernel")
        case "unreadable":
            return say("it could not be read")
        case "not asked":
            return say("it was not looked at: the notebook had ended before")
        case _:
            assert_never(why.why)


def _call_stopped(exceeded: Exceeded) -> Text:
    seconds = f"{exceeded.seconds:g}"
    if exceeded.slept:
        return say("it slept for more than {seconds} s and was stopped", seconds=seconds)
    return say("it took more than {seconds} s of CPU time and was stopped", seconds=seconds)


def _raised(why: Raised) -> Text:
    message = why.misfit or why.message.rstrip(". ")
    error = listed([_error(why), message], ": ") if message else _error(why)
    if why.step is None:
        return error
    step = code(why.asked) if why.asked else say("step {number}", number=why.step)
    if why.within:
        return say("{error}; the check had come to {step}", error=error, step=step)
    return say(
        "{error}, in the check itself ({step}): none of your lines was running",
        error=error,
        step=step,
    )


def _error(why: Raised) -> Text:
    if not why.type and why.number is not None:
        return say("it raised an exception of its own in line {line}", line=why.number)
    if not why.type:
        return say("it raised an exception of its own")
    if why.number is not None:
        return say("it raised {type} in line {line}", type=why.type, line=why.number)
    if why.line:
        return say("it raised {type} (line `{line}`)", type=why.type, line=why.line)
    return say("it raised {type}", type=why.type)
