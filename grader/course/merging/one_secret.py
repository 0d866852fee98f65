"""The secret of a course, put beside what was merged: the next run there needs it."""

from collections.abc import Sequence
from pathlib import Path

from grader import secret
from grader.course.merging.source import Source
from grader.errors import UsageError


def bring(out: Path, sources: Sequence[Source]) -> list[str]:
    """Put the secret of some folders beside what was merged; returns lines on what is in the way.

    Where they do not have the same, none is put there. Raises NotKept.
    """
    found: dict[bytes, list[str]] = {}
    told = []
    for folder in [out, *(one.folder for one in sources if one.folder is not None)]:
        path = folder / secret.NAME
        try:
            if path.is_file():
                found.setdefault(secret.kept(path), []).append(str(folder))
        except UsageError as error:
            told.append(str(error))
    if len(found) > 1:
        which = "; ".join(
            f"{secret.fingerprint(one)[:12]} in {', '.join(where)}" for one, where in found.items()
        )
        told.append(
            f"there are several secrets ({which}): keep the course's as {out / secret.NAME}, and"
            " grade again with --changed what another one was used for"
        )
    elif found and not told:
        secret.share(out / secret.NAME, next(iter(found)))
    return told
