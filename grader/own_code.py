"""The digest of the grader's own code that decides on marks."""

import hashlib
from functools import cache
from pathlib import Path

# They put what was found into words, files and databases, and decide on no mark.
_TELLING = ("commands", "course", "exchange", "locale", "reporting", "wording")


@cache
def judging() -> str:
    """Return the digest of all modules that marks follow from."""
    top, digest = Path(__file__).parent, hashlib.sha256()
    for path in sorted(top.rglob("*.py")):
        if (name := path.relative_to(top)).parts[0] not in _TELLING:
            code = path.read_bytes()
            digest.update(f"{name.as_posix()} {len(code)}\n".encode() + code)
    return digest.hexdigest()
