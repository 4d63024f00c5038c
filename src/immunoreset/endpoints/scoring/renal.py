"""Kidney function and renal responses at every visit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus import kidney, renal
from immunoreset.endpoints.quantities import Creatinine, Egfr, Upcr
from immunoreset.endpoints.scoring.lupus import since_baseline
from immunoreset.endpoints.scoring.result import Result
from immunoreset.endpoints.scoring.sheet import Sheet, take
from immunoreset.endpoints.together import any_of, choose

ADULT = 18.0


def kidneys(sheet: Sheet) -> Iterator[Result]:
    """eGFR, and in lupus the renal responses by their trials' definitions, against baseline or the time before the flare."""
    if sheet.visits.has("CREAT", "EGFR"):
        made = sheet.made("EGFR", "CREAT")
        missing = sheet.missing("CREAT", "AGE", "SEX") | {"own kidneys": replaced(sheet).yes}
        yield Result("egfr", "eGFR", egfr_of(sheet), made, missing, unit="mL/min/1.73m2")
    if sheet.visits.has("UPCR") and not sheet.of_another_disease:
        yield from _responses(sheet)


def replaced(sheet: Sheet) -> Answer:
    """Whether dialysis or a transplant was recorded at or before the visit."""
    return since_baseline(sheet, "KIDNEY_REPLACEMENT")


def egfr_of(sheet: Sheet) -> Range:
    """As reported by the laboratory, else by CKD-EPI 2021 from creatinine, age and sex of adults.

    Undetermined once kidneys are replaced: creatinine of a patient on dialysis measures no filtration.
    """
    visits = sheet.visits
    rows = sheet.held("AGE")
    age = take(visits.number("AGE"), rows)
    sex_rows = sheet.held("SEX")
    sex = np.where(sex_rows < 0, "", visits.words("SEX")[sex_rows])
    adult = (age >= ADULT).yes
    creatinine = sheet.quantity(Creatinine, "CREAT", np.where(adult, np.arange(len(visits)), -1))
    estimated = kidney.egfr_ckd_epi_2021(creatinine, age=choose(Answer.of(adult), age, ADULT), sex=sex)
    estimated = Range(np.where(adult, estimated.low, 0.0), np.where(adult, estimated.high, np.inf))
    rate = choose(Answer.of(sheet.made("EGFR")), visits.number("EGFR"), estimated)
    gone = replaced(sheet).yes
    return Range(np.where(gone, 0.0, rate.low), np.where(gone, np.inf, rate.high))


def _responses(sheet: Sheet) -> Iterator[Result]:
    upcr, rate = sheet.quantity(Upcr, "UPCR"), egfr_of(sheet)
    known = np.isfinite(rate.high) | (rate.low > 0)
    egfr = Egfr(rate, Egfr.standard_unit())
    base_upcr = sheet.quantity(Upcr, "UPCR", sheet.baseline("UPCR"))
    rows = sheet.baseline_rows(known)
    base_egfr = Egfr(take(rate, rows), Egfr.standard_unit())
    before_flare = sheet.held("EGFR_PREFLARE")
    pre_flare = sheet.quantity(Egfr, "EGFR_PREFLARE", before_flare)
    failed = any_of([*(since_baseline(sheet, code) for code in ("TREATMENT_FAILURE", "DEATH", "DROPOUT")), replaced(sheet)])
    urine = sheet.protocol.urine
    missing = {**sheet.missing("UPCR"), "eGFR": ~rate.known}
    from_flare = missing | {"EGFR_PREFLARE": before_flare < 0}
    from_baseline = missing | {"baseline eGFR": ~take(rate, rows).known}
    after = sheet.made("UPCR") & sheet.after_baseline()

    definitions: dict[str, tuple[str, dict[str, np.ndarray], Callable[[], renal.RenalResponse]]] = {
        "perr": (
            "PERR (BLISS-LN)",
            from_flare,
            lambda: renal.perr_bliss_ln(upcr, egfr, pre_flare, treatment_failure=failed, specimen=urine),
        ),
        "crr_bliss": (
            "CRR (BLISS-LN)",
            from_flare,
            lambda: renal.crr_bliss_ln(upcr, egfr, pre_flare, treatment_failure=failed, specimen=urine),
        ),
        "crr_aurora": (
            "CRR (AURORA 1)",
            from_baseline | {"confirmation of the fall and daily steroid doses": np.ones(len(sheet.visits), dtype=bool)},
            lambda: renal.crr_aurora(
                upcr, egfr, base_egfr, drop_confirmed=None, low_dose_steroids=None, rescue=failed, specimen=urine
            ),
        ),
        "crr_regency": (
            "CRR (REGENCY)",
            from_baseline,
            lambda: renal.crr_regency(upcr, egfr, base_egfr, intercurrent_event=failed, specimen=urine),
        ),
        "proteinuric": (
            "Proteinuric response (REGENCY)",
            sheet.missing("UPCR"),
            lambda: renal.proteinuric_response_regency(upcr, intercurrent_event=failed, specimen=urine),
        ),
        "prr_aurora": (
            "Partial renal response (AURORA 1)",
            sheet.missing("UPCR") | {"baseline UPCR": sheet.baseline("UPCR") < 0},
            lambda: renal.partial_response_aurora(upcr, base_upcr, specimen=urine),
        ),
    }
    for name, (label, needed, respond) in definitions.items():
        yield Result(name, label, respond().response, after, needed)
