"""`%check`: in a shell of IPython's, and nothing of it in the grader's own kernels."""

import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest
from IPython.core.interactiveshell import InteractiveShell

from grader import jupyter, load_ipython_extension
from tests.conftest import TOP, colds, kernels, shown


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for path in (TOP / "assignments" / "en").glob("gradient_descent.*"):
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setenv("GRADER_SERVICE", "off")
    return tmp_path


def test_the_package_stays_light():
    code = (
        "import sys, grader\n"
        "loaded = [one for one in sys.modules if one.partition('.')[0] in ('grader', 'torch')]\n"
        "assert loaded == ['grader'], loaded\n"
        "grader.load_ipython_extension(type('Shell', (), {'user_ns': {},"
        " 'register_magic_function': lambda *all: None})())\n"
        "loaded = {one for one in sys.modules if one.partition('.')[0] in ('grader', 'torch')}\n"
        "assert loaded == {'grader', 'grader.jupyter'}, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_notebook_is_known_by_its_editor_or_by_being_the_only_one(tmp_path):
    one, two = tmp_path / "one.ipynb", tmp_path / "two.ipynb"
    one.write_text("{}", encoding="utf-8")
    empty = {}
    assert jupyter.notebook(empty, empty, tmp_path) == one
    two.write_text("{}", encoding="utf-8")
    assert jupyter.notebook(empty, empty, tmp_path) is None
    assert jupyter.notebook({"JPY_SESSION_NAME": str(two)}, empty, tmp_path) == two
    assert jupyter.notebook(empty, {"__vsc_ipynb_file__": str(one)}, tmp_path) == one
    gone = {"JPY_SESSION_NAME": str(tmp_path / "renamed.ipynb")}
    assert jupyter.notebook(gone, {"__vsc_ipynb_file__": 3}, tmp_path) is None
    two.unlink()
    assert jupyter.notebook(gone, empty, tmp_path) == one
    assert jupyter.notebook(empty, empty, tmp_path / "none") is None


@pytest.mark.kernel
def test_the_magic_prints_the_page_of_the_saved_notebook(folder, capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")  # as Jupyter does
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # that of whoever started this, if at all
    shell = InteractiveShell()
    load_ipython_extension(shell)
    shell.run_line_magic("check", "")
    said = capsys.readouterr().out
    assert said.startswith("gradient_descent.ipynb, saved 20")
    assert "\x1b" not in said
    assert "Do this first" in said
    assert "says nothing about marks" in said


@pytest.mark.kernel
def test_it_never_raises(folder, capsys, monkeypatch):
    for line, told in (
        ("none.ipynb", "none.ipynb cannot be read"),
        ("'", "No closing quotation"),
        ("gradient_descent.ipynb --no-such-option", "No such option"),
    ):
        jupyter.checked(line, {})
        assert told in capsys.readouterr().out
    (folder / "gradient_descent.ipynb").unlink()
    jupyter.checked("", {})
    assert "does not know which notebook this is" in capsys.readouterr().out
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    jupyter.checked("x.ipynb", {})
    assert "%check could not be run" in capsys.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupt_ends_the_check_and_not_the_kernel(folder, capsys, monkeypatch):
    started = []

    class Popen(subprocess.Popen):
        def communicate(self, *all, **named):
            if not started:
                started.append(self)
                me = threading.main_thread().ident
                threading.Thread(target=signal.pthread_kill, args=(me, signal.SIGINT)).start()
            return super().communicate(*all, **named)

    monkeypatch.setattr(subprocess, "Popen", Popen)
    jupyter.checked("gradient_descent.ipynb", {})
    assert capsys.readouterr().out.strip() == "%check was interrupted"
    assert started[0].poll() is not None


@pytest.mark.kernel
@pytest.mark.parametrize("kind", [kernels, colds])
def test_in_the_graders_own_kernels_it_does_nothing(kind):
    kernel = kind().start("cpu")
    try:
        assert shown(kernel, "%load_ext grader\n%check\nprint('alive')") == "alive\n"
    finally:
        kernel.close()
