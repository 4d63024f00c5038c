"""Rows of many thetas: what a study of each theta finds, on patients who stay the same, in any order and in any chunks."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.catalogue import Theta
from immunoreset.errors import InvalidRegimen, InvalidValue, UnknownName
from immunoreset.inference import Rows, simulate_rows
from immunoreset.inference import rows as rows_module
from immunoreset.patient import course
from immunoreset.study import run
from immunoreset.study_document import Arm, Patients, Study

THETA = Theta.current()
CONDITIONING = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3"
ARMS = {"car-t": f"{CONDITIONING}; cd19-car-t 1e6 cells/kg on day 0", "obinutuzumab": "obinutuzumab 1000 mg on days 0 14"}
THETAS = (
    THETA,
    THETA.with_values({"kexp": 2.3, "rituximab.kill_tissue": 0.02}),
    THETA.with_values({"glucocorticoid.dose": 10.0, "assay.b_cell_limit": 1.0}),
)
IMPOSSIBLE = THETA.with_values({"b_cells.naive_loss": 0.02})
N, SEED, STOP = 9, 4, 120.0


def simulated(thetas=THETAS, **more) -> Rows:
    return simulate_rows(thetas, "cart", more.pop("arms", ARMS), n=more.pop("n", N), seed=SEED, stop=STOP, **more)


@pytest.fixture(scope="module")
def rows() -> Rows:
    return simulated(quasi=False)


def equal(one: Rows, other: Rows) -> bool:
    return one.outcomes.keys() == other.outcomes.keys() and all(
        np.array_equal(values, other.outcomes[name], equal_nan=True) for name, values in one.outcomes.items()
    )


@pytest.mark.parametrize("place", range(len(THETAS)))
def test_rows_are_what_a_study_with_that_theta_finds(rows: Rows, place: int) -> None:
    arms = {name: Arm(treatment=text) for name, text in ARMS.items()}
    study = Study(title="one theta", seed=SEED, stop=STOP, patients=Patients(population="cart", n=N), arms=arms)
    result = run(study, theta=THETAS[place])
    for arm, name in enumerate(ARMS):
        theirs = result.arms[name].outcomes.values
        assert set(theirs) <= set(rows.outcomes)
        for outcome, values in theirs.items():
            np.testing.assert_allclose(rows.outcomes[outcome][place, arm], values, rtol=2e-4, atol=1e-6, err_msg=outcome)


def test_every_theta_has_numbers_of_its_own(rows: Rows) -> None:
    peak, gone = rows.outcomes["car_t_peak_per_ul"][:, 0], rows.outcomes["b_cells_undetectable_day"][:, 1]
    assert np.all(peak[1] >= peak[0]) and np.sum(peak[1] > peak[0]) > N / 2 and np.all(peak[2] != peak[0])
    assert np.nanmean(gone[2]) < np.nanmean(gone[0])
    assert np.all(np.isnan(rows.outcomes["car_t_peak_day"][:, 1]))
    assert not rows.failed.any() and rows.failures == {"car-t": {}, "obinutuzumab": {}} and not rows.refused


@pytest.mark.parametrize("how", [{"threads": 1}, {"threads": 3}, {"at_once": 4}, {"at_once": N}])
def test_threads_and_chunks_change_no_bit(rows: Rows, how: dict[str, int]) -> None:
    assert equal(simulated(quasi=False, **how), rows)


def test_order_of_thetas_and_arms_changes_no_bit(rows: Rows) -> None:
    turned = simulated(THETAS[::-1], arms=dict(reversed(ARMS.items())), quasi=False)
    for name, values in turned.outcomes.items():
        np.testing.assert_array_equal(values[::-1, ::-1], rows.outcomes[name], err_msg=name)


def test_memory_is_bounded_by_the_courses_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    solve = course.solve
    monkeypatch.setattr(course, "solve", lambda arm, *a, **k: sizes.append(len(arm.ids)) or solve(arm, *a, **k))
    simulated(at_once=7, outcomes=["il6_peak"], arms={"obinutuzumab": ARMS["obinutuzumab"]})
    assert max(sizes) == 7 and sum(sizes) == N * len(THETAS)


def test_thetas_of_one_form_are_solved_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    solve = course.solve
    monkeypatch.setattr(course, "solve", lambda arm, *a, **k: calls.append(len(arm.ids)) or solve(arm, *a, **k))
    many = [THETA.with_values({"kexp": value}) for value in (1.9, 2.0, 2.1, 2.2)]
    simulated(many, outcomes=["il6_peak"], arms={"obinutuzumab": ARMS["obinutuzumab"]})
    assert calls == [N * len(many)]


def test_differences_between_thetas_are_far_better_known_on_the_same_patients() -> None:
    more = THETA.with_values({"kexp": 1.02 * THETA.table["car_t.expansion_max"].value})
    found = simulate_rows([THETA, more], "cart", {"car-t": ARMS["car-t"]}, n=48, seed=2, stop=28.0, quasi=False)
    peak = np.log(found.outcomes["car_t_peak_per_ul"][:, 0])
    paired, unpaired = np.var(peak[1] - peak[0]), np.var(peak[1]) + np.var(peak[0])
    assert unpaired / paired > 50


def test_patients_are_quasi_random_unless_hashed_ones_are_asked_for(rows: Rows) -> None:
    assert not equal(simulated(), rows)
    np.testing.assert_array_equal(rows.ids, np.arange(N))


def test_a_theta_without_patients_is_counted_and_does_not_stop_the_others(rows: Rows) -> None:
    found = simulated((THETAS[0], IMPOSSIBLE, *THETAS[1:]), quasi=False)
    assert found.refused.keys() == {1} and "b_cells.naive_loss = 0.02" in found.refused[1]
    assert found.failed[1].all() and not found.failed[[0, 2, 3]].any()
    assert found.failures == {name: {rows_module.NO_PATIENTS: N} for name in ARMS}
    assert np.all(found.attempts[1] == 0) and np.all(found.attempts[[0, 2, 3]] > 0)
    for name, values in found.outcomes.items():
        assert np.isnan(values[1]).all()
        np.testing.assert_array_equal(values[[0, 2, 3]], rows.outcomes[name])


def test_means_leave_out_who_has_no_value(rows: Rows) -> None:
    day = rows.outcomes["b_cell_return_day"][0, 0]
    assert 0 < np.isnan(day).sum() < N
    assert rows.mean("b_cell_return_day")[0, 0] == pytest.approx(np.nanmean(day))
    assert np.isnan(rows.mean("car_t_peak_day")[:, 1]).all()
    assert rows.mean("crs_any").shape == (3, 2)
    with pytest.raises(UnknownName, match="did you mean 'crs_any'"):
        rows.mean("crs_anny")


def test_data_set_has_the_changed_numbers_as_coordinates(rows: Rows) -> None:
    data = rows.dataset()
    assert data["il6_peak"].dims == ("theta", "arm", "patient")
    usual = THETA.table["car_t.expansion_max"].value
    assert data["car_t.expansion_max"].values.tolist() == [usual, 2.3, usual]
    assert data["il6_peak"].sel(arm="car-t").shape == (3, N)


def test_only_outcomes_that_are_asked_for_are_kept(rows: Rows) -> None:
    few = simulated(quasi=False, outcomes=["il6_peak", "crs_any"])
    assert set(few.outcomes) == {"il6_peak", "crs_any"}
    np.testing.assert_array_equal(few.outcomes["il6_peak"], rows.outcomes["il6_peak"])


@pytest.mark.parametrize(
    ("asked", "fault", "words"),
    [
        ({"thetas": ()}, InvalidValue, "one of them is empty"),
        ({"arms": {}}, InvalidValue, "one of them is empty"),
        ({"n": 0}, InvalidValue, "one of them is empty"),
        ({"outcomes": ["il6_peek"]}, UnknownName, "il6_peak"),
        ({"arms": {"new": "rituxinab 1 g on day 0"}}, InvalidRegimen, "arm 'new'"),
        ({"arms": {"late": "rituximab 1 g on day 400"}}, InvalidRegimen, "arm 'late'"),
        ({"thetas": (IMPOSSIBLE,)}, InvalidValue, "none of 1 thetas has patients.*naive_loss"),
    ],
)
def test_what_cannot_be_simulated_is_said_before_anything_is(asked, fault, words, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "solve", lambda *_, **__: pytest.fail("the simulation must not begin"))
    with pytest.raises(fault, match=words):
        simulated(**asked)


def test_populations_that_do_not_exist_are_named() -> None:
    with pytest.raises(UnknownName, match="did you mean 'cart'"):
        simulate_rows(THETAS, "crat", ARMS)
