"""The SLICC/ACR damage index: what lupus and its treatment have destroyed for good, organ by organ.

Only change that is irreversible, arose after the onset of lupus and has lasted at least six months counts, whatever its cause;
whether that is so is for the clinician to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.tables import read
from immunoreset.endpoints.together import choose, maximum, total
from immunoreset.errors import unknown

Version = Literal["original", "revised"]
VERSIONS = ("original", "revised")
REVISED_ONLY = "(revised list"  # how the table marks an item that the original list lacks

CODES = (
    "cataract", "retinal_change", "cognitive_impairment", "seizures", "stroke", "neuropathy", "transverse_myelitis",
    "gfr_below_half", "proteinuria", "end_stage_renal_disease", "pulmonary_hypertension", "pulmonary_fibrosis",
    "shrinking_lung", "pleural_fibrosis", "pulmonary_infarction", "angina", "myocardial_infarction", "cardiomyopathy",
    "valvular_disease", "pericarditis", "claudication", "minor_tissue_loss", "significant_tissue_loss", "venous_thrombosis",
    "bowel_infarction", "mesenteric_insufficiency", "chronic_peritonitis", "stricture", "pancreatic_insufficiency",
    "muscle_atrophy", "erosive_arthritis", "osteoporotic_fracture", "avascular_necrosis", "osteomyelitis", "ruptured_tendon",
    "scarring_alopecia", "extensive_scarring", "skin_ulceration", "gonadal_failure", "diabetes", "malignancy",
)  # fmt: skip
END_STAGE = "end_stage_renal_disease"
REPLACED_BY_END_STAGE = ("gfr_below_half", "proteinuria")


@dataclass(frozen=True)
class DamageItem:
    """One item; each event, six months or more after the one before, gives `points` up to `most`."""

    code: str
    system: str
    label: str
    points: float
    most: float


@cache
def damage_items(version: Version) -> tuple[DamageItem, ...]:
    """The items of a version of the list, in its order. Raises UnknownName.

    >>> len(damage_items("revised")), len(damage_items("original"))
    (41, 39)

    Source: tables/sdi_items.csv: names from PhenX and Medscape, which items count twice is partly recalled, to be checked
    against Gladman 1996, Arthritis Rheum 39:363.
    """
    if version not in VERSIONS:
        raise unknown("version of the SLICC/ACR list", version, VERSIONS)
    rows = zip(CODES, read("sdi_items"), strict=True)
    return tuple(
        DamageItem(code, row["system"], row["item"], float(row["points"]), float(row["max_points"]))
        for code, row in rows
        if version == "revised" or REVISED_ONLY not in row["item"]
    )


def highest_damage(version: Version) -> float:
    """The highest possible total; end-stage renal disease stands in place of the other renal items.

    >>> highest_damage("revised"), highest_damage("original")
    (47.0, 45.0)
    """
    return sum(item.most for item in damage_items(version) if item.code not in REPLACED_BY_END_STAGE)


def damage_index(events: Mapping[str, Range | ArrayLike | None], *, version: Version) -> Range:
    """The total from how often each item has occurred (0, 1, 2, ... or yes and no); an item not named is missing.

    Raises UnknownName for an item that the version does not have.

    >>> none = dict.fromkeys((item.code for item in damage_items("revised")), 0)
    >>> damage_index(none | {"cataract": 1, "stroke": 2, "proteinuria": 1, END_STAGE: 1}, version="revised")
    Range(6)

    Source: Gladman 1996, Arthritis Rheum 39:363, as in tables/sdi_items.csv.
    """
    return _sum(_points(events, version))


def damage_course(events: Mapping[str, Range | ArrayLike | None], *, version: Version) -> Range:
    """The total at each visit (last axis, in order of time), in which damage once recorded stays.

    >>> none = dict.fromkeys((item.code for item in damage_items("revised")), [0, 0, 0])
    >>> damage_course(none | {"cataract": [0, 1, 0]}, version="revised").values.tolist()
    [0.0, 1.0, 1.0]
    """
    lasting = {code: never_falling(points) for code, points in _points(events, version).items()}
    return never_falling(_sum(lasting))


def never_falling(scores: Range) -> Range:
    """Each visit (last axis) at least as high as those before it."""
    if scores.low.ndim == 0:
        return scores
    return Range(np.maximum.accumulate(scores.low, axis=-1), np.maximum.accumulate(scores.high, axis=-1))


def _points(events: Mapping[str, Range | ArrayLike | None], version: Version) -> dict[str, Range]:
    items = damage_items(version)
    codes = [item.code for item in items]
    for code in events:
        if code not in codes:
            raise unknown(f"item of the {version} SLICC/ACR list", code, codes)
    return {item.code: (Range.of(events.get(item.code), lowest=0) * item.points).clip(0, item.most) for item in items}


def _sum(points: Mapping[str, Range]) -> Range:
    end_stage = points[END_STAGE]
    one_event = next(item.points for item in damage_items("revised") if item.code == END_STAGE)
    other_renal = total(points[code] for code in REPLACED_BY_END_STAGE)
    renal = choose(end_stage > 0, maximum(end_stage, one_event), other_renal)
    return renal + total(value for code, value in points.items() if code not in (END_STAGE, *REPLACED_BY_END_STAGE))
