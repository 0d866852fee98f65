"""`grader verify --watch`, as who writes a source sees it."""

import os
import signal
import subprocess
import sys

import pytest

from tests.conftest import SMALL, TOP, write_source


class Watching:
    def __init__(self, path):
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "grader", "verify", "--watch", path],
            stdout=subprocess.PIPE,
            text=True,
            cwd=TOP,
            env={**os.environ, "GRADER_SERVICE": "off"},
        )

    def next(self):
        """Return what is told until the next save is waited for."""
        told = []
        for line in self._popen.stdout:
            if line.startswith("watching "):
                return "".join(told)
            told.append(line)
        raise AssertionError("".join(told))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        with self._popen:
            self._popen.kill()

    def stop(self):
        self._popen.send_signal(signal.SIGINT)
        rest, _ = self._popen.communicate(timeout=60)
        return rest, self._popen.returncode


@pytest.mark.kernel
def test_each_save_is_verified_as_far_as_it_changed(tmp_path):
    text = SMALL
    path = write_source(tmp_path, text)
    with Watching(path) as watching:
        assert "small: the whole" in watching.next()

        write_source(tmp_path, text.replace("data.sum()  # SOL", "data.sum() * 1  # SOL"))
        told = watching.next()
        assert "small: total alone" in told
        assert "column" not in told

        write_source(tmp_path, text.replace("#| points: 3", "#| pionts: 3"))
        told = watching.next()
        assert "`pionts`: no such key" in told
        assert "cannot be run" in told

        other = tmp_path / "replaced.tmp"
        other.write_text(
            text.replace("data.sum()  # SOL", "data.sum() + nothing  # SOL").lstrip("\n")
        )
        other.replace(path)
        assert "total: the reference itself fails: NameError" in watching.next()

        write_source(tmp_path, text.replace("# # Small", "# # Small and whole"))
        assert "small: the whole" in watching.next()

        rest, code = watching.stop()
        assert rest.strip() == "stopped"
        assert code == 0
