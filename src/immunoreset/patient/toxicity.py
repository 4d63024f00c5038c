"""How ill CRS and ICANS make the simulated patient, with one set of cuts on the cytokines for all diseases.

Patients differ in how severely the same cytokines make them ill: each has one logistic deviate (`shift`) for CRS and one for
ICANS. Above a cut the patient shows the signs of that grade; the grade itself comes from the signs, in `chart.py`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.engine.arithmetic import log10, maximum
from immunoreset.patient.antibody_drugs import il6_block
from immunoreset.patient.cytokines import il6_signal


class Crs(NamedTuple):
    """Cuts of CRS on the logarithm of the IL-6 signal, and the patient's own shift."""

    cut_1: Any
    cut_2: Any
    cut_3: Any
    cut_4: Any
    spread: Any
    shift: Any
    il6_unit: Any


class Icans(NamedTuple):
    """Cuts of ICANS on the logarithm of endothelial activation, and the patient's own shift."""

    cut_1: Any
    cut_2: Any
    cut_3: Any
    cut_4: Any
    spread: Any
    shift: Any
    floor: Any


def crs_signal(t: Any, s: Any, p: Any) -> Any:
    """log10 of the IL-6 signal (pg/mL), with the patient's shift."""
    return log10(il6_signal(s, il6_block(s, p)) / p.crs.il6_unit) + p.crs.spread * p.crs.shift


def icans_signal(t: Any, s: Any, p: Any) -> Any:
    """log10 of endothelial activation, with the patient's shift."""
    return log10(maximum(s.endothelium, p.icans.floor)) + p.icans.spread * p.icans.shift
