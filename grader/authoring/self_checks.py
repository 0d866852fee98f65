"""The cells of a released notebook in which students look at their answers.

They are plain Python, so that the notebook needs nothing but itself. They print and never raise:
whoever runs the whole notebook gets to its end.
"""

import json
import textwrap
from collections.abc import Iterator
from string import Template
from typing import NamedTuple

from grader.authoring.answer_checks import claims
from grader.authoring.dependencies import asked
from grader.authoring.public import public
from grader.authoring.record_claims import record_claim
from grader.comparing.bounds import numbers_of
from grader.model.assignment import Cell, Check, Exercise
from grader.model.features import Bound
from grader.model.text import Text, listed, say
from grader.model.values import (
    SEVERAL,
    MappingValue,
    NumberValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
)
from grader.syntax.validity import fault
from grader.wording.catalogue import translated
from grader.wording.values import told

LINE = 100  # characters
_ANSWER = "_answer"  # the function that runs a check's statements
RIGHT, WRONG, OPEN = "✓", "✗", "–"  # what a line of a self-check begins with

# `_form` says of a value what `describe` does.
_TOOLS = Template("""\
$head
def describe(value):
    if "torch" in str(getattr(value, "dtype", "")):
        return f"$tensor"
    if hasattr(value, "dtype"):
        return f"$array"
    if isinstance(value, tuple):
        return f"$tuple"
    if isinstance(value, list):
        return f"$list"
    return type(value).__name__


def verdict(name, value, expected, values, rtol, atol):
    from math import isclose

    def numbers(value):
        value = value.tolist() if hasattr(value, "tolist") else value
        return sum(map(numbers, value), []) if isinstance(value, (list, tuple)) else [value]

    def is_near(one, other):
        is_nan = one != one and other != other
        return is_nan or isclose(one, other, rel_tol=rtol, abs_tol=atol)

    parts = value if isinstance(value, (tuple, list)) else [value]
    if any(part is ... or part is None for part in parts):
        return f"– $blank"
    if expected is None:
        return f"✓ {name}" if value else f"✗ $fails"
    found = describe(value)
    if isinstance(value, (int, float)) and expected.endswith(" ()"):
        found = expected  # $number
    if found != expected:
        return f"✗ $wrong"
    if values is None:
        return f"✓ {name}: {expected}"
    pairs = list(zip(numbers(value), numbers(values), strict=True))
    off = [pair for pair in pairs if not is_near(*pair)]
    if off:
        found, near = off[0]
        return f"✗ $off"
    return f"✓ $near"


def self_check(name, answer, expected=None, values=None, rtol=0.0, atol=0.0):
    try:
        print(verdict(name, answer(), expected, values, rtol, atol))
    except Exception as error:
        print(f"– $stopped")""")
_HEAD = say(
    "The self-checks below use these functions. They look at types, shapes and dtypes, and at"
    " values only where they hold some. They promise nothing: whether an answer is right is seen"
    " when it is graded."
)
_ABOVE = say("Self-check: run it after the cell above.")
_LATER = say("Whether all of it is right, on other data too, is seen when it is graded.")
_OF_CHOICE = say("Whether it is right is seen when it is graded.")
_BY_A_PERSON = say("What it is worth, a person says who reads it.")


def tools(language: str) -> str:
    """Return the functions of the self-checks; their texts are f-strings in the notebook."""
    texts = {
        "tensor": _tensor("{value.dtype}", "{tuple(value.shape)}"),
        "array": _array("{value.dtype}", "{value.shape}"),
        "tuple": _tuple("{', '.join(map(describe, value))}"),
        "list": _list("{len(value)}"),
        "number": say("a Python number will do for a tensor without axes"),
        **_verdicts(),
    }
    found = {name: translated(text, language) for name, text in texts.items()}
    head = textwrap.wrap(translated(_HEAD, language), width=LINE - 2)
    return _TOOLS.substitute(found, head="\n".join(f"# {line}" for line in head))


def _verdicts() -> dict[str, Text]:
    """Return what a self-check may say, with the names of the function in braces."""
    name, expected = "{name}", "{expected}"
    return {
        "blank": say("{name}: not filled in yet", name=name),
        "fails": say("{name}: this should hold, and does not", name=name),
        "wrong": say(
            "{name}: this should be: {expected}; it is: {found}",
            name=name,
            expected=expected,
            found="{found}",
        ),
        "near": say(
            "{name}: {expected}, and its values are right for these data",
            name=name,
            expected=expected,
        ),
        "off": say(
            "{name}: {expected}, but values are wrong: {off} of {all}, as {found} for {near}",
            name=name,
            expected=expected,
            off="{len(off)}",
            all="{len(pairs)}",
            found="{found:.6g}",
            near="{near:.6g}",
        ),
        "stopped": say(
            "{name}: cannot be looked at yet ({error})",
            name=name,
            error="{type(error).__name__}: {error}",
        ),
    }


def self_check(exercise: Exercise, cell: Cell, expected: Values, language: str) -> str:
    """Return the self-check of an exercise; empty where there is nothing to look at.

    expected: what the reference's checks gave.
    """
    calls = [*_checks(exercise, cell, expected, language)]
    calls += [_call(name, expression) for name, expression in claims(exercise, language)]
    for one in exercise.properties:
        name = one.title_in(language) or _on_a_line(one.expression)
        calls.append(_call(name, one.expression))
    if not calls:
        return ""
    above, later = translated(_ABOVE, language), _quoted(translated(_later(exercise), language))
    return "\n".join([f"# {above}", *calls, f"print({later})"])


def _later(exercise: Exercise) -> Text:
    """Return what a self-check does not tell."""
    if exercise.manual:
        return _BY_A_PERSON
    return _LATER if exercise.choices is None else _OF_CHOICE


def _checks(exercise: Exercise, cell: Cell, expected: Values, language: str) -> Iterator[str]:
    answered = asked(cell)
    for check in exercise.checks:
        if check.hidden or check.given or check.of or check.expression not in expected:
            continue
        if check.choices is not None or check.min_words:
            continue  # its form is the student's
        if (answer := _answer(check)) is None:
            continue
        base, _, last = check.expression.partition(".")
        is_answer = check.is_call or base in answered or last.endswith("grad")
        if not is_answer and not check.public:
            continue  # it is there before the answer, in the form that it keeps
        value = expected[check.expression]
        name = check.title_in(language) or _on_a_line(check.expression)
        if check.is_threshold:
            numbers = numbers_of(value)
            if numbers is not None and len(numbers) == 1:
                bound = told(Bound(at_least=check.at_least, at_most=check.at_most))
                name = f"{name}: {translated(bound, language)}"
                yield answer.definition + _call(name, _kept(check, answer.expression))
        elif (form := _form(value)) is not None:
            said = [_quoted(translated(form, language)), *_values(check, value)]
            yield answer.definition + _call(name, answer.expression, *said)
        elif (claim := _record(check, answer, value)) is not None:
            yield _call(f"{name}: {translated(claim[0], language)}", claim[1])


def _record(check: Check, answer: "_Answer", value: Value) -> tuple[Text, str] | None:
    if not isinstance(value, RecordValue) or check.run:
        return None
    return record_claim(check, answer.expression, value)


class _Answer(NamedTuple):
    """The code that gives what a check compares, and what is defined for it."""

    expression: str
    definition: str = ""


def _answer(check: Check) -> _Answer | None:
    """Return the code for what a check compares; None where a function cannot hold it.

    Of what its statements bind, nothing is left in the notebook.
    """
    if check.view:
        return _Answer(f"(lambda value: {check.view})({check.expression_alone})")
    if not check.run:
        return _Answer(check.expression)
    body = f"{check.run}\nreturn {', '.join(check.compared)}"
    code = "\n".join([f"def {_ANSWER}():", textwrap.indent(body, "    ")])
    # In a text of several lines the margin would be a part of it.
    if any(marks in body for marks in ('"""', "'''")) or fault(code) is not None:
        return None
    return _Answer(f"{_ANSWER}()", f"\n\n{code}\n\n\n")


def _kept(check: Check, expression: str) -> str:
    """Return the expression that is true where a number keeps the bounds of a check."""
    answer = expression if check.run else f"({expression})"
    low = [] if check.at_least is None else [f"{check.at_least:g}"]
    high = [] if check.at_most is None else [f"{check.at_most:g}"]
    return " <= ".join([*low, answer, *high])


def _values(check: Check, value: Value) -> Iterator[str]:
    shown = public(value, check) if check.public else None
    if shown is None:
        return
    yield shown.literal(LINE - 4)
    if shown.rtol:
        yield f"rtol={shown.rtol}"
    if shown.atol:
        yield f"atol={shown.atol}"


def _call(name: str, expression: str, *others: str) -> str:
    """Return the call that looks at an expression; what it raises is the function's to catch."""
    answer = f"({expression})" if "\n" in expression else expression
    called = _ANSWER if answer == f"{_ANSWER}()" else f"lambda: {answer}"
    arguments = [_quoted(name), called, *others]
    call = f"self_check({', '.join(arguments)})"
    if len(call) <= LINE and "\n" not in call:
        return call
    lines = (textwrap.indent(f"{part},", "    ") for part in arguments)
    return "\n".join(["self_check(", *lines, ")"])


def _tensor(dtype: str, shape: str) -> Text:
    return say("{dtype} tensor of shape {shape}", dtype=dtype, shape=shape)


def _array(dtype: str, shape: str) -> Text:
    return say("{dtype} array of shape {shape}", dtype=dtype, shape=shape)


def _tuple(items: Text | str) -> Text:
    return say("tuple of ({items})", items=items)


def _list(length: str) -> Text:
    return say("list of length {length}", length=length)


def _form(value: Value) -> Text | None:
    """Describe a value as the `describe` of the released notebook does; None for what it cannot."""
    match value:
        case TensorValue():
            if value.kind == "tensor":
                return _tensor(f"torch.{value.dtype}", str(value.shape))
            return _array(value.dtype, str(value.shape))
        case MappingValue(type=name) if name == SEVERAL:
            return _form(value.in_order)
        case SequenceValue(type="tuple"):
            forms = [_form(item) for item in value.items]
            known = [form for form in forms if form is not None]
            return _tuple(listed(known)) if len(known) == len(forms) else None
        case SequenceValue(type="list"):
            return _list(str(len(value.items)))
        case NumberValue(type="int" | "float" | "bool" | "complex"):
            return listed([value.type])
        case TextValue(type="str"):
            return listed([value.type])
        case _:
            return None


def _on_a_line(expression: str) -> str:
    return " ".join(expression.split())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
