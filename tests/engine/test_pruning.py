"""States that a study cannot reach are not solved, and nobody can tell from the results."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.catalogue.standard import patient_with, typical
from immunoreset.engine import Hazard, Infusion, Model, Rule, Scheduled, Solution, bolus, simulate
from immunoreset.engine.arithmetic import log
from immunoreset.engine.trace import build, flat_names, flat_values
from immunoreset.patient.compose import compose
from immunoreset.patient.host import HOST

DRUGS = {drug.module.name for drug in built_in().drugs.values()}


class Chain(NamedTuple):
    cells: Any
    drug: Any
    metabolite: Any
    tumour: Any


class Rates(NamedTuple):
    decay: Any
    kill: Any
    growth: Any


def derivative(t: Any, s: Chain, p: Rates) -> Chain:
    return Chain(
        1 - s.cells - p.kill * s.metabolite * s.cells,
        -p.decay * s.drug,
        p.decay * s.drug - s.metabolite,
        p.growth * s.tumour * log(2 + s.cells),
    )


MODEL = Model(derivative, Chain, Rates)


def run(*events: Any, initial: dict[str, Any] | None = None, **options: Any) -> Solution:
    start = {"cells": 0.2, "drug": 0.0, "metabolite": 0.0, "tumour": 0.0} | (initial or {})
    return simulate(
        MODEL,
        parameters={"decay": 2.0, "kill": 3.0, "growth": 0.1},
        initial=start,
        start=0.0,
        stop=6.0,
        events=events,
        **options,
    )


def add(t: Any, s: Chain, p: Rates, value: Any) -> dict[str, Any]:
    return {"drug": s.drug + 1}


@pytest.mark.parametrize(
    ("events", "solved"),
    [
        ((), 1),
        ((bolus("drug", 1.0, 1.0),), 3),
        ((Infusion("drug", 1.0, 1.0, 1.0),), 3),
        ((bolus("metabolite", 1.0, 1.0),), 2),
        ((bolus("tumour", 1.0, 1.0), bolus("drug", 1.0, 1.0)), 4),
        ((Rule("rule", lambda t, s, p: -1.0, add),), 3),
        ((Hazard("chance", lambda t, s, p: 0.1, add),), 3),
        ((Scheduled("nothing", 1.0, lambda t, s, p, v: {"cells": s.cells + s.drug}),), 1),
    ],
)
def test_only_what_can_be_reached_is_solved(events: tuple[Any, ...], solved: int) -> None:
    found = run(*events)
    assert found.solver["states"] == solved
    assert found.final["tumour"].shape == (1,) and (solved == 4 or found.final["tumour"][0] == 0.0)


def test_a_state_that_starts_above_zero_is_solved() -> None:
    assert run(initial={"tumour": 1e-9}).solver["states"] == 2
    assert run(initial={"tumour": np.array([0.0, 0.0])}).solver["states"] == 2, "an array may differ between patients"


def test_outputs_of_unreached_states_are_zero() -> None:
    found = run(outputs={"sum": lambda t, s, p: s.drug + 10 * s.tumour, "cells": lambda t, s, p: s.cells}, grid=[0.0, 3.0, 6.0])
    assert np.all(found.outputs["sum"] == 0.0) and np.all(found.outputs["cells"] > 0)


def test_results_with_and_without_pruning_agree_to_rounding() -> None:
    options: dict[str, Any] = {"outputs": {"cells": lambda t, s, p: s.cells}, "grid": np.linspace(0, 6, 13), "rtol": 1e-9}
    pruned = run(bolus("drug", 1.0, 1.0), **options)
    full = run(bolus("drug", 1.0, 1.0), initial={"tumour": np.zeros(1)}, **options)
    assert (pruned.solver["states"], full.solver["states"]) == (3, 4)
    assert pruned.outputs["cells"] == pytest.approx(full.outputs["cells"], rel=1e-8)


def test_a_model_with_nothing_in_it_stays_at_zero() -> None:
    found = simulate(
        Model(lambda t, s, p: Chain(-s.cells, -s.drug, s.drug - s.metabolite, s.tumour), Chain, Rates),
        parameters={"decay": 2.0, "kill": 3.0, "growth": np.array([0.1, 0.2])},
        initial=dict.fromkeys(Chain._fields, 0.0),
        start=0.0,
        stop=3.0,
        outputs={"drug": lambda t, s, p: s.drug, "day": lambda t, s, p: t},
        grid=[0.0, 1.0],
    )
    assert found.outputs["drug"].tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert found.outputs["day"].tolist() == [[0.0, 1.0], [0.0, 1.0]]
    assert all(values.tolist() == [0.0, 0.0] for values in found.final.values())


def patient(
    *events: Any, whole: bool = False, stop: float = 200.0, disease: str = "lupus", drugs: bool = True, rtol: float = 1e-7
) -> Solution:
    """The typical patient with every drug, or none; `whole` passes the empty states as arrays, so that they are solved."""
    composed = patient_with(disease) if drugs else compose(*HOST, *built_in().disease(disease).modules)

    def initial(p: Any) -> Any:
        values = flat_values(composed.initial(p))
        return build(composed.state, [np.zeros(1) if whole and isinstance(x, (int, float)) and x == 0 else x for x in values])

    host = (disease,) if built_in().disease(disease).host else ()
    names = ("naive_b_per_ul", "anti_dsdna_reading", "proteinuria", "igg")
    return simulate(
        composed.model,
        parameters=typical(*host, patient=composed),
        initial=initial,
        start=-7.0,
        stop=stop,
        events=events,
        outputs={name: composed.outputs[name].read for name in names if name in composed.outputs},
        grid=np.linspace(-7, stop, 60),
        rtol=rtol,
        atol=1e-10,
    )


def test_in_lupus_without_drugs_no_drug_is_solved() -> None:
    untreated, bare = patient(), patient(drugs=False)
    of_drugs = [name for name in untreated.final if name.split(".")[0] in DRUGS]
    assert len(of_drugs) > 20 and all(untreated.final[name].tolist() == [0.0] for name in of_drugs)
    assert untreated.solver["states"] == bare.solver["states"] <= len(untreated.final) - len(of_drugs)
    rituximab = patient(bolus("rituximab.central", [0.0, 14.0], 1000.0))
    assert rituximab.solver["states"] == untreated.solver["states"] + 2
    assert rituximab.final["rituximab.peripheral"][0] > 0


def test_a_pruned_patient_has_the_course_of_the_whole_model() -> None:
    dose = bolus("rituximab.central", [0.0, 14.0], 1000.0)
    pruned, whole = patient(dose), patient(dose, whole=True)
    assert pruned.solver["states"] < 60 and whole.solver["states"] == len(flat_names(patient_with("lupus").state))
    for name, curve in pruned.outputs.items():
        assert curve == pytest.approx(whole.outputs[name], rel=2e-5, abs=1e-7), name


def test_leukaemia_is_solved_in_leukaemia() -> None:
    found = patient(disease="leukaemia", stop=20.0)
    assert found.final["malignancy.malignant_cells"][0] > 0
    assert set(found.outputs) == {"naive_b_per_ul", "igg"}
