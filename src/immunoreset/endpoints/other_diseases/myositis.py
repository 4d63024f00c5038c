"""Myositis: the ACR/EULAR total improvement score (TIS) from six core set measures at two visits.

Weights: tables/tis_weights.csv; categories: tables/tis_categories.csv, both from PMC5577002, table 3. The ranges by which changes
are divided are recalled (medium-high), to be checked against Aggarwal 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple, get_args

import numpy as np

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.other_diseases.muscle_strength import MmtVersion, mmt_maximum
from immunoreset.endpoints.other_diseases.named_points import Points, points
from immunoreset.endpoints.quantities import Aldolase, Alt, Ast, CreatineKinase, GlobalAssessment, Ldh, Quantity, need
from immunoreset.endpoints.tables import read
from immunoreset.endpoints.together import all_of, choose, grade, total
from immunoreset.errors import InvalidValue, unknown

Measure = Literal["physician_global", "patient_global", "haq", "enzyme", "extramuscular", "strength"]
Population = Literal["adult", "JDM"]
CATEGORIES = ("none", "minimal", "moderate", "major")

HIGHEST_HAQ = 3
HIGHEST_SCALE = 10  # of the visual analogue scales
ENZYME_RANGES: dict[type[Quantity], float] = {CreatineKinase: 15, Aldolase: 6, Alt: 3, Ast: 3, Ldh: 3}  # multiples of the ULN
_ROWS: dict[Measure, str] = {
    "physician_global": "Physician global activity",
    "patient_global": "Patient global activity",
    "haq": "HAQ-DI (CHAQ)",
    "enzyme": "Muscle enzyme (most abnormal at baseline)",
    "extramuscular": "Extramuscular activity",
    "strength": "Manual muscle testing (MMT)",
}


@dataclass(frozen=True, eq=False)
class Enzyme:
    """A muscle enzyme (CreatineKinase, Aldolase, Alt, Ast or Ldh) and the laboratory's upper limit of normal.

    Raises InvalidValue if the limit is of another kind or is not above 0, or the enzyme is none of the five.
    """

    value: Quantity
    upper_limit: Quantity

    def __post_init__(self) -> None:
        if type(self.value) not in ENZYME_RANGES:
            raise InvalidValue(f"enzyme: one of {', '.join(k.__name__ for k in ENZYME_RANGES)} is needed, not {self.value!r}")
        limit = need(type(self.value), self.upper_limit, "upper_limit").to(self.value.standard_unit())
        if (limit.high <= 0).any():
            raise InvalidValue(f"upper_limit: the upper limit of normal must be above 0, not {self.upper_limit!r}")

    def share(self) -> Range:
        """The part of the enzyme's range: 1 for a CK of 15 times its upper limit.

        >>> Enzyme(CreatineKinase(300, "U/L"), CreatineKinase(200, "U/L")).share()
        Range(0.1)
        """
        unit = self.value.standard_unit()
        return self.value.to(unit) / (self.upper_limit.to(unit) * ENZYME_RANGES[type(self.value)])


@dataclass(frozen=True, eq=False)
class MyositisVisit:
    """The IMACS core set at one visit, or at many; None is missing.

    `strength` is the total of manual muscle testing, `haq` the HAQ disability index or the CHAQ (0 to 3), `enzymes` those that
    the study follows; one that is listed without a value at the first visit may have been the most abnormal.
    """

    physician_global: GlobalAssessment | None = None
    patient_global: GlobalAssessment | None = None
    haq: Points = None
    enzymes: Sequence[Enzyme] = ()
    extramuscular: GlobalAssessment | None = None
    strength: Points = None


class TotalImprovement(NamedTuple):
    """The total improvement score (0 to 100) and the points of each measure."""

    score: Range
    parts: dict[Measure, Range]


def total_improvement(before: MyositisVisit, now: MyositisVisit, *, mmt: MmtVersion) -> TotalImprovement:
    """The total improvement score between two visits; worsening scores 0, never less.

    Raises UnknownName for a version of manual muscle testing and InvalidValue for values that are impossible.

    >>> ill, well = GlobalAssessment(6, "0-10"), GlobalAssessment(25, "0-100")
    >>> before = MyositisVisit(physician_global=ill, patient_global=ill, extramuscular=ill, haq=1.5, strength=110)
    >>> now = MyositisVisit(physician_global=well, patient_global=well, extramuscular=well, haq=0.75, strength=135)
    >>> total_improvement(before, now, mmt="MMT-8 bilateral").score
    Range(67.5 to 75)

    Source: PMC5577002, table 3.
    """
    percents = improvement_percents(before, now, mmt=mmt)
    parts: dict[Measure, Range] = {measure: improvement_points(measure, percent) for measure, percent in percents.items()}
    return TotalImprovement(total(parts.values()), parts)


def improvement_percents(before: MyositisVisit, now: MyositisVisit, *, mmt: MmtVersion) -> dict[Measure, Range]:
    """Improvement of each measure in % of its range; below 0 for worsening.

    >>> percents = improvement_percents(MyositisVisit(haq=1.5), MyositisVisit(haq=0.75), mmt="MMT-24")
    >>> percents["haq"]
    Range(25)
    """
    strongest = mmt_maximum(mmt)
    scales = {
        "physician_global": (before.physician_global, now.physician_global),
        "patient_global": (before.patient_global, now.patient_global),
        "extramuscular": (before.extramuscular, now.extramuscular),
    }
    falls = {name: _scale(first, name) - _scale(second, name) for name, (first, second) in scales.items()}
    haq = points(before.haq, highest=HIGHEST_HAQ, where="haq") - points(now.haq, highest=HIGHEST_HAQ, where="haq")
    rise = points(now.strength, highest=strongest, where=mmt) - points(before.strength, highest=strongest, where=mmt)
    return {
        "physician_global": falls["physician_global"] * (100 / HIGHEST_SCALE),
        "patient_global": falls["patient_global"] * (100 / HIGHEST_SCALE),
        "haq": haq * (100 / HIGHEST_HAQ),
        "enzyme": _enzyme_fall(before.enzymes, now.enzymes) * 100,
        "extramuscular": falls["extramuscular"] * (100 / HIGHEST_SCALE),
        "strength": rise * (100 / strongest),
    }


def _scale(value: GlobalAssessment | None, where: str) -> Range:
    return need(GlobalAssessment, value, where).to("0-10")


def _enzyme_fall(before: Sequence[Enzyme], now: Sequence[Enzyme]) -> Range:
    """Fall, as a share of its range, of the enzyme with the largest share of its own range at the first visit."""
    later = {type(enzyme.value): enzyme.share() for enzyme in now}
    if len(later) < len(now) or len({type(enzyme.value) for enzyme in before}) < len(before):
        raise InvalidValue("enzymes: the same enzyme is given twice; give each once for a visit")
    unmeasured = Range.of(None, lowest=0)
    if not before:
        return unmeasured - unmeasured
    shares = [enzyme.share() for enzyme in before]
    shapes = np.broadcast_shapes(*(share.low.shape for share in (*shares, *later.values())))
    low, high = np.full(shapes, np.inf), np.full(shapes, -np.inf)
    for place, (enzyme, share) in enumerate(zip(before, shares, strict=True)):
        others = shares[:place] + shares[place + 1 :]
        worst = all_of([*(share > other for other in shares[:place]), *(share >= other for other in shares[place + 1 :])])
        at_least = np.max([np.broadcast_to(one.low, shapes) for one in (share, *others)], axis=0)  # where it is the worst
        fall = Range(at_least, share.high) - later.get(type(enzyme.value), unmeasured)
        low, high = np.where(worst.no, low, np.minimum(low, fall.low)), np.where(worst.no, high, np.maximum(high, fall.high))
    return Range(low, high)


@cache
def _steps(measure: Measure) -> tuple[tuple[float, float], ...]:
    """(improvement that must be exceeded, points), ascending."""
    if measure not in _ROWS:
        raise unknown("measure of the total improvement score", measure, _ROWS)
    rows = [row for row in read("tis_weights") if row["measure"] == _ROWS[measure]]
    return tuple((float(row["gt_percent_improvement"]), float(row["points"])) for row in rows)


def improvement_points(measure: Measure, percent: Range) -> Range:
    """Points for the improvement of a measure in % of its range; each step is reached above its limit, not at it.

    >>> [improvement_points("physician_global", Range.of(percent)).value for percent in (5, 5.01, 40, 41)]
    [0.0, 7.5, 17.5, 20.0]

    Raises UnknownName for another measure.

    Source: PMC5577002, table 3.
    """
    result = Range.of(np.zeros_like(percent.low))
    for limit, worth in _steps(measure):
        result = choose(percent > limit, worth, result) if np.isfinite(limit) else result + worth
    return result


def highest_improvement() -> float:
    """The most that the six measures can give together.

    >>> highest_improvement()
    100.0
    """
    return sum(max(worth for _, worth in _steps(measure)) for measure in _ROWS)


def improvement_category(score: Range, *, population: Population) -> Range:
    """0 none, 1 minimal, 2 moderate, 3 major improvement (`CATEGORIES`, by `together.named`).

    >>> improvement_category(Range.of(40), population="adult"), improvement_category(Range.of(40), population="JDM")
    (Range(2), Range(1))

    Raises UnknownName for another population.

    Source: PMC5577002, table 3.
    """
    if population not in get_args(Population):
        raise unknown("population", population, get_args(Population))
    limits = {row["category"]: float(row["tis_ge"]) for row in read("tis_categories") if row["population"].startswith(population)}
    return grade(*(score >= limits[category] for category in CATEGORIES[1:]))
