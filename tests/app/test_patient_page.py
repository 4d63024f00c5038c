"""The Patient page says what the package says: the same courses, bands and outcomes, at the speed of a slider."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from immunoreset.app.courses import Span, one_course, treat
from immunoreset.app.warm_engine import PROGRAMS, meaning
from immunoreset.app.who import Who, many, nearest_to_middle, one
from immunoreset.catalogue import built_in
from immunoreset.catalogue.standard import MODEL, STANDARD_PATIENT, initial_state, typical
from immunoreset.engine import simulate
from immunoreset.errors import Cancelled
from immunoreset.evidence import published_numbers
from immunoreset.followed import days_to_store, followed
from immunoreset.population import Cohort, mackensen_2022
from immunoreset.study import run
from immunoreset.study_document import Study
from immunoreset.therapy import Regimen
from immunoreset.therapy.families.rescue import crs_reaches

TYPICAL = Who(None, "cart", 1)
CONDITIONING = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3"


def car_t(cells_per_kg: float) -> str:
    """The usual treatment at a dose."""
    return f"{CONDITIONING}; cd19-car-t {cells_per_kg:g} cells/kg on day 0"


def ask(client, path, *texts, **more):
    form = {"treatments": [{"name": f"arm {place}", "text": text} for place, text in enumerate(texts)], **more}
    return client.post(f"/api/patient/{path}", json=form)


def test_course_of_the_typical_patient_is_that_of_the_engine(client):
    found = ask(client, "course", car_t(1e6), stop=120).json()
    values = typical()
    regimen = Regimen.parse(car_t(1e6))
    typical_patient = Cohort(values, np.zeros(1, dtype=np.int64), 0, "cart", {})
    expected = simulate(
        MODEL,
        parameters=values,
        initial=initial_state,
        start=-35,
        stop=120,
        events=regimen.events(typical_patient, founder_noise=False, start=-35),
        outputs={name: STANDARD_PATIENT.outputs[name].read for name in followed(built_in().disease("lupus"))},
        grid=days_to_store(-35, 120),
        atol=STANDARD_PATIENT.tolerances,
        strictness=STANDARD_PATIENT.strictness,
    )
    assert found["days"] == pytest.approx(expected.days.tolist())
    for name in ("car_t_per_ul", "c3", "il6", "neutrophils", "vaccine_percent"):
        shown = np.array(found["treatments"][0]["curves"][name])
        assert shown == pytest.approx(expected.outputs[name][0], rel=2e-4, abs=1e-6), name


def test_bands_of_a_published_patient_are_those_of_the_study(client):
    twins = 16
    study = Study.model_validate(
        {"title": "five", "stop": 400, "patients": {"listed": "five-patients", "twins": twins}, "arms": {"car-t": car_t(1e6)}}
    )
    arm = run(study).arms["car-t"]
    mine = arm.outcomes.patient == 2
    found = ask(client, "bands", car_t(1e6), patient={"published": 3}, twins=twins, stop=400).json()["treatments"][0]
    for name in ("car_t_per_ul", "sledai_2k", "igg_percent"):
        expected = np.quantile(arm.trajectories[name][mine], (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)
        assert np.array(found["bands"][name]) == pytest.approx(expected, rel=1e-5, abs=1e-30), name
    for row in found["outcomes"]:
        values = arm.outcomes.values[row["name"]][mine]
        known = values[np.isfinite(values)]
        assert row["twins"] == len(known), row["name"]
        if not len(known):
            assert row["value"] is None, row["name"]
            continue
        assert row["value"] == pytest.approx(known.mean() if row["share"] else np.median(known), rel=1e-5), row["name"]


def test_published_numbers_stand_beside_the_outcomes_of_their_treatment_only(client):
    of_car_t = {number.quantity for number in published_numbers() if number.arm == "car-t"}
    found = ask(client, "bands", car_t(1e6), "no treatment", twins=4, stop=730).json()["treatments"]
    beside = [{row["quantity"] for outcome in one["outcomes"] for row in outcome["published"]} for one in found]
    assert beside == [of_car_t, set()]


def test_dose_changes_the_course_but_compiles_nothing(client):
    ask(client, "course", car_t(1e6))
    before = len(PROGRAMS)
    peaks = [
        max(ask(client, "course", car_t(dose)).json()["treatments"][0]["curves"]["car_t_per_ul"]) for dose in (1e4, 1e5, 2e6)
    ]
    assert len(PROGRAMS) == before
    assert peaks == sorted(peaks)
    assert peaks[0] < peaks[-1]


def test_functions_that_ask_for_different_grades_have_different_meanings():
    assert meaning(crs_reaches(2)) == meaning(crs_reaches(2))
    assert meaning(crs_reaches(2)) != meaning(crs_reaches(3))


def test_up_to_four_treatments_stand_side_by_side(client):
    found = ask(client, "course", car_t(1e6), "no treatment", "rituximab 1000 mg on days 0 14", "belimumab 10 mg/kg on day 0")
    assert [one["name"] for one in found.json()["treatments"]] == ["arm 0", "arm 1", "arm 2", "arm 3"]
    too_many = ask(client, "course", *["no treatment"] * 5)
    assert too_many.status_code == 422
    assert too_many.json()["where"] == "treatments"


def test_sledai_by_organ_adds_up_to_the_score(client):
    found = ask(client, "course", car_t(1e6), patient={"published": 1}).json()["treatments"][0]
    parts = np.sum(list(found["sledai_domains"].values()), axis=0)
    assert parts.tolist() == found["curves"]["sledai_2k"]


def patient_with(item: str) -> Cohort:
    """A patient of the population, alone, who shows this item at entry."""
    cohort = many(TYPICAL, 1, {})
    active = {f"sledai.has_{item}": np.ones(1), f"sledai.cut_{item}": np.full(1, 0.6)}
    return replace(cohort, parameters={**cohort.parameters, **active})


@pytest.mark.parametrize(("item", "organ", "points"), [("nervous", "CNS", 8), ("fever", "CONST", 1)])
def test_points_of_rare_organs_follow_the_activity_that_is_drawn(item, organ, points):
    """Activity and points come from one state; the typical patient has neither."""
    stop = np.zeros(1, dtype=np.int64)
    solved = treat(patient_with(item), Regimen.parse(car_t(1e6)), Span(-35, 300), typical=True, threads=1, cancel=stop)
    found = one_course(solved, judged=False)
    by_day = np.array(found["sledai_domains"][organ])
    over = np.array(found["curves"]["nerves_over_cut" if organ == "CNS" else "constitution_over_cut"])
    assert by_day[0] == points and by_day[-1] == 0 and ((over > 1) == (by_day > 0)).all()


def test_every_panel_of_organs_has_its_course_and_its_bands(client):
    lupus = client.get("/api/meta").json()["diseases"][0]
    drawn = [panel["output"] for panel in lupus["organ_panels"] + lupus["measured_panels"]]
    course = ask(client, "course", car_t(1e6)).json()["treatments"][0]["curves"]
    bands = ask(client, "bands", car_t(1e6), twins=8).json()["treatments"][0]["bands"]
    assert len(drawn) == 15 and set(drawn) <= set(course) and set(drawn) <= set(bands)
    assert course["joints_over_cut"][0] > 1 > course["joints_over_cut"][-1]
    assert max(course["vessels_over_cut"]) == 0  # this patient cannot have vasculitis


def test_facts_of_a_patient_are_kept_in_the_course(client):
    facts = {"age": 30, "sex": "F", "weight_kg": 61, "sledai_2k": 12, "nephritis": False}
    found = ask(client, "course", "no treatment", patient={"facts": facts}).json()["treatments"][0]
    assert found["curves"]["sledai_2k"][0] == 12
    assert "RENAL" not in found["sledai_domains"]


def test_changed_parameter_changes_the_course_and_an_impossible_one_is_refused(client):
    usual = ask(client, "course", car_t(1e6)).json()["treatments"][0]["curves"]["car_t_per_ul"]
    changed = ask(client, "course", car_t(1e6), parameters={"kexp": 1.5}).json()["treatments"][0]["curves"]["car_t_per_ul"]
    assert max(changed) < max(usual)
    refused = ask(client, "course", car_t(1e6), parameters={"kexp": 1e9})
    assert refused.status_code == 422
    assert "kexp" in refused.json()["error"]


def test_patient_in_the_middle_agrees_with_the_facts_and_is_nobody_at_the_edge():
    facts = mackensen_2022()[1]
    twins = many(Who(facts, "cart", 1), 256, {})
    middle = one(Who(facts, "cart", 1), {})
    weights = np.asarray(twins.parameters["car_t.expansion_max"])
    low, high = np.quantile(weights, (0.05, 0.95))
    assert low < middle.parameters["car_t.expansion_max"][0] < high
    assert nearest_to_middle({"weight": np.array([50.0, 90.0, 60.0])}) == 2


def test_work_that_is_taken_back_stops():
    cohort, stop = many(TYPICAL, 64, {}), np.ones(1, dtype=np.int64)
    with pytest.raises(Cancelled):
        treat(cohort, Regimen.parse(car_t(1e6)), Span(-35, 730), typical=False, threads=2, cancel=stop)


def test_fault_of_a_regimen_names_the_treatment_and_the_place(client):
    refused = ask(client, "course", "no treatment", "rituximab 1 g on day 3; foo 2 mg on day 1")
    assert refused.status_code == 422
    assert refused.json()["where"] == "treatments.1.text"
    checked = client.post("/api/regimen/check", json={"text": "rituximab 1 g on day 3; foo 2 mg on day 1"}).json()
    assert not checked["ok"]
    assert "rituximab 1 g on day 3; foo 2 mg on day 1"[checked["error"]["from"] : checked["error"]["to"]] == "foo"


def test_regimen_is_read_back_item_by_item(client):
    checked = client.post("/api/regimen/check", json={"text": f"{car_t(5e5)}; prednisolone 20 mg daily from 0 until 28"}).json()
    assert checked["ok"]
    assert [(item["drug"], item["kind"]) for item in checked["items"]][-2:] == [
        ("cd19-car-t", "dose"),
        ("prednisolone", "course"),
    ]
    assert Regimen.parse(checked["text"]) == Regimen.parse(f"{car_t(5e5)}; prednisolone 20 mg daily from 0 until 28")


@pytest.mark.parametrize("late", [{"stop": 2}, {"start": -3}])
def test_treatment_outside_the_simulated_days_is_refused(client, late):
    refused = ask(client, "course", f"{car_t(1e6)}; rituximab 1 g on day 5", **late)
    assert refused.status_code == 422
    assert refused.json()["where"] == "treatments.0.text"
