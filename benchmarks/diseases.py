"""What the organs of each disease cost: the course of a patient with them and without, in turn: `python benchmarks/diseases.py`.

Patients of each disease meet CD19 CAR-T cells for two years, bare (no output, no reading), on one thread. Without its organs a
patient has the host, the loop of autoreactive cells, the titre, inflammation and flares that all autoimmune diseases share. Told
are the median ratio of processor time over the pairs with its quartiles, beside a control: the core against itself.
`--store` keeps the result.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from immunoreset.bench import cpu, versions
from immunoreset.catalogue import built_in
from immunoreset.disease.disease import Disease
from immunoreset.disease.families.autoimmune.natural_events import natural_events
from immunoreset.patient import course
from immunoreset.population import Cohort, sample
from immunoreset.therapy import Regimen
from keeping import keep

RESULTS = Path(__file__).parent / "results" / "diseases.json"
CAR_T = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
START, STOP = -35.0, 730.0


@dataclass(frozen=True)
class WithoutOrgans(Cohort):
    """The same patients with the same numbers, composed of what all autoimmune diseases share."""

    core: Disease = field(kw_only=True)

    @property
    def illness(self) -> Disease:
        return self.core


def seconds(cohort: Cohort) -> float:
    """Processor time of the bare course."""
    prepared = course.prepare(cohort, Regimen.parse(CAR_T), start=START, stop=STOP)
    began = time.process_time()
    course.solve(prepared, cohort, outputs=(), readouts=(), grid=[STOP], rtol=1e-6, threads=1)
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=128)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--store", action="store_true")
    asked = parser.parse_args()
    diseases = built_in().diseases
    autoimmune = [d for d in diseases.values() if any(m.name == "autoimmune_entry" for m in d.modules)]
    shared = set(autoimmune[0].modules).intersection(*(d.modules for d in autoimmune[1:]))
    found = {}
    for disease in autoimmune:
        whole = sample(disease.populations[-1].name, asked.patients, seed=1)
        core = replace(
            disease, modules=tuple(module for module in disease.modules if module in shared), natural_events=natural_events
        )
        bare = WithoutOrgans(**{each.name: getattr(whole, each.name) for each in fields(Cohort)}, core=core)
        for cohort in (whole, bare):
            seconds(cohort)  # compiles
        ratios = [seconds(whole) / seconds(bare) for _ in range(asked.pairs)]
        control = statistics.median(seconds(bare) / seconds(bare) for _ in range(asked.pairs))
        low, middle, high = statistics.quantiles(ratios, n=4)
        found[disease.name] = {
            "ratio": round(middle, 3),
            "quartiles": [round(low, 3), round(high, 3)],
            "control": round(control, 3),
        }
        print(
            f"{disease.name:22} {middle:.2f} times its core (quartiles {low:.2f} to {high:.2f}); control {control:.2f}",
            flush=True,
        )
    result = {"patients": asked.patients, "pairs": asked.pairs, "diseases": found, "cpu": cpu(), "versions": versions()}
    if asked.store:
        keep(RESULTS, result)
    print(json.dumps(result["cpu"]))


if __name__ == "__main__":
    main()
