"""The whole course, graded as a class's hand-ins are: `python -m tests.course` from the top.

For each assignment, in each language: the perfect notebook, the blank one, and one with each known
mistake. What a mistake costs is worked out from the reference alone; the command line has to give
the same marks, and name the mistake. Exits with 1 where it does not.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat
from rich.console import Console
from rich.table import Table

from grader.authoring.release import in_language
from grader.authoring.source import load
from grader.kernels.choose import open_factory
from grader.marking.checks import judge
from grader.model.assignment import Assignment, Exercise, Mistake
from grader.reference import Reference, prepare

TOP = Path(__file__).parent.parent
MOST = 3000  # seconds for all


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a submission should get. mistake: the one that is to be named, of an exercise."""

    assignment: str
    score: float
    max_score: float
    exercise: str = ""
    mistake: str = ""


Key = tuple[str, str, str]  # the assignment, the language, and what was handed in


def filled(
    released: str, solutions: Mapping[str, str], language: str, assignment: Assignment
) -> str:
    """Return a released notebook with these cells in place of those of exercises."""
    notebook = nbformat.reads(released, as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    for exercise, solution in solutions.items():
        told = in_language(solution, language, assignment.languages)
        cells[f"exercise-{exercise}"].source = told
    return nbformat.writes(notebook, ensure_ascii=False) + "\n"


def submissions(
    reference: Reference, notebooks: Path, *, once: bool = False
) -> Iterator[tuple[Key, str, Expected]]:
    """Yield what is handed in for an assignment, and what it should get.

    notebooks: the folder of the released notebooks, with a folder for each language; once: whether
    each mistake stands in one language alone, in turn.
    """
    assignment, right = reference.assignment, reference.assignment.solutions
    expected = partial(Expected, assignment=assignment.name)
    most = sum(exercise.points for exercise in reference.gradable)
    for place, language in enumerate(assignment.languages):
        released = (notebooks / language / f"{assignment.name}.ipynb").read_text(encoding="utf-8")

        def handed_in(
            name: str, solutions: Mapping[str, str], wanted: Expected
        ) -> tuple[Key, str, Expected]:
            text = filled(released, solutions, language, assignment)  # noqa: B023 - used at once
            return (assignment.name, language, name), text, wanted  # noqa: B023

        yield handed_in("perfect", right, expected(score=most, max_score=most))
        yield handed_in("blank", {}, expected(score=0, max_score=most))
        for exercise in reference.gradable:
            for number, mistake in enumerate(exercise.mistakes):
                if once and number % len(assignment.languages) != place:
                    continue
                kept = most - exercise.points + worth(reference, exercise, mistake)
                yield handed_in(
                    f"{exercise.name}.{mistake.name}",
                    {**right, exercise.name: mistake.solution},
                    expected(
                        score=kept, max_score=most, exercise=exercise.name, mistake=mistake.name
                    ),
                )


def worth(reference: Reference, exercise: Exercise, mistake: Mistake) -> float:
    """Return the points of an exercise that a mistake leaves, by the reference alone."""
    values = reference.variant(exercise, mistake.solution)
    found = judge(exercise, actual=values, expected=reference.expected[exercise.name])
    return sum(check.score for check in found)


def graded(handed_in: Mapping[Key, str], folder: Path, sources: Sequence[Path]) -> dict[Key, dict]:
    """Return the results of the command line, as `result.json` has them."""
    inside = folder / "submissions"
    inside.mkdir()
    for key, text in handed_in.items():
        (inside / f"{'-'.join(key)}.ipynb").write_text(text, encoding="utf-8")
    grader = Path(sys.executable).with_name("grader")
    command = [grader, "grade", inside, "--out", folder / "out"]
    # Other data are for answers that are right, and `verify` shows that the references are right on
    # them; without them this takes half the time.
    options = ["--jobs", "2", "--other-data", "off"]
    if sys.platform == "linux":
        options += ["--kernel", "warm"]
    if len(sources) == 1:  # of several, each notebook has to find its own
        options += ["-a", str(sources[0])]
    ran = subprocess.run(
        [*map(str, command), *map(str, options)],
        cwd=TOP,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=MOST,
        check=False,
    )
    if ran.returncode not in (0, 1, 3):  # 1 and 3 are of single submissions, and told of them
        raise SystemExit(f"grader grade ended with {ran.returncode}:\n{ran.stdout[-3000:]}")
    found = {}
    for key in handed_in:
        # What is taken for another assignment, or for none, is a line of the table too.
        (path,) = (folder / "out/results" / "-".join(key)).glob("*/result.json")
        found[key] = json.loads(path.read_text(encoding="utf-8"))
    return found


def difference(expected: Expected, result: Mapping) -> str:
    """Return what is not as expected of one result, in words; nothing where all is."""
    if result["score"] is None:
        return f"no score: {result['reason']}"
    found = []
    if result["assignment"] != expected.assignment:
        found.append(f"taken for {result['assignment']}")
    if abs(result["score"] - expected.score) > 1e-6:
        found.append(f"{result['score']:g} points, expected {expected.score:g}")
    if abs(result["max_score"] - expected.max_score) > 1e-6:
        found.append(f"of {result['max_score']:g}, expected {expected.max_score:g}")
    if expected.mistake and expected.mistake not in named(result, expected.exercise):
        found.append("the mistake is not named")
    return "; ".join(found)


def named(result: Mapping, exercise: str) -> list[str]:
    """Return the mistakes that a result names for an exercise."""
    mine = (one for one in result["exercises"] if one["exercise"] == exercise)
    return [why["mistake"] for one in mine for why in one["diagnoses"] if why["mistake"]]


def table(expected: Mapping[Key, Expected], results: Mapping[Key, Mapping]) -> tuple[Table, int]:
    """Return all of it as one table, a line for what was handed in, and how many differ."""
    languages = sorted({language for _, language, _ in expected})
    made = Table("assignment", "handed in", "expected", *languages, "named", "differs", box=None)
    differ = 0
    for name, what in dict.fromkeys((name, what) for name, _, what in expected):
        mine = {one: (name, one, what) for one in languages if (name, one, what) in expected}
        wanted = {expected[key].score for key in mine.values()}
        wrong = {one: difference(expected[key], results[key]) for one, key in mine.items()}
        differ += any(wrong.values())
        told = [
            expected[key].mistake in named(results[key], expected[key].exercise)
            for key in mine.values()
            if expected[key].mistake
        ]
        made.add_row(
            name,
            what,
            " ".join(f"{score:g}" for score in sorted(wanted)),
            *(points(results[mine[one]]["score"]) if one in mine else "–" for one in languages),
            ("yes" if all(told) else "NO") if told else "",
            "; ".join(f"{one}: {text}" for one, text in wrong.items() if text),
        )
    return made, differ


def points(score: float | None) -> str:
    return "none" if score is None else f"{score:g}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Grade the course and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="*", type=Path, help="of reference/, if left out")
    parser.add_argument("--notebooks", type=Path, default=TOP / "assignments")
    parser.add_argument(
        "--once", action="store_true", help="each mistake in one language, in turn; half the time"
    )
    asked = parser.parse_args(arguments)
    sources = asked.sources or sorted((TOP / "reference").glob("*.py"))
    handed_in, expected = {}, {}
    kind = open_factory(None, "cpu")
    try:
        for source in sources:
            reference = prepare(load(source), factory=kind, device="cpu")
            for key, text, wanted in submissions(reference, asked.notebooks, once=asked.once):
                handed_in[key], expected[key] = text, wanted
            reference.close()
    finally:
        kind.close()
    with tempfile.TemporaryDirectory() as folder:
        results = graded(handed_in, Path(folder), sources)
    made, differ = table(expected, results)
    Console(width=160).print(made)
    print(f"{len(results)} submissions, {differ} lines of the table with a difference")
    raise SystemExit(1 if differ else 0)


if __name__ == "__main__":
    main()
