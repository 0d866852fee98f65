import pytest

from tests.course_store.course import Course
from tests.course_store.server import programs, running


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL server; without one its tests are skipped."""
    if programs() is None:
        pytest.skip("there is no PostgreSQL here (initdb): apt-get install postgresql")
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/gradebook.db"
    return request.getfixturevalue("server").database()


@pytest.fixture
def courses(tmp_path):
    """Make courses, and close their databases when the test has ended."""
    made = []

    def make(url=None, name="course"):
        made.append(Course(tmp_path / name, url))
        return made[-1]

    yield make
    for one in made:
        one.database.dispose()


@pytest.fixture
def course(courses):
    return courses()
