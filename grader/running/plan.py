"""What a run is given before it begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.kernels.kernel import KernelFactory, Limits
from grader.model.assignment import Exercise
from grader.model.submission import Step
from grader.running.attachments import Attachments
from grader.running.recording import Recording

SEED = 0  # set once, before the first cell; after that only the source's own seeds act


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """The steps to run, the exercises to look at, and under which conditions.

    recording: of the reference; records: whether this is the reference's run, which fills it, or
    one that follows it.
    kernels: makes what the steps run in, on a device.
    read: by exercise, further names to look at.
    seed: what is drawn from where the source sets none; files: what lies in the working folder.
    once: whether each exercise is looked at but once; once_asked: whether nobody looks again, so
    that the kernel need not be as the last cell left it.
    is_watched: whether it is found out what each step did to others.
    """

    steps: tuple[Step, ...]
    exercises: tuple[Exercise, ...]
    recording: Recording
    kernels: KernelFactory
    device: str
    limits: Limits
    records: bool = False
    read: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seed: int = SEED
    files: Attachments = ()
    once: bool = False
    once_asked: bool = False
    is_watched: bool = True
