"""A large course is made of a few results, and goes through all that a course goes through."""

from dataclasses import replace

import pytest

from benchmarks.kept import keep
from benchmarks.made_up_class import reports
from benchmarks.scaled.results import ASSIGNMENTS, SOURCES, called, identified, templates
from benchmarks.scaled.steps import FILL, MORE, STEPS, Course
from grader.course.store import documents
from grader.engines.done import Done
from grader.reporting import html

_RESULTS = 205  # of eleven students, of whom the last has handed in a part


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Return a course that is filled."""
    folder = tmp_path_factory.mktemp("scale")
    found = []
    for path in SOURCES:
        for one in reports(3, 2, name=path.stem):
            own = replace(one, student=f"{one.student} {path.stem}", student_id=None)
            found.append(Done(report=own, told=own, page=html.report(own), executed="{}"))
    keep(folder / "samples", found)
    made = Course(folder=folder / "course", number=_RESULTS, samples=folder / "samples", files=20)
    STEPS[FILL](made)
    return made


def test_each_result_is_a_student_s_own(course):
    marks = course.marks()
    rows = [one.standing for one in marks.rows]
    assert len(rows) == len({one.place for one in rows}) == _RESULTS
    assert {one.assignment for one in rows} == {*ASSIGNMENTS}
    assert {one.student for one in rows} == {called(number) for number in range(11)}
    codes = []
    for number, report in documents.reports(marks.engine, [one.grading for one in marks.rows]):
        standing = next(one.standing for one in marks.rows if one.grading == number)
        assert report.student == standing.student
        assert report.assignment == standing.assignment
        assert report.student_id == standing.student_id
        assert identified(int(standing.student.split()[1])) == standing.student_id
        codes += [one.code for one in report.exercises]
    assert codes
    assert not [code for code in codes if "CODE-" in code]
    assert len({*codes}) > len(codes) / 2


def test_all_steps_are_done(course):
    told = {name: step(course) for name, step in STEPS.items() if name != FILL}
    number = _RESULTS + MORE
    assert told["read rows"] == f"{number} rows"
    assert told["similarity"].startswith(f"{number // len(ASSIGNMENTS) + 1} hand-ins")
    assert told["feedback as files"].startswith("20 hand-ins")
    assert told["export csv"].startswith("21 rows")
    assert (course.out / "index.html").is_file()
    assert len((course.out / "grades.csv").read_text().splitlines()) == number + 1


def test_samples_keep_what_they_were(course):
    found = templates(course.samples).found
    assert {*found} == {path.stem for path in SOURCES}
