"""More notebooks that attack: on the answers of a kernel, and with what they leave behind."""

import socket
import uuid
from pathlib import Path

import pytest

from grader.feedback import feedback
from grader.kernels import processes
from grader.reporting import html, record
from tests.attacks.answering import ANSWERING
from tests.attacks.lasting import LASTING
from tests.attacks.test_attacks import RIGHT, SECRETS, SOURCE, TAGS, graded, target
from tests.conftest import kernels, reference_of, write_source

pytestmark = pytest.mark.skipif(
    kernels().isolation.level != "full", reason="isolation is not full here"
)
ATTACKS = {**ANSWERING, **LASTING}
WORDS = ("wrote", "opened", "connected", "raised ", "became root", "attacked")


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return reference_of(write_source(tmp_path_factory.mktemp("secret"), SOURCE, "secret"))


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """What attacks aim at, by the mark that their cells have for it."""
    folder = tmp_path_factory.mktemp("beyond")
    (folder / "out").mkdir()
    (folder / "canary").write_text("as it was")
    name = f"grader-{uuid.uuid4()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0{name}")
        abstract.listen()
        yield {
            "canary": str(folder / "canary"),
            "out": str(folder / "out"),
            "port": str(tcp.getsockname()[1]),
            "abstract": name,
        }


@pytest.mark.parametrize("name", list(ATTACKS))
def test_an_attack_gets_nothing_and_leaves_nothing(name, reference, outside):
    code = ATTACKS[name]
    for mark, value in outside.items():
        code = code.replace(f"@{mark}@", value)
    done = graded(reference, target(code))
    results = {one.exercise: one for one in done.report.exercises}

    assert results["target"].score == 0, results["target"]
    assert results["target"].outcome in ("wrong", "timed out", "crashed")
    assert results["target"].rule
    assert results["first"].outcome == "right", done.report.notes
    # Who answers in place of the probe has answered for the exercises to come, too.
    if "answer_with(" not in code:
        assert results["last"].outcome == "right", (results["last"], done.report.notes)

    page = html.report(feedback(done.report, reference.assignment))
    for secret in SECRETS:
        assert secret not in page
        assert secret not in done.executed
    said = "".join(one.output for one in results.values())
    assert not [word for word in WORDS if word in said], said[:500]
    assert not [tag for tag in TAGS if tag in page.lower()]
    assert len(done.executed) < 5 * 10**6
    assert record.load(record.dump(done.report)) == done.report
    assert Path(outside["canary"]).read_text() == "as it was"

    assert graded(reference, RIGHT, "neighbour").report.score == 5
    template = kernels().close.__self__
    template.fork("cpu").close()  # it waits for what ended before
    template._settle()
    assert len(processes.below(template._popen.pid)) <= 2, "more than the template and a spare"
