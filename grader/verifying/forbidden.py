"""Whether what an exercise forbids can be seen, and does not stand open under another name."""

from collections.abc import Iterator
from importlib import import_module

import torch

from grader.model.assignment import Exercise
from grader.verifying.subject import Subject

# Where torch has the same functions under several names.
_HOMES = ("torch", "torch.nn.functional", "torch.special", "torch.linalg", "torch.Tensor")


def verify_forbidden(subject: Subject) -> None:
    """Verify that forbidden names exist, can be recognised, and have no twin that is allowed."""
    for exercise in subject.exercises:
        for name in exercise.forbid:
            if name.split(".")[0] == "torch" and _value(name) is None:
                subject.findings.add_to(
                    exercise,
                    f"it forbids `{name}`, which PyTorch {torch.__version__} does not have",
                    "write the name as its documentation does",
                    near=name,
                )
            elif (owner := _class_of(name)) is not None:
                subject.findings.add_to(
                    exercise,
                    f"it forbids `{name}`, and nobody can see in code that `x.{_last(name)}()` is"
                    f" a method of {owner}",
                    "only its full name is found: read what was handed in, or forbid another name",
                    near=name,
                    fault=False,
                )
            elif open_names := sorted(_twins(name, exercise)):
                named = ", ".join(f"`{one}`" for one in open_names)
                subject.findings.add_to(
                    exercise,
                    f"it forbids `{name}`, while {named} can be used in its place",
                    f"forbid {'it' if len(open_names) == 1 else 'them'} too, if that is not meant",
                    near=name,
                    fault=False,
                )


def _twins(name: str, exercise: Exercise) -> Iterator[str]:
    """Yield where torch has a function of the same name, which is not forbidden."""
    home, _, last = name.rpartition(".")
    if home not in _HOMES or not callable(_value(name)):
        return
    for other in _HOMES:
        twin = f"{other}.{last}"
        found = _value(twin)
        covering = {twin, other}
        if other == "torch.Tensor":
            covering.add(f"torch.{last}")  # which forbids the method, too
        if callable(found) and not isinstance(found, type) and not covering & {*exercise.forbid}:
            yield twin


def _class_of(name: str) -> str | None:
    """Return the class that a dotted name is a method of; None for one of a tensor, and others."""
    home = name.rpartition(".")[0]
    owner = _value(home) if home else None
    is_found = isinstance(owner, type) and not issubclass(owner, torch.Tensor)
    return f"`{home}`" if is_found else None


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _value(name: str) -> object | None:
    """Return what a dotted name stands for, of a module that is installed; None for nothing."""
    first, *others = name.split(".")
    try:
        found: object = import_module(first)
        path = first
        for part in others:
            path += f".{part}"
            found = getattr(found, part) if hasattr(found, part) else import_module(path)
    except ImportError:
        return None
    return found
