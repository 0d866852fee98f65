import pytest

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
