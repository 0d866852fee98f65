"""Reasons why something could not be graded.

A wrong answer is never an exception; these are for what cannot be answered at all.

GraderError
├── UsageError        the command line asks for what is not there          exit code 2
├── BadBundle         a file to check a notebook with is damaged           exit code 2
├── SourceError       the source of an assignment is faulty                exit code 2, or 3 in
│                     a batch that goes on with other assignments
├── CannotGrade       a submission gets a row and a reason, not a score    exit code 1
│   ├── Unreadable        the file cannot be opened
│   ├── EmptyFile         nothing in it
│   ├── NotANotebook      something else under this name
│   ├── DamagedNotebook   was a notebook once
│   ├── OtherLanguage     a notebook, but not in Python
│   ├── TooLarge          over a limit, which the message names
│   ├── NoSuchAssignment  answers none of the known assignments
│   └── Doubtful          two hand-ins for one student: a person decides    exit code 3
├── NotKept           what is found cannot be kept: a disk is full, say      exit code 4
└── NeedsReview       the grader's own fault: no score until a person looks  exit code 3
    ├── KernelFailed      no kernel could be started
    ├── TooBusy           the machine let a kernel do next to nothing
    ├── BadAnswer         a kernel answered with what is no observation
    └── Failed            a fault in the grader's own code
"""

from collections.abc import Sequence
from pathlib import Path

from grader.model.text import Text


class GraderError(Exception):
    """Base of everything the grader raises on purpose."""


class UsageError(GraderError):
    """The command line asks for something that is not there; the message says what to do."""


class BadBundle(GraderError):
    """A file to check a notebook with cannot be used; the message names it, and what to do."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason)


class SourceError(GraderError):
    """The source of an assignment is faulty.

    The message names the file, the cell (counted from 1), the line where it is known, and the fix.
    """

    def __init__(
        self, problem: str, *, path: Path | str, cell: int | None = None, line: int | None = None
    ) -> None:
        self.problem = problem
        self.path = str(path)
        self.cell = cell
        self.line = line
        where = str(path) + (f":{line}" if line else "") + (f", cell {cell}" if cell else "")
        super().__init__(f"{where}: {problem}")

    @property
    def faults(self) -> "Sequence[SourceError]":
        """Each fault that was found, in the order of the file; itself where it is one."""
        return (self,)


class SeveralFaults(SourceError):
    """The source of an assignment has several faults; the message has a line for each."""

    def __init__(self, faults: Sequence[SourceError]) -> None:
        first = faults[0]
        super().__init__(first.problem, path=first.path, cell=first.cell, line=first.line)
        self._faults = tuple(faults)

    @property
    def faults(self) -> Sequence[SourceError]:
        """Each fault that was found, in the order of the file."""
        return self._faults

    def __str__(self) -> str:
        return "\n".join(map(str, self._faults))


def all_of(faults: Sequence[SourceError]) -> SourceError:
    """Return what is raised where these faults were found, at least one, each of them once."""
    distinct = list({str(one): one for one in faults}.values())
    distinct.sort(key=lambda one: (one.cell or 0, one.line or 0))
    return distinct[0] if len(distinct) == 1 else SeveralFaults(distinct)


class CannotGrade(GraderError):
    """A submission cannot be graded; the message is the reason that its row shows."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason)


class Unreadable(CannotGrade):
    """The file cannot be opened."""


class EmptyFile(CannotGrade):
    """There is nothing in the file."""


class NotANotebook(CannotGrade):
    """The file holds something else than a notebook."""


class DamagedNotebook(CannotGrade):
    """The file was a notebook and is cut off or mangled."""


class OtherLanguage(CannotGrade):
    """The notebook is written in another language than Python."""


class TooLarge(CannotGrade):
    """The file exceeds a limit that the message names."""


class NoSuchAssignment(CannotGrade):
    """The notebook answers none of the known assignments."""


class Doubtful(CannotGrade):
    """It is not certain whose the hand-in is, so that a person has to look; it has no score yet."""


class NotKept(GraderError):
    """What is found cannot be kept, or what was kept cannot be read: a disk is full, say."""


class NeedsReview(GraderError):
    """The grader itself failed: the submission has no score until a person has looked."""


class KernelFailed(NeedsReview):
    """A kernel could not be started or did not answer at its start."""


class TooBusy(NeedsReview):
    """The machine had too much else to do."""

    def __init__(self) -> None:
        super().__init__("the machine was too busy")


class BadAnswer(NeedsReview):
    """A kernel sent what is not a well-formed observation, or more than the limits allow."""


class Failed(NeedsReview):
    """The grader's own code failed, by the error that this one was raised from."""

    def __init__(self, error: Exception) -> None:
        self.problem = f"{type(error).__name__}: {error}"
        super().__init__(f"the grader failed: {self.problem}")
