"""Commands that a service does: what they give is what they give without it."""

import os
import signal

import pytest

from tests.chaos import differences
from tests.service.conftest import ended, has_ended

pytestmark = pytest.mark.kernel


def test_files_words_and_codes_are_the_same(place, service):
    before = service.begun()
    there = place.grade("right", "wrong", "page", out="there")
    here = place.grade("right", "wrong", "page", out="here", service="off")
    again = place.grade("right", "wrong", "page", out="again")
    assert service.begun() == before + 2
    assert (here.code, there.code, again.code) == (1, 1, 1)
    for done, out in ((there, "there"), (again, "again")):
        assert done.out.replace(f"{out}/", "here/") == here.out
        assert done.err == here.err
        assert list(differences(place.contents(out), place.contents("here"))) == []
    assert "right (small): 6 of 6" in here.err


def test_a_command_is_where_and_as_whom_it_was_called(place, service):
    told = [place.run("totals", "--help", COLUMNS="50", service=to).out for to in ("on", "off")]
    assert told[0] == told[1]
    assert max(map(len, told[0].splitlines())) <= 50
    missing = [place.grade("not_there", out="deep/out", service=to) for to in ("on", "off")]
    assert missing[0] == missing[1]
    assert missing[0].code == 2


def test_an_author_has_the_same_too(place, service):
    for command in (["verify"], ["build", "--check"], ["totals", "-o", "there"]):
        # What one had shown the other would not show again.
        here, there = (place.run(*command, service=to, GRADER_CACHE="off") for to in ("off", "on"))
        assert (there.code, there.out, there.err) == (here.code, here.out, here.err)
    before = service.begun()
    assert place.grade("right", out="after").code == 0
    assert service.begun() == before + 1


def test_a_second_command_does_not_wait_for_the_first(place, service):
    first = place.start(*place.grading("right", "zeno", out="first", limit=600))
    child = service.child(first)
    assert place.grade("right", out="second").code == 0
    assert place.score("right", "second") == 6
    assert child.is_running()
    first.send_signal(signal.SIGINT)
    assert ended(first).code == 130


def test_an_interrupt_reaches_the_command_and_the_next_goes_on(place, service):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        out = f"stopped by {number}"
        popen = place.start(*place.grading("right", "zeno", out=out, limit=600))
        child = service.child(popen)
        popen.send_signal(number)
        done = ended(popen)
        assert done.code == 130
        assert "stopped: 1 of 2 are kept; the same command goes on from there" in done.err
        assert has_ended(child)
        assert place.grade("right", out=out).code == 0
        assert place.score("right", out) == 6


def test_who_ignores_a_signal_ignores_it_here_too(place, service):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        popen = place.start(*place.grading("right", "zeno", out="ignored", limit=2))
    finally:
        signal.signal(signal.SIGHUP, before)
    child = service.child(popen)
    popen.send_signal(signal.SIGHUP)
    child.send_signal(signal.SIGHUP)
    assert ended(popen).code == 0
    assert place.score("zeno", "ignored") == 3


def test_where_the_client_is_gone_the_command_ends(place, service):
    popen = place.start(*place.grading("right", "zeno", out="gone", limit=600))
    child = service.child(popen)
    popen.kill()
    assert has_ended(child)
    assert place.grade("right", out="gone").code == 0


def test_a_command_that_is_killed_is_said_to_be(place, service):
    popen = place.start(*place.grading("right", "zeno", out="killed", limit=600))
    child = service.child(popen)
    child.kill()
    done = ended(popen)
    assert done.code == 3
    assert "has been ended; what is done is kept, and the same command goes on" in done.err
    assert place.grade("right", out="killed").code == 0
    assert place.score("right", "killed") == 6


def test_a_template_that_was_killed_is_made_anew(place, service):
    for template in service.templates():
        template.kill()
        assert has_ended(template)
    assert place.grade("right", out="anew").code == 0
    assert place.score("right", "anew") == 6
    assert place.grade("right", out="anew again").code == 0


@pytest.mark.parametrize("message", [b"", b"stopp", b"command", b"\xff" * 4000])
def test_what_is_no_command_harms_nobody(place, service, message):
    channel = service.connected()
    with channel:
        channel.recv(100)
        channel.send(message)
        if message:
            assert channel.recv(100) == b""
    assert place.run("--version").code == 0
    assert os.path.exists(service.socket)  # noqa: PTH110
