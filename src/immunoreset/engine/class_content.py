"""What of a class, and of what is made of it, decides what it does."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from typing import Any

LIBRARIES = frozenset(sys.stdlib_module_names | {"numpy", "scipy"})  # do not change while a program runs; known by name
_NOT_CONTENT = frozenset(  # of a class
    {
        "__doc__",
        "__module__",
        "__qualname__",
        "__dict__",
        "__weakref__",
        "__firstlineno__",
        "__static_attributes__",
        "__abstractmethods__",
        "_abc_impl",
        "__orig_bases__",
        "__parameters__",
        "__dataclass_fields__",
        "__dataclass_params__",
        "__match_args__",
        "__annotations__",
        "__annotations_cache__",
        "__annotate_func__",
        "__annotate__",
    }
)
_OF_DATACLASSES = frozenset({"__init__", "__repr__", "__setattr__", "__delattr__", "__hash__"})  # their work is in the fields
_MADE_IN_PYTHON = 1 << 9  # Py_TPFLAGS_HEAPTYPE
_OF_TUPLES = {"_make", "_replace", "_asdict", "__new__", "__repr__", "__getnewargs__", "__replace__"}


def of_library(kind: type) -> bool:
    """Whether a class is the standard library's, NumPy's or SciPy's."""
    return kind.__module__.partition(".")[0] in LIBRARIES


def is_own(kind: type) -> bool:
    """Whether a class is written in Python, and not by a library."""
    return bool(kind.__flags__ & _MADE_IN_PYTHON) and not of_library(kind)


def content_of(kind: type) -> Iterator[tuple[str, Any]]:
    """What a class defines, by name, without what Python, a dataclass or a named tuple adds by itself."""
    fields = fields_of_tuple(kind)
    left_out = _NOT_CONTENT | _OF_DATACLASSES if "__dataclass_params__" in vars(kind) else _NOT_CONTENT
    for name, value in list(vars(kind).items()):
        generated = fields is not None and (name in _OF_TUPLES or name in fields or name.startswith("_field"))
        if name not in left_out and not generated:
            yield name, value


def fields_of_tuple(kind: type) -> tuple[str, ...] | None:
    """The fields of a named tuple; None for another class."""
    return getattr(kind, "_fields", None) if issubclass(kind, tuple) else None


def derived(kind: type) -> frozenset[str]:
    """Names of what an object only remembers: cached properties, and fields of a dataclass that are not compared."""
    cached = {name for base in kind.__mro__ for name, of in vars(base).items() if isinstance(of, functools.cached_property)}
    fields = getattr(kind, "__dataclass_fields__", {}).values()
    return frozenset(cached | {field.name for field in fields if field.compare is False})


def fields_of(value: Any) -> Iterator[tuple[str, Any]]:
    """What an object holds, in its dictionary and its slots."""
    yield from getattr(value, "__dict__", {}).items()
    for kind in type(value).__mro__:
        slots = vars(kind).get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            if slot not in ("__dict__", "__weakref__") and hasattr(value, slot):
                yield slot, getattr(value, slot)
