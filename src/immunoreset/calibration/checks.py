"""How far a calibration can be believed: synthetic data on the emulator and on the engine, and each study left out in turn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from immunoreset.calibration.engine_rows import EngineRows, Progress
from immunoreset.calibration.parts import Parts
from immunoreset.calibration.run import OTHERS, Calibration
from immunoreset.inference.checks import (
    QUICK,
    effective_rows,
    influence,
    misfit,
    rank,
    rests_on,
    simulation_based,
    study_left_out,
)
from immunoreset.inference.points import normal_points
from immunoreset.inference.predictive import inside

TRUTHS, DATA_SETS, DRAWS = 16, 3, 199
TRUTH_PATIENTS = 1024


def check_calibration(
    found: Calibration, parts: Parts, *, threads: int | None = None, progress: Progress | None = None, truths: int = TRUTHS
) -> dict[str, Any]:
    """What `--check` adds to the summary: `checks` in words and numbers, `expected_inside`, and the rows behind each unknown."""
    last, seed, unknowns = found.last, found.plan.document.seed, len(found.plan.unknowns)
    likelihood = last.likelihood
    rng = np.random.Generator(np.random.Philox(seed + 7))
    emulated = simulation_based(likelihood, unknowns, seed=seed + 11)
    counted, _ = inside(likelihood, likelihood.mean(last.sample.thinned(2000)), rng)
    engine = engine_truths(found, EngineRows(found.plan, parts, threads, progress), truths)
    moved = influence(likelihood, last.sample, seed=seed + 13)
    checks = {
        "rows inside what the posterior expects": str(counted),
        "effective rows": f"{effective_rows(likelihood):.1f} of {len(found.kept)}",
        "misfit per row (1 where model and data agree)": f"{misfit(likelihood, last.sample.thinned(2000)):.2f}",
        "truths of the emulator inside 90 % (50 %) intervals": f"{emulated.inside_90:.1%} ({emulated.inside_50:.1%})",
        "chance of ranks as uneven": f"{emulated.p:.2f}",
        "truths of the engine inside 90 % intervals": f"{engine:.1%} of {truths * unknowns * DATA_SETS}",
    }
    for study in dict.fromkeys(target.study for target in likelihood.targets):
        left = study_left_out(likelihood, study, unknowns, seed=seed + 17, sampler=QUICK)
        if left is not None:
            told = ", ".join(f"{name.partition('/')[2]} {z:+.1f}" for name, z in zip(left.rows.names, left.rows.z, strict=True))
            checks[f"{study} left out, z of its rows"] = told
    return {
        "checks": checks,
        "expected_inside": str(counted),
        "coverage": {
            "emulator_90": emulated.inside_90,
            "emulator_50": emulated.inside_50,
            "p": emulated.p,
            "engine_90": engine,
            "truths": truths * unknowns,
        },
        "rests_on": dict(zip((own.name for own in found.plan.unknowns), rests_on(moved, likelihood), strict=True)),
    }


def engine_truths(found: Calibration, engine: EngineRows, truths: int) -> float:
    """The share of truths that 90 % intervals hold where data come from the engine, from other patients than the design's."""
    seed, unknowns = found.plan.document.seed, len(found.plan.unknowns)
    z = normal_points(truths, unknowns, seed + 5)
    said = engine.statistics("truths", z, range(3 * OTHERS, 3 * OTHERS + TRUTH_PATIENTS)).value[:, found.kept]
    likelihood = found.waves[0].likelihood  # of the prior: later waves are about the real data
    exact = replace(likelihood, emulator=np.zeros(len(found.kept)))
    rng = np.random.Generator(np.random.Philox(seed + 19))
    there: NDArray[np.bool_] = np.asarray(np.isfinite(said).all(axis=1))
    ranks = []
    for number in range(DATA_SETS):
        data = exact.draw(np.where(there[:, None], said, 0.0), rng)
        ranks += [
            rank(QUICK(likelihood.observed(own), unknowns, seed=seed + 100 * number + place).thinned(DRAWS), truth)
            for place, (own, truth) in enumerate(zip(data, z, strict=True))
            if there[place]
        ]
    return float((np.abs(np.array(ranks) - 0.5) <= 0.45).mean()) if ranks else float("nan")
