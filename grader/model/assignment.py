"""An assignment as its author wrote it: cells, exercises, checks."""

import builtins
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from grader.model.answer import Choices, RubricItem
from grader.model.aspects import DEFAULT_ASPECTS, Aspect
from grader.model.reveal import Reveal
from grader.model.varied import Varied
from grader.syntax import expressions, names

# "text" is prose that a student writes, in answer to an exercise.
Role = Literal["prose", "text", "given", "exercise", "self_check"]
SELF_CHECK = "check-"  # begins the id of a self-check; what follows is its exercise, or "tools"
Comparison = Literal["close", "exact", "at_most"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One expression that is evaluated in the student's run and in the reference run.

    expression: what it is known by among the checks of its exercise.
    run: statements that are run before, `compared`: the expressions that are evaluated then, in
        place of `expression`; view: an expression of `value`, which is that of `expression`, and is
        compared in place of it.
    of: where not empty, the expression is evaluated on the trusted side alone, with the student's
        observed values of these names (`recompute` in a header).
    raises: the name of the exception that the expression has to raise; valid: an expression beside
        it that has to give what it gives in the reference.
    tools: definitions of given code that a recomputed expression calls.
    given: code whose names are shipped as data into both runs; empty for none.
    at_least, at_most: what its numbers have to be, whatever the reference has; None for no bound.
    seed: what the generators are seeded with before it is evaluated; None for what all others have.
    margin: for `at_most`, how far over the expected value is still right, as a share of it.
    exact_type: whether a Python number, a Parameter and a tensor without axes are told apart.
    constant: whether the value may be the same whatever the data, so that it can be typed in.
    weight: this check's share of the exercise's points, relative to its siblings; credit: what part
        of it each aspect earns that is right, where the check as a whole is not.
    title: by language, what a report calls it; empty where that is the expression.
    public: whether the self-check in the released notebook holds its expected value.
    reveal: when it may be told what was expected; None where the course says it.
    choices: what can be chosen, where the value says which of them are; min_words: how many words
        the value is to have, where it is a text of which nothing else is compared; 0 for any other.
    """

    expression: str
    run: str = ""
    compared: tuple[str, ...] = ()
    view: str = ""
    of: tuple[str, ...] = ()
    tools: str = ""
    hidden: bool = False
    raises: str = ""
    valid: str = ""
    given: str = ""
    compare: Comparison = "close"
    margin: float = 0.0
    at_least: float | None = None
    at_most: float | None = None
    seed: int | None = None
    rtol: float | None = None
    atol: float | None = None
    aspects: tuple[Aspect, ...] = DEFAULT_ASPECTS
    exact_type: bool = False
    constant: bool = False
    weight: float = 1.0
    credit: Mapping[Aspect, float] = field(default_factory=dict)
    title: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    reveal: Reveal | None = None
    choices: Choices | None = None
    min_words: int = 0

    def title_in(self, language: str | None) -> str:
        """Return the title in a language, or in the first there is; empty for none."""
        return _in_language(self.title, language) if self.title else ""

    @property
    def close(self) -> "Check":
        """The check that looks for the expected numbers, where this would take others, too."""
        if self.compare == "at_most" or self.is_threshold:
            return replace(self, compare="close", at_least=None, at_most=None)
        return self

    @property
    def plain(self) -> "Check":
        """The check of the same that says nothing of tolerances and aspects."""
        return replace(self.close, rtol=None, atol=None, aspects=DEFAULT_ASPECTS)

    @property
    def is_threshold(self) -> bool:
        """Whether its numbers are compared with bounds, and not with those of the reference."""
        return self.at_least is not None or self.at_most is not None

    @property
    def statements(self) -> str:
        """What is run before anything is evaluated; empty for nothing."""
        return f"value = (\n{self.expression_alone}\n)" if self.view else self.run

    @property
    def parts(self) -> tuple[str, ...]:
        """The expressions that are evaluated after the statements; none without these."""
        return (self.view,) if self.view else self.compared

    @property
    def expression_alone(self) -> str:
        """The expression without what tells it from others."""
        return self.expression.removesuffix(f" # {self.view}") if self.view else self.expression

    @property
    def steps(self) -> tuple[str, ...]:
        """The lines that are told where one raises: of the statements, then what is compared."""
        return (*self.run.split("\n"), *self.compared) if self.run else ()

    def step(self, number: int | None) -> str:
        """Return the line of a number, from 1, that a kernel has told; empty where it is none."""
        is_one = number is not None and 1 <= number <= len(self.steps)
        return self.steps[number - 1].strip() if is_one and number is not None else ""

    @property
    def code(self) -> str:
        """All that is run for it, as one piece of code, but for what its tools define."""
        shown = "\n".join(f"(\n{part}\n)" for part in self.parts) or self.expression
        return f"{self.statements}\n{shown}" if self.statements else shown

    @cached_property
    def is_call(self) -> bool:
        """Whether evaluating it runs code of the student's, rather than looking up a name."""
        return bool(self.raises or self.parts) or not expressions.is_lookup(self.expression)

    @cached_property
    def free_names(self) -> tuple[str, ...]:
        """The names that it reads from outside, in order of appearance."""
        if self.parts or self.tools:
            found = tuple(names.read_from_outside(f"{self.tools}\n{self.code}"))
        else:
            found = expressions.free_names(self.expression)
        return tuple(name for name in found if not hasattr(builtins, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """Something that is true of every right answer: an expression for the self-check alone.

    It earns nothing, since it is the notebook that says whether it holds. title: by language, what
    it means in words; empty where the expression says it.
    """

    expression: str
    title: Mapping[str, str] = field(default_factory=dict)

    def title_in(self, language: str | None) -> str:
        """Return the title in a language, or in the first there is; empty for none."""
        return _in_language(self.title, language) if self.title else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A wrong variant of a solution that is known.

    help: by language, what to think about; solution: the exercise's cell with the mistake in it;
    cell: its own place in the source, from 1.
    """

    name: str
    help: Mapping[str, str]
    solution: str
    cell: int

    def help_in(self, language: str | None) -> str:
        """Return the help in a language, or in the first there is."""
        return _in_language(self.help, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another right solution: the exercise's cell with it, and its own place in the source."""

    name: str
    solution: str
    cell: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One blank to fill in, and what is checked about it.

    title: by language; limit: CPU seconds that its cell, and each call of a check, may take.
    builds_on: names that it reads, by the earlier exercise whose answer they are; is_restricted:
    whether its author says which these are, so that a mistake in no other is made up for.
    builtins: names in its checks that are Python's own, whatever a student binds to them.
    draws: whether its solution draws random numbers on purpose.
    own_gradient: whether what it computes has another gradient than its own, on purpose.
    properties: what its self-check looks at beside the checks.
    manual: whether a person says what an answer is worth; rubric: by what, where there is a list;
    min_words: how many words the answer is to have, 0 where nobody says.
    """

    name: str
    title: Mapping[str, str]
    points: float
    checks: tuple[Check, ...]
    forbid: tuple[str, ...] = ()
    needs_cuda: bool = False
    limit: float | None = None
    builds_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_restricted: bool = False
    builtins: tuple[str, ...] = ()
    draws: bool = False
    own_gradient: bool = False
    mistakes: tuple[Mistake, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    properties: tuple[Property, ...] = ()
    manual: bool = False
    rubric: tuple[RubricItem, ...] = ()
    min_words: int = 0

    @property
    def choices(self) -> Choices | None:
        """What can be chosen; None where the answer is no choice."""
        return next((check.choices for check in self.checks if check.choices), None)

    @property
    def reads(self) -> frozenset[str]:
        """The names that the checks read."""
        return frozenset(name for check in self.checks for name in (*check.free_names, *check.of))

    def title_in(self, language: str | None) -> str:
        """Return the title in a language, or in the first there is."""
        return _in_language(self.title, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of the source, or of the released notebook that is made from it.

    source: its text as students get it; solution: as the reference runs it, equal but in exercises.
    around: of an exercise, the code above, between and below its solutions, which is in both.
    needs_answer: of given code, whether it may fail as long as answers above are blank, so that it
    is guarded in the release.
    language: the only language that it is released in; None for all.
    number: its place in the source, from 1; 0 for what the release adds.
    """

    id: str
    role: Role
    source: str
    solution: str
    exercise: str | None = None
    around: str = ""
    needs_answer: bool = False
    language: str | None = None
    number: int = 0

    @property
    def unguarded(self) -> str:
        """Its text as students get it, without the guard around what needs an answer."""
        return self.solution if self.needs_answer else self.source

    @property
    def is_code(self) -> bool:
        """Whether it is run, rather than read."""
        return self.role not in ("prose", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What one source file says.

    digest: of the source's bytes, and of its files, so that results name what they were graded
    against; files: what lies beside the notebook, by its path from there; varied: what differs by
    student, None where nothing does.
    """

    name: str
    title: Mapping[str, str]
    path: Path
    languages: tuple[str, ...]
    cells: tuple[Cell, ...]
    exercises: tuple[Exercise, ...]
    digest: str
    files: tuple[tuple[str, Path], ...] = ()
    varied: Varied | None = None

    def exercise(self, name: str) -> Exercise:
        """Return the exercise of a name."""
        return next(exercise for exercise in self.exercises if exercise.name == name)

    def cell_of(self, exercise: Exercise) -> Cell:
        """Return the cell of an exercise."""
        return next(cell for cell in self.cells if cell.exercise == exercise.name)

    def built_on(self, exercise: Exercise) -> frozenset[str]:
        """Return the exercises that one builds on, with those that these build on."""
        found: set[str] = set()
        pending = [exercise]
        while pending:
            new = pending.pop().builds_on.keys() - found
            found |= new
            pending += map(self.exercise, new)
        return frozenset(found)

    @property
    def solutions(self) -> dict[str, str]:
        """The solution's cell of each exercise, by its name."""
        return {cell.exercise: cell.solution for cell in self.cells if cell.exercise is not None}

    def title_in(self, language: str | None) -> str:
        """Return the title in a language, or in the first there is."""
        return _in_language(self.title, language)


def _in_language(texts: Mapping[str, str], language: str | None) -> str:
    return texts.get(language or "") or next(iter(texts.values()))
