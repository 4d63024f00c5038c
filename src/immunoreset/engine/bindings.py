"""What a function met while it was read, to tell quickly whether it must be read again."""

from __future__ import annotations

import operator
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

MISSING = object()


class Bindings:
    """What names, cells and containers held when a function was read; as long as they hold the same objects, so does its key."""

    def __init__(self) -> None:
        self.names: list[tuple[Mapping[str, Any], str, Any]] = []
        self.cells: list[tuple[types.CellType, Any]] = []
        self.functions: list[tuple[types.FunctionType, types.CodeType, Any, Any]] = []
        self.mappings: list[tuple[Mapping[Any, Any], dict[Any, Any]]] = []
        self.sequences: list[tuple[Any, list[Any]]] = []
        self.attributes: list[tuple[Any, str, Any]] = []
        self.arrays: list[tuple[np.ndarray, bytes]] = []

    def hold(self) -> bool:
        """Whether everything is still the same."""
        return (
            all(known.get(name, MISSING) is value for known, name, value in self.names)
            and all(_inside(cell) is value for cell, value in self.cells)
            and all(
                f.__code__ is code and f.__defaults__ is defaults and _same(f.__kwdefaults__ or {}, keywords)
                for f, code, defaults, keywords in self.functions
            )
            and all(_same(now, before) for now, before in self.mappings)
            and all(len(now) == len(before) and all(map(operator.is_, now, before)) for now, before in self.sequences)
            and all(getattr(owner, name, MISSING) is value for owner, name, value in self.attributes)
            and all(now.tobytes() == before for now, before in self.arrays)
        )


def _inside(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # emptied since
        return MISSING


def _same(now: Mapping[Any, Any], before: Mapping[Any, Any]) -> bool:
    return len(now) == len(before) and all(a is c and b is d for (a, b), (c, d) in zip(now.items(), before.items(), strict=True))
