"""A kernel in which nothing has run."""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.errors import BadAnswer, KernelFailed
from grader.formats import replies, wire
from grader.kernels.kernel import AnswerTimedOut, Kernel, KernelDied, KernelFactory
from grader.model.text import Text
from grader.retry import retried
from grader.running.attachments import Attachments, copy_attachments

ASK = 10.0  # CPU seconds for a question that runs none of the student's code


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshKernel:
    """A kernel in which nothing has run.

    versions: of what is in it, and which card that runs on; notes: on its files.
    """

    kernel: Kernel
    versions: Mapping[str, str]
    notes: tuple[Text, ...]


def fresh_kernel(
    kernels: KernelFactory, device: str, seed: int, files: Attachments = ()
) -> FreshKernel:
    """Return a kernel that is seeded. files: what lies in its working folder.

    Raises KernelFailed.
    """
    return retried(lambda: _fresh(kernels, device, seed, files))


def _fresh(kernels: KernelFactory, device: str, seed: int, files: Attachments) -> FreshKernel:
    kernel = kernels.start(device)
    try:
        answer = kernel.ask(wire.question("hello", seed=seed), limit=ASK)
        hello = replies.read(answer, replies.Hello)
        notes = copy_attachments(kernel, files)
    except (KernelDied, AnswerTimedOut, BadAnswer) as error:
        kernel.close()
        raise KernelFailed("a fresh kernel does not answer") from error
    except BaseException:
        kernel.close()
        raise
    versions = hello.versions.model_dump() | ({"GPU": kernels.card} if kernels.card else {})
    return FreshKernel(kernel=kernel, versions=versions, notes=tuple(notes))
