"""What a batch is told, whichever engine grades it: plain data, which goes to other processes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader import cache_folder
from grader.kernels.cards import Place
from grader.kernels.kernel import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is the same for all submissions of one run.

    sources: of the assignments that a submission may answer; chosen: whether the person named
    them, so that what a notebook says of itself does not count.
    out: the folder that results are written to.
    device: "cpu" or "cuda", whichever card it is; places: on cards, one for each worker; no more
    work at once than there are.
    kernel: the name of a kind, or None for what is best here; full: whether less than full
    isolation is refused.
    language: of the reports; None for the notebook's own.
    offsets: by assignment, by how much seeds are shifted in a second run of each submission;
    where an assignment has none, there is no such run.
    ready: the folder of references that were run before, as `grader.ready_made` writes them; None
    where they are run.
    memory: bytes that a submission may hold at most, None for what is usual; where it is less,
    what can be made anew is not kept.
    cache: the folder of references that earlier processes have run, this user's where none is
    named; None for none.
    variants: by assignment, the key that its variants follow from, in hexadecimal digits; without
    one, the example's numbers are everybody's.
    students: the id and the name of each who is known, so that it can be told whose variant
    another's hand-in has.
    """

    sources: tuple[Path, ...]
    out: Path
    device: str = "cpu"
    places: tuple[Place, ...] = ()
    kernel: str | None = None
    full: bool = False
    limits: Limits = field(default_factory=Limits)
    chosen: bool = False
    language: str | None = None
    offsets: Mapping[str, int] = field(default_factory=dict)
    ready: Path | None = None
    memory: int | None = None
    cache: Path | None = field(default_factory=cache_folder.usual)
    variants: Mapping[str, str] = field(default_factory=dict)
    students: tuple[tuple[str, str], ...] = ()
