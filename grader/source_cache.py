"""Sources that were read before, in a cache: reading them takes longer than all else at a start.

What is kept is what reading gave, as JSON; that a source is faulty is found out anew.
"""

import hashlib
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from grader import own_code
from grader.cache_folder import CacheFolder, key_of
from grader.model.assignment import Assignment

_ASSIGNMENT = TypeAdapter(Assignment)


def load(path: Path, cache: Path | None) -> Assignment:
    """Return the assignment of a source, from the cache where it has it.

    One that comes with files is read each time: they may have changed.

    cache: its folder, None for none. Raises SourceError, as `grader.authoring.source.load` does.
    """
    try:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return _read(path)  # which says what is wrong with it
    if cache is None:
        return _read(path)
    folder = CacheFolder(cache)
    key = key_of(str(path), content, own_code.surroundings())
    if data := folder.get(key):
        try:
            return _ASSIGNMENT.validate_json(data)
        except ValidationError:
            pass
    read = _read(path)
    if not read.files:
        folder.put(key, _ASSIGNMENT.dump_json(read))
    return read


def _read(path: Path) -> Assignment:
    # With its parsers, which what was read before does not need.
    from grader.authoring import source

    return source.load(path)
