"""The filters on system calls of the usual runtimes, in the form that an OCI runtime reads.

Podman's and Buildah's is the file that Debian packages. Docker's and containerd's grew from the
same: what they refuse beyond it is listed here (moby's and containerd's default profiles of 2026).
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PODMANS = Path("/usr/share/containers/seccomp.json")
OURS = Path(__file__).parents[2] / "examples" / "container" / "seccomp.json"
# Allowed with CAP_SYS_ADMIN alone.
_FOR_ADMINISTRATORS = frozenset(
    (
        *("bpf", "fanotify_init", "fsconfig", "fsmount", "fsopen", "fspick", "lookup_dcookie"),
        *("mount", "mount_setattr", "move_mount", "open_tree", "perf_event_open", "quotactl"),
        *("quotactl_fd", "setdomainname", "sethostname", "setns", "syslog", "umount", "umount2"),
        *("unshare", "clone", "clone3"),
    )
)
_TRACING = frozenset(("kcmp", "pidfd_getfd", "process_madvise"))  # with CAP_SYS_PTRACE
_NEVER = frozenset(("pivot_root", "io_uring_setup", "io_uring_enter", "io_uring_register"))
_LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
_NAMESPACES = 0x7E02_0000  # the flags of clone(2) that make one
_NEW_USER = 0x1000_0000
_EPERM, _ENOSYS = 1, 38
_ALLOW, _REFUSE = "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"

Profile = dict[str, Any]


def podman(capabilities: Iterable[str]) -> Profile:
    """Return Podman's for a container with these capabilities."""
    profile = json.loads(PODMANS.read_text(encoding="utf-8"))
    kept = set(capabilities)
    return {
        "defaultAction": profile["defaultAction"],
        "defaultErrnoRet": profile["defaultErrnoRet"],
        "syscalls": [_plain(rule) for rule in profile["syscalls"] if _applies(rule, kept)],
    }


def docker(capabilities: Iterable[str]) -> Profile:
    """Return Docker's, and containerd's, for a container with these capabilities."""
    kept = set(capabilities)
    refused = set(_NEVER)
    if "CAP_SYS_ADMIN" not in kept:
        refused |= _FOR_ADMINISTRATORS
    if "CAP_SYS_PTRACE" not in kept:
        refused |= _TRACING
    profile = podman(kept)
    rules = [
        {**rule, "names": [name for name in rule["names"] if name not in refused]}
        for rule in profile["syscalls"]
        if rule["action"] == _ALLOW
    ]
    if "clone" in refused:
        without = {"index": 0, "value": _NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
        rules.append({"names": ["clone"], "action": _ALLOW, "args": [without]})
        rules.append({"names": ["clone3"], "action": _REFUSE, "errnoRet": _ENOSYS})
    return {**profile, "defaultErrnoRet": _EPERM, "syscalls": [r for r in rules if r["names"]]}


def ours(_: Iterable[str]) -> Profile:
    """Return the one that the documents recommend."""
    return json.loads(OURS.read_text(encoding="utf-8"))


def without_user_namespaces(_: Iterable[str]) -> Profile:
    """Return one that refuses a user namespace and nothing else, as a sysctl does."""
    made = {"index": 0, "value": _NEW_USER, "valueTwo": _NEW_USER, "op": "SCMP_CMP_MASKED_EQ"}
    rule = {"names": ["unshare", "clone"], "action": _REFUSE, "errnoRet": _EPERM, "args": [made]}
    profile = _refusing(["clone3"])
    return {**profile, "syscalls": [*profile["syscalls"], rule]}


def without_landlock(_: Iterable[str]) -> Profile:
    """Return one that refuses Landlock and nothing else, as old profiles and kernels do."""
    return _refusing(_LANDLOCK)


def _refusing(names: Iterable[str]) -> Profile:
    rules = [{"names": [*names], "action": _REFUSE, "errnoRet": _ENOSYS}]
    return {"defaultAction": _ALLOW, "syscalls": rules}


def _applies(rule: Profile, capabilities: set[str]) -> bool:
    wanted, unwanted = rule.get("includes") or {}, rule.get("excludes") or {}
    if wanted.get("arches") and "amd64" not in wanted["arches"]:
        return False
    if not set(wanted.get("caps") or ()) <= capabilities:
        return False
    return not set(unwanted.get("caps") or ()) & capabilities


def _plain(rule: Profile) -> Profile:
    return {name: rule[name] for name in ("names", "action", "errnoRet", "args") if rule.get(name)}
