"""What ended the process that a notebook runs in, put into words."""

from collections.abc import Callable, Mapping

from grader.model.facts import Symptom
from grader.model.text import Text, say
from grader.wording.about import count, word
from grader.wording.values import code


def _ended(symptom: Symptom) -> Text:
    line, name = count(symptom, "line") or 0, code(word(symptom, "name"))
    match word(symptom, "how"):
        case "at once":
            return say(
                "Line {line} uses {name}, which ends the process that the notebook runs in, "
                "without an exception: nothing after it runs there. Leave it out.",
                line=line,
                name=name,
            )
        case "memory":
            return say(
                "Line {line} uses {name}, which goes past Python: a mistake there ends the process "
                "that the notebook runs in, without an exception. Do without it.",
                line=line,
                name=name,
            )
        case "recursion":
            return say(
                "Line {line} uses {name}: past Python's own limit, a function that calls itself "
                "too deeply ends the process that the notebook runs in, in place of raising "
                "`RecursionError`. Leave the limit as it is.",
                line=line,
                name=name,
            )
        case "limit":
            return say(
                "Line {line} uses {name}: a process that goes over such a limit is ended, without "
                "an exception. Leave it out.",
                line=line,
                name=name,
            )
        case _:
            return _unknown(symptom)


def _unknown(symptom: Symptom) -> Text:
    if symptom.path:
        return say(
            "The process that the notebook runs in ended within {code}, without an exception, so "
            "that no line is known. A function that calls itself without end may do that, too much "
            "memory, or a library that fails: call it in your notebook, and see whether the kernel "
            "dies.",
            code=code(symptom.path),
        )
    return say(
        "The process that the notebook runs in ended in this cell, without an exception, so that "
        "no line is known; nothing after that ran in it. A function that calls itself without end "
        "may do that, too much memory, or a library that fails. Restart the kernel, run the cells "
        "above, and then the lines of this one by one, until the kernel dies."
    )


SENTENCES: Mapping[str, Callable[[Symptom], Text]] = {"ended": _ended}
