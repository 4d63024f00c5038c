"""What ordering a pool does before patients are drawn from it by weight: `python benchmarks/baseline_order.py`.

The table of BLISS-SC and the first three covariates of it; 8 pools of 10,000 patients, 10 draws of 500 from each. Printed: the
root mean square distance of each drawn mean or share from the weighted pool, in standard errors of a random sample of 500 (1 is
chance), and the effective size of the pools.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from immunoreset.baseline import balanced, parse_baseline
from immunoreset.baseline.sampling import alike_together, drawn_by_weight
from immunoreset.manifest import machine
from keeping import keep

TABLE = Path(__file__).parents[1] / "examples" / "baselines" / "bliss-sc.toml"
POOLS, DRAWS, PATIENTS = 8, 10, 500
RESULTS = Path(__file__).parent / "results" / "baseline_order.json"


def distances(text: str) -> dict[str, object]:
    """Root mean square distances by order and statistic, and effective sizes, of one table."""
    names: list[str] = []
    apart: dict[str, list[np.ndarray]] = {"by number": [], "alike together": []}
    effective = []
    for pool in range(1, POOLS + 1):
        found = balanced(parse_baseline(text), patients=PATIENTS, seed=pool)
        x, w = found.problem.features, found.weights.weights
        names = [f"{line.covariate} {line.statistic}" for line in found.lines]
        effective.append(found.weights.effective)
        middle = (x * w).sum(axis=1)
        sd = np.sqrt((w * (x - middle[:, None]) ** 2).sum(axis=1))
        for name, order in {"by number": np.arange(len(w)), "alike together": alike_together(x)}.items():
            for draw in range(DRAWS):
                drawn = drawn_by_weight(w, PATIENTS, seed=draw, order=order)
                assert drawn is not None
                apart[name].append((x[:, drawn].mean(axis=1) - middle) / sd * np.sqrt(PATIENTS))
    told = {name: np.sqrt(np.mean(np.square(values), axis=0)).round(2).tolist() for name, values in apart.items()}
    return {
        "statistics": names,
        **told,
        "effective size": {"mean": round(float(np.mean(effective)), 3), "sd between pools": round(float(np.std(effective)), 3)},
    }


def main() -> None:
    """Measure, print and store."""
    whole = TABLE.read_text("utf-8")
    head, *rows = whole.split("[[row]]")
    tables = {"BLISS-SC": whole, "its first three covariates": "[[row]]".join([head, *rows[:3]])}
    told = {**machine(), "pools": POOLS, "draws": DRAWS, "patients": PATIENTS, **{n: distances(t) for n, t in tables.items()}}
    keep(RESULTS, told)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
