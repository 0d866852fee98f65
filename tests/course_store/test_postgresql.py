"""A gradebook holds the same in every database: what is kept comes out as it went in."""

import hashlib
from pathlib import Path

from tests.course_store.course import answers
from tests.timeless import timeless

CLASS = {
    "Ёлкина Анна.ipynb": answers(),
    "a_b.ipynb": answers(z="4.0"),
    "Bob.ipynb": answers(x="3.0"),
    "bob/work.ipynb": answers(y="1 / 0"),
    "bad.ipynb": b"<html>",
    "ä.ipynb": answers(z="'\U0001f600'"),
    "Z.ipynb": answers(given="print('a\\0b')"),
}


def files(course):
    """Return the digests of a course's files, results without their times."""
    found = {}
    for path in sorted(course.out.rglob("*")):
        if not path.is_file() or path.name.startswith(("gradebook.", ".")):
            continue
        name = path.relative_to(course.out).as_posix()
        found[name] = hashlib.sha256(timeless(path.name, path.read_bytes())).hexdigest()
    return found


def test_postgresql_gives_the_files_that_sqlite_gives(tmp_path, courses, server, monkeypatch):
    monkeypatch.chdir(tmp_path)
    both = [courses(name="sqlite"), courses(server.database(), "postgresql")]
    for course in both:
        course.folder = Path()  # hand-ins have the same paths in both
        course.hand_in(CLASS)
        course.grade()
    assert len(files(both[0])) == 4 + 4 * 6 + 2
    assert files(both[0]) == files(both[1])
    assert both[0].rows() == both[1].rows()
