"""What to say where a file cannot be written, and what to do then."""

import errno

# What is short is not the place to write to, and may be there again in a moment.
_SHORT = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_LOST = (*_FULL, errno.EROFS, errno.EIO, errno.ESTALE, errno.ENODEV)


def is_unwritten(error: BaseException) -> bool:
    """Whether an error in writing files is one of the place that they are in."""
    return isinstance(error, OSError) and error.errno not in _SHORT


def is_lost(error: BaseException) -> bool:
    """Whether an error is of a disk that is full or fails, and of no path that somebody named."""
    return isinstance(error, OSError) and error.errno in _LOST


def reason(error: BaseException) -> str:
    """Return why something cannot be written, and what to do."""
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    where = f" {error.filename}" if error.filename else ""
    if error.errno in _FULL:
        return f"no space left on the disk of{where or ' the results'}; make room"
    return f"cannot write{where}: {error.strerror[0].lower()}{error.strerror[1:]}"
