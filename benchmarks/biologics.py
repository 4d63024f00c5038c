"""How exact and how dear engagers, antibodies and IgG therapies are: `python benchmarks/biologics.py`.

The typical patient of refractory lupus, 65 kg, for a year: how far the usual tolerance is from one a thousand times stricter on
these stiff courses (kill of up to 800 a day), and what a course costs: steps of the solver, and processor time beside the
untreated course, alternated, lowest, median and highest. docs/treatments.md has the numbers beside those of a prototype.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from platform import processor, python_version

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
TREATMENTS: dict[str, str] = {
    "teclistamab in steps": str(standard("teclistamab")),
    "teclistamab at once": "teclistamab 1.5 mg/kg on days 0 28",
    "blinatumomab": str(standard("blinatumomab")),
    "mosunetuzumab": str(standard("mosunetuzumab")),
    "daratumumab": "daratumumab 1800 mg weekly from 0 until 49",
    "inebilizumab": "inebilizumab 300 mg on days 0 14 182 364",
    "ianalumab": "ianalumab 300 mg every 28 days from 0 until 364",
    "atacicept": "atacicept 150 mg weekly from 0 until 364",
    "telitacicept": "telitacicept 160 mg weekly from 0 until 364",
    "belimumab SC": "belimumab 200 mg SC weekly from 0 until 364",
    "dapirolizumab": "dapirolizumab 24 mg/kg every 28 days from 0 until 364",
    "immunoglobulin 2 g/kg": "immunoglobulin 2 g/kg on day 0",
    "imlifidase": "imlifidase 0.25 mg/kg on day 0",
    "plasma exchange": "plasma-exchange on days 0 2 4",
}


def arm(text: str) -> Arm:
    """The typical patient under a treatment."""
    typical_patient = Cohort(typical(), np.arange(1), 1, "cart", {})
    return prepare(typical_patient, Regimen.parse(text), start=-7.0, stop=STOP, chance=False)


def solved(ready: Arm, rtol: float = USUAL) -> Solution:
    """The course, four readings a day."""
    grid = np.arange(-7.0, STOP + 0.25, 0.25)
    return simulate(ready.patient.model, **ready.arguments(), outputs=ready.readable(READ), grid=grid, rtol=rtol)


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
    """Print what each treatment costs, and keep it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeats", type=int, default=5)
    asked.add_argument("--store", action="store_true")
    repeats = asked.parse_args().repeats
    untreated, found = arm("no treatment"), {}
    solved(untreated)
    for name, text in TREATMENTS.items():
        ready = arm(text)
        usual = solved(ready)
        ratios = sorted(seconds(ready) / seconds(untreated) for _ in range(repeats))
        found[name] = {
            "steps": int(usual.steps.sum()),
            "error": float(f"{furthest(usual, solved(ready, STRICT)):.1g}"),
            "cost": [round(ratios[0], 1), round(ratios[len(ratios) // 2], 1), round(ratios[-1], 1)],
        }
        print(f"{name}: {found[name]}", flush=True)
    machine = {"python": python_version(), "processor": processor(), "cores": os.cpu_count(), "repeats": repeats}
    keep(RESULTS, {"machine": machine, "treatments": TREATMENTS, "rows": found})


if __name__ == "__main__":
    main()
