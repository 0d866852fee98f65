"""One run of a submission on one set of data: each exercise looked at and judged."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Literal, get_args

from grader.apart import apart
from grader.followed import Followed, Gives, follow
from grader.kernels.kernel import KernelFactory, Limits
from grader.marking.checks import Judged, judge
from grader.model.assignment import Exercise
from grader.model.facts import Moment, Unfollowed
from grader.model.result import CheckResult
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

# How else an exercise is looked at that is not right after its own cells.
Way = Literal["end", "apart", "sorted", "follow", "substitute"]
_ALL: Collection[Way] = get_args(Way)
_NO_LIMIT: Mapping[str, Collection[Way]] = MappingProxyType({})


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
    started: what it builds on, as it was before its cell there. known: the names of exercises that
    are right and were not looked at.
    """

    run: Run
    seen: dict[str, list[Seen]]
    unfollowed: dict[str, Unfollowed] = field(default_factory=dict)
    notes: dict[str, tuple[Text, ...]] = field(default_factory=dict)
    started: dict[str, Values] = field(default_factory=dict)
    known: Collection[str] = ()

    @property
    def right(self) -> frozenset[str]:
        """The names of the exercises that are right."""
        looks = self.seen.items()
        return frozenset(self.known).union(
            name for name, found in looks if any(one.judged.right for one in found)
        )

    def looks(self, exercise: Exercise) -> list[Judged]:
        """Return what the checks found at each look at an exercise."""
        return [seen.judged for seen in self.seen.get(exercise.name, ())]

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
    known: Collection[str] = (),
    ways: Mapping[str, Collection[Way]] = _NO_LIMIT,
) -> MarkedRun:
    """Run the steps of a submission and judge these exercises.

    seed: what is drawn from where the source sets none;
    files: what was handed in beside the notebook;
    known: exercises that are right and need no look;
    ways: by exercise, how else it is looked at where it is not right; without an entry, in each.

    Wrong answers never raise. Raises NeedsReview where the grader itself fails.
    """
    seen: dict[str, list[Seen]] = {exercise.name: [] for exercise in exercises}

    def see(look: Look, moment: Moment | None = None) -> None:
        expected = reference.expected[look.exercise.name]
        checks = _judge(look, expected)
        judged = Judged(moment=moment or look.moment, checks=checks, values=look.values)
        seen[look.exercise.name].append(Seen(look, judged, expected))

    def unsure(way: Way) -> list[Exercise]:
        return [
            one for one in exercises if not marked.is_right(one) and way in ways.get(one.name, _ALL)
        ]

    watched = any("apart" in ways.get(one.name, _ALL) for one in exercises)
    plan = RunPlan(
        steps=tuple(steps), exercises=tuple(exercises), recording=reference.recording,
        kernels=factory, device=reference.device, limits=limits, seed=seed, files=files,
        is_watched=watched,
    )  # fmt: skip
    open_run = partial(Run, allowance=Allowance(reference.expected))
    with open_run(plan, see=see) as run:
        marked = MarkedRun(run=run, seen=seen, known=known)
        run.execute()
        # Cells in another order, or a repair further down: what is not right yet gets a last look.
        last = unsure("end")
        run.look_again(last, {one.name: _further_names(one, steps) for one in last})
    _look_further(marked, unsure, plan, reference, partial(open_run, budget=run.budget), see)
    return marked


def _look_further(
    marked: MarkedRun,
    unsure: Callable[[Way], Sequence[Exercise]],
    plan: RunPlan,
    reference: Reference,
    open_run: Callable[..., Run],
    see: Callable[..., None],
) -> None:
    """Look at what is not right yet in further runs. unsure: gives what is open to one of them."""
    open_apart = partial(open_run, see=partial(see, moment="apart"))
    _run_apart(marked, unsure("apart"), plan, reference, open_apart)
    in_order = _in_order(plan.steps, reference)
    if in_order is not None and (left := unsure("sorted")):
        sorted_plan = replace(plan, steps=tuple(in_order), exercises=tuple(left), once=True)
        with open_run(sorted_plan, see=partial(see, moment="sorted")) as again:
            again.execute()
    for exercise in unsure("follow"):
        if exercise.builds_on:
            _follow(marked, exercise, reference)
    if left := unsure("substitute"):
        _substitute(marked, left, in_order or plan.steps, reference, plan, open_run)


def _judge(look: Look, expected: Values) -> tuple[CheckResult, ...]:
    return judge(
        look.exercise,
        actual=look.values,
        expected=expected,
        knows_hidden_inputs=look.knows_hidden_inputs,
    )


def _run_apart(
    marked: MarkedRun,
    exercises: Sequence[Exercise],
    plan: RunPlan,
    reference: Reference,
    open_run: Callable[..., Run],
) -> None:
    """Look at exercises by themselves that others may have disturbed."""
    for exercise in exercises:
        if how := apart(marked.run, exercise, reference):
            by_itself = replace(plan, steps=tuple(how.steps), exercises=(exercise,), once=True)
            with open_run(by_itself) as alone:
                alone.execute()
            marked.notes[exercise.name] = how.notes
            marked.started[exercise.name] = alone.started.get(exercise.name, {})


def _substitute(
    marked: MarkedRun,
    exercises: Sequence[Exercise],
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
        exercises,
        marked,
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
    whole = reference.assignment.exercise(exercise.name)  # also where few of its checks are asked
    found = follow(whole, actual=actual, right=marked.right, reference=reference)
    if not isinstance(found, Followed):
        return found
    for seen in looks:
        checks = _judge(seen.look, found.expected)
        judged = replace(seen.judged, checks=checks, given=found.owners)
        marked.seen[exercise.name].append(Seen(seen.look, judged, found.expected, found.gives))
    return None
