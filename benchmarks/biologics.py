"""Engagers, antibodies and IgG therapies beside the prototype of their specification: `python benchmarks/biologics.py`.

The typical patient of refractory lupus, 65 kg, for a year: when blood has less than 1 B cell/uL, and when more than 5 again;
the lowest share of B cells left in lymph nodes (%); true anti-dsDNA as a share of entry on days 28, 90 and 365; the patient's
own IgG at its lowest and on day 365 (g/L). The prototype ran on an earlier version of the core and refilled niches of plasma
cells, so that rows differ; they are printed, not tuned.

Besides, how far the usual tolerance is from one a thousand times stricter on these stiff courses (kill of up to 800 a day), and
what a course costs: steps of the solver, and processor time beside the untreated course, alternated, median and range.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from platform import processor, python_version
from typing import Any

import numpy as np

from immunoreset.catalogue.standard import typical
from immunoreset.engine import Solution, simulate
from immunoreset.patient.course import Arm, prepare
from immunoreset.population import Cohort
from immunoreset.therapy import Regimen, standard
from keeping import keep

RESULTS = Path(__file__).parent / "results" / "biologics.json"
STOP, USUAL, STRICT = 365.0, 1e-6, 1e-9
READ = ("cd20_positive_per_ul", "lymph_node_fraction", "anti_dsdna", "antibodies.igg", "il6")
NEVER = "-"
# treatment, and of the prototype: B cells gone, back, node, anti-dsDNA at 28, 90, 365, lowest IgG, IgG at 365 ("-": never)
ROWS: dict[str, tuple[str, str]] = {
    "teclistamab in steps": (str(standard("teclistamab")), "7.8 165 | 0.32 | 0.36 0.04 0.01 | 9.7 10.7"),
    "teclistamab at once": ("teclistamab 1.5 mg/kg on days 0 28", "6.2 162 | 0.32 | 0.33 0.04 0.01 | 9.7 10.7"),
    "blinatumomab": (str(standard("blinatumomab")), "20.3 30 | 35 | 0.70 0.74 0.98 | 13.4 14.4"),
    "mosunetuzumab": (
        str(standard("mosunetuzumab")),
        "11.2 155 | 4.3 | 0.77 0.17 0.66 | 12.5 14.1 (days not given)",
    ),
    "daratumumab": ("daratumumab 1800 mg weekly from 0 until 49", "- - | 100 | 0.56 0.40 0.57 | 8.4 8.6"),
    "inebilizumab": ("inebilizumab 300 mg on days 0 14 182 364", "- - | 6.2 | 0.85 0.72 0.77 | 12.2 13.0 (lowest on day 669)"),
    "ianalumab": ("ianalumab 300 mg every 28 days from 0 until 364", "- - | 3.2 | 0.93 0.72 0.48 | 12.4 12.6"),
    "atacicept": ("atacicept 150 mg weekly from 0 until 364", "- - | 57 | 0.79 0.66 0.66 | 10.6 10.7"),
    "telitacicept": ("telitacicept 160 mg weekly from 0 until 364", "- - | 53 | 0.62 0.43 0.43 | 9.4 9.6"),
    "belimumab SC": ("belimumab 200 mg SC weekly from 0 until 364", "- - | 52 | 0.95 0.85 0.81 | 14.3 14.3"),
    "dapirolizumab": ("dapirolizumab 24 mg/kg every 28 days from 0 until 364", "- - | 100 | 0.91 0.77 0.69 | 14.9 15.4"),
    "immunoglobulin 2 g/kg": ("immunoglobulin 2 g/kg on day 0", "own IgG 10 % and anti-dsDNA 9 % lower on day 28"),
    "imlifidase": ("imlifidase 0.25 mg/kg on day 0", "IgG 0.6 % on day 1, 14 % on day 10, 61 % on day 28"),
    "plasma exchange": ("plasma-exchange on days 0 2 4", "IgG 18 % after three (published)"),
}


def arm(text: str) -> Arm:
    """The typical patient under a treatment."""
    typical_patient = Cohort(typical(), np.arange(1), 1, "cart", {})
    return prepare(typical_patient, Regimen.parse(text), start=-7.0, stop=STOP, chance=False)


def solved(ready: Arm, rtol: float = USUAL) -> Solution:
    """The course, four readings a day."""
    grid = np.arange(-7.0, STOP + 0.25, 0.25)
    return simulate(ready.patient.model, **ready.arguments(), outputs=ready.readable(READ), grid=grid, rtol=rtol)


def row(found: Solution) -> dict[str, Any]:
    """The numbers of one treatment."""
    days = found.days
    b_cells, node, titre, igg, _ = (found.outputs[name][0] for name in READ)
    gone = np.flatnonzero((b_cells < 1) & (days > 0))
    back = np.flatnonzero((b_cells > 5) & (days > days[gone[-1]])) if len(gone) else gone
    at = [int(np.searchsorted(days, day)) for day in (28, 90, 365)]
    return {
        "gone": round(float(days[gone[0]]), 1) if len(gone) else NEVER,
        "back": round(float(days[back[0]]), 0) if len(back) else NEVER,
        "node": float(f"{100 * node.min():.2g}"),
        "anti_dsdna": [round(float(titre[k] / titre[0]), 2) for k in at],
        "igg": [round(float(igg.min()), 1), round(float(igg[at[-1]]), 1)],
        "steps": int(found.steps.sum()),
    }


def furthest(usual: Solution, strict: Solution) -> float:
    """The largest difference of any reading, as a share of the largest value of its curve."""
    pairs = ((usual.outputs[name], strict.outputs[name]) for name in READ)
    return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in pairs)


def seconds(ready: Arm) -> float:
    """Processor time of one solution."""
    before = time.process_time()
    solved(ready)
    return time.process_time() - before


def main() -> None:
    """Print the rows, and keep them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeats", type=int, default=5)
    asked.add_argument("--store", action="store_true")
    repeats = asked.parse_args().repeats
    untreated, found = arm("no treatment"), {}
    solved(untreated)
    for name, (text, prototype) in ROWS.items():
        ready = arm(text)
        usual = solved(ready)
        ratios = sorted(seconds(ready) / seconds(untreated) for _ in range(repeats))
        found[name] = row(usual) | {
            "error": float(f"{furthest(usual, solved(ready, STRICT)):.1g}"),
            "cost": [round(ratios[0], 1), round(ratios[len(ratios) // 2], 1), round(ratios[-1], 1)],
            "prototype": prototype,
        }
        print(f"{name}: {found[name]}", flush=True)
    machine = {"python": python_version(), "processor": processor(), "cores": os.cpu_count(), "repeats": repeats}
    keep(RESULTS, {"machine": machine, "treatments": {name: text for name, (text, _) in ROWS.items()}, "rows": found})


if __name__ == "__main__":
    main()
