"""A reference that was run before, in a file: what it gave, so that it need not be run again.

Whoever can read it knows the expected values, hidden ones too.
"""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from grader.errors import BadAnswer, SourceError
from grader.formats import values_file
from grader.formats.values_file import Group, ValuesFile
from grader.kernels.kernel import KernelFactory
from grader.kernels.meter import Spent
from grader.model.assignment import Assignment
from grader.model.values import Values
from grader.reference import Gave, Reference, restored
from grader.running.recording import Recording
from grader.variants import Variants


class _About(BaseModel):
    """What is no value."""

    model_config = ConfigDict(extra="forbid")
    assignment: str
    digest: str
    device: str
    seed: int
    torch: str
    modules: list[str]
    changed: dict[str, list[str]]
    changed_inputs: dict[str, dict[str, list[str]]]
    spent: list[tuple[str, str, Spent]]


_READ = TypeAdapter(_About)


def name_of(assignment: Assignment, offset: int) -> str:
    """Return what the file is called. offset: by how much seeds are shifted."""
    return f"{assignment.name}-{offset}.reference"


def dump(reference: Reference) -> bytes:
    """Return what a reference gave as the bytes of a file, with all variants that were run."""
    recording = reference.recording
    about = _About(
        assignment=reference.assignment.digest,
        digest=reference.digest,
        device=reference.device,
        seed=reference.seed,
        torch=version("torch"),
        modules=list(recording.modules),
        changed={name: sorted(names) for name, names in recording.changed.items()},
        changed_inputs={
            name: {call: sorted(names) for call, names in calls.items()}
            for name, calls in reference.changed_inputs.items()
        },
        spent=[(*key, spent) for key, spent in reference.spent.items()],
    )
    return values_file.dump(
        ValuesFile(
            groups=_groups(reference), about=about.model_dump_json(), payloads=recording.states
        )
    )


def load(
    data: bytes,
    assignment: Assignment,
    *,
    factory: KernelFactory,
    variants: Variants | None = None,
) -> Reference:
    """Return a reference as it was when `dump` was called, its kernels to come from this factory.

    variants: where others are looked for than those that were written.
    Raises SourceError where the data are damaged, or of another source or another torch.
    """
    path = assignment.path
    try:
        file = values_file.load(data)
        about = _READ.validate_json(file.about)
    except (ValidationError, BadAnswer) as error:
        problem = f"its ready-made values cannot be read ({error}); make them again"
        raise SourceError(problem, path=path) from error
    if about.assignment != assignment.digest:
        raise SourceError("it is of another version of the assignment; make it again", path=path)
    if _release(about.torch) != _release(here := version("torch")):
        problem = f"it was made with torch {about.torch}, and torch {here} is here; make it again"
        raise SourceError(problem, path=path)
    factory.load(about.modules)
    found = restored(
        assignment,
        _gave(file, about),
        factory=factory,
        device=about.device,
        seed=about.seed,
        variants=variants or Variants(_of("variant", file)),
    )
    if found.digest != about.digest:
        raise SourceError("its ready-made values are not what was written", path=path)
    return found


def write(reference: Reference, path: Path) -> None:
    """Write what a reference gave. Raises OSError."""
    path.write_bytes(dump(reference))


def read(path: Path, assignment: Assignment, *, factory: KernelFactory) -> Reference:
    """Return what `write` has written, as `load` does. Raises SourceError."""
    try:
        return load(path.read_bytes(), assignment, factory=factory)
    except OSError as error:
        problem = f"its ready-made values cannot be read ({error}); make them again"
        raise SourceError(problem, path=path) from error
    except SourceError as error:
        raise SourceError(error.problem, path=path) from error


def _groups(reference: Reference) -> dict[Group, Values]:
    """Return all values, by what they belong to."""
    return {
        **{("expected", name): values for name, values in reference.expected.items()},
        **{("started", name): values for name, values in reference.started.items()},
        **{("given", *key): values for key, values in reference.recording.given.items()},
        **{("variant", *key): values for key, values in reference.variants.known.items()},
    }


def _of(kind: str, file: ValuesFile) -> dict[tuple[str, str], Values]:
    """Return the values of a kind, by the one or two names that follow."""
    named = ((key, values) for key, values in file.groups.items() if key[0] == kind)
    return {(key[1], "".join(key[2:3])): values for key, values in named}


def _gave(file: ValuesFile, about: _About) -> Gave:
    recording = Recording(
        states=dict(file.payloads),
        given=_of("given", file),
        modules=dict.fromkeys(about.modules),
        changed={name: frozenset(names) for name, names in about.changed.items()},
    )
    changed: Mapping[str, Mapping[str, frozenset[str]]] = {
        name: {call: frozenset(names) for call, names in calls.items()}
        for name, calls in about.changed_inputs.items()
    }
    return Gave(
        expected={name: values for (name, _), values in _of("expected", file).items()},
        started={name: values for (name, _), values in _of("started", file).items()},
        changed_inputs=changed,
        recording=recording,
        spent={(name, call): spent for name, call, spent in about.spent},
    )


def _release(torch: str) -> str:
    """Return the version without what it was built for: `+cpu`, `+cu130`."""
    return torch.partition("+")[0]
