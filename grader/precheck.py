"""A notebook, run from top to bottom as it would be for grading, with nothing to compare it with.

What is seen is what the student could have seen: which cells stop, what the self-checks of the
release print, what is still blank. It says nothing about marks.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.explaining.case import Task
from grader.explaining.failures import of_cell
from grader.intake.align import align
from grader.kernels.kernel import KernelFactory, Limits
from grader.model.assignment import Assignment, Cell
from grader.model.bundle import Bundle
from grader.model.precheck import CheckedExercise, Import, Precheck, SelfCheck, Standing, Stop
from grader.model.submission import Alignment, Answer, Notebook, Step
from grader.running import attachments
from grader.running.absent import is_there
from grader.running.attachments import Attachments
from grader.running.outputs import Ran, fault, printed
from grader.running.plan import RunPlan
from grader.running.recording import Recording
from grader.running.run import Run
from grader.running.written_for import WrittenFor
from grader.syntax.blanks import blanks
from grader.syntax.imports import imported

FITS, MARK = "[x]", "["  # what begins a line of a self-check, whatever its language
MOST_LINES, LINE = 12, 400  # of what a self-check prints; characters of one
_UNREADABLE = ("SyntaxError", "IndentationError", "TabError")
_USUAL = frozenset({"torch", "numpy"})


def precheck(
    notebook: Notebook, bundle: Bundle, *, factory: KernelFactory, files: Attachments = ()
) -> Precheck:
    """Run a notebook in a fresh kernel, with the self-checks of its release, and tell what is seen.

    files: what lies beside the notebook. Whatever the notebook does, this does not raise for it.
    Raises NeedsReview where the grader itself fails.
    """
    assignment = bundle.assignment
    alignment = align(notebook, assignment.cells, assignment.exercises)
    code = [cell.source for cell in notebook.cells if cell.kind == "code"]
    laid, notes = attachments.choose(files, code)
    limits = Limits(cell=bundle.cell_limit, submission=bundle.limit)
    plan = RunPlan(
        steps=tuple(_with_self_checks(alignment, assignment)), exercises=(),
        recording=Recording(), kernels=factory, device="cpu", limits=limits, files=laid,
    )  # fmt: skip
    with Run(plan, see=lambda look: None) as run:
        run.execute()
    written_for = WrittenFor(notebook.metadata, run.versions.get("python", ""))
    notes += [*notebook.notes, *alignment.notes, *run.notes, *written_for.notes(run.ran)]
    lacking, unusual = _imports(alignment.steps, laid, bundle)
    stops = _stops(run.ran, alignment, assignment)
    return Precheck(
        bundle=bundle,
        exercises=tuple(
            _exercise(
                answer, [one for one in stops if one.exercise == answer.exercise.name], run, limits
            )
            for answer in alignment.answers
        ),
        stops=tuple(stops),
        lacking=lacking,
        unusual=unusual,
        files=tuple(name for name, _ in laid),
        notes=tuple(dict.fromkeys(notes)),
        seconds=round(run.budget.spent.cpu, 2),
        limit=bundle.limit,
    )


def _with_self_checks(alignment: Alignment, assignment: Assignment) -> list[Step]:
    """Return the steps, with the released self-check of each exercise below the last of its own.

    What needs a card is left out.
    """
    elsewhere = {one.name for one in assignment.exercises if one.needs_cuda}
    steps = [one for one in alignment.steps if one.exercise not in elsewhere]
    limits = {one.name: one.limit for one in assignment.exercises}
    last: Mapping[str | None, int] = {one.exercise: place for place, one in enumerate(steps)}
    checks = {
        one.exercise: Step(
            source=one.source, role="given", released=one.id, limit=limits.get(one.exercise or "")
        )
        for one in assignment.cells
        if one.role == "self_check"
    }
    tools = checks.pop(None, None)
    whole: list[Step] = []
    for place, step in enumerate(steps):
        whole.append(step)
        if step.exercise in checks and last[step.exercise] == place:
            whole.append(checks[step.exercise])
    first = next((n for n, one in enumerate(whole) if one.exercise is not None), len(whole))
    return whole if tools is None else [*whole[:first], tools, *whole[first:]]


def _stops(ran: Sequence[Ran], alignment: Alignment, assignment: Assignment) -> list[Stop]:
    """Return what stopped, in order, but for the errors of blanks, which cannot do better."""
    cells = {cell.id: cell for cell in assignment.cells}
    order = list(cells)
    homes = {cell.exercise or "": cell.id for cell in cells.values() if cell.role == "exercise"}
    empty = {homes[one.exercise.name]: one for one in alignment.answers if one.state != "filled"}
    found, before = [], list[tuple[int, str]]()
    for one in ran:
        step = one.step
        id = step.released or homes.get(step.exercise or "")
        home = cells[id] if id is not None else None
        is_own = step.role != "given" and not step.opaque
        is_due = (home is not None and home.role == "self_check") or (
            step.role == "exercise" and id in empty
        )
        if one.run.ending != "done" and not (one.run.ending == "error" and is_due):
            above = order[: order.index(id)] if id is not None else order
            blank = next((empty[name].exercise.name for name in above if name in empty), "")
            found.append(_stop(one, home, before, blank))
        if is_own:
            before.append(((step.cell or 0) + 1, step.source))
    return found


def _stop(ran: Ran, home: Cell | None, before: Sequence[tuple[int, str]], blank: str) -> Stop:
    """Return what stopped a cell. before: the student's cells above it; blank: an exercise there.

    home: the released cell that it is, or stands below.
    """
    step, error = ran.step, fault(ran)
    task = Task(released=home.source if home is not None else "", before=tuple(before))
    follows = error is not None and error.name not in _UNREADABLE
    return Stop(
        cell=None if step.cell is None else step.cell + 1,
        exercise=step.exercise or (home.exercise if home is not None else None),
        role=step.role,
        ending=ran.run.ending,
        code=step.source,
        exceeded=ran.run.exceeded,
        fault=error,
        symptom=next(of_cell(error, step.source, task), None),
        below_blank=blank if follows else "",
    )


def _exercise(answer: Answer, stops: Sequence[Stop], run: Run, limits: Limits) -> CheckedExercise:
    """Return what was seen of an exercise. stops: of its cells."""
    exercise = answer.exercise
    mine = [one for one in run.ran if one.step.exercise == exercise.name]
    own = next((one.step for one in mine if one.step.role == "exercise"), None)
    checks = (one for one in run.ran if one.step.released == f"check-{exercise.name}")
    checked = next(map(_self_check, checks), None)
    found = CheckedExercise(
        name=exercise.name,
        standing="runs",
        state=answer.state,
        cell=own.cell + 1 if own is not None and own.cell is not None else None,
        blanks=blanks(own.source) if own is not None and not own.opaque else (),
        stop=stops[0] if stops else None,
        self_check=checked if mine else None,
        uses=(*answer.banned, *answer.banned_below),
        seconds=round(max((one.run.spent.cpu for one in mine), default=0.0), 2),
        limit=exercise.limit or limits.cell,
    )
    return replace(found, standing=_standing(found, answer, is_run=bool(mine)))


def _standing(found: CheckedExercise, answer: Answer, *, is_run: bool) -> Standing:
    if answer.exercise.needs_cuda:
        return "not here"
    if answer.state != "filled":
        return answer.state
    if found.stop is not None:
        return "stops"
    if found.blanks:
        return "blank"
    if found.uses:
        return "forbidden"
    if not is_run and found.cell is not None:
        return "not reached"
    return "does not fit" if found.self_check and not found.self_check.fits else "runs"


def _self_check(ran: Ran) -> SelfCheck:
    lines = [line.rstrip()[:LINE] for line in printed(ran.run.outputs).split("\n")]
    lines = [line for line in lines if line]
    fits = ran.run.ending == "done" and all(
        line.startswith(FITS) for line in lines if line.startswith(MARK)
    )
    if (error := fault(ran)) is not None:
        lines.append(f"{error.name}: {error.message}"[:LINE])
    return SelfCheck(lines=tuple(lines[:MOST_LINES]), fits=fits)


def _imports(
    steps: Sequence[Step], files: Attachments, bundle: Bundle
) -> tuple[tuple[Import, ...], tuple[Import, ...]]:
    """Return the modules of the student's cells that are not here, and those that are unusual."""
    released = (cell.source for cell in bundle.assignment.cells if cell.role != "prose")
    usual = _USUAL.union(sys.stdlib_module_names, *map(imported, released))
    places: dict[str, list[int]] = {}
    for step in steps:
        if step.role == "given" or step.opaque or step.cell is None:
            continue
        for name in sorted(imported(step.source) - usual):
            places.setdefault(name, []).append(step.cell + 1)
    handed_in = {name.split("/")[0].removesuffix(".py") for name, _ in files}
    found = {name: is_there(name, files) for name in places}
    lacking = _listed({name: places[name] for name in places if not found[name]})
    others = {name: places[name] for name in places if found[name] and name not in handed_in}
    return lacking, () if bundle.is_own else _listed(others)


def _listed(places: Mapping[str, Sequence[int]]) -> tuple[Import, ...]:
    return tuple(Import(name=name, cells=tuple(cells)) for name, cells in places.items())
