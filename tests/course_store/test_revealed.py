"""What students get tells an expected number where `reveal` says so, and nowhere else."""

import re
from datetime import UTC, datetime

import pytest

from grader.authoring.source import load
from grader.course.course_file import here
from grader.course.decisions_table import DecisionsTable
from grader.course.marks import CourseMarks
from grader.course.settings import NAME, Settings
from grader.course.views import Views
from grader.errors import SourceError, UsageError
from grader.exchange.gradescope import dump, results
from grader.reporting import record
from tests.conftest import notebook_of, write_source

SOURCE = """
{front}
# %%
#| exercise: seen
#| checks:
#|   - expr: x
{on_seen}
x = 41.8125  # SOLUTION

# %%
#| exercise: veiled
#| checks:
#|   - expr: f(v)
#|     hidden: true
#|     given: v = 73.5625
{on_veiled}
### BEGIN SOLUTION
def f(v):
    return v * 3
### END SOLUTION
"""
SHOWN, HIDDEN = "41.8125", "220.688"  # what is expected
BEFORE, AFTER = datetime(2026, 10, 1, 12, tzinfo=UTC), datetime(2026, 10, 3, 12, tzinfo=UTC)


def source(front="", on_seen="", on_veiled=""):
    """Return a source with a line of `reveal` here and there."""
    if front:
        front = f"# ---\n# jupyter:\n#   tensorgrader:\n#     reveal: {front}\n# ---\n"
    lines = [f"#|     reveal: {one}" if one else "" for one in (on_seen, on_veiled)]
    text = SOURCE.format(front=front, on_seen=lines[0], on_veiled=lines[1])
    return text.replace("\n\nx =", "\nx =").replace("\n\n### BEGIN", "\n### BEGIN")


def told(course, text, *, toml="", now=BEFORE):
    """Return all that students get of a hand-in in which nothing is right, as one text."""
    course.hand_in(
        {"ann.ipynb": notebook_of(["#| exercise: seen\nx = 1.0", "#| exercise: veiled\nf = abs"])}
    )
    course.grade(sources={"steps": text})
    return shown(course, toml=toml, now=now)


def shown(course, *, toml="", now=BEFORE):
    settings = Settings()
    if toml:
        (course.folder / NAME).write_text(toml)
        settings = here(course.folder)
    marks = CourseMarks(course.database, settings, DecisionsTable(), now=now)
    Views(course.out).refresh(marks)
    texts = [path.read_text() for path in (course.out / "feedback").rglob("report.html")]
    for path in (course.out / "feedback").rglob("executed.html"):
        assert "def f" not in path.read_text()
        assert not {SHOWN, HIDDEN} & {*re.findall(r"[\d.]+", path.read_text())}
    for one in marks.standings():
        report = marks.told(one)
        texts += [record.dump(report), dump(results(one, report)).decode(), marks.page(one)]
    assert len(texts) >= 4
    return texts


def found(texts):
    """Return which of the expected numbers are told, and in each of the texts alike."""
    each = [tuple(number in text for number in (SHOWN, HIDDEN)) for text in texts]
    assert len({*each}) == 1, each
    return each[0]


NOTHING, SEEN, ALL = (False, False), (True, False), (True, True)


@pytest.mark.parametrize(
    ("toml", "before", "after"),
    [
        ("", NOTHING, NOTHING),
        ('reveal = "never"', NOTHING, NOTHING),
        ('reveal = "shown"', SEEN, SEEN),
        ('reveal = "always"', ALL, ALL),
        ("reveal = { after = 2026-10-02 }", NOTHING, SEEN),
        ('reveal = { after = 2026-10-02, what = "always" }', NOTHING, ALL),
        ("reveal = { after = 2026-10-02T00:00:00+03:00 }", NOTHING, SEEN),
        ('reveal = "always"\nassignments.steps.reveal = "shown"', SEEN, SEEN),
        ('assignments.steps.reveal = "always"', ALL, ALL),
        ('assignments.other.reveal = "always"', NOTHING, NOTHING),
    ],
)
def test_a_course_says_what_may_be_told(course, toml, before, after):
    toml = toml and f'timezone = "Europe/Moscow"\n{toml}\n'
    assert found(told(course, source(), toml=toml)) == before
    assert found(shown(course, toml=toml, now=AFTER)) == after
    assert found(shown(course, now=AFTER)) == NOTHING


@pytest.mark.parametrize(
    ("where", "before", "after"),
    [
        ({"front": "never"}, NOTHING, NOTHING),
        ({"front": "shown"}, SEEN, SEEN),
        ({"front": "always"}, ALL, ALL),
        ({"front": "{after: 2126-10-02}"}, NOTHING, NOTHING),
        ({"front": "shown", "on_seen": "never"}, NOTHING, NOTHING),
        ({"on_seen": "shown"}, SEEN, SEEN),
        ({"on_seen": "always"}, SEEN, SEEN),
        ({"on_veiled": "always"}, (False, True), (False, True)),
        ({"on_veiled": "{after: 2126-10-02, what: always}"}, NOTHING, (False, True)),
    ],
)
def test_a_source_says_what_may_be_told(course, where, before, after):
    assert found(told(course, source(**where))) == before
    late = datetime(2126, 10, 4, tzinfo=UTC)
    is_opened = where.get("front") == "{after: 2126-10-02}"
    assert found(shown(course, now=late)) == (SEEN if is_opened else after)


def test_a_source_stands_above_the_course(course):
    assert found(told(course, source(front="never"), toml='reveal = "always"')) == NOTHING


def test_only_what_a_date_opens_is_written_again(course):
    told(course, source(on_seen="{after: 2126-10-02}"))
    page = course.out / "feedback" / "ann" / "steps" / "report.html"
    before = page.stat().st_ino
    shown(course, now=datetime(2126, 10, 2, 12, tzinfo=UTC))
    assert page.stat().st_ino == before
    shown(course, now=datetime(2126, 10, 4, tzinfo=UTC))
    after = page.stat().st_ino
    assert after != before
    shown(course, now=datetime(2126, 10, 5, tzinfo=UTC))
    assert page.stat().st_ino == after


def test_a_lost_page_is_made_as_it_is_now(course):
    told(course, source(on_seen="{after: 2126-10-02}"))
    (course.out / "feedback" / "ann" / "steps" / "report.html").unlink()
    assert found(shown(course, now=datetime(2126, 10, 4, tzinfo=UTC))) == SEEN


def test_marks_do_not_depend_on_it(course):
    told(course, source(front="always"))
    assert [one[3] for one in course.rows()] == [0.0]


@pytest.mark.parametrize(
    ("where", "line", "why"),
    [
        ({"on_seen": "later"}, 5, "write never, shown or always, or a date"),
        ({"on_seen": "{after: soon}"}, 5, "`soon` is no date"),
        ({"on_seen": "{after: 2026-10-02, what: never}"}, 5, "`what` is shown or always"),
        ({"on_seen": "{after: 2026-10-02, who: all}"}, 5, "write never"),
        ({"on_veiled": "shown"}, 13, "hidden, so that nothing of it would be told"),
        ({"front": "[1]"}, None, "`reveal` in the front matter: write never"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path, where, line, why):
    path = write_source(tmp_path, source(**where))
    with pytest.raises(SourceError, match=why) as error:
        load(path)
    assert error.value.line == line or line is None


@pytest.mark.parametrize(
    ("toml", "why"),
    [
        ("reveal = 3", 'write "never", "shown", "always", or { after = 2026-10-01 }'),
        ("reveal = { after = 2026-10-01 }", "has no time zone"),
        ("reveal = { after = 1026-10-01T00:00:00Z }", "hardly meant"),
        ('assignments.a.reveal = "sometimes"', "a.reveal"),
    ],
)
def test_what_a_course_says_wrongly_is_refused(tmp_path, toml, why):
    (tmp_path / NAME).write_text(toml)
    with pytest.raises(UsageError) as error:
        here(tmp_path)
    assert why in str(error.value)
