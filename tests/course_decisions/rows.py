"""Standings for tests, and rows about them."""

from grader.course.decision import Decision
from grader.model.standing import ExerciseStanding, Standing, Total

MOST = {"means": 2.0, "total": 1.0, "fit": 3.0}


def row(line=2, student="bob", **says):
    return Decision(line=line, student=student, **says)


def standing(student="bob", assignment="small", *, scores=None, **facts):
    """Return a graded standing. scores: by exercise, None where it could not be run."""
    scores = {"means": 2.0, "total": 0.0, "fit": 3.0} if scores is None else scores
    known = [score for score in scores.values() if score is not None]
    found = sum(known) if len(known) == len(scores) else None
    return Standing(
        **{
            "student": student,
            "student_id": None,
            "assignment": assignment,
            "title": (assignment or "").capitalize(),
            "outcome": "not graded" if found is None else "graded",
            "reason": "it imports no_such" if found is None else None,
            "language": "en",
            "source": f"{student}.ipynb",
            "place": f"{student}/{assignment}",
            "max_score": None if found is None else float(sum(MOST.values())),
            "computed": found,
            "score": found,
            "final": found,
            "exercises": tuple(
                ExerciseStanding(
                    exercise=name,
                    title=name,
                    outcome="could not be run here" if score is None else "partly right",
                    score=score,
                    max_score=MOST[name],
                    computed=score,
                )
                for name, score in scores.items()
            ),
            **facts,
        }
    )


def ungraded(student="bob", assignment=None, outcome="not graded", **facts):
    """Return the standing of what could not be graded."""
    return standing(
        student,
        assignment,
        scores={},
        **{
            "outcome": outcome,
            "reason": "the file is empty",
            "title": "",
            "max_score": None,
            "computed": None,
            "score": None,
            "final": None,
            **facts,
        },
    )


def total(student="bob", score=80.0, max_score=100.0, **facts):
    finals = {"small": score, "layers": None}
    return Total(
        **{
            "student": student,
            "student_id": None,
            "finals": finals,
            "dropped": (),
            "score": score,
            "max_score": max_score,
            **facts,
        }
    )


def scores(standing):
    return {one.exercise: one.score for one in standing.exercises}
