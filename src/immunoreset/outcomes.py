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
