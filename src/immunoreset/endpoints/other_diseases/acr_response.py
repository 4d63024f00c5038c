"""Rheumatoid arthritis: the ACR20, ACR50 and ACR70 responses between two visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.other_diseases.named_points import Points, points
from immunoreset.endpoints.quantities import Crp, Esr, GlobalAssessment, need
from immunoreset.endpoints.together import count
from immunoreset.errors import InvalidValue, unknown

Percent = Literal[20, 50, 70]

TENDER_JOINTS, SWOLLEN_JOINTS = 68, 66  # the longest counts in use
HIGHEST_HAQ = 3
OTHERS_NEEDED = 3  # of the five measures beside the joints


@dataclass(frozen=True, eq=False)
class AcrCoreSet:
    """The ACR core set at one visit, or at many; None is missing.

    `tender` and `swollen` are counts of the same joints at both visits, `haq` the HAQ disability index (0 to 3); the acute-phase
    `reactant` is CRP or ESR, the same one at both visits.
    """

    tender: Points = None
    swollen: Points = None
    pain: GlobalAssessment | None = None
    patient_global: GlobalAssessment | None = None
    physician_global: GlobalAssessment | None = None
    haq: Points = None
    reactant: Crp | Esr | None = None


def acr_response(before: AcrCoreSet, now: AcrCoreSet, *, percent: Percent) -> Answer:
    """Whether tender and swollen joints and at least 3 of the 5 other measures improved by 20, 50 or 70 %.

    A measure that was 0 before cannot improve: interpretation, the definition is silent. Raises InvalidValue for CRP at one visit
    and ESR at the other, and UnknownName for another percentage.

    >>> ill = dict(pain=GlobalAssessment(60, "0-100"), patient_global=GlobalAssessment(6, "0-10"), haq=2)
    >>> better = dict(pain=GlobalAssessment(40, "0-100"), patient_global=GlobalAssessment(4, "0-10"), haq=1)
    >>> before, now = AcrCoreSet(tender=10, swollen=10, **ill), AcrCoreSet(tender=8, swollen=8, **better)
    >>> acr_response(before, now, percent=20), acr_response(before, now, percent=50)
    (Answer(True), Answer(False))

    Source: Felson 1995, doi:10.1002/art.1780380602; recalled (high), to be checked against the paper.
    """
    if percent not in get_args(Percent):
        raise unknown("ACR response", str(percent), map(str, get_args(Percent)))
    earlier, later = _measures(before, now), _measures(now, before)
    improved = [_improved(first, second, percent) for first, second in zip(earlier, later, strict=True)]
    tender, swollen, *others = improved
    return tender & swollen & (count(others) >= OTHERS_NEEDED)


def _improved(before: Range, now: Range, percent: float) -> Answer:
    return (before > 0) & (now <= before * (1 - percent / 100))


def _measures(visit: AcrCoreSet, other: AcrCoreSet) -> list[Range]:
    scales = {"pain": visit.pain, "patient_global": visit.patient_global, "physician_global": visit.physician_global}
    return [
        points(visit.tender, highest=TENDER_JOINTS, where="tender joints"),
        points(visit.swollen, highest=SWOLLEN_JOINTS, where="swollen joints"),
        *(need(GlobalAssessment, scale, name).to("0-10") for name, scale in scales.items()),
        points(visit.haq, highest=HIGHEST_HAQ, where="haq"),
        _reactant(visit.reactant, other.reactant),
    ]


def _reactant(reactant: Crp | Esr | None, other: Crp | Esr | None) -> Range:
    kind = Esr if isinstance(reactant or other, Esr) else Crp
    if reactant is not None and other is not None and type(reactant) is not type(other):
        raise InvalidValue(f"reactant: {reactant!r} and {other!r} cannot be compared; give CRP or ESR at both visits")
    return need(kind, reactant, "reactant").to(kind.standard_unit())
