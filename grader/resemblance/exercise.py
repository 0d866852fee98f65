"""The answers of a class to one exercise: which of them are alike, and how rare that is.

How unlikely two answers are to have passages in common by chance is told in bits: of passages that
lie side by side each counts log2 of one over its share of the rest of the class, so that what all
write counts nothing, and what many write little. What the course itself writes counts nothing
either.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log2

from grader.model.resemblance import Kind
from grader.resemblance.tokens import Tokens
from grader.resemblance.winnowing import LENGTH, grams, winnowed

LEAST = 30  # tokens of a student's own, some five lines; in less there are not ways enough
ALIKE = 0.8  # of what is the student's own
_BASE, _EACH, _WEAK = 10.0, 2.0, 5.0  # bits; see `enough`, and `worth_noting`
_CANDIDATES = 50  # students; what more have in common is no reason to compare them two by two
_COMMON = 2  # taken k-grams that two answers share at least that are compared
_AS_LONG = 0.7  # of the longer; what is much longer is not alike in most of it
_PART = 0.4  # of the taken ones of the one that has fewer; alike in so much, two share more


def enough(students: int) -> float:
    """Return the bits from which two answers in a class of so many are worth a look by themselves.

    In a class there are so many pairs that the likeliest of them have much in common by chance. It
    is twice their number's logarithm: passages of one answer do not come independently.
    """
    return _EACH * log2(max(students * (students - 1) / 2, 1)) + _BASE


def worth_noting(students: int) -> float:
    """Return the bits from which they are so where other exercises of the two are alike, too."""
    return log2(max(students * (students - 1) / 2, 1)) + _WEAK


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two answers by their numbers, each with the share of its own that is alike, and the lines.

    bits, holders: as in `grader.model.resemblance.Pair`.
    """

    numbers: tuple[int, int]
    shares: tuple[float, float]
    lines: tuple[frozenset[int], frozenset[int]]
    bits: float
    holders: int


class ExerciseClass:
    """The answers of a class to one exercise.

    answers: their tokens, one answer a student, None where it has none; released: the k-grams that
    all were given; solved: those of the course's own solutions.
    """

    def __init__(
        self,
        answers: Sequence[Tokens | None],
        *,
        released: Collection[int] = (),
        solved: Collection[int] = (),
    ) -> None:
        self._answers = answers
        self._grams = [grams(one.codes) if one is not None else [] for one in answers]
        self._holders = Counter(found for one in self._grams for found in set(one))
        self.students = sum(one is not None and len(one.codes) > 0 for one in answers)
        self._released, self._usual = frozenset(released), {*released, *solved}
        self._worth = dict.fromkeys(self._usual, 0.0)
        for found, many in self._holders.items():
            if found not in self._usual:
                # How likely it is in others than these two, or than the one who has it alone.
                self._worth[found] = log2((self.students + 1) / max(many - 1, 1))
        own = [[self._worth[found] for found in one] for one in self._grams]
        self._own = [_covered(one) for one in own]
        self._potential = [_most_apart(one) for one in own]

    def kind(self, number: int) -> Kind:
        """Return what there is to compare in an answer."""
        tokens, found = self._answers[number], self._grams[number]
        if tokens is None:
            return "unreadable"
        if not tokens.codes:
            return "blank"
        if _covered([one not in self._released for one in found]) < LEAST:
            return "short"
        is_enough = self._potential[number] >= enough(self.students)
        return "telling" if is_enough and self._own[number] >= LEAST else "usual"

    def alike(self) -> Iterator[Alike]:
        """Yield answers that are alike, those that only are worth noting among them."""
        for numbers in self._candidates():
            found = self._compared(numbers)
            if found is not None and found.bits >= worth_noting(self.students):
                yield found

    def _candidates(self) -> Iterator[tuple[int, int]]:
        """Yield the pairs of answers that have something rare in common, as winnowing tells."""
        least = worth_noting(self.students)
        holders: dict[int, list[int]] = {}
        taken = [0] * len(self._grams)  # that few others have, or none
        for number, found in enumerate(self._grams):
            if self._own[number] < LEAST or self._potential[number] < least:
                continue
            for one in {found[place] for place in winnowed(found, self._usual)}:
                if self._holders[one] <= _CANDIDATES:
                    holders.setdefault(one, []).append(number)
                    taken[number] += 1
        common = Counter(pair for those in holders.values() for pair in combinations(those, 2))
        for (one, two), many in common.items():
            fewer, more = sorted((self._own[one], self._own[two]))
            is_as_long = fewer >= _AS_LONG * more
            if is_as_long and many >= max(_COMMON, _PART * min(taken[one], taken[two])):
                yield one, two

    def _compared(self, numbers: tuple[int, int]) -> Alike | None:
        one, two = (self._grams[number] for number in numbers)
        both = set(one).intersection(two) - self._usual
        worths, shares = [], []
        for number in numbers:
            worth = [self._worth[it] if it in both else 0.0 for it in self._grams[number]]
            share = _covered(worth) / self._own[number]
            if share < ALIKE:
                return None
            worths.append(worth)
            shares.append(share)
        lines = [
            _lines(self._answers[number], worth)
            for number, worth in zip(numbers, worths, strict=True)
        ]
        return Alike(
            numbers=numbers,
            shares=(shares[0], shares[1]),
            lines=(lines[0], lines[1]),
            bits=min(map(_most_apart, worths)),
            holders=min((self._holders[found] for found in both), default=0),
        )


def _covered(worth: Sequence[float]) -> int:
    """Return how many tokens k-grams cover that are worth something."""
    covered, end = 0, 0  # of the last one
    for place, one in enumerate(worth):
        if one:
            covered += LENGTH if place >= end else place + LENGTH - end
            end = place + LENGTH
    return covered


def _lines(tokens: Tokens | None, worth: Sequence[float]) -> frozenset[int]:
    """Return the lines of the tokens that such k-grams cover."""
    lines = tokens.lines if tokens is not None else ()
    found = (range(place, place + LENGTH) for place, one in enumerate(worth) if one)
    return frozenset(lines[place] for places in found for place in places)


def _most_apart(worth: Sequence[float]) -> float:
    """Return the most that k-grams of which none overlaps another are worth together."""
    best = [0.0] * LENGTH  # of what ends at a place or before
    for one in worth:
        best.append(max(best[-1], best[-LENGTH] + one))
    return best[-1]
