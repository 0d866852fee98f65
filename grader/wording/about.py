"""What a symptom is about, as its sentence needs it."""

from grader.model.facts import Symptom
from grader.model.features import Count, Flag, Name, Names
from grader.model.text import Text, say, verbatim
from grader.wording.values import code, told

NOTHING = verbatim("")


def subject(symptom: Symptom) -> Text:
    """Return what the sentence is about: a value, or all that is wrong in one."""
    if is_so(symptom, "parts"):
        return say("What is wrong in {code}", code=code(symptom.path))
    return code(symptom.path)


def is_so(symptom: Symptom, name: str) -> bool:
    """Whether something is known to be so."""
    return symptom.about.get(name) == Flag(value=True)


def count(symptom: Symptom, name: str) -> int | None:
    """Return a number; None where it is not known, or not told."""
    found = symptom.about.get(name)
    return found.number if isinstance(found, Count) else None


def word(symptom: Symptom, name: str) -> str:
    """Return a name; empty where it is not known, or not told."""
    found = symptom.about.get(name)
    return found.name if isinstance(found, Name) else ""


def words(symptom: Symptom, name: str) -> tuple[str, ...]:
    """Return some names; none where they are not known, or not told."""
    found = symptom.about.get(name)
    return found.names if isinstance(found, Names) else ()


def features(symptom: Symptom, *names: str) -> dict[str, Text]:
    """Return what is known, in words, by what it is called."""
    return {name: told(symptom.about[name]) for name in names}


def in_line(symptom: Symptom) -> Text:
    """Return where in the code it is; nothing where that is not known, or not told."""
    line = count(symptom, "line")
    return say(" in line {line}", line=line) if line is not None else NOTHING
