"""The fields of a model's states and parameters: NamedTuple classes whose fields may be groups, named 'group.field' outside."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary


def flat_names(kind: type) -> list[str]:
    """Field names of a NamedTuple class; fields of nested groups as 'group.field'."""
    names: list[str] = []
    for field, group in _groups(kind):
        names.extend(f"{field}.{inner}" for inner in group._fields) if group is not None else names.append(field)
    return names


def flat_values(record: Any) -> tuple[Any, ...]:
    """The values of a NamedTuple, those of nested groups in place."""
    return tuple(v for field in record for v in (field if hasattr(field, "_fields") else (field,)))


def group_classes(kind: type) -> list[type]:
    """A NamedTuple class and those of its groups."""
    return [kind, *(group for _, group in _groups(kind) if group is not None)]


_known_groups: WeakKeyDictionary[type, list[tuple[str, Any]]] = WeakKeyDictionary()


def _groups(kind: type) -> list[tuple[str, Any]]:
    """The fields of a NamedTuple class, each with its class where it is a group."""
    found = _known_groups.get(kind)
    if found is None:
        found = [(field, _group_class(kind, field)) for field in getattr(kind, "_fields")]  # noqa: B009
        _known_groups[kind] = found
    return found


def _group_class(owner: type, field: str) -> Any:
    """The NamedTuple class of a field that is a group, else None; annotations that are text are looked up in the module."""
    hint = getattr(owner, "__annotations__", {}).get(field)
    hint = getattr(hint, "__forward_arg__", hint)
    if isinstance(hint, str):
        hint = getattr(sys.modules.get(owner.__module__), hint, None)
    return hint if isinstance(hint, type) and hasattr(hint, "_fields") else None


def build(kind: type, values: Sequence[Any]) -> Any:
    """The NamedTuple `kind` (groups included) filled with values in the order of `flat_names`."""
    remaining = iter(values)
    fields = []
    for _, group in _groups(kind):
        fields.append(group(*(next(remaining) for _ in group._fields)) if group is not None else next(remaining))
    return kind(*fields)
