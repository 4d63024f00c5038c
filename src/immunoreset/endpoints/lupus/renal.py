"""Did treatment of lupus nephritis work, as each trial asked it: proteinuria, filtration, steroids and rescue.

The trials differ where it matters: proteinuria below 0.5 g/g or at most 0.5, filtration compared with the time before the
flare or with baseline. Every answer carries its parts, and the kind of urine specimen, which is reported and never assumed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import CellsPerField, Creatinine, Egfr, Prednisone, Upcr, need
from immunoreset.endpoints.together import all_of, is_any

Known = Answer | bool | ArrayLike | None
Specimen = str | ArrayLike | None
SPECIMENS = ("24 h", "first-morning void", "random")

HALF = 0.5
PERR_UPCR, PERR_SHARE, PERR_ENOUGH = 0.7, 0.80, 60.0
BLISS_UPCR, BLISS_SHARE, BLISS_ENOUGH = 0.5, 0.90, 90.0
AURORA_UPCR, AURORA_SHARE, AURORA_ENOUGH = 0.5, 0.80, 60.0
REGENCY_UPCR, REGENCY_SHARE, REGENCY_PROTEINURIC, REGENCY_DOSE = 0.5, 0.85, 0.8, 7.5
NOBILITY_UPCR, NOBILITY_RISE, NOBILITY_RED_CELLS = 0.5, 1.15, 10.0
ALLURE_UPCR, ALLURE_SHARE, ALLURE_NORMAL, ALLURE_DOSE = 0.5, 0.85, 90.0, 10.0
KDIGO_UPCR, KDIGO_PARTIAL_UPCR, KDIGO_FALL = 0.5, 3.0, 0.15


class RenalResponse(NamedTuple):
    """`response` is yes if every part is; a part that the definition does not have is yes. `specimen` is that of the UPCR."""

    response: Answer
    proteinuria: Answer
    filtration: Answer
    steroids: Answer
    others: Answer
    specimen: str | NDArray[np.str_]


def perr_bliss_ln(
    upcr: Upcr | None,
    egfr: Egfr | None,
    pre_flare_egfr: Egfr | None,
    *,
    treatment_failure: Known,
    specimen: Specimen,
) -> RenalResponse:
    """Primary efficacy renal response of BLISS-LN: UPCR at most 0.7 g/g, eGFR at least 80 % of pre-flare or at least 60.

    >>> perr_bliss_ln(Upcr(0.7, "g/g"), Egfr(50, "mL/min/1.73m2"), Egfr(62.5, "mL/min/1.73m2"),
    ...               treatment_failure=False, specimen="24 h").response
    Answer(True)

    Source: Furie 2020, doi:10.1056/NEJMoa2001180.
    """
    filtration = _kept(egfr, pre_flare_egfr, PERR_SHARE) | _at_least(egfr, PERR_ENOUGH)
    return _response(_upcr(upcr) <= PERR_UPCR, filtration=filtration, others=~Answer.of(treatment_failure), specimen=specimen)


def crr_bliss_ln(
    upcr: Upcr | None,
    egfr: Egfr | None,
    pre_flare_egfr: Egfr | None,
    *,
    treatment_failure: Known,
    specimen: Specimen,
) -> RenalResponse:
    """Complete renal response of BLISS-LN: UPCR below 0.5 g/g, eGFR at least 90 % of pre-flare or at least 90.

    >>> crr_bliss_ln(Upcr(0.5, "g/g"), Egfr(95, "mL/min/1.73m2"), None, treatment_failure=None, specimen="24 h").response
    Answer(False)

    Source: Furie 2020, doi:10.1056/NEJMoa2001180.
    """
    filtration = _kept(egfr, pre_flare_egfr, BLISS_SHARE) | _at_least(egfr, BLISS_ENOUGH)
    return _response(_upcr(upcr) < BLISS_UPCR, filtration=filtration, others=~Answer.of(treatment_failure), specimen=specimen)


def crr_aurora(
    upcr: Upcr | None,
    egfr: Egfr | None,
    baseline_egfr: Egfr | None,
    *,
    drop_confirmed: Known,
    low_dose_steroids: Known,
    rescue: Known,
    specimen: Specimen,
) -> RenalResponse:
    """Complete renal response of AURORA 1: UPCR at most 0.5, eGFR at least 60 or no confirmed fall of more than 20 %.

    `drop_confirmed` says whether a second sample confirmed the fall from baseline; `low_dose_steroids` is the answer of
    `renal_steroids.low_dose_aurora` for weeks 44 to 52.

    >>> crr_aurora(Upcr(0.4, "g/g"), Egfr(50, "mL/min/1.73m2"), Egfr(70, "mL/min/1.73m2"), drop_confirmed=True,
    ...            low_dose_steroids=True, rescue=False, specimen="first-morning void").filtration
    Answer(False)

    Source: Rovin 2021, doi:10.1016/S0140-6736(21)00578-X.
    """
    fallen = ~_kept(egfr, baseline_egfr, AURORA_SHARE) & Answer.of(drop_confirmed)
    return _response(
        _upcr(upcr) <= AURORA_UPCR,
        filtration=_at_least(egfr, AURORA_ENOUGH) | ~fallen,
        steroids=Answer.of(low_dose_steroids),
        others=~Answer.of(rescue),
        specimen=specimen,
    )


def partial_response_aurora(upcr: Upcr | None, baseline_upcr: Upcr | None, *, specimen: Specimen) -> RenalResponse:
    """Partial renal response of AURORA 1: UPCR down by at least half from baseline.

    Source: Rovin 2021, doi:10.1016/S0140-6736(21)00578-X; recalled, to be checked against it.
    """
    return _response(_halved(upcr, baseline_upcr), specimen=specimen)


def crr_regency(
    upcr: Upcr | None, egfr: Egfr | None, baseline_egfr: Egfr | None, *, intercurrent_event: Known, specimen: Specimen
) -> RenalResponse:
    """Complete renal response of REGENCY: UPCR below 0.5, eGFR at least 85 % of baseline, no intercurrent event.

    Rescue, treatment failure, death and early withdrawal are intercurrent events.

    >>> crr_regency(Upcr(49, "mg/mmol"), Egfr(85, "mL/min/1.73m2"), Egfr(100, "mL/min/1.73m2"),
    ...             intercurrent_event=False, specimen="24 h").response
    Answer(True)

    Source: Furie 2025, doi:10.1056/NEJMoa2410965.
    """
    return _response(
        _upcr(upcr) < REGENCY_UPCR,
        filtration=_kept(egfr, baseline_egfr, REGENCY_SHARE),
        others=~Answer.of(intercurrent_event),
        specimen=specimen,
    )


def crr_regency_with_steroids(
    upcr: Upcr | None,
    egfr: Egfr | None,
    baseline_egfr: Egfr | None,
    *,
    highest_dose: Prednisone | None,
    intercurrent_event: Known,
    specimen: Specimen,
) -> RenalResponse:
    """`crr_regency` with prednisone at most 7.5 mg a day; `highest_dose` is the highest daily dose of weeks 64 to 76.

    Source: Furie 2025, doi:10.1056/NEJMoa2410965.
    """
    found = crr_regency(upcr, egfr, baseline_egfr, intercurrent_event=intercurrent_event, specimen=specimen)
    steroids = need(Prednisone, highest_dose, "highest_dose").to("mg/day") <= REGENCY_DOSE
    return found._replace(response=found.response & steroids, steroids=steroids)


def proteinuric_response_regency(upcr: Upcr | None, *, intercurrent_event: Known, specimen: Specimen) -> RenalResponse:
    """Proteinuric response of REGENCY: UPCR below 0.8 without an intercurrent event.

    Source: Furie 2025, doi:10.1056/NEJMoa2410965.
    """
    return _response(_upcr(upcr) < REGENCY_PROTEINURIC, others=~Answer.of(intercurrent_event), specimen=specimen)


def crr_nobility(
    upcr: Upcr | None,
    creatinine: Creatinine | None,
    baseline_creatinine: Creatinine | None,
    *,
    upper_limit: Creatinine | None,
    red_cells: CellsPerField | None,
    red_cell_casts: Known,
    specimen: Specimen,
) -> RenalResponse:
    """Complete renal response of NOBILITY: UPCR below 0.5, creatinine normal and at most 115 % of baseline, bland sediment.

    `upper_limit` is the laboratory's for creatinine; fewer than 10 red cells per field and no red-cell casts are allowed.

    Source: Furie 2022, doi:10.1136/annrheumdis-2021-220920; recalled, to be checked against it.
    """
    serum = need(Creatinine, creatinine, "creatinine").to("mg/dL")
    normal = serum <= need(Creatinine, upper_limit, "upper_limit").to("mg/dL")
    stable = serum <= need(Creatinine, baseline_creatinine, "baseline_creatinine").to("mg/dL") * NOBILITY_RISE
    few_cells = need(CellsPerField, red_cells, "red_cells").to("/hpf") < NOBILITY_RED_CELLS
    return _response(
        _upcr(upcr) < NOBILITY_UPCR,
        filtration=normal & stable,
        others=few_cells & ~Answer.of(red_cell_casts),
        specimen=specimen,
    )


def crr_allure(
    upcr: Upcr | None,
    egfr: Egfr | None,
    baseline_egfr: Egfr | None,
    *,
    highest_dose: Prednisone | None,
    cellular_casts: Known,
    specimen: Specimen,
    normal_egfr: float = ALLURE_NORMAL,
) -> RenalResponse:
    """Complete renal response of ALLURE: UPCR below 0.5, eGFR normal or at least 85 % of baseline, at most 10 mg prednisone.

    `highest_dose` is the highest daily dose of the last 28 days. The paper does not say what a normal eGFR is: 90
    mL/min/1.73 m² is an interpretation.

    Source: Wofsy 2015, doi:10.1186/s13075-015-0621-6, table 3.
    """
    return _response(
        _upcr(upcr) < ALLURE_UPCR,
        filtration=_at_least(egfr, normal_egfr) | _kept(egfr, baseline_egfr, ALLURE_SHARE),
        steroids=need(Prednisone, highest_dose, "highest_dose").to("mg/day") <= ALLURE_DOSE,
        others=~Answer.of(cellular_casts),
        specimen=specimen,
    )


def complete_response_kdigo_2024(
    upcr: Upcr | None,
    egfr: Egfr | None,
    baseline_egfr: Egfr | None,
    *,
    specimen: Specimen,
    allowed_fall: float = KDIGO_FALL,
) -> RenalResponse:
    """Complete response of KDIGO 2024: UPCR below 0.5 g/g and a stable eGFR, within 6 to 12 months.

    `allowed_fall` of eGFR is a share of baseline; the guideline says 10 to 15 %.

    Source: KDIGO 2024 lupus nephritis guideline; recalled, to be checked against it.
    """
    filtration = _kept(egfr, baseline_egfr, 1 - allowed_fall)
    return _response(_upcr(upcr) < KDIGO_UPCR, filtration=filtration, specimen=specimen)


def partial_response_kdigo_2024(
    upcr: Upcr | None,
    baseline_upcr: Upcr | None,
    egfr: Egfr | None,
    baseline_egfr: Egfr | None,
    *,
    specimen: Specimen,
    allowed_fall: float = KDIGO_FALL,
) -> RenalResponse:
    """Partial response of KDIGO 2024: UPCR down by at least half and below 3 g/g, and a stable eGFR.

    Source: KDIGO 2024 lupus nephritis guideline; recalled, to be checked against it.
    """
    proteinuria = _halved(upcr, baseline_upcr) & (_upcr(upcr) < KDIGO_PARTIAL_UPCR)
    return _response(proteinuria, filtration=_kept(egfr, baseline_egfr, 1 - allowed_fall), specimen=specimen)


def _upcr(upcr: Upcr | None) -> Range:
    return need(Upcr, upcr, "upcr").to("g/g")


def _halved(upcr: Upcr | None, baseline: Upcr | None) -> Answer:
    return _upcr(upcr) <= need(Upcr, baseline, "baseline_upcr").to("g/g") * HALF


def _kept(egfr: Egfr | None, reference: Egfr | None, share: float) -> Answer:
    unit = Egfr.standard_unit()
    return need(Egfr, egfr, "egfr").to(unit) >= need(Egfr, reference, "the earlier egfr").to(unit) * share


def _at_least(egfr: Egfr | None, enough: float) -> Answer:
    return need(Egfr, egfr, "egfr").to(Egfr.standard_unit()) >= enough


def _response(
    proteinuria: Answer,
    *,
    specimen: Specimen,
    filtration: Answer | bool = True,
    steroids: Answer | bool = True,
    others: Answer | bool = True,
) -> RenalResponse:
    function, low_dose, rest = Answer.of(filtration), Answer.of(steroids), Answer.of(others)
    every = all_of((proteinuria, function, low_dose, rest))
    return RenalResponse(every, proteinuria, function, low_dose, rest, read_specimen(specimen))


def read_specimen(specimen: Specimen) -> str | NDArray[np.str_]:
    """The kind of urine specimen as given, "" where not recorded. Raises UnknownName for a kind that is not in SPECIMENS."""
    answer = is_any(specimen, SPECIMENS, known=SPECIMENS)
    words = np.where(answer.decided, np.asarray("" if specimen is None else specimen), "").astype(str)
    return str(words) if words.ndim == 0 else words
