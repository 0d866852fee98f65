"""Dataclasses: the values of their fields, by name."""

import dataclasses

_getattribute = object.__getattribute__
_FIELD, _Field = dataclasses._FIELD, dataclasses.Field
MAX_FIELDS = 1_000


def reader_of(dicts):
    """Return what reads the values of a class; None where it is no dataclass.

    dicts: those of the class and of what it inherits from, in their order.
    """
    held = next(
        (one["__dataclass_fields__"] for one in dicts if "__dataclass_fields__" in one), None
    )
    if type(held) is not dict:
        return None
    fields = [one for one in held.values() if type(one) is _Field and one._field_type is _FIELD]
    names = [one.name for one in fields if one.compare and type(one.name) is str]

    def read(value, kind, encoder, depth):
        inside = {
            name[:200]: encoder.encode(_getattribute(value, name), depth + 1)
            for name in names[:MAX_FIELDS]
        }
        return encoder.record("dataclass", kind, inside)

    return read
