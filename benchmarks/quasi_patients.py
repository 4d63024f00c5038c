"""How much nearer quasi-random patients bring a mean: its variance over seeds, hashed patients over quasi-random ones.

    python benchmarks/quasi_patients.py

Results, with the machine, go to benchmarks/results/quasi_patients.json. A ratio of variances from so many seeds is itself known
within a factor of about two.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from immunoreset.catalogue import Theta
from immunoreset.inference import simulate_rows
from immunoreset.manifest import machine

RESULTS = Path(__file__).parent / "results" / "quasi_patients.json"
SEEDS, PATIENTS = 20, 64
OUTCOMES = ("igg_change_percent_day180", "car_t_peak_per_ul", "il6_peak", "neutrophils_nadir", "crs_any", "doris_day180")
ARMS = {
    "car-t": "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0",
}


def means(seed: int, *, quasi: bool) -> list[float]:
    """The mean of each outcome; the peak of CAR-T, which is skewed, by its logarithm."""
    rows = simulate_rows([Theta.current()], "cart", ARMS, n=PATIENTS, seed=seed, quasi=quasi, stop=180.0, outcomes=OUTCOMES)
    values = [rows.outcomes[name][0, 0] for name in OUTCOMES]
    return [
        float(np.nanmean(np.log(v) if name.endswith(("_ul", "_peak")) else v)) for name, v in zip(OUTCOMES, values, strict=True)
    ]


def main() -> None:
    """Measure, print and store."""
    spread = {
        kind: np.var([means(seed, quasi=kind == "quasi") for seed in range(SEEDS)], axis=0, ddof=1)
        for kind in ("hashed", "quasi")
    }
    ratios = dict(zip(OUTCOMES, np.round(spread["hashed"] / spread["quasi"], 1).tolist(), strict=True))
    told = {**machine(), "seeds": SEEDS, "patients": PATIENTS, "variance_hashed_over_quasi": ratios}
    RESULTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
