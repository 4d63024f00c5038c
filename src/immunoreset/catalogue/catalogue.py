"""The catalogue: diseases and drugs by name, and the numbers of all their modules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from immunoreset.catalogue.hosts import read_host
from immunoreset.disease.disease import Disease, Population
from immunoreset.errors import ImmunoresetError, unknown
from immunoreset.patient.host import HOST
from immunoreset.patient.module import AnyModule
from immunoreset.patient.theta import Theta
from immunoreset.therapy.catalogue import Formulary
from immunoreset.therapy.drug import Drug


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Diseases and drugs by name; `changed` are values of numbers, by flat name, that stand in place of the published ones."""

    diseases: Mapping[str, Disease]
    drugs: Formulary
    changed: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def theta(self) -> Theta:
        """The numbers of the host, all diseases and all drugs."""
        of_diseases = (module for disease in self.diseases.values() for module in disease.modules)
        of_drugs = (drug.module for drug in self.drugs.values())
        modules = tuple(dict.fromkeys((*HOST, *of_diseases, *of_drugs)))
        bare = Theta(modules, {}, {})
        hosts = {disease.name: read_host(disease.name, disease.host, bare) for disease in self.diseases.values() if disease.host}
        return Theta(modules, MappingProxyType(hosts), self.changed)

    @cached_property
    def populations(self) -> Mapping[str, Population]:
        """All populations by name."""
        return MappingProxyType({p.name: p for disease in self.diseases.values() for p in disease.populations})

    def disease(self, name: str) -> Disease:
        """The disease of that name."""
        if name not in self.diseases:
            raise unknown("disease", name, self.diseases)
        return self.diseases[name]

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
        raise unknown("population", name, self.populations)

    def modules_of(self, disease: Disease) -> tuple[AnyModule, ...]:
        """The host, a disease and every drug: all that a patient with it can be composed of."""
        return tuple(dict.fromkeys((*HOST, *disease.modules, *(drug.module for drug in self.drugs.values()))))

    def with_own(self, diseases: Iterable[Disease] = (), drugs: Iterable[Drug] = ()) -> Catalogue:
        """These diseases and drugs too. Raises when a name is taken."""
        added = list(diseases)
        for disease in added:
            if disease.name in self.diseases:
                raise ImmunoresetError(f"there is a disease '{disease.name}' already; give yours another name")
            for population in disease.populations:
                if population.name in self.populations:
                    raise ImmunoresetError(f"there is a population '{population.name}' already; give yours another name")
        return Catalogue(
            MappingProxyType({**self.diseases, **{d.name: d for d in added}}), self.drugs.with_drugs(drugs), self.changed
        )  # fmt: skip

    def with_values(self, values: Mapping[str, float], *, beyond_bounds: bool = False) -> Catalogue:
        """The same with other numbers, by flat name, symbol or earlier name; see `Theta.with_values`."""
        theta = self.theta.with_values(values, beyond_bounds=beyond_bounds)
        return Catalogue(self.diseases, self.drugs, theta.changed)
