"""A container without an engine: one condition of it, put to an OCI runtime as engines put it."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.image.debian_root import INSTALLED, PACKAGES, USER, DebianRoot
from tests.image.profiles import Profile

_NAMES = (  # noqa: SIM905 - thirty-eight words
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE "
    "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO "
    "SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME "
    "SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG "
    "WAKE_ALARM BLOCK_SUSPEND AUDIT_READ"
).split()


def _held() -> tuple[str, ...]:
    """Return all capabilities that can be given to a container here."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (bits,) = (line.split()[1] for line in status.splitlines() if line.startswith("CapBnd:"))
    return tuple(f"CAP_{name}" for at, name in enumerate(_NAMES) if int(bits, 16) >> at & 1)


ALL = _held()
# What engines leave to a container by default.
PODMANS = (
    *("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETFCAP"),
    *("CAP_NET_BIND_SERVICE", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT"),
)
DOCKERS = (*PODMANS, "CAP_AUDIT_WRITE", "CAP_MKNOD", "CAP_NET_RAW")
# What Docker, Podman, containerd and CRI-O mask, and make read-only.
_MASKED = [
    *(f"/proc/{name}" for name in ("acpi", "asound", "interrupts", "kcore", "keys", "scsi")),
    *(f"/proc/{name}" for name in ("latency_stats", "timer_list", "timer_stats", "sched_debug")),
    *("/sys/firmware", "/sys/devices/virtual/powercap"),
]
_READ_ONLY = [f"/proc/{name}" for name in ("bus", "fs", "irq", "sys", "sysrq-trigger")]
_MAPPED = 100_000  # the first id of a container that has a user namespace, as the system counts
_MIB = 2**20
# In a mount namespace of its own: nothing of it is left when the container has ended. Programs have
# the capabilities that an engine's storage would give them in the container's user namespace.
_ENTER = """
stat -fc %T /sys/fs/cgroup | grep -qx cgroup2fs || mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs none "$1/layers"
mkdir "$1/layers/upper" "$1/layers/work"
mount -t overlay none -o "lowerdir=$2,upperdir=$1/layers/upper,workdir=$1/layers/work" "$1/root"
chown "$(($4 + 1000)):$(($4 + 1000))" "$1/root/home/grader"
chmod u-s "$1/root/usr/bin/newuidmap" "$1/root/usr/bin/newgidmap"
own=$([ "$4" = 0 ] || echo "-n $4")
setcap -q $own cap_setuid=ep "$1/root/usr/bin/newuidmap"
setcap -q $own cap_setgid=ep "$1/root/usr/bin/newgidmap"
mount -t overlay none -o "lowerdir=$3" "$1/root$5"
exec crun --root "$1/state" --cgroup-manager=disabled run --bundle "$1" "$6"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a container allows to what runs in it; left out, it allows all that it can.

    filter: of its capabilities, the filter on system calls; mapped: whether it has a user namespace
    of its own; masked: whether parts of /proc are hidden; temporary: MiB of /tmp, where the root is
    read-only; shared: MiB of /dev/shm.
    """

    user: int = USER
    capabilities: tuple[str, ...] = ALL
    filter: Callable[[Iterable[str]], Profile] | None = None
    no_new_privileges: bool = False
    mapped: bool = False
    masked: bool = False
    read_only: bool = False
    temporary: int = 64
    shared: int = 64
    sys: bool = True


def run(
    condition: Condition,
    root: DebianRoot,
    command: Sequence[str],
    *,
    course: Path | None = None,
    out: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command in a container.

    course: a folder to be seen read-only as /course; out: one to be seen as /out, and be written.
    """
    first = _MAPPED if condition.mapped else 0
    owner = first + condition.user
    binds = []
    if course is not None:
        binds.append(_bind(course, "/course", "ro"))
    if out is not None:
        out.mkdir(exist_ok=True)
        os.chown(out, owner, owner)
        binds.append(_bind(out, "/out", "rw"))
    with tempfile.TemporaryDirectory(prefix="grader-container-") as place:
        bundle = Path(place)
        bundle.chmod(0o711)  # a mapped root is nobody in particular
        for name in ("layers", "root", "state"):
            (bundle / name).mkdir()
        config = _config(condition, command, binds)
        (bundle / "config.json").write_text(json.dumps(config), encoding="utf-8")
        apart = ("unshare", "--mount", "--propagation", "private", "sh", "-ec", _ENTER, "sh")
        told = (place, str(root.system), root.packages, str(first), PACKAGES, bundle.name)
        return subprocess.run([*apart, *told], text=True, capture_output=True, timeout=300)


def _config(
    condition: Condition, command: Sequence[str], binds: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    # Who is not root, and is given none, has none: an engine leaves them to be had by setuid alone.
    held = condition.capabilities if condition.user == 0 else ()
    capabilities = {name: list(held) for name in ("effective", "permitted")}
    capabilities["bounding"] = list(condition.capabilities)
    linux: dict[str, Any] = {
        "namespaces": [{"type": name} for name in ("pid", "network", "ipc", "uts", "mount")],
        "maskedPaths": _MASKED if condition.masked else [],
        "readonlyPaths": _READ_ONLY if condition.masked else [],
    }
    if condition.mapped:
        linux["namespaces"].append({"type": "user"})
        mapping = [{"containerID": 0, "hostID": _MAPPED, "size": 65_536}]
        linux |= {"uidMappings": mapping, "gidMappings": mapping}
    if condition.filter is not None:
        linux["seccomp"] = condition.filter(condition.capabilities)
    home = "/root" if condition.user == 0 else "/home/grader"
    return {
        "ociVersion": "1.0.0",
        "process": {
            "user": {"uid": condition.user, "gid": condition.user},
            "args": list(command),
            "env": [f"PATH={INSTALLED}/bin:/usr/sbin:/usr/bin:/sbin:/bin", f"HOME={home}"],
            "cwd": "/course",
            "capabilities": capabilities,
            "noNewPrivileges": condition.no_new_privileges,
        },
        "root": {"path": "root", "readonly": condition.read_only},
        "hostname": "container",
        "mounts": [*_mounts(condition), *binds],
        "linux": linux,
    }


def _mounts(condition: Condition) -> list[dict[str, Any]]:
    closed = ["nosuid", "noexec", "nodev"]
    shared = [*closed, "mode=1777", f"size={condition.shared * _MIB}"]
    terminals = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]
    mounts = [
        _mount("/proc", "proc", closed),
        _mount("/dev", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
        _mount("/dev/pts", "devpts", terminals),
        _mount("/dev/shm", "tmpfs", shared),
        _mount("/dev/mqueue", "mqueue", closed),
    ]
    if condition.sys:
        mounts.append(_mount("/sys", "sysfs", [*closed, "ro"]))
        mounts.append(_bind(Path("/sys/fs/cgroup"), "/sys/fs/cgroup", "ro"))
    if condition.read_only:
        size = f"size={condition.temporary * _MIB}"
        mounts.append(_mount("/tmp", "tmpfs", ["nosuid", "nodev", "mode=1777", size]))
    return mounts


def _mount(target: str, kind: str, options: Sequence[str]) -> dict[str, Any]:
    return {"destination": target, "type": kind, "source": kind, "options": list(options)}


def _bind(source: Path, target: str, access: str) -> dict[str, Any]:
    options = ["rbind", "nosuid", "nodev", access]
    return {"destination": target, "type": "bind", "source": str(source), "options": options}
