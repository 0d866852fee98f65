"""Frames on the socket between the grader and a warm kernel.

A frame is a number (of the request that it belongs to), a kind, and two byte strings: JSON, and
what JSON does not hold. Who reads on the trusted side does it in `grader.kernels.channel`, with
limits; the functions here trust who sends.
"""

import socket
import struct

HEAD = struct.Struct(">IBII")
# Requests: run a cell, answer a question, fork a copy, reap copies of copies.
CELL, ASK, FORK, REAP = 1, 2, 3, 4
EVENT, REPLY = 11, 12  # what comes back: an output on the way, the end of a request


def pack(number: int, kind: int, header: bytes, body: bytes = b"") -> bytes:
    """Return a frame as bytes."""
    return HEAD.pack(number, kind, len(header), len(body)) + header + body


def read(channel: socket.socket) -> tuple[int, int, bytes, bytes, list[int]] | None:
    """Return the next frame, and the descriptors that came with it; None at the end."""
    head, fds, _, _ = socket.recv_fds(channel, HEAD.size, 1)
    if not head:
        return None
    head += _exactly(channel, HEAD.size - len(head))
    number, kind, header, body = HEAD.unpack(head)
    return number, kind, _exactly(channel, header), _exactly(channel, body), fds


def _exactly(channel: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = channel.recv(min(size - len(parts), 2**20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
