"""The kinds of values of other libraries, and of Python's own classes, that are sent as records.

A kind is a module with READERS, and MAKERS where values of it can be put into a kernel. A reader is
found by the package and the name of a class that the value's class is or inherits from; nothing is
imported for it, and nothing of the value is asked. To add a kind, write such a module, put it into
_MODULES, and say which parts it has in `grader.model.kinds`.
"""

from grader.student_side import drawings, matrices, moments, objects, pictures, tables, tables_again

_MODULES = (moments, tables, tables_again, matrices, pictures, drawings)
_READERS = {key: reader for module in _MODULES for key, reader in module.READERS.items()}
_MAKERS = {kind: maker for module in _MODULES for kind, maker in module.MAKERS.items()}
_PACKAGES = frozenset(package for package, _ in _READERS)
_order, _dict_of = type.__dict__["__mro__"].__get__, type.__dict__["__dict__"].__get__
_class_name, _module_of = (type.__dict__[name].__get__ for name in ("__name__", "__module__"))


def reader_of(cls):
    """Return what reads values of a class, and the class that it knows; None for no such kind."""
    for base in _order(cls):
        module = _module_of(base)
        package = module.partition(".")[0] if type(module) is str else ""
        reader = _READERS.get((package, _class_name(base))) if package in _PACKAGES else None
        if reader is not None:
            return reader, base
    return None


def table_of(cls):
    """Return which class of tables or columns a class is or inherits from; None for no such one."""
    found = reader_of(cls)
    return found[1] if found is not None and _class_name(found[1]) in tables.HELD else None


def object_reader_of(cls):
    """Return what reads the values of a dataclass, and its fields; None for another class."""
    return objects.reader_of([_dict_of(base) for base in _order(cls)])


def field_names(cls):
    """Return the names that the items of a named tuple have whose class is the notebook's own."""
    for base in _order(cls):
        held = _dict_of(base)
        names = held.get("_fields")
        if type(names) is tuple and all(type(name) is str for name in names):
            return names if held.get("__module__") == "__main__" else ()
    return ()


def maker_of(tree):
    """Return what makes a value again of a tree that the trusted side sent; None for none."""
    if tree["k"] == "text":
        return moments.MAKERS.get(tree["type"])
    return _MAKERS.get(tree["kind"]) if tree["k"] == "record" else None
