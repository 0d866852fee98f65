"""Groups of values in one file: JSON and safetensors, as values cross the boundary, in a zip.

Never pickle.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, TypeAdapter

from grader.errors import BadAnswer
from grader.formats import wire
from grader.model.values import NoValue, Payload, Value, Values

Group = tuple[str, ...]
_INDEX, _ABOUT = "index.json", "about.json"
_HEADER, _TENSORS = "{}.json", "{}.safetensors"


class _Entry(BaseModel):
    """A value. of: its group; name: its expression; nothing: why there is none."""

    model_config = ConfigDict(extra="forbid", strict=True)
    of: Group
    name: str
    nothing: NoValue | None = None


class _Index(BaseModel):
    """entries: each in two files under its place here; empty: groups; payloads: by place."""

    model_config = ConfigDict(extra="forbid")
    entries: list[_Entry]
    empty: list[Group]
    payloads: list[str]


_READ = TypeAdapter(_Index)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesFile:
    """What one file holds. about: JSON that whoever wrote it understands."""

    groups: Mapping[Group, Values]
    about: str = "{}"
    payloads: Mapping[str, Payload] = field(default_factory=dict)


def dump(content: ValuesFile) -> bytes:
    """Return the bytes of a file."""
    entries = [
        (_Entry(of=of, name=name, nothing=value if isinstance(value, NoValue) else None), value)
        for of, values in content.groups.items()
        for name, value in values.items()
    ]
    index = _Index(
        entries=[entry for entry, _ in entries],
        empty=[of for of, values in content.groups.items() if not values],
        payloads=list(content.payloads),
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_INDEX, index.model_dump_json())
        archive.writestr(_ABOUT, content.about)
        for place, (entry, value) in enumerate(entries):
            if entry.nothing is None:
                _put(archive, str(place), wire.encode({"value": value}))
        for place, payload in enumerate(content.payloads.values()):
            _put(archive, f"payload{place}", payload)
    return file.getvalue()


def load(data: bytes) -> ValuesFile:
    """Return what a file holds. Raises BadAnswer where it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            index = _READ.validate_json(archive.read(_INDEX))
            groups: dict[Group, dict[str, Value]] = {of: {} for of in index.empty}
            for place, entry in enumerate(index.entries):
                value = entry.nothing or wire.decode(_take(archive, str(place)))["value"]
                groups.setdefault(entry.of, {})[entry.name] = value
            payloads = {
                name: _take(archive, f"payload{place}") for place, name in enumerate(index.payloads)
            }
            about = archive.read(_ABOUT).decode("utf-8")
    except (KeyError, ValueError, EOFError, NotImplementedError) as error:
        raise BadAnswer(f"it is no file of values: {type(error).__name__}") from error
    except (zipfile.BadZipFile, zlib.error) as error:
        raise BadAnswer(f"it is damaged: {error}") from error
    return ValuesFile(groups=groups, about=about, payloads=payloads)


def _put(archive: zipfile.ZipFile, name: str, payload: Payload) -> None:
    archive.writestr(_HEADER.format(name), payload.header)
    archive.writestr(_TENSORS.format(name), payload.tensors)


def _take(archive: zipfile.ZipFile, name: str) -> Payload:
    header, tensors = (archive.read(form.format(name)) for form in (_HEADER, _TENSORS))
    return Payload(header=header, tensors=tensors)
