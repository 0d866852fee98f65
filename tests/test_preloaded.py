"""What notebooks import is known to the next process before it has a reference."""

from grader import preloaded
from grader.authoring.source import load
from grader.cache_folder import CacheFolder
from grader.kernels import choose
from grader.reference_cache import prepared
from tests.conftest import SMALL, kernels, write_source


def test_what_solutions_import_is_kept_with_the_reference(tmp_path):
    text = SMALL.replace("import torch\n", "import wave\nimport torch\n", 1)
    assignment, cache = load(write_source(tmp_path, text)), tmp_path / "cache"
    assert preloaded.known(assignment, cache) == []
    made = prepared(assignment, factory=kernels(), device="cpu", cache=cache)
    made.close()
    assert preloaded.known(assignment, cache) == list(made.recording.modules)
    assert "wave" in made.recording.modules
    assert preloaded.known(assignment, None) == []
    other = load(write_source(tmp_path, SMALL))
    assert preloaded.known(other, cache) == []


def test_what_is_no_list_of_names_is_none(tmp_path):
    assignment = load(write_source(tmp_path, SMALL))
    preloaded.keep(assignment, ["wave"], tmp_path / "cache")
    (entry,) = (tmp_path / "cache").glob("*.entry")
    for data in (b"no JSON", b"{}", b"[1]"):
        CacheFolder(tmp_path / "cache").put(entry.stem, data)
        assert preloaded.known(assignment, tmp_path / "cache") == []


def test_where_no_kernels_were_begun_nothing_is_loaded():
    assert not choose.has_begun()
    choose.load_early(["wave"])
