"""BILAG-2004 of a simulated patient: which of its items an organ shows, from mild to severe, graded as for a real one.

An organ far above the cut of its SLEDAI item shows a severe sign, one above it a moderate one, one below it a mild sign or one
that improves (assumed); with the rules of BILAG these make A, B and C.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.lupus.chart import Floats, Parameters, over_cut, sledai_answers
from immunoreset.disease.lupus.sledai import SHOWN
from immunoreset.endpoints.known import Range
from immunoreset.endpoints.lupus.bilag_grades import DOMAINS, from_domains
from immunoreset.endpoints.lupus.bilag_haematology import BloodFindings, haematological_grade
from immunoreset.endpoints.lupus.bilag_items import IMPROVING, PYREXIA, SAME, absent, domain_grade
from immunoreset.endpoints.lupus.bilag_renal import RenalFindings, RenalSigns, renal_grade
from immunoreset.endpoints.quantities import Egfr, Haemoglobin, Leukocytes, Lymphocytes, Neutrophils, Platelets, Upcr
from immunoreset.patient.signs import column

HAEMOLYSIS_ABOVE, HAEMOLYSIS_HAEMOGLOBIN = 0.4, 100.0  # of the normal loss, and g/L: active haemolysis (assumed)
Shown = tuple[tuple[str, int], ...]
"""Items with their codes."""

# what an organ shows while it is mildly, moderately and severely active
SIGNS: Mapping[str, Mapping[str, tuple[Shown, Shown, Shown]]] = {
    "Constitutional": {
        "constitution": (
            ((PYREXIA, IMPROVING),),
            ((PYREXIA, SAME),),
            ((PYREXIA, SAME), ("weight_loss", SAME), ("anorexia", SAME)),
        )
    },
    "Mucocutaneous": {
        "skin": ((("skin_eruption_mild", IMPROVING),), (("skin_eruption_mild", SAME),), (("skin_eruption_severe", SAME),)),
        "vessels": (
            (("digital_infarcts_nodular_vasculitis", IMPROVING),),
            (("digital_infarcts_nodular_vasculitis", SAME),),
            (("major_cutaneous_vasculitis_thrombosis", SAME),),
        ),
        "hair": ((("alopecia_mild", SAME),), (("alopecia_mild", SAME),), (("alopecia_severe", SAME),)),
        "mucosa": (
            (("mucosal_ulceration_mild", SAME),),
            (("mucosal_ulceration_mild", SAME),),
            (("mucosal_ulceration_severe", SAME),),
        ),
    },
    "Neuropsychiatric": {
        "nerves": (
            (("lupus_headache_severe", IMPROVING),),
            (("lupus_headache_severe", SAME),),
            (("acute_confusional_state", SAME),),
        )
    },
    "Musculoskeletal": {"joints": ((("arthritis_mild", SAME),), (("arthritis_moderate", SAME),), (("arthritis_severe", SAME),))},
    "Cardiorespiratory": {
        "serosa": (
            (("pleurisy_pericarditis", IMPROVING),),
            (("pleurisy_pericarditis", SAME),),
            (("pleural_effusion_dyspnoea", SAME),),
        )
    },
}


@dataclass(frozen=True)
class Findings:
    """What BILAG asks of one visit, one value per twin: activity by organ, signs, UPCR (g/g), filtration and blood counts."""

    organs: Mapping[str, Floats]
    marks: Floats
    """The output `sledai_items`."""
    upcr: Floats
    egfr: Floats
    """mL/min per 1.73 m2; nan where the kidney was replaced."""
    haemoglobin: Floats
    """g/L."""
    white_cells: Floats
    """10^9/L, as are the next three."""
    neutrophils: Floats
    lymphocytes: Floats
    platelets: Floats


def bilag(now: Findings, before: Findings, parameters: Parameters) -> Range:
    """BILAG-2004 grades (..., 9) of twins at one visit; `before` is the visit before it."""
    grades = {domain: _graded(domain, now.organs, parameters) for domain in SIGNS}
    grades |= {"Renal": _renal(now, before, parameters), "Haematological": _haematological(now, parameters)}
    never = Range.of(np.zeros(np.shape(now.marks)))
    return from_domains({domain: grades.get(domain, never) for domain in DOMAINS})


def severity(organ: str, activity: Floats, parameters: Parameters) -> NDArray[np.int64]:
    """0 for an organ that shows nothing, 1 mild, 2 moderate, 3 severe."""
    fold = over_cut(organ, activity, parameters)
    steps = (np.asarray(parameters[f"sledai.{name}"]) for name in ("mild_above", "moderate_above", "severe_above"))
    return np.sum([fold > step for step in steps], axis=0)


def _graded(domain: str, organs: Mapping[str, Floats], parameters: Parameters) -> Range:
    codes: dict[str, NDArray[np.int64]] = {}
    for organ, shown in SIGNS[domain].items():
        level = severity(organ, organs[organ], parameters)
        for step, items in enumerate(shown, start=1):
            for item, code in items:
                codes[item] = np.maximum(codes.get(item, 0), np.where(level == step, code, 0))
    found = absent(domain) | {item: code.astype(float) for item, code in codes.items()}
    return domain_grade(domain, found, ever_involved=_ever(SIGNS[domain], parameters))


def _ever(organs: Iterable[str], parameters: Parameters) -> NDArray[np.bool_]:
    """Whether one of these organs can show."""
    had = np.broadcast_arrays(*(parameters[f"sledai.has_{SHOWN[organ].sign}"] for organ in organs))
    return np.asarray(np.sum(had, axis=0) > 0)


def haemolysis(haemoglobin: Floats, blood: Floats, parameters: Parameters) -> NDArray[np.bool_]:
    """Active haemolysis, in the shape of the activity against `blood`: much of it where lupus struck, and low haemoglobin."""
    loss, struck = np.asarray(parameters["red_cells.haemolysis"]), np.asarray(parameters["sledai.has_blood"]) > 0
    lost = np.where(struck, loss, 0.0)
    much = (column(lost) if np.ndim(blood) > 1 else lost) * blood > HAEMOLYSIS_ABOVE
    return np.asarray(much & (haemoglobin < HAEMOLYSIS_HAEMOGLOBIN))


def due_to_lupus(parameters: Parameters) -> dict[str, NDArray[np.bool_]]:
    """Whose low counts, by what is counted, are put down to lupus; those of others are the treatment's (assumed).

    Of all where lupus struck blood cells at entry; of white cells also where these alone were too few then.
    """
    blood = np.asarray(parameters["sledai.has_blood"]) > 0
    white = blood | (np.asarray(parameters["sledai.has_leukopenia"]) > 0)
    return {"haemoglobin": blood, "platelets": blood, "leukocytes": white, "neutrophils": white, "lymphocytes": white}


def _haematological(now: Findings, parameters: Parameters) -> Range:
    due: dict[str, Any] = dict(due_to_lupus(parameters))
    counts = BloodFindings(
        Haemoglobin(now.haemoglobin, "g/L"),
        Leukocytes(now.white_cells, "10^9/L"),
        Neutrophils(now.neutrophils, "10^9/L"),
        Lymphocytes(now.lymphocytes, "10^9/L"),
        Platelets(now.platelets, "10^9/L"),
        ttp=0,
        haemolysis=haemolysis(now.haemoglobin, now.organs["blood"], parameters),
        coombs_positive=False,
    )
    return haematological_grade(counts, ever_involved=np.logical_or.reduce(list(due.values())), due_to_disease=due)


def _renal(now: Findings, before: Findings, parameters: Parameters) -> Range:
    """From UPCR, filtration and sediment; protein in urine and a fall of filtration are lupus in nephritis only.

    A kidney that was replaced has no filtration to lose.
    """
    nephritis = np.asarray(parameters["sledai.has_proteinuria"]) > 0
    measured, last = (RenalFindings(upcr=Upcr(one.upcr, "g/g"), egfr=Egfr(one.egfr, "mL/min/1.73m2")) for one in (now, before))
    sediment = sledai_answers(now.marks)["HEMATURIA"]
    signs = RenalSigns(accelerated_hypertension=False, active_sediment=sediment, biopsy_activity=False, nephrotic_syndrome=False)
    filtering = nephritis & ~np.isnan(now.egfr)
    due = {"proteinuria": nephritis, "renal_deterioration": filtering, "blood_pressure": False}
    return renal_grade(measured, last, signs, ever_involved=nephritis, due_to_disease=due)
