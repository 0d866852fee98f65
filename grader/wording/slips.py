"""Slips of the pen, and where code goes back too often or never, put into words."""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.text import Text, say
from grader.wording.about import count, word
from grader.wording.values import code


def _line(symptom: Symptom) -> int:
    return count(symptom, "line") or 0


def _xor(symptom: Symptom) -> Text:
    return say(
        "Line {line} uses `^`, which in Python is no power but compares bits; a power is `**`.",
        line=_line(symptom),
    )


def _signed(symptom: Symptom) -> Text:
    sign, name = word(symptom, "code"), code(word(symptom, "name"))
    if sign == "-":
        return say(
            "Line {line} has `=-`, which gives {name} a new value with a minus sign; `-=` "
            "subtracts.",
            line=_line(symptom),
            name=name,
        )
    return say(
        "Line {line} has `=+`, which gives {name} a new value and adds nothing; `+=` adds.",
        line=_line(symptom),
        name=name,
    )


def _discarded(symptom: Symptom) -> Text:
    return say(
        "Line {line} makes something new and keeps it nowhere: {code} does not change {name}.",
        line=_line(symptom),
        code=code(word(symptom, "code")),
        name=code(word(symptom, "name")),
    )


def _new_list(symptom: Symptom) -> Text:
    return say(
        "Line {line} begins {name} anew in each turn of the loop; `append` adds to a list that "
        "was begun before it.",
        line=_line(symptom),
        name=code(word(symptom, "name")),
    )


def _called_early(symptom: Symptom) -> Text:
    return say(
        "Line {line} itself calls {code}, before {outer} can: give {outer} the function and what "
        "it is to be called with.",
        line=_line(symptom),
        code=code(word(symptom, "code")),
        outer=code(word(symptom, "name")),
    )


def _leaves_loop(symptom: Symptom) -> Text:
    return say(
        "The `return` in line {line} ends {function} as a whole, all turns of the loop that are "
        "left with it; `continue` goes on to the next turn.",
        line=_line(symptom),
        function=code(word(symptom, "function")),
    )


def _misspelt(symptom: Symptom) -> Text:
    return say(
        "There is no {name}; your code has {near}: is it misspelt?",
        name=code(word(symptom, "name")),
        near=code(word(symptom, "near")),
    )


def _back_twice(symptom: Symptom) -> Text:
    return say(
        "Line {line} calls `backward()` a second time in the same turn of the loop: each gradient "
        "is added twice.",
        line=_line(symptom),
    )


def _never_back(symptom: Symptom) -> Text:
    function = word(symptom, "function")
    if not function:
        return say("Your code never calls `backward()`, so that no gradient is computed.")
    return say(
        "{function} never calls `backward()`, so that no gradient is computed.",
        function=code(function),
    )


def _never_read(symptom: Symptom) -> Text:
    del symptom
    return say("`backward()` writes gradients into `.grad`, and your code never reads a `.grad`.")


SENTENCES: Mapping[str, Callable[[Symptom], Text]] = {
    "xor": _xor,
    "signed": _signed,
    "discarded": _discarded,
    "new-list": _new_list,
    "called-early": _called_early,
    "leaves-loop": _leaves_loop,
    "misspelt": _misspelt,
    "back-twice": _back_twice,
    "never-back": _never_back,
    "never-read": _never_read,
}
