"""The renal grade of BILAG-2004, from urine, kidney function and blood pressure now and at the visit before.

The rules are recalled (medium-high): to be checked against Yee 2007, doi:10.1002/art.23130, before any claim of conformity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import BloodPressure, Creatinine, Egfr, Quantity, Uacr, Upcr, UrineProtein, need
from immunoreset.endpoints.together import any_of, count, grade
from immunoreset.errors import unknown

Known = Answer | bool | ArrayLike | None

DIPSTICK_HIGHEST = 4
DIPSTICK_A_RISE, DIPSTICK_B_RISE, DIPSTICK_B, DIPSTICK_C = 2, 1, 2, 1
PROTEIN = {"A": 1.0, "B": 0.5, "C": 0.25}  # g in 24 h
RATIO = {"A": 100.0, "B": 50.0, "C": 25.0}  # mg/mmol, of protein or of albumin
NOT_FALLEN = 0.75  # of the value before
CREATININE, CREATININE_A, CREATININE_B = 130.0, 1.30, 1.15  # umol/L, and as a share of the value before
GFR_LOW, GFR_SHARE, GFR_VERY_LOW = 80.0, 0.67, 50.0
SYSTOLIC, DIASTOLIC, SYSTOLIC_RISE, DIASTOLIC_RISE = 140.0, 90.0, 30.0, 15.0
FEATURES_FOR_A = 2
FEATURES = (
    "proteinuria",
    "accelerated_hypertension",
    "renal_deterioration",
    "active_sediment",
    "biopsy_activity",
    "nephrotic_syndrome",
)
ONE_OF = ("proteinuria", "active_sediment", "biopsy_activity")  # at least one of these for an A


@dataclass(frozen=True, eq=False)
class RenalFindings:
    """Measurements of one visit, or of many; None is missing.

    `dipstick` is protein from 0 (none or trace) to 4 (++++); it counts only where no better measure of protein was made.
    Of the measures of protein, and of creatinine and GFR, those that were made count; one is enough.
    """

    dipstick: Range | ArrayLike | None = None
    urine_protein: UrineProtein | None = None
    upcr: Upcr | None = None
    uacr: Uacr | None = None
    creatinine: Creatinine | None = None
    egfr: Egfr | None = None
    systolic: BloodPressure | None = None
    diastolic: BloodPressure | None = None


@dataclass(frozen=True, eq=False)
class RenalSigns:
    """What the clinician and the pathologist say; `biopsy_activity` is that of the last three months; None is missing."""

    accelerated_hypertension: Known = None
    active_sediment: Known = None
    biopsy_activity: Known = None
    nephrotic_syndrome: Known = None


def renal_grade(
    now: RenalFindings,
    before: RenalFindings,
    signs: RenalSigns,
    *,
    ever_involved: Known,
    first_visit: Known = False,
    due_to_disease: Mapping[str, Known] | None = None,
) -> Range:
    """Ordinal of the renal grade (E 0, D 1, C 2, B 3, A 4).

    `first_visit` says that there is no visit before: then nothing has fallen or risen. `due_to_disease` says of single
    findings, by the names of FEATURES and "blood_pressure", whether lupus is their cause; the others count as not
    adjudicated otherwise. Raises UnknownName for another finding.

    >>> signs = RenalSigns(False, active_sediment=True, biopsy_activity=False, nephrotic_syndrome=False)
    >>> now, before = RenalFindings(upcr=Upcr(150, "mg/mmol")), RenalFindings(upcr=Upcr(140, "mg/mmol"))
    >>> renal_grade(now, before, signs, ever_involved=True)
    Range(4)

    Source: tables/bilag2004.csv; recalled (medium-high), to be checked against Yee 2007, doi:10.1002/art.23130.
    """
    names, causes = (*FEATURES, "blood_pressure"), due_to_disease or {}
    for name in causes:
        if name not in names:
            raise unknown("renal finding", name, names)
    due = {name: Answer.of(causes.get(name, True)) for name in names}
    first = Answer.of(first_visit)
    protein, function = _protein(now, before, first), _function(now, before, first)
    said = {
        "proteinuria": protein.a,
        "accelerated_hypertension": signs.accelerated_hypertension,
        "renal_deterioration": function.a,
        "active_sediment": signs.active_sediment,
        "biopsy_activity": signs.biopsy_activity,
        "nephrotic_syndrome": signs.nephrotic_syndrome,
    }
    present = {name: Answer.of(said[name]) & due[name] for name in FEATURES}
    is_a = (count(present.values()) >= FEATURES_FOR_A) & any_of(present[name] for name in ONE_OF)
    is_b = any_of(present.values()) | (protein.b & due["proteinuria"]) | (function.b & due["renal_deterioration"])
    is_c = (protein.c & due["proteinuria"]) | (_blood_pressure(now, before, first) & due["blood_pressure"])
    return grade(Answer.of(ever_involved), is_c, is_b, is_a)


class _Level(NamedTuple):
    """What a measurement says for grades A, B and C."""

    a: Answer
    b: Answer
    c: Answer


class _Measured(NamedTuple):
    """One kind of measurement now and before, and where it was made now."""

    now: Range
    before: Range
    made: np.ndarray

    def where_made(self, answer: Answer) -> Answer:
        return Answer(answer.yes & self.made, answer.no | ~self.made)


def _measured(kind: type[Quantity], pair: tuple[Quantity | None, Quantity | None], name: str, unit: str) -> _Measured:
    now, before = (need(kind, one, name).to(unit) for one in pair)
    return _Measured(now, before, np.isfinite(now.high) | (now.low > 0))


def _where_any(measures: list[_Measured], answers: list[Answer]) -> Answer:
    """Yes where a measure that was made says so, undecided where none was made."""
    made = np.logical_or.reduce(np.broadcast_arrays(*(measure.made for measure in measures)))
    found = any_of(measure.where_made(answer) for measure, answer in zip(measures, answers, strict=True))
    return Answer(found.yes & made, found.no & made)


def _protein(now: RenalFindings, before: RenalFindings, first: Answer) -> _Level:
    measures = [
        _measured(UrineProtein, (now.urine_protein, before.urine_protein), "urine_protein", "g/day"),
        _measured(Upcr, (now.upcr, before.upcr), "upcr", "mg/mmol"),
        _measured(Uacr, (now.uacr, before.uacr), "uacr", "mg/mmol"),
    ]
    limits = [PROTEIN, RATIO, RATIO]
    lasting = [first | (one.now > one.before * NOT_FALLEN) for one in measures]
    severe = [(one.now > by["A"]) & held for one, by, held in zip(measures, limits, lasting, strict=True)]
    moderate = [(one.now >= by["B"]) & held for one, by, held in zip(measures, limits, lasting, strict=True)]
    slight = [one.now > by["C"] for one, by in zip(measures, limits, strict=True)]

    level = Range.of(now.dipstick, lowest=0, highest=DIPSTICK_HIGHEST)
    rise = level - Range.of(before.dipstick, lowest=0, highest=DIPSTICK_HIGHEST)
    by_dipstick = _Level(
        (rise >= DIPSTICK_A_RISE) & ~first,
        (rise >= DIPSTICK_B_RISE) & (level >= DIPSTICK_B) & ~first,
        level >= DIPSTICK_C,
    )
    better = np.logical_or.reduce(np.broadcast_arrays(*(measure.made for measure in measures)))

    def either(answers: list[Answer], dipstick: Answer) -> Answer:
        measured = _where_any(measures, answers)
        return Answer(np.where(better, measured.yes, dipstick.yes), np.where(better, measured.no, dipstick.no))

    return _Level(either(severe, by_dipstick.a), either(moderate, by_dipstick.b), either(slight, by_dipstick.c))


def _function(now: RenalFindings, before: RenalFindings, first: Answer) -> _Level:
    serum = _measured(Creatinine, (now.creatinine, before.creatinine), "creatinine", "umol/L")
    gfr = _measured(Egfr, (now.egfr, before.egfr), "egfr", Egfr.standard_unit())
    high = (serum.now > CREATININE) & ~first
    never_measured = Answer.of(~(np.isfinite(gfr.before.high) | (gfr.before.low > 0)))
    gone_low = (gfr.now < GFR_VERY_LOW) & ((gfr.before > GFR_VERY_LOW) | never_measured | first)
    much_less = (gfr.now < GFR_LOW) & (gfr.now < gfr.before * GFR_SHARE) & ~first
    severe = _where_any([serum, gfr], [high & (serum.now > serum.before * CREATININE_A), gone_low | much_less])
    moderate = _where_any([serum, gfr], [high & (serum.now >= serum.before * CREATININE_B), Answer.of(False)])
    return _Level(severe, moderate, Answer.of(False))


def _blood_pressure(now: RenalFindings, before: RenalFindings, first: Answer) -> Answer:
    def risen(get: Callable[[RenalFindings], BloodPressure | None], limit: float, by: float) -> Answer:
        value = need(BloodPressure, get(now), "blood pressure").to("mmHg")
        earlier = need(BloodPressure, get(before), "blood pressure").to("mmHg")
        return (value > limit) & (value - earlier >= by)

    systolic = risen(lambda found: found.systolic, SYSTOLIC, SYSTOLIC_RISE)
    return systolic & risen(lambda found: found.diastolic, DIASTOLIC, DIASTOLIC_RISE) & ~first
