"""What a table of patients at entry can tell, and where a virtual patient has it: nothing that no clinic could measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import unknown
from immunoreset.patient.compose import compose, reading
from immunoreset.patient.host import HOST
from immunoreset.population import Cohort

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Covariate:
    """A fact at entry: a number in its unit, or yes (1) and no (0), whose unit is blank."""

    label: str
    unit: str
    read: Callable[[Cohort], object | None]
    """The value of each patient, or one for all; None where patients with their disease have none."""

    @property
    def yes_or_no(self) -> bool:
        return not self.unit


def _known(name: str) -> Callable[[Cohort], object | None]:
    return lambda cohort: cohort.covariates.get(name)


def _of_model(name: str) -> Callable[[Cohort], object | None]:
    """A number of the patient by flat name, if a module of his or her disease, or of the host, has it."""

    def read(cohort: Cohort) -> object | None:
        if name.split(".")[0] not in {module.name for module in cohort.catalogue.modules_of(cohort.illness)}:
            return None
        return cohort.parameters[name] if name in cohort.parameters else cohort.theta.parameter(name).value

    return read


def _item(name: str) -> Callable[[Cohort], object | None]:
    return _of_model(f"sledai.has_{name}")


def _fact(name: str) -> Callable[[Cohort], object | None]:
    """What only some diseases read of a patient, although every cohort keeps a column for it."""
    return lambda cohort: cohort.covariates[name] if name in cohort.illness.facts else None


def _steroid(cohort: Cohort) -> object | None:
    return cohort.parameters.get("trial.steroid_above_target")


def _b_cells(cohort: Cohort) -> object:
    """The count in blood of the untreated patient."""
    patient = compose(*HOST, *cohort.illness.modules)
    p = patient.build(cohort.theta.values_for(patient.modules, cohort.parameters))
    return reading("cd20_positive_per_ul")(0.0, patient.initial(p), p)


COVARIATES: Mapping[str, Covariate] = {
    "age": Covariate("age", "years", _known("age")),
    "female": Covariate("women", "", lambda cohort: cohort.covariates["sex"] == "F"),
    "weight_kg": Covariate("weight", "kg", _of_model("body.weight")),
    "height_cm": Covariate("height", "cm", _known("height_cm")),
    "sledai_2k": Covariate("SLEDAI-2K; simulated scores are even", "points", _fact("sledai_2k")),
    "nephritis": Covariate("nephritis", "", _fact("nephritis")),
    "class_v": Covariate("nephritis with a class V component", "", _known("class_v")),
    "upcr_g_per_g": Covariate("UPCR", "g/g", _of_model("nephritis.proteinuria_baseline")),
    "egfr": Covariate("filtration", "mL/min per 1.73 m²", _of_model("body.egfr")),
    "anti_dsdna_iu_per_ml": Covariate("anti-dsDNA as the assay reads it", "IU/mL", _known("anti_dsdna_reading")),
    "c3_g_per_l": Covariate("complement C3", "g/L", _of_model("inflammation.c3_baseline")),
    "igg_g_per_l": Covariate("IgG; the same in all patients of a population", "g/L", _of_model("antibodies.igg_baseline")),
    "b_cells_per_ul": Covariate("B cells in blood (CD20⁺)", "cells/µL", _b_cells),
    "lymphocytes_per_ul": Covariate("lymphocytes in blood", "cells/µL", _of_model("lymphocytes.baseline")),
    "neutrophils_e9_per_l": Covariate("neutrophils in blood", "10⁹/L", _of_model("neutrophils.baseline")),
    "steroid_above_7_5_mg": Covariate("prednisolone of more than 7.5 mg a day at entry; trials only", "", _steroid),
    "arthritis": Covariate("arthritis, as SLEDAI scores it", "", _item("arthritis")),
    "rash": Covariate("rash, as SLEDAI scores it", "", _item("rash")),
    "alopecia": Covariate("alopecia, as SLEDAI scores it", "", _item("alopecia")),
    "ulcers": Covariate("mucosal ulcers, as SLEDAI scores them", "", _item("ulcers")),
    "serositis": Covariate("pleurisy or pericarditis, as SLEDAI scores them", "", _item("serositis")),
    "vasculitis": Covariate("vasculitis, as SLEDAI scores it", "", _item("vasculitis")),
    "urinary_sediment": Covariate("active urinary sediment", "", _item("sediment")),
}


def known_covariate(name: str) -> Covariate:
    """The covariate of that name. Raises UnknownName with the nearest, or with all and their units."""
    if name not in COVARIATES:
        listed = ", ".join(f"{one} ({about.unit or 'yes or no'})" for one, about in COVARIATES.items())
        raise unknown("covariate", name, COVARIATES, f"known: {listed}")
    return COVARIATES[name]


def covariates_of(cohort: Cohort) -> dict[str, Floats]:
    """Every covariate that these patients have, one value per patient; yes is 1, no is 0."""
    found = {}
    for name, about in COVARIATES.items():
        value = about.read(cohort)
        if value is not None:
            found[name] = np.broadcast_to(np.asarray(value, dtype=float), (len(cohort),))
    return found
