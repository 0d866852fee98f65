import pytest

from grader.authoring.files import digest_of, files_of
from grader.authoring.front_matter import without_files
from grader.authoring.source import load
from grader.errors import SourceError

SOURCE = """\
# ---
# jupyter:
#   tensorgrader:
#     files: {files}
# ---

# %%
#| exercise: one
#| points: 1
#| checks:
#|   - one
### BEGIN SOLUTION
one = 1
### END SOLUTION
"""


@pytest.fixture
def folder(tmp_path):
    for name in ("data/table.csv", "data/deep/er.csv", "helpers.py", "data/.hidden", "a b.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return tmp_path


def test_files_and_whole_folders_are_named(folder):
    found = files_of(["helpers.py", "data/", "data/table.csv", "a b.txt"], folder)
    assert [name for name, _ in found] == [
        *("a b.txt", "data/deep/er.csv", "data/table.csv", "helpers.py"),
    ]
    assert all(path == folder / name for name, path in found)


BAD = {
    "no list": ("helpers.py", "write it as `files: [data/table.csv, helpers.py]`"),
    "no text": ([1], "write it as `files: [data/table.csv, helpers.py]`"),
    "outside": (["../x"], "in the folder of the source"),
    "absolute": (["/etc/passwd"], "in the folder of the source"),
    "of another system": (["data\\table.csv"], "in the folder of the source"),
    "not there": (["nothing.csv"], "`nothing.csv` is not there"),
    "hidden": (["data/.hidden"], "is hidden"),
    "an empty folder": (["empty"], "no file in the folder `empty`"),
    "a notebook": (["x.ipynb"], "is a notebook"),
    "solutions": (["other.py"], "`other.py` has a solution in it"),
    "a link": (["link.csv"], "leads out of the folder"),
}


@pytest.mark.parametrize("case", list(BAD))
def test_what_cannot_go_to_students_is_refused(folder, tmp_path_factory, case):
    said, reason = BAD[case]
    (folder / "empty").mkdir()
    (folder / "x.ipynb").write_text("{}", encoding="utf-8")
    (folder / "other.py").write_text(SOURCE, encoding="utf-8")
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_text("1", encoding="utf-8")
    (folder / "link.csv").symlink_to(outside)
    path = folder / "source.py"
    path.write_text(SOURCE.format(files=said), encoding="utf-8")
    with pytest.raises(SourceError, match=r"`files` in the front matter: .*") as caught:
        load(path)
    assert reason in str(caught.value)


def test_the_digest_is_of_the_files_too(folder):
    path = folder / "source.py"
    path.write_text(SOURCE.format(files="[data/table.csv]"), encoding="utf-8")
    before = load(path)
    assert before.files == (("data/table.csv", folder / "data/table.csv"),)
    (folder / "data/table.csv").write_text("other", encoding="utf-8")
    assert load(path).digest != before.digest
    assert digest_of(b"x", ()) == digest_of(b"x", files_of([], folder))


def test_a_module_that_comes_with_a_source_is_none_itself(folder):
    one, other = folder / "one.py", folder / "other.py"
    one.write_text(SOURCE.format(files="[helpers.py]"), encoding="utf-8")
    other.write_text("# ---\n# jupyter: [\n# files:\n# ---\n", encoding="utf-8")
    assert without_files([folder / "helpers.py", one, other]) == [one, other]
