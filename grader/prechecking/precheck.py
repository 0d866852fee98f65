"""A notebook, run from top to bottom as it would be for grading, with nothing to compare it with.

What is seen is what the student could have seen: which cells stop, what the self-checks of the
release print, what is still blank. It says nothing about marks.
"""

from collections.abc import Sequence
from dataclasses import replace

from grader.intake.align import align
from grader.kernels.kernel import KernelFactory, Limits
from grader.kernels.sandbox import Bounds
from grader.model.bundle import Bundle
from grader.model.precheck import CheckedExercise, Precheck, Standing, Stop
from grader.model.submission import Answer, Notebook
from grader.prechecking.imports import imports
from grader.prechecking.self_checks import self_check_of, with_self_checks
from grader.prechecking.stops import Stops, lines_above
from grader.running import attachments
from grader.running.attachments import Attachments
from grader.running.plan import RunPlan
from grader.running.recording import Recording
from grader.running.run import Run
from grader.running.written_for import WrittenFor
from grader.syntax.blanks import blanks
from grader.syntax.words import words


def precheck(
    notebook: Notebook, bundle: Bundle, *, factory: KernelFactory, files: Attachments = ()
) -> Precheck:
    """Run a notebook in a fresh kernel, with the self-checks of its release, and tell what is seen.

    files: what lies beside the notebook, that which comes with it too. Whatever the notebook does,
    this does not raise for it. Raises NeedsReview where the grader itself fails.
    """
    assignment = bundle.assignment
    code = [cell.source for cell in notebook.cells if cell.kind == "code"]
    names = {name for name, _ in assignment.files}
    own = [(name, path) for name, path in files if name in names]
    laid, notes = attachments.choose(files, code, own=own)
    beside = [one for one in laid if one not in own]
    alignment = align(notebook, assignment.cells, assignment.exercises, files=beside)
    limits = Limits(cell=bundle.cell_limit, submission=bundle.limit)
    steps = with_self_checks(alignment.steps, assignment.cells, assignment.exercises)
    plan = RunPlan(
        steps=tuple(steps), exercises=(),
        recording=Recording(), kernels=factory, device="cpu", limits=limits, files=laid,
    )  # fmt: skip
    with Run(plan, see=lambda look: None) as run:
        run.execute()
        memory = run.held
    written_for = WrittenFor(notebook.metadata, run.versions.get("python", ""))
    notes += [*notebook.notes, *alignment.notes, *run.notes, *written_for.notes(run.ran)]
    stops = Stops(notebook, alignment, assignment).among(run.ran)
    lacking, unusual = imports(alignment.steps, laid, bundle)
    return Precheck(
        bundle=bundle,
        exercises=tuple(_exercise(one, stops, run, bundle, notebook) for one in alignment.answers),
        stops=tuple(stops),
        lacking=lacking,
        unusual=unusual,
        files=tuple(name for name, _ in laid if name not in names),
        missing=tuple(sorted(names - {name for name, _ in own})),
        notes=tuple(dict.fromkeys(notes)),
        seconds=round(run.budget.spent.cpu, 2),
        limit=bundle.limit,
        memory=memory,
        memory_limit=Bounds().memory,
    )


def _exercise(
    answer: Answer, stops: Sequence[Stop], run: Run, bundle: Bundle, notebook: Notebook
) -> CheckedExercise:
    """Return what was seen of an exercise. stops: all that there are."""
    exercise = answer.exercise
    if bundle.assignment.cell_of(exercise).role == "text":
        return replace(_text(answer), limit=bundle.cell_limit)
    mine = [one for one in run.ran if one.step.exercise == exercise.name]
    own = next((one.step for one in mine if one.step.role == "exercise"), None)
    left = blanks(own.source) if own is not None and not own.opaque else ()
    above = lines_above(own, notebook) if own is not None else 0
    found = CheckedExercise(
        name=exercise.name,
        standing="runs",
        state=answer.state,
        cell=own.cell + 1 if own is not None and own.cell is not None else None,
        blanks=tuple(line + above for line in left),
        stop=next((one for one in stops if one.exercise == exercise.name), None),
        self_check=self_check_of(exercise.name, run.ran) if mine else None,
        uses=(*answer.banned, *answer.banned_below),
        seconds=round(max((one.run.spent.cpu for one in mine), default=0.0), 2),
        limit=exercise.limit or bundle.cell_limit,
    )
    return replace(found, standing=_standing(found, answer, is_run=bool(mine)))


def _text(answer: Answer) -> CheckedExercise:
    """Return what was seen of a text, which nobody runs."""
    number, wanted = words(answer.text), answer.exercise.min_words
    standing: Standing = "too short" if number < wanted else "written"
    return CheckedExercise(
        name=answer.exercise.name,
        standing=standing if answer.state == "filled" else answer.state,
        state=answer.state,
        words=(number, wanted),
    )


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
    if not is_run:
        return "not reached"
    return "does not fit" if found.self_check and not found.self_check.fits else "runs"
