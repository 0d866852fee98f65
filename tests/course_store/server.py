"""A PostgreSQL server of the tests' own: its cluster in a temporary folder, on a Unix socket."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

USER, PASSWORD = "grader", "pa:ss/w@rd"  # of who has to tell a password
_POSTGRES = "postgres"  # whom Debian's package makes; no server runs as root
_LIMIT = 60  # seconds for a program of PostgreSQL's


def programs():
    """Return the folder of PostgreSQL's programs, the newest; None where there are none."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3])
    )
    found = shutil.which("initdb")
    return debian[-1].parent if debian else Path(found).resolve().parent if found else None


class Server:
    """A server, until it is stopped. Whoever may enter its folder is let in without a password,
    but for USER.
    """

    def __init__(self, folder):
        self.folder, self._data = folder, folder / "data"
        self._numbers = count(1)
        self._user = _POSTGRES if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        self._run("initdb", "--auth=trust", f"--username={_POSTGRES}", "--no-sync", "--locale=C")
        rules = self._data / "pg_hba.conf"
        rules.write_text(f"local all {USER} scram-sha-256\n" + rules.read_text())
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nfsync = off\n"
            )
        self.start()
        self._sql(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")

    def start(self):
        self._run("pg_ctl", "start", "--wait", "--log", str(self.folder / "log"))

    def stop(self):
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate")

    def database(self, encoding="UTF8"):
        """Make a database; returns its URL."""
        return self.url(self.named(encoding))

    def named(self, encoding="UTF8", owner=_POSTGRES):
        """Make a database; returns its name."""
        name = f"course_{next(self._numbers)}"
        how = f"ENCODING '{encoding}' TEMPLATE template0 OWNER {owner}"
        self._sql(f"CREATE DATABASE {name} {how}")
        return name

    def url(self, name, who=_POSTGRES):
        return f"postgresql://{who}@/{name}?host={quote(str(self.folder))}"

    def _sql(self, statement):
        with psycopg.connect(
            host=str(self.folder), user=_POSTGRES, dbname=_POSTGRES, autocommit=True
        ) as connection:
            connection.execute(statement)

    @property
    def stopping(self):
        """How subprocess.run stops the server, as if its machine had failed."""
        return {"args": self._command("pg_ctl", "stop", "--mode=immediate"), "user": self._user}

    def _command(self, program, *arguments):
        return [str(programs() / program), f"--pgdata={self._data}", *arguments]

    def _run(self, program, *arguments):
        said = self.folder / "said"
        with said.open("w") as output:  # not a pipe, which the server would hold open
            done = subprocess.run(
                self._command(program, *arguments),
                user=self._user,
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=_LIMIT,
                check=False,
            )
        assert done.returncode == 0, said.read_text()


@contextmanager
def running():
    """Give a server, which ends with the block."""
    # In no folder of pytest's: a socket's path has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.stop()
