"""Which published rows of lupus the model can say, and how; of the others, why not.

A row that is read names its patients and what is read of them. Registers follow patients whom no population of the model is:
they are mixed of trial patients and of patients with nephritis in the share that the inception cohort found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from immunoreset.disease.lupus.chronicity import MEMBRANOUS, MIXED, PROLIFERATIVE
from immunoreset.validation.lupus.as_trials import (
    assessment_at_entry,
    bilag_improved,
    fatigue_response,
    flares,
    severe_at_entry,
    sledai_improved,
    sledai_on,
)
from immunoreset.validation.lupus.followed import Floats, Followed
from immunoreset.validation.lupus.long_run import (
    damage_by_dose,
    damage_per_year,
    deaths,
    died_by,
    filtration_change,
    new_damage_if_active,
    of_class,
    outcome,
    proteinuria_low,
    recovered,
)

REGISTER = "register"
"""Patients of a register: the first of the arm "nephritis" and of the arm "standard care", in the share of `NEPHRITIS_SHARE`."""
NEPHRITIS_SHARE = "hanly-2016/nephritis-inception-cohort-day1680"
Statistic = Callable[[Floats], float]


def mean(values: Floats) -> float:
    """Mean of those who have a value."""
    return float(np.nanmean(values)) if np.isfinite(values).any() else np.nan


def median(values: Floats) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else np.nan


def ratio(values: Floats) -> float:
    """Sum of the first column over that of the second."""
    above, below = values[:, 0].sum(), values[:, 1].sum()
    return float(above / below) if below > 0 else np.nan


def ratio_with_nephritis(values: Floats) -> float:
    """The same of patients with nephritis (third column), over that of the others."""
    has = values[:, 2] > 0
    others = ratio(values[~has])
    return ratio(values[has]) / others if others > 0 else np.nan


@dataclass(frozen=True)
class Reading:
    """What is read of the patients of an arm (a value each, or a line of a table), and what is made of them.

    `how` says it in words, with what makes the simulated patients others than the published ones.
    """

    arm: str
    how: str
    of: Callable[[Followed], Floats]
    statistic: Statistic = mean


_MIXED = "trial patients and nephritis mixed; they enter in active disease"
_TREATED = {"placebo": "standard care", "anifrolumab": "anifrolumab"}
_DOMAINS, _POOLED, _CLSP = "tulip-domains-2021", "tulip-pooled", "clsp-2019"
_NO_SKIN_SCORE = "extent and redness of the skin (CLASI) are no states of the model; its skin is one activity"
_NO_STEROID = "the steroid of refractory patients on standard care is not followed"
_NO_ANCESTRY = "the life table has no ancestry, which the model knows as a factor on damage alone"


def _of_trials() -> dict[str, Reading | str]:
    found: dict[str, Reading | str] = {}
    for group, arm in _TREATED.items():
        for domain in ("Musculoskeletal", "Mucocutaneous"):
            how = "BILAG A or B at entry, at least one grade lower at week 52"
            name = f"{_DOMAINS}/bilag-{domain.lower()}-improved-{group}-day364"
            found[name] = Reading(arm, how, bilag_improved(domain))
        how = "organ with points of SLEDAI-2K at entry, with fewer at week 52"
        found[f"{_DOMAINS}/sledai-mucocutaneous-improved-{group}-day364"] = Reading(arm, how, sledai_improved("SKIN"))
        how = "FACIT-F up by 3 points or more at week 52, without noise"
        found[f"{_POOLED}/facit-f-response-{group}-day364"] = Reading(arm, how, fatigue_response)
        how = "visits with a new BILAG A or two new B, over years in the trial"
        found[f"{_POOLED}/annualised-flare-rate-{group}"] = Reading(arm, how, flares, ratio)
        found[f"{_POOLED}/clasi50-{group}-day84"] = _NO_SKIN_SCORE
    how = "organ with points of SLEDAI-2K at entry, with fewer at week 52"
    for organ, code in (("immunological", "SEROLOGY"), ("musculoskeletal", "MSK")):
        found[f"{_DOMAINS}/sledai-{organ}-improved-placebo-day364"] = Reading("standard care", how, sledai_improved(code))
    return found | {
        f"{_POOLED}/pga-both": Reading("standard care", "physician's assessment at entry", assessment_at_entry),
        f"{_POOLED}/bilag-1-a-or-more-both": Reading("standard care", "any BILAG A at entry", severe_at_entry),
        f"{_POOLED}/sf36-mcs-response-placebo-day364": "mental health is not simulated; physical health is",
        f"{_POOLED}/active-joints-50-placebo-day364": "joints are not counted; their activity is one number",
        f"{_POOLED}/bicla-ifn-low-placebo": "the interferon signature is not simulated, so that nobody can be chosen by it",
    }


def _of_kidneys() -> dict[str, Reading | str]:
    how = "measured UPCR below 0.5 g/g at a quarterly visit until then"
    return {
        f"touma-2014/proteinuria-recovered-standard-care-ln-day{day}": Reading("nephritis", how, recovered(day))
        for day in (730, 1825)
    } | {
        NEPHRITIS_SHARE: "nephritis does not begin in a patient of the model; its share is given to a population",
        "hanly-2016/end-stage-kidney-disease-in-10-years-inception-cohort-day3650": Reading(
            REGISTER, f"{_MIXED}; who has no nephritis never gets it", outcome("eskd_year10")
        ),
        "hanly-2016/end-stage-kidney-disease-in-10-years-inception-cohort-with-nephritis-day3650": Reading(
            "nephritis", "eGFR below 15 within ten years; active nephritis at entry", outcome("eskd_year10")
        ),
        "aurora-2/egfr-slope-placebo-day1096": Reading(
            "nephritis",
            "eGFR of month 36 less that of month 12, of all and not only of those who went on",
            filtration_change(360.0, 1096.0),
        ),
    }


def _of_registers() -> dict[str, Reading | str]:
    times = "deaths over those of the life table in ten years"
    return {
        "hanly-2016/hazard-ratio-of-death-with-nephritis-inception-cohort-day3650": Reading(
            REGISTER, f"{times}, nephritis over the others, so that age and sex are alike", deaths, ratio_with_nephritis
        ),
        "petri-2012/sdi-gained-per-year-hopkins-cohort-day365": Reading(
            REGISTER, f"points a year over five years of the living; {_MIXED}", damage_per_year
        ),
        "urowitz-2020/sdi-progressed-toronto-sledai-6-day1825": Reading(
            REGISTER, f"SLEDAI-2K of 6 or more at entry, new damage in five years; {_MIXED}", new_damage_if_active(6.0)
        ),
        "hopkins-1168/death-hopkins-1168-day2555": Reading(REGISTER, _MIXED, died_by(2555.0)),
        "lee-2016/standardised-mortality-ratio": Reading(REGISTER, f"{times}; {_MIXED}", deaths, ratio),
        f"{_CLSP}/death-in-10-years-san-francisco-2007-17-day3285": Reading(
            REGISTER, f"{_MIXED}; a register of all ages is older", died_by(3285.0)
        ),
        **{
            f"{_CLSP}/standardised-mortality-ratio-san-francisco-{who}-day3285": _NO_ANCESTRY
            for who in ("white", "black", "hispanic", "asian")
        },
        "al-sawah-2015/hr-damage-prednisone20-vs-7-5-hopkins-cohort": Reading(
            "standard care", "damage at 20 mg over that at 7.5 mg; the effect per mg is from the same paper", damage_by_dose
        ),
    }


def _of_refractory() -> dict[str, Reading | str]:
    srsle = "aplc-srsle-2025"
    return {
        f"{srsle}/sledai-2k-srsle-standard-care": Reading("refractory", "SLEDAI-2K at entry", sledai_on(0.0), median),
        f"{srsle}/sledai-2k-srsle-standard-care-day182": Reading(
            "refractory", "SLEDAI-2K at the visit; standard care does nothing in refractory patients", sledai_on(182.0), median
        ),
        f"{srsle}/gc-free-remission-srsle-standard-care-day365": _NO_STEROID,
        "castle-2026/doris-day168": Reading("car-t", "DORIS remission at the visit", lambda seen: seen.on(168.0)["doris"]),
        "breakfree-1/off-immunosuppression-sle-day548": Reading(
            "car-t", "responded and no relapse by day 540; nobody is given a drug again", outcome("remission_day540")
        ),
        "carlysle/complete-renal-response": Reading(
            "car-t", "nephritis without class V, 1e6 cells/kg", of_class(PROLIFERATIVE, lambda seen: seen.on(364.0)["crr"])
        ),
    }


ROWS: Mapping[str, Reading | str] = _of_trials() | _of_kidneys() | _of_registers() | _of_refractory()
"""By the name of the row in the evidence: how it is read, or why it is not."""

ANCHORS = (
    "hanly-2016/end-stage-kidney-disease-in-10-years-inception-cohort-with-nephritis-day3650",
    "petri-2012/sdi-gained-per-year-hopkins-cohort-day365",
    "touma-2014/proteinuria-recovered-standard-care-ln-day730",
    "touma-2014/proteinuria-recovered-standard-care-ln-day1825",
    "aurora-2/egfr-slope-placebo-day1096",
)
"""Rows that say whether kidney and damage keep the right pace over years."""

CLASSES = {"III or IV": PROLIFERATIVE, "III or IV with V": MIXED, "V": MEMBRANOUS}
BY_CLASS: Mapping[str, Reading] = {
    "on mycophenolate, proteinuria recovered within 2 years": Reading("nephritis", "", recovered(730.0)),
    "on mycophenolate, proteinuria recovered within 5 years": Reading("nephritis", "", recovered(1825.0)),
    "on mycophenolate, kidney failure within 10 years": Reading("nephritis", "", outcome("eskd_year10")),
    "CAR-T cells, UPCR below 0.5 g/g on day 90": Reading("car-t", "", proteinuria_low(90.0)),
    "CAR-T cells, UPCR below 0.5 g/g on day 180": Reading("car-t", "", proteinuria_low(180.0)),
    "CAR-T cells, UPCR below 0.5 g/g on day 364": Reading("car-t", "", proteinuria_low(364.0)),
}
"""What is read of each class of nephritis apart; no publication in the evidence gives these by class."""
