"""Why a student has no score yet, put into words."""

from grader.model.result import points_text
from grader.model.standing import Standing
from grader.wording.catalogue import translated
from grader.wording.rulings import waiting


def why_waiting(standing: Standing) -> str:
    """Return how many answers wait for a person, in the language of the hand-in."""
    waits = standing.waiting
    worth = points_text(sum(one.max_score for one in waits))
    return translated(waiting(len(waits), worth), standing.language)
