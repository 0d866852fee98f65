"""What the staff see of a course at a glance, put together from the gradebook."""

from grader.course.differences import of_last_run
from grader.course.marks import CourseMarks
from grader.course.statistics import of_class
from grader.model.class_overview import ClassOverview
from grader.wording.catalogue import ENGLISH, known


def class_overview(marks: CourseMarks, *, has_similar: bool = False) -> ClassOverview:
    """Return it, in the language of all reports, or else in English.

    has_similar: whether there is a page of what is written alike. Raises NotKept.
    """
    languages = {one.language for one in marks.standings()}
    language = known(languages.pop()) if len(languages) == 1 else ENGLISH
    return ClassOverview(
        rows=list(marks.standings()),
        language=language,
        statistics=of_class(marks.engine, marks.rows, language),
        seconds={one.standing.place: one.duration_s for one in marks.rows},
        totals=marks.in_total(),
        to_review=marks.to_review(),
        change=of_last_run(marks.engine, marks),
        has_similar=has_similar,
    )
