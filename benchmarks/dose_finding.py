"""Speed of dose finding: 10,000 simulated BOIN trials, rival designs on the same patients, and exact 3+3.

    python benchmarks/dose_finding.py

Each time is the least of several repeats, in seconds, on one process. With --store the results, with the machine, go to
benchmarks/results/dose_finding.json. The R package BOIN takes 6.7 to 10 s for the first row.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from immunoreset import bench
from immunoreset.trial.decision import Design
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_paths import dose_paths
from immunoreset.trial.outcome_sources import PotentialOutcomes, RateTable
from immunoreset.trial.rules.doses import NoSkipping
from immunoreset.trial.rules.stopping import StopAtN
from immunoreset.trial.scenarios import operating_characteristics
from keeping import keep

RESULTS = Path(__file__).parent / "results" / "dose_finding.json"
RATES = (0.05, 0.15, 0.3, 0.45, 0.6)
TRIALS, REPEATS = 10_000, 7


def least(work: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return round(min(times), 4)


def simulated(design: Design, trials: int = TRIALS, source: RateTable | PotentialOutcomes | None = None) -> float:
    patients = RateTable(RATES) if source is None else source
    return least(lambda: operating_characteristics(design, patients, trials=trials, seed=1, target=0.3))


def main() -> None:
    """Measure, print and store."""
    patients = np.random.default_rng(1).uniform(size=(2000, 1)) < np.array(RATES)
    found = {
        "BOIN, 10,000 trials of 10 cohorts of 3 at 5 doses, rate table": simulated(BOIN(5, 0.3)),
        "the same with stop at 24 and no skipping": simulated(StopAtN(NoSkipping(BOIN(5, 0.3)), 24)),
        "mTPI-2, the same patients": simulated(Keyboard(5, 0.3)),
        "3+3, the same patients": simulated(ThreePlusThree(5)),
        "BOIN, 5,000 trials on potential outcomes of 2,000 patients": simulated(BOIN(5, 0.3), 5000, PotentialOutcomes(patients)),
        "3+3, exact, 5 doses": least(lambda: dose_paths(ThreePlusThree(5)).exact(RATES)),
        "3+3 with de-escalation, exact, 8 doses": least(lambda: dose_paths(ThreePlusThree(8, "deescalation")).exact([0.2] * 8)),
        "BOIN, exact, 5 doses, 6 cohorts of 3": least(lambda: dose_paths(BOIN(5, 0.3), max_cohorts=6).exact(RATES)),
    }
    stored = {"seconds": found, "cpu": bench.cpu(), "versions": bench.versions()}
    keep(RESULTS, stored)
    for name, seconds in found.items():
        print(f"{seconds:8.4f} s  {name}")


if __name__ == "__main__":
    main()
