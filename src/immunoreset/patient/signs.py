"""The signs of cytokine release and neurotoxicity that a ward would chart, from which `endpoints` makes the grades."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.quantities import OxygenFlow, Temperature
from immunoreset.endpoints.toxicity import crs, icans

Floats = NDArray[np.float64]
Numbers = Mapping[str, float | Floats]

CRS_CUTS = ("crs.cut_1", "crs.cut_2", "crs.cut_3", "crs.cut_4")
ICANS_CUTS = ("icans.cut_1", "icans.cut_2", "icans.cut_3", "icans.cut_4")
# the signs of each severity, 0 to 4, as a ward would chart them: fever; then fluids; one vasopressor; two
TEMPERATURE = np.array([36.8, 38.6, 39.0, 39.4, 39.6])
PRESSORS = np.array([0.0, 0.0, 0.0, 1.0, 2.0])
HYPOTENSION = np.array([0.0, 0.0, 1.0, 1.0, 1.0])
ICE = np.array([10.0, 8.0, 5.0, 1.0, 0.0])
CONSCIOUSNESS = np.array(["spontaneous", "spontaneous", "voice", "tactile", "unarousable"])


def severity(signal: ArrayLike, parameters: Numbers, cuts: tuple[str, ...]) -> NDArray[np.int64]:
    """How many of the patient's cuts a signal exceeds, 0 to 4; `signal` is one per twin, or twins x days."""
    level = np.asarray(signal, dtype=float)
    limits = (np.asarray(parameters[cut]) for cut in cuts)
    return np.sum([level > (column(cut) if level.ndim == 2 else cut) for cut in limits], axis=0)


def crs_grade(signal: ArrayLike, parameters: Numbers) -> Range:
    """ASTCT grade of CRS from the signs that the patient shows at such a signal."""
    return crs.grade(crs_signs(severity(signal, parameters, CRS_CUTS)))


def crs_signs(level: NDArray[np.int64]) -> crs.Signs:
    """The signs of a severity of 0 to 4, as a ward would chart them."""
    return crs.Signs(
        temperature=Temperature(TEMPERATURE[level], "C"),
        hypotension=HYPOTENSION[level],
        pressors=PRESSORS[level],
        vasopressin=False,
        oxygen="none",
        oxygen_flow=OxygenFlow(0.0, "L/min"),
    )


def icans_grade(signal: ArrayLike, parameters: Numbers) -> Range:
    """ASTCT grade of ICANS from the signs that the patient shows at such a signal."""
    return icans.grade(icans_signs(severity(signal, parameters, ICANS_CUTS)))


def icans_signs(level: NDArray[np.int64]) -> icans.Signs:
    """The signs of a severity of 0 to 4: cognition and arousal, without seizure, weakness or oedema."""
    return icans.Signs(ice=ICE[level], consciousness=CONSCIOUSNESS[level], seizure="none", motor="none", oedema="none")


def column(value: ArrayLike) -> Floats:
    """One number for all twins, or a column with one for each."""
    numbers = np.asarray(value, dtype=float)
    return numbers if numbers.ndim == 0 else numbers[:, None]
