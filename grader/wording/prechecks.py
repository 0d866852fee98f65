"""What is said of a notebook before it is handed in: never that something is right."""

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from grader.model.facts import Forbidden, NothingThere, Stopped
from grader.model.precheck import CheckedExercise, Import, Precheck, Standing, Stop
from grader.model.text import Text, counted, few, listed, say, verbatim
from grader.wording.absences import too_few
from grader.wording.diagnoses import sentence
from grader.wording.rulings import rule
from grader.wording.values import code

Title = Callable[[str], str]  # of an exercise, by its name

MOST_CELLS, MOST_FILES = 5, 5  # that are named
MUCH = 0.5  # the share of a limit from which the time is told

FIRST = say("Do this first")
EXERCISES = say("Exercises")
ELSEWHERE = say("Other cells that stop")
PACKAGES = say("Packages")
MENDED = say("What would be mended when it is handed in")
FILES = say("Files")
TIME = say("Time and memory")
PROMISE = say(
    "This is no grade, and says nothing about marks: whether values are right is seen when it is"
    " graded."
)
NOTHING = say("There is nothing left to do that can be told before it is graded.")

SHORT: Mapping[Standing, Text] = {
    "runs": say("runs"),
    "stops": say("stops"),
    "does not fit": say("does not fit"),
    "too short": say("too short"),
    "forbidden": say("forbidden"),
    "blank": say("blank"),
    "missing": say("missing"),
    "not reached": say("not reached"),
    "not here": say("not here"),
    "written": say("written"),
}


def head(file: str, saved: str, title: str) -> Text:
    """Return what is looked at. saved: when the file was last written."""
    if not saved:
        return verbatim(f"{file}: {title}")
    return say("{file}, saved {moment}: {title}", file=file, moment=saved, title=title)


def summary(found: Precheck) -> Text:
    """Return how many exercises have come how far."""
    number = dict.fromkeys(SHORT, 0)
    for exercise in found.exercises:
        number[exercise.standing] += 1
    total = counted("{number} exercise", "{number} exercises", len(found.exercises))
    parts = [_counts(one, many) for one, many in number.items() if many]
    return say("{total}: {parts}", total=total, parts=listed(parts))


def _counts(standing: Standing, number: int) -> Text:
    match standing:
        case "runs":
            return counted("{number} runs to the end", "{number} run to the end", number)
        case "stops":
            return counted("{number} stops", "{number} stop", number)
        case "does not fit":
            return counted(
                "{number} does not fit its self-check",
                "{number} do not fit their self-checks",
                number,
            )
        case "forbidden":
            return counted(
                "{number} uses what is forbidden", "{number} use what is forbidden", number
            )
        case "blank":
            return counted("{number} is not filled in", "{number} are not filled in", number)
        case "missing":
            return counted("{number} has no cell", "{number} have no cell", number)
        case "not reached":
            return counted("{number} was not reached", "{number} were not reached", number)
        case "not here":
            return counted("{number} needs a GPU", "{number} need a GPU", number)
        case "too short":
            return counted("{number} text is too short", "{number} texts are too short", number)
        case "written":
            return counted(
                "{number} text is there for a person",
                "{number} texts are there for a person",
                number,
            )
        case _:
            assert_never(standing)


def of_exercise(found: CheckedExercise, title: Title) -> Text:
    """Return how far an exercise has come, in a line."""
    match found.standing:
        case "runs" if found.self_check is None:
            return say("runs to its end; it has no self-check")
        case "runs":
            return say("runs to its end, and fits its self-check")
        case "does not fit":
            return say("runs to its end, but does not fit its self-check")
        case "stops":
            return where(found.stop) if found.stop is not None else SHORT["stops"]
        case "forbidden":
            return rule(Forbidden(uses=found.uses), title)
        case "blank" if found.state == "filled":
            lines = few([str(line) for line in found.blanks], MOST_CELLS)
            return counted(
                "not filled in to the end: there is a `...` in line {lines}",
                "not filled in to the end: there is a `...` in lines {lines}",
                len(found.blanks),
                lines=lines,
            )
        case "blank":
            return rule(NothingThere(state="blank"), title)
        case "missing":
            return say("there is no cell for it: copy it from the notebook that you were given")
        case "not reached":
            return say("it was not run, since the time was used up or the kernel was lost above it")
        case "not here":
            return say("needs a CUDA device, and was not looked at")
        case "too short":
            return too_few(*found.words)
        case "written":
            number, _ = found.words
            return counted(
                "a text of {number} word, which a person will read",
                "a text of {number} words, which a person will read",
                number,
            )
        case _:
            assert_never(found.standing)


def titled(found: CheckedExercise, title: Title) -> Text:
    """Return what an exercise is called, with its cell."""
    name = title(found.name)
    if found.cell is None:
        return verbatim(name)
    return say("{title} (cell {cell})", title=name, cell=found.cell)


def where(stop: Stop) -> Text:
    """Return which cell stops where, and with what."""
    place = _place(stop)
    if stop.ending != "error":
        reason = rule(Stopped(ending=stop.ending, exceeded=stop.exceeded), str)
        return say("{place}: {reason}", place=place, reason=reason)
    return say("{place} stops: {error}", place=place, error=_error(stop))


def _place(stop: Stop) -> Text:
    line = stop.fault.line if stop.fault is not None else None
    if stop.role == "self_check":
        return say("its self-check")
    if stop.cell is None:
        return say("given code")
    if line is None:
        return say("cell {cell}", cell=stop.cell)
    return say("cell {cell}, line {line}", cell=stop.cell, line=line)


def _error(stop: Stop) -> Text:
    if stop.fault is None:
        return say("an error")
    first = stop.fault.message.strip().split("\n")[0][:200]
    return verbatim(f"{stop.fault.name}: {first}" if first else stop.fault.name)


def why(stop: Stop, title: Title) -> list[Text]:
    """Return what helps with a cell that stops."""
    said = sentence(stop.symptom) if stop.symptom is not None else None
    told = [said] if said is not None else []
    if stop.role == "given" and not stop.below_blank:
        told.append(
            say(
                "It is given code, which builds on what stands above it: look at the answers that"
                " it reads."
            )
        )
    if stop.role == "self_check":
        told.append(say("A self-check calls what you wrote: the reason is there."))
    return [*told, *from_above(stop, title)]


def from_above(stop: Stop, title: Title) -> list[Text]:
    """Return what above a cell may be why it stops, if anything."""
    if not stop.below_blank:
        return []
    blank = title(stop.below_blank)
    return [say("It may come from what is not filled in above it: {title}.", title=blank)]


def to_do(found: CheckedExercise) -> Text:
    """Return what to do about an exercise that does not stop."""
    match found.standing:
        case "blank":
            return say("Fill it in.")
        case "too short":
            return say("Write more.")
        case "missing":
            return say("Put its cell back.")
        case "forbidden":
            return say("Do without what the task forbids.")
        case "does not fit":
            return say("Compare what its self-check prints with the task.")
        case _:
            return say("Look at what stops above it.")


def lacking(one: Import) -> Text:
    """Return what is said of a module that is not installed here."""
    return say(
        "{name} is not installed here ({cells}): the cells that need it cannot be looked at",
        name=code(one.name),
        cells=_cells(one),
    )


def unusual(one: Import) -> Text:
    """Return what is said of a module that the assignment itself does not import."""
    return say(
        "{name} ({cells}): the assignment itself does not import it, so it may be missing where"
        " this is graded",
        name=code(one.name),
        cells=_cells(one),
    )


def _cells(one: Import) -> Text:
    cells = few([str(cell) for cell in one.cells], MOST_CELLS)
    return counted("cell {cells}", "cells {cells}", len(one.cells), cells=cells)


def files(names: Sequence[str]) -> Text:
    """Return what is said of the files that the code names."""
    return say("hand in beside the notebook: {names}", names=few(list(names), MOST_FILES))


def missing(names: Sequence[str]) -> Text:
    """Return what is said of files that come with the assignment, and are not there."""
    return counted(
        "{names} comes with the assignment and does not lie beside the notebook, so that code which"
        " reads it fails here: get it from where the notebook is from. It is there when this is"
        " graded.",
        "{names} come with the assignment and do not lie beside the notebook, so that code which"
        " reads them fails here: get them from where the notebook is from. They are there when this"
        " is graded.",
        len(names),
        names=few(list(names), MOST_FILES),
    )


def times(found: Precheck, title: Title) -> list[Text]:
    """Return what it took, and which exercises come near their limits."""
    told = [
        say(
            "{seconds} s of CPU time in all; {limit} s are allowed",
            seconds=f"{found.seconds:.1f}",
            limit=f"{found.limit:g}",
        )
    ]
    if found.memory:
        told.append(
            say(
                "{held} MiB of memory at most, torch among them; {limit} MiB are allowed",
                held=found.memory // 2**20,
                limit=found.memory_limit // 2**20,
            )
        )
    for one in found.exercises:
        if one.seconds >= MUCH * one.limit:
            told.append(
                say(
                    "{title}: {seconds} s; {limit} s are allowed",
                    title=title(one.name),
                    seconds=f"{one.seconds:.1f}",
                    limit=f"{one.limit:g}",
                )
            )
    return told


def without_bundle(ending: str) -> Text:
    """Return what cannot be told. ending: of the names of bundles."""
    return say(
        "Looked at without the file NAME{ending} of the assignment: what was released is not known"
        " then, and nothing is said of given code that was changed or deleted, of what is forbidden"
        " and of its own limits. Put that file beside the notebook, or name it by --bundle.",
        ending=ending,
    )
