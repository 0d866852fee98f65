"""Grades all wrong answers and prints what is said of each: `python -m tests.explaining.survey`."""

import argparse
import ast
import json
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

import nbformat

from grader.authoring.region import Region, region_of
from grader.authoring.release import in_language
from grader.authoring.source import load
from grader.model.assignment import Assignment
from tests.explaining.wrong_answers.answer import Wrong

TOP = Path(__file__).parent.parent.parent
NAMES = ("tensors", "autograd", "layers", "gradient_descent")


def regions(path: Path) -> dict[str, Region]:
    """Return the cell of each exercise of a source, in parts."""
    found = {}
    for cell in re.split(r"(?m)^# %%.*\n", path.read_text(encoding="utf-8")):
        if named := re.match(r"#\| exercise: (\S+)", cell):
            body = "\n".join(line for line in cell.split("\n") if not line.startswith("#|"))
            found[named[1]] = region_of(body, "...")
    return found


def answers(name: str) -> tuple[Wrong, ...]:
    return tuple(import_module(f"tests.explaining.wrong_answers.{name}").ANSWERS)


def packed(wrong: Sequence[Wrong], assignment: Assignment) -> list[list[Wrong]]:
    """Put wrong answers that have nothing to do with each other into one notebook."""
    linked = {
        frozenset((exercise.name, owner))
        for exercise in assignment.exercises
        for owner in exercise.builds_on
    }
    groups: list[list[Wrong]] = []
    for one in wrong:
        for group in groups:
            if one.alone or any(
                other.alone
                or other.exercise == one.exercise
                or frozenset((other.exercise, one.exercise)) in linked
                for other in group
            ):
                continue
            group.append(one)
            break
        else:
            groups.append([one])
    return groups


def variant(region: Region, code: str) -> str:
    """Return a cell with this code, and with the functions of the solution that it leaves out."""
    solution = textwrap.dedent("\n".join(region.solution)).strip("\n")
    parts = definitions(solution)
    missing = [part for name, part in parts.items() if name not in bound(code)]
    if missing and len(missing) < len(parts):
        code = "\n\n\n".join([*missing, code])
    return region.variant(code)


def definitions(code: str) -> dict[str, str]:
    """Return the functions and names that code consists of; nothing where it holds anything else."""
    found = {}
    for statement in ast.parse(f"def around():\n{textwrap.indent(code, ' ')}").body[0].body:
        match statement:
            case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                lines = code.split("\n")[statement.lineno - 2 : statement.end_lineno - 1]
                found[name] = "\n".join(lines)
            case _:
                return {}
    return found


def bound(code: str) -> set[str]:
    tree = ast.parse(f"def around():\n{textwrap.indent(code, ' ')}")
    names = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return names | {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def notebook(
    group: Sequence[Wrong], assignment: Assignment, parts: Mapping[str, Region], language: str
) -> str:
    """Return a notebook with these answers; all others are the reference's."""
    path = TOP / "assignments" / language / f"{assignment.name}.ipynb"
    made = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    cells = {cell.id: cell for cell in made.cells}
    sources = dict(assignment.solutions)
    for one in group:
        part = parts[one.exercise]
        lines = [*part.before, *one.lines.split("\n"), *part.after]
        sources[one.exercise] = "\n".join(lines) if one.raw else variant(part, one.lines)
    for exercise, source in sources.items():
        cells[f"exercise-{exercise}"].source = in_language(source, language, assignment.languages)
    for one in group:
        if one.before:
            place = made.cells.index(cells[f"exercise-{one.exercise}"])
            made.cells.insert(place, nbformat.v4.new_code_cell(one.before))
    return nbformat.writes(made, ensure_ascii=False) + "\n"


def graded(folder: Path, names: Sequence[str], language: str) -> Iterator[tuple[str, Wrong, dict]]:
    """Grade the wrong answers and yield the result of each."""
    inside, groups = folder / "submissions", {}
    inside.mkdir()
    for name in names:
        assignment, parts = (
            load(TOP / "reference" / f"{name}.py"),
            regions(TOP / "reference" / f"{name}.py"),
        )
        for number, group in enumerate(packed(answers(name), assignment)):
            key = f"{name}-{number}"
            groups[key] = name, group
            (inside / f"{key}.ipynb").write_text(
                notebook(group, assignment, parts, language), encoding="utf-8"
            )
    grader = Path(sys.executable).with_name("grader")
    command = [
        grader,
        "grade",
        inside,
        "--out",
        folder / "out",
        "--jobs",
        "2",
        "--other-data",
        "off",
    ]
    ran = subprocess.run(
        [*map(str, command)], cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    print(ran.stdout[-2000:], file=sys.stderr)
    for key, (name, group) in groups.items():
        paths = [*(folder / "out/results" / key).glob("*/result.json")]
        if len(paths) != 1:
            print("!!! no result", key)
            continue
        (path,) = paths
        (page,) = (folder / "out/feedback" / key).glob("*/report.html")
        result = json.loads(path.read_text(encoding="utf-8"))
        for one in group:
            (mine,) = [e for e in result["exercises"] if e["exercise"] == one.exercise]
            mine["page"] = sentences_of(page.read_text(encoding="utf-8"), mine["title"])
            yield name, one, mine
        others = [
            e
            for e in result["exercises"]
            if e["exercise"] not in {o.exercise for o in group} and e["score"] < e["max_score"]
        ]
        for e in others:
            print("!!! costs", key, e["exercise"], e["rule"])


def sentences_of(page: str, title: str) -> list[str]:
    sections = re.split(r"<section", page)
    for section in sections:
        if title in section[:600]:
            text = re.sub(r"<pre.*?</pre>|<svg.*?</svg>", "", section, flags=re.S)
            text = re.sub(r"<[^>]+>", " ", text)
            return [re.sub(r"\s+", " ", line).strip() for line in text.split("\n") if line.strip()]
    return []


def compact(lines):
    text = "\n".join(lines)
    text = re.sub(r"(?m)^(class=.*|.{3,20} [✓✗]|Your code|The whole error message)\n?", "", text)
    parts = re.split(r"(?m)^(?=[✓✗–·]$)", text)
    kept = [p for p in parts if not p.startswith("✓")]
    return [
        l
        for p in kept
        for l in p.split("\n")
        if l and l not in "✗✓" and not re.fullmatch(r"(hidden data )?[\d.]+ / [\d.]+", l)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES)
    parser.add_argument("--language", default="en")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/tmp/truth") as folder:
        for name, one, mine in graded(Path(folder), asked.names, asked.language):
            print(
                f"=== {name} {one.exercise} / {one.name}: {mine['outcome']} {mine['score']:g}/{mine['max_score']:g}"
            )
            print("\n".join("    " + line for line in one.lines.split("\n")[:14]))
            for line in compact(mine["page"]):
                print("  |", line)
            for d in mine["diagnoses"]:
                print("  *", d["kind"], d["mistake"], d["check"][:60], "::", d["text"])


if __name__ == "__main__":
    main()
