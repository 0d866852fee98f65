"""What an autograder is told by the person who made it, in a file beside the source."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from grader.errors import UsageError

PRIVATE = "private"  # the folder of what no student may see, in the zip
NAME = "settings.json"  # in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How submissions are graded.

    source: the name of the assignment's file; offsets: by how much seeds are shifted for other
    data, by assignment; cell, submission: limits, in CPU seconds; language: of reports, None for
    the notebook's own.
    """

    source: str
    offsets: dict[str, int] = field(default_factory=dict)
    cell: float = 15.0
    submission: float = 100.0
    language: str | None = None


_READ = TypeAdapter(Settings)


def dump(settings: Settings) -> bytes:
    """Return the content of the file."""
    return json.dumps(asdict(settings), indent=1).encode() + b"\n"


def read(path: Path) -> Settings:
    """Return what a file says. Raises UsageError where it is damaged, and OSError."""
    try:
        return _READ.validate_json(path.read_bytes())
    except ValidationError as error:
        raise UsageError(f"{path} is damaged: build the autograder again") from error
