"""Whether the tests of an imported notebook hold of its own solutions, as they were written.

A check takes its value from the solution, so that what a test asserts besides would be lost.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import grader.student_side
from grader.authoring.importers.draft import Draft
from grader.authoring.importers.pieces import Answer, Given, Piece, Remark, Tested
from grader.authoring.importers.test_functions import flat
from grader.authoring.marks import without_marks
from grader.kernels.kernel import KernelFactory
from grader.model.submission import Step
from grader.reference import LIMITS
from grader.running.outputs import fault
from grader.running.plan import RunPlan
from grader.running.recording import Recording
from grader.running.run import Run
from grader.syntax.magics import without_magics

_SHOWN = 80  # characters of an assertion
_TOOLS = Path(inspect.getfile(grader.student_side)).with_name("asserted_value.py")
_Placed = tuple[Step, Tested | None, ast.stmt | None]


def unmet(draft: Draft, factory: KernelFactory) -> list[Remark]:
    """Return the assertions that are False for the solutions beside them, with their places."""
    placed = [*_steps(draft.pieces)]
    plan = RunPlan(
        steps=tuple(step for step, _, _ in placed), exercises=(), recording=Recording(),
        kernels=factory, device="cpu", limits=LIMITS, files=tuple(draft.files.items()),
        is_watched=False,
    )  # fmt: skip
    with Run(plan, see=lambda look: None) as run:
        run.execute()
    found = []
    for ran, (_, test, statement) in zip(run.ran, placed, strict=False):
        error = fault(ran)
        if error is None:
            continue
        if test is None:
            break  # what rests on it says nothing, and that it fails is told of the source
        if error.name == "AssertionError" and statement is not None:
            first = next(iter(error.message.strip().splitlines()), "")
            said = f" ({first})" if first else ""
            found.append(
                Remark(
                    cell=test.cell,
                    line=test.first_line + statement.lineno - 1,
                    what=f"`{_short(ast.unparse(statement))}`",
                    why=f"it does not hold of the solution in this notebook{said}; what is checked"
                    " is what the solution gives, so mend one of them",
                )
            )
    return found


def _steps(pieces: tuple[Piece, ...]) -> Iterator[_Placed]:
    """Yield what is run: code as it stands, and each statement of a test by itself."""
    yield _step(_TOOLS.read_text(encoding="utf-8")), None, None
    for piece in pieces:
        match piece:
            case Given(source=source):
                yield _step(source), None, None
            case Answer(kind="code", code=code):
                yield _step(without_marks(code)), None, None
            case Tested(code=code):
                try:
                    body, _ = flat(ast.parse(without_magics(code)).body)
                except (SyntaxError, ValueError, RecursionError):
                    continue  # that it cannot be read is told already
                for one in body:
                    yield _step(ast.unparse(one)), piece, one


def _step(source: str) -> Step:
    return Step(source=source, role="own")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
