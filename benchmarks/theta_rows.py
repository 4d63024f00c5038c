"""CPU time of many thetas on the same patients: all rows at once, beside a study for each theta, by turns in one run.

    python benchmarks/theta_rows.py

Both simulate the same patients in the same arms and read the same outcomes; the largest relative difference between them is
told. Times are CPU seconds of the process, over all threads, and the least of the rounds. Results, with the machine, go to
benchmarks/results/theta_rows.json.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from immunoreset.catalogue import Theta
from immunoreset.inference import Rows, simulate_rows
from immunoreset.manifest import machine
from immunoreset.results import StudyResult
from immunoreset.study import run
from immunoreset.study_document import Arm, Patients, Study

RESULTS = Path(__file__).parent / "results" / "theta_rows.json"
THETAS, PATIENTS, ROUNDS, SEED, STOP = 32, 64, 3, 1, 180.0
FREE = ("car_t.expansion_max", "cytokines.half_killing", "b_cells.pre_b_maturation", "rituximab.clearance")
ARMS = {
    "car-t": "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0",
    "rituximab": "rituximab 1000 mg on days 0 14",
}


def thetas(count: int) -> list[Theta]:
    """Thetas whose free numbers lie within 10 % of the published ones."""
    random, current = np.random.default_rng(SEED), Theta.current()
    factors = random.uniform(0.9, 1.1, (count, len(FREE)))
    return [current.with_values({n: f * current.table[n].value for n, f in zip(FREE, row, strict=True)}) for row in factors]


def study() -> Study:
    """The same patients and arms as a study document says them."""
    arms = {name: Arm(treatment=text) for name, text in ARMS.items()}
    patients = Patients(population="cart", n=PATIENTS)
    return Study(title="rows", seed=SEED, stop=STOP, patients=patients, arms=arms)


def all_at_once(many: list[Theta], *, quasi: bool = False) -> Rows:
    return simulate_rows(many, "cart", ARMS, n=PATIENTS, seed=SEED, stop=STOP, quasi=quasi)


def one_by_one(many: list[Theta]) -> list[StudyResult]:
    document = study()
    return [run(document, theta=theta) for theta in many]


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """CPU seconds, seconds by the clock, and the result."""
    cpu, clock = time.process_time(), time.perf_counter()
    found = work()
    return time.process_time() - cpu, time.perf_counter() - clock, found


def difference(rows: Rows, studies: list[StudyResult]) -> float:
    """The largest relative difference between an outcome of the rows and that of the study."""
    worst = 0.0
    for name, values in rows.outcomes.items():
        theirs = np.array(
            [[result.arms[arm].outcomes.values.get(name, np.nan) for arm in ARMS] for result in studies], dtype=float
        )
        apart = np.abs(values - theirs) / np.maximum(np.abs(theirs), 1e-2)
        worst = max(worst, float(np.nanmax(apart, initial=0.0)))
    return worst


def main() -> None:
    """Measure, print and store."""
    many = thetas(THETAS)
    all_at_once(many[:2])  # compiles what both need
    one_by_one(many[:2])
    ways = {"all rows at once": lambda: all_at_once(many), "a study for each theta": lambda: one_by_one(many)}
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    found = {}
    for turn in range(ROUNDS):
        for name in list(ways)[:: 1 if turn % 2 == 0 else -1]:
            cpu, clock, found[name] = timed(ways[name])
            seconds[name].append((cpu, clock))
    least = {name: min(cpu for cpu, _ in times) for name, times in seconds.items()}
    told = {
        **machine(),
        "courses": THETAS * PATIENTS * len(ARMS),
        "cpu_seconds": {name: round(value, 2) for name, value in least.items()},
        "all_rounds_cpu_and_clock": {
            name: [[round(one, 2) for one in pair] for pair in times] for name, times in seconds.items()
        },
        "times_faster": round(least["a study for each theta"] / least["all rows at once"], 2),
        "largest_relative_difference": difference(*found.values()),
    }
    RESULTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
