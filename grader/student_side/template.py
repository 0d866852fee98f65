"""The process that warm kernels are forked from: torch and an IPython shell loaded, nothing else.

Started as `python -m grader.student_side.template FD`, where FD is a socket to the grader. It runs
no student code, holds no expected value, and opens no card: what has cannot be forked. Each
request, `{"folder": ...}` with the kernel's channel, two files for its output and what claims its
user, is answered with a descriptor of the new process, or with the reason why there is none.
Another, `{"load": [...]}`, imports modules before the next.
"""

import gc
import importlib
import json
import os
import socket
import sys
import traceback
from contextlib import suppress
from typing import Any

from grader.student_side import confine, huge_pages
from grader.student_side.own_process import OwnProcess

MAX_REQUEST = 2**18  # bytes


def main() -> None:
    """Enter the sandbox, load what notebooks need, then fork until the grader goes away."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(control.recv(MAX_REQUEST))
    os.umask(0o022)  # another user has to find the way through the folders that are made now
    steps = confine.enter(settings)
    if steps.failed("read-only environment"):
        # Half a root is none; the grader starts another template, without one.
        control.send(json.dumps({"failed": steps.reasons}).encode())
        return
    serve = _load()
    control.send(json.dumps({"measures": steps.reasons}).encode())
    claims: dict[int, list[int]] = {}  # by kernel: its user is given to no other while it lives
    while True:
        request, fds, _, _ = socket.recv_fds(control, MAX_REQUEST, 4)
        if not request:
            return
        with suppress(ChildProcessError):
            while ended := os.waitpid(-1, os.WNOHANG)[0]:
                for claim in claims.pop(ended, ()):
                    os.close(claim)
        if names := json.loads(request).get("load"):
            control.send(b"loaded" if _load_more(names, steps.process) else b"threads were started")
            continue
        try:
            child = confine.fork_apart(steps.pids)
        except OSError as error:
            control.send(f"no process could be forked: {error}".encode())
            child = -1
        if child == 0:
            control.close()
            _become_kernel(json.loads(request), fds, settings, steps, serve)
        if child > 0:
            claims[child], fds = fds[3:], fds[:3]
        for fd in fds:
            os.close(fd)
        if child > 0:
            process = os.pidfd_open(child)
            socket.send_fds(control, [b"forked"], [process])
            os.close(process)


def _load() -> Any:
    """Import what a kernel needs, and run a little of it: what is touched here is shared later."""
    import torch

    # Before any operation: a pool of threads does not survive a fork, and its users hang.
    torch.set_num_threads(1)
    module = importlib.import_module("grader.student_side.warm")
    x = torch.ones(3, 4, requires_grad=True)
    torch.cat([x @ torch.ones(4), torch.relu(x).mean().reshape(1)]).mean().backward()  # type: ignore[no-untyped-call]
    repr(x.grad)
    served = module.Warm()
    _settle()
    return served


def _load_more(names: list[str], process: OwnProcess) -> bool:
    """Import modules; whether this process has one thread still, and so can be forked."""
    for name in names:
        with suppress(Exception):  # not every module that there is can be imported by its name
            importlib.import_module(name)
    _settle()
    return process.threads() == 1


def _settle() -> None:
    gc.collect()
    gc.freeze()  # a collection in a child would write to, and so copy, every page
    huge_pages.make_huge()


def _become_kernel(
    request: dict[str, Any], fds: list[int], settings: Any, steps: Any, served: Any
) -> None:
    """Serve as a kernel; never returns."""
    try:
        channel, out, err, process = map(os.dup, (*fds[:3], steps.process.folder))
        null = os.open(os.devnull, os.O_RDONLY)
        for fd, place in ((null, 0), (out, 1), (err, 2), (channel, 3), (process, 4)):
            os.dup2(fd, place)
        os.closerange(5, 4096)
        steps.process = OwnProcess(4)
        os.setsid()
        told = {**settings, "user": request["user"]}
        measures = confine.confine(told, steps, request["folder"])
        if measures[confine.USERS]:
            importlib.import_module("grader.student_side.sharing").do_without()
        share = settings["card"] and settings["card"]["share"]
        served.serve(socket.socket(fileno=3), {"measures": measures}, share)
    except BaseException:
        os.write(2, traceback.format_exc().encode())  # the grader says it where none comes up
    finally:
        os._exit(70)


if __name__ == "__main__":
    main()
