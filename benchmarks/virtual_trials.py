"""Speed of trials on a table of virtual patients; simulating the table itself, and boundaries of looks, are timed apart.

    python benchmarks/virtual_trials.py

Each time is the least of several repeats, in seconds, on one process. With --store the results, with the machine, go to
benchmarks/results/virtual_trials.json.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from immunoreset import bench
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.group_sequential.boundaries import boundaries
from immunoreset.trial.group_sequential.design import GroupSequential
from immunoreset.trial.phase2.bayesian_monitoring import SafetyTable
from immunoreset.trial.phase2.simon import simon_two_stage
from immunoreset.virtual_trial.endpoint import Change, Endpoint, Response, TimeTo
from immunoreset.virtual_trial.observation import Observation, observe
from immunoreset.virtual_trial.potential_outcomes import potential_outcomes
from immunoreset.virtual_trial.power import power_curves
from immunoreset.virtual_trial.randomised import Method, Randomised, run_randomised
from immunoreset.virtual_trial.rescue import Rescue
from immunoreset.virtual_trial.run_trials import run_trials
from immunoreset.virtual_trial.single_arm import Harm, Safety, SingleArm, run_single_arm
from keeping import keep

RESULTS = Path(__file__).parent / "results" / "virtual_trials.json"
ARMS = {
    "standard": "none",
    "rituximab": "rituximab 1000 mg on days 0,14",
    "car-t": "cd19-car-t 1e6 cells/kg on day 0",
}
CONDITIONING = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3"
DOSES = {dose: f"{CONDITIONING}; cd19-car-t-cd28 {dose} cells/kg on day 0" for dose in ("1e3", "1e4", "1e5", "1e6")}
DAYS = (28, 84, 180, 365)
RESPONSE = Response("sri4", 180)


def fastest(run: Callable[[], object], *, repeats: int = 3) -> float:
    """Seconds of the fastest of several runs, after one that fills the caches."""
    run()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return round(min(times), 4)


def phase_3(endpoint: Endpoint, method: Method = "blocks") -> Randomised:
    plan = GroupSequential("asOF", looks=2)
    return Randomised("car-t", "standard", endpoint, 200, plan=plan, method=method, rescue=Rescue())


def main() -> None:
    """Measure, print and store."""
    table = potential_outcomes("cart", ARMS, DAYS, patients=1000)
    seen = observe(table, Observation(missed=0.05, drop_out=0.05, delay=7), seed=1)
    safety = Safety(Harm("crs", 3), SafetyTable((10, 20), (3, 5)))
    phase_2 = SingleArm("car-t", RESPONSE, simon_two_stage(0.2, 0.4, n_max=50).optimal.table, safety=safety)
    totals, drugs = (50, 100, 150, 200, 300), ("car-t", "rituximab")
    size = "2,000 phase 3 trials of 200 patients with two looks, "
    doses = potential_outcomes("cart", DOSES, (28, 90, 180), patients=2000)
    found = {
        "potential outcomes of 2,000 patients at 4 doses, three visits in 180 days": fastest(
            lambda: potential_outcomes("cart", DOSES, (28, 90, 180), patients=2000), repeats=2
        ),
        "5,000 BOIN trials of 10 cohorts on that table": fastest(
            lambda: run_trials(BOIN(4, target=0.25), doses, 5000, target=0.25)
        ),
        "bounds of 10 looks, O'Brien-Fleming type spending": fastest(lambda: boundaries(GroupSequential("asOF", looks=10))),
        "potential outcomes of 1,000 patients in 3 arms": fastest(
            lambda: potential_outcomes("cart", ARMS, DAYS, patients=1000), repeats=1
        ),
        "10,000 single-arm trials with a safety rule": fastest(lambda: run_single_arm(phase_2, seen)),
        size + "response": fastest(lambda: run_randomised(phase_3(RESPONSE), seen)),
        size + "response, minimisation": fastest(lambda: run_randomised(phase_3(RESPONSE, "minimisation"), seen)),
        size + "change": fastest(lambda: run_randomised(phase_3(Change("sledai", 180)), seen)),
        size + "log-rank": fastest(lambda: run_randomised(phase_3(TimeTo("lldas", 365, good=True)), seen)),
        "power at 5 sizes of 2 treatments, 2,000 trials": fastest(
            lambda: power_curves(phase_3(RESPONSE), seen, totals, treatments=drugs)
        ),
    }
    keep(RESULTS, {"seconds": found, "cpu": bench.cpu(), "versions": bench.versions()})
    for name, seconds in found.items():
        print(f"{seconds:8.4f} s  {name}")


if __name__ == "__main__":
    main()
