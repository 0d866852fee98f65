"""A cold kernel: ipykernel, with one more type of message for the probe's questions.

Started as `python -m grader.inside.cold -f CONNECTION_FILE`. A question comes and goes as comm
messages do, so it neither passes through the student's namespace nor shows among the outputs.
"""

import sys
from collections.abc import Callable
from typing import Any, ClassVar

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.compilerop import CachingCompiler
from tornado.ioloop import PeriodicCallback

from grader.inside.probe import Probe
from grader.inside.text import whole


class ProbedKernel(IPythonKernel):
    """The kernel of one notebook."""

    msg_types: ClassVar[list[str]] = [*IPythonKernel.msg_types, "probe_request"]

    def start(self) -> None:
        """Start to take messages."""
        sys.path.append("")  # last: a torch.py beside the notebook shadows nothing
        sys.argv[:] = ["ipykernel_launcher.py", "-f", "kernel.json"]  # as without our options
        self.shell.ask_exit = lambda: None  # `exit()` ends no kernel that is run headless
        # ipykernel names a cell after a file that is not there. IPython takes such a file for a
        # long one, and then says the wrong line of an exception that was handled.
        self.shell.compiler_class, self.shell.compile = CachingCompiler, CachingCompiler()
        pack = self.session.pack
        self.session.pack = lambda content: _packed(pack, content)
        self.answer, self.send = Probe(self.shell.user_ns).answer, self.session.send
        super().start()
        # An interrupt of a cell that awaits is seen when the loop wakes up next, so it has to.
        self.ticks = PeriodicCallback(lambda: None, 200)
        self.ticks.start()

    def probe_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        """Answer a question."""
        try:
            header, body = (bytes(part) for part in parent["buffers"])
            buffers = list(self.answer(header, body))
        except BaseException as error:  # an interrupt too: the question is over
            buffers = [repr(type(error)).encode(), b""]
        self.send(stream, "probe_reply", {}, parent=parent, ident=ident, buffers=buffers)


def _packed(pack: Callable[[Any], bytes], content: Any) -> bytes:
    """Pack the content of a message; half a character costs no more than itself."""
    try:
        return pack(content)
    except UnicodeEncodeError:
        return pack(whole(content))


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=ProbedKernel)
