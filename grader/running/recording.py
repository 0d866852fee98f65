"""What the run of the reference leaves for the runs of submissions."""

from dataclasses import dataclass, field

from grader.model.values import Payload, Values


@dataclass(slots=True)
class Recording:
    """What the reference's run writes down, and those that follow it read.

    states: the question that puts back the generators of random numbers and torch's global
    switches as they were, by released cell;
    given: the data of each `given`, by exercise and expression;
    modules: what the notebook and the checks imported;
    changed: the names of given code that the solution of an exercise changes what they hold.
    """

    states: dict[str, Payload] = field(default_factory=dict)
    given: dict[tuple[str, str], Values] = field(default_factory=dict)
    modules: dict[str, None] = field(default_factory=dict)
    changed: dict[str, frozenset[str]] = field(default_factory=dict)
