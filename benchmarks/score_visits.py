"""How fast a long table of 100,000 visits is scored: `python benchmarks/score_visits.py`.

5,000 invented patients with 20 visits each: all 24 SLEDAI items, PGA, prednisone, nine BILAG grades and eight laboratory values,
one value in twenty missing, as a long table of 4.1 million values. Timed: from the long table to visits, and all scores that it
allows, with their ranges and with what is missing. The least and the greatest of five runs are reported.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np

from immunoreset.endpoints.lupus.sledai_items import CODES
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.lupus import BILAG_ITEMS
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.visits import Visits
from immunoreset.manifest import machine
from keeping import keep

PATIENTS, VISITS, RUNS, MISSING = 5_000, 20, 5, 0.05
MEASURED = {
    "PGA": (0, 3), "PREDNISONE": (0, 20), "UPCR": (0, 3), "C3": (0.5, 1.5), "NEUT": (0.3, 6), "PLAT": (20, 300), "WBC": (1, 9),
    "DSDNA": (0, 300), "CREAT": (0.5, 2), "IGG": (2, 12),
}  # fmt: skip
RESULTS = Path(__file__).parent / "results" / "score_visits.json"


def long_table() -> dict[str, np.ndarray]:
    """Columns patient, day, item, value, lower and upper of the invented visits."""
    random = np.random.default_rng(1)
    n = PATIENTS * VISITS
    columns = {code: random.integers(0, 2, n).astype(float) for code in CODES}
    columns |= {code: random.integers(0, 5, n).astype(float) for code in BILAG_ITEMS}
    columns |= {code: random.uniform(low, high, n) for code, (low, high) in MEASURED.items()}
    patient = np.repeat(np.array([f"P{number:05d}" for number in range(PATIENTS)], dtype=object), VISITS)
    day = np.tile(28.0 * np.arange(VISITS) - 28, PATIENTS)
    kept = {code: random.random(n) >= MISSING for code in columns}
    limits = {"C3": (0.9, np.nan), "DSDNA": (np.nan, 30.0), "NEUT": (1.8, np.nan), "PLAT": (150.0, np.nan), "WBC": (4.0, np.nan)}
    return {
        "patient": np.concatenate([patient[kept[code]] for code in columns]),
        "day": np.concatenate([day[kept[code]] for code in columns]),
        "item": np.concatenate([np.full(kept[code].sum(), code, dtype=object) for code in columns]),
        "value": np.concatenate([columns[code][kept[code]] for code in columns]),
        "lower": np.concatenate([np.full(kept[code].sum(), limits.get(code, (np.nan, 0))[0]) for code in columns]),
        "upper": np.concatenate([np.full(kept[code].sum(), limits.get(code, (0, np.nan))[1]) for code in columns]),
    }


def main() -> None:
    table = long_table()
    tabled, scored = [], []
    for _ in range(RUNS):
        begun = time.perf_counter()
        visits = Visits.from_long(**table)
        tabled.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        result = score(visits, USUAL)
        scored.append(time.perf_counter() - begun)
    found = {
        **machine(),
        "visits": len(visits),
        "values": len(table["value"]),
        "scores": len(result.results),
        "seconds_to_table": [round(min(tabled), 2), round(max(tabled), 2)],
        "seconds_to_score": [round(min(scored), 2), round(max(scored), 2)],
    }
    keep(RESULTS, found)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
