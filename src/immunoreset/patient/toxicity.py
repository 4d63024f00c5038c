"""Grades of CRS and ICANS from the simulated cytokines, with one set of cuts for all diseases.

Patients differ in how severely the same cytokines make them ill: each has one logistic deviate (`shift`) for CRS and one for
ICANS. A course has the grade of its highest signal.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.engine.arithmetic import log10, maximum, where
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


def _grade(signal: Any, k: Any) -> Any:
    """Number of cuts that the signal exceeds."""
    grades = (where(signal > cut, 1, 0) for cut in (k.cut_1, k.cut_2, k.cut_3, k.cut_4))
    return sum(grades)


def crs_grade(t: Any, s: Any, p: Any) -> Any:
    """CRS grade of the moment, 0 to 4."""
    return _grade(crs_signal(t, s, p), p.crs)


def icans_grade(t: Any, s: Any, p: Any) -> Any:
    """ICANS grade of the moment, 0 to 4."""
    return _grade(icans_signal(t, s, p), p.icans)
