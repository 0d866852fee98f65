"""One run of a submission on one set of data: each exercise looked at and judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from grader.apart import apart
from grader.followed import Followed, Gives, follow
from grader.kernels.kernel import KernelFactory, Limits
from grader.marking.checks import Judged, judge
from grader.model.assignment import Exercise
from grader.model.facts import Moment, Unfollowed
from grader.model.submission import Step
from grader.model.text import Text
from grader.model.values import Values
from grader.reference import Reference
from grader.running.allowance import Allowance
from grader.running.attachments import Attachments
from grader.running.pending_look import Look
from grader.running.plan import RunPlan
from grader.running.run import Run
from grader.substituted import Substitution
from grader.syntax.names import bound_from


@dataclass(frozen=True, slots=True)
class Seen:
    """A look and what the checks found at it.

    expected: what it was compared with; gives: what a known mistake gives, where that is not what
    it gives in the reference.
    """

    look: Look
    judged: Judged
    expected: Values
    gives: Gives | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedRun:
    """What a run gave.

    seen: by exercise, its looks in the order in which they were taken; unfollowed: by exercise, why
    it could not be marked on the student's earlier answers. Of each that was run apart, notes: why;
    started: what it builds on, as it was before its cell there.
    """

    run: Run
    seen: dict[str, list[Seen]]
    unfollowed: dict[str, Unfollowed] = field(default_factory=dict)
    notes: dict[str, tuple[Text, ...]] = field(default_factory=dict)
    started: dict[str, Values] = field(default_factory=dict)

    def looks(self, exercise: Exercise) -> list[Judged]:
        """Return what the checks found at each look at an exercise."""
        return [seen.judged for seen in self.seen[exercise.name]]

    def values(self, exercise: Exercise) -> list[Values]:
        """Return what was seen of an exercise, look by look."""
        return [judged.values for judged in self.looks(exercise)]

    def is_right(self, exercise: Exercise) -> bool:
        """Whether every check passed at one of the looks."""
        return any(judged.right for judged in self.looks(exercise))


def mark_run(
    steps: Sequence[Step],
    exercises: Sequence[Exercise],
    reference: Reference,
    *,
    factory: KernelFactory,
    limits: Limits,
    seed: int,
    files: Attachments = (),
) -> MarkedRun:
    """Run the steps of a submission and judge these exercises.

    seed: what is drawn from where the source sets none;
    files: what was handed in beside the notebook.

    Wrong answers never raise. Raises NeedsReview where the grader itself fails.
    """
    seen: dict[str, list[Seen]] = {exercise.name: [] for exercise in exercises}

    def see(look: Look, moment: Moment | None = None) -> None:
        expected = reference.expected[look.exercise.name]
        checks = judge(
            look.exercise,
            actual=look.values,
            expected=expected,
            knows_hidden_inputs=look.knows_hidden_inputs,
        )
        judged = Judged(moment=moment or look.moment, checks=checks, values=look.values)
        seen[look.exercise.name].append(Seen(look, judged, expected))

    plan = RunPlan(
        steps=tuple(steps),
        exercises=tuple(exercises),
        recording=reference.recording,
        kernels=factory,
        device=reference.device,
        limits=limits,
        seed=seed,
        files=files,
    )
    open_run = partial(Run, allowance=Allowance(reference.expected))
    with open_run(plan, see=see) as run:
        marked = MarkedRun(run=run, seen=seen)
        run.execute()
        # Cells in another order, or a repair further down: what is not right yet gets a last look.
        unsure = [one for one in exercises if not marked.is_right(one)]
        run.look_again(unsure, {one.name: _further_names(one, steps) for one in unsure})
    open_again = partial(open_run, budget=run.budget)
    _run_apart(marked, plan, reference, partial(open_again, see=partial(see, moment="apart")))
    unsure = [one for one in exercises if not marked.is_right(one)]
    in_order = _in_order(steps, reference) if unsure else None
    if in_order is not None:
        sorted_plan = replace(plan, steps=tuple(in_order), exercises=tuple(unsure), once=True)
        with open_again(sorted_plan, see=partial(see, moment="sorted")) as again:
            again.execute()
    for exercise in exercises:
        if exercise.builds_on and not marked.is_right(exercise):
            _follow(marked, exercise, reference)
    _substitute(marked, in_order or steps, reference, plan, open_again)
    return marked


def _run_apart(
    marked: MarkedRun, plan: RunPlan, reference: Reference, open_run: Callable[..., Run]
) -> None:
    """Look at exercises by themselves that others may have disturbed."""
    for exercise in plan.exercises:
        if not marked.is_right(exercise) and (how := apart(marked.run, exercise, reference)):
            by_itself = replace(plan, steps=tuple(how.steps), exercises=(exercise,), once=True)
            with open_run(by_itself) as alone:
                alone.execute()
            marked.notes[exercise.name] = how.notes
            marked.started[exercise.name] = alone.started.get(exercise.name, {})


def _substitute(
    marked: MarkedRun,
    steps: Sequence[Step],
    reference: Reference,
    plan: RunPlan,
    open_run: Callable[..., Run],
) -> None:
    """Look at what is not right yet with the reference's solution in place of earlier answers."""

    def add(look: Look, judged: Judged) -> None:
        name = look.exercise.name
        marked.seen[name].append(Seen(replace(look, values={}), judged, {}))
        marked.unfollowed.pop(name, None)  # it was built on what could not be carried

    def open_with(
        steps: Sequence[Step], exercises: Sequence[Exercise], see: Callable[[Look], None]
    ) -> Run:
        sealed = replace(plan, steps=tuple(steps), exercises=tuple(exercises))
        return open_run(sealed, see=see)

    Substitution(
        steps,
        {id(ran.step): ran.run.ending for ran in marked.run.ran},
        [one for one in reference.gradable if one.name in marked.seen],
        lambda name: [one.judged for one in marked.seen.get(name, ())],
        reference,
    ).run(open_with, add)


def _in_order(steps: Sequence[Step], reference: Reference) -> list[Step] | None:
    """Return the steps as the release has them; None where they stand like that already.

    A student's own cells go with the released cell before them. Cells that were run by hand in
    another order than they stand in, which a notebook allows, are right in this one.
    """
    places = {cell.id: place for place, cell in enumerate(reference.assignment.cells)}
    keys, key = [], -1
    for step in steps:
        key = places.get(step.released or "", key)
        keys.append(key)
    if keys == sorted(keys):
        return None
    return [step for _, step in sorted(zip(keys, steps, strict=True), key=lambda pair: pair[0])]


def _further_names(exercise: Exercise, steps: Sequence[Step]) -> list[str]:
    """Return what the student's cells for an exercise bind beside what is checked."""
    checked = {name for check in exercise.checks for name in (*check.of, check.expression)}
    mine = (step for step in steps if step.exercise == exercise.name)
    cells = (step.source for step in mine if not step.opaque)
    names = sorted({name for source in cells for name in bound_from(source, 1) or ()})
    return [name for name in names if name not in checked and not name.startswith("_")]


def _follow(marked: MarkedRun, exercise: Exercise, reference: Reference) -> None:
    """Judge an exercise once more, on what the student's earlier answers lead to."""
    alone, looks = marked.started.get(exercise.name), list(marked.seen[exercise.name])
    by_itself = [one for one in looks if alone is not None and one.judged.moment == "apart"]
    together = [one for one in looks if alone is None or one.judged.moment != "apart"]
    started = marked.run.started.get(exercise.name, {})
    reason = _follow_from(started, together, marked, exercise, reference)
    if alone is not None:
        again = _follow_from(alone, by_itself, marked, exercise, reference)
        reason = reason if again is not None else None
    if reason is not None:
        marked.unfollowed[exercise.name] = reason


def _follow_from(
    actual: Values,
    looks: Sequence[Seen],
    marked: MarkedRun,
    exercise: Exercise,
    reference: Reference,
) -> Unfollowed | None:
    """Judge some looks at an exercise once more; returns why that cannot be done, if so.

    actual: what the exercise builds on, as it was before its cell.
    """
    right = {name for name, looks in marked.seen.items() if any(one.judged.right for one in looks)}
    found = follow(exercise, actual=actual, right=right, reference=reference)
    if not isinstance(found, Followed):
        return found
    for seen in looks:
        look = seen.look
        checks = judge(
            exercise,
            actual=look.values,
            expected=found.expected,
            knows_hidden_inputs=look.knows_hidden_inputs,
        )
        judged = replace(seen.judged, checks=checks, given=found.owners)
        marked.seen[exercise.name].append(Seen(look, judged, found.expected, found.gives))
    return None
