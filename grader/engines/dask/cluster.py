"""The Dask cluster that a person names, and the connection to it."""

import json
import logging
import re
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import dask
from distributed import Client, Future, LocalCluster, Security

from grader.errors import KernelFailed, UsageError

PATIENCE = 15.0  # seconds until a scheduler answers
_LOCAL = re.compile(r"local:([1-9][0-9]{0,2})")
_ADDRESS = re.compile(r"[a-z]+://\S+|(?!local:)[^\s/]+:[0-9]+")
# What comes from other machines is data: nothing of it is unpickled here.
_TAKEN = ["dask", "msgpack"]


class Cluster:
    """A cluster, until it is closed.

    asked: an address, the path of a scheduler file, or `local:N`. Raises UsageError where it is
    none of these, or nobody answers.
    """

    def __init__(self, asked: str) -> None:
        self._asked = asked
        self._open = ExitStack()
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "10GB"})
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what happens, we say
        try:
            self.client = self._open.enter_context(self._connected())
        except BaseException:
            self._open.close()
            raise

    @property
    def is_open_to_others(self) -> bool:
        """Whether who reaches it on the network needs no key."""
        return not self.client.scheduler.address.startswith("tls://")

    def submit(
        self,
        what: Callable[..., bytes],
        *told: bytes | str,
        worker: str,
        resources: Mapping[str, float] | None,
    ) -> Future[bytes]:
        """Have one worker do something, and no other. Raises KernelFailed."""
        self._check()
        made: Future[bytes] = self.client.submit(
            what, *told, workers=[worker], resources=resources, pure=False
        )
        return made

    def workers(self) -> dict[str, dict[str, Any]]:
        """Return what the scheduler knows of each worker, by address. Raises KernelFailed."""
        try:
            self._check()
            found: dict[str, dict[str, Any]] = self.client.scheduler_info(n_workers=-1)["workers"]
        except (OSError, TimeoutError) as error:
            raise KernelFailed(f"the scheduler is gone: {_first_line(error)}") from error
        return found

    def close(self) -> None:
        """Leave it; a local one ends."""
        self._open.close()

    def _check(self) -> None:
        if self.client.status != "running":
            raise KernelFailed("the scheduler is gone: the connection is closed")

    def _connected(self) -> Client:
        told: dict[str, Any] = {"timeout": PATIENCE, "set_as_default": False}
        told["deserializers"] = _TAKEN
        if local := _LOCAL.fullmatch(self._asked):
            own = self._open.enter_context(_local(int(local[1])))
            return Client(own.scheduler_address, security=own.security, **told)
        address = self._asked
        try:
            if Path(address).is_file():
                address = str(json.loads(Path(address).read_bytes())["address"])
            if _ADDRESS.fullmatch(address):
                _check_keys(self._asked, address)
                return Client(address, **told)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"--dask {self._asked}: no scheduler answers ({_first_line(error)}); `dask"
                " scheduler` starts one, and says its address"
            ) from error
        raise UsageError(
            f"--dask {self._asked}: it is the address of a scheduler, as tcp://host:8786, the path"
            " of its scheduler file, or local:N for N workers on this machine"
        )


def _check_keys(asked: str, address: str) -> None:
    """Raise UsageError where Dask's settings have no keys for an address that needs them."""
    try:
        security = Security()
        has_keys = security.get_connection_args("client").get("ssl_context") is not None
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise UsageError(
            f"--dask {asked}: the keys that Dask's settings name (distributed.comm.tls) cannot be"
            f" read ({_first_line(error)}): write their paths in full, since others begin in the"
            " folder where you are"
        ) from error
    is_closed = address.startswith("tls://")
    if is_closed and not has_keys:
        raise UsageError(
            f"--dask {asked}: Dask's settings name no keys for it (distributed.comm.tls);"
            " docs/scale.md has them"
        )
    if not is_closed and security.require_encryption:
        raise UsageError(
            f"--dask {asked}: Dask's settings have encryption required"
            " (distributed.comm.require-encryption), so that an address begins with tls://"
        )


def _local(number: int) -> LocalCluster:
    """Start workers on this machine."""
    hears = threading.current_thread() is threading.main_thread()
    # An interrupt from the terminal is for this process, and its workers end with it.
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN) if hears else None
    try:
        return LocalCluster(
            n_workers=number,
            threads_per_worker=1,
            processes=True,
            memory_limit=0,  # the process of ours that grades is not in what Dask counts
            dashboard_address=None,
            worker_dashboard_address=None,
            security=True,  # student code may reach ports of this machine
            silence_logs=logging.CRITICAL,
        )
    finally:
        if hears:
            signal.signal(signal.SIGINT, heard)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
