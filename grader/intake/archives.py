"""Archives, which are untrusted: what is in them, under numbers for names.

No name in an archive becomes a path on this machine, so none can lead out of the folder that it is
unpacked to. Links and devices are left out. What unpacks to too much is refused before, and
stopped while, it is unpacked.
"""

import bz2
import gzip
import lzma
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from grader.errors import Unreadable
from grader.formats.encoding import decode
from grader.intake import left_behind
from grader.model.text import Text, say

MAX_MEMBERS = 20_000
MAX_TOTAL = 2 * 2**30  # bytes of all that is in one archive
MAX_RATIO = 200  # of what an archive unpacks to, to its own size
SMALL = 20 * 2**20  # bytes; what unpacks to less may be packed as well as it likes
MAX_DEPTH = 3  # archives in archives
MAX_NAME = 255  # characters; the middle of a longer name is left out
_CHUNK = 2**18
_HEADER = 2**20  # bytes; no header of a tar archive is as long
_UTF8_NAME = 0x800
_UNICODE_PATH = 0x7075  # an extra field with the name in UTF-8
# What names in an archive without a word of their encoding are in: of DOS, of Windows.
NAMES = ("cp866", "utf-8", "cp1251", "cp437", "cp850", "gb18030", "shift_jis")
_COMPRESSED: dict[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
}
_FAULTS = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, OSError, EOFError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file or a folder of an archive.

    parts: of its name there, as its maker saw it, none where one file was only compressed;
    path: where its content is, None for a folder; modified: seconds since 1970, 0 where it does not
    say; problem: why there is no content.
    """

    parts: tuple[str, ...]
    path: Path | None
    modified: float = 0.0
    problem: Text | None = None


def is_archive(path: Path) -> bool:
    """Whether a file is an archive that can be unpacked here, by its content."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return not _is_document(path)
    return any(map(start.startswith, _COMPRESSED)) or _is_tar(path)


class UnpackBudget:
    """How much one outermost archive may unpack to, with the archives in it. size: its own."""

    def __init__(self, size: int) -> None:
        self._size, self._used, self._members = size, 0, 0

    def take(self, size: int) -> None:
        """Count bytes that are unpacked. Raises Unreadable over the limit."""
        self.check(0, size)
        self._used += size

    def enter(self, members: int, size: int) -> None:
        """Count files before they are unpacked, to the size that they are said to have."""
        self.check(members, size)
        self._members += members

    def check(self, members: int, size: int) -> None:
        """Raise Unreadable where so much more is too much."""
        total = self._used + size
        if self._members + members > MAX_MEMBERS:
            raise Unreadable(
                say("there are more than {most} files in the archive, the most", most=MAX_MEMBERS)
            )
        if total > MAX_TOTAL:
            raise Unreadable(
                say(
                    "the archive unpacks to more than {most} MiB, the most", most=MAX_TOTAL // 2**20
                )
            )
        if total > SMALL and total > MAX_RATIO * self._size:
            raise Unreadable(
                say(
                    "the archive unpacks to more than {most} times its size, the most allowed",
                    most=MAX_RATIO,
                )
            )

    def copy(self, source: IO[bytes], target: Path) -> None:
        """Write all of a file. Raises Unreadable over the limit."""
        with target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                self.take(len(chunk))
                file.write(chunk)


def unpack(path: Path, into: Path, budget: UnpackBudget) -> list[Member]:
    """Unpack an archive into an empty folder, and return what was in it.

    budget: of the outermost archive that it came in.
    Raises Unreadable with the reason: it is damaged, or more than a limit, which is named.
    """
    into.mkdir(parents=True)
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == b"PK"
        return list(_unzip(path, into, budget) if zipped else _untar(path, into, budget))
    except _FAULTS as error:
        raise Unreadable(
            say("the archive is damaged: {problem}; pack it again", problem=str(error))
        ) from error
    except UnicodeDecodeError as error:
        raise Unreadable(
            say("the archive has names in a broken encoding; unpack it and hand in the folder")
        ) from error
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(
            say("the archive cannot be unpacked: {problem}; pack it anew", problem=str(error))
        ) from error


def _unzip(path: Path, into: Path, budget: UnpackBudget) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        every = archive.infolist()
        named = zip(every, map(_parts, names := _names(every)), names, strict=True)
        found, behind = [], set[tuple[str, ...]]()  # the rest: folders of what is no one's work
        for one in named:
            if (place := left_behind.outermost(one[1][:-1])) is None:
                found.append(one)
            elif len(behind) < MAX_MEMBERS:
                behind.add(one[1][: place + 1])
        budget.enter(len(found), sum(info.file_size for info, _, _ in found))
        yield from (Member(parts=parts, path=None) for parts in sorted(behind))
        for number, (info, parts, name) in enumerate(found):
            modified = 0.0
            with suppress(ValueError, OverflowError):
                modified = time.mktime((*info.date_time, 0, 0, -1))
            kind = info.external_attr >> 28  # of Unix, where the archive was made there
            if not parts:
                continue
            if name.endswith(("/", "\\")):
                yield Member(parts=parts, path=None)
            elif kind == 0o12:
                reason = say("it is a link: hand in the file itself")
                yield _without(parts, into / str(number), reason)
            elif info.flag_bits & 1:
                reason = say("it is locked with a password; pack it without one")
                yield _without(parts, into / str(number), reason)
            else:
                target = into / str(number)
                try:
                    with archive.open(info) as source:
                        budget.copy(source, target)
                except Unreadable:
                    raise
                except Exception as error:  # noqa: BLE001 - as above; the others come out
                    reason = say("it is damaged in the archive: {problem}", problem=str(error))
                    yield _without(parts, target, reason)
                else:
                    yield Member(parts=parts, path=target, modified=modified)


def _untar(path: Path, into: Path, budget: UnpackBudget) -> Iterator[Member]:
    with path.open("rb") as file:
        start = file.read(8)
    compressed = next((o for mark, o in _COMPRESSED.items() if start.startswith(mark)), None)
    plain = path
    if compressed is not None:
        plain = into / "archive.tar"
        with compressed(path) as source:
            budget.copy(source, plain)
    if compressed is not None and not _is_tar(plain):
        yield Member(parts=(), path=plain, modified=path.stat().st_mtime)
        return
    with (
        plain.open("rb") as file,
        tarfile.open(
            fileobj=cast(IO[bytes], _Cautious(file)), mode="r:", encoding="utf-8"
        ) as archive,
    ):
        behind = set[tuple[str, ...]]()  # folders of what is no one's work
        for number, info in enumerate(archive):
            name, _ = decode(info.name.encode("utf-8", "surrogateescape"), among=NAMES)
            parts = _parts(name)
            if (place := left_behind.outermost(parts[:-1])) is not None:
                if len(behind) < MAX_MEMBERS:
                    behind.add(parts[: place + 1])
                continue
            budget.enter(1, info.size)
            if not parts:
                continue
            if info.isdir():
                yield Member(parts=parts, path=None)
            elif not info.isreg() or info.issparse():
                reason = say("it is a link or a device: hand in the file itself")
                yield _without(parts, into / str(number), reason)
            elif (content := archive.extractfile(info)) is not None:
                target = into / str(number)
                budget.copy(content, target)
                yield Member(parts=parts, path=target, modified=float(info.mtime))
        yield from (Member(parts=parts, path=None) for parts in sorted(behind))
        _refuse_broken_end(file, archive.offset)


def _refuse_broken_end(file: IO[bytes], offset: int) -> None:
    """Raise ReadError where a tar archive does not end as one does.

    tarfile takes a damaged header for the end, and says nothing of the files behind it.
    """
    file.seek(max(offset - tarfile.BLOCKSIZE, 0))
    ends = [file.read(tarfile.BLOCKSIZE) for _ in range(2)]
    if not any(len(block) == tarfile.BLOCKSIZE and not block.strip(b"\0") for block in ends):
        raise tarfile.ReadError(say("it breaks off, or a header in it is damaged"))


class _Cautious:
    """A file of which nobody takes more into memory at once than a header's length."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        """Return bytes. Raises ReadError for more than a header has."""
        if not 0 <= size <= _HEADER:
            raise tarfile.ReadError(f"a header of {size} bytes")
        return self._file.read(size)


def _without(parts: tuple[str, ...], target: Path, problem: Text) -> Member:
    return Member(parts=parts, path=target, problem=problem)


def _is_tar(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(262)[257:] == b"ustar"


def _is_document(path: Path) -> bool:
    """Whether a zip archive is a document of an office program, which is no folder of files."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[:50])
    except Exception:  # noqa: BLE001 - the reason is given when it is unpacked
        return False
    return bool(names & {"[Content_Types].xml", "mimetype"})


def _names(found: list[zipfile.ZipInfo]) -> list[str]:
    """Return the names in a zip archive; those in an old encoding are read as one of it."""
    raw = [
        info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8_NAME else "cp437", "replace")
        for info in found
    ]
    old = [name for name in raw if not _is_utf8(name) and b"\n" not in name]
    joined, _ = decode(b"\n".join(old), among=NAMES)
    read = dict(zip(old, joined.split("\n"), strict=False)) if old else {}
    return [
        _unicode_path(info.extra) or read.get(name) or decode(name, among=NAMES)[0]
        for info, name in zip(found, raw, strict=True)
    ]


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unicode_path(extra: bytes) -> str:
    """Return the name in a member's extra fields (APPNOTE 4.6.9), if there is one."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and size > 5:
            return extra[9 : 4 + size].decode("utf-8", "ignore")
        extra = extra[4 + size :]
    return ""


def _parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name, from Windows too, without those that lead up or to a root."""
    parts = name.replace("\\", "/").split("\0")[0].split("/")
    kept = (part for part in parts if part not in ("", ".", "..") and part[1:] != ":")
    return tuple(part if len(part) <= MAX_NAME else part[:100] + part[-100:] for part in kept)
