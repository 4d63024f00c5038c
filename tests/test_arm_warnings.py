"""What a reader of an arm is told: which drugs do nothing in this model, found from the equations, and failing kidneys."""

from __future__ import annotations

import pytest

from immunoreset import Study, run
from immunoreset.study_reading import parse_study

DRUGS = {
    "zilucoplan": "zilucoplan 0.3 mg/kg daily from 0 until 84",
    "avacopan": "avacopan 30 mg twice daily from 0 until 84",
    "nintedanib": "nintedanib 150 mg twice daily from 0 until 84",
    "care": "background-care 30% from 0 until 84",
    "mycophenolate": "mycophenolate 1 g twice daily from 0 until 84",
    "belimumab": "belimumab 10 mg/kg on day 0",
    "efgartigimod": "efgartigimod 10 mg/kg on days 0 7",
    "rituximab": "rituximab 1 g on day 0",
}
NOTHING = {
    "pemphigus": {"zilucoplan", "avacopan", "nintedanib", "care"},
    "myasthenia-gravis": {"avacopan", "nintedanib", "care"},
    "systemic-sclerosis": set(),
    "multiple-sclerosis": {"zilucoplan", "avacopan", "nintedanib", "efgartigimod"},
    "cart": {"zilucoplan", "avacopan", "nintedanib"},
    "lymphoma": set(DRUGS),
}
"""Of each population the drugs that change nothing by which its disease is judged."""


def _study(population: str, arms: dict[str, str], parameters: str = "") -> Study:
    told = "\n".join(f'{name} = "{text}"' for name, text in arms.items())
    who = f'population = "{population}"\nn = 2\n{parameters}'
    return parse_study(f'title = "t"\nstart = -7\nstop = 91\n[patients]\n{who}\n[arms]\n{told}\n')


@pytest.mark.parametrize("population", NOTHING)
def test_a_drug_that_moves_no_outcome_of_the_disease_is_named_and_no_other(population: str) -> None:
    from immunoreset.catalogue import built_in

    refused = built_in().population(population)[0].refuses
    found = run(_study(population, {name: text for name, text in DRUGS.items() if text.split()[0] not in refused}))
    idle = {name for name, arm in found.arms.items() if any("no modelled effect" in line for line in arm.warnings)}
    assert idle == NOTHING[population] - set(refused)
    untreated = run(_study(population, {"none": "no treatment"})).arm("none")
    for name in idle:  # what is said is so: the disease goes on as without it
        for outcome, values in found.arm(name).outcomes.values.items():
            if outcome in found.arm(name).diseases[0].outcomes and not outcome.startswith("drug_free"):
                assert values == pytest.approx(untreated.outcomes.values[outcome], rel=1e-3, nan_ok=True), (name, outcome)


def test_the_warning_is_one_line_that_names_drug_and_disease_and_where_it_acts_still() -> None:
    found = run(_study("pemphigus", {"a": DRUGS["nintedanib"], "b": DRUGS["zilucoplan"]}))
    assert found.arm("a").warnings == ("nintedanib has no modelled effect in pemphigus vulgaris",)
    assert found.arm("b").warnings == (
        "zilucoplan has no modelled effect in pemphigus vulgaris; it acts on the rest of the body alone",
    )


def test_rescue_is_not_judged_by_the_disease() -> None:
    found = run(_study("lymphoma", {"a": "tocilizumab 8 mg/kg if CRS grade >= 2"}))
    assert found.arm("a").warnings == ()


def test_car_t_cells_for_failing_kidneys_warn_once_and_other_drugs_do_not() -> None:
    arms = {"cells": "cd19-car-t 1e6 cells/kg on day 0", "rituximab": DRUGS["rituximab"]}
    found = run(_study("anca-vasculitis", arms, 'parameters = { "body.egfr" = 25 }'))
    (line,) = found.arm("cells").warnings
    assert line.startswith("CAR-T cells are given to 2 of 2 patients with an eGFR below 30") and "\n" not in line
    assert not found.arm("rituximab").warnings
    healthy = run(_study("anca-vasculitis", arms, 'parameters = { "body.egfr" = 45 }'))
    assert not healthy.arm("cells").warnings
