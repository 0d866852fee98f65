"""Classical item analysis: how hard an exercise was, and whom it tells from whom."""

import statistics
from collections.abc import Mapping, Sequence

from grader.model.result import is_right_outcome, points
from grader.model.standing import ExerciseStanding, Standing
from grader.model.statistics import BINS, Discrimination, Scores, Spread

_FEWEST = 3  # any two lie on a line


def spread(numbers: Sequence[float]) -> Spread | None:
    """Return where numbers lie; None of none. Quartiles are those of the numbers that there are."""
    if not numbers:
        return None
    twice = numbers if len(numbers) > 1 else [*numbers, *numbers]
    low, median, high = statistics.quantiles(twice, n=4, method="inclusive")
    return Spread(
        number=len(numbers),
        mean=statistics.fmean(numbers),
        least=min(numbers),
        low=low,
        median=median,
        high=high,
        most=max(numbers),
    )


def scores(standings: Sequence[Standing]) -> Scores | None:
    """Return the distribution of what counts; None where no row has points, or a share of them."""
    shares = {
        one.place: one.final / one.max_score
        for one in standings
        if one.final is not None and one.max_score
    }
    found = spread([*shares.values()])
    if found is None:
        return None
    bins: list[list[str]] = [[] for _ in range(BINS)]
    for place, share in shares.items():
        # What is 0.3 of all may be written as 0.29999…
        bins[min(max(int(points(share) * BINS), 0), BINS - 1)].append(place)
    return Scores(spread=found, bins=bins)


def is_scored(one: ExerciseStanding) -> bool:
    """Whether an exercise was graded, or a person decided on it."""
    return one.score is not None and (one.outcome != "not graded here" or one.is_decided)


def succeeds(one: ExerciseStanding) -> bool:
    """Whether an answer has all points; where there are none to be had, whether it is right."""
    if one.max_score <= 0:
        return is_right_outcome(one.outcome)
    return one.score is not None and points(one.score) >= points(one.max_score)


def discrimination(
    exercise: str, answers: Sequence[Mapping[str, ExerciseStanding]]
) -> Discrimination:
    """Return the point-biserial correlation of success with the points of all other exercises.

    answers: of each hand-in, by exercises, those that have a score. A hand-in that lacks one of
    those that others have is left out, since its rest is worth something else.
    """
    every = {name for one in answers for name in one}
    pairs = [
        (
            float(succeeds(one[exercise])),
            points(sum(other.score or 0.0 for name, other in one.items() if name != exercise)),
        )
        for one in answers
        if one.keys() == every and exercise in one
    ]
    right = sum(success > 0 for success, _ in pairs)
    coefficient = None
    if len(pairs) >= _FEWEST and 0 < right < len(pairs) and len({rest for _, rest in pairs}) > 1:
        coefficient = statistics.correlation(*zip(*pairs, strict=True))
    return Discrimination(coefficient=coefficient, number=len(pairs), right=right)
