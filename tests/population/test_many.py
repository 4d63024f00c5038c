"""Patients of many thetas drawn together are those that each theta has when it is drawn alone."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.catalogue import Theta, built_in
from immunoreset.errors import InvalidValue
from immunoreset.inference.stacking import draw_stacks
from immunoreset.inference.unknowns import live, prior_of, thetas_at
from immunoreset.patient.draws import hashed
from immunoreset.patient.host import HOST
from immunoreset.patient.quasi import sobol
from immunoreset.population import sample_ids
from immunoreset.therapy import Regimen

CURRENT = Theta.current()
CELLS = Regimen.parse("cyclophosphamide 1 g/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0; mycophenolate 1 g twice daily from 0")
POPULATIONS = ("cart", "trial", "ln", "lymphoma", "leukaemia")
THETAS, PATIENTS, SEED = 24, 5, 3


def thetas_of(population: str) -> list[Theta]:
    """The model as it is, one number changed alone, and all numbers and some spreads moved by their priors."""
    names = live(CURRENT, population, [CELLS], built_in())
    unknowns = [prior_of(CURRENT, name) for name in [*names, "spread of kexp", "spread of b_cells.pre_b_maturation"]]
    points = 0.2 * np.random.default_rng(1).normal(size=(THETAS, len(unknowns)))
    single = [
        CURRENT.with_values({"kexp": 2.3}),
        CURRENT.with_values({"flare.sd": 0.4}),
        CURRENT.with_values({}, spread={"kexp": 2}),
    ]
    return [CURRENT, *single, *thetas_at(points, unknowns, CURRENT)]


@pytest.mark.parametrize("population", POPULATIONS)
def test_patients_drawn_together_are_those_drawn_alone(population: str) -> None:
    thetas = thetas_of(population)
    ids = np.random.default_rng(2).integers(0, 500, (len(thetas), PATIENTS))
    many = draw_stacks(population, ids, thetas, seed=SEED, catalogue=built_in(), source=sobol)
    seen = set(many.refused)
    for stack in many.stacks(CELLS):
        for row, place in enumerate(stack.places):
            theta = thetas[place]
            alone = sample_ids(population, ids[place], seed=SEED, theta=theta, source=sobol)
            mine = stack.cohort.select(np.arange(row * PATIENTS, (row + 1) * PATIENTS))
            modules = (*HOST, *alone.illness.modules, *CELLS.modules(alone.parameters, theta))
            want = {**alone.parameters, **theta.values_for(modules, alone.parameters)}
            for name, value in want.items():
                np.testing.assert_allclose(mine.parameters[name], value, rtol=1e-12, atol=1e-300, err_msg=name)
            for name, value in alone.covariates.items():
                if value.dtype.kind == "f":
                    np.testing.assert_allclose(mine.covariates[name], value, rtol=1e-12, err_msg=name)
                else:
                    np.testing.assert_array_equal(mine.covariates[name], value, err_msg=name)
            seen.add(int(place))
    assert seen == set(range(len(thetas))) and len(many.refused) < len(thetas) / 2


def test_what_one_theta_is_refused_for_is_said_as_if_it_stood_alone() -> None:
    thetas = [
        CURRENT.with_values({"b_cells.naive_loss": 0.02}),
        CURRENT,
        CURRENT.with_values({"autoreactive_loop.baff_support": 0.6}),
        CURRENT.with_values({"inflammation.c3_baseline": 0.7}),
        CURRENT.with_values({"flare.mean": -1.5, "sledai.cut_rash": 0.3}),
    ]
    ids = np.broadcast_to(np.arange(PATIENTS), (len(thetas), PATIENTS))
    many = draw_stacks("cart", ids, thetas, seed=SEED, catalogue=built_in(), source=hashed)
    for place, theta in enumerate(thetas):
        try:
            sample_ids("cart", ids[place], seed=SEED, theta=theta, source=hashed)
            alone = None
        except InvalidValue as fault:
            alone = str(fault)
        assert many.refused.get(place) == alone
    assert 0 in many.refused and 3 in many.refused and 1 not in many.refused


def test_a_number_changed_to_what_it_is_changes_nothing() -> None:
    usual = CURRENT.table["inflammation.c3_baseline"].value
    same = sample_ids("cart", np.arange(PATIENTS), seed=SEED, theta=CURRENT.with_values({"inflammation.c3_baseline": usual}))
    want = sample_ids("cart", np.arange(PATIENTS), seed=SEED)
    for name, value in want.parameters.items():
        np.testing.assert_array_equal(same.parameters[name], value, err_msg=name)
