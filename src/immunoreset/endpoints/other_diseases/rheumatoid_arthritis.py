"""Rheumatoid arthritis: how active it is (DAS28, SDAI, CDAI), in which category, and the EULAR response.

Joint counts are of 28 joints. Formulas and cut-offs: tables/ra_scores.csv, with their sources.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, get_args

import numpy as np

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.other_diseases.named_points import Points, points
from immunoreset.endpoints.quantities import Crp, Esr, GlobalAssessment, need
from immunoreset.endpoints.tables import read
from immunoreset.endpoints.together import choose, grade, rising
from immunoreset.errors import unknown

CutOffs = Literal["DAS28-ESR", "DAS28-CRP", "SDAI", "CDAI"]
BooleanVersion = Literal["1.0", "2.0"]
CATEGORIES = ("remission", "low", "moderate", "high")
EULAR_RESPONSES = ("none", "moderate", "good")

JOINTS = 28
TENDER_WEIGHT, SWOLLEN_WEIGHT, GLOBAL_WEIGHT = 0.56, 0.28, 0.014  # of both DAS28 formulas; global health in mm
ESR_WEIGHT, LOWEST_ESR = 0.70, 1.0  # an ESR of 0 is read as 1
CRP_WEIGHT, CRP_CONSTANT = 0.36, 0.96
LARGE_FALL, SMALL_FALL = 1.2, 0.6  # of DAS28, for the EULAR response
LOW_DAS28, HIGH_DAS28 = 3.2, 5.1  # of the EULAR response, for either DAS28
BOOLEAN_JOINTS, BOOLEAN_CRP = 1, 1.0  # tender and swollen joints each; CRP in mg/dL
BOOLEAN_GLOBAL: dict[BooleanVersion, float] = {"1.0": 1.0, "2.0": 2.0}  # patient global, 0-10


def das28_crp(tender: Points, swollen: Points, *, crp: Crp | None, patient_global: GlobalAssessment | None) -> Range:
    """Disease activity score of 28 joints with C-reactive protein.

    >>> das28_crp(4, 5, crp=Crp(7, "mg/L"), patient_global=GlobalAssessment(50, "0-100")).rounded(2)
    Range(4.15)

    Raises InvalidValue for a count outside 0 to 28 and for a bare number in place of a quantity.

    Source: rheumtools, R/das.R, as in tables/ra_scores.csv.
    """
    inflammation = rising(np.log1p, need(Crp, crp, "crp").to("mg/L")) * CRP_WEIGHT
    return _joints_and_global(tender, swollen, patient_global) + inflammation + CRP_CONSTANT


def das28_esr(tender: Points, swollen: Points, *, esr: Esr | None, patient_global: GlobalAssessment | None) -> Range:
    """Disease activity score of 28 joints with the sedimentation rate; a rate of 0 counts as 1.

    >>> das28_esr(5, 6, esr=Esr(8, "mm/h"), patient_global=GlobalAssessment(51, "0-100")).rounded(2)
    Range(4.11)

    Raises InvalidValue for a count outside 0 to 28 and for a bare number in place of a quantity.

    Source: rheumtools, R/das.R, as in tables/ra_scores.csv.
    """
    inflammation = rising(np.log, need(Esr, esr, "esr").to("mm/h").clip(low=LOWEST_ESR)) * ESR_WEIGHT
    return _joints_and_global(tender, swollen, patient_global) + inflammation


def _joints_and_global(tender: Points, swollen: Points, patient_global: GlobalAssessment | None) -> Range:
    global_health = need(GlobalAssessment, patient_global, "patient_global").to("0-100") * GLOBAL_WEIGHT
    return rising(np.sqrt, _count("tender", tender)) * TENDER_WEIGHT + (
        rising(np.sqrt, _count("swollen", swollen)) * SWOLLEN_WEIGHT + global_health
    )


def sdai(
    tender: Points,
    swollen: Points,
    *,
    patient_global: GlobalAssessment | None,
    physician_global: GlobalAssessment | None,
    crp: Crp | None,
) -> Range:
    """Simplified disease activity index: joints, both global assessments (0-10) and CRP (mg/dL) added up.

    >>> low = GlobalAssessment(1, "0-10")
    >>> sdai(1, 0, patient_global=low, physician_global=GlobalAssessment(0, "0-10"), crp=Crp(1, "mg/L"))
    Range(2.1)

    Raises InvalidValue for a count outside 0 to 28 and for a bare number in place of a quantity.

    Source: rheumtools, as in tables/ra_scores.csv.
    """
    clinical = cdai(tender, swollen, patient_global=patient_global, physician_global=physician_global)
    return clinical + need(Crp, crp, "crp").to("mg/dL")


def cdai(
    tender: Points, swollen: Points, *, patient_global: GlobalAssessment | None, physician_global: GlobalAssessment | None
) -> Range:
    """Clinical disease activity index: joints and both global assessments (0-10) added up.

    >>> cdai(4, 5, patient_global=GlobalAssessment(5, "0-10"), physician_global=GlobalAssessment(60, "0-100"))
    Range(20)

    Raises InvalidValue for a count outside 0 to 28 and for a bare number in place of a quantity.

    Source: rheumtools, as in tables/ra_scores.csv.
    """
    by_patient = need(GlobalAssessment, patient_global, "patient_global").to("0-10")
    by_physician = need(GlobalAssessment, physician_global, "physician_global").to("0-10")
    return _count("tender", tender) + _count("swollen", swollen) + by_patient + by_physician


def _count(where: str, value: Points) -> Range:
    return points(value, highest=JOINTS, where=f"{where} joints")


@cache
def _limits(cut_offs: CutOffs) -> tuple[tuple[str, float], ...]:
    """("<" or "<=", limit) of remission, low and moderate activity, as tabled."""
    if cut_offs not in get_args(CutOffs):
        raise unknown("set of cut-offs", cut_offs, get_args(CutOffs))
    rows = {row["score"]: row["formula_or_cutoff"] for row in read("ra_scores")}
    names = {"DAS28-ESR": "DAS28 cut-offs (ESR)", "DAS28-CRP": "DAS28 cut-offs (CRP-specific)"}
    text = rows[names.get(cut_offs, f"{cut_offs} cut-offs")]
    return tuple((sign, float(limit)) for sign, limit in re.findall(r"(<=?)([\d.]+)", text))


def activity(score: Range, *, cut_offs: CutOffs) -> Range:
    """The category of a score: 0 remission, 1 low, 2 moderate, 3 high (`CATEGORIES`, by `together.named`).

    Many trials judge DAS28-CRP by the set "DAS28-ESR" (2.6, 3.2, 5.1) and not by its own (2.4, 2.9, 4.6): the set is named in
    every call. Remission is < 2.6 for DAS28, but <= 3.3 for SDAI and <= 2.8 for CDAI. Raises UnknownName for another set.

    >>> activity(Range.of(2.6), cut_offs="DAS28-ESR"), activity(Range.of(2.8), cut_offs="CDAI")
    (Range(1), Range(0))

    Source: RheumaComposites.jl and rheumtools, as in tables/ra_scores.csv.
    """
    above = [score >= limit if sign == "<" else score > limit for sign, limit in _limits(cut_offs)]
    return grade(*above)


def index_remission(score: Range, *, index: Literal["SDAI", "CDAI"]) -> Answer:
    """Remission by the ACR/EULAR index definition: SDAI at most 3.3, or CDAI at most 2.8.

    >>> index_remission(Range.of(3.3), index="SDAI")
    Answer(True)
    """
    if index not in (known := ("SDAI", "CDAI")):
        raise unknown("index", index, known)
    return activity(score, cut_offs=index).equals(0)


def boolean_remission(
    tender: Points,
    swollen: Points,
    *,
    crp: Crp | None,
    patient_global: GlobalAssessment | None,
    version: BooleanVersion,
) -> Answer:
    """Remission by the ACR/EULAR Boolean definition; 2.0 (2022) allows a patient global of 2, 1.0 (2011) one of 1.

    The limit of version 1.0 is recalled, to be checked against Felson 2011. Raises UnknownName for another version.

    >>> crp, well = Crp(10, "mg/L"), GlobalAssessment(2, "0-10")
    >>> [boolean_remission(1, 1, crp=crp, patient_global=well, version=version).value for version in ("1.0", "2.0")]
    [False, True]

    Source: Studenic 2023, doi:10.1136/ard-2022-223413, as in tables/ra_scores.csv.
    """
    if version not in BOOLEAN_GLOBAL:
        raise unknown("version of the Boolean remission", version, BOOLEAN_GLOBAL)
    joints = (_count("tender", tender) <= BOOLEAN_JOINTS) & (_count("swollen", swollen) <= BOOLEAN_JOINTS)
    feels_well = need(GlobalAssessment, patient_global, "patient_global").to("0-10") <= BOOLEAN_GLOBAL[version]
    return joints & (need(Crp, crp, "crp").to("mg/dL") <= BOOLEAN_CRP) & feels_well


def eular_response(before: Range, now: Range) -> Range:
    """The EULAR response between two DAS28 scores: 0 none, 1 moderate, 2 good (`EULAR_RESPONSES`, by `together.named`).

    >>> eular_response(Range.of(4.2), Range.of(3.2)), eular_response(Range.of(5.21), Range.of(1.8))
    (Range(1), Range(2))

    Source: rheumtools, eular_ra_response, as in tables/ra_scores.csv.
    """
    fall = before - now
    good = (now <= LOW_DAS28) & (fall > LARGE_FALL)
    none = (fall <= SMALL_FALL) | ((fall <= LARGE_FALL) & (now > HIGH_DAS28))
    return choose(good, 2, grade(~none))
