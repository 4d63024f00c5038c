"""Speed of model-based dose finding: simulated trials of 8 cohorts of 3 at 5 doses, a fit after every cohort.

    python benchmarks/model_based.py

Each time is the least of several repeats, in seconds, on one process. With --store the results, with the machine, go to
benchmarks/results/model_based.json. The R package dfcrm takes 14 to 19 s for the first row.
"""

from __future__ import annotations

import time
from pathlib import Path

from immunoreset import bench
from immunoreset.trial.decision import Design
from immunoreset.trial.dose_finding.blrm import BLRM
from immunoreset.trial.dose_finding.boin12 import BOIN12
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.efftox import THALL_2014, Contour, EffTox
from immunoreset.trial.dose_finding.toxicity_curves import Logistic, TwoParameterLogistic
from immunoreset.trial.dose_finding.u_boin import UBOIN
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.rules.doses import NoSkipping
from immunoreset.trial.scenarios import simulate_trials
from keeping import keep

RESULTS = Path(__file__).parent / "results" / "model_based.json"
PATIENTS = RateTable((0.05, 0.15, 0.3, 0.45, 0.6), (0.1, 0.25, 0.45, 0.5, 0.5))
SKELETON, AMOUNTS = (0.06, 0.14, 0.25, 0.38, 0.5), (1.0, 2.0, 4.0, 6.6, 10.0)
VAGUE = TwoParameterLogistic((-1.5, 0.0), (1.5, 0.7))
TRADE_OFF = Contour(0.5, 0.65, (0.7, 0.25))


def simulated(design: Design, *, trials: int = 2000, repeats: int = 5) -> float:
    """Seconds of the fastest of several runs, after one that fills the caches."""
    simulate_trials(design, PATIENTS, trials=10, seed=2, max_cohorts=8)
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        simulate_trials(design, PATIENTS, trials=trials, seed=1, max_cohorts=8)
        times.append(time.perf_counter() - began)
    return round(min(times), 4)


def main() -> None:
    """Measure, print and store."""
    found = {
        "CRM, power model, 2,000 trials x 8 updates": simulated(NoSkipping(CRM(SKELETON, 0.25))),
        "CRM, logistic": simulated(NoSkipping(CRM(SKELETON, 0.25, Logistic()))),
        "CRM, logistic with two parameters": simulated(NoSkipping(CRM(SKELETON, 0.25, VAGUE))),
        "CRM by maximum likelihood": simulated(NoSkipping(CRM(SKELETON, 0.25, method="ml"))),
        "BLRM with overdose control": simulated(NoSkipping(BLRM(AMOUNTS, 6.6, VAGUE))),
        "BOIN12": simulated(BOIN12(5)),
        "U-BOIN": simulated(UBOIN(5)),
        "EffTox, 200 trials": simulated(EffTox(AMOUNTS, THALL_2014, TRADE_OFF, 0.5, 0.3), trials=200, repeats=1),
    }
    stored = {"seconds": found, "cpu": bench.cpu(), "versions": bench.versions()}
    keep(RESULTS, stored)
    for name, seconds in found.items():
        print(f"{seconds:8.4f} s  {name}")


if __name__ == "__main__":
    main()
