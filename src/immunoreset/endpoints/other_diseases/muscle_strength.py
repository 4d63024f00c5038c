"""Manual muscle testing: each muscle from 0 (no contraction) to 10 (normal), added up by one of three versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.other_diseases.named_points import Points, read_points
from immunoreset.endpoints.together import total
from immunoreset.errors import unknown

MmtVersion = Literal["MMT-8 unilateral", "MMT-8 bilateral", "MMT-24"]

FULL_STRENGTH = 10
_LIMBS_8 = (
    "middle deltoid",
    "biceps",
    "wrist extensors",
    "gluteus maximus",
    "gluteus medius",
    "quadriceps",
    "ankle dorsiflexors",
)
_LIMBS_24 = (*_LIMBS_8, "trapezius", "iliopsoas", "hamstrings", "wrist flexors", "ankle plantar flexors")


def _both_sides(muscles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{side} {muscle}" for muscle in muscles for side in ("right", "left"))


MUSCLES: dict[MmtVersion, tuple[str, ...]] = {
    "MMT-8 unilateral": ("neck flexors", *_LIMBS_8),
    "MMT-8 bilateral": ("neck flexors", *_both_sides(_LIMBS_8)),
    "MMT-24": ("neck flexors", "neck extensors", *_both_sides(_LIMBS_24)),
}
"""Muscles of each version: one side; both sides and the neck flexors; 12 muscles of both sides and two of the neck."""


def mmt_maximum(version: MmtVersion) -> int:
    """The highest total: 80, 150 or 260.

    >>> [mmt_maximum(version) for version in MUSCLES]
    [80, 150, 260]

    Raises UnknownName for another version.

    Source: IMACS form 04 for 80 and 260; 150 recalled (high).
    """
    return FULL_STRENGTH * len(_muscles(version))


def mmt_total(strengths: Mapping[str, Points], *, version: MmtVersion) -> Range:
    """The sum over the muscles of a version, each 0 to 10; a muscle that is not named is missing.

    >>> mmt_total(dict.fromkeys(MUSCLES["MMT-8 unilateral"], 9), version="MMT-8 unilateral")
    Range(72)

    Raises UnknownName for a muscle that this version does not test and InvalidValue for a strength outside 0 to 10.

    Source: the eight muscles as in the IMACS form; the list of MMT-24 recalled, to be checked against IMACS form 04.
    """
    return total(read_points("muscle", strengths, _muscles(version), highest=FULL_STRENGTH).values())


def _muscles(version: MmtVersion) -> tuple[str, ...]:
    if version not in MUSCLES:
        raise unknown("version of manual muscle testing", version, MUSCLES)
    return MUSCLES[version]
