"""Sensitivity of the headlines of a CAR-T arm, with two seeds: time, and how far the ten strongest numbers are the same.

    python benchmarks/sensitivity_agreement.py [--patients 256] [--rows 512]

Both seeds have other patients, flares and points. CPU seconds are those of the process over all threads. Results, with the
machine, go to benchmarks/results/sensitivity_agreement.json.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from immunoreset.manifest import machine
from immunoreset.sensitivity_analysis import Sensitivity, analysis, sensitivity
from immunoreset.sensitivity_analysis.question import question_of
from immunoreset.sensitivity_analysis.screen import Screen
from immunoreset.study_document import Arm, Patients, Study
from immunoreset.therapy import standard

RESULTS = Path(__file__).parent / "results" / "sensitivity_agreement.json"
SEEDS = (1, 2)
TOP = 10


def study(seed: int) -> Study:
    """CAR-T cells in refractory lupus."""
    patients, arm = Patients(population="cart", n=256), Arm(treatment=str(standard("car-t")))
    return Study(title="CD19 CAR-T cells in refractory lupus", seed=seed, patients=patients, arms={"car-t": arm})


class Clock:
    """CPU and wall seconds of each step, from the calls of its progress."""

    def __init__(self) -> None:
        self.last = (time.process_time(), time.perf_counter())
        self.seconds: dict[str, list[float]] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        now = (time.process_time(), time.perf_counter())
        spent = self.seconds.setdefault(step, [0.0, 0.0, 0.0])
        spent[0], spent[1], spent[2] = spent[0] + now[0] - self.last[0], spent[1] + now[1] - self.last[1], float(done)
        self.last = now
        print(step, done, total, f"{spent[0]:.1f} s of CPU, {spent[1]:.1f} s", flush=True)


def by_screen(screen: Screen, names: Sequence[str], place: int) -> list[str]:
    """The ten numbers with the largest effects of one prior standard deviation on a headline."""
    order = np.argsort(-np.abs(np.nan_to_num(screen.effect[:, place])), kind="stable")
    return [names[int(k)] for k in order[:TOP]]


def shared(one: list[str], other: list[str]) -> int:
    return len(set(one) & set(other))


def compared(one: Sensitivity, other: Sensitivity) -> dict[str, Any]:
    """How many of the ten strongest are the same, by total effects and by the screen; total effects side by side."""
    told = {}
    names = [unknown.name for unknown in one.question.unknowns]
    for place, headline in enumerate(one.question.headlines):
        totals = [run.effects.total.value[:, place] for run in (one, other)]
        errors = [run.effects.total.error[:, place] for run in (one, other)]
        common = [name for name in one.factors.names if name in other.factors.names]
        pairs = [[run.factors.names.index(name) for name in common] for run in (one, other)]
        apart = (totals[0][pairs[0]] - totals[1][pairs[1]]) / np.hypot(errors[0][pairs[0]], errors[1][pairs[1]])
        standings, shares = one.standing_shares
        told[headline.name] = {
            "kind": headline.kind,
            "total: same of ten": shared(one.strongest(headline.name, TOP), other.strongest(headline.name, TOP)),
            "screen: same of ten": shared(*(by_screen(run.screen, names, place) for run in (one, other))),
            "largest difference of total effects": round(float(np.nanmax(np.abs(totals[0][pairs[0]] - totals[1][pairs[1]]))), 3),
            "differences beyond two standard errors": f"{int((np.abs(apart) > 2).sum())} of {len(common)}",
            "strongest": {
                name: [round(float(run.effects.total.value[run.factors.names.index(name), place]), 3) for run in (one, other)]
                for name in one.strongest(headline.name, TOP)
                if name in common
            },
            "by standing": {name: round(float(shares.value[k, place]), 3) for k, name in enumerate(standings)},
            "patients and chance, of single patients": round(float(one.effects.patients.value[place]), 3),
        }
    return told


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=analysis.PATIENTS)
    parser.add_argument("--rows", type=int, default=analysis.ROWS)
    options = parser.parse_args()
    question_of(study(SEEDS[0]))  # compiles
    found, clocks = [], []
    for seed in SEEDS:
        clocks.append(Clock())
        found.append(sensitivity(study(seed), patients=options.patients, rows=options.rows, progress=clocks[-1]))
    one = found[0]
    told = {
        **machine(),
        "patients": options.patients,
        "rows": options.rows,
        "unknowns": len(one.question.unknowns),
        "factors": len(one.factors),
        "cpu_and_wall_seconds_and_courses": [
            {step: [round(value, 1) for value in spent] for step, spent in clock.seconds.items()} for clock in clocks
        ],
        "points_without_patients": [f"{run.counts.without_patients} of {run.counts.points}" for run in found],
        "redrawn": [round(run.counts.redrawn, 4) for run in found],
        "same factors chosen": shared(list(one.factors.names), list(found[1].factors.names)),
        "headlines": compared(*found),
    }
    RESULTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
