"""Pictures are taken where they are what they say, and small enough to be shown."""

import base64
import io

import pytest
from PIL import Image

from grader.reporting import pictures

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>'


def coded(data):
    return base64.encodebytes(data).decode()


def drawn(kind, size=(30, 20)):
    file = io.BytesIO()
    Image.new("RGB", size).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_picture_is_taken_as_it_is(kind):
    data = drawn(kind)
    found = pictures.address(f"image/{kind}", coded(data))
    head, _, content = found.partition(",")
    assert head == f"data:image/{kind};base64"
    assert base64.b64decode(content) == data


def test_a_drawing_is_taken_as_a_picture():
    found = pictures.address("image/svg+xml", SVG)
    assert base64.b64decode(found.partition(",")[2]).decode() == SVG


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_more_pixels_than_anybody_can_see_are_not(kind):
    data = drawn(kind, (6_000, 5_000))
    assert len(data) < pictures.MOST_BYTES
    assert pictures.address(f"image/{kind}", coded(data)) is None


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/png", ""),
        ("image/png", "no Base64"),
        ("image/png", coded(b"<script>alert(1)</script>")),
        ("image/png", coded(drawn("png")[:20])),
        ("image/png", coded(drawn("jpeg"))),
        ("image/png", coded(drawn("png") + b"x" * pictures.MOST_BYTES)),
        ("image/jpeg", coded(drawn("png"))),
        ("image/jpeg", coded(b"\xff\xd8" + b"\xff\xe0\x00\x00" * 100)),
        ("image/svg+xml", "<script>alert(1)</script>"),
        ("image/svg+xml", f'<!DOCTYPE svg [<!ENTITY a "{SVG}">]>{SVG}'),
        ("image/svg+xml", f'<?xml-stylesheet href="a.css"?>{SVG}'),
        ("image/svg+xml", SVG + " " * pictures.MOST_BYTES),
    ],
)
def test_what_is_none_or_too_large_is_not(kind, content):
    assert pictures.address(kind, content) is None
