import os

import pytest

from grader.kernels import obstacles
from grader.kernels.sandbox import NOTHING, Isolation

ALL = ("mount namespace", "pid namespace", "own /proc", "read-only environment")


def said(*missing: str) -> str:
    (sentence,) = obstacles.obstacles(Isolation(missing=dict.fromkeys(missing, "not permitted")))
    return sentence


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Return what sets a file of the system; there are none, no filter, and an ordinary user."""
    for name in ("_APPARMOR", "_MOST", "_ALLOWED", "_STATUS"):
        monkeypatch.setattr(obstacles, name, tmp_path / name)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return lambda name, text: (tmp_path / name).write_text(text)


def test_nothing_is_in_the_way_of_what_holds():
    assert obstacles.obstacles(Isolation()) == ()


def test_a_filter_is_named_with_what_it_has_to_allow(system):
    system("_STATUS", "Name:\tgrader\nSeccomp:\t2\nSeccomp_filters:\t1\n")
    assert all(f"{name}" in said(*ALL) for name in obstacles.CALLS)
    assert "seccomp" in said(*ALL)


def test_root_without_rights_may_be_an_ordinary_user(system, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "CAP_SYS_ADMIN" in said(*ALL)


@pytest.mark.parametrize(
    ("name", "text", "sysctl"),
    [
        ("_MOST", "0\n", "user.max_user_namespaces"),
        ("_ALLOWED", "0\n", "kernel.unprivileged_userns_clone"),
        ("_APPARMOR", "1\n", "kernel.apparmor_restrict_unprivileged_userns"),
    ],
)
def test_settings_that_forbid_user_namespaces_are_named(system, name, text, sysctl):
    system("_STATUS", "Seccomp:\t0\n")
    assert sysctl not in said(*ALL)
    system(name, text)
    assert sysctl in said(*ALL)


def test_what_a_system_writes_otherwise_is_passed_over(system):
    system("_MOST", "many\n")
    assert "root may be allowed more" in said(*ALL)


def test_a_masked_proc_is_named_only_where_it_alone_is_missing():
    assert "masked" in said("own /proc")


def test_each_obstacle_is_told(system):
    assert len(obstacles.obstacles(NOTHING)) == 2
    missing = dict.fromkeys(("own /proc", "uts namespace", "Landlock"), "not permitted")
    assert len(obstacles.obstacles(Isolation(missing=missing))) == 3
