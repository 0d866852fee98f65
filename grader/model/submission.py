"""What was handed in, and how its cells answer an assignment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from grader.model.assignment import Exercise
from grader.model.facts import ForbiddenUse
from grader.model.text import Text

# Of what was handed in beside a notebook.
MAX_FILES = 1_000
MAX_TOTAL = 200 * 2**20  # bytes; a kernel's working folder holds little more


@dataclass(frozen=True, slots=True, kw_only=True)
class Handin:
    """One file that stands for one student's attempt; its content has not been looked at.

    path: None where there is no file, and `problem` says why; shown: the path as the person who
    started the grading would write it; id: what a learning platform knows the student by;
    attachments: the files that were handed in with it, by their paths from the notebook's folder;
    others: earlier attempts, which do not count; attempt: its number where several are graded, from
    1, and bundle: what these have in common, empty where one is; platform: where it was handed in,
    if that is known; by: else, what tells whose it is; on_roster: empty where there is none;
    handed_in: when, in ISO 8601, and late, as the platform tells it; doubt: why a person has to say
    whose it is before it is graded; kept: where copies of its files stand, the notebook's first, by
    start and length, as `grader.engines.kept` makes them.
    """

    student: str
    path: Path | None
    shown: str
    id: str | None = None
    problem: Text | None = None
    notes: tuple[Text, ...] = ()
    attachments: tuple[tuple[str, Path], ...] = ()
    others: tuple[str, ...] = ()
    attempt: int = 1
    bundle: str = ""
    platform: str = ""
    by: str = ""
    on_roster: Literal["", "listed", "unknown", "absent"] = ""
    handed_in: str | None = None
    late: bool | None = None
    doubt: Text | None = None
    kept: tuple[tuple[int, int] | None, ...] = ()

    @property
    def known_by(self) -> str:
        """What tells whose it is."""
        return self.platform or self.by


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookCell:
    """A cell of a notebook, without its saved outputs."""

    kind: Literal["code", "markdown", "raw"]
    source: str
    id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def about(self) -> Mapping[str, Any]:
        """What the release wrote into the metadata, if a tool has not dropped it."""
        return _about(self.metadata)


def _about(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    about = metadata.get("tensorgrader")
    return about if isinstance(about, Mapping) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """A notebook as data. notes: what had to be mended to read it."""

    cells: tuple[NotebookCell, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()

    @property
    def about(self) -> Mapping[str, Any]:
        """What the release wrote into the metadata, if a tool has not dropped it."""
        return _about(self.metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A notebook that a student handed in.

    digest: of the file's bytes; attachments: as in Handin.
    """

    student: str
    source: str
    notebook: Notebook
    digest: str
    notes: tuple[Text, ...] = ()
    attachments: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One piece of code to run.

    released: the id of the released cell that it stands for; before it, the generators of random
        numbers are set to the state that the reference had there. None for a student's own cell.
    exercise: whose cell it is, or, for a student's own cell, the exercise that stands before it.
    cell: the index in the submitted notebook; None for a given cell that was put back.
    opaque: whether it is over the notebook's budget of code that is looked through.
    """

    source: str
    role: Literal["given", "exercise", "own"]
    released: str | None = None
    exercise: str | None = None
    cell: int | None = None
    limit: float | None = None
    opaque: bool = False


State = Literal["filled", "blank", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a submission holds for one exercise, before anything runs.

    code: the student's code for it, own cells below included; text: of an answer in a Markdown
    cell.
    banned: what its own cell uses although the exercise forbids it; banned_below: what
    the cells below it use besides.
    """

    exercise: Exercise
    state: State
    code: str = ""
    text: str = ""
    banned: tuple[ForbiddenUse, ...] = ()
    banned_below: tuple[ForbiddenUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """The steps to run, in the student's order, and what answers each exercise.

    notes: what was mended or guessed, in plain words for the report.
    """

    steps: tuple[Step, ...]
    answers: tuple[Answer, ...]
    notes: tuple[Text, ...] = ()
