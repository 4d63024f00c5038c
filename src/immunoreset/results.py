"""What a study found: every arm with its trajectories and outcomes, labelled, and the numbers that a summary shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from immunoreset.catalogue import built_in
from immunoreset.disease.disease import Disease
from immunoreset.errors import InvalidValue, quoted, unknown
from immunoreset.evidence import Comparison
from immunoreset.outcomes import OUTCOMES, Outcomes, outcomes_of
from immunoreset.patient.outcome import Outcome
from immunoreset.scan import Scan
from immunoreset.uncertainty.intervals import LEVEL, Ends, Intervals, Spread, ends, statistic
from immunoreset.whole_numbers import is_whole

if TYPE_CHECKING:
    import xarray as xr

    from immunoreset.uncertainty.draws import Numbers

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
MOST_SHOWN = 8  # arms in one line each when a result is printed


def quantiles_of(values: np.ndarray) -> np.ndarray:
    """5, 25, 50, 75 and 95 % over patients, of (..., patients, days) as 5 x ... x days.

    >>> quantiles_of(np.array([[1.0], [2.0], [3.0]])).ravel().tolist()
    [1.1, 1.5, 2.0, 2.5, 2.9]
    """
    by_day = np.sort(np.ascontiguousarray(np.swapaxes(values, -1, -2)), axis=-1)  # each day lies together, which is quicker
    last = by_day.shape[-1] - 1
    places = np.array(QUANTILES) * last
    below = places.astype(int)
    between, at, beyond = places - below, by_day[..., below], by_day[..., np.minimum(below + 1, last)]
    found = np.where(between < 0.5, at + (beyond - at) * between, beyond - (beyond - at) * (1 - between))  # as NumPy rounds
    found[np.isnan(by_day[..., -1])] = np.nan
    return np.moveaxis(found, -1, 0)


@dataclass(frozen=True)
class ArmResult:
    """One treatment of `patients` (their names); `trajectories` are twins x days, `failures` counts twins by failure message.

    `units` and `labels` are those of the trajectories by name; `warnings` say what a reader of the treatment should be told;
    `diseases` are those of the patients, which say what the outcomes are; `spread` are the patients under draws of the numbers.
    """

    treatment: str
    patients: list[str]
    outcomes: Outcomes
    trajectories: Mapping[str, np.ndarray]
    failures: Mapping[str, int]
    events: Mapping[str, np.ndarray] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    diseases: tuple[Disease, ...] = field(default_factory=lambda: tuple(built_in().diseases.values()))
    spread: Spread | None = None

    def __repr__(self) -> str:
        failed = int(self.outcomes.failed.sum())
        treatment = quoted(self.treatment)
        return f"<ArmResult {treatment}: {len(self.patients):,} patients, {self.twins:,} simulations, {failed:,} failed>"

    @property
    def about(self) -> dict[str, Outcome]:
        """What each outcome of these patients is, by name."""
        return outcomes_of(*self.diseases)

    @property
    def twins(self) -> int:
        return len(self.outcomes.failed)

    @property
    def patient_of_twin(self) -> np.ndarray:
        """The name of the patient whom each twin resembles."""
        return np.array(self.patients, dtype=object)[self.outcomes.patient]

    def mean(self, outcome: str) -> float:
        """The mean of an outcome over the twins that have it; for a yes or no, the share."""
        if outcome not in self.outcomes.values:
            raise unknown("outcome", outcome, self.outcomes.values)
        known = self.outcomes.values[outcome][np.isfinite(self.outcomes.values[outcome])]
        return float(known.mean()) if len(known) else math.nan

    def interval(self, outcome: str, level: float = LEVEL, *, n: int | None = None) -> Intervals:
        """The share or median of an outcome with its intervals: between patients, of the numbers, and of a trial of `n`.

        Raises UnknownName, and InvalidValue for a study that was run without draws of the numbers, a level that is not between
        0 and 1, or a trial without patients.
        """
        if outcome not in self.outcomes.values:
            raise unknown("outcome", outcome, self.outcomes.values)
        if self.spread is None:
            raise InvalidValue("the study was run without draws of the numbers; give `run` a posterior, or --uncertainty N")
        if not 0 < level < 1 or (n is not None and (not is_whole(n) or n < 1)):
            raise InvalidValue(
                f"an interval of level {level:g} for a trial of {n} patients; give a level between 0 and 1, and 1 patient or more"
            )
        values, share = self.outcomes.values[outcome], outcome in self.about and self.about[outcome].share
        return Intervals(
            float(statistic(values, share=share)),
            Ends(math.nan, math.nan) if share else ends(values, level),
            self.spread.numbers(outcome, level, share=share),
            self.spread.trial(outcome, level, share=share, n=n),
            n or self.spread.trial_size,
        )

    def quantiles(self, output: str) -> np.ndarray:
        """5, 25, 50, 75 and 95 % over the twins that did not fail, as 5 x days. Raises UnknownName."""
        if output not in self.trajectories:
            raise unknown("output", output, self.trajectories)
        values = self.trajectories[output]
        if self.outcomes.failed.any():
            values = values[~self.outcomes.failed]
        if not len(values):
            return np.full((len(QUANTILES), values.shape[1]), np.nan)
        return quantiles_of(values)


@dataclass(frozen=True)
class StudyResult:
    """A finished study; arms in the order of the study document, its scan where it has one, and the draws of the numbers."""

    title: str
    days: np.ndarray
    arms: Mapping[str, ArmResult]
    comparisons: list[Comparison]
    manifest: Mapping[str, Any]
    scan: Scan | None = None
    numbers: Numbers | None = None

    def __repr__(self) -> str:
        days = f"days {self.days[0]:g} to {self.days[-1]:g}"
        head = f"<StudyResult {quoted(self.title)}: {days}, {self.simulations:,} simulations, {self.failed:,} failed"
        shown = [f"  {quoted(name)}: {arm!r}" for name, arm in list(self.arms.items())[:MOST_SHOWN]]
        more = [f"  and {len(self.arms) - MOST_SHOWN} more arms"] if len(self.arms) > MOST_SHOWN else []
        return "\n".join([head, *shown, *more]) + ">"

    def arm(self, name: str) -> ArmResult:
        if name not in self.arms:
            raise unknown("arm", name, self.arms)
        return self.arms[name]

    @property
    def patients(self) -> list[str]:
        """The patients of the first arm; as a rule of all arms."""
        return next(iter(self.arms.values())).patients

    @property
    def asked_for(self) -> tuple[str, ...]:
        """What the study keeps besides what every study keeps, by name."""
        return tuple(dict.fromkeys((self.manifest["study"].get("outputs") or {}).get("quantities", ())))

    @property
    def diseases(self) -> tuple[Disease, ...]:
        """The diseases of all arms, each once."""
        return tuple(dict.fromkeys(disease for arm in self.arms.values() for disease in arm.diseases))

    @property
    def about(self) -> dict[str, Outcome]:
        """What each outcome of the study is, by name, in the order of a page."""
        return outcomes_of(*self.diseases)

    @property
    def failed(self) -> int:
        scanned = self.scan.points if self.scan else ()
        return sum(int(each.outcomes.failed.sum()) for each in (*self.arms.values(), *scanned))

    @property
    def warnings(self) -> dict[str, list[str]]:
        """What a reader of the study should be told, with the arms of which it is said."""
        found: dict[str, list[str]] = {}
        for name, arm in self.arms.items():
            for line in arm.warnings:
                found.setdefault(line, []).append(name)
        return found

    @property
    def simulations(self) -> int:
        """How many courses were simulated."""
        return sum(arm.twins for arm in self.arms.values()) + sum(
            len(point.outcomes.failed) for point in (self.scan.points if self.scan else ())
        )

    def dataset(self) -> xr.Dataset:
        """All trajectories as arm x twin x day, with units; the values of failed twins are nan.

        Raises InvalidValue when the arms have different patients, which share no axis.
        """
        import xarray as xr

        arms = list(self.arms)
        first = self.arms[arms[0]]
        if any(arm.patients != first.patients or arm.twins != first.twins for arm in self.arms.values()):
            raise InvalidValue("the arms have different patients; take one arm at a time from `arms`")
        outputs = [name for name in first.trajectories if all(name in arm.trajectories for arm in self.arms.values())]
        variables: dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, str]]] = {}
        for name in outputs:
            values = np.stack([self.arms[arm].trajectories[name] for arm in arms])
            variables[name] = (("arm", "twin", "day"), values, {"unit": first.units.get(name, "1")})
        variables["failed"] = (("arm", "twin"), np.stack([self.arms[arm].outcomes.failed for arm in arms]), {})
        return xr.Dataset(
            variables,
            coords={
                "arm": arms,
                "day": self.days,
                "patient": ("twin", first.patient_of_twin.astype(str)),
                "twin_of_patient": ("twin", first.outcomes.twin + 1),
            },
            attrs={"title": self.title},
        )

    def save(self, folder: Path | str, *, force: bool = False) -> Path:
        """Write the run to a new folder; with `force`, replace the run that is there. Nothing is half-written."""
        from immunoreset.save import save

        return save(self, folder, force=force)

    def summary(self) -> dict[str, Any]:
        """The document of summary.json."""
        return {
            "title": self.title,
            "patients": len(self.patients),
            "comparisons": [row.as_dict() for row in self.comparisons],
            "arms": {name: _summary_of_arm(arm) for name, arm in self.arms.items()},
            **({"scan": _summary_of_scan(self.scan)} if self.scan else {}),
            **({"uncertainty": {**self.numbers.as_document(), "level": LEVEL}} if self.numbers else {}),
            "seed": self.manifest.get("seed"),
            "tolerance": self.manifest.get("tolerance"),
            "version": self.manifest.get("version"),
        }


def _summary_of_arm(arm: ArmResult) -> dict[str, Any]:
    outcomes = {name: summarise(name, values, arm.about) for name, values in arm.outcomes.values.items()}
    for name, found in outcomes.items() if arm.spread else ():
        of = arm.interval(name)
        found |= {"numbers": of.numbers._asdict(), "trial": of.trial._asdict()}
    return {
        "treatment": arm.treatment,
        "twins": arm.twins,
        "failed": int(arm.outcomes.failed.sum()),
        "failures": dict(arm.failures),
        "warnings": list(arm.warnings),
        "outcomes": outcomes,
        **({"trial size": arm.spread.trial_size} if arm.spread else {}),
    }


def _summary_of_scan(scan: Scan) -> list[dict[str, Any]]:
    """Each point with its steps and every outcome, shares with their count and exact 95 % interval."""
    told = []
    for point in scan.points:
        outcomes = {name: summarise(name, values, scan.about) for name, values in point.outcomes.values.items()}
        for name, found in outcomes.items():
            if name in scan.about and scan.about[name].share and found["twins"]:
                share = point.share(name)
                found |= {"count": share.happened, "low": share.low, "high": share.high}
        steps = {axis.title: step for axis, step in zip(scan.axes, point.steps, strict=True)}
        told.append({"steps": steps, "failed": int(point.outcomes.failed.sum()), "outcomes": outcomes})
    return told


def summarise(name: str, values: np.ndarray, about: Mapping[str, Outcome] = OUTCOMES) -> dict[str, Any]:
    """A share with its count, or the median with its 5-95 % range; `twins` have a value, `without_value` have none.

    `about` says what each outcome is: those of this version's diseases if not given.
    """
    known = values[np.isfinite(values)]
    outcome = about.get(name)
    summary: dict[str, Any] = {
        "unit": outcome.unit if outcome else "",
        "twins": len(known),
        "without_value": len(values) - len(known),
    }
    if not len(known):
        return summary | {"value": None, "low": None, "high": None}
    if outcome and outcome.share:
        return summary | {"value": float(known.mean()), "low": None, "high": None}
    low, middle, high = np.quantile(known, [0.05, 0.5, 0.95])
    return summary | {"value": float(middle), "low": float(low), "high": float(high)}
