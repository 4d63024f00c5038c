"""What a function does, as a key: two functions with the same key compute the same.

A model may be put together while the program runs: closures over tuples of modules, dataclasses that hold functions, methods.
Such functions are other objects at every call though nothing has changed. The key is made of their content: code, constants,
defaults, enclosed values, and the functions, classes and numbers that they reach by name, all the way down.
"""

from __future__ import annotations

import hashlib
import threading
import types
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from immunoreset.engine.bindings import Bindings
from immunoreset.engine.reading import Reader

MOST_KEPT = 1024  # values that were read; the one used longest ago goes first

_read: OrderedDict[Hashable, tuple[Any, bytes, Bindings]] = OrderedDict()
_lock = threading.Lock()


def fingerprint(*values: Any) -> bytes:
    """A key of the content of functions and of what they use. Raises Unreadable where that cannot be told.

    >>> double, again, treble = [(lambda k: lambda t: k * t)(k) for k in (2, 2, 3)]
    >>> fingerprint(double) == fingerprint(again), fingerprint(double) == fingerprint(treble)
    (True, False)
    """
    digest = hashlib.blake2b(digest_size=32)
    for value in values:
        digest.update(_content(value))
    return digest.digest()


def _content(value: Any) -> bytes:
    """The content of one value; what was read before and still holds the same objects is not read again."""
    method = isinstance(value, types.MethodType)
    place = (id(value.__func__), id(value.__self__)) if method else id(value)
    with _lock:
        known = _read.get(place)
        if known is not None:
            _read.move_to_end(place)
    if known is not None and (known[0] == value if method else known[0] is value) and known[2].hold():
        return known[1]
    reader = Reader()
    content = reader.read(value)
    with _lock:
        _read[place] = value, content, reader.bindings
        if len(_read) > MOST_KEPT:
            _read.popitem(last=False)
    return content
