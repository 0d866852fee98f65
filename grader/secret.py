"""The secret that decides on the other data of each assignment, and on whose numbers are which.

It is kept from run to run. Who knows it knows the data beforehand; who loses it grades on other
data from then on, and cannot tell any more which variant a notebook has.
"""

import contextlib
import errno
import hashlib
import hmac
import os
import re
import secrets
import tempfile
from pathlib import Path

from grader.errors import NotKept, UsageError

NAME = "secret.txt"  # in the folder that results are written to
MAX_OFFSET = 1_000_000  # seeds may stay below 2**32, NumPy's limit


def kept(path: Path) -> bytes:
    """Return the secret of a file, which is made where there is none.

    Of two runs that make it at once, both get what one of them has written.
    Raises UsageError where the file holds no secret, or cannot be read or made, and NotKept where
    there is no room for it.
    """
    try:
        if not path.exists():
            _make(path, secrets.token_bytes(32))
        with path.open("rb") as file:
            text = file.read(1_000)
    except OSError as error:
        kind = NotKept if error.errno in (errno.ENOSPC, errno.EDQUOT) else UsageError
        raise kind(f"{path}: {error.strerror or error}; it is to hold the secret") from error
    if not re.fullmatch(rb"\s*[0-9a-fA-F]{64}\s*", text):
        raise UsageError(
            f"{path} is to hold a secret of 64 hexadecimal digits and does not; put back a copy,"
            " or delete it: then another is drawn, and a second run may give other marks"
        )
    return bytes.fromhex(text.decode())


def share(path: Path, secret: bytes) -> None:
    """Keep a secret in a file as well, where there is none. Raises NotKept."""
    try:
        if not path.exists():
            _make(path, secret)
    except OSError as error:
        raise NotKept(f"{path}: {error.strerror or error}; it is to hold the secret") from error


def offset(secret: bytes, digest: str) -> int:
    """Return by how much seeds are shifted in the second run of an assignment with this digest."""
    drawn = hmac.digest(secret, digest.encode(), hashlib.sha256)
    return 1 + int.from_bytes(drawn) % MAX_OFFSET


def of_variants(secret: bytes, name: str) -> bytes:
    """Return the key that the variants of an assignment follow from, and nothing else does.

    It hangs on the assignment's name alone: a source that is mended leaves notebooks as they are.
    """
    return hmac.digest(secret, f"variants of {name}".encode(), hashlib.sha256)


def fingerprint(secret: bytes) -> str:
    """Return what tells a secret from others, and does not give it away."""
    return hmac.digest(secret, b"fingerprint", hashlib.sha256).hex()


def _make(path: Path, secret: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f"{secret.hex()}\n".encode()
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another run was faster
            _put(beside, path, text)
    finally:
        beside.unlink()


def _put(beside: Path, path: Path, text: bytes) -> None:
    """Put a file into place that replaces nothing. Raises FileExistsError, and OSError."""
    try:
        path.hardlink_to(beside)  # unlike a renaming
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        with open(path, "xb", opener=_private) as file:
            try:
                file.write(text)
                file.flush()
            except OSError:  # a disk that is full: half a secret is none
                path.unlink()
                raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
