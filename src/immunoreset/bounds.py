"""How long, deep and large a document may be, wherever it comes from: one check for files and for questions to the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from immunoreset.errors import InvalidValue, cut

NAMES = {"name": 120, "title": 300}
"""Characters of texts that stand in tables and figures, by their key."""
LARGEST = 2**63 - 1
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Bounds:
    """The most that a document may hold; `text` and `key` are characters, `values` are texts, numbers, lists and tables."""

    depth: int = 24
    key: int = 120
    text: int = 100_000
    values: int = 100_000


class OutOfBounds(InvalidValue):
    """A document that is too deep, too long or holds what no document may; `place` are the keys that lead there."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.place = place


def check_bounds(document: Any, bounds: Bounds) -> None:
    """Raises OutOfBounds for the first value that is out of bounds.

    >>> check_bounds({"title": "A\\x1b[2J"}, Bounds())
    Traceback (most recent call last):
    immunoreset.bounds.OutOfBounds: 'title' holds the control character U+001B; leave it out
    """
    for number, (place, value) in enumerate(values_of(document), start=1):
        if number > bounds.values:
            raise OutOfBounds(f"more than {bounds.values:,} values; write a smaller document", ())
        if len(place) > bounds.depth:
            raise OutOfBounds(f"nested more than {bounds.depth} deep; write it flat", place[:2])
        key = place[-1]
        if isinstance(key, str) and len(key) > bounds.key:
            raise OutOfBounds(
                f"the key '{cut(key, 40)}' has {len(key):,} characters; at most {bounds.key} can be used", place[:-1]
            )
        shown = ".".join(map(str, place))
        if isinstance(key, str) and (sign := _unfit(key)):
            raise OutOfBounds(f"a key holds the {sign}; leave it out", place[:-1])
        if isinstance(value, str):
            most = min(NAMES.get(str(key), bounds.text), bounds.text)
            if len(value) > most:
                raise OutOfBounds(f"'{shown}' has {len(value):,} characters; at most {most:,} can be used", place)
            if sign := _unfit(value):
                raise OutOfBounds(f"'{shown}' holds the {sign}; leave it out", place)
        if isinstance(value, int) and abs(value) > LARGEST:
            raise OutOfBounds(f"'{shown}' is a whole number of more than 18 digits; write a smaller one", place)


def values_of(document: Any) -> Iterator[tuple[Place, Any]]:
    """Every value with the keys that lead to it, without recursion."""
    waiting: list[tuple[Place, Any]] = [((), document)]
    while waiting:
        place, value = waiting.pop()
        if place:
            yield place, value
        if isinstance(value, Mapping):
            waiting += [((*place, str(key)), inner) for key, inner in reversed(list(value.items()))]
        elif isinstance(value, list):
            waiting += [((*place, position), value[position]) for position in reversed(range(len(value)))]


def _unfit(text: str) -> str:
    """What no text may hold: signs that steer a terminal, and halves of characters."""
    if text.isascii() and text.isprintable():
        return ""
    for sign in text:
        code = ord(sign)
        if (code < 32 and sign not in "\t\n\r") or 127 <= code < 160:
            return f"control character U+{code:04X}"
        if 0xD800 <= code < 0xE000:
            return f"half of a character U+{code:04X}"
    return ""
