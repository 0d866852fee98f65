"""Kernels that have a card, as far as that shows without one: all but the card itself is real."""

import os
import shutil
import sys
import tempfile
from contextlib import closing, suppress
from pathlib import Path

import pytest
import torch

from grader.errors import KernelFailed, UsageError
from grader.formats import wire
from grader.kernels import cards, processes, users
from grader.kernels.choose import begin, open_factory
from grader.kernels.environment import environment
from grader.kernels.kernel import TookTooMuch
from grader.kernels.sandbox import Bounds, isolation
from grader.kernels.template_process import TemplateProcess
from grader.kernels.warm import Template, forks_of
from grader.student_side.confine import CARD_MEASURES, MEASURES
from tests.conftest import kernels, shown
from tests.kernels.fake_cards import GIB, WITHOUT, Everyone, FakeCards, ShownSlot, slot

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="warm kernels need Linux"),
    pytest.mark.kernel,
]


@pytest.fixture(scope="module")
def found():
    return FakeCards()


@pytest.fixture(scope="module")
def template(found):
    made = Template(Bounds(), slot=slot(found))
    yield made
    made.close()


@pytest.fixture
def kernel(template):
    made = template.fork("cuda")
    yield made
    made.close()


def opened(pid):
    """Return what a process and all that descends from it have open."""
    found = []
    for one in processes.tree(pid):
        for file in Path(f"/proc/{one}/fd").iterdir():
            with suppress(OSError):
                found.append(str(file.readlink()))
    return found


def test_a_kernel_with_a_card_cannot_be_copied(template, kernel):
    assert kernel.fork() is None
    assert shown(kernel, "print(6 * 7)") == "42\n"
    with pytest.raises(KernelFailed, match="these kernels are for cuda, not for cpu"):
        template.fork("cpu")


def test_its_template_has_opened_none(template, kernel):
    cell = "import torch\nprint(torch.cuda.is_initialized(), torch.cuda._is_in_bad_fork())"
    assert shown(kernel, cell) == "False False\n"
    assert opened(template._popen.pid)
    assert not any("nvidia" in path for path in opened(template._popen.pid))


def test_what_a_kernel_is_told_before_it_starts(kernel):
    names = ("CUDA_VISIBLE_DEVICES", "CUDA_MODULE_LOADING", "CUBLAS_WORKSPACE_CONFIG")
    text = shown(kernel, f"import os\nprint([os.environ[name] for name in {names}])")
    assert text == "['GPU-00', 'LAZY', ':4096:8']\n"
    assert environment("/", "/")["CUDA_VISIBLE_DEVICES"] == ""
    assert not any(name.startswith("CUBLAS") for name in environment("/", "/"))
    assert environment("/", "/", "GPU-7")["PYTORCH_NVML_BASED_CUDA_CHECK"] == "1"


def test_what_takes_too_much_of_the_card_is_ended_and_nobody_else_is(found, template, kernel):
    other = template.fork("cuda")
    try:
        mine = kernel.pid
        found.held_by = {mine: slot(found).most + 1, other.pid: GIB}
        run = kernel.run_cell("import time\ntime.sleep(20)", limit=20)
        assert (run.ending, kernel.alive) == ("too much memory", False)
        assert shown(other, "print(1)") == "1\n"
    finally:
        found.held_by = Everyone(100 * 2**20)
        other.close()


NO_MEMORY = "raise RuntimeError('CUDA out of memory. Tried to allocate 9.00 GiB.')"


def test_memory_that_strangers_have_taken_is_nobodys_fault(found, kernel):
    found.held_by, found.free_bytes = {kernel.pid: GIB}, GIB // 2
    try:
        with pytest.raises(KernelFailed, match="others have taken the memory of the card"):
            kernel.run_cell(NO_MEMORY, limit=10)
        assert not kernel.alive
    finally:
        found.held_by, found.free_bytes = Everyone(100 * 2**20), 24 * GIB


def test_memory_that_there_is_not_is_the_cells_own(found, kernel):
    try:
        for free, held in ((24 * GIB, GIB), (0, 0), (0, slot(found).most)):
            found.held_by, found.free_bytes = {kernel.pid: held}, free
            assert kernel.run_cell(NO_MEMORY, limit=10).ending == "error"
        found.held_by, found.free_bytes = {kernel.pid: GIB}, GIB // 2
        assert kernel.run_cell("1 / 0", limit=10).ending == "error"
    finally:
        found.held_by, found.free_bytes = Everyone(100 * 2**20), 24 * GIB


def test_a_call_that_takes_too_much_of_the_card_is_said_to(found, kernel):
    kernel.run_cell("import time", limit=10)
    found.held_by = {kernel.pid: slot(found).most + 1}
    try:
        question = wire.question("observe", expressions={"0": "time.sleep(20)"}, seed=0)
        with pytest.raises(TookTooMuch) as raised:
            kernel.ask(question, limit=20)
        assert raised.value.reason == "too much memory"
    finally:
        found.held_by = Everyone(100 * 2**20)


def test_memory_that_is_mapped_to_be_shared_counts_too():
    """A driver may map memory so; here it is that of a file in memory."""
    tight = Template(Bounds(memory=100 * 2**20), slot=slot(FakeCards()))
    try:
        kernel = tight.fork("cuda")
        cell = (
            "import mmap, time\nwith open('/dev/shm/file', 'w+b') as file:\n"
            "    file.truncate(250 * 2**20)\n    held = mmap.mmap(file.fileno(), 250 * 2**20)\n"
            "for place in range(0, len(held), 4096):\n    held[place] = 1\ntime.sleep(20)"
        )
        assert kernel.run_cell(cell, limit=20).ending == "too much memory"
        kernel.close()
    finally:
        tight.close()


def test_the_isolation_says_that_there_is_a_card(template):
    if kernels().isolation.level != "full":
        pytest.skip(f"isolation is {kernels().isolation}")
    holds = template.isolation
    assert holds.card
    assert set(holds.measures) == {*MEASURES, *CARD_MEASURES}
    # "one card" is the word of a kernel that is told of one.
    assert set(holds.missing) == {"one card"}
    assert str(holds) == "partial, with a card (missing: one card)"


@pytest.fixture(scope="module")
def driver():
    """A library of a driver, where no kernel sees anything else: not below the system's folders."""
    folder = Path(tempfile.mkdtemp(dir="/opt" if os.access("/opt", os.W_OK) else Path.home()))
    folder.chmod(0o755)
    (folder / "libcuda.so.1").write_text("a driver")
    (folder / "libother.so.1").write_text("not of a driver")
    yield folder / "libcuda.so.1"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def shown_to(driver):
    card = FakeCards()
    made = Template(
        Bounds(memory=100 * 2**20),
        slot=ShownSlot(card=card.cards[0], share=0.1, cards=card, library=str(driver)),
    )
    yield made
    made.close()


def test_a_kernel_sees_the_files_of_its_card_and_no_others(shown_to, driver):
    if kernels().isolation.level != "full":
        pytest.skip(f"isolation is {kernels().isolation}")
    assert str(shown_to.isolation) == "full, with a card"
    cell = f"""
import os, pathlib
print(open('/dev/zero', 'r+b', buffering=0).read(2), pathlib.Path('{driver}').read_text())
print(sorted(os.listdir('{driver.parent}')), os.path.exists('/sys/devices/system/node/online'))
print([name for name in ('tty', 'kmsg', 'mem') if os.path.exists('/dev/' + name)])
try:
    open('{driver}', 'a')
except OSError as error:
    print(type(error).__name__)
"""
    there = Path("/sys/devices/system/node/online").exists()
    with closing(shown_to.fork("cuda")) as kernel:
        text = shown(kernel, cell)
    first, listed, others, refused = text.splitlines()
    assert first == "b'\\x00\\x00' a driver"
    assert (listed, others) == (f"['libcuda.so.1'] {there}", "[]")
    assert refused in ("OSError", "PermissionError")
    with closing(kernels().start("cpu")) as other:
        assert shown(other, "import os\nprint(os.path.exists('/dev/zero'))") == "False\n"
        assert shown(other, f"print(os.path.exists('{driver}'))") == "False\n"


def test_memory_that_a_driver_may_share_is_let_through_and_watched(shown_to):
    cell = "import mmap\nheld = mmap.mmap(-1, 250 * 2**20)\n"
    touched = "for place in range(0, len(held), 4096):\n    held[place] = 1\n"
    with closing(shown_to.fork("cuda")) as kernel:
        assert kernel.run_cell(cell, limit=20).ending == "done"  # mapped, and not used
        waits = "import time\ntime.sleep(20)"
        assert kernel.run_cell(touched + waits, limit=20).ending == "too much memory"
    with closing(kernels().start("cpu")) as other:
        assert other.run_cell(cell, limit=20).outputs[-1]["ename"] == "PermissionError"


def test_private_memory_has_no_limit_but_the_watch(shown_to):
    with closing(shown_to.fork("cuda")) as kernel:
        mapped = "import mmap\nheld = mmap.mmap(-1, 2**34, flags=mmap.MAP_PRIVATE | 0x4000)"
        assert kernel.run_cell(mapped, limit=20).ending == "done"  # as a driver does
        cell = "import time\nx = bytearray(2**20) * 250\ntime.sleep(20)"
        assert kernel.run_cell(cell, limit=20).ending == "too much memory"


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (dict.fromkeys((*MEASURES, *CARD_MEASURES), ""), "full, with a card"),
        (
            dict.fromkeys((*MEASURES, "one card"), "") | {"card memory": WITHOUT},
            "partial, with a card (missing: card memory)",
        ),
        (dict.fromkeys(MEASURES, "no") | dict.fromkeys(CARD_MEASURES, ""), "none, with a card"),
        ({}, "none, with a card"),
    ],
)
def test_how_isolation_with_a_card_is_told(reasons, said):
    assert str(isolation(reasons, card=True)) == said
    assert isolation({}).level == "none"


def test_a_template_that_is_told_of_a_card_opens_none_either():
    """A real slot: the template takes all measures; a kernel of it would open the card."""
    found = FakeCards()
    real = cards.slot_at(cards.Place(card=0, share=0.1), found)
    process = TemplateProcess(Bounds(), MEASURES, users.available(), real)
    try:
        assert "measures" in process.told()
        assert not any("nvidia" in path for path in opened(process.popen.pid))
    finally:
        process.control.close()
        processes.kill_below(process.popen.pid)
        process.popen.kill()
        process.popen.wait()


def test_a_card_that_cannot_be_opened_is_the_machines_fault_and_said():
    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    real = cards.slot_at(cards.Place(card=0, share=0.1), FakeCards())
    with pytest.raises(KernelFailed, match=r"could be forked: .*the card cannot be opened: .*CUDA"):
        Template(Bounds(), slot=real)


def test_kernels_for_a_card_are_offered_for_that_card_alone(monkeypatch):
    found = FakeCards(2)
    monkeypatch.setattr(cards, "here", lambda: found)
    told = []
    monkeypatch.setattr("grader.kernels.template_process.begin", lambda slot: told.append(slot))
    monkeypatch.setattr(
        "grader.kernels.warm.warm", lambda bounds=None, begun=None, slot=None: (begun, slot)
    )
    first, second = cards.places(found.found(), found, 1)
    begin(None, second)
    assert [one.card.index for one in told] == [1]
    _, made = open_factory(None, "cuda", place=first)
    assert made.card.index == 0
    begun, made = open_factory(None, "cuda", place=second)
    assert (begun, made) == (None, None)  # what was begun, which needs no slot any more
    with pytest.raises(UsageError, match="cuda:9 is not there"):
        open_factory(None, "cuda", place=cards.Place(card=9, share=0.1))


def test_the_seam_takes_them_as_any_others(template):
    kind = forks_of(template)
    made = kind.start("cuda")
    try:
        assert made.run_cell("x = 1", limit=10).ending == "done"
    finally:
        made.close()
