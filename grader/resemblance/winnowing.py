"""Winnowing: a few k-grams of a row of tokens, such that what two rows share is in both.

Schleimer, Wilkerson, Aiken: Winnowing: Local Algorithms for Document Fingerprinting, SIGMOD 2003.
Of each `WINDOW` neighbouring k-grams the one with the least hash is taken, and of equal ones the
rightmost. Two rows that have `WINDOW + LENGTH - 1` tokens in common, at whatever places, then have
a k-gram in common that was taken in both; what is shorter than `LENGTH` tokens is never found.
"""

from collections import deque
from collections.abc import Container, Sequence

LENGTH = 10  # tokens of a k-gram, about a line and a half
WINDOW = 4  # k-grams
GUARANTEED = WINDOW + LENGTH - 1  # tokens in common that are never missed


def grams(codes: Sequence[int]) -> list[int]:
    """Return the hash of each k-gram of a row, in order."""
    # Python's hash of whole numbers, and of tuples of them, is the same in each process.
    return [hash(one) for one in zip(*(codes[n:] for n in range(LENGTH)), strict=False)]


def winnowed(hashes: Sequence[int], without: Container[int] = ()) -> list[int]:
    """Return the places of the k-grams that are taken, in order.

    without: hashes of k-grams that are never taken. The promise holds for what two rows share
    besides: it depends on a window alone which of the others is taken.
    """
    taken: list[int] = []
    least: deque[int] = deque()  # places that may yet be the least of a window, by their hashes
    for place, found in enumerate(hashes):
        if least and least[0] <= place - WINDOW:
            least.popleft()
        if found not in without:
            while least and hashes[least[-1]] >= found:
                least.pop()
            least.append(place)
        if least and place >= min(WINDOW, len(hashes)) - 1 and least[0] != (taken or [-1])[-1]:
            taken.append(least[0])
    return taken
