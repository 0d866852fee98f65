"""What travels between machines: what is packed there is the same here."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.authoring.source import load
from grader.engines.dask import parcel
from grader.engines.job import Job
from grader.model.submission import Handin
from grader.model.text import say
from tests.conftest import SMALL, write_source

NAMES = st.text("abc/.é", min_size=1, max_size=8)


@given(
    content=st.binary(max_size=200),
    beside=st.lists(st.tuples(NAMES, st.binary(max_size=50)), max_size=4),
    told=st.text(max_size=20),
)
@settings(max_examples=40, deadline=None)
def test_a_hand_in_arrives_as_it_was(tmp_path_factory, content, beside, told):
    here, there = tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("there")
    (here / "a.ipynb").write_bytes(content)
    attachments = []
    for number, (name, data) in enumerate(beside):
        (here / str(number)).write_bytes(data)
        attachments.append((name, here / str(number)))
    sent = Handin(
        student=told, path=here / "a.ipynb", shown="a.ipynb", id="1",
        notes=(say("a note on {name}", name=told),), attachments=tuple(attachments),
    )  # fmt: skip
    asked = parcel.handin(parcel.of_handin(sent, job="one", lost=told), there)
    assert (asked.job, asked.lost) == ("one", told)
    assert asked.handin.path.read_bytes() == content
    assert [(name, path.read_bytes()) for name, path in asked.handin.attachments] == beside
    where = {"path": None, "attachments": ()}
    assert replace(asked.handin, **where) == replace(sent, **where)
    assert {path.parent for _, path in asked.handin.attachments} <= {there}


def test_what_is_too_large_has_its_size_alone(tmp_path, monkeypatch):
    """So it is named as what had no room, as where it lies on the same machine."""
    monkeypatch.setattr(parcel, "MAX_TOTAL", 100)
    (tmp_path / "a.ipynb").write_text("a")
    (tmp_path / "large").write_bytes(b"x" * 101)
    (tmp_path / "small").write_bytes(b"x" * 100)
    beside = tuple((name, tmp_path / name) for name in ("large", "small", "missing"))
    sent = Handin(student="a", path=tmp_path / "a.ipynb", shown="a", attachments=beside)
    data = parcel.of_handin(sent, job="one", lost="")
    assert len(data) < 1_000
    (tmp_path / "there").mkdir()
    found = dict(parcel.handin(data, tmp_path / "there").handin.attachments)
    assert found["large"].stat().st_size == 101
    assert found["small"].read_bytes() == b"x" * 100
    assert not found["missing"].exists()


def test_why_a_file_cannot_be_read_travels_with_it(tmp_path):
    sent = Handin(student="a", path=tmp_path, shown="a")
    found = parcel.handin(parcel.of_handin(sent, job="one", lost=""), tmp_path).handin
    assert found.path is None
    assert "something else than a file" in str(found.problem)


def test_a_job_arrives_with_its_sources_and_their_files(tmp_path):
    text = "# ---\n# tensorgrader:\n#   files: [data/table.csv]\n# ---\n\n" + SMALL
    here, there = tmp_path / "here", tmp_path / "there"
    (here / "data").mkdir(parents=True)
    (here / "data" / "table.csv").write_text("1,2\n")
    source = write_source(here, text)
    source.write_text(source.read_text().replace("\n\n\n# %%", "\n\n# %%", 1))
    job = Job(sources=(source,), out=here / "out", offsets={"small": 7}, chosen=True)
    there.mkdir()
    id, found = parcel.job(parcel.of_job(job, [load(source)], id="one"), there)
    assert (id, found.offsets, found.chosen) == ("one", {"small": 7}, True)
    assert there in found.sources[0].parents
    assert there in found.out.parents
    assert load(found.sources[0]).digest == load(source).digest


@pytest.mark.parametrize("data", [b"", b"{}", b'{"sizes": []}\n', b"\x80\x04."])
def test_what_is_no_parcel_is_refused(data, tmp_path):
    with pytest.raises((ValueError, KeyError)):
        parcel.handin(data, tmp_path)
