"""Other data from the same notebook: the seeds of its given code, shifted.

The text of each call is edited where it stands, so that lines keep their numbers, and in a
student's cells as well as in the source, so that both draw the same.
"""

import ast
import re
from dataclasses import replace
from functools import lru_cache

from grader.model.assignment import Assignment, Cell, Exercise
from grader.syntax.magics import without_magics

_SEEDERS = re.compile(r"(.*\.)?(manual_seed(_all)?|random\.seed|default_rng)")


def seeds(assignment: Assignment) -> frozenset[str]:
    """Return the calls, as they are written, that seed a generator in given code."""
    found = set[str]()
    for cell in assignment.cells:
        if cell.role != "prose":
            # Of an exercise, what its solution alone seeds is no given code.
            found |= _calls(cell.source) & _calls(cell.solution)
    return frozenset(found)


def shift(source: str, calls: frozenset[str], offset: int) -> str:
    """Return code in which these calls get a seed that is larger by an offset."""
    for call in calls:
        start, end = _argument(call)
        new = f"{call[:start]}({call[start:end]}) + {offset}{call[end:]}"
        whole = rf"(?<![\w.]){re.escape(call)}"
        source = re.sub(whole, new.replace("\\", r"\\"), source)
    return source


def shifted(assignment: Assignment, offset: int) -> Assignment:
    """Return an assignment on other data: its cells, mistakes and alternatives."""
    calls = seeds(assignment)

    def of_cell(cell: Cell) -> Cell:
        if cell.role == "prose":
            return cell
        source, solution = (shift(code, calls, offset) for code in (cell.source, cell.solution))
        return replace(cell, source=source, solution=solution)

    def of_exercise(one: Exercise) -> Exercise:
        return replace(
            one,
            mistakes=tuple(
                replace(mistake, solution=shift(mistake.solution, calls, offset))
                for mistake in one.mistakes
            ),
            alternatives=tuple(
                replace(other, solution=shift(other.solution, calls, offset))
                for other in one.alternatives
            ),
        )

    return replace(
        assignment,
        cells=tuple(map(of_cell, assignment.cells)),
        exercises=tuple(map(of_exercise, assignment.exercises)),
    )


@lru_cache(maxsize=1_000)  # the cells of an assignment are the same for each submission
def _calls(source: str) -> frozenset[str]:
    plain, found = without_magics(source), set[str]()
    for node in ast.walk(ast.parse(plain)):
        match node:
            case (
                ast.Call(args=[seed], keywords=[])
                | ast.Call(args=[], keywords=[ast.keyword(value=seed)])
            ):
                is_number = not isinstance(seed, ast.Starred) and not _is_other_constant(seed)
                if is_number and _SEEDERS.fullmatch(ast.unparse(node.func)):
                    found.add(ast.get_source_segment(plain, node) or "")
    return frozenset(found)


def _is_other_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is not int


def _argument(call: str) -> tuple[int, int]:
    """Return where the seed stands in the text of a call, from and to."""
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    seed = node.args[0] if node.args else node.keywords[0].value
    lines = call.split("\n")

    def place(line: int, column: int) -> int:  # columns count bytes
        before = sum(len(text) + 1 for text in lines[: line - 1])
        return before + len(lines[line - 1].encode()[:column].decode())

    end = place(seed.end_lineno or 1, seed.end_col_offset or 0)
    return place(seed.lineno, seed.col_offset), end
