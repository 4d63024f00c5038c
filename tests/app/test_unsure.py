"""The uncertainty of the numbers on the Patient page is that of the package: medians of the same twins under the same draws."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.app import unsure
from immunoreset.catalogue import Theta
from immunoreset.study import run
from immunoreset.study_document import Study
from immunoreset.therapy.standard import STANDARD
from immunoreset.uncertainty.draws import over_draws

CAR_T = STANDARD["car-t"]
SMALL = {"twins": 4, "draws": 3, "stop": 60}


def ask(client, *texts, **more):
    treatments = [{"name": f"arm {place}", "text": text} for place, text in enumerate(texts)]
    return client.post("/api/patient/uncertainty", json={"treatments": treatments, **SMALL, **more})


@pytest.mark.parametrize("patient", [{}, {"published": 2}], ids=["population", "twins"])
def test_edges_are_those_of_the_medians_of_the_twins_under_each_draw(client, patient):
    found = ask(client, CAR_T, patient=patient).json()
    who = {"population": "cart", "n": 4} if not patient else {"listed": "five-patients", "twins": 4, "only": "2"}
    study = Study.model_validate({"title": "one", "stop": 60, "patients": who, "arms": {"car-t": CAR_T}})
    drugs = tuple(sorted({"fludarabine", "cyclophosphamide", "cd19-car-t"}))
    posterior, _ = unsure._posterior("cart", drugs, 3)
    curves, _ = over_draws(posterior, 3, lambda theta: run(study, theta=theta).arms["car-t"].trajectories, base=Theta.current())
    for name in ("car_t_per_ul", "igg_percent", "il6"):
        expected = np.quantile([np.median(each[name], axis=0) for each in curves], [0.05, 0.95], axis=0)
        shown = np.array(found["treatments"][0]["edges"][name], dtype=float)
        np.testing.assert_allclose(shown, expected, rtol=5e-3, atol=1e-3, err_msg=name)
    assert "3 draws of" in found["words"]
    assert found["prior"] == ("the prior" in found["words"])


def test_twins_are_kept_while_a_dose_changes(client, monkeypatch):
    ask(client, CAR_T)
    monkeypatch.setattr(unsure, "_drawn", lambda *_: pytest.fail("the twins must not be drawn again"))
    usual, more = (ask(client, text).json()["treatments"][0]["edges"] for text in (CAR_T, CAR_T.replace("1e6", "1e4")))
    assert usual["car_t_per_ul"] != more["car_t_per_ul"]


def test_up_to_four_treatments_have_edges_of_the_same_draws(client):
    found = ask(client, CAR_T, "no treatment").json()
    assert [one["name"] for one in found["treatments"]] == ["arm 0", "arm 1"]
    low, high = np.array(found["treatments"][1]["edges"]["igg_percent"], dtype=float)
    assert np.all(low <= high) and found["days"][-1] == 60


@pytest.mark.parametrize("wrong", [{"draws": 1}, {"draws": 1000}, {"twins": 1}, {"population": "cart"}])
def test_what_cannot_be_asked_is_refused(client, wrong):
    assert ask(client, CAR_T, **wrong).status_code == 422


def test_the_uncertainty_of_a_described_patient_is_of_his_own_population(client):
    patients = [{"facts": {"weight_kg": 60}, "population": name} for name in ("cart", "rheumatoid-arthritis")]
    answers = [ask(client, "no treatment", patient=patient, twins=4, draws=4, stop=30) for patient in patients]
    assert [answer.status_code for answer in answers] == [200, 200]
    lupus, arthritis = (answer.json()["treatments"][0]["edges"] for answer in answers)
    assert "das28_crp" in arthritis and "das28_crp" not in lupus and "sledai_2k" not in arthritis
    low, high = np.array(arthritis["das28_crp"], dtype=float)
    assert (low > 2.6).all() and (low <= high).all()
