"""What isolation holds in which container, as tables for the documents.

`python -m tests.image.levels [TABLE...]` measures and writes; `test_levels` measures and compares.
"""

import re
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.image import profiles
from tests.image.container import ALL, DOCKERS, PODMANS, Condition, run
from tests.image.debian_root import DebianRoot, lacking, made

TOP = Path(__file__).parents[2]
DOCUMENT = TOP / "docs" / "containers.md"
FOLDER = TOP / ".cache" / "image"  # where `make test-image` keeps the root file system

FREE = Condition()
# One restriction each, of a container that allows all that it can.
ALONE = {
    "none": FREE,
    "parts of `/proc` are masked": replace(FREE, masked=True),
    "no new privileges": replace(FREE, no_new_privileges=True),
    "all capabilities dropped": replace(FREE, capabilities=()),
    "a user namespace of the container's own": replace(FREE, mapped=True),
    "no user namespaces": replace(FREE, filter=profiles.without_user_namespaces),
    "no Landlock": replace(FREE, filter=profiles.without_landlock),
    "Podman's filter": replace(FREE, capabilities=PODMANS, filter=profiles.podman),
    "Docker's or containerd's filter": replace(FREE, capabilities=DOCKERS, filter=profiles.docker),
    "the filter `examples/container/seccomp.json`": replace(FREE, filter=profiles.ours),
    "read-only root": replace(FREE, read_only=True),
    "1 MiB of `/tmp` and of `/dev/shm`": replace(FREE, read_only=True, temporary=1, shared=1),
    "no `/sys`": replace(FREE, sys=False),
}
_DOCKER = Condition(masked=True, capabilities=DOCKERS, filter=profiles.docker)
_PODMAN = Condition(masked=True, capabilities=PODMANS, filter=profiles.podman, mapped=True)
_POD = Condition(
    masked=True,
    capabilities=(),
    filter=profiles.docker,
    no_new_privileges=True,
    read_only=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What an engine does, by its defaults and what was added to them."""

    engine: str
    added: str
    condition: Condition


TOGETHER = (
    Together(engine="Docker", added="", condition=_DOCKER),
    Together(engine="Docker", added="`--user 0`", condition=replace(_DOCKER, user=0)),
    Together(
        engine="Docker",
        added="`--security-opt seccomp=seccomp.json`",
        condition=replace(_DOCKER, filter=profiles.ours),
    ),
    Together(
        engine="Docker",
        added="`--security-opt seccomp=seccomp.json --security-opt systempaths=unconfined`",
        condition=replace(_DOCKER, filter=profiles.ours, masked=False),
    ),
    Together(
        engine="Docker",
        added="`--user 0 --cap-add SYS_ADMIN`",
        condition=replace(_DOCKER, user=0, capabilities=(*DOCKERS, "CAP_SYS_ADMIN")),
    ),
    Together(
        engine="Docker",
        added="`--user 0 --privileged`",
        condition=Condition(user=0, capabilities=ALL),
    ),
    Together(engine="Podman, rootless", added="", condition=_PODMAN),
    Together(engine="Podman, rootless", added="`--user 0`", condition=replace(_PODMAN, user=0)),
    Together(
        engine="Podman, rootless",
        added="`--security-opt unmask=ALL`",
        condition=replace(_PODMAN, masked=False),
    ),
    Together(
        engine="Podman, rootless",
        added="`--security-opt unmask=ALL --security-opt seccomp=seccomp.json`",
        condition=replace(_PODMAN, masked=False, filter=profiles.ours),
    ),
    Together(engine="Kubernetes, restricted, read-only root", added="", condition=_POD),
    Together(
        engine="Kubernetes, restricted, read-only root",
        added="`seccompProfile` of the type `Localhost`",
        condition=replace(_POD, filter=profiles.ours),
    ),
    Together(
        engine="Kubernetes",
        added="the same, `hostUsers: false` and `procMount: Unmasked`",
        condition=replace(_POD, filter=profiles.ours, masked=False, mapped=True),
    ),
)
_ROOTLESS = (
    *("mount namespace", "pid namespace", "own /proc", "read-only environment", "private files"),
    *("network namespace", "ipc namespace", "uts namespace"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What `grader doctor` says holds."""

    isolation: str
    missing: tuple[str, ...]
    users: str

    def __str__(self) -> str:
        if self.isolation != "partial":
            return self.isolation
        missing = list(self.missing)
        if set(missing).issuperset(_ROOTLESS):
            others = [name for name in missing if name not in _ROOTLESS]
            missing = ["namespaces and a root of its own", *others]
        return f"partial, without {', '.join(missing)}"


def measured(condition: Condition, root: DebianRoot) -> Level:
    """Ask `grader doctor` in such a container. Raises ValueError with what it said in its place."""
    done = run(condition, root, ["grader", "doctor"])
    found = re.search(r"^isolation  (\w+)$", done.stdout, re.MULTILINE)
    users = re.search(r"^users      (one for each|one for all)", done.stdout, re.MULTILINE)
    if found is None or users is None:
        raise ValueError(f"{done.stdout}{done.stderr}")
    missing = tuple(re.findall(r"^  no   ([^:\n]+)", done.stdout, re.MULTILINE))
    return Level(isolation=found[1], missing=missing, users=users[1])


def alone_row(title: str, root: DebianRoot) -> str:
    """Return the row of a restriction: for the ordinary user, and for root."""
    condition = ALONE[title]
    cells = [measured(replace(condition, user=user), root) for user in (condition.user, 0)]
    return f"| {title} | {cells[0]} | {cells[1]} |"


def together_row(one: Together, root: DebianRoot) -> str:
    """Return the row of an engine."""
    level = measured(one.condition, root)
    return f"| {one.engine} | {one.added or 'nothing'} | {level} | {level.users} |"


TABLES: dict[str, tuple[list[str], Callable[[DebianRoot], Iterable[str]]]] = {
    "together": (
        [
            "| engine | added to its defaults | isolation | user of the system |",
            "|---|---|---|---|",
        ],
        lambda root: (together_row(one, root) for one in TOGETHER),
    ),
    "alone": (
        ["| restriction | an ordinary user | root |", "|---|---|---|"],
        lambda root: (alone_row(title, root) for title in ALONE),
    ),
}


def main() -> None:
    """Measure, and write the tables; says how long it took."""
    if why := lacking():
        raise SystemExit(why)
    begun = time.monotonic()
    root = made(FOLDER)
    for name in sys.argv[1:] or TABLES:
        head, rows = TABLES[name]
        new = "\n".join([*head, *rows(root)]) + "\n"
        text = DOCUMENT.read_text(encoding="utf-8")
        place = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end -->)", re.DOTALL)
        DOCUMENT.write_text(place.sub(lambda _, new=new: new, text, count=1), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT.name}: written in {time.monotonic() - begun:.0f} s\n")


if __name__ == "__main__":
    main()
