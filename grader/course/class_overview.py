"""What the staff see of a course at a glance, put together from the gradebook."""

from collections import Counter
from collections.abc import Iterable

from grader.course.authors_words import Sources, in_language
from grader.course.differences import of_last_run
from grader.course.marks import CourseMarks
from grader.course.statistics import of_class
from grader.model.class_overview import ClassOverview
from grader.model.standing import Standing
from grader.wording.catalogue import ENGLISH, known


def class_overview(
    marks: CourseMarks, *, has_similar: bool = False, sources: Sources = tuple
) -> ClassOverview:
    """Return it, in the language that `language_of` says.

    has_similar: whether there is a page of what is written alike; sources: as in
    `grader.course.authors_words`. Raises NotKept.
    """
    language = language_of(marks.standings(), marks.settings.language)
    return ClassOverview(
        rows=list(marks.standings()),
        language=language,
        statistics=in_language(of_class(marks.engine, marks.rows, language), sources, language),
        seconds={one.standing.place: one.duration_s for one in marks.rows},
        totals=marks.in_total(),
        to_review=marks.to_review(),
        change=of_last_run(marks.engine, marks),
        has_similar=has_similar,
    )


def language_of(standings: Iterable[Standing], wished: str | None) -> str:
    """Return the language of what the staff see.

    That is the wished one, else that of most graded hand-ins, of all that there are where none is
    graded; English where two are as many.
    """
    if wished is not None:
        return known(wished)
    rows = list(standings)
    graded = [one for one in rows if one.outcome == "graded"]
    number = Counter(known(one.language) for one in graded or rows)
    most = [one for one in number if number[one] == max(number.values())]
    return most[0] if len(most) == 1 else ENGLISH
