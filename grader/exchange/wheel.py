"""The grader as it is installed here, as a wheel for another machine."""

import base64
import hashlib
import zipfile
from importlib.metadata import Distribution, distribution
from io import BytesIO
from pathlib import Path

import grader

_TAG = "py3-none-any"
_TIME = (1980, 1, 1, 0, 0, 0)  # the same grader gives the same bytes
# By what a wheel calls them; METADATA is PKG-INFO in a folder of sources.
_KEPT = {"METADATA": ("METADATA", "PKG-INFO"), "entry_points.txt": ("entry_points.txt",)}


def wheel() -> tuple[str, bytes]:
    """Return the name and the bytes of a wheel of this very code, also of an editable install."""
    about = distribution("tensorgrader")
    stem = f"tensorgrader-{about.version}"
    folder = f"{stem}.dist-info"
    files = _code() | {f"{folder}/{name}": text for name, text in _information(about).items()}
    record = "".join(f"{name},{_digest(data)},{len(data)}\n" for name, data in files.items())
    files[f"{folder}/RECORD"] = f"{record}{folder}/RECORD,,\n".encode()
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name, _TIME)
            member.external_attr = 0o644 << 16
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return f"{stem}-{_TAG}.whl", made.getvalue()


def _code() -> dict[str, bytes]:
    top = Path(grader.__file__).parent
    return {
        f"grader/{path.relative_to(top).as_posix()}": path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _information(about: Distribution) -> dict[str, bytes]:
    kept = {
        name: next((text for one in names if (text := about.read_text(one))), "")
        for name, names in _KEPT.items()
    }
    made = f"Wheel-Version: 1.0\nGenerator: tensorgrader\nRoot-Is-Purelib: true\nTag: {_TAG}\n"
    return {name: text.encode() for name, text in kept.items() if text} | {"WHEEL": made.encode()}


def _digest(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"
