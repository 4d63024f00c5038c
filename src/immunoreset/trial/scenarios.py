"""Operating characteristics by simulation: what a design does in trial after trial when the truth is known.

Every patient of every trial has fixed random numbers, so that all designs meet the same patients; all trials advance together,
one cohort at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.engine.random import uniform
from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision, Design, Flags, Why
from immunoreset.trial.outcome_sources import Latent, OutcomeSource, RateTable
from immunoreset.trial.outcomes import Counts, Outcomes, Patients
from immunoreset.whole_numbers import is_whole

PATIENT_PURPOSE = "dose finding patients"


@dataclass(frozen=True, eq=False)
class Trials:
    """Simulated trials: their patients, and what the design said in the end."""

    outcomes: Outcomes
    """Final counts by dose and, one by one, the patients."""
    recommended: Counts
    """Dose recommended, (T,); 0 for none."""
    stopped: Flags
    """Whether the design stopped the trial before the last planned cohort, (T,)."""
    why: Counts
    """Codes of `Why` of the last decision, (T,)."""


@dataclass(frozen=True, eq=False)
class OperatingCharacteristics:
    """What a design did in `trials` simulated trials; each `_error` is the Monte Carlo standard error of its neighbour."""

    name: str
    trials: int
    toxic_rates: NDArray[np.float64]
    """True toxicity rates, (D,)."""
    selected: NDArray[np.float64]
    """Share of trials recommending no dose and each dose, (D + 1,)."""
    selected_error: NDArray[np.float64]
    treated: NDArray[np.float64]
    """Mean patients by dose, (D,)."""
    treated_error: NDArray[np.float64]
    toxic: NDArray[np.float64]
    """Mean toxicities by dose, (D,)."""
    toxic_error: NDArray[np.float64]
    effective: NDArray[np.float64]
    """Mean responses by dose, (D,)."""
    overdose_risk: float
    """Share of trials with more than 60% of the planned patients at doses above the target; NaN without a target."""
    overdose_risk_error: float
    stopped: float
    """Share of trials that the design stopped early."""
    stopped_error: float


@dataclass(eq=False)
class _Running:
    """Trials under way: counts that grow, and the patients so far."""

    counts: NDArray[np.int64]
    """Treated, toxic, effective, both: (4, T, D)."""
    current: Counts
    number: Counts
    """Patients so far, (T,)."""
    patients: NDArray[np.int8]
    """Dose, outcome and cohort by patient, (3, T, N)."""

    def seen(self, trials: Counts) -> Outcomes:
        """What was seen in some of the trials; what is there of all of them is not copied, and good until the next cohort."""
        some = slice(None) if len(trials) == len(self.number) else trials
        treated, toxic, effective, both = self.counts[:, some]
        dose, outcome, cohort = self.patients[:, some]
        nobody, alone = (np.broadcast_to(np.zeros(1, dtype=kind), treated.shape) for kind in (np.int64, float))
        patients = Patients(dose, outcome, cohort, np.broadcast_to(1.0, dose.shape))
        return Outcomes(treated, toxic, effective, both, self.current[some], nobody, alone, np.ones(len(trials)), patients)

    def treat(self, trials: Counts, dose: Counts, *, number: Counts, cohort: int, people: tuple[OutcomeSource, Latent]) -> None:
        """Treat `number` (n,) more patients in each of the `trials` (n,) at `dose` (n,)."""
        source, latent = people
        dealt, told = ([part.reshape(-1) for part in table] for table in (self.counts, self.patients))
        doses, planned = self.counts.shape[2], self.patients.shape[2]
        for place in range(int(number.max(initial=0))):
            some = number > place
            rows, level = trials[some], dose[some]
            at, there = rows * planned + self.number[rows], rows * doses + level - 1
            found = source.outcomes(latent.reshape(-1, source.latent)[at], level)
            toxic, effective = (np.asarray(part, dtype=bool) for part in found)
            for count, add in zip(dealt, (None, toxic, effective, toxic & effective), strict=True):
                count[there if add is None else there[add]] += 1
            for field, value in zip(told, (level, toxic + 2 * effective, cohort), strict=True):
                field[at] = value
            self.number[rows] += 1

    def backfill(self, trials: Counts, offered: Counts, *, cohort: int, people: tuple[OutcomeSource, Latent]) -> None:
        """Treat the patients `offered` (n, D) at lower doses, as far as the planned number allows."""
        for level in np.flatnonzero(offered.any(axis=0)).tolist():
            room = self.patients.shape[2] - self.number[trials]
            number = np.minimum(offered[:, level], room)
            self.treat(trials, np.full(len(trials), level + 1), number=number, cohort=cohort, people=people)


def simulate_trials(
    design: Design,
    source: OutcomeSource,
    *,
    trials: int,
    seed: int,
    start: int | None = None,
    cohort: int = 3,
    max_cohorts: int = 10,
) -> Trials:
    """Trials of a design on the patients of a source, in cohorts of at most `cohort`, of up to `cohort * max_cohorts` patients.

    `start` replaces the first dose of the design. Each trial ends when the design stops it or the patients are used up.
    Raises InvalidValue when design and source have unequal doses, or when the design waits, which needs a calendar.

    >>> from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
    >>> runs = simulate_trials(ThreePlusThree(3), RateTable((0.0, 0.0, 1.0)), trials=2, seed=1)
    >>> runs.outcomes.write(), runs.recommended.tolist()
    ('1NNN 2NNN 3TTT', [2, 2])
    """
    planned = _check(design, source, trials=trials, start=start, sizes=(cohort, max_cohorts))
    count = planned * source.latent
    latent = uniform(seed, PATIENT_PURPOSE, np.arange(trials), count).reshape(trials, planned, source.latent)
    zero = np.zeros(trials, dtype=np.int64)
    running = _Running(
        np.zeros((4, trials, design.doses), dtype=np.int64),
        zero.copy(),
        zero.copy(),
        np.zeros((3, trials, planned), dtype=np.int8),
    )
    recommended, why, stopped = zero.copy(), zero.copy(), np.zeros(trials, dtype=bool)
    active = np.arange(trials)
    for number in range(1, planned + 2):
        now = design.decide(running.seen(active))
        room = planned - running.number[active]
        ends = now.stop | (room <= 0)
        recommended[active[ends]], why[active[ends]] = now.recommended[ends], now.why[ends]
        stopped[active[ends]] = (now.stop & (room > 0))[ends]
        going = np.flatnonzero(~ends)
        if not len(going):
            break
        _refuse_waiting(now, going)
        active = active[going]
        dose = np.full(len(active), start) if start is not None and number == 1 else now.dose[going]
        size = np.where(now.cohort[going] > 0, np.minimum(now.cohort[going], cohort), cohort)
        running.treat(active, dose, number=np.minimum(size, room[going]), cohort=number, people=(source, latent))
        running.current[active] = dose
        running.backfill(active, now.backfill[going], cohort=number, people=(source, latent))
    return Trials(running.seen(np.arange(trials)), recommended, stopped, why)


def operating_characteristics(
    design: Design,
    source: OutcomeSource,
    *,
    trials: int = 10_000,
    seed: int = 1,
    target: float | None = None,
    name: str = "",
    start: int | None = None,
    cohort: int = 3,
    max_cohorts: int = 10,
) -> OperatingCharacteristics:
    """What a design does on average on the patients of a source.

    `target` is the toxicity rate above which a dose counts as an overdose. Raises as `simulate_trials`.

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> found = operating_characteristics(BOIN(3, 0.3), RateTable((0.1, 0.3, 0.5)), trials=500, seed=4, target=0.3)
    >>> int(found.selected.argmax())
    2
    """
    runs = simulate_trials(design, source, trials=trials, seed=seed, start=start, cohort=cohort, max_cohorts=max_cohorts)
    return characteristics_of(runs, source.rates()[0], planned=cohort * max_cohorts, target=target, name=name)


def characteristics_of(
    runs: Trials, toxic_rates: NDArray[np.float64], *, planned: int, target: float | None = None, name: str = ""
) -> OperatingCharacteristics:
    """Operating characteristics from trials already simulated, of `planned` patients at most; true toxicity rates (D,)."""
    seen, trials = runs.outcomes, len(runs.recommended)
    selected = np.bincount(runs.recommended, minlength=seen.doses + 1) / trials
    risk = np.nan
    if target is not None:
        over = seen.treated[:, toxic_rates > target + 1e-9].sum(axis=1)
        risk = float((over > 0.6 * planned).mean())
    stopped = float(runs.stopped.mean())
    return OperatingCharacteristics(
        name=name,
        trials=trials,
        toxic_rates=toxic_rates,
        selected=selected,
        selected_error=share_error(selected, trials),
        treated=seen.treated.mean(axis=0),
        treated_error=seen.treated.std(axis=0) / np.sqrt(trials),
        toxic=seen.toxic.mean(axis=0),
        toxic_error=seen.toxic.std(axis=0) / np.sqrt(trials),
        effective=seen.effective.mean(axis=0),
        overdose_risk=risk,
        overdose_risk_error=float(share_error(np.array(risk), trials)),
        stopped=stopped,
        stopped_error=float(share_error(np.array(stopped), trials)),
    )


def scenario_table(
    design: Design,
    scenarios: Mapping[str, OutcomeSource | tuple[float, ...]],
    *,
    trials: int = 10_000,
    seed: int = 1,
    target: float | None = None,
    cohort: int = 3,
    max_cohorts: int = 10,
) -> list[OperatingCharacteristics]:
    """Operating characteristics in each of several named scenarios, a source or just the toxicity rates by dose."""
    sources = {name: RateTable(truth) if isinstance(truth, tuple) else truth for name, truth in scenarios.items()}
    return [
        operating_characteristics(
            design, source, trials=trials, seed=seed, target=target, name=name, cohort=cohort, max_cohorts=max_cohorts
        )
        for name, source in sources.items()
    ]


def share_error(share: NDArray[np.float64], trials: int) -> NDArray[np.float64]:
    """Standard error of a share of so many trials."""
    return np.sqrt(share * (1 - share) / trials)


def weighs_benefit(design: object) -> bool:
    """Whether a design, or one of the rules around it, asks who benefited."""
    return getattr(design, "weighs_benefit", False) or (hasattr(design, "design") and weighs_benefit(design.design))  # pyright: ignore[reportAttributeAccessIssue]


def check_benefit(design: object, source: OutcomeSource, *, name: str = "") -> None:
    """Raises InvalidValue for a design that weighs benefit where the outcomes hold none."""
    if weighs_benefit(design) and not getattr(source, "knows_benefit", True):
        asked = f"design '{name}'" if name else type(design).__name__
        raise InvalidValue(f"{asked} needs benefit: give effective = [...], a rate for each dose, or a column 'effective'")


def _check(design: Design, source: OutcomeSource, *, trials: int, start: int | None, sizes: tuple[int, int]) -> int:
    """The planned number of patients per trial, once everything fits together."""
    if design.doses != source.doses:
        raise InvalidValue(f"the design has {design.doses} doses, the outcomes {source.doses}: give both the same")
    if not all(map(is_whole, (trials, *sizes))) or trials < 1 or min(sizes) < 1:
        raise InvalidValue(f"{trials} trials of {sizes[1]} cohorts of {sizes[0]}: give at least 1 of each, as whole numbers")
    if start is not None and not 1 <= start <= design.doses:
        raise InvalidValue(f"first dose {start}: give a dose between 1 and {design.doses}")
    return int(sizes[0]) * int(sizes[1])


def _refuse_waiting(now: Decision, going: Counts) -> None:
    if now.wait[going].any():
        reason = Why(int(now.why[going][now.wait[going].argmax()])).message
        raise InvalidValue(f"the design waits although every outcome is known ({reason}): it cannot decide")
    if (now.dose[going] < 1).any():
        raise InvalidValue("the design goes on without naming a dose: it cannot decide")
