"""Each disease agrees within 1 % with trajectories of a typical patient that a separate implementation solved.

The reference was made with version 0.2 of the core, without kidney, flares, and what chemotherapy does to inflammation directly;
the kidney of vasculitis, which loses antibody and filters less, is that of the typical patient here. Its year of attacks has 365
days, no population of cells that has become small is taken to be gone, and its doses act about 0.05 days later than ours, which
shows in the few attacks of the week before the infusion. `cart` is fludarabine 25 mg/m2 on days -5, -4, -3, cyclophosphamide
1 g/m2 on day -3 and 1e6 CAR-T cells/kg on day 0; `rtx` is rituximab 1 g on days 0 and 14.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.engine import Extinction
from immunoreset.patient import course
from immunoreset.population import Cohort
from immunoreset.therapy import STANDARD, Regimen

DATA = Path(__file__).with_name("data") / "disease_reference.csv"
DAYS = np.array([0.0, 14, 28, 56, 90, 120, 180, 270, 365, 540, 730])
ARMS = {"cart": STANDARD["car-t"], "rtx": STANDARD["rituximab"]}
KIDNEY_OFF = {
    "body.egfr": 110.0,  # of the typical patient; chemotherapy is cleared by it
    "nephritis.urinary_loss": 0.0,
    "nephritis.nephron_loss": 0.0,
    "nephritis.filtration_inflamed": 0.0,
}
DISEASES = {
    "ra": "rheumatoid-arthritis",
    "iim": "myositis",
    "ms": "multiple-sclerosis",
    "nmosd": "nmosd",
    "aav": "anca-vasculitis",
    "mg": "myasthenia-gravis",
    "ssc": "systemic-sclerosis",
    "sjd": "sjogren",
    "sps": "stiff-person",
    "pv": "pemphigus",
}
Factor = float | Callable[[np.ndarray], np.ndarray]
SHARED: dict[str, tuple[str, Factor]] = {"Ab": ("autoantibody_percent", 0.01), "I": ("inflammation", 1.0)}
YEARS = 365.25 / 365
COLUMNS: dict[str, dict[str, tuple[str, Factor]]] = {
    "ra": {"Y": ("synovitis", 1.0), "out_DAS28_CRP": ("das28_crp", 1.0)},
    "iim": {
        "M": ("muscle_inflammation", 1.0),
        "W": ("weakness", 1.0),
        "Sk": ("skin_inflammation", 1.0),
        "out_MMT8_150": ("mmt8", 1.0),
    },
    "ms": {
        "Gd": ("inflammation", 1.0),
        "Bc": ("csf_b_cells", 1.0),
        "M": ("microglia", 1.0),
        "P": ("progression", 1.0),
        "out_ARR": ("relapses_a_year", 1.0),
    },
    "nmosd": {
        "cumhaz": ("attacks_expected", YEARS),
        "out_attack_prob": ("attacks_expected", lambda expected: 1 - np.exp(-YEARS * expected)),
    },
    "aav": {
        "V": ("vessel_inflammation", 1.0),
        "Gr": ("granuloma", 1.0),
        "out_BVASWG": ("bvas_wg", 1.0),
    },
    "mg": {"W": ("end_plate_failure", 1.0), "out_MGADL": ("mg_adl", 1.0)},
    "ssc": {
        "R": ("skin_inflammation", 1.0),
        "X": ("skin_hardness", 1.0),
        "Lr": ("alveolitis", 1.0),
        "phi": ("lung_fibrosis", 1.0),
        "out_mRSS": ("mrss", 1.0),
        "out_FVC_pred": ("fvc", 1.0),
    },
    "sjd": {"E": ("systemic_activity", 1.0), "Gl": ("gland_inflammation", 1.0), "out_ESSDAI": ("essdai", 1.0)},
    "sps": {"S": ("stiffness", 1.0), "out_T25FW_s": ("t25fw", 1.0)},
    "pv": {"B": ("blisters", 1.0), "out_PDAI": ("pdai", 1.0)},
}
"""Our output, and the factor or function that brings it to what the reference has, by its column."""
LEAST = {"cumhaz": 0.02, "out_attack_prob": 0.02}
"""What is smaller is compared with this much."""


def published(code: str, arm: str) -> dict[str, np.ndarray]:
    lines = [line for line in DATA.read_text().splitlines() if not line.startswith("#")]
    rows = [row for row in csv.DictReader(lines) if (row["disease"], row["arm"]) == (code, arm)]
    return {row["quantity"]: np.array([float(row[f"d{day:g}"]) for day in DAYS]) for row in rows}


def solved(code: str, arm: str, values_of_0_2: dict[str, float]) -> dict[str, np.ndarray]:
    """What we find on the days of the reference, by our names."""
    catalogue = built_in()
    disease = catalogue.disease(DISEASES[code])
    theta, own = catalogue.theta, {module.name for module in catalogue.modules_of(disease)}
    kept = set(theta.host(disease.name).parameters)
    earlier = {name: value for name, value in values_of_0_2.items() if name.split(".")[0] in own and name not in kept}
    values = {name: value for name, value in theta.typical(disease.name).items() if name.split(".")[0] in own}
    none = np.zeros(1)
    kidney = KIDNEY_OFF if "nephritis" in own else {}
    numbers = {**values, **earlier, **kidney, "tissue_inflammation.sensitivity": 0.0}
    known = {"age": none + 40.0, "background_response": none}
    cohort = Cohort(numbers, np.zeros(1, dtype=np.int64), 0, disease.populations[0].name, known, catalogue)
    ready = course.prepare(cohort, Regimen.parse(ARMS[arm], catalogue.drugs), start=-7.0, stop=730.0, chance=False)
    ready = replace(ready, events=tuple(event for event in ready.events if not isinstance(event, Extinction)))
    solution, _, _ = course.solve(ready, cohort, outputs=disease.followed, readouts={}, grid=np.union1d(DAYS, [-7.0]), rtol=1e-8)
    curves = {**solution.curves, **disease.scored_curves(solution)}
    return {name: curve[0, 1:] for name, curve in curves.items()}


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("code", DISEASES)
def test_the_typical_patient_follows_the_reference(code: str, arm: str, values_of_0_2: dict[str, float]) -> None:
    expected, found = published(code, arm), solved(code, arm, values_of_0_2)
    names = SHARED | COLUMNS[code]
    assert set(names) == set(expected)
    apart = {}
    for theirs, (ours, factor) in names.items():
        known, brought = expected[theirs], factor(found[ours]) if callable(factor) else found[ours] * factor
        least = LEAST.get(theirs, 1e-3)
        apart[theirs] = float(np.max(np.abs(brought - known) / np.maximum(np.abs(known), least)))
    assert max(apart.values()) < 0.01, apart
