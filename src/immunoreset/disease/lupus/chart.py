"""What a clinic would write in the chart of a simulated patient with lupus, so that scores are made of it as for a real one.

The model decides which signs there are and how intense; the functions of `endpoints` judge them. One set of cuts serves all
scores: the item of SLEDAI, the grades of BILAG and the physician's assessment come from the same activity of the same organ.
What the model does not simulate is written as absent (gut, eyes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.disease.lupus.sledai import NERVOUS, SEROUS, SHOWN, SIMULATED
from immunoreset.endpoints.known import Answer, Booleans, Range
from immunoreset.endpoints.lupus import states
from immunoreset.endpoints.lupus.sledai import Sledai, sledai
from immunoreset.endpoints.lupus.sledai_items import CODES, Items, only
from immunoreset.endpoints.quantities import Pga, Prednisone
from immunoreset.patient.signs import column

Floats = NDArray[np.float64]
Parameters = Mapping[str, float | Floats]

HIGHEST_PGA, PGA_DECIMALS = 3.0, 2
INTENSITY_OF_ITEM = 0.75  # the unit of intensity: at this one an item of SLEDAI is scored
PROTEINURIA_UNIT, HIGHEST_PROTEINURIA = 1.5, 3.0  # g/g, and the highest intensity of the kidney (assumed)
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


def _low_activity(
    items: Items,
    new: Items,
    *,
    pga: Pga = NO_PGA,
    prednisone: Prednisone = NO_PREDNISONE,
    haemolysis: Booleans | bool = False,
) -> Answer:
    """LLDAS of a patient without signs in the gut."""
    return states.lldas(items, new=new, pga=pga, prednisone=prednisone, haemolytic_anaemia=haemolysis, gi_activity=False)


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


def one_for_all(found: Mapping[str, Answer], kinds: Sequence[str]) -> Answer:
    """The simulated item that stands for all of these kinds."""
    return next(found[code] for code in kinds if code in SIMULATED)


def own_items(marks: ArrayLike, parameters: Parameters) -> dict[str, Answer]:
    """The SLEDAI items of twins at one visit as a clinic writes them: with the nervous and the serous item that each has."""
    found = sledai_answers(marks)
    for kinds, number in ((NERVOUS, "sledai.nervous_kind"), (SEROUS, "sledai.serous_kind")):
        sign = one_for_all(found, kinds)
        found |= {code: sign & (np.asarray(parameters[number]) == place) for place, code in enumerate(kinds)}
    return found


def sledai_score(marks: ArrayLike) -> Sledai:
    """SLEDAI-2K from the output `sledai_items`.

    >>> sledai_score(5.0).total
    Range(8)
    """
    every, numbers = _judged_once().score, _whole(marks)
    organs = {organ: _of(points, numbers) for organ, points in every.organs.items()}
    return Sledai(_of(every.total, numbers), _of(every.clinical, numbers), organs, every.version)


def over_cut(organ: str, activity: Floats, parameters: Parameters) -> Floats:
    """Activity of an organ over the cut of its item, in the shape of `activity` (twins, or twins x days); 0 if it cannot show."""
    has, cut = (parameters[f"sledai.{kind}_{SHOWN[organ].sign}"] for kind in ("has", "cut"))
    if activity.ndim > 1:
        has, cut = column(has), column(cut)
    return np.asarray(has * activity / cut)


def assessed_load(organs: Mapping[str, Floats], upcr: Floats, parameters: Parameters) -> Floats:
    """What the physician weighs: the intensity of every organ that is at least mildly active, and of proteinuria in nephritis.

    `organs` are activities by organ and `upcr` is in g/g, all of one shape: twins, or twins x days.
    """

    def of(name: str) -> Any:
        value = parameters[f"sledai.{name}"]
        return column(value) if upcr.ndim > 1 else value

    mild = of("mild_above")
    seen = upcr > mild * of("cut_proteinuria")
    load = of("weight_kidney") * of("has_proteinuria") * np.minimum(upcr / PROTEINURIA_UNIT, HIGHEST_PROTEINURIA) * seen
    for organ, activity in organs.items():
        fold = over_cut(organ, activity, parameters)
        load = load + of(f"weight_{organ}") * INTENSITY_OF_ITEM * fold * (fold > mild)
    return np.asarray(load)


def physician_assessment(load: Floats, scale: float | Floats) -> Pga:
    """PGA on 0 to 3, which rises with what the physician weighs towards its maximum (assumed; no noise of the rater)."""
    return Pga(np.round(HIGHEST_PGA * -np.expm1(-load / scale), PGA_DECIMALS), "0-3")


@dataclass(frozen=True)
class Activity:
    """Lupus activity of some twins on some days: every array is twins x days.

    `marks` and `marks_before` are the output `sledai_items` at the visit and at the one before, `load` is the `assessed_load`,
    `prednisolone` the dose in mg a day above that at entry, `immunosuppressed` 1 while an immunosuppressant is given,
    `background_steroid` what is left of the dose at entry, `haemolysis` whether it is active; `parameters` are numbers or one
    per twin.
    """

    marks: Floats
    marks_before: Floats
    load: Floats
    prednisolone: Floats
    immunosuppressed: Floats
    parameters: Parameters
    background_steroid: Floats | float = 0.0
    haemolysis: Booleans | bool = False

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
        return physician_assessment(self.load, column(self.parameters["sledai.assessment_scale"]))

    @property
    def prednisone(self) -> Prednisone:
        """The dose above that at entry, and what is left of that."""
        return Prednisone(np.maximum(self.prednisolone + self.background_steroid, 0.0), "mg/day")

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
        rest = _low_activity(NO_SIGNS, NO_SIGNS, pga=self.pga, prednisone=self.prednisone, haemolysis=self.haemolysis)
        return signs & rest
