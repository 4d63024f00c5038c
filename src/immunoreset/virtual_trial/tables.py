"""Tables of a trial document made from the dataclasses that they configure: the same keys, checked one by one, and none besides.

What can be set in Python can thus be set in a document, and is written down once.
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import MISSING, fields, is_dataclass
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, create_model, model_validator
from pydantic_core import PydanticCustomError

from immunoreset.toml_document import nearest

UNKNOWN_KEY, NO_NUMBER = "unknown_key", "no_number"


class Table(BaseModel):
    """A table of the document: frozen, and without keys that nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    made_from: ClassVar[type | None] = None

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, given: object) -> object:
        """Refuse a key that is not there, and name the nearest one that is; refuse yes, no and texts where numbers stand."""
        table = given if isinstance(given, dict) else {}
        for key, value in table.items():
            if key not in cls.model_fields:
                advice = nearest(str(key), cls.model_fields)
                raise PydanticCustomError(UNKNOWN_KEY, "{advice}", {"key": key, "advice": advice})
            kinds = _kinds(cls.model_fields[key].annotation)
            if kinds & {int, float} and not kinds & {str, bool} and any(map(_is_no_number, _parts(value))):
                raise PydanticCustomError(NO_NUMBER, "give a number, without quotes", {"key": key, "value": value})
        return given

    def __hash__(self) -> int:
        return hash(self.model_dump_json())


def _kinds(hint: Any) -> set[Any]:
    """The plain types that a type hint is made of; a choice of words counts as text."""
    if get_origin(hint) is Literal:
        return {type(word) for word in get_args(hint)}
    inner = get_args(hint)[1:] if get_origin(hint) is dict else get_args(hint)
    return set().union(*map(_kinds, inner)) if inner else {hint}


def _parts(given: object) -> Iterable[object]:
    if isinstance(given, dict):
        return given.values()
    return given if isinstance(given, list | tuple) else (given,)


def _is_no_number(given: object) -> bool:
    """Whether pydantic would take this for a number although it is none; what it refuses itself is left to it."""
    if isinstance(given, str):
        with suppress(ValueError):
            float(given)
            return True
    return isinstance(given, bool)


def table_of(kind: type, *, without: tuple[str, ...] = (), more: dict[str, Any] | None = None) -> type[Table]:
    """The table that configures a dataclass, but for the fields `without`; `more` are further keys, (type, default) each.

    >>> from immunoreset.trial.enrolment.sites import Site
    >>> build(table_of(Site).model_validate({"name": "Erlangen", "per_month": 2}))
    Site(name='Erlangen', per_month=2.0, opens=0.0, ramp_up=0.0)
    """
    hints = get_type_hints(kind)
    keys: dict[str, Any] = dict(more or {})
    for entry in fields(kind):
        if entry.name not in without:
            keys[entry.name] = (_at_the_edge(hints[entry.name]), ... if entry.default is MISSING else entry.default)
    made = create_model(kind.__name__, __base__=Table, __doc__=(kind.__doc__ or "").split("\n")[0], **keys)
    made.made_from = kind
    return made


def _at_the_edge(hint: Any) -> Any:
    """The type that is read from a document where a dataclass has this one."""
    if isinstance(hint, type) and is_dataclass(hint):
        table = table_of(hint)
        first = fields(hint)[0].name
        if all(entry.default is not MISSING for entry in fields(hint)):  # such as days: a number alone is its first field
            return Annotated[table, BeforeValidator(lambda given: {first: given} if isinstance(given, int | float) else given)]
        return table
    if get_origin(hint) is tuple:
        return tuple[tuple(_at_the_edge(part) if part is not ... else part for part in get_args(hint))]  # pyright: ignore[reportInvalidTypeArguments]
    if get_origin(hint) in (Union, types.UnionType):
        return Union[tuple(_at_the_edge(part) for part in get_args(hint))]  # noqa: UP007
    return hint


def build(table: Any, *, without: tuple[str, ...] = (), **given: Any) -> Any:
    """The dataclass that a table configures; keys left out keep the defaults of the dataclass, `given` replaces any."""
    if type(table) is tuple:  # not a named one
        return tuple(build(part) for part in table)
    if not isinstance(table, Table) or table.made_from is None:
        return table
    known = {entry.name for entry in fields(table.made_from)}
    chosen = {name: build(getattr(table, name)) for name in table.model_fields_set if name in known and name not in without}
    return table.made_from(**{**chosen, **given})
