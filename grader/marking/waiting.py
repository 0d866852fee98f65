"""What is known of an answer before a person has said what it is worth."""

from grader.marking.exercise import MAX_CODE
from grader.model.assignment import Exercise
from grader.model.facts import NothingThere, Waits
from grader.model.result import ExerciseResult, Fault, RubricResult, points
from grader.model.submission import Answer, State
from grader.model.values import TextValue, Value
from grader.syntax.words import words

MAX_TEXT = 50_000  # characters of a text that are kept: some twenty pages


def waiting(
    answer: Answer, value: Value | None = None, *, fault: Fault | None = None, output: str = ""
) -> ExerciseResult:
    """Return the result of an exercise for a person; who wrote nothing has 0, and waits for nobody.

    value: of the name that the answer's code binds; fault: what its cell raised; output: what it
    printed.
    """
    exercise = answer.exercise
    is_text = isinstance(value, TextValue) and value.type == "str"
    text = value.value if is_text and isinstance(value, TextValue) else answer.text
    is_prose = bool(answer.text)
    state = answer.state
    if is_text and not words(text) and state == "filled":
        state = "blank"
    if state != "filled":
        return _nothing(exercise, answer, state)
    number = words(text) if is_text or is_prose else None
    wanted = max((check.min_words for check in exercise.checks), default=exercise.min_words)
    return ExerciseResult(
        exercise=exercise.name,
        score=0.0,
        max_score=points(exercise.points),
        outcome="waits for a person",
        ruling=Waits(words=number, min_words=wanted),
        error=fault,
        code=answer.code[:MAX_CODE],
        output=output,
        text=text[:MAX_TEXT],
        is_prose=is_prose,
        rubric=_rubric(exercise),
    )


def _nothing(exercise: Exercise, answer: Answer, state: State) -> ExerciseResult:
    assert state != "filled"
    return ExerciseResult(
        exercise=exercise.name,
        score=0.0,
        max_score=points(exercise.points),
        outcome=state,
        ruling=NothingThere(state=state),
        code=answer.code[:MAX_CODE],
        rubric=_rubric(exercise),
    )


def _rubric(exercise: Exercise) -> tuple[RubricResult, ...]:
    return tuple(
        RubricResult(name=item.name, points=points(item.points)) for item in exercise.rubric
    )
