"""What a person is to mark, or has marked: an answer of a student's, and by what it is marked."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from grader.course.marks import CourseMarks
from grader.model.result import ExerciseResult
from grader.model.standing import ExerciseStanding, Standing

_FOR_A_PERSON = ("waits for a person", "marked by a person")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMark:
    """An answer. result: what the grader knows of it, with its rubric as it was marked."""

    standing: Standing
    exercise: ExerciseStanding
    result: ExerciseResult

    @property
    def answer(self) -> str:
        """What the student wrote: the text, or the code where there is none."""
        lines = (line for line in self.result.code.split("\n") if not line.startswith("#|"))
        return self.result.text or "\n".join(lines).strip()

    @property
    def key(self) -> tuple[str, str]:
        """The place of its hand-in, and the exercise."""
        return self.standing.place, self.exercise.exercise


def to_mark(
    marks: CourseMarks,
    *,
    assignment: str | None = None,
    exercises: Collection[str] = (),
    is_marked: bool = False,
) -> Iterator[ToMark]:
    """Yield what waits for a person, exercise by exercise, so that like is marked beside like.

    assignment, exercises: these alone; is_marked: what was marked, too. Raises NotKept.
    """
    found: dict[tuple[str, str], list[tuple[Standing, ExerciseStanding]]] = {}
    for standing in marks.standings(assignment):
        for one in standing.exercises:
            is_asked = one.outcome in _FOR_A_PERSON and (is_marked or one in standing.waiting)
            if is_asked and (not exercises or one.exercise in exercises):
                key = standing.assignment or "", one.exercise
                found.setdefault(key, []).append((standing, one))
    for rows in found.values():
        for standing, one in rows:
            report = marks.report(standing)
            result = next(part for part in report.exercises if part.exercise == one.exercise)
            yield ToMark(standing=standing, exercise=one, result=result)
