"""Images of Pillow: their mode and their pixels."""

import importlib

import numpy as np

_asarray = np.asarray
_BYTES = {"1": 1, "I": 4, "F": 4, "I;16": 2}  # of a pixel, where not one for each band


def _read(value, cls, encoder, depth):
    width, height = value.size
    mode = str(value.mode)
    encoder.sent.refuse(width * height * max(len(value.getbands()), _BYTES.get(mode, 1)))
    if mode == "P":  # numbers of colours, which stand elsewhere
        value = value.convert("RGBA" if "transparency" in value.info else "RGB")
    pixels = _asarray(value)
    fields = {"mode": encoder.word("str", mode), "pixels": encoder.array(pixels, "ndarray")}
    return encoder.record("image", "PIL image", fields)


def _make(tree, decode):
    image = importlib.import_module("PIL.Image")
    mode, pixels = decode(tree["fields"]["mode"]), decode(tree["fields"]["pixels"])
    made = image.fromarray(pixels)
    return made if made.mode == mode else made.convert(mode)


READERS = {("PIL", "Image"): _read}
MAKERS = {"image": _make}
