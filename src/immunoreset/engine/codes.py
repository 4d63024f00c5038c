"""The content of compiled Python code: its instructions, constants and the names that it looks up."""

from __future__ import annotations

import dis
import hashlib
import types
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple


class Unreadable(TypeError):
    """A value whose content cannot be told; functions that use it are traced anew every time."""


class Code(NamedTuple):
    digest: bytes
    globals: tuple[str, ...]  # names looked up in the module, those of inner functions included
    names: tuple[str, ...]  # all names, attributes among them


_codes: dict[int, tuple[weakref.ref[types.CodeType], Code]] = {}


def code_of(code: types.CodeType, read: Callable[[Any], bytes]) -> Code:
    """The content of a code object, which never changes, read once; `read` makes a key of constants."""
    known = _codes.get(id(code))
    if known is not None and known[0]() is code:
        return known[1]
    digest = hashlib.blake2b(digest_size=16)
    loaded: dict[str, None] = {}
    names: dict[str, None] = dict.fromkeys(code.co_names)
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            loaded[instruction.argval] = None
        elif instruction.opname == "IMPORT_NAME":
            raise Unreadable(f"{code.co_name} imports {instruction.argval} when it runs")
    constants: list[Any] = []
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            inner = code_of(constant, read)
            loaded |= dict.fromkeys(inner.globals)
            names |= dict.fromkeys(inner.names)
            constants.append(inner.digest)
        else:
            constants.append(constant)
    shape = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags, code.co_names, code.co_varnames,
             code.co_freevars, code.co_cellvars, code.co_code, code.co_exceptiontable)  # fmt: skip
    digest.update(read((shape, constants)))
    found = Code(digest.digest(), tuple(loaded), tuple(names))
    place = id(code)
    _codes[place] = (weakref.ref(code, lambda _: _codes.pop(place, None)), found)
    return found
