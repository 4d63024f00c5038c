"""How well the kidneys filter, estimated from creatinine in serum: CKD-EPI 2021, Cockcroft-Gault, bedside Schwartz.

Creatinine follows muscle as well as kidney: in myositis or after long illness the estimate is too high.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Floats, Range
from immunoreset.endpoints.quantities import Creatinine, Egfr, Height, Weight, need
from immunoreset.endpoints.together import choose, is_any
from immunoreset.errors import InvalidValue

SEXES = ("F", "M")
ADULT_FROM = 18.0
OLDEST = 130.0

CKD_EPI_FACTOR, CKD_EPI_PER_YEAR, CKD_EPI_ABOVE, CKD_EPI_FEMALE = 142.0, 0.9938, -1.200, 1.012
CKD_EPI_TURN = {"F": 0.7, "M": 0.9}  # kappa, mg/dL
CKD_EPI_BELOW = {"F": -0.241, "M": -0.302}  # alpha
COCKCROFT_AGE, COCKCROFT_DIVISOR, COCKCROFT_FEMALE = 140.0, 72.0, 0.85
SCHWARTZ_FACTOR = 0.413


def egfr_ckd_epi_2021(creatinine: Creatinine | None, *, age: Range | ArrayLike | None, sex: str | ArrayLike | None) -> Range:
    """Glomerular filtration rate of adults in mL/min/1.73 m², without a term for race.

    `age` is in years; `sex` is "F" or "M", or an array of them. Raises InvalidValue for anybody under 18: the CKiD U25
    equation or `egfr_bedside_schwartz` is made for them.

    >>> egfr_ckd_epi_2021(Creatinine(70, "umol/L"), age=52, sex="F").rounded(1)
    Range(89.7)
    >>> egfr_ckd_epi_2021(Creatinine(0.9, "mg/dL"), age=40, sex=None).rounded(0)
    Range(83 to 111)

    Source: Inker 2021, NEJM 385:1737, as in pharmaverse admiral.
    """
    serum, years = need(Creatinine, creatinine, "creatinine").to("mg/dL"), _adult_age(age, "CKD-EPI 2021")

    def rate(which: str) -> Range:
        factor = CKD_EPI_FACTOR * (CKD_EPI_FEMALE if which == "F" else 1.0)

        def at(mg_dl: Floats, age_years: Floats) -> Floats:
            ratio = mg_dl / CKD_EPI_TURN[which]
            with np.errstate(divide="ignore"):
                below, above = np.minimum(ratio, 1) ** CKD_EPI_BELOW[which], np.maximum(ratio, 1) ** CKD_EPI_ABOVE
            return factor * below * above * CKD_EPI_PER_YEAR**age_years

        return Range(at(serum.high, years.high), at(serum.low, years.low))

    return choose(_is_female(sex), rate("F"), rate("M"))


def creatinine_of_egfr(egfr: Egfr | None, *, age: Range | ArrayLike | None, sex: str | ArrayLike | None) -> Range:
    """Creatinine in mg/dL of adults whose filtration CKD-EPI 2021 estimates as this: the inverse of `egfr_ckd_epi_2021`.

    `age` is in years; `sex` is "F" or "M", or an array of them. Raises InvalidValue for anybody under 18.

    >>> creatinine = creatinine_of_egfr(Egfr(89.7, "mL/min/1.73m2"), age=52, sex="F").rounded(2)
    >>> creatinine, egfr_ckd_epi_2021(Creatinine(0.79, "mg/dL"), age=52, sex="F").rounded(0)
    (Range(0.79), Range(90))

    Source: Inker 2021, NEJM 385:1737, solved for creatinine.
    """
    rate, years = need(Egfr, egfr, "egfr").to(Egfr.standard_unit()), _adult_age(age, "CKD-EPI 2021")

    def serum(which: str) -> Range:
        factor = CKD_EPI_FACTOR * (CKD_EPI_FEMALE if which == "F" else 1.0)

        def at(filtered: Floats, age_years: Floats) -> Floats:
            with np.errstate(divide="ignore"):
                share = np.log(filtered / (factor * CKD_EPI_PER_YEAR**age_years))
            return CKD_EPI_TURN[which] * np.exp(share / np.where(share > 0, CKD_EPI_BELOW[which], CKD_EPI_ABOVE))

        return Range(at(rate.high, years.high), at(rate.low, years.low))

    return choose(_is_female(sex), serum("F"), serum("M"))


def creatinine_clearance_cockcroft_gault(
    creatinine: Creatinine | None, *, age: Range | ArrayLike | None, sex: str | ArrayLike | None, weight: Weight | None
) -> Range:
    """Creatinine clearance of adults in mL/min, not scaled to body surface; many drug doses still refer to it.

    `age` is in years; `sex` is "F" or "M". Raises InvalidValue for anybody under 18.

    >>> creatinine_clearance_cockcroft_gault(Creatinine(1.09, "mg/dL"), age=55, sex="M", weight=Weight(90, "kg")).rounded(0)
    Range(97)

    Source: Cockcroft 1976, Nephron 16:31, as in pharmaverse admiral.
    """
    serum, years = need(Creatinine, creatinine, "creatinine").to("mg/dL"), _adult_age(age, "Cockcroft-Gault")
    mass = need(Weight, weight, "weight").to("kg")
    remaining = (COCKCROFT_AGE - years).clip(low=0)
    with np.errstate(invalid="ignore"):
        product = Range(np.nan_to_num(remaining.low * mass.low), np.nan_to_num(remaining.high * mass.high, posinf=np.inf))
    clearance = (product / (serum * COCKCROFT_DIVISOR)).clip(low=0)
    return choose(_is_female(sex), clearance * COCKCROFT_FEMALE, clearance)


def egfr_bedside_schwartz(creatinine: Creatinine | None, *, height: Height | None) -> Range:
    """Glomerular filtration rate of children and adolescents in mL/min/1.73 m².

    >>> egfr_bedside_schwartz(Creatinine(0.7, "mg/dL"), height=Height(1.40, "m")).rounded(1)
    Range(82.6)

    Source: Schwartz 2009, JASN 20:629; recalled, to be checked against the paper.
    """
    serum, tall = need(Creatinine, creatinine, "creatinine").to("mg/dL"), need(Height, height, "height").to("cm")
    return ((tall * SCHWARTZ_FACTOR) / serum).clip(low=0)


def _is_female(sex: str | ArrayLike | None) -> Answer:
    return is_any(sex, ["F"], known=SEXES)


def _adult_age(age: Range | ArrayLike | None, equation: str) -> Range:
    if not isinstance(age, Range):
        numbers = np.asarray(np.nan if age is None else age, dtype=float)
        if (young := numbers[numbers < ADULT_FROM]).size:
            raise InvalidValue(
                f"age {young.flat[0]:g}: {equation} is for adults of {ADULT_FROM:g} years or more; "
                "use CKiD U25 or egfr_bedside_schwartz (needs height) for the young"
            )
    return Range.of(age, lowest=ADULT_FROM, highest=OLDEST)
