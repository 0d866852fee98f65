"""What fails on the grader's own side is done again: its troubles are nobody else's."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from grader.errors import Failed, NeedsReview

TRIES = 3

_T = TypeVar("_T")


def retried(work: Callable[[], _T], *, renew: Callable[[], object] = lambda: None) -> _T:
    """Do something, and up to twice more where the grader itself, or the system, fails at it.

    renew: makes anew what may be broken, as a part of each further try. Raises NeedsReview.
    """
    for number in range(TRIES - 1):
        with suppress(NeedsReview):
            return _tried(work, renew if number else None)
    return _tried(work, renew)


def _tried(work: Callable[[], _T], renew: Callable[[], object] | None) -> _T:
    try:
        if renew is not None:
            renew()
        return work()
    except (OSError, MemoryError) as error:  # no more files, processes, memory
        raise Failed(error) from error
