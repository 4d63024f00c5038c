"""Systemic sclerosis: the modified Rodnan skin score, the ACR-CRISS of 2016 and the revised CRISS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from scipy.special import expit

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.other_diseases.named_points import Points, YesNo, points, read_points
from immunoreset.endpoints.quantities import GlobalAssessment, need
from immunoreset.endpoints.together import choose, count, rising, total
from immunoreset.errors import unknown

RevisedPercent = Literal[20, 25, 30, 50]

_PAIRED_SITES = ("fingers", "hand", "forearm", "upper arm", "thigh", "lower leg", "foot")
SITES = ("face", "anterior chest", "abdomen", *(f"{side} {site}" for site in _PAIRED_SITES for side in ("right", "left")))
THICKEST = 3
HIGHEST_SKIN_SCORE = THICKEST * len(SITES)
HIGHEST_HAQ, HIGHEST_CAPACITY = 3, 200  # capacity in % of the predicted

CRISS_CONSTANT = -5.54
CRISS_SLOPES = {"skin": -0.81, "capacity": 0.21, "patient_global": -0.40, "physician_global": -0.44, "haq": -3.41}
CRISS_IMPROVED = 0.60
REVISED_NEEDED, REVISED_CAPACITY = 3, 5  # of five measures; % by which FVC must rise, whatever is asked of the others


def skin_score(sites: Mapping[str, Points]) -> Range:
    """The modified Rodnan skin score: 17 sites of 0 to 3 added up, 0 to 51; a site that is not named is missing.

    >>> skin_score(dict.fromkeys(SITES, 1)), skin_score({site: 2 for site in SITES if site != "face"})
    (Range(17), Range(32 to 35))

    Raises UnknownName for a site that is not among `SITES` and InvalidValue for a thickness outside 0 to 3.

    Source: sites recalled (high), to be checked against Khanna 2017.
    """
    return total(read_points("skin site", sites, SITES, highest=THICKEST).values())


@dataclass(frozen=True, eq=False)
class SclerosisVisit:
    """The CRISS core set at one visit, or at many; None is missing.

    `skin` is the modified Rodnan skin score, `capacity` the forced vital capacity in % of the predicted, `haq` the HAQ-DI.
    """

    skin: Points = None
    capacity: Points = None
    patient_global: GlobalAssessment | None = None
    physician_global: GlobalAssessment | None = None
    haq: Points = None

    def measures(self) -> CrissMeasures:
        """The five measures as numbers, both global assessments on 0 to 10."""
        return CrissMeasures(
            skin=points(self.skin, highest=HIGHEST_SKIN_SCORE, where="skin"),
            capacity=points(self.capacity, highest=HIGHEST_CAPACITY, where="capacity"),
            patient_global=need(GlobalAssessment, self.patient_global, "patient_global").to("0-10"),
            physician_global=need(GlobalAssessment, self.physician_global, "physician_global").to("0-10"),
            haq=points(self.haq, highest=HIGHEST_HAQ, where="haq"),
        )


class CrissMeasures(NamedTuple):
    """The five measures, or their changes from one visit to the next (`criss_changes`, `criss_improvements`)."""

    skin: Range
    capacity: Range
    patient_global: Range
    physician_global: Range
    haq: Range


def criss_changes(before: SclerosisVisit, now: SclerosisVisit) -> CrissMeasures:
    """Later minus earlier value of each measure: a negative change is better, but for the capacity.

    >>> criss_changes(SclerosisVisit(skin=30, haq=1), SclerosisVisit(skin=22, haq=1.5))[::4]
    (Range(-8), Range(0.5))
    """
    return CrissMeasures(*(second - first for first, second in zip(before.measures(), now.measures(), strict=True)))


def criss(changes: CrissMeasures, *, event: YesNo) -> Range:
    """The ACR-CRISS of 2016: the predicted probability that the patient has improved; at least 0.60 counts as improved.

    `event` says whether an event of step 1 has happened (`criss_events.criss_event`); the probability is then 0.

    >>> change = CrissMeasures(*(Range.of(number) for number in (-8, 2, -1, -2, -0.25)))
    >>> criss(change, event=False).rounded(4), criss(change, event=True)
    (Range(0.9705), Range(0))

    Source: Khanna 2016, PMC4818571, table 11; the stored copy had lost its minus signs, which were restored from the direction of
    each measure (high), to be checked against the paper.
    """
    score = CRISS_CONSTANT + total(change * CRISS_SLOPES[name] for name, change in changes._asdict().items())
    return choose(Answer.of(event), 0, rising(expit, score))


def criss_improved(probability: Range) -> Answer:
    """Whether the CRISS counts as improvement.

    >>> criss_improved(Range.of(0.6))
    Answer(True)
    """
    return probability >= CRISS_IMPROVED


def criss_improvements(before: SclerosisVisit, now: SclerosisVisit) -> CrissMeasures:
    """Improvement of each measure in % of its value before: a fall, but for the capacity a rise.

    A measure that was 0 before cannot improve: interpretation, the definition is silent.

    >>> criss_improvements(SclerosisVisit(skin=20, capacity=80), SclerosisVisit(skin=15, capacity=84))[:2]
    (Range(25), Range(5))
    """
    rises = {name: relative_change(first, second) for name, (first, second) in _pairs(before, now).items()}
    return CrissMeasures(**{name: rise if name == "capacity" else 0 - rise for name, rise in rises.items()})


def _pairs(before: SclerosisVisit, now: SclerosisVisit) -> dict[str, tuple[Range, Range]]:
    later = now.measures()._asdict()
    return {name: (first, later[name]) for name, first in before.measures()._asdict().items()}


def relative_change(before: Range, now: Range) -> Range:
    """Rise in % of the value before; 0 where that was 0.

    >>> relative_change(Range.of(80), Range.of(72)), relative_change(Range.of(0), Range.of(5))
    (Range(-10), Range(0))
    """
    return choose(before.equals(0), 0, (now / before - 1) * 100)


def revised_criss(improvements: CrissMeasures, *, percent: RevisedPercent, event: YesNo) -> Answer:
    """The revised CRISS: at least 3 of 5 measures improved by `percent` (the capacity by 5 %), and no event of step 1.

    >>> better = CrissMeasures(*(Range.of(number) for number in (25, 5, 20, 10, 0)))
    >>> [revised_criss(better, percent=percent, event=False).value for percent in (20, 25)]
    [True, False]

    Raises UnknownName for a percentage other than 20, 25, 30 and 50.

    Source: PMC10750249; 5 % for the capacity: DGRh 2023, egms 23dgrh136.
    """
    if percent not in get_args(RevisedPercent):
        raise unknown("revised CRISS", str(percent), map(str, get_args(RevisedPercent)))
    wanted = dict.fromkeys(improvements._fields, percent) | {"capacity": REVISED_CAPACITY}
    improved = count(value >= wanted[name] for name, value in improvements._asdict().items())
    return (improved >= REVISED_NEEDED) & ~Answer.of(event)
