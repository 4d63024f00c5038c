"""What every disease of this version keeps to, whatever it is."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.disease.families.autoimmune import tissue_inflammation
from immunoreset.errors import InvalidRegimen
from immunoreset.followed import days_to_store, followed, readouts
from immunoreset.manifest import beyond_bounds
from immunoreset.outcomes import outcomes_of, read_outcomes
from immunoreset.patient import course
from immunoreset.patient.compose import compose
from immunoreset.patient.course import Course
from immunoreset.patient.host import HOST
from immunoreset.patient.quasi import sobol
from immunoreset.population import sample, sample_ids
from immunoreset.study_document import Study
from immunoreset.therapy import STANDARD, Regimen

CATALOGUE = built_in()
DISEASES = tuple(CATALOGUE.diseases)
FAMILY = tuple(name for name, disease in CATALOGUE.diseases.items() if tissue_inflammation.MODULE in disease.modules)
"""Autoimmune diseases but lupus."""
AUTOIMMUNE = tuple(name for name, disease in CATALOGUE.diseases.items() if disease.natural_events(0.0, 100.0))
START, STOP, PATIENTS = -14.0, 180.0, 24
CONDITIONING = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3"


def solved(disease: str, treatment: str, *, stop: float = STOP, patients: int = PATIENTS, seed: int = 3) -> Course:
    about = CATALOGUE.disease(disease)
    cohort = sample(about.populations[0].name, patients, seed=seed)
    ready = course.prepare(cohort, Regimen.parse(treatment), start=START, stop=stop)
    found, _, reasons = course.solve(
        ready, cohort, outputs=followed(about), readouts=readouts(cohort.theta), grid=days_to_store(START, stop), rtol=1e-6
    )
    assert not reasons
    return found


@pytest.mark.parametrize("disease", DISEASES)
def test_no_treatment_is_an_empty_regimen_bit_for_bit(disease: str) -> None:
    untreated, empty = solved(disease, "no treatment", patients=6), solved(disease, str(Regimen()), patients=6)
    assert all(np.array_equal(untreated.curves[name], curve) for name, curve in empty.curves.items())


@pytest.mark.parametrize("disease", DISEASES)
def test_no_cells_is_the_same_regimen_without_them(disease: str) -> None:
    none = solved(disease, f"{CONDITIONING}; cd19-car-t 0 cells/kg on day 0", patients=6)
    without = solved(disease, CONDITIONING, patients=6)
    assert all(np.array_equal(none.curves[name], curve) for name, curve in without.curves.items())


@pytest.mark.parametrize("disease", DISEASES)
def test_the_untreated_typical_patient_stays_but_for_what_moves(disease: str) -> None:
    about, theta = CATALOGUE.disease(disease), CATALOGUE.theta
    patient = compose(*HOST, *about.modules)
    values = theta.values_for(patient.modules, theta.typical(*([disease] if about.host else [])))
    numbers = patient.build(values)
    state = patient.initial(numbers)
    changes = patient.derivative(0.0, state, numbers)
    for module, group, changed in zip(patient.modules, state, changes, strict=True):
        for field, value, change in zip(module.fields, group, changed, strict=True):
            name = f"{module.name}.{field}"
            assert patient.states[name].moves or abs(change) <= 1e-9 / 730 * max(1.0, abs(value)), name


@pytest.mark.parametrize("disease", DISEASES)
def test_outcomes_are_those_that_it_lists_and_shares_are_shares(disease: str) -> None:
    about = CATALOGUE.disease(disease)
    found, listed = read_outcomes(solved(disease, STANDARD["car-t"], stop=400.0), about), outcomes_of(about)
    assert set(found) <= set(listed)
    for name, values in found.items():
        known = values[np.isfinite(values)]
        assert not listed[name].share or np.isin(known, (0.0, 1.0)).all(), name
    of_disease = [name for name in found if name in about.outcomes]
    assert len(of_disease) >= len([name for name in about.outcomes if not name.endswith(("540", "5", "15"))]) / 2


@pytest.mark.parametrize("disease", AUTOIMMUNE)
def test_a_second_course_of_rituximab_is_never_worse(disease: str) -> None:
    """On average of the patients, from the second course on; where BAFF rises after it, lupus is worse by less than 2 %."""
    once = solved(disease, "rituximab 1000 mg on days 0 14", stop=365.0)
    twice = solved(disease, "rituximab 1000 mg on days 0 14 168 182", stop=365.0)
    late = once.days >= 196
    for name in ("autoreactive_tissue_fraction", "inflammation"):
        worse = (twice.curves[name] - once.curves[name])[:, late].mean(axis=0)
        assert worse.max() < (0.02 if disease == "lupus" else 1e-3), name
        assert disease == "lupus" or worse.min() < -0.02, name


@pytest.mark.parametrize("disease", FAMILY)
def test_every_population_can_be_drawn_also_quasi_randomly(disease: str) -> None:
    for group in CATALOGUE.disease(disease).populations:
        drawn = sample_ids(group.name, np.arange(16), seed=2, source=sobol)
        drawn.check_possible("drawing")
        table = CATALOGUE.theta.in_host(disease)
        for name, values in drawn.parameters.items():
            low, high = table[name].bounds if name in table else (-np.inf, np.inf)
            typical = table[name].value if name in table else 0.0
            assert np.all(np.asarray(values) >= min(low, typical) - 1e-12), (group.name, name)
            assert np.all(np.asarray(values) <= max(high, typical) + 1e-12), (group.name, name)


@pytest.mark.parametrize("disease", DISEASES)
def test_what_a_disease_cannot_take_is_refused_in_one_line(disease: str) -> None:
    about = CATALOGUE.disease(disease)
    cohort = sample(about.populations[0].name, 1, seed=1)
    for drug, why in about.refuses.items():
        regimen = Regimen.parse(f"{drug} {CATALOGUE.drugs.find(drug).example}")
        treatments = [item for item in regimen.items if np.isfinite(item.first_day)]
        if not treatments:
            continue
        with pytest.raises(InvalidRegimen, match=f"{drug} is not simulated as a treatment of {disease}") as caught:
            course.prepare(cohort, regimen, start=START, stop=STOP)
        assert why in str(caught.value) and "\n" not in str(caught.value)


def test_rescue_with_a_drug_that_is_no_treatment_is_given() -> None:
    cohort = sample("rheumatoid-arthritis", 1, seed=1)
    text = f"{STANDARD['car-t']}; tocilizumab 8 mg/kg if CRS grade >= 2 after 24 h at most 1"
    assert course.prepare(cohort, Regimen.parse(text), start=START, stop=STOP).events


@pytest.mark.parametrize("disease", FAMILY)
def test_a_group_differs_by_the_factors_that_it_names(disease: str) -> None:
    """In the median patient, where the bounds of the disease, not those of the typical patient, leave room."""
    about = CATALOGUE.disease(disease)
    table, usual = CATALOGUE.theta.in_host(disease), sample(about.populations[0].name, 200, seed=4)
    for group in about.populations[1:]:
        drawn = sample(group.name, 200, seed=4)
        for name, factor in group.entry.factors.items():
            expected = np.median(usual.parameters[name]) * factor
            low, high = table[name].bounds
            if low < expected < high:
                assert np.median(drawn.parameters[name]) == pytest.approx(expected, rel=0.1), (group.name, name)


def test_a_number_is_beyond_its_bounds_only_where_it_is_beyond_those_of_the_disease() -> None:
    """The kill of rituximab goes to 0.3 a day in lupus, to 10 in diseases whose cells it reaches."""
    document = {
        "title": "bounds", "seed": 1, "start": -14, "stop": 30,
        "patients": {"population": "rheumatoid-arthritis", "n": 2, "factors": {"rituximab.kill_autoreactive_activated": 2.0}},
        "arms": {"none": {"treatment": "no treatment"}},
    }  # fmt: skip
    assert beyond_bounds(Study.model_validate(document), CATALOGUE) == []
    document["patients"]["factors"] = {"rituximab.kill_autoreactive_activated": 100.0}
    document["patients"]["beyond_bounds"] = True
    (found,) = beyond_bounds(Study.model_validate(document), CATALOGUE)
    assert found["value"] == pytest.approx(36.0) and found["bounds"] == [0.0, 10.0]
