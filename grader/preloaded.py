"""What the notebooks of an assignment import, from a cache: a template loads it ahead of its use.

A process that has not loaded torch can read it, long before it has the reference.
"""

from collections.abc import Collection
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from grader import own_code
from grader.cache_folder import CacheFolder, key_of
from grader.model.assignment import Assignment

_NAMES = TypeAdapter(list[str])


def known(assignment: Assignment, cache: Path | None) -> list[str]:
    """Return the names of the modules, none where they are not known. cache: its folder."""
    data = CacheFolder(cache).get(_key(assignment)) if cache is not None else None
    try:
        return _NAMES.validate_json(data) if data else []
    except ValidationError:
        return []


def keep(assignment: Assignment, names: Collection[str], cache: Path) -> None:
    """Keep the names of the modules that its solutions have imported."""
    CacheFolder(cache).put(_key(assignment), _NAMES.dump_json(list(names)))


def _key(assignment: Assignment) -> str:
    return key_of("modules", assignment.name, assignment.digest, own_code.surroundings())
