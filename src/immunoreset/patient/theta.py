"""Theta: every number of the model as one value, which can be changed without changing anybody else's.

A parameter is named `module.number` ("car_t.expansion_max"), by its symbol ("kexp") or by an earlier name.

    theta = Theta.current().with_values({"kexp": 2.2}, spread={"car_t.response_growth": 1.3})
    sample("cart", 200, seed=1, theta=theta)
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from immunoreset import errors
from immunoreset.patient.birth_certificates import (
    Parameter,
    ParameterSet,
    Table,
    check_references,
    check_value,
    held,
    product_number,
    table_of,
    title_of,
)
from immunoreset.patient.module import AnyModule
from immunoreset.patient.own_values import value_of
from immunoreset.patient.spreads import Lognormal, Shared, read_spread

LISTED = "`immunoreset parameters` lists all."
CHANGED = "changed for this run, not a published value"
_CURRENT: list[Callable[[], Theta]] = []


@dataclass(frozen=True, eq=False)
class Theta:
    """The numbers of `modules`, those of the sets that name hosts, and what is `changed`: values by flat name.

    `spreads` are factors, by flat name, on the spread between virtual patients: on the sd of the logarithm. `base` are the same
    numbers with nothing changed, where something is.
    """

    modules: tuple[AnyModule, ...]
    hosts: Mapping[str, ParameterSet]
    changed: Mapping[str, float]
    spreads: Mapping[str, float] = field(default_factory=dict)
    base: Theta | None = field(default=None, repr=False)

    @classmethod
    def current(cls) -> Theta:
        """The numbers of this version, with what installed packages add."""
        return _CURRENT[-1]()

    @property
    def published(self) -> Theta:
        """The same numbers with nothing changed."""
        return self.base or self

    def with_changes(self, changed: Mapping[str, float], spreads: Mapping[str, float]) -> Theta:
        """The published numbers with these changes alone, by flat name, taken as they are."""
        return replace(self.published, changed=changed, spreads=spreads, base=self.published)

    @property
    def change(self) -> str:
        """What is changed, in words; empty where nothing is.

        >>> from immunoreset.catalogue import built_in
        >>> built_in().theta.with_values({"kexp": 2.2}).change
        'car_t.expansion_max = 2.2'
        """
        values = [f"{name} = {value:g}" for name, value in self.changed.items()]
        return ", ".join(values + [f"spread of {name} x {factor:g}" for name, factor in self.spreads.items()])

    @cached_property
    def tables(self) -> dict[str, Table]:
        if self.base:
            return self.base.tables
        tables = {module.name: table_of(module) for module in self.modules}
        for module in self.modules:
            check_references(module, tables)
        return tables

    @cached_property
    def table(self) -> Mapping[str, Parameter]:
        """All parameters by flat name, in the order of the modules; changed values in place of the published ones."""
        if self.base:
            own = self.base.table
            changes = {name: self._with_change(own[name]) for name in self.changed if name in own}
            return MappingProxyType({**own, **changes})
        found = {}
        for module in self.modules:
            own = self.tables[module.name].own
            for number in module.number_names:
                if number in own:
                    parameter = own[number]
                    found[parameter.name] = parameter
        return MappingProxyType(found)

    @cached_property
    def products(self) -> Mapping[str, ParameterSet]:
        """Products that are like another one, by module name, with the numbers in which they differ."""
        found = {}
        for module in self.modules:
            table = self.tables[module.name]
            if not table.like:
                continue
            parameters = {}
            for number in module.number_names:
                name, entry = f"{module.name}.{number}", (table.replaced or {}).get(number)
                if entry is not None or (name in self.changed and number not in table.own):
                    made = product_number(name, entry or {}, self.owner(table.like, number))
                    parameters[name] = self._with_change(made)
            found[module.name] = ParameterSet(module.name, title_of(module), MappingProxyType(parameters))
        return MappingProxyType(found)

    def _with_change(self, parameter: Parameter) -> Parameter:
        """The birth certificate, saying so where the value is changed."""
        value = self.changed.get(parameter.name, parameter.value)
        if np.all(value == parameter.value):
            return parameter
        return replace(parameter, value=value, source=f"{CHANGED} ({parameter.value:g})", standing="assumed", calibration=None)

    @cached_property
    def _aliases(self) -> Mapping[str, str]:
        if self.base:
            return self.base._aliases
        aliases: dict[str, str] = {}
        for name, parameter in self.table.items():
            for other in (parameter.symbol, parameter.was):
                if other:
                    aliases.setdefault(other, name)
        return MappingProxyType(aliases)

    def parameter(self, name: str) -> Parameter:
        """The parameter of a name, symbol or earlier name; a product's own number too."""
        flat = self.find(name)
        return self.table[flat] if flat in self.table else self._product_parameter(flat)

    def find(self, name: str) -> str:
        """The flat name of a parameter given by flat name, symbol or earlier name.

        >>> from immunoreset.catalogue import built_in
        >>> built_in().theta.find("kexp"), built_in().theta.find("killing.kill_max")
        ('car_t.expansion_max', 'car_t.kill_max')
        """
        if name in self.table:
            return name
        if name in self._aliases:
            return self._aliases[name]
        if self._is_product_number(name):
            return name
        raise errors.unknown("parameter", name, [*self.table, *self._aliases], LISTED)

    def has(self, name: str) -> bool:
        """Whether there is a parameter of this name, symbol or earlier name."""
        return name in self.table or name in self._aliases or self._is_product_number(name)

    def _is_product_number(self, name: str) -> bool:
        module, _, number = name.partition(".")
        table = self.tables.get(module)
        return table is not None and bool(table.like) and f"{table.like}.{number}" in self.table

    def _product_parameter(self, flat: str) -> Parameter:
        module, _, number = flat.partition(".")
        product = self.products[module].parameters
        like = self.table[f"{self.tables[module].like}.{number}"]
        return product.get(flat) or product_number(flat, {}, like)

    def owner(self, module: str, number: str) -> Parameter:
        """The birth certificate of a module's number, also of one that is shared or like another product's."""
        table = self.tables[module]
        if number in table.shared:
            return self.owner(*table.shared[number].split(".", 1))  # type: ignore[call-arg]
        if table.like and number not in table.own and not self._is_product_number(f"{module}.{number}"):
            return self.owner(table.like, number)
        return self.parameter(f"{module}.{number}")

    def check(self, name: str, value: Any, host: str = "", *, beyond_bounds: bool = False) -> None:
        """Refuse a value, or an array of values, that is not a number or outside the bounds of the parameter, in that host."""
        if not beyond_bounds:
            check_value(self.certificate(name, host), value, name)
        elif not np.isfinite(value):
            raise errors.InvalidValue(f"parameter '{name}' is {value:g}; give a finite number")

    def certificate(self, name: str, host: str = "") -> Parameter:
        """The parameter of a name, symbol or earlier name, as it is in the host of that name, if it has its own."""
        return self.in_host(host).get(self.find(name)) or self.parameter(name)

    def in_host(self, name: str) -> Mapping[str, Parameter]:
        """All parameters by flat name, as they are in the host of that name; the typical patient's where there is none."""
        return ChainMap(self.hosts[name].parameters, self.table) if name in self.hosts else self.table  # type: ignore[arg-type]

    def read_by(self, modules: Iterable[AnyModule], host: str = "") -> dict[str, Parameter]:
        """The parameters that these modules read, by flat name, as they are in the host of that name; a shared one once."""
        owners = {self.owner(module.name, number).name for module in modules for number in module.number_names}
        return {name: self.certificate(name, host) for name in sorted(owners)}

    def with_values(
        self, values: Mapping[str, float], *, spread: Mapping[str, float] | None = None, beyond_bounds: bool = False
    ) -> Theta:
        """The same numbers but these, given by flat name, symbol or earlier name; `spread` are factors on spreads.

        Raises UnknownName for one that does not exist, InvalidValue for one outside its bounds unless `beyond_bounds`, and for a
        spread of a number that is not drawn log-normally.
        """
        for name, value in values.items():
            self.check(name, value, beyond_bounds=beyond_bounds)
        spreads = {self._spread_name(name, factor): float(factor) for name, factor in (spread or {}).items()}
        changed = {self.find(name): float(value) for name, value in values.items()}
        return self.with_changes({**self.changed, **changed}, {**self.spreads, **spreads})

    def _spread_name(self, name: str, factor: float) -> str:
        """The flat name of a number whose spread is to be changed."""
        parameter = self.parameter(name)
        if parameter.name not in self.table or not isinstance(read_spread(parameter.spread), Lognormal | Shared):
            raise errors.InvalidValue(f"'{name}' has no spread to be changed ({parameter.spread}); name one drawn log-normally")
        if not (np.isfinite(factor) and factor >= 0):
            raise errors.InvalidValue(f"the factor on the spread of '{name}' is {factor:g}; give 0 or more")
        return parameter.name

    def spread(self, name: str) -> float:
        """The factor on the sd of the logarithm of a number between patients, by flat name; 1 where it is as published."""
        return self.spreads.get(name, 1.0)

    def with_modules(self, modules: Iterable[AnyModule]) -> Theta:
        """The numbers of these modules too."""
        names = {module.name for module in self.modules}
        together = (*self.modules, *(module for module in modules if module.name not in names))
        return replace(self, modules=together, base=self.base and replace(self.base, modules=together))

    def host(self, name: str) -> ParameterSet:
        """The set of numbers in which a host differs from the typical patient; what is changed changes them in proportion."""
        if name not in self.hosts:
            raise errors.unknown("parameter set", name, self.hosts)
        found = self.hosts[name]
        if not found.parameters.keys() & self.changed.keys():
            return found
        moved = {flat: replace(own, value=self._moved(flat, own)) for flat, own in found.parameters.items()}
        return ParameterSet(found.name, found.title, MappingProxyType(moved))

    def _moved(self, flat: str, own: Parameter) -> Any:
        """The value of a number that stands in place of another, moved in proportion to how that is changed, within bounds."""
        if flat not in self.changed:
            return own.value
        published, now = self.published.table[flat].value, self.changed[flat]
        low, high = own.bounds
        return held(own.value * (now / published), min(low, own.value), max(high, own.value)) if published else now

    def typical(self, *sets: str, **overrides: Any) -> dict[str, Any]:
        """Values of the typical patient by flat name, after the named sets (hosts or products) and then single values.

        A product's numbers are set where the standard product has its own, as if it were the only one. `overrides` are named by
        flat name or symbol, and are floats or arrays over patients.
        """
        values: dict[str, Any] = {name: parameter.value for name, parameter in self.table.items()}
        for name in sets:
            values.update(self._set_values(name))
        for name, value in overrides.items():
            self.check(name, value)
            values[self.find(name)] = value
        return values

    def _set_values(self, name: str) -> Mapping[str, float]:
        if name in self.hosts:
            return self.host(name).values
        if name in self.products:
            like = self.tables[name].like
            own = {f"{like}.{flat.split('.')[1]}": number for flat, number in self.products[name].parameters.items()}
            return {base: n.value if n.name in self.changed else self._moved(base, n) for base, n in own.items()}
        raise errors.unknown("parameter set", name, [*self.hosts, *self.products])

    def values_for(self, modules: Iterable[AnyModule], given: Mapping[str, Any]) -> dict[str, Any]:
        """Numbers of the modules by 'module.number', for patients whose own are `given` (one number, or one per patient).

        A number of a product that is like another is the patient's own number of that one, times the ratio of the two published
        values, held within bounds, so that what is changed in one changes the other in proportion; what nobody has of his own is
        typical.
        """
        return {f"{m.name}.{number}": value_of(self, m.name, number, given) for m in modules for number in m.number_names}

    def __hash__(self) -> int:
        return hash((self.modules, tuple(sorted(self.changed.items())), tuple(sorted(self.spreads.items()))))

    def __eq__(self, other: object) -> bool:
        mine = (self.modules, self.changed, self.spreads)
        return isinstance(other, Theta) and mine == (other.modules, other.changed, other.spreads)


def provide_current(current: Callable[[], Theta]) -> None:
    """Say what `Theta.current()` is; whoever puts the catalogue of modules together does."""
    _CURRENT[:] = [current]
