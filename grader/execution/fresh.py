"""A kernel in which nothing has run."""

from grader.errors import BadAnswer, KernelFailed
from grader.execution.kernel import AnswerTimedOut, Kernel, KernelDied, KernelKind
from grader.formats import wire
from grader.model.observation import Value

ASK = 10.0  # seconds for a question that runs none of the student's code


def fresh_kernel(kind: KernelKind, device: str, seed: int) -> tuple[Kernel, dict[str, str]]:
    """Return a kernel that is seeded, and the versions of what is in it. Raises KernelFailed."""
    kernel = kind.start(device)
    try:
        answer = wire.decode(kernel.ask(wire.question("hello", seed=seed), limit=ASK))
    except (KernelDied, AnswerTimedOut, BadAnswer) as error:
        kernel.close()
        raise KernelFailed("a fresh kernel does not answer") from error
    return kernel, _versions(answer.get("versions"))


def _versions(value: Value | None) -> dict[str, str]:
    entries = getattr(value, "entries", {})
    return {name: str(getattr(entry, "value", "")) for name, entry in entries.items()}
