"""A patient is the sum of parts that know one vocabulary: what is not given costs nothing, what is given twice adds up."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue import Theta, built_in
from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.engine import FirstAbove, Solution, simulate
from immunoreset.patient.compose import Patient, compose, reading
from immunoreset.patient.course import prepare
from immunoreset.patient.module import AnyModule
from immunoreset.patient.vocabulary import Effects
from immunoreset.population import Cohort
from immunoreset.therapy import DRUGS, Regimen, cd19_car_t
from immunoreset.therapy.families.car_t_product import car_t_product

Changed = Callable[[Any, Mapping[str, Any]], Any]
LUPUS = built_in().disease("lupus").modules
CONDITIONING = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3"
CAR_T = f"{CONDITIONING}; cd19-car-t 1e6 cells/kg on day 0"
READ = ("car_t_per_ul", "cd20_positive_per_ul", "anti_dsdna_reading", "proteinuria", "il6", "igg", "crs_signal")
PEOPLE = Cohort(typical(kexp=np.array([1.8, 2.15, 2.5])), np.arange(3), 1, "cart", {})


def copies(count: int, file: str = cd19_car_t.__file__) -> list[AnyModule]:
    """CAR-T products with names of their own and the numbers of the standard one."""
    names = (f"car_t_{number}" for number in range(count))
    return [car_t_product(name, file=file, module=name, meaning="a copy").module for name in names]


def solve(
    regimen: str, *, more: Sequence[AnyModule] = (), cohort: Cohort = PEOPLE, stop: float = 120.0, names: Sequence[str] = READ,
    **options: Any,
) -> Solution:  # fmt: skip
    """Courses under a treatment of patients who have `more` parts besides."""
    arm = prepare(cohort, Regimen.parse(regimen, cohort.catalogue.drugs), start=-7.0, stop=stop, chance=False)
    patient = compose(*arm.patient.modules, *more)
    theta = cohort.theta.with_modules(more)
    arguments = arm.arguments() | {
        "parameters": theta.values_for(patient.modules, cohort.parameters),
        "initial": patient.initial,
        "atol": patient.tolerances,
        "strictness": patient.strictness,
    }
    outputs = {name: patient.output(name).read for name in names}
    return simulate(patient.model, **arguments, outputs=outputs, grid=np.linspace(-7, stop, 80), **options)


@pytest.mark.parametrize("regimen", [CAR_T, "rituximab 1000 mg on days 0 14", "no treatment"])
def test_products_that_are_not_given_cost_nothing_and_change_no_bit(regimen: str) -> None:
    alone, crowded = solve(regimen), solve(regimen, more=copies(10))
    for cost in ("states", "jacobian_entries", "lu_multiply_adds"):
        assert crowded.solver[cost] == alone.solver[cost], cost
    assert len(crowded.final) == len(alone.final) + 90
    np.testing.assert_array_equal(crowded.steps, alone.steps)
    for name, values in alone.outputs.items():
        np.testing.assert_array_equal(crowded.outputs[name], values, err_msg=name)
    for name, values in alone.final.items():
        np.testing.assert_array_equal(crowded.final[name], values, err_msg=name)
    assert all(not np.any(values) for name, values in crowded.final.items() if name not in alone.final)


@pytest.mark.parametrize("second", ["cd19-car-t-cd28", "cd19-car-t-rapid"])
@pytest.mark.parametrize("conditioned", [True, False])
def test_two_products_in_one_patient_are_followed_apart(second: str, conditioned: bool) -> None:
    """On days 0 and 150, without response across products; the second expands after conditioning of its own, and dwindles in the
    end without."""
    product = DRUGS[second].module.name
    cells = [f"{product}.{pool}" for pool in ("effector_blood", "effector_tissue", "memory_blood", "memory_tissue")]
    again = Regimen.parse(CONDITIONING).shift(150) if conditioned else Regimen()
    regimen = Regimen.parse(f"{CAR_T}; {second} 1e6 cells/kg on day 150") + again
    people = recognising(0.0)
    watched = {"names": (*cells, *READ), "readouts": {"infused": FirstAbove(cells[0], 1e-3)}}
    found = solve(str(regimen), cohort=people, stop=300.0, **watched)
    alone = solve(CAR_T, cohort=people, stop=300.0)
    assert not found.failed.any()
    assert all(np.all(np.isfinite(values)) for values in (*found.outputs.values(), *found.final.values()))
    before, after = found.days < 150, found.days > 150
    total = sum(found.outputs[name] for name in cells)
    assert not np.any(total[:, before]) and np.all(np.abs(found.readouts["infused"] - 150) < 0.1)
    given = PEOPLE.parameters["body.weight"] * PEOPLE.theta.owner(product, "engraftment_fraction").value
    assert np.all(total[:, after].max(axis=1) > 10 * given) if conditioned else np.all(total[:, -1] < given / 2)
    first = [result.outputs["car_t_per_ul"][:, found.days < 140] for result in (found, alone)]
    np.testing.assert_allclose(*first, rtol=1e-4, atol=1e-5)
    assert np.all(first[0].max(axis=1) > 10)


def recognising(share: float) -> Cohort:
    """People whose response to one product hits the others in part."""
    return PEOPLE.with_values({f"{product}.cross_recognition": share for product in ("car_t", "car_t_cd28", "car_t_rapid")})


def test_the_response_to_one_product_hits_another_as_far_as_it_recognises_it() -> None:
    """The product itself does not expand again; another does, the less the more it is recognised."""
    again = Regimen.parse(CONDITIONING).shift(150)

    def peak(second: str, share: float) -> np.ndarray:
        regimen = Regimen.parse(f"{CAR_T}; {second} 1e6 cells/kg on day 150") + again
        found = solve(str(regimen), cohort=recognising(share), stop=200.0)
        blood = found.outputs["car_t_per_ul"]
        return blood[:, found.days > 152].max(axis=1) / blood[:, found.days < 150].max(axis=1)

    other = [peak("cd19-car-t-cd28", share) for share in (0.0, 0.1, 0.5, 1.0)]
    assert all(np.all(more < 0.9 * less) for less, more in itertools.pairwise(other))
    assert np.all(other[1] > 0.5) and np.all(peak("cd19-car-t", 0.1) < 0.1)


def test_blood_counts_and_copies_are_of_all_products_together(changed: Changed) -> None:
    p = STANDARD_PATIENT.build(typical())
    s = STANDARD_PATIENT.initial(p)
    cells = {"car_t.effector_blood": 50.0, "car_t_cd28.memory_blood": 30.0, "car_t_rapid.effector_blood": 20.0}
    alone = [float(reading("car_t_per_ul")(0.0, changed(s, {name: value}), p)) for name, value in cells.items()]
    assert float(reading("car_t_per_ul")(0.0, changed(s, cells), p)) == pytest.approx(sum(alone)) == pytest.approx(20.0)
    assert reading("car_t_copies_per_ug")(0.0, changed(s, cells), p) > reading("car_t_copies_per_ug")(
        0.0, changed(s, {"car_t.effector_blood": 50.0}), p
    )


def test_two_antibodies_against_cd20_add_their_kill(changed: Changed) -> None:
    p = STANDARD_PATIENT.build(typical())
    s = STANDARD_PATIENT.initial(p)

    def effects(**amounts: float) -> Effects:
        return STANDARD_PATIENT.view(changed(s, {f"{drug}.central": mg for drug, mg in amounts.items()}), p).on

    one, other, both = effects(rituximab=300.0), effects(obinutuzumab=200.0), effects(rituximab=300.0, obinutuzumab=200.0)
    for word in Effects._fields:
        a, b, found = (getattr(words, word) for words in (one, other, both))
        if word.startswith("kill_"):
            assert found == pytest.approx(a + b, rel=1e-12), word
        if word.startswith("block_"):
            assert found == pytest.approx(1 - (1 - a) * (1 - b), rel=1e-12), word
    assert both.kill_b_blood > one.kill_b_blood > 0 and 0 < one.block_autoreactive_plasmablasts < 1


def test_two_antibodies_of_one_regimen_deplete_deeper_than_either() -> None:
    first, second = "rituximab 1000 mg on days 0 14", "obinutuzumab 1000 mg on days 0 14"
    name = "b_cells.naive_b_tissue"
    lowest = [solve(text, names=(name,)).outputs[name].min(axis=1) for text in (first, second, f"{first}; {second}")]
    assert np.all(lowest[2] < np.minimum(lowest[0], lowest[1]))


def halves(product: str) -> tuple[Patient, Patient, dict[str, float]]:
    """A patient with one product, one with the same twice under two names, and numbers of both."""
    bodies = [module for module in STANDARD_PATIENT.modules if module.family != DRUGS[product].module.family]
    (twin,) = copies(1)
    one = compose(*bodies, DRUGS[product].module)
    two = compose(*one.modules, twin)
    theta = Theta.current().with_modules([twin])
    return one, two, theta.values_for(two.modules, {})


OF_ALL = ("activation", "exhaustion", "host_response", "host_memory")  # states that are of every cell, not a number of cells


def test_a_product_in_two_equal_halves_is_the_product(changed: Changed) -> None:
    """All other states change as they did, and each half by half, to 1e-12 of the largest change of a state."""
    one, two, values = halves("cd19-car-t")
    random = np.random.default_rng(3)
    p, q = one.build(values), two.build(values)
    for _ in range(5):
        rest = one.initial(p)
        s = type(rest)(
            *(type(group)(*(float(v) * random.uniform(0.3, 1.7) + random.uniform(0.0, 0.3) for v in group)) for group in rest)
        )
        half = s.car_t._replace(**{field: value / 2 for field, value in s.car_t._asdict().items() if field not in OF_ALL})
        # cells that are not there yet activate in proportion to their number, so that a crowd has the same presence twice
        crowd = {name: getattr(p.car_t, name) / 2 for name in ("half_presence", "half_exhaustion", "response_half_stimulus")}
        presence = q.car_t._replace(**crowd, cross_recognition=0.0)
        q = q._replace(car_t=presence, car_t_0=presence)
        apart = two.state(*(half if name == "car_t" else getattr(s, name) for name in one.state._fields), half)
        expected, found = one.derivative(0.0, s, p), two.derivative(0.0, apart, q)
        for name in one.state._fields:
            if name != "car_t":
                np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-12, atol=1e-12, err_msg=name)
        for field, value in expected.car_t._asdict().items():
            share = 1 if field in OF_ALL else 2
            for part in (found.car_t, found.car_t_0):
                np.testing.assert_allclose(share * getattr(part, field), value, rtol=1e-12, atol=1e-12, err_msg=field)
