"""What happened to each twin under one treatment: one number per twin and outcome.

An outcome that did not happen (B cells that never came back) and every outcome of a twin whose simulation failed are nan,
never zero. A yes or no is 1 or 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of one arm; all arrays have one entry per twin.

    `patient` is the row of the patient whom the twin resembles, `twin` its number among that patient's twins.
    """

    patient: np.ndarray
    twin: np.ndarray
    failed: np.ndarray
    values: dict[str, np.ndarray]

    def by_patient(self, name: str) -> np.ndarray:
        """The outcome as patients x twins: a column is one trial of the cohort. Nan where there is no such twin.

        >>> cohort = Outcomes(np.array([0, 0, 1]), np.array([0, 1, 0]), np.zeros(3, bool), {"day": np.array([9.0, 10.0, 8.0])})
        >>> cohort.by_patient("day").tolist()
        [[9.0, 10.0], [8.0, nan]]
        """
        table = np.full((int(self.patient.max()) + 1, int(self.twin.max()) + 1), np.nan)
        table[self.patient, self.twin] = self.values[name]
        return table


@dataclass(frozen=True)
class Outcome:
    """How an outcome is called on the page; a `share` is a yes or no per twin."""

    label: str
    unit: str = ""
    share: bool = False


OUTCOMES: dict[str, Outcome] = {
    "car_t_peak_day": Outcome("CAR-T peak", "day"),
    "car_t_peak_percent_of_t_cells": Outcome("CAR-T at the peak, share of T cells", "%"),
    "car_t_peak_per_ul": Outcome("CAR-T at the peak", "cells/µL"),
    "b_cells_undetectable_day": Outcome("B cells no longer detected in blood", "day"),
    "b_cell_return_day": Outcome("B cells back in blood", "day"),
    "returning_b_cells_naive_percent": Outcome("naive or transitional among returning B cells", "%"),
    "node_cleared": Outcome("lymph node cleared of B cells", share=True),
    "anti_dsdna_negative_day90": Outcome("anti-dsDNA negative at day 90", share=True),
    "c3_normal_day90": Outcome("C3 normal at day 90", share=True),
    "proteinuria_normal_day90": Outcome("proteinuria normal at day 90", share=True),
    "sledai_entry": Outcome("SLEDAI-2K at entry", "points"),
    "sledai_day90": Outcome("SLEDAI-2K at day 90", "points"),
    "sledai_day180": Outcome("SLEDAI-2K at day 180", "points"),
    "sledai_day360": Outcome("SLEDAI-2K at day 360", "points"),
    "doris_day90": Outcome("DORIS remission at day 90", share=True),
    "doris_day180": Outcome("DORIS remission at day 180", share=True),
    "lldas_day90": Outcome("low disease activity at day 90", share=True),
    "lldas_day180": Outcome("low disease activity at day 180", share=True),
    "remission_day540": Outcome("responded, without relapse by day 540", share=True),
    "crs_any": Outcome("cytokine release syndrome, any grade", share=True),
    "crs_grade2_plus": Outcome("cytokine release syndrome, grade 2 or more", share=True),
    "icans_any": Outcome("neurotoxicity, any grade", share=True),
    "il6_peak": Outcome("IL-6 at the peak", "pg/mL"),
    "neutrophils_nadir": Outcome("neutrophils at the lowest", "10⁹/L"),
    "igg_change_percent_day180": Outcome("IgG, change at day 180", "%"),
    "vaccine_antibody_change_percent_day180": Outcome("vaccine antibody, change at day 180", "%"),
}
