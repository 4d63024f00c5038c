"""Which numbers of the model were set to a published row, so that agreement with it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from immunoreset.catalogue import built_in
from immunoreset.evidence import Row, evidence
from immunoreset.patient.birth_certificates import Parameter
from immunoreset.validation.compared import Compared


def set_to(row: Row) -> tuple[str, ...]:
    """Numbers of the row's disease and of all drugs whose source names its publication: it is no independent test of these."""
    found = evidence()
    publication, disease = found.publications[row.publication], found.cohorts.by_id[row.cohort].disease
    names = {name.lower() for name in (publication.doi, publication.name.split(",")[0], row.publication) if name}
    return tuple(name for name, known in _numbers(disease).items() if any(said in known.source.lower() for said in names))


def independent(row: Compared) -> bool:
    """Whether nothing is known to have been set to a row, so that agreement with it says something."""
    return not row.tuned and not set_to(row.row)


@cache
def _numbers(disease: str) -> Mapping[str, Parameter]:
    """Numbers of the modules of a disease, as they are in its host, and of all drugs; of a mix of diseases those of drugs."""
    catalogue = built_in()
    of_disease = catalogue.diseases[disease].modules if disease in catalogue.diseases else ()
    of_drugs = [module for drug in catalogue.drugs.values() for module in drug.modules()]
    products = {name: one for found in catalogue.theta.products.values() for name, one in found.parameters.items()}
    return catalogue.theta.read_by((*of_disease, *of_drugs), disease) | products
