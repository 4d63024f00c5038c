"""ANCA vasculitis: the Birmingham vasculitis activity score, version 3 (BVAS v3), and remission, as by BVAS/WG too.

Items and weights: tables/bvas_v3.csv; part of the weights is recalled (high), to be checked against Mukhtyar 2009.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.other_diseases.named_points import YesNo
from immunoreset.endpoints.quantities import Creatinine, Prednisone, need
from immunoreset.endpoints.tables import read
from immunoreset.endpoints.together import any_of, choose, maximum, total
from immunoreset.errors import unknown

Column = Literal["persistent", "new_worse"]

FIRST_VISIT_ONLY = " (first visit)"
NEVER_PERSISTENT = "*"


@dataclass(frozen=True)
class BvasItem:
    """One of the 56 items; `persistent` is None where an item is always new or worse."""

    name: str
    organ: str
    persistent: float | None
    new_worse: float
    first_visit_only: bool


@cache
def bvas_items() -> dict[str, BvasItem]:
    """The items by name, in the order of the form; a name that two organs share has the organ before it.

    >>> len(bvas_items()), bvas_items()["Abdominal: Ischaemic pain"].new_worse
    (56, 6.0)
    """
    rows = read("bvas_v3")
    plain = [row["item"].removesuffix(NEVER_PERSISTENT) for row in rows]
    items: dict[str, BvasItem] = {}
    for row, item in zip(rows, plain, strict=True):
        name = item if plain.count(item) == 1 else f"{row['organ']}: {item}"
        weight = float(row["persistent"]) if row["persistent"] else None
        first_only = item.endswith(FIRST_VISIT_ONLY)
        items[name] = BvasItem(name, row["organ"], weight, float(row["new_worse"]), first_only)
    return items


@cache
def _organ_maxima(column: Column) -> dict[str, float]:
    if column not in (known := ("persistent", "new_worse")):
        raise unknown("column of the BVAS", column, known)
    return {row["organ"]: float(row[f"max_{column}"]) for row in read("bvas_v3")}


def bvas_maximum(column: Column) -> float:
    """The highest score of a column, with each organ at its maximum.

    >>> bvas_maximum("persistent"), bvas_maximum("new_worse")
    (33.0, 63.0)

    Raises UnknownName for another column.
    """
    return sum(_organ_maxima(column).values())


def bvas(findings: Mapping[str, YesNo], *, all_persistent: YesNo, first_visit: YesNo) -> Range:
    """BVAS v3 from the abnormalities that are due to vasculitis; an item that is not named is absent, None is missing.

    `all_persistent`: every abnormality present is persistent, as ticked on the form; only then do the lower weights count, and
    never if an item that is always new (marked with * in the table) is present. The bands of creatinine count at the first visit
    only. Each organ is capped at its maximum.

    >>> bvas({"Myalgia": True, "Fever >=38": True, "Ulcer": True}, all_persistent=False, first_visit=False)
    Range(7)
    >>> bvas({"Myalgia": True, "Ulcer": None}, all_persistent=True, first_visit=False)
    Range(1 to 2)

    Raises UnknownName for an item that is not among `bvas_items()`.

    Source: BVAS v3 form and mdapp calculator, as in tables/bvas_v3.csv.
    """
    items = bvas_items()
    present: dict[BvasItem, Answer] = {}
    for name, finding in findings.items():
        known = name.removesuffix(NEVER_PERSISTENT)
        if known not in items:
            raise unknown("BVAS item", name, items)
        item = items[known]
        counts = Answer.of(first_visit) if item.first_visit_only else Answer.of(True)
        present[item] = Answer.of(finding) & counts
    always_new = any_of(answer for item, answer in present.items() if item.persistent is None)
    persistent = Answer.of(all_persistent) & ~always_new
    return choose(persistent, _column_total(present, "persistent"), _column_total(present, "new_worse"))


def _column_total(present: Mapping[BvasItem, Answer], column: Column) -> Range:
    return total(_organ_points(present, organ, column).clip(high=cap) for organ, cap in _organ_maxima(column).items())


def _organ_points(present: Mapping[BvasItem, Answer], organ: str, column: Column) -> Range:
    """The sum of an organ's items; of the bands of creatinine only the highest counts."""
    added, bands = [], []
    for item, answer in present.items():
        if item.organ == organ:
            weight = item.persistent if column == "persistent" else item.new_worse
            (bands if item.first_visit_only else added).append(answer.points(weight or 0))
    return total(added) + maximum(0, *bands)


def creatinine_findings(creatinine: Creatinine | None) -> dict[str, Answer]:
    """The bands of creatinine of a first visit, as findings for `bvas`; at most one of them is present.

    >>> [band.value for band in creatinine_findings(Creatinine(250, "umol/L")).values()]
    [False, True, False]

    Raises InvalidValue for a bare number.
    """
    level = need(Creatinine, creatinine, "creatinine").to("umol/L")
    names = [name for name, item in bvas_items().items() if item.first_visit_only]
    at_least = [level >= float(re.findall(r"\d+", name)[0]) for name in names]
    higher = [*at_least[1:], Answer.of(False)]
    return {name: _up_to(reached, above) for name, reached, above in zip(names, at_least, higher, strict=True)}


def _up_to(reached: Answer, above: Answer) -> Answer:
    """Yes also where a level that is reached may be higher: of the bands only the highest counts."""
    return Answer(yes=reached.yes & ~above.yes, no=reached.no | above.yes)


def bvas_remission(score: Range) -> Answer:
    """Whether no activity is left: a BVAS of 0.

    >>> bvas_remission(Range.of(0))
    Answer(True)
    """
    return score.equals(0)


def complete_remission(score: Range, prednisone: Prednisone) -> Answer:
    """Whether no activity is left (a score of 0, BVAS/WG in RAVE) in a patient who takes no glucocorticoid.

    >>> complete_remission(Range.of(0), Prednisone(0.0, "mg/day")), complete_remission(Range.of(0), Prednisone(5.0, "mg/day"))
    (Answer(True), Answer(False))

    Raises InvalidValue for a bare number.

    Source: design of RAVE, Open Arthritis J 4:1, table 1; the highest BVAS/WG, 68, is recalled.
    """
    return bvas_remission(score) & need(Prednisone, prednisone, "prednisone").to("mg/day").equals(0)
