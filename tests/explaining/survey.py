"""Grades wrong answers and says what is told of each: `python -m tests.explaining.survey`."""

import argparse
import ast
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

import nbformat

from grader.authoring.region import SolvedCell
from grader.authoring.release import in_language
from grader.authoring.solution import EVERY, solved_cell
from grader.feedback import feedback
from grader.formats import notebook
from grader.grade import grade
from grader.kernels.kernel import Limits
from grader.model.assignment import Assignment
from grader.model.result import ExerciseResult
from grader.model.submission import Submission
from grader.reference import Reference
from tests.conftest import TOP, kernels, reference_of
from tests.explaining.wrong_answers.answer import Wrong

NAMES = ("tensors", "autograd", "layers", "gradient_descent")


def answers(name: str) -> tuple[Wrong, ...]:
    """Return the wrong answers to an assignment."""
    return tuple(import_module(f"tests.explaining.wrong_answers.{name}").ANSWERS)


def graded(
    name: str, reference: Reference, *, language: str = "en"
) -> Iterator[tuple[Wrong, ExerciseResult]]:
    """Grade the wrong answers to an assignment, many in one notebook, and yield what each gave."""
    parts = solved_cells(TOP / "reference" / f"{name}.py")
    for group in packed(answers(name), reference.assignment):
        text = handed_in(group, reference.assignment, parts, language)
        submission = Submission(
            student="s", source="s.ipynb", notebook=notebook.read(text.encode()), digest="0" * 64
        )
        limits = Limits(cell=2.0, submission=60.0)
        done = grade(submission, reference, factory=kernels(), limits=limits, language=language)
        told = feedback(done.report, reference.assignment)
        results = {result.exercise: result for result in told.exercises}
        for wrong in group:
            yield wrong, results[wrong.exercise]


def solved_cells(path: Path) -> dict[str, SolvedCell]:
    """Return the cell of each exercise of a source, in parts."""
    found = {}
    for cell in re.split(r"(?m)^# %%.*\n", path.read_text(encoding="utf-8")):
        if named := re.match(r"#\| exercise: (\S+)", cell):
            body = "\n".join(line for line in cell.split("\n") if not line.startswith("#|"))
            found[named[1]] = solved_cell(body, {EVERY: "..."})
    return found


def packed(wrong: Sequence[Wrong], assignment: Assignment) -> list[list[Wrong]]:
    """Put wrong answers that have nothing to do with each other into one notebook."""
    linked = {
        frozenset((exercise.name, owner))
        for exercise in assignment.exercises
        for owner in exercise.builds_on
    }

    def fits(one: Wrong, group: Sequence[Wrong]) -> bool:
        return not any(
            one.alone
            or other.alone
            or other.exercise == one.exercise
            or frozenset((other.exercise, one.exercise)) in linked
            for other in group
        )

    groups: list[list[Wrong]] = []
    for one in wrong:
        group = next((group for group in groups if fits(one, group)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def handed_in(
    group: Sequence[Wrong], assignment: Assignment, parts: Mapping[str, SolvedCell], language: str
) -> str:
    """Return a notebook with these answers; all others are the reference's."""
    path = TOP / "assignments" / language / f"{assignment.name}.ipynb"
    made = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    cells = {cell.id: cell for cell in made.cells}
    sources = dict(assignment.solutions)
    for one in group:
        part = parts[one.exercise]
        lines = [*part.regions[0].above, *one.lines.split("\n"), *part.below]
        sources[one.exercise] = "\n".join(lines) if one.raw else _variant(part, one.lines)
    for exercise, source in sources.items():
        cells[f"exercise-{exercise}"].source = in_language(source, language, assignment.languages)
    for one in group:
        if one.before:
            place = made.cells.index(cells[f"exercise-{one.exercise}"])
            made.cells.insert(place, nbformat.v4.new_code_cell(one.before))
    return nbformat.writes(made, ensure_ascii=False) + "\n"


def _variant(cell: SolvedCell, code: str) -> str:
    """Return a cell with this code, and with the functions of the solution that it leaves out."""
    solution = textwrap.dedent("\n".join(cell.regions[0].solution)).strip("\n")
    parts, own = _definitions(solution), _bound(code)
    missing = [part for name, part in parts.items() if name not in own]
    if missing and len(missing) < len(parts):
        code = "\n\n\n".join([*missing, code])
    return cell.variant(code)


def _definitions(code: str) -> dict[str, str]:
    """Return the functions and names that code consists of; nothing where there is more."""
    found = {}
    for statement in _tree(code).body[0].body:
        match statement:
            case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                lines = code.split("\n")[statement.lineno - 2 : statement.end_lineno - 1]
                found[name] = "\n".join(lines)
            case _:
                return {}
    return found


def _bound(code: str) -> set[str]:
    nodes = list(ast.walk(_tree(code)))
    names = {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return names | {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def _tree(code: str) -> ast.Module:
    """Return the tree of code that may hold a `return` of its own."""
    return ast.parse(f"def around():\n{textwrap.indent(code, ' ')}")


def kinds(result: ExerciseResult) -> set[str]:
    """Return the kinds of what is said of a result, known mistakes by their names."""
    return {f"mistake {one.mistake}" if one.mistake else one.kind for one in result.diagnoses}


def main() -> None:
    """Print what is said of each wrong answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES)
    parser.add_argument("--language", default="en")
    asked = parser.parse_args()
    for name in asked.names:
        reference = reference_of(TOP / "reference" / f"{name}.py")
        for wrong, result in graded(name, reference, language=asked.language):
            print(f"=== {name} {wrong.exercise} / {wrong.name}: {result.outcome}, {result.rule}")
            print(textwrap.indent(wrong.lines, "    "))
            for one in result.diagnoses:
                print("  *", one.kind, one.mistake, "::", one.text)
        reference.close()


if __name__ == "__main__":
    main()
