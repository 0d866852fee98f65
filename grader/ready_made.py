"""A reference that was run before, in a file: what it gave, so that it need not be run again.

A zip archive of JSON and safetensors, as values cross the boundary; never pickle. Whoever can read
it knows the expected values, hidden ones too.
"""

import zipfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from grader.errors import BadAnswer, SourceError
from grader.formats import wire
from grader.kernels.kernel import KernelFactory
from grader.kernels.meter import Spent
from grader.model.assignment import Assignment
from grader.model.values import NoValue, Payload, Value, Values
from grader.reference import Gave, Reference, restored
from grader.running.recording import Recording

_ABOUT = "about.json"
_HEADER, _TENSORS = "{}.json", "{}.safetensors"


class _Entry(BaseModel):
    """A value. of: what it belongs to; name: its expression; nothing: why there is none."""

    model_config = ConfigDict(extra="forbid", strict=True)
    of: tuple[str, ...]
    name: str
    nothing: NoValue | None = None


class _About(BaseModel):
    """What is no value. entries: of the values, each in two files under its place here."""

    model_config = ConfigDict(extra="forbid")
    assignment: str
    digest: str
    device: str
    seed: int
    torch: str
    entries: list[_Entry]
    empty: list[tuple[str, ...]]
    states: list[str]
    modules: list[str]
    changed: dict[str, list[str]]
    changed_inputs: dict[str, dict[str, list[str]]]
    spent: list[tuple[str, str, Spent]]


_READ = TypeAdapter(_About)


def name_of(assignment: Assignment, offset: int) -> str:
    """Return what the file is called. offset: by how much seeds are shifted."""
    return f"{assignment.name}-{offset}.reference"


def write(reference: Reference, path: Path) -> None:
    """Write what a reference gave. Raises OSError."""
    recording = reference.recording
    groups = _groups(reference)
    entries = [
        (_Entry(of=of, name=name, nothing=value if isinstance(value, NoValue) else None), value)
        for of, values in groups.items()
        for name, value in values.items()
    ]
    about = _About(
        assignment=reference.assignment.digest,
        digest=reference.digest,
        device=reference.device,
        seed=reference.seed,
        torch=version("torch"),
        entries=[entry for entry, _ in entries],
        empty=[of for of, values in groups.items() if not values],
        states=list(recording.states),
        modules=list(recording.modules),
        changed={name: sorted(names) for name, names in recording.changed.items()},
        changed_inputs={
            name: {call: sorted(names) for call, names in calls.items()}
            for name, calls in reference.changed_inputs.items()
        },
        spent=[(*key, spent) for key, spent in reference.spent.items()],
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_ABOUT, about.model_dump_json())
        for place, (entry, value) in enumerate(entries):
            if entry.nothing is None:
                _put(archive, str(place), wire.encode({"value": value}))
        for place, payload in enumerate(recording.states.values()):
            _put(archive, f"state{place}", payload)


def read(path: Path, assignment: Assignment, *, factory: KernelFactory) -> Reference:
    """Return a reference as it was when it was written, its kernels to come from this factory.

    Raises SourceError where the file is damaged, or of another source or another torch.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            about = _READ.validate_json(archive.read(_ABOUT))
            gave = _gave(archive, about)
    except (OSError, KeyError, zipfile.BadZipFile, ValidationError, BadAnswer) as error:
        problem = f"its ready-made values cannot be read ({error}); make them again"
        raise SourceError(problem, path=path) from error
    if about.assignment != assignment.digest:
        raise SourceError("it is of another version of the assignment; make it again", path=path)
    if _release(about.torch) != _release(here := version("torch")):
        problem = f"it was made with torch {about.torch}, and torch {here} is here; make it again"
        raise SourceError(problem, path=path)
    factory.load(about.modules)
    found = restored(assignment, gave, factory=factory, device=about.device, seed=about.seed)
    if found.digest != about.digest:
        raise SourceError("its ready-made values are not what was written", path=path)
    return found


def _groups(reference: Reference) -> dict[tuple[str, ...], Values]:
    """Return all values, by what they belong to."""
    return {
        **{("expected", name): values for name, values in reference.expected.items()},
        **{("started", name): values for name, values in reference.started.items()},
        **{("given", *key): values for key, values in reference.recording.given.items()},
    }


def _gave(archive: zipfile.ZipFile, about: _About) -> Gave:
    groups: dict[tuple[str, ...], dict[str, Value]] = {of: {} for of in about.empty}
    for place, entry in enumerate(about.entries):
        value = entry.nothing or wire.decode(_take(archive, str(place)))["value"]
        groups.setdefault(entry.of, {})[entry.name] = value
    recording = Recording(
        states={name: _take(archive, f"state{n}") for n, name in enumerate(about.states)},
        given={(of[1], of[2]): values for of, values in groups.items() if of[0] == "given"},
        modules=dict.fromkeys(about.modules),
        changed={name: frozenset(names) for name, names in about.changed.items()},
    )
    changed: Mapping[str, Mapping[str, frozenset[str]]] = {
        name: {call: frozenset(names) for call, names in calls.items()}
        for name, calls in about.changed_inputs.items()
    }
    return Gave(
        expected={of[1]: values for of, values in groups.items() if of[0] == "expected"},
        started={of[1]: values for of, values in groups.items() if of[0] == "started"},
        changed_inputs=changed,
        recording=recording,
        spent={(name, call): spent for name, call, spent in about.spent},
    )


def _put(archive: zipfile.ZipFile, name: str, payload: Payload) -> None:
    archive.writestr(_HEADER.format(name), payload.header)
    archive.writestr(_TENSORS.format(name), payload.tensors)


def _take(archive: zipfile.ZipFile, name: str) -> Payload:
    header, tensors = (archive.read(form.format(name)) for form in (_HEADER, _TENSORS))
    return Payload(header=header, tensors=tensors)


def _release(torch: str) -> str:
    """Return the version without what it was built for: `+cpu`, `+cu130`."""
    return torch.partition("+")[0]
