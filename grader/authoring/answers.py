"""The checks and cells of answers that are no value of code: choices, and texts for a person."""

import ast
import re
import textwrap
from collections.abc import Mapping, Sequence

from grader.authoring.check_header import numbered
from grader.authoring.directives import ExerciseHeader
from grader.authoring.fields import by_language
from grader.authoring.header import HeaderError
from grader.authoring.region import region_lines
from grader.authoring.solution import PLACEHOLDER
from grader.comparing.choices import chosen
from grader.model.answer import Choices
from grader.model.assignment import Cell, Check
from grader.model.facts import NotAChoice
from grader.model.values import NumberValue, SequenceValue, TextValue, Value
from grader.syntax.answer_mark import marked, names
from grader.syntax.definitions import sole_target

CHOICE, TEXT = "# YOUR CHOICE HERE", "# YOUR TEXT HERE"  # as PLACEHOLDER, which is for code
PROSE = "*Write your answer here, in place of this line.*"
_TOO_MANY = (
    "all choices are right, so that whoever writes all letters has the points; add one that is"
    " wrong"
)


def is_header(said: str) -> bool:
    """Whether lines above prose are the header of an exercise; one key alone may be shown there."""
    keys = re.findall(r"(?m)^(\w+)[ \t]*:", said)
    return "exercise" in keys and len(keys) > 1


def checks(said: ExerciseHeader, solution: str) -> tuple[Check, ...]:
    """Return the checks of an exercise's code cell. solution: the code that is one.

    Raises HeaderError.
    """
    if said.checks:
        return tuple(numbered(said.checks))
    name = sole_target(textwrap.dedent(solution))
    if said.choices:
        return (_choice(said, name, solution),)
    if name is not None:
        return (Check(expression=name, constant=True, min_words=max(said.min_words, 1)),)
    if said.min_words:
        raise HeaderError(
            "`min_words` counts those of a text, so the solution is an assignment of one, as"
            ' `why = "…"`',
            at=["min_words"],
        )
    return ()  # a person reads the code


def called(said: ExerciseHeader, blank: Sequence[str]) -> list[str]:
    """Return the lines of a blank such that they ask for an answer of this kind."""
    asked = CHOICE if said.choices else TEXT if said.min_words else PLACEHOLDER
    return [line.replace(PLACEHOLDER, asked) for line in blank]


def _choice(said: ExerciseHeader, name: str | None, solution: str) -> Check:
    """Return the check of a choice. Raises HeaderError."""
    texts = {letter: by_language(text) for letter, text in said.choices.items()}
    letters = ", ".join(texts)
    if name is None:
        raise HeaderError(
            f'the solution of a choice is an assignment of letters ({letters}), as `answer = "a"`',
            at=["choices"],
        )
    value = _literal(solution)
    several = Choices(texts=texts, several=True)
    right = chosen(value, several) if value is not None else None
    if right is None or isinstance(right, NotAChoice):
        raise HeaderError(
            f'the solution names none of the choices: write `{name} = "a"`, or where several may be'
            f' right a list, `{name} = ["a", "b"]`, with letters of {letters}',
            at=["choices"],
        )
    if len(right) == len(texts):
        raise HeaderError(_TOO_MANY, at=["choices"])
    is_one = isinstance(value, TextValue) and len(right) == 1
    if said.partial and is_one:
        raise HeaderError(
            "`partial` is for choices of which several may be right: write the solution as a list",
            at=["partial"],
        )
    return Check(
        expression=name,
        constant=True,
        choices=Choices(texts=texts, several=not is_one, partial=said.partial),
    )


def _literal(solution: str) -> Value | None:
    """Return the value of an assignment, where it is written out."""
    (statement,) = ast.parse(textwrap.dedent(solution)).body
    assert isinstance(statement, ast.Assign)
    try:
        return _value(ast.literal_eval(statement.value))
    except (ValueError, TypeError):
        return None


def _value(found: object) -> Value | None:
    if isinstance(found, str):
        return TextValue(type="str", value=found)
    if isinstance(found, int):
        return NumberValue(type="int", value=found)
    if isinstance(found, list | tuple | set):
        items = [_value(one) for one in found]
        return SequenceValue(
            type=type(found).__name__, items=tuple(one for one in items if one is not None)
        )
    return None


def text_cell(said: ExerciseHeader, body: str, number: int) -> Cell:
    """Return the Markdown cell that answers an exercise. body: what stands below its header.

    Raises HeaderError.
    """
    asked: Mapping[str, object] = {
        "checks": said.checks,
        "choices": said.choices,
        "properties": said.properties,
        "forbid": said.forbid,
        "needs": said.needs,
        "limit": said.limit,
        "builds_on": said.builds_on,
    }
    for key, value in asked.items():
        if value:
            raise HeaderError(f"`{key}` is for code; this is a Markdown cell", at=[key])
    if not said.manual:
        raise HeaderError(
            "a text in a Markdown cell is for a person to read: write `manual: true`",
            at=["exercise"],
        )
    if names(body):
        raise HeaderError("the mark `<!-- exercise: … -->` is written by `grader build` alone")
    before, solution, after = region_lines(body)
    name, blank = said.exercise, said.blank if isinstance(said.blank, str) else PROSE
    return Cell(
        id=f"exercise-{name}",
        role="text",
        source=marked(name, "\n".join([*before, blank.strip("\n"), *after]).strip()),
        solution=marked(name, "\n".join([*before, *solution, *after]).strip()),
        exercise=name,
        around="\n".join([*before, *after]),
        number=number,
    )
