"""The gate: what the model is tuned to, it still says. A later change may alter a row only together with a calibration.

Every calibration row of the evidence is simulated with its own population, dose and conditioning, and must lie in its band; so
must every row of the demo. Every run samples it: few patients, and a wide margin for chance. `make test-all` runs it whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from immunoreset.demo import demo_study
from immunoreset.engine import Area, Maximum
from immunoreset.evidence import band, calibration_rows
from immunoreset.followed import followed, readouts
from immunoreset.outcomes import read_outcomes
from immunoreset.patient import course, signs
from immunoreset.population import sample
from immunoreset.study import run
from immunoreset.therapy import Regimen
from immunoreset.virtual_trial.endpoint import Response
from immunoreset.virtual_trial.observation import RandomisedObservation, observe
from immunoreset.virtual_trial.potential_outcomes import potential_outcomes

SEED = 301
BACK, LOW_NEUTROPHILS = 5.0, 1.0  # B cells per uL that count as back; 10^9/L
DETECTED_AFTER = 60
RESCUE = "tocilizumab 8 mg/kg if CRS grade >= 2 after 24 h at most 1"
CELLS = {
    "cart": "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0",
    "lymphoma": "fludarabine 30 mg/m2 on days -5 -4 -3; cyclophosphamide 500 mg/m2 on days -5 -4 -3; "
    f"cd19-car-t-cd28 2e6 cells/kg on day 0; {RESCUE}",
    "leukaemia": "fludarabine 30 mg/m2 on days -6 -5 -4 -3; cyclophosphamide 500 mg/m2 on days -6 -5; "
    f"cd19-car-t 3e6 cells/kg on day 0; {RESCUE}",
}
CARE = {"trial": "background-care from 0", "ln": "background-care from 0; mycophenolate 1 g twice daily from 0"}
ADDED = {
    "standard care": "",
    "belimumab": "belimumab 10 mg/kg on days 0 14 28 then every 28 days until 728",
    "anifrolumab": "anifrolumab 300 mg every 28 days from 0 until 336",
    "rituximab": "rituximab 1000 mg on days 0 14 168 182",
    "voclosporin": "voclosporin 23.7 mg twice daily from 0 until 728",
    "obinutuzumab": "obinutuzumab 1000 mg on days 0 14 168 182 364",
}
ARMS = {
    "trial": ("standard care", "belimumab", "anifrolumab", "rituximab"),
    "ln": ("standard care", "belimumab", "voclosporin", "rituximab", "obinutuzumab"),
}
VISITS = {"trial": (28.0, 364.0), "ln": (364.0, 546.0, 728.0)}


class Depth(NamedTuple):
    """Patients of an arm, twins of each of the five, and how many standard errors beyond its band a row may lie."""

    patients: int
    twins: int
    margin: float


DEPTHS = {"sampled": Depth(160, 40, 3.5), "whole": Depth(2000, 400, 2.0)}
Values = Callable[[Depth], np.ndarray]


@cache
def five(depth: Depth) -> tuple[dict[str, np.ndarray], list[str]]:
    """Outcomes of the twins of the five under CAR-T cells, and the rows of the demo that lie outside their band."""
    study = demo_study()
    result = run(study.model_copy(update={"patients": study.patients.model_copy(update={"twins": depth.twins})}))
    assert len(result.comparisons) == 21
    return result.arm("car-t").outcomes.values, [row.label for row in result.comparisons if row.verdict != "inside"]


@cache
def cells(population: str, depth: Depth) -> Mapping[str, np.ndarray]:
    """What CAR-T cells did in a population; a cancer grows until they come, from its burden a week before."""
    cohort = sample(population, depth.patients, seed=SEED)
    arm = course.prepare(cohort, Regimen.parse(CELLS[population]), start=-7.0, stop=365.0)
    days = np.unique(np.concatenate([[-7.0], np.arange(0, 61.0), np.arange(0, 365, 28.0), [90, 180, 360, 365.0]]))
    read = {
        **readouts(cohort.theta),
        "copies_peak": Maximum("car_t_copies_per_ug"),
        "infections_28": Area("infections_per_100_days", 0.0, 28.0),
    }
    solved, _, failures = course.solve(
        arm, cohort, outputs=followed(cohort.illness), readouts=read, grid=days, rtol=1e-6
    )  # fmt: skip
    assert not failures
    ward = (days >= 0) & (days <= DETECTED_AFTER)
    ill = signs.crs_grade(solved.curves["crs_signal"][:, ward], solved.parameters).low >= 1
    b_cells, neutrophils = (lambda day, name=name: solved.on(day, name) for name in ("cd20_positive_per_ul", "neutrophils"))
    return {
        **read_outcomes(solved, cohort.illness),
        "sledai_at_entry": cohort.covariates["sledai_2k"],
        "copies_peak": solved.readouts["copies_peak"],
        "infections_28": solved.readouts["infections_28"] / 28,
        "crs_onset": np.where(ill.any(axis=1), days[ward][ill.argmax(axis=1)], np.nan),
        "crs_days": np.where(ill.any(axis=1), ill.sum(axis=1), np.nan),
        "b_cells_back_day180": b_cells(180) > BACK,
        "b_cells_back_day360": b_cells(360) > BACK,
        "neutropenic_day28": neutrophils(28) < LOW_NEUTROPHILS,
        "neutropenic_day360": neutrophils(360) < LOW_NEUTROPHILS,
    }


@cache
def trial(population: str, depth: Depth):
    """A trial as its sponsor sees it: visits with noise, rescue, and the usual drop-out."""
    arms = {arm: "; ".join(filter(None, (CARE[population], ADDED[arm]))) for arm in ARMS[population]}
    table = potential_outcomes(population, arms, VISITS[population], patients=depth.patients, seed=SEED, rtol=1e-6)
    assert not table.failed.any()
    return observe(table, RandomisedObservation(), seed=SEED)


def of_five(outcome: str) -> Values:
    return lambda depth: five(depth)[0][outcome]


def of_cells(population: str, outcome: str) -> Values:
    return lambda depth: np.asarray(cells(population, depth)[outcome], dtype=float)


def of_trial(population: str, measure: str, day: float, arm: str = "standard care", *, gain: bool = False) -> Values:
    """Responses of an arm, or by how much each patient's exceeds that on standard care."""

    def values(depth: Depth) -> np.ndarray:
        seen = trial(population, depth)
        found = Response(measure, day).read(seen).value
        return found[:, seen.arm(arm)] - (found[:, seen.arm("standard care")] if gain else 0.0)

    return values


def tapered(depth: Depth) -> np.ndarray:
    """Sustained taper of those who entered above the target, as far as they stayed."""
    return trial("trial", depth).table.visit("steroid_tapered", 364.0)[:, 0]


def at_entry(population: str, fact: str) -> Values:
    def values(depth: Depth) -> np.ndarray:
        cohort = sample(population, depth.patients * 5, seed=SEED)
        if fact == "low C3":
            return np.asarray(cohort.parameters["inflammation.c3_baseline"] < cohort.theta.table["sledai.cut_c3"].value, float)
        positive = cohort.theta.table["autoantibody.positive_above"].value
        return np.asarray(cohort.covariates["anti_dsdna_reading"] > positive, dtype=float)

    return values


@dataclass(frozen=True)
class Target:
    """How a row is simulated: a value for each patient, and what is made of them."""

    values: Values
    statistic: Callable[[np.ndarray], float] = np.nanmean


def geometric_mean(values: np.ndarray) -> float:
    return float(np.exp(np.nanmean(np.log(values))))


TARGETS = {
    "erl_doris90": Target(of_five("doris_day90")),
    "erl_prot90": Target(of_five("proteinuria_normal_day90")),
    "cart_sled0": Target(of_cells("cart", "sledai_at_entry")),
    "cart_doris180": Target(of_cells("cart", "doris_day180")),
    "cart_lldas180": Target(of_cells("cart", "lldas_day180")),
    "tmax": Target(of_cells("cart", "car_t_peak_day"), np.nanmedian),
    "pct": Target(of_cells("cart", "car_t_peak_percent_of_t_cells"), np.nanmedian),
    "clear": Target(of_cells("cart", "car_t_cleared_day"), np.nanmedian),
    "bret": Target(of_cells("cart", "b_cell_return_day")),
    "bret_sd": Target(of_cells("cart", "b_cell_return_day"), np.nanstd),
    "lbcl_cmax": Target(of_cells("lymphoma", "car_t_peak_per_ul"), np.nanmedian),
    "all_copies": Target(of_cells("leukaemia", "copies_peak"), geometric_mean),
    "lbcl_b": Target(of_cells("lymphoma", "b_cells_back_day360")),
    "all_b": Target(of_cells("leukaemia", "b_cells_back_day180")),
    "lbcl_anc28": Target(of_cells("lymphoma", "neutropenic_day28")),
    "lbcl_anc360": Target(of_cells("lymphoma", "neutropenic_day360")),
    "inf28": Target(of_cells("lymphoma", "infections_28")),
    **{
        f"{prefix}{name}": Target(of_cells(population, outcome), statistic)
        for prefix, population in (("", "cart"), ("lbcl_", "lymphoma"), ("all_", "leukaemia"))
        for name, outcome, statistic in (
            ("crs1", "crs_any", np.nanmean),
            ("crs3", "crs_grade3_plus", np.nanmean),
            ("ic1", "icans_any", np.nanmean),
            ("ic3", "icans_grade3_plus", np.nanmean),
            ("on" if prefix else "crs_on", "crs_onset", np.nanmedian),
            ("dur" if prefix else "crs_dur", "crs_days", np.nanmedian),
        )
    },
    "soc_sri4": Target(of_trial("trial", "sri4", 364)),
    "soc_bicla": Target(of_trial("trial", "bicla", 364)),
    "soc_bicla28": Target(of_trial("trial", "bicla", 28)),
    "bel_dsri4": Target(of_trial("trial", "sri4", 364, "belimumab", gain=True)),
    "ani_bicla": Target(of_trial("trial", "bicla", 364, "anifrolumab")),
    "ani_bicla28": Target(of_trial("trial", "bicla", 28, "anifrolumab")),
    "rtx_dsri4": Target(of_trial("trial", "sri4", 364, "rituximab", gain=True)),
    "soc_taper": Target(tapered),
    "ln_crr364": Target(of_trial("ln", "crr", 364)),
    "ln_crr728": Target(of_trial("ln", "crr", 728)),
    "lnbel_d": Target(of_trial("ln", "crr", 728, "belimumab", gain=True)),
    "lnvcs_d": Target(of_trial("ln", "crr", 364, "voclosporin", gain=True)),
    "lnrtx_d": Target(of_trial("ln", "crr", 364, "rituximab", gain=True)),
    "lnobi_d": Target(of_trial("ln", "crr", 546, "obinutuzumab", gain=True)),
    "soc_low": Target(at_entry("trial", "low C3")),
    "soc_dna": Target(at_entry("trial", "anti-dsDNA")),
    "ln_low": Target(at_entry("ln", "low C3")),
    "ln_dna": Target(at_entry("ln", "anti-dsDNA")),
}
ROWS = [row for row in calibration_rows() if row.target]


def standard_error(values: np.ndarray, statistic: Callable[[np.ndarray], float]) -> float:
    """By 200 resamples of the patients."""
    draws = np.random.default_rng(1).integers(0, len(values), (200, len(values)))
    return float(np.std([statistic(values[draw]) for draw in draws]))


def test_every_calibration_row_is_in_the_gate() -> None:
    assert len(ROWS) == len(calibration_rows()) and {row.target for row in ROWS} <= set(TARGETS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.target)
@pytest.mark.parametrize("depth", ["sampled", pytest.param("whole", marks=pytest.mark.full)])
def test_the_model_says_what_it_is_tuned_to(depth: str, row) -> None:
    target, found = TARGETS[row.target], band(row)
    assert found is not None
    values = target.values(DEPTHS[depth])
    simulated, chance = target.statistic(values), DEPTHS[depth].margin * standard_error(values, target.statistic)
    assert found.low - chance <= simulated <= found.high + chance, f"{simulated:.4g}, not {found.low:.4g} to {found.high:.4g}"


@pytest.mark.parametrize("depth", ["sampled", pytest.param("whole", marks=pytest.mark.full)])
def test_every_row_of_the_demo_lies_in_its_band(depth: str) -> None:
    assert five(DEPTHS[depth])[1] == []
