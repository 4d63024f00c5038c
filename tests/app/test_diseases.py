"""The pages know every disease of the catalogue: its own patients, panels, outcomes and refusals, and nothing of another one."""

from __future__ import annotations

import pytest

from immunoreset.app.cohort_figures import figures_of
from immunoreset.app.diseases import described, takes
from immunoreset.app.forms import PatientForm
from immunoreset.app.who import many, who
from immunoreset.catalogue import built_in
from immunoreset.study import run
from immunoreset.study_document import Study
from immunoreset.therapy.standard import STANDARD

DISEASES = list(built_in().diseases.values())
ARTHRITIS = {"population": "rheumatoid-arthritis"}


def ask(client, path, text="no treatment", **more):
    return client.post(f"/api/patient/{path}", json={"treatments": [{"text": text}], "stop": 200, **more})


@pytest.fixture(scope="module")
def diseases(client):
    return {disease["name"]: disease for disease in client.get("/api/meta").json()["diseases"]}


def test_the_pages_list_the_diseases_of_the_catalogue_in_its_order(diseases):
    assert list(diseases) == [disease.name for disease in DISEASES]
    for disease in DISEASES:
        found = diseases[disease.name]
        assert [group["name"] for group in found["populations"]] == [group.name for group in disease.populations]
        assert (found["known"], found["missed"]) == (disease.known, disease.missed)


@pytest.mark.parametrize("disease", DISEASES, ids=lambda disease: disease.name)
def test_every_panel_and_key_number_of_a_disease_is_answered_for_each_of_its_patients(client, disease):
    about = described(disease)
    panels = {panel["output"] for kind in ("panels", "organ_panels", "measured_panels") for panel in about[kind]}
    patient = {"population": disease.populations[-1].name}
    course = ask(client, "course", patient=patient, judged=True).json()["treatments"][0]
    assert panels <= set(course["curves"]) and course["failed"] is None
    bands = ask(client, "bands", patient=patient, twins=4).json()["treatments"][0]
    told = {row["name"] for row in bands["outcomes"]}
    assert panels <= set(bands["bands"]) and bands["failed"] == 0
    assert set(about["key_outcomes"]) <= told <= {outcome["name"] for outcome in about["outcomes"]}


def test_a_patient_with_another_disease_has_nothing_of_lupus(client, diseases):
    car_t = STANDARD["car-t"]
    course = ask(client, "course", car_t, patient=ARTHRITIS, judged=True).json()["treatments"][0]
    assert not {"sledai_2k", "proteinuria", "c3"} & set(course["curves"]) and course["sledai_domains"] == {}
    assert 2 < course["curves"]["das28_crp"][-1] < course["curves"]["das28_crp"][0] < 9
    rows = ask(client, "bands", car_t, patient=ARTHRITIS, twins=4).json()["treatments"][0]["outcomes"]
    assert [row["published"] for row in rows] == [[]] * len(rows), "what was published of lupus is no measure of arthritis"
    arthritis = diseases["rheumatoid-arthritis"]
    assert arthritis["facts"] == ["age", "sex", "weight_kg"] and arthritis["published_patients"] == []
    assert len(diseases["lupus"]["published_patients"]) == 5


def test_the_twins_of_a_described_patient_with_another_disease_agree_with_what_is_known():
    form = PatientForm.model_validate({**ARTHRITIS, "facts": {"weight_kg": 110, "age": 70, "sex": "M"}})
    twins = many(who(form, 1), 5, {})
    assert twins.illness.name == "rheumatoid-arthritis"
    assert set(twins.parameters["body.weight"]) == {110}
    assert set(twins.covariates["age"]) == {70} and set(twins.covariates["sex"]) == {"M"}


@pytest.mark.parametrize(
    ("patient", "where", "said"),
    [
        (
            {**ARTHRITIS, "facts": {"sledai_2k": 8}},
            "patient",
            "sledai_2k is not read of a patient with rheumatoid arthritis",
        ),
        ({**ARTHRITIS, "published": 1}, "patient", "no published patient has rheumatoid arthritis"),
        ({"population": "rheumatoid"}, "patient.population", "no population 'rheumatoid'; did you mean 'rheumatoid-arthritis'"),
    ],
)
def test_what_a_patient_of_the_disease_cannot_be_is_refused_in_one_line(client, patient, where, said):
    refused = ask(client, "course", patient=patient)
    assert refused.status_code == 422
    assert refused.json()["where"] == where and said in refused.json()["error"]


@pytest.mark.parametrize("disease", DISEASES, ids=lambda disease: disease.name)
def test_what_a_disease_refuses_is_not_offered_and_is_told_at_the_treatment(client, disease):
    about, patient = described(disease), {"population": disease.populations[0].name}
    offered = {one["name"] for one in about["standard_treatments"]}
    assert {"untreated", "car-t-with-rescue"} <= offered == {name for name, text in STANDARD.items() if takes(disease, text)}
    for drug, why in about["refuses"].items():
        assert not any(drug in one["text"].split() for one in about["standard_treatments"])
        refused = ask(client, "course", f"{drug} {built_in().drugs[drug].example}", patient=patient)
        assert refused.status_code == 422 and refused.json()["where"] == "treatments.0.text"
        assert why in refused.json()["error"]


def test_the_cohort_page_draws_the_first_score_of_the_disease():
    patients = {"population": "rheumatoid-arthritis", "n": 3}
    study = {"title": "a cohort", "stop": 200, "patients": patients, "arms": {"rituximab": STANDARD["rituximab"]}}
    result = run(Study.model_validate(study))
    found = figures_of(result)
    fall = found["waterfall"]["rituximab"]
    assert (fall["label"], fall["unit"]) == ("DAS28-CRP at day 180 less entry", "points")
    values = result.arm("rituximab").outcomes.values
    assert sorted(fall["changes"]) == pytest.approx(sorted(values["das28_crp_change_day180"]), rel=1e-4)
    assert [outcome["name"] for outcome in found["about"]] == list(result.about)
    assert {span["what"] for lane in found["swimmers"]["rituximab"] for span in lane["spans"]} <= {"no B cells"}
