"""The catalogue: diseases and drugs by name, and the numbers of all their modules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType

from immunoreset.catalogue.hosts import read_host
from immunoreset.disease.disease import Disease, Population
from immunoreset.errors import ImmunoresetError, UnknownName, unknown
from immunoreset.patient.host import HOST
from immunoreset.patient.module import AnyModule
from immunoreset.patient.theta import Theta
from immunoreset.therapy.catalogue import Formulary
from immunoreset.therapy.drug import Drug


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Diseases and drugs by name; `changed` are values of numbers, by flat name, that stand in place of the published ones, and
    `spreads` factors on the spread of numbers between patients. `files` are those of a user's own that are in it already."""

    diseases: Mapping[str, Disease]
    drugs: Formulary
    changed: Mapping[str, float] = field(default_factory=dict)
    spreads: Mapping[str, float] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    @cached_property
    def theta(self) -> Theta:
        """The numbers of the host, all diseases and all drugs."""
        of_diseases = (module for disease in self.diseases.values() for module in disease.modules)
        of_drugs = (module for drug in self.drugs.values() for module in drug.modules())
        modules = tuple(dict.fromkeys((*HOST, *of_diseases, *of_drugs)))
        files = tuple((disease.name, disease.host) for disease in self.diseases.values() if disease.host)
        published = _published(modules, files)
        return published.with_changes(self.changed, self.spreads) if self.changed or self.spreads else published

    @cached_property
    def populations(self) -> Mapping[str, Population]:
        """All populations by name."""
        return MappingProxyType({p.name: p for disease in self.diseases.values() for p in disease.populations})

    def disease(self, name: str) -> Disease:
        """The disease of that name, or that is called so, in whatever case.

        >>> from immunoreset.catalogue import built_in
        >>> built_in().disease("RA").name
        'rheumatoid-arthritis'
        """
        called = self._called(name)
        if called is None:
            names = (called for d in self.diseases.values() for called in (d.name, *d.aliases))
            raise unknown("disease", name, names, "`immunoreset diseases` lists all.")
        return called

    def _called(self, name: str) -> Disease | None:
        """The disease of a name, a title or another name of it."""
        wanted = name.lower().replace("_", "-")
        named = (d for d in self.diseases.values() if wanted in (d.name, d.title.lower(), *d.aliases))
        return next(named, None)

    def population(self, name: str) -> tuple[Disease, Population]:
        """The population of that name and its disease.

        >>> from immunoreset.catalogue import built_in
        >>> disease, population = built_in().population("cart")
        >>> disease.name, population.female_share
        ('lupus', 0.88)
        """
        for disease in self.diseases.values():
            for population in disease.populations:
                if population.name == name:
                    return disease, population
        called = self._called(name)
        if called is not None and called.populations:
            raise UnknownName(f"no population '{name}'; of {called.name}: {', '.join(p.name for p in called.populations)}")
        raise unknown("population", name, self.populations, "`immunoreset diseases` lists all.")

    def modules_of(self, disease: Disease) -> tuple[AnyModule, ...]:
        """The host, a disease and every drug: all that a patient with it can be composed of."""
        return tuple(dict.fromkeys((*HOST, *disease.modules, *(m for drug in self.drugs.values() for m in drug.modules()))))

    def with_own(self, diseases: Iterable[Disease] = (), drugs: Iterable[Drug] = ()) -> Catalogue:
        """These diseases and drugs too. Raises when a name is taken."""
        added, named, populated = list(diseases), set(self.diseases), set(self.populations)
        for disease in added:
            if disease.name in named:
                raise ImmunoresetError(f"there is a disease '{disease.name}' already; give yours another name")
            named.add(disease.name)
            for population in disease.populations:
                if population.name in populated:
                    raise ImmunoresetError(f"there is a population '{population.name}' already; give yours another name")
                populated.add(population.name)
        return replace(
            self,
            diseases=MappingProxyType({**self.diseases, **{d.name: d for d in added}}),
            drugs=self.drugs.with_drugs(drugs),
        )

    def with_values(
        self, values: Mapping[str, float], *, spread: Mapping[str, float] | None = None, beyond_bounds: bool = False
    ) -> Catalogue:
        """The same with other numbers, by flat name, symbol or earlier name; see `Theta.with_values`."""
        return self.with_theta(self.theta.with_values(values, spread=spread, beyond_bounds=beyond_bounds))

    def with_theta(self, theta: Theta | None) -> Catalogue:
        """The same diseases and drugs with the numbers of `theta`; None changes nothing.

        Raises UnknownName when `theta` changes a number that they do not have.
        """
        if theta is None:
            return self
        changed = {self.theta.find(name): value for name, value in theta.changed.items()}
        spreads = {self.theta.find(name): factor for name, factor in theta.spreads.items()}
        return replace(self, changed=MappingProxyType(changed), spreads=MappingProxyType(spreads))


@lru_cache(maxsize=64)
def _published(modules: tuple[AnyModule, ...], files: tuple[tuple[str, Path], ...]) -> Theta:
    """The numbers of the modules, and of each host by the name of its disease, as they are published."""
    bare = Theta(modules, {}, {})
    return Theta(modules, MappingProxyType({name: read_host(name, path, bare) for name, path in files}), {})
