"""What a machine grades with, and why it may not be used by who has something else."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from grader import own_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What marks and reports follow from on a machine, beside sources.

    code: the digest of the grader's files.
    """

    tensorgrader: str
    code: str
    torch: str
    python: str


@cache
def begun() -> Facts:
    """Return what was here as this process first asked."""
    return here()


def here() -> Facts:
    """Return what is here now."""
    return Facts(
        tensorgrader=version("tensorgrader"),
        code=own_code.everything(),
        torch=version("torch").partition("+")[0],
        python=".".join(platform.python_version_tuple()[:2]),
    )


def differs(there: Mapping[str, object], own: Facts) -> str:
    """Return why a machine cannot grade for this one; empty where it can.

    there: the facts of it, as it says.
    """
    for name, told, mine in (
        ("tensorgrader", "tensorgrader", own.tensorgrader),
        ("torch", "torch", own.torch),
        ("Python", "python", own.python),
    ):
        if there.get(told) != mine:
            return f"it has {name} {there.get(told)}, and here is {mine}"
    if there.get("code") != own.code:
        return (
            f"its files of tensorgrader {own.tensorgrader} are not the same as here; where they"
            " are by now, start the worker again"
        )
    return ""
