"""What authors wrote of assignments, in the language of whoever reads about the class."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from grader.model.assignment import Assignment, Exercise
from grader.model.statistics import AssignmentStatistics, ExerciseStatistics, MistakeStatistics
from grader.wording.headings import heading

Sources = Callable[[], Iterable[Assignment]]


def in_language(
    found: Sequence[AssignmentStatistics], sources: Sources, language: str
) -> list[AssignmentStatistics]:
    """Return statistics with titles and helps in a language, where their authors wrote these in it.

    Hand-ins bring them in their own. sources: returns the assignments that are at hand, and is
    asked only where something is in another language.
    """
    if all({*_languages(one)} <= {language, ""} for one in found):
        return list(found)
    known = {one.name: one for one in sources() if language in one.languages}
    return [
        _assignment(one, known[one.assignment], language) if one.assignment in known else one
        for one in found
    ]


def _languages(one: AssignmentStatistics) -> Iterable[str]:
    yield one.language
    for exercise in one.exercises:
        yield exercise.language
        yield from (mistake.language for mistake in exercise.mistakes)


def _assignment(
    one: AssignmentStatistics, source: Assignment, language: str
) -> AssignmentStatistics:
    of = {exercise.name: exercise for exercise in source.exercises}
    parts = [
        _exercise(part, of[part.exercise], source, language) if part.exercise in of else part
        for part in one.exercises
    ]
    return replace(one, title=source.title_in(language), language=language, exercises=parts)


def _exercise(
    one: ExerciseStatistics, exercise: Exercise, source: Assignment, language: str
) -> ExerciseStatistics:
    helps = {known.name: known.help for known in exercise.mistakes}

    def told(made: MistakeStatistics) -> MistakeStatistics:
        help = helps.get(made.mistake, {}).get(language)
        return made if help is None else replace(made, help=help, language=language)

    titles = {check.expression: check.title.get(language, "") for check in exercise.checks}
    checks = [
        replace(check, title=titles.get(check.expression, check.title)) for check in one.checks
    ]
    return replace(
        one,
        checks=checks,
        title=heading(source, exercise.name, language),
        language=language,
        mistakes=[told(made) for made in one.mistakes],
    )
