"""What in `course.toml` matches nothing, and is perhaps mistyped: it stops no grading."""

from collections.abc import Iterable, Iterator, Sequence

from grader.course.faults import dotted, meant
from grader.course.policy import same
from grader.course.settings import Settings


def unmatched(settings: Settings, students: Iterable[Sequence[str | None]]) -> Iterator[str]:
    """Yield the extensions that match no student. students: the names and ids of each."""
    known = {same(one): one for names in students for one in names if one}
    for assignment, policy in settings.policies.items():
        for key, extension in policy.extensions.items():
            if key not in known:
                where = dotted(("assignments", assignment, "extensions", extension.who))
                near = meant(extension.who, [*known.values()])
                yield f"{settings.path}: `{where}` matches no student{near}"


def unknown(settings: Settings, assignments: Sequence[str]) -> Iterator[str]:
    """Yield the tables of assignments that there are not."""
    for name in settings.policies:
        if name not in assignments:
            where = dotted(("assignments", name))
            yield f"{settings.path}: `{where}`: no source is of that name{meant(name, assignments)}"
