"""What a clinic would write in the chart of a simulated patient with lupus, so that scores are made of it as for a real one.

The model decides which signs there are; the functions of `endpoints` judge them. What the model does not simulate is written
as absent (fever from lupus, haemolysis, gut) or follows a stated assumption (the physician's assessment, how severe a sign is).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.disease.lupus.sledai import SIMULATED
from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus import states
from immunoreset.endpoints.lupus.bilag_grades import DOMAINS, from_domains
from immunoreset.endpoints.lupus.bilag_items import SAME, absent, domain_grade
from immunoreset.endpoints.lupus.bilag_renal import RenalFindings, RenalSigns, renal_grade
from immunoreset.endpoints.lupus.sledai import Sledai, sledai
from immunoreset.endpoints.lupus.sledai_items import CODES, Items, only
from immunoreset.endpoints.quantities import Pga, Prednisone, Upcr
from immunoreset.patient.signs import column

Floats = NDArray[np.float64]
Parameters = Mapping[str, float | Floats]

HIGHEST_PGA, PGA_DECIMALS = 3.0, 2
NO_SIGNS, NO_PGA, NO_PREDNISONE = only(), Pga(0.0, "0-3"), Prednisone(0.0, "mg/day")


class _Judged(NamedTuple):
    """What the rules say of every combination of signs, in the order of its number."""

    score: Sledai
    few: Answer
    """Whether it allows low disease activity, were nothing new."""
    none_counts: Answer
    """Whether it allows low disease activity, were all of it new."""


@cache
def _judged_once() -> _Judged:
    """Courses show a thousand combinations over and over: each is judged once, and looked up by its number."""
    items = sledai_answers(np.arange(2 ** len(SIMULATED)))
    few, none_counts = _low_activity(items, NO_SIGNS), _low_activity(NO_SIGNS, items)
    return _Judged(sledai(items, version="2K"), few, none_counts)


def _low_activity(items: Items, new: Items, *, pga: Pga = NO_PGA, prednisone: Prednisone = NO_PREDNISONE) -> Answer:
    """LLDAS of a patient without haemolysis and without signs in the gut."""
    return states.lldas(items, new=new, pga=pga, prednisone=prednisone, haemolytic_anaemia=False, gi_activity=False)


def _whole(marks: ArrayLike) -> NDArray[np.int64]:
    """Combinations of signs as whole numbers; what failed has none."""
    return np.rint(np.nan_to_num(np.asarray(marks, dtype=float))).astype(np.int64)


def _of(points: Range, numbers: NDArray[np.int64]) -> Range:
    """The points, known for every combination, of these."""
    values = points.low[numbers]
    return Range(values, values)


def sledai_answers(marks: ArrayLike) -> dict[str, Answer]:
    """All 24 SLEDAI items from the output `sledai_items`, in its shape; items that are not simulated are absent.

    >>> sorted(code for code, item in sledai_answers(5.0).items() if item.value)
    ['ARTHRITIS', 'PROTEINURIA']
    """
    numbers = _whole(marks)
    present = {code: (numbers >> place) & 1 == 1 for place, code in enumerate(SIMULATED)}
    never = np.zeros(numbers.shape, dtype=bool)
    return {code: Answer(yes=present.get(code, never), no=~present.get(code, never)) for code in CODES}


def sledai_score(marks: ArrayLike) -> Sledai:
    """SLEDAI-2K from the output `sledai_items`.

    >>> sledai_score(5.0).total
    Range(8)
    """
    every, numbers = _judged_once().score, _whole(marks)
    organs = {organ: _of(points, numbers) for organ, points in every.organs.items()}
    return Sledai(_of(every.total, numbers), _of(every.clinical, numbers), organs, every.version)


def physician_assessment(clinical: Range, scale: float | Floats) -> Pga:
    """PGA on 0 to 3, which rises with clinical SLEDAI-2K towards its maximum (assumed; no noise of the rater)."""
    return Pga(np.round(HIGHEST_PGA * -np.expm1(-clinical.low / scale), PGA_DECIMALS), "0-3")


@dataclass(frozen=True)
class Activity:
    """Lupus activity of some twins on some days: every array is twins x days.

    `marks` and `marks_before` are the output `sledai_items` at the visit and at the one before, `prednisolone` the dose in mg a
    day above that at entry, `immunosuppressed` 1 while an immunosuppressant is given, `background_steroid` what is left of the
    dose at entry; `parameters` are numbers or one per twin.
    """

    marks: Floats
    marks_before: Floats
    prednisolone: Floats
    immunosuppressed: Floats
    parameters: Parameters
    background_steroid: Floats | float = 0.0

    @cached_property
    def total(self) -> Range:
        """SLEDAI-2K."""
        return _of(_judged_once().score.total, _whole(self.marks))

    @cached_property
    def clinical(self) -> Range:
        """SLEDAI-2K without serology."""
        return _of(_judged_once().score.clinical, _whole(self.marks))

    @cached_property
    def pga(self) -> Pga:
        return physician_assessment(self.clinical, column(self.parameters["sledai.assessment_scale"]))

    @property
    def prednisone(self) -> Prednisone:
        """The dose above that at entry, and what is left of that."""
        return Prednisone(np.maximum(self.prednisolone, 0.0) + self.background_steroid, "mg/day")

    def doris(self) -> Answer:
        return states.doris(self.clinical, pga=self.pga, prednisone=self.prednisone)

    def drug_free_doris(self) -> Answer:
        return states.drug_free_doris(
            self.clinical,
            pga=self.pga,
            prednisone=self.prednisone,
            immunosuppressant=self.immunosuppressed,
            antimalarial=False,
        )

    def lldas(self) -> Answer:
        rule, now, before = _judged_once(), _whole(self.marks), _whole(self.marks_before)
        new = now & ~before
        signs = Answer(rule.few.yes[now] & rule.none_counts.yes[new], rule.few.no[now] | rule.none_counts.no[new])
        return signs & _low_activity(NO_SIGNS, NO_SIGNS, pga=self.pga, prednisone=self.prednisone)


def bilag(marks: Floats, inflammation: Floats, upcr: tuple[Floats, Floats], parameters: Parameters) -> Range:
    """BILAG-2004 grades (..., 9) of twins at one visit, from the signs of SLEDAI and UPCR in g/g at the visit and before it.

    All arrays are one per twin. A sign is severe where inflammation is far above the patient's cut for it (assumed).
    """
    signs = sledai_answers(marks)
    severe = np.asarray(parameters["sledai.severe_above"])

    def score(code: str, sign: str, *, when_severe: bool | None = None) -> Floats:
        """Item code of BILAG: same as before while the sign is there."""
        here = signs[code].yes
        if when_severe is not None:
            here = here & ((inflammation > severe * np.asarray(parameters[f"sledai.cut_{sign}"])) == when_severe)
        return np.where(here, float(SAME), 0.0)

    found = {
        "Mucocutaneous": {
            "skin_eruption_severe": score("RASH", "rash", when_severe=True),
            "skin_eruption_mild": score("RASH", "rash", when_severe=False),
            "major_cutaneous_vasculitis_thrombosis": score("VASCULITIS", "vasculitis", when_severe=True),
            "digital_infarcts_nodular_vasculitis": score("VASCULITIS", "vasculitis", when_severe=False),
            "alopecia_mild": score("ALOPECIA", "alopecia"),
            "mucosal_ulceration_mild": score("ULCERS", "ulcers"),
        },
        "Musculoskeletal": {
            "arthritis_severe": score("ARTHRITIS", "arthritis", when_severe=True),
            "arthritis_moderate": score("ARTHRITIS", "arthritis", when_severe=False),
        },
        "Cardiorespiratory": {"pleurisy_pericarditis": score("PLEURISY", "serositis")},
    }
    had = {
        "Mucocutaneous": [parameters[f"sledai.has_{sign}"] for sign in ("rash", "vasculitis", "alopecia", "ulcers")],
        "Musculoskeletal": [parameters["sledai.has_arthritis"]],
        "Cardiorespiratory": [parameters["sledai.has_serositis"]],
    }
    grades = {
        domain: domain_grade(domain, absent(domain) | items, ever_involved=np.sum(np.broadcast_arrays(*had[domain]), axis=0) > 0)
        for domain, items in found.items()
    }
    never = Range.of(np.zeros(np.shape(marks)))
    others = {domain: never for domain in DOMAINS if domain not in grades and domain != "Renal"}
    return from_domains({**others, **grades, "Renal": _renal(signs["HEMATURIA"], upcr, parameters)})


def _renal(sediment: Answer, upcr: tuple[Floats, Floats], parameters: Parameters) -> Range:
    now, before = (RenalFindings(upcr=Upcr(one, "g/g"), egfr=None) for one in upcr)
    signs = RenalSigns(accelerated_hypertension=False, active_sediment=sediment, biopsy_activity=False, nephrotic_syndrome=False)
    return renal_grade(
        now,
        before,
        signs,
        ever_involved=np.asarray(parameters["sledai.has_proteinuria"]) > 0,
        due_to_disease={"renal_deterioration": False, "blood_pressure": False},  # kidney function is not simulated
    )
