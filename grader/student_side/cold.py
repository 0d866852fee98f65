"""A cold kernel: ipykernel, with one more type of message for the probe's questions.

Started as `python -m grader.student_side.cold SETTINGS [-f CONNECTION_FILE ...]`. It is confined as
the file SETTINGS says before anything else is loaded, and leaves the result in `measures.json`
beside it. It ends there where nothing follows, and earlier where a root of its own fails half-way.
A question comes and goes as comm messages do, so it neither passes through the student's namespace
nor shows among the outputs.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from grader.student_side import confine


def main() -> None:
    """Be confined, then serve until the grader goes away."""
    path = Path(sys.argv.pop(1))
    settings = json.loads(path.read_text(encoding="utf-8"))
    if settings["measures"]:
        if settings["user"] is not None:
            for file in (path.parent, *path.parent.iterdir()):
                os.chown(file, settings["user"], settings["user"])
        steps = confine.enter(settings)
        if steps.failed("read-only environment"):
            raise SystemExit("half a root is none")
        told = confine.confine(settings, steps, str(path.parent / "home"))
        (path.parent / "measures.json").write_text(json.dumps(told), encoding="utf-8")
    if len(sys.argv) > 1:
        os.environ.pop("JPY_PARENT_PID", None)  # of another namespace; it ends with its parent
        if settings["measures"]:
            _let_children_print()
        serve(settings["card"] and settings["card"]["share"])


def _let_children_print() -> None:
    """Let forked processes send their output by a socket in a folder: there is no TCP here."""
    import zmq
    from ipykernel import iostream, kernelapp
    from zmq.eventloop.zmqstream import ZMQStream

    class Thread(iostream.IOPubThread):
        def _setup_pipe_in(self) -> None:
            self._pipe_uuid, self._pipe_path = os.urandom(16), f"ipc://{gettempdir()}/iopub"
            pipe = self.socket.context.socket(zmq.PULL)
            pipe.linger = 0
            pipe.bind(self._pipe_path)
            self._pipe_in = ZMQStream(pipe, self.io_loop)
            self._pipe_in.on_recv(self._handle_pipe_msg)

        def _setup_pipe_out(self) -> tuple[Any, Any]:
            context = zmq.Context()
            pipe = context.socket(zmq.PUSH)
            pipe.linger = 3_000  # milliseconds
            pipe.connect(self._pipe_path)
            return context, pipe

    kernelapp.IOPubThread = Thread  # type: ignore[attr-defined]


def serve(share: float | None = None) -> None:
    """Run the kernel. share: of the memory of the card that it is to open, if it is."""
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp
    from IPython.core.compilerop import CachingCompiler
    from tornado.ioloop import PeriodicCallback

    from grader.student_side import debugging, magics, no_input, tracebacks
    from grader.student_side.probe import Probe

    tracebacks.install()

    class ProbedKernel(IPythonKernel):
        """The kernel of one notebook."""

        raw_input = getpass = staticmethod(no_input.ask)
        msg_types = (*IPythonKernel.msg_types, "probe_request")

        def start(self) -> None:
            """Start to take messages."""
            sys.path.append("")  # last: a torch.py beside the notebook shadows nothing
            sys.argv[:] = ["ipykernel_launcher.py", "-f", "kernel.json"]  # as without our options
            self.shell.ask_exit = lambda: None  # `exit()` ends no kernel that is run headless
            # ipykernel names a cell after a file that is not there. IPython takes such a file for
            # a long one, and then says the wrong line of an exception that was handled.
            self.shell.compiler_class, self.shell.compile = CachingCompiler, CachingCompiler()
            pack = self.session.pack
            self.session.pack = lambda content: _packed(pack, content)
            magics.install(self.shell)
            debugging.install(self.shell)
            no_input.install(self.shell)
            self.probe, self.send = Probe(self.shell.user_ns), self.session.send
            self.answer = self.probe.answer
            if share is not None:
                self.probe.use_card(share)
                self.shell.events.register("post_run_cell", self.finish_on_card)
            super().start()
            # An interrupt of a cell that awaits is seen when the loop wakes up next, so it has to.
            self.ticks = PeriodicCallback(lambda: None, 200)
            self.ticks.start()

        def finish_on_card(self, result: Any) -> None:
            """Let what a cell has started on a card be the cell's, errors too."""
            try:
                self.probe.finish()
            except Exception:
                if result.success:  # else it has said so itself
                    self.shell.showtraceback()

        def probe_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
            """Answer a question."""
            try:
                header, body = (bytes(part) for part in parent["buffers"])
                buffers = list(self.answer(header, body))
            except BaseException as error:  # an interrupt too: the question is over
                buffers = [repr(type(error)).encode(), b""]
            self.send(stream, "probe_reply", {}, parent=parent, ident=ident, buffers=buffers)

    IPKernelApp.launch_instance(kernel_class=ProbedKernel)


def _packed(pack: Callable[[Any], bytes], content: Any) -> bytes:
    """Pack the content of a message; half a character costs no more than itself."""
    from grader.student_side.text import whole

    try:
        return pack(content)
    except UnicodeEncodeError:
        return pack(whole(content))


if __name__ == "__main__":
    main()
