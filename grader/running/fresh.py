"""A kernel in which nothing has run."""

from grader.errors import BadAnswer, KernelFailed
from grader.formats import wire
from grader.kernels.kernel import AnswerTimedOut, Kernel, KernelDied, KernelFactory
from grader.model.text import Text
from grader.model.values import Value
from grader.retry import retried
from grader.running.attachments import Attachments, copy_attachments

ASK = 10.0  # CPU seconds for a question that runs none of the student's code


def fresh_kernel(
    kind: KernelFactory, device: str, seed: int, files: Attachments = ()
) -> tuple[Kernel, dict[str, str], list[Text]]:
    """Return a kernel that is seeded, the versions of what is in it, and notes on its files.

    files: what lies in its working folder. Raises KernelFailed.
    """
    return retried(lambda: _fresh(kind, device, seed, files))


def _fresh(
    kind: KernelFactory, device: str, seed: int, files: Attachments
) -> tuple[Kernel, dict[str, str], list[Text]]:
    kernel = kind.start(device)
    try:
        answer = wire.decode(kernel.ask(wire.question("hello", seed=seed), limit=ASK))
        notes = copy_attachments(kernel, files)
    except (KernelDied, AnswerTimedOut, BadAnswer) as error:
        kernel.close()
        raise KernelFailed("a fresh kernel does not answer") from error
    except BaseException:
        kernel.close()
        raise
    return kernel, _versions(answer.get("versions")), notes


def _versions(value: Value | None) -> dict[str, str]:
    entries = getattr(value, "entries", {})
    return {name: str(getattr(entry, "value", "")) for name, entry in entries.items()}
