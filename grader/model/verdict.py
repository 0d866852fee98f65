"""What verifying an assignment found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found. fault: whether it has to be mended; line: from 1, if known."""

    fault: bool
    path: Path
    cell: int | None
    line: int | None
    problem: str
    todo: str

    def __str__(self) -> str:
        place = f"{self.path}{f':{self.line}' if self.line else ''}"
        cell = f", cell {self.cell}" if self.cell else ""
        return f"{place}{cell}: {self.problem}; {self.todo}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One exercise in the table.

    weak: how many of its checks no trivial answer fails; named: mistakes that are told apart;
    spread, nearest: of right runs and of the nearest mistake, in tolerances.
    """

    exercise: str
    points: float
    checks: int
    hidden: int
    weak: int
    mistakes: int
    named: int
    alternatives: int
    spread: float
    nearest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verifying an assignment gave.

    assignment: its name; confusion: by exercise and mistake, the mistakes that its values are
    taken for.
    """

    assignment: str
    rows: Sequence[Row]
    findings: Sequence[Finding]
    confusion: Mapping[str, Mapping[str, Sequence[str]]]

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to mend."""
        return not any(finding.fault for finding in self.findings)
