"""What keeps a submission apart from the machine, from the others and from the reference.

The steps themselves are in `grader.student_side.confine`; here is what is wanted of them, and what
of it this system allows: `full`, `partial` with the names of what is missing, or `none`.
"""

import site
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from grader.kernels.users import ROOTS, Users
from grader.student_side import confine
from grader.student_side.confine import CARD_MEASURES, MEASURES

# Each of them alone keeps from student code what only the user that grades may read.
GUARDS = ("another user", "Landlock", "read-only environment")
# What there is of a root of its own: all of it or nothing.
ROOT = ("mount namespace", "own /proc", "read-only environment", "private files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a submission may use.

    memory: bytes of all its processes; disk: bytes of each of its three folders, and of one file;
    files: open ones, of a process; cpu: seconds of one process, if nobody has stopped it before.
    """

    memory: int = 2 * 2**30
    disk: int = 256 * 2**20
    files: int = 1024
    processes: int = 128
    cpu: int = 36_000

    @classmethod
    def within(cls, memory: int) -> Self:
        """Return the bounds where there is less memory than usual, which files take some of."""
        usual = cls()
        return cls(memory=min(usual.memory, memory), disk=min(usual.disk, memory // 8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """What holds on this system.

    missing: by measure, the reason why it could not be had; shared: why all kernels have one user
    of the system, empty where each has its own; card: whether kernels reach a card's driver.
    """

    missing: Mapping[str, str] = field(default_factory=dict)
    shared: str = ""
    card: bool = False

    @property
    def measures(self) -> tuple[str, ...]:
        """All that there are here, those that hold and those that do not."""
        return (*MEASURES, *(CARD_MEASURES if self.card else ()))

    @property
    def level(self) -> str:
        """`full`, `partial` or `none`."""
        if not self.missing:
            return "full"
        return "none" if set(self.missing).issuperset(MEASURES) else "partial"

    @property
    def hides_files(self) -> bool:
        """Whether student code cannot read what only the user that grades may read."""
        return not all(name in self.missing for name in GUARDS)

    def __str__(self) -> str:
        with_card = ", with a card" if self.card else ""
        if self.level != "partial":
            return f"{self.level}{with_card}"
        return f"partial{with_card} (missing: {', '.join(self.missing)})"


def isolation(reasons: Mapping[str, str], *, card: bool = False) -> Isolation:
    """Return what holds, from what a confined process says of each measure.

    card: whether it may use one.
    """
    missing = {
        name: reasons.get(name, "needs a measure that is missing")
        for name in (*MEASURES, *(CARD_MEASURES if card else ()))
        if reasons.get(name, "-")
    }
    return Isolation(missing=missing, shared=reasons.get(confine.USERS, _ALONE), card=card)


_ALONE = "not on this system"
NOTHING = Isolation(missing=dict.fromkeys(MEASURES, _ALONE), shared=_ALONE)


def attempts(measures: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the measures to try, and those to try where a root of its own fails half-way."""
    yield measures
    yield tuple(name for name in measures if name not in ROOT)


def settings(
    bounds: Bounds,
    measures: tuple[str, ...] = MEASURES,
    *,
    shared: tuple[str, ...] = (),
    user: int | None = None,
    users: Users | None = None,
    watches: bool = False,
    card: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what a template, or a cold kernel, is told at its start.

    shared: folders outside that it may write to; user: that it becomes; users: of which that is
    one; watches: whether it needs epoll, even if others share its user; card: what a slot tells.
    """
    return {
        "measures": [*measures, *(CARD_MEASURES if measures and card is not None else ())],
        "environment": _environment(),
        "user": user,
        "granted": asdict(users) if users not in (None, ROOTS) else None,
        "watches": watches,
        "shared": list(shared),
        "limits": asdict(bounds),
        "card": card,
    }


def is_shown(path: Path) -> bool:
    """Whether a path lies in a folder that student code may read, whatever the isolation."""
    return any(path.is_relative_to(folder) for folder in _environment())


def _environment() -> list[str]:
    """Return the folders that Python, its packages and the kernel are in, the outer ones alone.

    Not those that a `.pth` file adds: an editable install of the grader is a checkout, with the
    reference beside it.
    """
    paths = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    paths |= {sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib")}
    paths |= set(site.getsitepackages())
    paths.add(str(Path(sys.executable).resolve().parent.parent))
    paths.add(str(Path(confine.__file__).parent))
    found = sorted(str(Path(path)) for path in paths if Path(path).is_dir() and path != "/")
    return [
        path
        for path in found
        if not any(path != other and Path(path).is_relative_to(other) for other in found)
    ]
