"""The diary of one trial: what happened to each patient, and on which day."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

MISSING = float("nan")


class Fate(IntEnum):
    """How far a patient came."""

    NOT_ENROLLED = 0
    SCREEN_FAILURE = 1
    NO_PRODUCT = 2
    LEFT_BEFORE_INFUSION = 3
    ON_THE_WAY = 4
    """Enrolled, but the trial ended before the infusion."""
    LEFT_AFTER_INFUSION = 5
    """Treated, but lost before the end of follow-up."""
    COMPLETED = 6
    """Treated and followed to the end, or to the toxicity."""


@dataclass(slots=True)
class Diary:
    """Entries by patient, in the order of consent; days from the start of the trial, missing where it never came to that."""

    site: list[int]
    consent: list[float]
    eligible: list[float]
    apheresis: list[float]
    slot: list[float]
    """Day on which the first manufacture began."""
    product: list[float]
    lymphodepletion: list[float]
    infusion: list[float]
    toxicity: list[float]
    benefit: list[float]
    end: list[float]
    """Day on which the outcome was known to the trial."""
    left: list[float]
    fate: list[int]
    dose: list[int]
    attempts: list[int]
    off_specification: list[bool]
    busy: list[list[float]] = field(default_factory=list)
    """Begin and end of each use of a manufacturing slot, where their number is limited."""
    duration: float = MISSING
    turned_away: int = 0

    @classmethod
    def blank(cls, patients: int) -> Diary:
        """A diary for so many patients, nobody enrolled yet."""

        def days() -> list[float]:
            return [MISSING] * patients

        def zeros() -> list[int]:
            return [0] * patients

        return cls(
            zeros(), days(), days(), days(), days(), days(), days(), days(), days(), days(), days(), days(),
            zeros(), zeros(), zeros(), [False] * patients,
        )  # fmt: skip
