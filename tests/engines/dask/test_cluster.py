"""What `--dask` may be told, and what is said of what it may not."""

import dask
import pytest

from grader.engines.dask import cluster
from grader.engines.dask.cluster import Cluster
from grader.errors import UsageError
from tests.command_line import grader
from tests.engines.handed_in import a_class

_KEYS = ("tls.ca-file", "tls.client.cert")


@pytest.mark.parametrize("asked", ["", "local:0", "local:x", "local", "here.json", "a b:1"])
def test_what_names_no_cluster_is_refused(asked):
    with pytest.raises(UsageError, match="it is the address of a scheduler"):
        Cluster(asked)


def test_a_file_that_is_no_schedulers_is_refused(tmp_path):
    (tmp_path / "scheduler.json").write_text("{}")
    with pytest.raises(UsageError, match=r"scheduler\.json: no scheduler answers"):
        Cluster(str(tmp_path / "scheduler.json"))


def test_where_nobody_answers_that_is_said(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with pytest.raises(UsageError, match=r"no scheduler answers .*`dask scheduler` starts one"):
        Cluster("tcp://127.0.0.1:9")


@pytest.mark.parametrize(
    ("settings", "address", "said"),
    [
        ({}, "tls://127.0.0.1:9", "name no keys for it"),
        (dict.fromkeys(_KEYS, "nowhere.pem"), "tls://127.0.0.1:9", r"cannot be read .*in full"),
        (dict.fromkeys(_KEYS, __file__), "tls://127.0.0.1:9", r"cannot be read .*in full"),
        ({"require-encryption": True}, "tcp://127.0.0.1:9", "begins with tls://"),
    ],
)
def test_keys_that_are_not_there_are_named(settings, address, said):
    told = {f"distributed.comm.{name}": value for name, value in settings.items()}
    with dask.config.set(told), pytest.raises(UsageError, match=said):
        Cluster(address)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--jobs", "2"], "--jobs is for this machine"),
        (["--device", "cuda", "--gpu-slots", "2"], "--gpu-slots is for this machine"),
        (["--device", "cuda:1"], "with --dask it is cpu or cuda"),
        ([], "it is the address of a scheduler"),
    ],
)
def test_what_does_not_go_with_it_is_wrong_usage(more, said, tmp_path):
    a_class(tmp_path)
    told = ["-a", tmp_path / "small.py", "-o", tmp_path / "out", "--dask", "nowhere", *more]
    done = grader("grade", tmp_path / "in", *told)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
