import os
import time

import pytest

from grader.formats import wire
from grader.kernels import client, cold, processes
from grader.kernels.kernel import AnswerTimedOut, KernelDied
from grader.kernels.output_budget import CUT, OutputBudget
from grader.running.outputs import printed as printed_text
from tests.conftest import colds


@pytest.fixture(scope="module")
def shared():
    """One kernel for all tests that leave it as they found it."""
    kernel = colds().start("cpu")
    yield kernel
    kernel.close()


@pytest.fixture
def own():
    kernel = colds().start("cpu")
    yield kernel
    kernel.close()


def printed(kernel, source, limit=20.0):
    run = kernel.run_cell(source, limit=limit)
    assert run.ending == "done", run
    return printed_text(run.outputs)


def observe(kernel, *expressions, limit=10.0):
    asked = {str(place): text for place, text in enumerate(expressions)}
    question = wire.question("observe", expressions=asked, seed=0)
    return list(wire.decode(kernel.ask(question, limit=limit)).values())


def test_a_cell_runs_and_shows_what_it_gives(shared):
    run = shared.run_cell("print('one')\n1 + 1", limit=10)
    assert (run.ending, printed_text(run.outputs)) == ("done", "one\n2\n")
    assert run.count is not None


def test_magics_and_shell_commands_work(shared):
    assert printed(shared, "%%capture out\nprint('hidden')") == ""
    assert "hidden" in printed(shared, "print(out.stdout)")
    assert "from the shell" in printed(shared, "!echo from the shell")


def test_an_error_has_its_name_and_traceback(shared):
    run = shared.run_cell("x = 1\nx / 0", limit=10)
    assert run.ending == "error"
    assert run.outputs[-1]["ename"] == "ZeroDivisionError"
    assert "line 2" in "".join(run.outputs[-1]["traceback"])


def test_the_probe_sees_the_namespace_and_leaves_no_trace(shared):
    shared.run_cell("seen_by_probe = 5", limit=10)
    names = "sorted(name for name in globals() if not name.startswith('_'))"
    before = printed(shared, names)
    assert [value.value for value in observe(shared, "seen_by_probe", "1 + 1")] == [5, 2]
    assert printed(shared, names) == before
    assert "connect" not in before
    assert "probe" not in before.replace("seen_by_probe", "")


def test_input_is_refused_at_once(shared):
    started = time.monotonic()
    run = shared.run_cell("int(input('name? '))", limit=20)
    assert run.outputs[-1]["ename"] == "StdinNotImplementedError"
    assert time.monotonic() - started < 10


def test_the_kernel_has_an_empty_home_and_an_empty_environment(shared):
    assert "SECRET" not in printed(shared, "import os; print(sorted(os.environ))")
    assert printed(shared, "print(os.listdir())") == "[]\n"
    assert printed(shared, "print(os.environ['HOME'] == os.getcwd())") == "True\n"


def test_no_secret_of_the_graders_environment_gets_in(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    kernel = colds().start("cpu")
    try:
        assert "hunter2" not in printed(kernel, "import os; print(os.environ)")
        assert printed(kernel, "import torch; print(torch.cuda.is_available())") == "False\n"
    finally:
        kernel.close()


def test_a_module_beside_the_notebook_shadows_nothing(shared):
    source = (
        "for name in ('torch', 'colorsys', 'mine'):\n"
        "    with open(name + '.py', 'w') as file: file.write('shadow = True')\n"
        "import torch, colorsys, mine\n"
        "print(hasattr(torch, 'shadow'), hasattr(colorsys, 'shadow'), mine.shadow)\n"
        "for name in ('torch', 'colorsys', 'mine'): os.remove(name + '.py')"
    )
    assert printed(shared, "import os\n" + source) == "False False True\n"


def test_a_cell_that_takes_too_long_is_interrupted(shared):
    run = shared.run_cell("kept = 1\nwhile True: pass", limit=1)
    assert run.ending == "timed out"
    assert shared.alive
    assert observe(shared, "kept")[0].value == 1


def test_a_question_that_takes_too_long_is_interrupted(shared):
    shared.run_cell("def hang():\n    while True: pass", limit=10)
    with pytest.raises(AnswerTimedOut):
        observe(shared, "hang()", limit=1)
    assert shared.alive
    assert observe(shared, "2")[0].value == 2


def test_output_is_capped_and_an_endless_print_is_stopped(shared, monkeypatch):
    monkeypatch.setattr(client, "MAX_OUTPUT", 10_000)
    monkeypatch.setattr(client, "STOP_OUTPUT", 100_000)
    run = shared.run_cell("while True: print('x' * 1000)", limit=30)
    assert run.ending == "too much output"
    assert len(str(run.outputs)) < 20_000
    assert "cut off" in printed_text(run.outputs)
    assert printed(shared, "print('still here')") == "still here\n"


STUBBORN = """
while True:
    try:
        while True: sum(range(100))
    except KeyboardInterrupt:
        pass
"""


def test_what_swallows_the_interrupt_is_killed(own, monkeypatch):
    monkeypatch.setattr(cold, "GRACE", 0.5)
    assert own.run_cell(STUBBORN, limit=1).ending == "timed out"
    assert not own.alive


def test_an_end_of_the_process_is_a_crash(own):
    assert own.run_cell("import os; os._exit(0)", limit=20).ending == "crashed"
    assert not own.alive


def test_a_question_that_ends_the_process_is_a_crash(own):
    own.run_cell("import os", limit=20)
    with pytest.raises(KernelDied):
        observe(own, "os._exit(0)", limit=20)
    assert not own.alive


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX")
def test_what_a_cell_started_ends_with_the_kernel():
    kernel = colds().start("cpu")
    try:
        printed(kernel, "import subprocess, os\nos.setpgid(0, 0) if os.getpid() > 1 else 0")
        printed(kernel, "subprocess.Popen(['sleep', '600'], start_new_session=True)")
        started = processes.below(kernel._manager.provisioner.pid)
        assert len(started) >= 1
    finally:
        kernel.close()
    deadline = time.monotonic() + 300
    while processes.alive(started) and time.monotonic() < deadline:
        os.sched_yield()
    assert processes.alive(started) == []


def test_a_kernel_that_sends_no_messages_any_more_is_given_up(own):
    source = "import json\nkernel = get_ipython().kernel\n"
    source += "kernel.session.pack = lambda content: b'no JSON'"
    run = own.run_cell(source, limit=20)
    assert run.ending == "crashed"
    assert not own.alive


def test_a_message_of_endless_parts_ends_its_kernel(own, monkeypatch):
    monkeypatch.setattr("grader.kernels.cold.MAX_HELD", 50 * 2**20)
    run = own.run_cell(
        "import time\n"
        "get_ipython().kernel.iopub_socket.send_multipart([b'x' * 9_000_000] * 20)\n"
        "time.sleep(600)",
        limit=600,
    )
    assert run.ending == "too much output"
    assert not own.alive


def test_the_outputs_of_all_cells_share_their_room(own):
    budget = OutputBudget(12_000)
    show = "from IPython.display import display\nshown = display('a', display_id='x')"
    (kept,) = own.run_cell(show, limit=20, outputs=budget).outputs
    for letter in "bcd":  # a later cell changes what was counted as small
        own.run_cell(f"shown.update('{letter}' * 4_000)", limit=20, outputs=budget)
    assert kept["data"]["text/plain"][1] == "c"
    run = own.run_cell("print('x' * 50_000)\nraise KeyError", limit=20, outputs=budget)
    assert run.ending == "error"
    assert run.outputs[0]["text"].endswith(CUT)
    assert [output["ename"] for output in run.outputs[1:]] == ["KeyError"]
