"""Conditioning and care around CAR-T cells: bendamustine, G-CSF, anakinra, siltuximab, each by what defines it."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from immunoreset.patient.course import Course, prepare, solve
from immunoreset.population import Cohort, sample
from immunoreset.therapy import Regimen

PATIENTS = 24
DAYS = np.arange(-6.0, 29.0)
CONDITIONING = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3"
CELLS = f"{CONDITIONING}; cd19-car-t 1e6 cells/kg on day 0"
READ = ("il6_signal", "cytokines.il6", "icans_signal", "cytokines.macrophages", "neutrophils", "seen.lymphocytes", "crs_signal")


@cache
def people() -> Cohort:
    return sample("cart", PATIENTS, seed=5)


@cache
def course(text: str, **numbers: float) -> Course:
    """Four weeks of a regimen; `numbers` of 'module__number' stand in place of everybody's own."""
    own = {name.replace("__", "."): np.full(PATIENTS, value) for name, value in numbers.items()}
    one = people()
    cohort: Any = Cohort({**one.parameters, **own}, one.ids, one.seed, one.population, one.covariates)
    arm = prepare(cohort, Regimen.parse(text), start=-6.0, stop=28.0, chance=False)
    read = (*READ, *(f"{module}.central" for module in ("g_csf", "anakinra", "siltuximab")))
    found, _, failures = solve(arm, cohort, outputs=read, readouts={}, grid=DAYS, rtol=1e-5, threads=1)
    assert not failures
    return found


def highest(text: str, curve: str, **numbers: float) -> np.ndarray:
    return course(text, **numbers).curves[curve].max(axis=1)


def differs(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether `a` is above `b` by more than four times the Monte Carlo error of the paired difference."""
    change = a - b
    return bool(change.mean() > 4 * change.std() / np.sqrt(PATIENTS))


def test_bendamustine_kills_fewer_lymphocytes_and_neutrophils_than_fludarabine_and_cyclophosphamide():
    bendamustine = "bendamustine 90 mg/m2 on days -4 -3"
    for text, without in ((bendamustine, "no treatment"), (CONDITIONING, bendamustine)):
        assert differs(course(without).on(0, "seen.lymphocytes"), course(text).on(0, "seen.lymphocytes"))
    nadir = [course(text).curves["neutrophils"].min(axis=1) for text in (bendamustine, CONDITIONING)]
    assert differs(*nadir)
    idle = course(bendamustine, bendamustine__kill=0.0, bendamustine__neutrophil_slope=0.0)
    np.testing.assert_allclose(idle.on(0, "seen.lymphocytes"), course("no treatment").on(0, "seen.lymphocytes"), rtol=1e-4)


def test_a_flat_dose_of_bendamustine_is_counted_by_body_surface():
    whole, half = (course(f"bendamustine {dose} mg/m2 on day -4").on(-3, "seen.lymphocytes") for dose in (90, 45))
    np.testing.assert_allclose(np.log(whole), 2 * np.log(half), rtol=0.2)
    area = people().parameters["body.surface_area"]
    (event,) = Regimen.parse("bendamustine 180 mg on day -4").events(people())
    np.testing.assert_allclose(np.ravel(event.value), 2 / area)


def test_g_csf_brings_neutrophils_back_a_little_sooner():
    with_it = f"{CONDITIONING}; g-csf 0.3 mg daily from 5 until 12"
    assert differs(course(with_it).on(12, "neutrophils"), course(CONDITIONING).on(12, "neutrophils"))
    idle = course(with_it, g_csf__maturation_gain=0.0, g_csf__division_gain=0.0)
    np.testing.assert_allclose(idle.on(12, "neutrophils"), course(CONDITIONING).on(12, "neutrophils"), rtol=1e-3)


def test_g_csf_as_a_rule_is_given_to_those_whose_neutrophils_are_low():
    rule = "g-csf 0.3 mg daily if neutropenia grade >= 4 for 7 days at most 1"
    low = course(CELLS).curves["neutrophils"].min(axis=1) < 0.5
    found = course(f"{CELLS}; {rule}").curves["g_csf.central"]
    assert low.sum() > 0 and np.array_equal(found.max(axis=1) > 1e-3, low)
    assert found[:, -1].max() < 1e-3, "it ends after its days"


def test_siltuximab_takes_the_signal_of_il6_and_leaves_il6_and_the_endothelium_alone():
    with_it = f"{CELLS}; siltuximab 11 mg/kg on day 2"
    assert differs(highest(CELLS, "il6_signal"), highest(with_it, "il6_signal"))
    for curve in ("cytokines.il6", "icans_signal"):
        np.testing.assert_allclose(highest(with_it, curve), highest(CELLS, curve), rtol=1e-3)
    tocilizumab = f"{CELLS}; tocilizumab 8 mg/kg on day 2"
    assert differs(highest(tocilizumab, "cytokines.il6"), highest(with_it, "cytokines.il6"))


def test_anakinra_calms_macrophages_and_the_endothelium():
    with_it = f"{CELLS}; anakinra 100 mg four times daily from 0 until 21"
    for curve in ("cytokines.macrophages", "icans_signal"):
        assert differs(highest(CELLS, curve), highest(with_it, curve)), curve
    idle = highest(with_it, "icans_signal", anakinra__macrophage_block=0.0, anakinra__endothelium_block=0.0)
    np.testing.assert_allclose(idle, highest(CELLS, "icans_signal"), rtol=1e-3)


@pytest.mark.parametrize(("rescue", "drug"), [("siltuximab 11 mg/kg", "siltuximab"), ("anakinra 100 mg twice daily", "anakinra")])
def test_the_last_steps_of_the_ladder_are_for_those_who_reach_the_grade(rescue, drug):
    days = " for 7 days" if drug == "anakinra" else ""
    given = course(f"{CELLS}; {rescue} if CRS grade >= 2{days} at most 1", crs__shift=1.5).curves[f"{drug}.central"]
    reached = course(CELLS, crs__shift=1.5).curves["crs_signal"].max(axis=1) > people().theta.typical()["crs.cut_2"]
    treated = given.max(axis=1) > 0.1
    assert 0 < treated.sum() < PATIENTS and np.all(treated >= reached)
