"""Three shards of a class, graded and merged by the real commands, without a kernel."""

import hashlib
import sqlite3
from contextlib import closing

from tests.course_store.ended.course_folder import Course, files
from tests.timeless import timeless

SHARDS = ("1/3", "2/3", "3/3")


class Shards(Course):
    """A course that is graded in shards, each to a folder of its own."""

    def shard(self, shard, *options, out=None, **how):
        out = out or self.folder / f"out-{shard.partition('/')[0]}"
        return self.run(self.grade("--shard", shard, *options, out=out, **how))

    def graded(self, *options):
        """Grade every shard; returns the folders."""
        for shard in SHARDS:
            done = self.shard(shard, *options)
            assert done.returncode == 0, done.stderr
        return [self.folder / f"out-{shard.partition('/')[0]}" for shard in SHARDS]

    def merge(self, *results, out=None, options=(), happens="def at(number): pass"):
        out = out or self.folder / "merged"
        done = self.run(self.command("merge", *results, "-o", out, *options, happens=happens))
        assert "Traceback" not in done.stderr
        return done

    def hand_in(self, name, text):
        from tests.conftest import notebook_of

        (self.folder / "in" / f"{name}.ipynb").write_bytes(notebook_of([text]))


def told(done):
    """Return the lines that a command says beside what it gives."""
    return [line.removeprefix("grader: ") for line in done.stderr.splitlines()]


def seen(out):
    """Return all files of a folder but for times."""
    return {
        name: timeless(name.rpartition("/")[2], data) if isinstance(data, bytes) else data
        for name, data in files(out).items()
    }


def stored(out):
    """Return every row of a gradebook."""
    with closing(sqlite3.connect(out / "gradebook.db")) as database:
        return [*database.iterdump()]


def fingerprint(folder):
    """Return all that can be seen of a folder: names, contents, times."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in [folder, *folder.rglob("*")]
    }
