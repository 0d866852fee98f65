"""A cold kernel: ipykernel, with one more type of message for the probe's questions.

Started as `python -m grader.inside.cold -f CONNECTION_FILE`. A question comes and goes as comm
messages do, so it neither passes through the student's namespace nor shows among the outputs.
"""

import sys
from typing import Any, ClassVar

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp

from grader.inside.probe import Probe


class ProbedKernel(IPythonKernel):
    """The kernel of one notebook."""

    msg_types: ClassVar[list[str]] = [*IPythonKernel.msg_types, "probe_request"]

    def start(self) -> None:
        """Start to take messages."""
        sys.path.append("")  # last: a torch.py beside the notebook shadows nothing
        self.shell.ask_exit = lambda: None  # `exit()` ends no kernel that is run headless
        self.answer, self.send = Probe(self.shell.user_ns).answer, self.session.send
        super().start()

    def probe_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        """Answer a question."""
        try:
            header, body = (bytes(part) for part in parent["buffers"])
            buffers = list(self.answer(header, body))
        except BaseException as error:  # an interrupt too: the question is over
            buffers = [repr(type(error)).encode(), b""]
        self.send(stream, "probe_reply", {}, parent=parent, ident=ident, buffers=buffers)


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=ProbedKernel)
