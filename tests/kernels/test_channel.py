import socket
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.formats import wire
from grader.kernels.channel import Channel
from grader.kernels.kernel import KernelDied
from grader.kernels.meter import TakesTooLong
from grader.model.values import Exceeded
from grader.student_side import framing


def never():
    """Watch a request that has all the time it wants."""


def soon():
    """Return what ends a request when it has been looked at three times."""
    looks = iter(range(3))

    def watch():
        if next(looks, None) is None:
            raise TakesTooLong(Exceeded(seconds=1.0))

    return watch


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    yield channel, theirs
    channel.close()
    theirs.close()


def test_a_request_is_answered(pair):
    channel, theirs = pair
    number = channel.ask(framing.ASK, b"{}", b"body", watch=never)
    assert framing.read(theirs) == (number, framing.ASK, b"{}", b"body", [])
    theirs.sendall(framing.pack(number, framing.REPLY, b"yes", b"more"))
    assert channel.reply(number, watch=never) == (b"yes", b"more")


def test_outputs_on_the_way_are_handed_on_in_order(pair):
    channel, theirs = pair
    number = channel.ask(framing.CELL, b"{}", watch=never)
    for text in (b"one", b"two"):
        theirs.sendall(framing.pack(number, framing.EVENT, text))
    theirs.sendall(framing.pack(number, framing.REPLY, b""))
    seen = []
    channel.reply(number, watch=never, event=seen.append)
    assert seen == [b"one", b"two"]


def test_a_reply_before_its_request_is_forged(pair):
    channel, theirs = pair
    theirs.sendall(framing.pack(1, framing.REPLY, b"forged"))
    with pytest.raises(KernelDied):
        channel.ask(framing.ASK, b"{}", watch=never)


@pytest.mark.parametrize("number", [0, 2, 7, 2**32 - 1])
def test_a_reply_to_another_request_is_none(pair, number):
    channel, theirs = pair
    asked = channel.ask(framing.ASK, b"{}", watch=never)
    theirs.sendall(framing.pack(number, framing.REPLY, b"replayed"))
    with pytest.raises(KernelDied):
        channel.reply(asked, watch=never)


def test_a_frame_without_end_is_refused_by_its_head(pair):
    channel, theirs = pair
    number = channel.ask(framing.ASK, b"{}", watch=never)
    theirs.sendall(framing.HEAD.pack(number, framing.REPLY, wire.MAX_HEADER + 1, 0))
    with pytest.raises(KernelDied):
        channel.reply(number, watch=never)


def test_silence_ends(pair):
    channel, theirs = pair
    number = channel.ask(framing.ASK, b"{}", watch=never)
    theirs.sendall(framing.pack(number, framing.REPLY, b"cut")[:-1])
    with pytest.raises(TakesTooLong):
        channel.reply(number, watch=soon())


def test_a_reader_that_does_not_read_stops_nothing(pair):
    channel, _ = pair
    with pytest.raises(TakesTooLong):
        channel.ask(framing.ASK, b"{}", bytes(2**24), watch=soon())


def test_a_descriptor_that_nobody_asked_for_is_dropped(pair):
    channel, theirs = pair
    number = channel.ask(framing.ASK, b"{}", watch=never)
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    socket.send_fds(theirs, [framing.pack(number, framing.REPLY, b"here")], [0, 1, 2])
    channel.reply(number, watch=never)
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before


def test_the_end_of_the_other_side_is_no_reply(pair):
    channel, theirs = pair
    number = channel.ask(framing.ASK, b"{}", watch=never)
    threading.Thread(target=theirs.shutdown, args=(socket.SHUT_RDWR,)).start()
    with pytest.raises(KernelDied):
        channel.reply(number, watch=never)


@given(st.binary(max_size=200))
def test_noise_is_a_dead_kernel_or_silence_and_nothing_else(noise):
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    number = channel.ask(framing.ASK, b"{}", watch=never)
    theirs.sendall(noise)
    theirs.close()
    with pytest.raises((KernelDied, TakesTooLong)):
        channel.reply(number, watch=soon())
    channel.close()
