"""The numbers that can matter in an arm: those of the modules that its patients are composed of, which are uncertain at all."""

from __future__ import annotations

from collections.abc import Iterable

from immunoreset.catalogue import Catalogue
from immunoreset.disease.disease import Disease
from immunoreset.inference.unknowns import NEVER_FREE, Unknown, prior_of, scale_of
from immunoreset.patient.birth_certificates import Parameter
from immunoreset.patient.host import HOST
from immunoreset.patient.module import AnyModule
from immunoreset.population.changed import typical_values
from immunoreset.therapy import Regimen


def live_unknowns(disease: Disease, regimen: Regimen, catalogue: Catalogue) -> tuple[Unknown, ...]:
    """The unknowns of patients with a disease under a treatment, in the order of the modules.

    A product that is like another has the other's numbers too. Numbers of drugs that are not given are left out unsimulated.
    """
    theta = catalogue.theta
    modules = (*HOST, *disease.modules, *regimen.modules(typical_values(disease, catalogue), theta))
    owners = [owner for module in modules for owner in _owners(module, catalogue)]
    families = {owner.name.split(".")[0] for owner in owners}
    of_families = [own for name, own in theta.table.items() if name.split(".")[0] in families]
    found = dict.fromkeys(own.name for own in _uncertain([*of_families, *owners]))
    return tuple(prior_of(theta, name) for name in found)


def _owners(module: AnyModule, catalogue: Catalogue) -> list[Parameter]:
    return [catalogue.theta.owner(module.name, number) for number in module.number_names]


def _uncertain(parameters: Iterable[Parameter]) -> list[Parameter]:
    return [one for one in parameters if scale_of(one) is not None and one.name not in NEVER_FREE]
