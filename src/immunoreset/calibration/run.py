"""From a plan to a posterior: center, design, checks, emulator, reach gate, draws, later waves, and what patients then show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from immunoreset.calibration.engine_rows import EngineRows, Progress, Statistics, correlation_of, statistics_of
from immunoreset.calibration.lock import lock_of
from immunoreset.calibration.parts import Parts
from immunoreset.calibration.plan import Plan
from immunoreset.calibration.simulate import check_readings
from immunoreset.errors import InvalidValue
from immunoreset.inference.dependence import between
from immunoreset.inference.emulator import Emulator, anchored, checked, fit
from immunoreset.inference.likelihood import Likelihood
from immunoreset.inference.points import normal_points
from immunoreset.inference.predictive import reach
from immunoreset.inference.slice_sampler import Sample, sample
from immunoreset.manifest import code_hash

Floats = NDArray[np.float64]
OTHERS, PREDICTED = 8192, 2048
"""Where the numbers of patients who are not those of the design begin, and how many show what the posterior predicts."""
ENOUGH = 0.25
"""A wave is the last when the emulator's variance is below this share of each row's own."""
NARROW = 1e-3
REACH_POINTS = 4096
BEYOND = "the model cannot say this: it lies outside 99.9 % of what the priors allow; change the mechanism, not the bounds"


@dataclass(frozen=True, eq=False)
class Wave:
    """Points z (M, K) of all waves so far with their weights, what the engine said there, and what follows."""

    z: Floats
    weights: Floats
    statistics: Floats
    emulator: Emulator
    likelihood: Likelihood
    sample: Sample


@dataclass(frozen=True, eq=False)
class Calibration:
    """A calibration: `kept` rows (places in the plan) took part, `out` says why others did not.

    `waves` are the emulators and draws in order; `draws` (D, K) those of the last that are kept;
    `before` and `after` are the statistics (R,) of patients who took no part, at the model as it is and at the posterior mean,
    `watched` the same of the validation rows.
    """

    plan: Plan
    kept: NDArray[np.int64]
    out: dict[str, str]
    correlation: Floats
    waves: tuple[Wave, ...]
    draws: Floats
    before: Statistics
    after: Statistics
    watched: tuple[Statistics, Statistics]
    lock: dict[str, Any]

    @property
    def last(self) -> Wave:
        return self.waves[-1]


def calibrate(
    plan: Plan, place: Path, *, threads: int | None = None, progress: Progress | None = None
) -> tuple[Calibration, Parts]:
    """The calibration of a plan; parts are kept beside `place`, where a run that was killed goes on.

    Same document, same bytes, on any number of threads and however often it was interrupted. Raises an ImmunoresetError for a
    reading that cannot be made, when no row is left, and when the chains have not met.
    """
    check_readings(plan, threads=threads)
    lock = lock_of(plan)
    engine = EngineRows(plan, Parts(place, {**lock, "code": code_hash()}), threads, progress)
    design, unknowns, seed = plan.document.design, len(plan.unknowns), plan.document.seed
    here = np.zeros((1, unknowns))
    common, others = range(design.patients), range(OTHERS, OTHERS + design.check_patients)
    many = engine.values("center", here, range(design.center))
    few = engine.statistics("center, few", here, common)
    points = normal_points(plan.points, unknowns, seed)
    first = engine.statistics("design", points, common)
    tests = normal_points(design.checks, unknowns, seed + 1)
    tested = engine.statistics("checks", tests, others)
    center, joint = statistics_of(plan.rows, many), correlation_of(plan, many)

    def emulated(z: Floats, weights: Floats, found: Floats, rows: NDArray[np.int64]) -> Emulator:
        names = [plan.rows[number].row.id for number in rows]
        made = fit(z, found[:, rows], weights=weights, names=names)
        made = anchored(made, few.value[0][rows], center.value[0][rows])
        return checked(made, tests, tested.value[:, rows], tested.variance[:, rows])

    out = _never_there(plan, first.value)
    open_rows = np.array([number for number, row in enumerate(plan.rows) if row.row.id not in out], dtype=np.int64)
    if not len(open_rows):
        raise InvalidValue("no row has a number at enough points of the design; " + next(iter(out.values())))
    emulator = emulated(points, np.ones(len(points)), first.value, open_rows)
    targets = [plan.targets[number] for number in open_rows]
    gate = Likelihood.of(targets, emulator, emulator=emulator.variance, between=between(targets))
    prior = normal_points(REACH_POINTS, unknowns, seed + 2)
    beyond = reach(gate, emulator(prior), np.random.Generator(np.random.Philox(seed)))
    weak = emulator.weak(np.array([target.sd**2 for target in targets]))
    for at, target in enumerate(targets):
        if target.name in beyond:
            out[target.name] = BEYOND
        elif weak[at]:
            out[target.name] = (
                f"the emulator explains {emulator.r2[at]:.0%} of it, less well than the row knows it; take more patients"
            )
    kept = np.array([p for p, target in zip(open_rows, targets, strict=True) if target.name not in out], dtype=np.int64)
    if not len(kept):
        raise InvalidValue("no row is left to calibrate to: " + "; ".join(f"{name}: {why}" for name, why in out.items()))
    rho = joint[np.ix_(kept, kept)]
    z, weights, values = points, np.ones(len(points)), first.value
    waves: list[Wave] = []
    for number in range(plan.document.waves):
        emulator = emulated(z, weights, values, kept)
        likelihood = Likelihood.of(
            [plan.targets[number] for number in kept],
            emulator,
            correlation=rho,
            emulator=emulator.variance,
            between=between([plan.targets[number] for number in kept]),
        )
        drawn = sample(likelihood, unknowns, seed=seed + number, names=[own.name for own in plan.unknowns])
        waves.append(Wave(z, weights, values, emulator, likelihood, drawn))
        own = np.array([plan.targets[number].sd ** 2 for number in kept])
        if number + 1 == plan.document.waves or np.all(emulator.variance < ENOUGH * own):
            break
        more = drawn.thinned(design.wave_points)
        newer = engine.statistics(f"wave {number + 2}", more, common)
        z, values = np.concatenate([z, more]), np.concatenate([values, newer.value])
        weights = near(z, drawn)
        tests = drawn.thinned(design.checks)  # where it matters now
        tested = engine.statistics(f"checks of wave {number + 2}", tests, others)
    draws = waves[-1].sample.thinned(plan.document.draws)
    middle = draws.mean(axis=0, keepdims=True)
    told = range(2 * OTHERS, 2 * OTHERS + PREDICTED)
    before, seen_before = engine.shown("before", here, told)
    after, seen_after = engine.shown("after", middle, told)
    seen = (seen_before, seen_after)
    return Calibration(plan, kept, out, joint, tuple(waves), draws, before, after, seen, lock), engine.parts


def near(z: Floats, drawn: Sample) -> Floats:
    """Weights (M,) of points by how near they lie to the draws: an expansion of the normal fitted to them, never below 0.1 %."""
    draws = drawn.z
    middle = draws.mean(axis=0)
    sd = np.maximum(draws.std(axis=0), 0.05)
    away = ((z - middle) / (2.0 * sd)) ** 2
    return np.maximum(np.exp(-0.5 * away.mean(axis=1) * min(4, z.shape[1])), NARROW)


def _never_there(plan: Plan, found: Floats) -> dict[str, str]:
    """Rows that have a number at too few points of the design to be emulated, and why they are left out."""
    need = 2 * len(plan.unknowns) + 2
    there = np.isfinite(found).sum(axis=0)
    return {
        row.row.id: f"only {n} of {len(found)} points have patients with this number; at least {need} are needed"
        for row, n in zip(plan.rows, there, strict=True)
        if n < need
    }
