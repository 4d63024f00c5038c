"""How exact the engine is on virtual patients, beside SciPy: `python benchmarks/accuracy.py --patients 200`.

Patients of the `cart` population, with CAR-T and with rituximab, day -35 to 730, at the usual tolerances (rtol 1e-6) against
SciPy at rtol 1e-10, on every output and every day that a study stores. An error is |difference| / (|reference| + floor), the
floor being what a hospital cannot read any more; it is given in units of rtol. Each patient has the worst of his days.

Some courses amplify whatever small difference there is, above all where surviving CAR-T cells and returning B cells chase each
other in cycles. That is measured apart from the errors: on one of `NUDGE_DAYS` all states are made 1e-5 larger, in a solution
at rtol 1e-9; the largest response of any output afterwards, by the same measure, over the worst of these days, is the
amplification of the patient. Patients above `COUNTED_APART` are reported by themselves. SciPy's LSODA at the engine's own
tolerances stands beside, to show what such courses cost another solver.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import scipy_reference
from immunoreset import bench
from immunoreset.catalogue.standard import MODEL, STANDARD_PATIENT, initial_state
from immunoreset.engine import Scheduled, simulate
from immunoreset.followed import days_to_store
from immunoreset.population import sample
from immunoreset.therapy.standard import standard
from keeping import keep

ARMS = ("car-t", "rituximab")
START, STOP, RTOL, SEED = -35.0, 730.0, 1e-6, 5
NUDGE = 1e-5
NUDGE_DAYS = np.array([1, 3, 8, 21, *range(60, 700, 30)], dtype=float)
NUDGED_RTOL, NUDGED_ATOL = 1e-9, 1e-12
DAYS_AT_A_TIME = 7  # so many copies of the cohort are solved together
COUNTED_APART = 100.0
RESULTS = Path(__file__).parent / "results" / "accuracy.json"

JUMPING = ("sledai_items", "node_cleared", "prednisolone", "immunosuppressed")
READINGS = tuple(name for module in STANDARD_PATIENT.modules for name in module.readings)
OUTPUTS = {name: STANDARD_PATIENT.output(name) for name in (*READINGS, *STANDARD_PATIENT.states)}
SMOOTH = tuple(name for name in OUTPUTS if name not in JUMPING)

# Below these values nothing is read, or nothing follows from it; in the unit of the output.
FLOORS: dict[str, float] = {
    "car_t_per_ul": 0.1,
    "car_t_percent_of_t_cells": 0.01,
    "car_t_copies_per_ug": 50.0,
    "lymphocytes_per_ul": 1.0,
    "lymphocytes.host_lymphocytes": 1.0,
    "anti_dsdna_reading": 1.0,
    "autoantibody.anti_dsdna": 1.0,
    "il6_signal": 1.0,
    "cytokines.il6": 1.0,
    "cytokines.interferon_gamma": 1.0,
    "cytokines.crp": 1.0,
    "cytokines.ferritin": 1.0,
    "antibodies.vaccine_antibody": 0.1,
    "lymph_node_percent": 1.0,
    "igg_percent": 0.1,
    "vaccine_percent": 0.1,
    "sledai_2k_smooth": 0.1,
    "crs_signal": 0.1,
    "icans_signal": 0.1,
    "infections_per_100_days": 0.01,
    **dict.fromkeys(
        ("naive_b_per_ul", "transitional_b_per_ul", "memory_b_per_ul", "plasmablasts_per_ul", "cd20_positive_per_ul",
         "b_cells_per_ul"), 0.5,
    ),
    # pools: the same counts in five litres of blood; in tissue a hundredth of an untreated patient's
    **dict.fromkeys(("car_t.effector_blood", "car_t.effector_tissue", "car_t.memory_blood", "car_t.memory_tissue"), 0.5),
    **dict.fromkeys(("b_cells.naive_b_blood", "b_cells.memory_b_blood"), 2.5),
    "b_cells.pre_b": 40.0,
    "b_cells.immature_b": 18.0,
    "b_cells.naive_b_tissue": 100.0,
    "b_cells.naive_b_follicle": 120.0,
    "b_cells.memory_b_tissue": 60.0,
    "b_cells.memory_b_follicle": 90.0,
    "autoreactive_loop.autoreactive_memory": 8.0,
    "autoreactive_loop.autoreactive_activated": 4.0,
    "plasma_cells.short_lived_plasma_normal": 2.0,
    "autoantibody.short_lived_plasma_autoreactive": 1.0,
    "plasma_cells.long_lived_plasma_normal": 50.0,
    "autoantibody.long_lived_plasma_autoreactive": 1.5,
    # drugs: about a hundredth of a dose
    **dict.fromkeys(("fludarabine.central", "fludarabine.peripheral_1", "fludarabine.peripheral_2"), 0.5),
    **dict.fromkeys(("cyclophosphamide.central", "rituximab.central", "rituximab.peripheral"), 10.0),
    **dict.fromkeys(("belimumab.central", "belimumab.peripheral"), 10.0),
    **dict.fromkeys(("anifrolumab.central", "tocilizumab.central", "tocilizumab.peripheral"), 5.0),
}  # fmt: skip
OTHERWISE = 0.01  # fold and fraction of untreated, g/L, g/g, 1e9/L


class Comparison(NamedTuple):
    """One arm: errors of every output in units of rtol, (outputs, patients); the amplification of each patient; jumps."""

    errors: np.ndarray
    amplification: np.ndarray
    jumps_off: int  # readings of quantities that jump (grades, scores) that differ from the reference
    jumps: int
    failed: int

    @property
    def apart(self) -> np.ndarray:
        """Patients whose course amplifies differences too much to be held to the limit."""
        return self.amplification > COUNTED_APART


def distance(found: Mapping[str, np.ndarray], expected: Mapping[str, np.ndarray]) -> np.ndarray:
    """Largest |difference| / (|expected| + floor) over the days: (outputs, patients)."""
    floors = [FLOORS.get(name, OTHERWISE) for name in SMOOTH]
    return np.array(
        [
            np.max(np.abs(found[name] - expected[name]) / (np.abs(expected[name]) + floor), axis=-1)
            for name, floor in zip(SMOOTH, floors, strict=True)
        ]
    )


def engine(
    cohort: Any, arm: str, *, rtol: float = RTOL, atol: Any = STANDARD_PATIENT.tolerances, also: tuple[Scheduled, ...] = ()
) -> Any:
    """All outputs of all patients; by default at the usual tolerances."""
    events = (*standard(arm).events(cohort, start=START), *also)
    return simulate(
        MODEL,
        parameters=cohort.theta.values_for(STANDARD_PATIENT.modules, cohort.parameters),
        initial=initial_state,
        start=START,
        stop=STOP,
        events=events,
        outputs={name: output.read for name, output in OUTPUTS.items()},
        grid=days_to_store(START, STOP),
        rtol=rtol,
        atol=atol,
        strictness=STANDARD_PATIENT.strictness,
    )


def by_scipy(cohort: Any, arm: str, **tolerances: Any) -> dict[str, np.ndarray]:
    """All outputs of all patients, (patients, days), by SciPy, at rtol 1e-10 unless told otherwise."""
    days, patients = days_to_store(START, STOP), len(cohort)
    events = standard(arm).events(cohort, start=START)
    found = {name: np.empty((patients, days.size)) for name in OUTPUTS}
    for row in range(patients):
        p = scipy_reference.parameters_of(cohort, row)
        doses = bench.doses_of(events, row, patients)
        states = scipy_reference.state_of(scipy_reference.course(initial_state(p), p, doses, days, **tolerances))
        for name, output in OUTPUTS.items():
            found[name][row] = output.read(days, states, p)
    return found


def nudged(days: np.ndarray, size: float) -> Scheduled:
    """All states of each patient made `size` larger on his day of `days` (patients,)."""
    of = {name: attrgetter(name) for name in STANDARD_PATIENT.states}
    return Scheduled("nudge", days[:, None], lambda t, s, p, by: {name: at(s) * (1 + by) for name, at in of.items()}, size)


def amplification(cohort: Any, arm: str) -> np.ndarray:
    """How many times larger the relative response of some output is than a relative change of all states: (patients,)."""
    patients, largest = np.arange(len(cohort)), np.zeros(len(cohort))
    exact = {"rtol": NUDGED_RTOL, "atol": NUDGED_ATOL}
    plain = engine(cohort, arm, also=(nudged(np.ones(patients.size), 0.0),), **exact).outputs
    for first in range(0, NUDGE_DAYS.size, DAYS_AT_A_TIME):
        days = NUDGE_DAYS[first : first + DAYS_AT_A_TIME]
        copies = cohort.select(np.tile(patients, days.size))
        moved = engine(copies, arm, also=(nudged(np.repeat(days, patients.size), NUDGE),), **exact).outputs
        for k in range(days.size):
            of_day = {name: values[k * patients.size : (k + 1) * patients.size] for name, values in moved.items()}
            largest = np.maximum(largest, distance(of_day, plain).max(axis=0) / NUDGE)
    return largest


def compare(cohort: Any, arm: str, expected: Mapping[str, np.ndarray]) -> Comparison:
    """The engine at the usual tolerances beside a reference."""
    solution = engine(cohort, arm)
    off = sum(int(np.sum(solution.outputs[name] != expected[name])) for name in JUMPING)
    readings = len(JUMPING) * expected[JUMPING[0]].size
    errors = distance(solution.outputs, expected) / RTOL
    return Comparison(errors, amplification(cohort, arm), off, readings, int(solution.failed.sum()))


def lsoda_at_the_same_tolerances(cohort: Any, arm: str, expected: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The worst errors of the patients with SciPy's LSODA: with the engine's tolerances, and with atol 1e-9 for all states."""
    found = {}
    for name, atol in (
        ("atol_of_the_engine", [STANDARD_PATIENT.tolerances[x] for x in STANDARD_PATIENT.states]),
        ("atol_1e-9", 1e-9),
    ):
        worst = distance(by_scipy(cohort, arm, rtol=RTOL, atol=np.array(atol)), expected).max(axis=0) / RTOL
        found[name] = _worst(worst)
    return found


def _worst(errors: np.ndarray) -> dict[str, Any]:
    """What is said of the patients' largest errors over all outputs."""
    return {
        "median": _rounded(np.median(errors)), "maximum": _rounded(errors.max()), "beyond_100": int(np.sum(errors > 100))
    }  # fmt: skip


def _rounded(value: Any) -> float:
    return float(f"{value:.3g}")


def table(comparison: Comparison) -> list[dict[str, Any]]:
    """Median, 95th percentile and maximum of each output, without the patients counted apart, and the maximum with them."""
    rows = []
    for name, errors in zip(SMOOTH, comparison.errors, strict=True):
        kept = errors[~comparison.apart]
        numbers = {
            "median": np.median(kept),
            "percentile_95": np.percentile(kept, 95),
            "maximum": kept.max(),
            "maximum_of_all": errors.max(),
        }
        floor = {"output": name, "floor": FLOORS.get(name, OTHERWISE), "unit": OUTPUTS[name].unit}
        rows.append(floor | {key: _rounded(value) for key, value in numbers.items()})
    return rows


def summary(comparison: Comparison) -> dict[str, Any]:
    """The document of one arm."""
    apart = np.flatnonzero(comparison.apart)
    worst = comparison.errors.max(axis=0)
    return {
        "patients": int(worst.size),
        "failed": comparison.failed,
        "largest_median_of_an_output": _rounded(np.median(comparison.errors[:, ~comparison.apart], axis=1).max()),
        "largest_errors_of_patients": _worst(worst),
        "largest_error_without_those_apart": _rounded(worst[~comparison.apart].max()),
        "largest_error_per_amplification": _rounded(np.max(worst / comparison.amplification)),
        "counted_apart": [
            {"patient": int(i), "amplification": _rounded(comparison.amplification[i]), "largest_error": _rounded(worst[i])}
            for i in apart[np.argsort(-worst[apart])]
        ],
        "readings_of_jumping_outputs": comparison.jumps,
        "readings_of_jumping_outputs_that_differ": comparison.jumps_off,
        "outputs": table(comparison),
    }


def show(arm: str, document: Mapping[str, Any]) -> None:
    """The table of one arm on the terminal; errors in units of rtol."""
    print(f"\n{arm}: {document['patients']} patients, errors in units of rtol ({RTOL:g})")
    print(f"{'output':34}{'floor':>8} {'unit':14}{'median':>9}{'95 %':>9}{'max':>9}{'max of all':>12}")
    for row in document["outputs"]:
        numbers = "".join(f"{row[key]:9.3g}" for key in ("median", "percentile_95", "maximum"))
        print(f"{row['output']:34}{row['floor']:8g} {row['unit']:14}{numbers}{row['maximum_of_all']:12.3g}")
    apart = document["counted_apart"]
    print(f"counted apart (amplification above {COUNTED_APART:g}): {len(apart)}")
    for patient in apart:
        print("    patient {patient:4}  amplification {amplification:5.3g}  largest error {largest_error:5.3g}".format(**patient))
    print(f"largest error of the others: {document['largest_error_without_those_apart']}")
    print(f"largest error per amplification: {document['largest_error_per_amplification']}")
    print(f"largest errors of the patients: {document['largest_errors_of_patients']}")
    print(f"SciPy's LSODA at the same rtol: {document['lsoda']}")
    off, readings = document["readings_of_jumping_outputs_that_differ"], document["readings_of_jumping_outputs"]
    print(f"scores, grades and states of remission that differ: {off} of {readings}")


def main() -> None:
    """Compare, print and store."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--patients", type=int, default=200)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--store", action="store_true", help=f"keep the results in {RESULTS.name}")
    chosen = options.parse_args()
    cohort = sample("cart", chosen.patients, seed=chosen.seed)
    arms = {}
    for arm in ARMS:
        expected = by_scipy(cohort, arm)
        arms[arm] = summary(compare(cohort, arm, expected)) | {"lsoda": lsoda_at_the_same_tolerances(cohort, arm, expected)}
        show(arm, arms[arm])
    document = {
        "machine": {"cpu": bench.cpu(), **bench.versions()},
        "population": "cart",
        "seed": chosen.seed,
        "rtol": RTOL,
        "atol": "immunoreset.catalogue.standard.STANDARD_PATIENT.tolerances",
        "strictness": "immunoreset.catalogue.standard.STANDARD_PATIENT.strictness",
        "reference": f"scipy.integrate.odeint (LSODA), rtol {scipy_reference.RTOL:g}, atol {scipy_reference.ATOL:g}",
        "counted_apart_above": COUNTED_APART,
        "arms": arms,
    }
    keep(RESULTS, document)


if __name__ == "__main__":
    main()
