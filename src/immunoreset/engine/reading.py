"""Reads what a function does, all the way down, into a hash; `content.py` says what for."""

from __future__ import annotations

import builtins
import functools
import hashlib
import operator
import struct
import types
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import numpy as np

from immunoreset.engine.bindings import MISSING, Bindings
from immunoreset.engine.class_content import LIBRARIES, content_of, derived, fields_of, fields_of_tuple, is_own, of_library
from immunoreset.engine.codes import Unreadable, code_of

_BY_NAME = (types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType, types.GetSetDescriptorType,
            types.MemberDescriptorType, types.MethodWrapperType, types.ClassMethodDescriptorType, np.ufunc)  # fmt: skip
_GETTERS = (operator.attrgetter, operator.itemgetter, operator.methodcaller)
_WRAPPERS = (staticmethod, classmethod)


class Reader:
    """Feeds values to a hash, each object with an identity once."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=32)
        self._seen: dict[int, int] = {}
        self._kept: list[Any] = []  # an object that went away could leave its number to another
        self.bindings = Bindings()

    def read(self, value: Any) -> bytes:
        self._value(value)
        return self._hash.digest()

    def _tag(self, *parts: Any) -> None:
        for part in parts:
            data = part if isinstance(part, bytes) else str(part).encode()
            self._hash.update(b"%d:" % len(data))
            self._hash.update(data)

    def _new(self, value: Any) -> bool:
        """Whether an object was not met before; if it was, its place is written instead of its content."""
        place = self._seen.setdefault(id(value), len(self._seen))
        if place < len(self._kept):
            self._tag("again", place)
            return False
        self._kept.append(value)
        return True

    def _value(self, value: Any) -> None:
        kind = type(value)
        write = _WRITERS.get(kind)
        if write is not None:
            write(self, value)
        elif isinstance(value, type):
            self._class(value)
        elif of_library(kind) and kind.__module__ != "builtins" and callable(value) and hasattr(value, "__qualname__"):
            self._named(value)
        elif isinstance(value, Enum):
            self._tag("member", value.name)
            self._class(kind)
        elif isinstance(value, tuple):
            self._class(kind)
            self._sequence(value)
        elif isinstance(value, np.generic):
            self._tag("number", value.dtype.str, value.tobytes())
        elif isinstance(value, _BY_NAME):
            self._named(value)
        elif isinstance(value, _GETTERS):
            self._tag("getter", kind.__name__)
            self._sequence(value.__reduce__()[1])
        elif isinstance(value, Mapping) and kind.__module__ in ("builtins", "collections"):
            self._mapping(value)
        elif hasattr(value, "__dict__") or hasattr(kind, "__slots__"):
            self._instance(value)
        else:
            raise Unreadable(f"{value!r} of {kind.__name__}")

    def _plain(self, value: Any) -> None:
        self._tag(type(value).__name__, repr(value))

    def _float(self, value: float) -> None:
        self._tag("float", struct.pack("<d", value))

    def _bytes(self, value: bytes) -> None:
        self._tag("bytes", value)

    def _sequence(self, values: Any) -> None:
        self._tag(type(values).__name__, len(values))
        for value in values:
            self._value(value)

    def _list(self, values: list[Any]) -> None:
        if self._new(values):
            self.bindings.sequences.append((values, list(values)))
            self._sequence(values)

    def _set(self, values: Any) -> None:
        if isinstance(values, set):
            raise Unreadable("a set that may change; use a frozenset")
        self._tag(type(values).__name__, *sorted(Reader().read(value) for value in values))

    def _mapping(self, values: Mapping[Any, Any]) -> None:
        if self._new(values):
            self.bindings.mappings.append((values, dict(values)))
            self._tag("mapping", len(values))
            for key, value in values.items():
                self._value(key)
                self._value(value)

    def _array(self, values: np.ndarray) -> None:
        if values.dtype.hasobject:
            raise Unreadable("an array of objects")
        content = values.tobytes()
        self.bindings.arrays.append((values, content))
        self._tag("array", values.dtype.str, values.shape, content)

    def _named(self, value: Any) -> None:
        owner = getattr(value, "__self__", None)
        self._tag("named", type(value).__name__, getattr(value, "__module__", ""), getattr(value, "__qualname__", value.__name__))
        if owner is not None and not isinstance(owner, types.ModuleType):
            self._value(owner)

    def _function(self, function: types.FunctionType) -> None:
        if not self._new(function):
            return
        if function.__globals__.get("__name__", "").partition(".")[0] in LIBRARIES:
            self._tag("function of", function.__globals__["__name__"], function.__qualname__)
            self._closed(function)
            return
        code = code_of(function.__code__, lambda value: Reader().read(value))
        self._tag("function", code.digest)
        self._closed(function)
        for name in code.globals:
            self._global(function.__globals__, name, code.names)

    def _closed(self, function: types.FunctionType) -> None:
        keywords = dict(function.__kwdefaults__ or {})
        self.bindings.functions.append((function, function.__code__, function.__defaults__, keywords))
        self._value(function.__defaults__)
        self._value(function.__kwdefaults__)
        for cell in function.__closure__ or ():
            self._cell(cell)

    def _cell(self, cell: types.CellType) -> None:
        if self._new(cell):
            try:
                content = cell.cell_contents
            except ValueError:  # not filled yet
                raise Unreadable("a name that is enclosed before it has a value") from None
            self.bindings.cells.append((cell, content))
            self._value(content)

    def _global(self, known: Mapping[str, Any], name: str, names: tuple[str, ...]) -> None:
        value = known.get(name, MISSING)
        self.bindings.names.append((known, name, value))
        if value is MISSING:
            value = getattr(builtins, name, None)
        self._tag("global", name)
        if isinstance(value, types.ModuleType):
            self._module(value, names)
        else:
            self._value(value)

    def _module(self, module: types.ModuleType, names: tuple[str, ...]) -> None:
        """Of a module only what the function may take from it."""
        self._tag("module", module.__name__)
        if module.__name__.partition(".")[0] in LIBRARIES:
            return
        for name in names:
            if name in vars(module):
                self._global(vars(module), name, tuple(other for other in names if other != name))
            else:
                self.bindings.names.append((vars(module), name, MISSING))

    def _method(self, method: types.MethodType) -> None:
        self._tag("method")
        self._value(method.__func__)
        self._value(method.__self__)

    def _partial(self, value: functools.partial[Any]) -> None:
        self._tag("partial")
        for part in (value.func, value.args, value.keywords):
            self._value(part)

    def _property(self, value: property) -> None:
        self._tag("property")
        self._value(value.fget)

    def _cached_property(self, value: functools.cached_property[Any]) -> None:
        self._tag("cached property")
        self._value(value.func)

    def _wrapper(self, value: Any) -> None:
        self._tag(type(value).__name__)
        self._value(value.__func__)

    def _class(self, kind: type) -> None:
        if not self._new(kind):
            return
        self._tag("class", kind.__module__, kind.__qualname__)
        if not is_own(kind):
            return
        self.bindings.mappings.append((vars(kind), dict(vars(kind))))
        fields = fields_of_tuple(kind)
        if fields is not None:
            self._value(fields)
            self._value(getattr(kind, "_field_defaults", None))
        for name, value in content_of(kind):
            self._tag(name)
            self._value(value)
        for base in kind.__bases__:
            self._class(base)

    def _instance(self, value: Any) -> None:
        if not self._new(value):
            return
        kind = type(value)
        if not is_own(kind):
            raise Unreadable(f"{value!r} of {kind.__name__}")
        self._tag("instance")
        self._class(kind)
        remembered = derived(kind)
        for name, content in list(fields_of(value)):
            if name in remembered:
                continue
            self.bindings.attributes.append((value, name, content))
            self._tag(name)
            self._value(content)
        if not remembered:
            self.bindings.sequences.append((getattr(value, "__dict__", {}).keys(), list(getattr(value, "__dict__", {}))))


_WRITERS: dict[type, Callable[[Reader, Any], None]] = {
    **dict.fromkeys((type(None), bool, int, str, complex, type(...), type(NotImplemented), range, slice), Reader._plain),
    float: Reader._float,
    bytes: Reader._bytes,
    tuple: Reader._sequence,
    list: Reader._list,
    **dict.fromkeys((set, frozenset), Reader._set),
    **dict.fromkeys((dict, types.MappingProxyType), Reader._mapping),
    np.ndarray: Reader._array,
    types.FunctionType: Reader._function,
    types.CellType: Reader._cell,
    types.MethodType: Reader._method,
    functools.partial: Reader._partial,
    property: Reader._property,
    functools.cached_property: Reader._cached_property,
    **dict.fromkeys(_WRAPPERS, Reader._wrapper),
}
