"""What a student's code itself shows of what went wrong, put into words."""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.text import Text, say
from grader.wording.about import count, is_so, word, words
from grader.wording.values import code, codes


def _line(symptom: Symptom) -> int:
    return count(symptom, "line") or 0


def _exception_returned(symptom: Symptom) -> Text:
    return say(
        "{function} gives back `{name}` in line {line} as a value; an exception has to be raised, "
        "`raise {name}(...)`.",
        function=code(word(symptom, "function")),
        name=word(symptom, "name"),
        line=_line(symptom),
    )


def _exception_printed(symptom: Symptom) -> Text:
    return say(
        "{function} prints `{name}` in line {line}; an exception has to be raised, "
        "`raise {name}(...)`.",
        function=code(word(symptom, "function")),
        name=word(symptom, "name"),
        line=_line(symptom),
    )


def _exception_other(symptom: Symptom) -> Text:
    found = word(symptom, "found")
    return say(
        "{code} raises {found}; {name} is asked for.",
        code=code(symptom.path),
        found=code(found) if found else say("another exception"),
        name=code(word(symptom, "wanted")),
    )


def _no_return(symptom: Symptom) -> Text:
    function = code(word(symptom, "function"))
    if is_so(symptom, "prints"):
        return say(
            "{function} prints something and returns nothing, so a call of it gives None.",
            function=function,
        )
    return say("{function} returns nothing, so a call of it gives None.", function=function)


def _returns_in_loop(symptom: Symptom) -> Text:
    return say(
        "{function} ends in the first turn of its loop: the `return` in line {line} stands inside.",
        function=code(word(symptom, "function")),
        line=_line(symptom),
    )


def _never_emptied(symptom: Symptom) -> Text:
    names = words(symptom, "names")
    if names:
        return say(
            "The loop in line {line} never empties the gradient of {names}: `backward()` adds to "
            "what is there from the turns before.",
            line=_line(symptom),
            names=codes(names),
        )
    return say(
        "The loop in line {line} never empties the gradients: `backward()` adds to what is there "
        "from the turns before.",
        line=_line(symptom),
    )


def _emptied_early(symptom: Symptom) -> Text:
    return say(
        "Line {line} empties the gradient of {names}, and further down that gradient is used.",
        line=_line(symptom),
        names=codes(words(symptom, "names")),
    )


def _bound_anew(symptom: Symptom) -> Text:
    return say(
        "Line {line} binds {name} to a new tensor, and the one that it stood for stays as it was; "
        "`backward()` writes no gradient into the new one. `{plain} -= ...` inside "
        "`with torch.no_grad():` changes it in place.",
        line=_line(symptom),
        name=code(word(symptom, "name")),
        plain=word(symptom, "name"),
    )


def _uphill(symptom: Symptom) -> Text:
    return say(
        "Line {line} adds the gradient to {name}: that is where the loss grows.",
        line=_line(symptom),
        name=code(word(symptom, "name")),
    )


def _given_bound_anew(symptom: Symptom) -> Text:
    return say(
        "{name} is given in this cell, and line {line} binds it to something else.",
        name=code(word(symptom, "name")),
        line=_line(symptom),
    )


def _argument_unused(symptom: Symptom) -> Text:
    return say(
        "{function} never uses its argument {name}.",
        function=code(word(symptom, "function")),
        name=code(word(symptom, "name")),
    )


def _argument_changed(symptom: Symptom) -> Text:
    return say(
        "{function} changes its argument {name} in place, in line {line}: whoever calls it finds "
        "it changed. Work on a copy, or use operations that make something new.",
        function=code(word(symptom, "function")),
        name=code(word(symptom, "name")),
        line=_line(symptom),
    )


def _given_unused(symptom: Symptom) -> Text:
    return say(
        "{name} is given in this cell, and your code never uses it.",
        name=code(word(symptom, "name")),
    )


def _argument_rebound(symptom: Symptom) -> Text:
    return say(
        "{function} never uses the {name} that it is given: line {line} binds the name to "
        "something else before it is read.",
        function=code(word(symptom, "function")),
        name=code(word(symptom, "name")),
        line=_line(symptom),
    )


def _builds_on(symptom: Symptom) -> Text:
    if not symptom.path:
        return say(
            "The code stops in line {line}, where it uses {name} of an earlier exercise, which is "
            "not right yet: mend that first.",
            line=_line(symptom),
            name=code(word(symptom, "name")),
        )
    return say(
        "{code} is computed from {name} of an earlier exercise, which is not right yet: mend that "
        "first.",
        code=code(symptom.path),
        name=code(word(symptom, "name")),
    )


def _given_changed(symptom: Symptom) -> Text:
    return say(
        "{name} is given in this cell, and line {line} changes it in place: whatever is computed "
        "from it afterwards is computed from other numbers.",
        name=code(word(symptom, "name")),
        line=_line(symptom),
    )


def _hidden_name(symptom: Symptom) -> Text:
    cell = count(symptom, "cell")
    if cell is None:
        return say(
            "{name} is yours since line {line}, and no longer what it was.",
            name=code(word(symptom, "name")),
            line=_line(symptom),
        )
    return say(
        "{name} is yours since cell {cell}, and no longer what it was.",
        name=code(word(symptom, "name")),
        cell=cell,
    )


SENTENCES: Mapping[str, Callable[[Symptom], Text]] = {
    "exception-returned": _exception_returned,
    "exception-printed": _exception_printed,
    "exception-other": _exception_other,
    "no-return": _no_return,
    "returns-in-loop": _returns_in_loop,
    "never-emptied": _never_emptied,
    "emptied-early": _emptied_early,
    "bound-anew": _bound_anew,
    "uphill": _uphill,
    "given-bound-anew": _given_bound_anew,
    "argument-unused": _argument_unused,
    "argument-changed": _argument_changed,
    "given-unused": _given_unused,
    "builds-on": _builds_on,
    "given-changed": _given_changed,
    "argument-rebound": _argument_rebound,
    "hidden-name": _hidden_name,
}
