import json

import pytest

from grader.exchange import metadata


def read(tmp_path, **keys):
    path = tmp_path / "submission_metadata.json"
    path.write_text(json.dumps(keys), encoding="utf-8")
    return metadata.read(path)


ANN = {"name": "Ann A", "email": "ann@example.org", "id": 1}
BOB = {"name": "Bob\u202e  B", "email": "bob@example.org", "id": 2}


def test_one_student_is_known_by_the_address(tmp_path):
    found = read(tmp_path, users=[ANN], assignment={"total_points": "20.0"})
    assert (found.student, found.id, found.points) == ("Ann A", "ann@example.org", 20.0)
    assert (found.late, found.handed_in, found.problem) == (None, None, "")


def test_a_group_has_its_names_together(tmp_path):
    found = read(tmp_path, users=[ANN, BOB])
    assert (found.student, found.id) == ("Ann A, Bob B", None)


@pytest.mark.parametrize(
    ("handed_in", "late"),
    [
        ("2026-05-01T23:59:59.000000-07:00", False),
        ("2026-05-02T00:00:01.500000-07:00", True),
        ("2026-05-02T06:59:00.000000+00:00", False),
        ("2026-05-02T07:01:00.000000Z", True),
    ],
)
def test_late_is_after_the_due_date_in_any_zone(tmp_path, handed_in, late):
    due = {"due_date": "2026-05-02T00:00:00.000000-07:00"}
    assert read(tmp_path, created_at=handed_in, assignment=due, users=[ANN]).late is late


@pytest.mark.parametrize("value", [None, 5, "soon", [], {"a": 1}, "9" * 5000])
def test_what_is_odd_is_only_not_known(tmp_path, value):
    found = read(tmp_path, users=value, created_at=value, assignment=value)
    assert found.late is None
    assert found.handed_in is None
    assert "nobody" in found.problem
    found = read(tmp_path, users=[{"name": value}], assignment={"due_date": value})
    assert found.late is None


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[" * 100_000, b"nan"])
def test_what_cannot_be_read_is_said(tmp_path, data):
    path = tmp_path / "x.json"
    path.write_bytes(data)
    assert metadata.read(path).problem
    assert metadata.read(tmp_path / "none.json").problem
