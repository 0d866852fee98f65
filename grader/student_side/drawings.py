"""Figures of matplotlib: which axes there are, and what is drawn in them."""

import numpy as np

MAX_DRAWN = 2_000  # lines, rows of bars, clouds and pictures in one figure
_asarray, _float64 = np.asarray, np.float64


def _figure(value, cls, encoder, depth):
    title = value.get_suptitle() if hasattr(value, "get_suptitle") else ""
    axes = [_axes(one, None, encoder, depth) for one in [*value.axes][:MAX_DRAWN]]
    fields = {"axes": encoder.listed(axes), "title": encoder.word("str", _text(title))}
    return encoder.record("figure", "matplotlib figure", fields)


def _axes(value, cls, encoder, depth):
    legend = value.get_legend()
    texts = [_text(one.get_text()) for one in legend.get_texts()] if legend is not None else []
    names = ("title", "xlabel", "ylabel", "xscale", "yscale")
    words = {name: encoder.word("str", _text(getattr(value, f"get_{name}")())) for name in names}
    drawn = {
        "lines": [_xy(one, *one.get_data(orig=False)) for one in value.lines],
        "points": [
            _xy(one, *np.ma.getdata(one.get_offsets()).T)
            for one in value.collections
            if type(one).__name__ == "PathCollection"
        ],
        "bars": [_bars(one, value) for one in value.containers if hasattr(one, "patches")],
        "pictures": [{"pixels": _filled(one.get_array()), "label": ""} for one in value.images],
    }
    if sum(map(len, drawn.values())) > MAX_DRAWN:
        return encoder.opaque("axes", "too many items")
    limits = {
        name: encoder.listed([encoder.encode(float(one), depth + 1) for one in found])
        for name, found in (("xlim", value.get_xlim()), ("ylim", value.get_ylim()))
    }
    fields = {
        **words,
        **limits,
        **{
            name: encoder.listed([_drawn(one, encoder) for one in found])
            for name, found in drawn.items()
        },
        "legend": encoder.listed([encoder.word("str", one) for one in texts]),
    }
    return encoder.record("axes", "matplotlib Axes", fields)


def _drawn(parts, encoder):
    fields = {}
    for name, part in parts.items():
        if name == "label":
            fields[name] = encoder.word("str", part)
        elif name == "names":
            fields[name] = encoder.listed([encoder.word("str", one) for one in part])
        else:
            fields[name] = encoder.array(part, "ndarray")
    return encoder.record("drawn", "drawing", fields)


def _xy(one, x, y):
    return {"x": _row(x), "y": _row(y), "label": _label(one)}


def _bars(container, axes):
    patches, lies = container.patches, getattr(container, "orientation", None) == "horizontal"
    if lies:
        at = _row([one.get_y() + one.get_height() / 2 for one in patches])
        heights, axis = _row([one.get_width() for one in patches]), axes.yaxis
    else:
        at = _row([one.get_x() + one.get_width() / 2 for one in patches])
        heights, axis = _row([one.get_height() for one in patches]), axes.xaxis
    mapping = getattr(axis.get_units() if hasattr(axis, "get_units") else None, "_mapping", None)
    places = {place: name for name, place in mapping.items()} if mapping else {}
    names = [places.get(round(place)) for place in at.tolist()]
    if names and None not in names:
        return {
            "names": [_text(one) for one in names],
            "heights": heights,
            "label": _label(container),
        }
    return {"at": at, "heights": heights, "label": _label(container)}


def _row(numbers):
    return _filled(numbers).reshape(-1)


def _filled(numbers):
    if isinstance(numbers, np.ma.MaskedArray):
        numbers = numbers.astype(_float64).filled(np.nan)
    return _asarray(numbers, dtype=_float64)


def _label(one):
    label = _text(one.get_label())
    return "" if label.startswith("_") else label


def _text(value):
    return str(value) if value is not None else ""


READERS = {
    ("matplotlib", "FigureBase"): _figure,
    ("matplotlib", "Axes"): _axes,
}
MAKERS = {}
