import os

import jupytext
import nbformat
import pytest

from grader.errors import CannotGrade
from grader.formats import bundle_file, notebook
from grader.intake.receive import receive
from tests.bundles import bundle
from tests.intake.layouts import ANSWER, BLANK

SCRIPT = jupytext.writes(nbformat.reads(ANSWER, 4), "py:percent")
LINK = "https://colab.research.google.com/drive/1"


@pytest.fixture
def handed_in(tmp_path, small_assignment):
    """Return what is graded of one student's files, with the reason of what is refused."""

    def run(files):
        for name, content in files.items():
            path = tmp_path / "in" / "ann" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            os.utime(path, (1e9, 1e9))
        (tmp_path / "in" / "bob").mkdir()
        (tmp_path / "in" / "bob" / "hw.ipynb").write_bytes(ANSWER)
        (tmp_path / "out").mkdir()
        found = receive([tmp_path / "in"], tmp_path / "out", [small_assignment])
        (ann,) = [one for one in found if one.student == "ann"]
        return ann

    return run


def name(handin):
    return handin.path and handin.path.name


def attached(handin):
    return [path for path, _ in handin.attachments]


@pytest.mark.parametrize("ending", ["py", "md", "qmd", "Rmd", "txt"])
def test_a_text_with_exercises_is_graded_where_no_notebook_is(handed_in, ending):
    ann = handed_in({f"hw.{ending}": SCRIPT, "data.csv": "1", "helpers.py": "# %%\nx = 1\n"})
    assert name(ann) == f"hw.{ending}"
    assert attached(ann) == ["data.csv", "helpers.py"]


def test_a_module_beside_a_notebook_is_no_hand_in(handed_in):
    ann = handed_in({"hw.ipynb": BLANK, "helpers.py": "# %%\nx = 1\n", "notes.md": LINK})
    assert (name(ann), ann.notes) == ("hw.ipynb", ())
    assert attached(ann) == ["helpers.py", "notes.md"]


def test_a_notebook_goes_before_its_script(handed_in):
    ann = handed_in({"hw.ipynb": ANSWER, "hw.py": SCRIPT})
    assert name(ann) == "hw.ipynb"
    assert attached(ann) == ["hw.py"]
    assert "the latest, hw.ipynb, counts, and not hw.py" in str(ann.notes[0])


def test_a_script_that_holds_an_answer_goes_before_a_blank_notebook(handed_in):
    assert name(handed_in({"hw.ipynb": BLANK, "hw.py": SCRIPT})) == "hw.py"


def test_a_script_stands_in_for_a_damaged_notebook(handed_in):
    ann = handed_in({"hw.ipynb": ANSWER[:-20], "hw.py": SCRIPT})
    assert name(ann) == "hw.py"
    assert "hw.ipynb was not graded: the file is cut off" in str(ann.notes[0])


def test_cells_without_headers_count_where_nothing_else_does(handed_in):
    assert name(handed_in({"a.py": "x = 1\n", "b.py": "# %%\nx = 1\n"})) == "b.py"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"link.url": f"[InternetShortcut]\nURL={LINK}", "a.csv": "1"}, "a link to Google Colab"),
        ({"read me.txt": LINK, "main.py": "x = 1\n"}, "a link to Google Colab"),
        ({"main.py": "import torch\n", "data.csv": "1"}, "a Python script, not a notebook"),
        ({"only.webloc": f"<plist><string>{LINK}</string></plist>"}, "a link to Google Colab"),
    ],
)  # fmt: skip
def test_what_stands_for_a_notebook_is_named(handed_in, files, reason):
    ann = handed_in(files)
    with pytest.raises(CannotGrade, match=reason):
        notebook.read(ann.path.read_bytes())


def test_many_modules_beside_a_notebook_are_attached(handed_in):
    ann = handed_in({f"m{number}.py": "x = 1\n" for number in range(300)} | {"hw.ipynb": ANSWER})
    assert name(ann) == "hw.ipynb"
    assert len(attached(ann)) == 300


def test_what_a_notebook_can_be_checked_with_is_no_hand_in(handed_in):
    """It has cells, too, and students have it beside their notebook."""
    ann = handed_in({"a.check.json": bundle_file.write(bundle()), "hw.ipynb": ANSWER})
    assert name(ann) == "hw.ipynb"
    assert ann.others == ()
