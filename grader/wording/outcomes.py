"""Outcomes, and how a cell ended, put into words."""

from typing import assert_never

from grader.model.result import ExerciseOutcome, ExerciseResult, Hides, Outcome
from grader.model.text import Text, say, verbatim


def outcome(name: Outcome | ExerciseOutcome) -> Text:
    """Return what an outcome is called."""
    match name:
        case "right":
            return say("right")
        case "right by follow-through":
            return say("right, but for an earlier answer")
        case "partly right":
            return say("partly right")
        case "wrong":
            return say("not right yet")
        case "blank":
            return say("not filled in")
        case "missing":
            return say("cell not found")
        case "timed out":
            return say("took too long")
        case "crashed":
            return say("ended the kernel")
        case "not graded here":
            return say("not graded here")
        case "could not be run here":
            return say("could not be run here")
        case "waits for a person":
            return say("waits for a person")
        case "marked by a person":
            return say("marked by a person")
        case "graded":
            return say("graded")
        case "not graded":
            return say("could not be graded")
        case "needs review":
            return say("needs review")
        case _:
            assert_never(name)


def hidden(what: Hides) -> Text:
    """Return what a check is called of which something is hidden."""
    match what:
        case "data" | "":  # of old results it is not known
            return say("hidden data")
        case "check":
            return say("not in the notebook")
        case "moment":
            return say("values not shown")
        case _:
            assert_never(what)


def why_hidden(what: Hides) -> Text:
    """Return what that means."""
    match what:
        case "data" | "":
            return say("Checked on data that you have not seen")
        case "check":
            return say("The notebook does not show this check")
        case "moment":
            return say("Looked at after your code had been given hidden data")
        case _:
            assert_never(what)


def letter(name: ExerciseOutcome) -> Text:
    """Return the letter that stands for an outcome, another for each."""
    match name:
        case "right":
            return say("R")
        case "right by follow-through":
            return say("F")
        case "partly right":
            return say("P")
        case "wrong":
            return say("W")
        case "blank":
            return say("B")
        case "missing":
            return say("M")
        case "timed out":
            return say("T")
        case "crashed":
            return say("C")
        case "not graded here":
            return say("N")
        case "could not be run here":
            return say("X")
        case "waits for a person":
            return say("A")
        case "marked by a person":
            return say("D")
        case _:
            assert_never(name)


def fault(result: ExerciseResult) -> Text:
    """Return what stands above the line of a student's code at which the cell ended."""
    assert result.error is not None
    if result.outcome == "timed out":
        return say("The cell was stopped while it was here:")
    if result.error.name == "StdinNotImplementedError":
        return say("The cell asks for input, which nobody can give here.")
    found = ": ".join(filter(None, (result.error.name, result.error.message)))
    if result.error.written_for:
        return say(
            "{error} (written for Python {version}, run on {run_on})",
            error=found,
            version=result.error.written_for,
            run_on=result.error.run_on,
        )
    return verbatim(found)
