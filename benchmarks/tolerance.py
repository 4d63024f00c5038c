"""What a looser tolerance changes: the same virtual patients at rtol 1e-6 and at 1e-7, 1e-5 and 1e-4, in turn in one run.

    python benchmarks/tolerance.py --store

Every arm of every document in examples/, with patients as it names them; every standard treatment in every population of every
disease; and, with CAR-T cells, every drug that no standard treatment has. Counted apart are readings (scores and grades on every
stored day; of trials all that their visits show), outcomes (yes or no, grades, and whether something happened at all), and
numbers (curves on all stored days, and outcomes that are amounts). A number differs by |difference| / (|reference| + floor), the
floor of benchmarks/accuracy.py, below which a hospital reads nothing; a day differs by days. The column 1e-7 shows what is left
of the error at 1e-6 itself. Times are CPU seconds of the solver on one thread, steps those that it tried. Rows are what
calibration asks: how the mean of an outcome changes with a number of the model. With --store the result, with the machine, goes
to benchmarks/results/tolerance.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from accuracy import FLOORS, OTHERWISE
from immunoreset import bench
from immunoreset.catalogue import Theta
from immunoreset.inference import simulate_rows
from immunoreset.therapy.standard import STANDARD
from keeping import keep
from tolerance_cases import SEED, Case, Found, cases_of_diseases, cases_of_studies, cases_of_trials

RESULTS = Path(__file__).parent / "results" / "tolerance.json"
REFERENCE, OTHERS = 1e-6, (1e-7, 1e-5, 1e-4)
OF_AN_ARM = ("readings_changed", "outcomes_changed", "percentile_99.9_in_the_worst_arm", "cpu_ratio", "steps_ratio")
LIMITS = (1e-3, 1e-2, 1e-1)
FREE = ("car_t.expansion_max", "cytokines.half_killing", "b_cells.pre_b_maturation", "rituximab.clearance")
ROW_ARMS = {"car-t": STANDARD["car-t"], "rituximab": STANDARD["rituximab"]}


@dataclass
class Tally:
    """How one tolerance differs from the reference, over one arm or over many."""

    twins: int = 0
    failed: int = 0
    failed_at_reference: int = 0
    readings: int = 0
    readings_changed: int = 0
    outcomes: int = 0
    outcomes_changed: int = 0
    numbers: int = 0
    beyond: np.ndarray = field(default_factory=lambda: np.zeros(3, dtype=int))  # numbers that differ by more than LIMITS
    worst: tuple[float, str] = (0.0, "")
    of_numbers: list[float] = field(default_factory=list)  # 99.9 % of each arm
    worst_days: tuple[float, str] = (0.0, "")
    changed: dict[str, int] = field(default_factory=dict)
    solver: tuple[float, int] = (0.0, 0)  # CPU seconds and steps
    solver_at_reference: tuple[float, int] = (0.0, 0)

    def add(self, other: Tally) -> None:
        """Take in another arm."""
        for name in ("twins", "failed", "failed_at_reference", "readings", "readings_changed", "outcomes", "outcomes_changed",
                     "numbers", "beyond", "of_numbers"):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("solver", "solver_at_reference"):
            setattr(self, name, tuple(map(sum, zip(getattr(self, name), getattr(other, name), strict=True))))
        self.worst, self.worst_days = max(self.worst, other.worst), max(self.worst_days, other.worst_days)
        for name, count in other.changed.items():
            self.changed[name] = self.changed.get(name, 0) + count

    def document(self) -> dict[str, Any]:
        """The numbers as they are stored."""
        return {
            "twins": self.twins,
            "failed": [self.failed_at_reference, self.failed],
            "readings": self.readings,
            "readings_changed": self.readings_changed,
            "outcomes": self.outcomes,
            "outcomes_changed": self.outcomes_changed,
            "changed": dict(sorted(self.changed.items())),
            "numbers": self.numbers,
            "numbers_beyond": {f"{limit:g}": int(count) for limit, count in zip(LIMITS, self.beyond, strict=True)},
            "percentile_99.9_in_the_worst_arm": _rounded(max(self.of_numbers, default=0.0)),
            "worst": [_rounded(self.worst[0]), self.worst[1]],
            "worst_days": [_rounded(self.worst_days[0]), self.worst_days[1]],
            "cpu_ratio": _rounded(self.solver_at_reference[0] / self.solver[0]),
            "steps_ratio": _rounded(self.solver_at_reference[1] / self.solver[1]),
        }


def compare(found: Found, reference: Found) -> Tally:
    """How an arm at one tolerance differs from the same arm at the reference; twins that failed in either are left out."""
    both = ~(found.failed | reference.failed)
    tally = Tally(int(both.size), int(found.failed.sum()), int(reference.failed.sum()))
    for kind in ("readings", "outcomes"):
        ours, theirs = getattr(found, kind), getattr(reference, kind)
        for name, values in theirs.items():
            off = int(np.sum(~np.isclose(ours[name][both], values[both], rtol=0, atol=1e-9, equal_nan=True)))
            setattr(tally, kind, getattr(tally, kind) + values[both].size)
            setattr(tally, f"{kind}_changed", getattr(tally, f"{kind}_changed") + off)
            if off:
                tally.changed[name] = tally.changed.get(name, 0) + off
    apart = {name: _distance(name, found.numbers[name][both], values[both]) for name, values in reference.numbers.items()}
    together = np.concatenate([values.ravel() for values in apart.values()])
    together = together[np.isfinite(together)]  # whether something occurs is counted among the outcomes
    tally.numbers = together.size
    tally.beyond = np.array([int(np.sum(together > limit)) for limit in LIMITS])
    tally.of_numbers = [float(np.quantile(together, 0.999))] if together.size else []
    tally.worst = max(((_largest(values), name) for name, values in apart.items()), default=(0.0, ""))
    days = {name: np.abs(found.days[name][both] - values[both]) for name, values in reference.days.items()}
    tally.worst_days = max(((_largest(values), name) for name, values in days.items()), default=(0.0, ""))
    tally.solver = (found.solver.seconds, found.solver.steps)
    tally.solver_at_reference = (reference.solver.seconds, reference.solver.steps)
    return tally


def _distance(name: str, ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    return np.abs(ours - theirs) / (np.abs(theirs) + FLOORS.get(name, OTHERWISE))


def _largest(values: np.ndarray) -> float:
    return float(np.fmax.reduce(values, axis=None, initial=0.0))


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def measure(case: Case, turn: int) -> dict[float, Tally]:
    """One arm at every tolerance, the order of which changes from turn to turn."""
    tolerances = (REFERENCE, *OTHERS)
    case.solve(case.cohort.select(np.arange(8)), REFERENCE)  # compiles
    found = {rtol: case.solve(case.cohort, rtol) for rtol in np.roll(tolerances, turn).tolist()}
    return {rtol: compare(found[rtol], found[REFERENCE]) for rtol in OTHERS}


def show(name: str, of: Mapping[float, Tally]) -> None:
    """A line for each tolerance."""
    for rtol, tally in of.items():
        said = tally.document()
        (worst, what), (days, _), (before, after) = said["worst"], said["worst_days"], said["failed"]
        print(
            f"{name[:44]:44} {rtol:6g}  readings {said['readings_changed']:4} of {said['readings']:<9}"
            f" outcomes {said['outcomes_changed']:3} of {said['outcomes']:<7}"
            f" 99.9 % {said['percentile_99.9_in_the_worst_arm']:8.2g}"
            f" worst {worst:8.2g} {what[:24]:24} days {days:8.2g}  failed {before} {after}"
            f"  CPU x {said['cpu_ratio']}, steps x {said['steps_ratio']}",
            flush=True,
        )


def _documents(of: Mapping[float, Tally]) -> dict[str, Any]:
    return {f"{rtol:g}": tally.document() for rtol, tally in of.items()}


def of_rows(patients: int) -> dict[str, Any]:
    """How far the change of a mean outcome with a number of the model depends on the tolerance, per size of that mean.

    `changed` is the largest over numbers, arms and outcomes, for a number that is 5 % larger; `effect` the largest effect itself.
    """
    current = Theta.current()
    thetas = [current, *(current.with_values({name: 1.05 * current.table[name].value}) for name in FREE)]
    rows = {
        rtol: simulate_rows(thetas, "cart", ROW_ARMS, n=patients, seed=SEED, stop=365.0, rtol=rtol, threads=1)
        for rtol in (REFERENCE, *OTHERS)
    }
    mean = {rtol: np.stack([one.mean(name) for name in rows[REFERENCE].outcomes]) for rtol, one in rows.items()}
    size = np.abs(mean[REFERENCE][:, :1]) + OTHERWISE
    effects = {rtol: (values[:, 1:] - values[:, :1]) / size for rtol, values in mean.items()}
    told = {f"{rtol:g}": {"changed": _rounded(np.nanmax(np.abs(effects[rtol] - effects[REFERENCE])))} for rtol in OTHERS}
    return {"effect": _rounded(np.nanmax(np.abs(effects[REFERENCE]))), **told}


def main() -> None:
    """Measure, print and store."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--patients", type=int, default=300, help="virtual patients of each arm")
    options.add_argument("--only", default="", help="only groups whose name holds this")
    options.add_argument("--store", action="store_true", help=f"keep the results in {RESULTS.name}")
    chosen = options.parse_args()
    groups: dict[str, dict[float, Tally]] = {}
    arms: dict[str, dict[str, Any]] = {}
    everything = {rtol: Tally() for rtol in OTHERS}
    turn = 0
    for cases in (cases_of_studies, cases_of_trials, cases_of_diseases):
        for case in cases(chosen.patients):
            if chosen.only not in case.group:
                continue
            turn += 1
            tallies = measure(case, turn)
            show(f"{case.group}: {case.name}", tallies)
            arms[f"{case.group}: {case.name}"] = {
                rtol: {name: told[name] for name in OF_AN_ARM} for rtol, told in _documents(tallies).items()
            }
            for rtol, tally in tallies.items():
                groups.setdefault(case.group, {r: Tally() for r in OTHERS})[rtol].add(tally)
                everything[rtol].add(tally)
    if not arms:
        options.error(f"no group holds '{chosen.only}'")
    print()
    for name, of in {**groups, "everything": everything}.items():
        show(name, of)
    rows = of_rows(min(chosen.patients, 200))
    print(f"rows: {rows}")
    keep(RESULTS, {
        "machine": {"cpu": bench.cpu(), **bench.versions()},
        "patients_of_each_arm": chosen.patients,
        "reference": REFERENCE,
        "limits_of_numbers": "floors of benchmarks/accuracy.py",
        "everything": _documents(everything),
        "groups": {name: _documents(of) for name, of in groups.items()},
        "rows": rows,
        "arms": arms,
    })  # fmt: skip


if __name__ == "__main__":
    main()
