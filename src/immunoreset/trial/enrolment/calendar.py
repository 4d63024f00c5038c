"""The calendar of simulated trials: the days of every patient, how long the trials took, and what became of the patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import unknown
from immunoreset.trial.enrolment.diary import Diary, Fate

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DAYS = (
    "consent", "eligible", "apheresis", "slot", "product", "lymphodepletion",
    "infusion", "toxicity", "benefit", "end", "left",
)  # fmt: skip
_TREATED = (Fate.LEFT_AFTER_INFUSION, Fate.COMPLETED)


@dataclass(frozen=True, eq=False)
class Calendar:
    """T trials with up to E patients each in the order of consent; days count from the start of the trial, NaN for never."""

    consent: Floats
    """Day of consent, (T, E), as all days of patients."""
    eligible: Floats
    apheresis: Floats
    slot: Floats
    """Day on which the first manufacture began."""
    product: Floats
    lymphodepletion: Floats
    infusion: Floats
    toxicity: Floats
    benefit: Floats
    end: Floats
    """Day on which the outcome was known to the trial."""
    left: Floats
    """Day of drop-out."""
    site: Integers
    """Place of the site in the list of sites, (T, E)."""
    fate: Integers
    """Codes of `Fate`, (T, E)."""
    dose: Integers
    """Dose or arm, (T, E); 0 for none."""
    attempts: Integers
    """Manufactures begun, (T, E)."""
    off_specification: NDArray[np.bool_]
    duration: Floats
    """Days from the start of the trial to its last outcome, (T,)."""
    turned_away: Integers
    """Volunteers for whom there was no place, (T,)."""
    slot_days: Floats
    """Days of manufacturing slots in use, (T,)."""
    slots: int | None

    @property
    def enrolled(self) -> Integers:
        """Patients who consented and were screened, (T,)."""
        return (self.fate != Fate.NOT_ENROLLED).sum(axis=1)

    @property
    def screen_failures(self) -> Integers:
        return self.count(Fate.SCREEN_FAILURE)

    @property
    def manufactured(self) -> Integers:
        """Patients for whom a product was made, (T,)."""
        return np.isfinite(self.product).sum(axis=1)

    @property
    def treated(self) -> Integers:
        """Patients infused, (T,)."""
        return np.isin(self.fate, _TREATED).sum(axis=1)

    @property
    def utilisation(self) -> Floats:
        """Share of the slot-days of the trial in use, (T,); NaN without a limit of slots."""
        if self.slots is None:
            return np.full(len(self.duration), np.nan)
        return self.slot_days / (self.slots * np.maximum(self.duration, np.nextafter(0, 1)))

    def count(self, fate: Fate) -> Integers:
        """Patients of one fate, (T,)."""
        return (self.fate == fate).sum(axis=1)

    def wait(self, begin: str, end: str) -> Floats:
        """Days from one step to another for each patient, (T, E), such as from apheresis to infusion.

        Raises UnknownName for a step that does not exist.
        """
        for name in (begin, end):
            if name not in DAYS:
                raise unknown("step", name, DAYS)
        return getattr(self, end) - getattr(self, begin)

    def rows(self, trial: int = 0) -> list[dict[str, float | int | str | bool]]:
        """One trial as a table with a row per enrolled patient, ready to be written as CSV."""
        rows = []
        for patient in np.flatnonzero(self.fate[trial] != Fate.NOT_ENROLLED).tolist():
            row: dict[str, float | int | str | bool] = {"patient": patient + 1, "site": int(self.site[trial, patient]) + 1}
            row |= {name: float(getattr(self, name)[trial, patient]) for name in DAYS}
            row |= {"dose": int(self.dose[trial, patient]), "attempts": int(self.attempts[trial, patient])}
            row["off_specification"] = bool(self.off_specification[trial, patient])
            rows.append(row | {"fate": Fate(int(self.fate[trial, patient])).name.lower().replace("_", " ")})
        return rows

    def summary(self) -> dict[str, tuple[float, float]]:
        """Mean over the trials, and its standard error, of duration, patients, waits and use of slots."""
        per_trial = {
            "duration": self.duration,
            "enrolled": self.enrolled,
            "screen failures": self.screen_failures,
            "manufactured": self.manufactured,
            "treated": self.treated,
            "no product": self.count(Fate.NO_PRODUCT),
            "left before infusion": self.count(Fate.LEFT_BEFORE_INFUSION),
            "left after infusion": self.count(Fate.LEFT_AFTER_INFUSION),
            "turned away": self.turned_away,
            "wait for a slot": _mean_by_trial(self.wait("apheresis", "slot")),
            "apheresis to infusion": _mean_by_trial(self.wait("apheresis", "infusion")),
            "consent to infusion": _mean_by_trial(self.wait("consent", "infusion")),
            "slot utilisation": self.utilisation,
        }
        return {name: _mean_and_error(np.asarray(values, dtype=float)) for name, values in per_trial.items()}


def calendar_of(diaries: Sequence[Diary], slots: int | None) -> Calendar:
    """The calendar of trials from their diaries."""
    lists = [entry.name for entry in fields(Diary) if entry.name not in ("busy", "duration", "turned_away")]
    tables = {name: np.array([getattr(diary, name) for diary in diaries]) for name in lists}
    duration = np.array([diary.duration for diary in diaries])
    used = [used_days(diary.busy, diary.duration) for diary in diaries]
    turned_away = np.array([diary.turned_away for diary in diaries])
    return Calendar(**tables, duration=duration, turned_away=turned_away, slot_days=np.array(used), slots=slots)


def used_days(busy: Sequence[Sequence[float]], until: float) -> float:
    """Days of slots in use up to a day, from the begin and end of each use.

    >>> used_days([[0.0, 10.0], [5.0, 30.0]], 20.0)
    25.0
    """
    return sum(max(min(end, until) - begin, 0.0) for begin, end in busy)


def _mean_by_trial(days: Floats) -> Floats:
    known = np.isfinite(days)
    number = known.sum(axis=1)
    return np.where(number > 0, np.where(known, days, 0.0).sum(axis=1) / np.maximum(number, 1), np.nan)


def _mean_and_error(values: Floats) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return float("nan"), float("nan")
    error = known.std(ddof=1) / np.sqrt(len(known)) if len(known) > 1 else np.nan
    return float(known.mean()), float(error)
