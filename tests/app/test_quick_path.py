"""The quick path of the Patient page, which follows the slider, says what the judged one says."""

import pytest

CAR_T = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"


def answer(client, *, judged, text, stop=400, **more):
    form = {"treatments": [{"name": "arm", "text": text}], "judged": judged, "stop": stop, **more}
    (found,) = client.post("/api/patient/course", json=form).json()["treatments"]
    return found


def outcomes(client, **asked):
    return answer(client, **asked)["outcomes"]


@pytest.mark.parametrize("stop", [100, 400, 760])
@pytest.mark.parametrize("text", [CAR_T, "rituximab 1000 mg on days 0 14", "no treatment"], ids=["car-t", "rituximab", "none"])
def test_every_row_curve_and_event_of_the_quick_path_is_the_judged_one(client, text, stop):
    quick, judged = (answer(client, judged=judged, text=text, stop=stop) for judged in (False, True))
    rows, all_rows = quick.pop("outcomes"), judged.pop("outcomes")
    shown = {one["name"] for one in client.get("/api/meta").json()["diseases"][0]["outcomes"]}
    assert {"il6_peak", "b_cell_return_day", "car_t_peak_day"} <= set(rows) <= set(all_rows) <= shown
    assert rows == {name: all_rows[name] for name in rows}
    assert quick == judged


def test_the_quick_path_of_other_parameters_is_the_judged_one(client):
    quick, judged = (answer(client, judged=judged, text=CAR_T, parameters={"kexp": 2.0}) for judged in (False, True))
    assert quick["outcomes"] == {name: judged["outcomes"][name] for name in quick["outcomes"]}
    assert quick["curves"] == judged["curves"] and quick["outcomes"] != outcomes(client, judged=False, text=CAR_T)


def test_infections_are_those_of_a_year_and_absent_where_no_year_is_simulated(client):
    """The hazard is per 100 days: a year of it, read as it comes, would be 100 times too many."""
    year = outcomes(client, judged=False, text="no treatment")["infections_year"]
    assert 0 < year < 10
    assert "infections_year" not in outcomes(client, judged=False, text="no treatment", stop=200)
    assert "infections_year" not in outcomes(client, judged=True, text="no treatment", stop=200)


def test_impossible_patient_is_refused_by_name(client):
    """More naive B cells in tissue than come from the marrow: the rate out of follicles would have to be negative."""
    for path in ("course", "bands"):
        form = {"treatments": [{"name": "arm", "text": "no treatment"}], "parameters": {"b_cells.naive_tissue": 300}}
        refused = client.post(f"/api/patient/{path}", json=form)
        assert refused.status_code == 422
        assert "b_cells.naive_tissue = 300" in refused.json()["error"]
        assert "rate of naive B cells out of follicles" in refused.json()["error"]
