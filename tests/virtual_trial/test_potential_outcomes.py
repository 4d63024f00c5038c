"""Every patient under every arm: the same patients, the same chance, and only what a trial can see."""

from pathlib import Path

import numpy as np
import pytest

from immunoreset.endpoints.toxicity.dlt import Criterion, Definition
from immunoreset.errors import ImmunoresetError, InvalidRegimen, InvalidValue, UnknownName
from immunoreset.population import sample
from immunoreset.study import run
from immunoreset.study_document import Study
from immunoreset.virtual_trial.endpoint import Change, Response
from immunoreset.virtual_trial.observation import Observation, observe
from immunoreset.virtual_trial.potential_outcomes import PotentialTable, potential_outcomes
from immunoreset.virtual_trial.reading import parse_trial
from immunoreset.virtual_trial.rescue import Rescue
from immunoreset.virtual_trial.run import run_trial

EXAMPLE = Path(__file__).parents[2] / "examples/trials/single-arm-doris.toml"

FLU_CY = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3"
ARMS = {
    "untreated": "no treatment",
    "low": f"{FLU_CY}; cd19-car-t 1e5 cells/kg on day 0",
    "high": f"{FLU_CY}; cd19-car-t 3e6 cells/kg on day 0",
}
DAYS = [28, 84, 168]


@pytest.fixture(scope="module")
def table() -> PotentialTable:
    return potential_outcomes("cart", ARMS, DAYS, patients=150, seed=3)


def equal(one: PotentialTable, other: PotentialTable, arms: slice = slice(None)) -> bool:
    once = all(np.array_equal(one.once[name], other.once[name][:, arms], equal_nan=True) for name in one.once)
    visits = all(np.array_equal(one.visits[name], other.visits[name][:, arms], equal_nan=True) for name in one.visits)
    return once and visits


def test_table_has_a_place_for_every_patient_arm_and_visit(table):
    assert table.arms == tuple(ARMS) and table.patients == 150
    assert all(values.shape == (150, 3) for values in table.once.values())
    assert all(values.shape == (150, 3, 3) for values in table.visits.values())
    assert not table.failed.any()


def test_number_of_threads_does_not_matter(table):
    assert equal(potential_outcomes("cart", ARMS, DAYS, patients=150, seed=3, threads=1), table)


def test_an_arm_is_the_same_alone_and_beside_others(table):
    alone = potential_outcomes("cart", {"high": ARMS["high"]}, DAYS, patients=150, seed=3)
    assert equal(alone, table, slice(2, 3))


def test_another_seed_gives_other_patients(table):
    assert not equal(potential_outcomes("cart", ARMS, DAYS, patients=150, seed=4), table)


def test_untreated_patients_have_no_toxicity_and_keep_their_b_cells(table):
    for name in ("dlt", "crs", "icans", "depleted"):
        assert (table.once[name][:, 0] == 0).all(), name
    assert np.isnan(table.once["dlt_day"][:, 0]).all()


def test_car_t_cells_deplete_b_cells_and_lower_activity(table):
    assert table.once["depleted"][:, 1:].mean() > 0.95
    activity = table.visit("sledai", 168).mean(axis=0)
    assert activity[0] > 3 * activity[2]
    assert table.visit("drug_free_doris", 168)[:, 2].mean() > 0.4


def test_yes_and_no_are_one_and_zero(table):
    for name in ("doris", "drug_free_doris", "lldas", "sri4", "bicla"):
        values = table.visits[name]
        assert np.isin(values[~np.isnan(values)], (0, 1)).all(), name


def test_drug_free_remission_is_remission_and_grades_are_whole(table):
    assert (table.visits["drug_free_doris"] <= table.visits["doris"]).all()
    assert np.isin(table.once["crs"], range(5)).all() and np.isin(table.once["icans"], range(5)).all()


def test_a_limiting_toxicity_is_a_severe_one_and_has_its_day(table):
    mild = Definition(criteria=(Criterion("CRS of grade 3", "CRS", 3), Criterion("ICANS of grade 3", "ICANS", 3)))
    found = potential_outcomes("cart", ARMS, DAYS, patients=600, seed=3, definition=mild)
    limited = found.once["dlt"] == 1
    assert limited.any() and not limited[:, 0].any()
    assert ((found.once["crs"] >= 3) | (found.once["icans"] >= 3))[limited].all()
    days = found.once["dlt_day"]
    assert np.array_equal(~np.isnan(days), limited) and (days[limited] <= 28).all()


def test_every_criterion_sees_its_own_grade(table):
    any_release = Definition(criteria=(Criterion("any CRS", "CRS", 1),))
    found = potential_outcomes("cart", {"high": ARMS["high"]}, [28], patients=150, seed=3, definition=any_release)
    released = (found.once["crs"] >= 1) & ~np.isnan(found.once["crs_day"]) & (found.once["crs_day"] <= 28)
    assert released.any() and (found.once["dlt"][released] == 1).all()
    assert found.once["dlt"].sum() > table.once["dlt"][:, 2].sum()
    assert (found.once["dlt_day"][released] <= found.once["crs_day"][released]).all()


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"population": "martians"}, UnknownName, "martians"),
        ({"days": []}, InvalidValue, "one visit"),
        ({"days": [-3]}, InvalidValue, "after day 0"),
        ({"regimens": {}}, InvalidValue, "one regimen"),
        ({"regimens": {"a": "moonshine 1 mg on day 0"}}, InvalidRegimen, "arm 'a'"),
    ],
)
def test_bad_input_is_refused_before_anything_is_simulated(change, error, words):
    given = {"population": "cart", "regimens": ARMS, "days": DAYS} | change
    with pytest.raises(error, match=words):
        potential_outcomes(given["population"], given["regimens"], given["days"], patients=4)


def test_day_without_a_visit_is_refused_with_the_visits_there_are(table):
    with pytest.raises(InvalidValue, match="the visits are on days 28, 84, 168"):
        table.visit("sledai", 90)


def test_drug_after_the_last_visit_is_refused_as_a_study_refuses_one_after_its_last_day():
    """Also while patients are still watched on the ward after the last visit."""
    late = "rituximab 1000 mg on day 200"
    with pytest.raises(InvalidRegimen, match="arm 'late': rituximab from day 200 comes after the last visit, day 168"):
        potential_outcomes("cart", {"late": late}, DAYS, patients=2)
    with pytest.raises(InvalidRegimen, match="arm 'late': rituximab from day 30 comes after the last visit, day 28"):
        potential_outcomes("cart", {"late": "rituximab 1000 mg on day 30"}, [28], patients=2)
    with pytest.raises(InvalidRegimen, match="arm 'late': rituximab from day 200 comes after the last simulated day, 168"):
        patients = {"population": "cart", "n": 2}
        run(Study.model_validate({"title": "late", "stop": 168, "patients": patients, "arms": {"late": late}}))


def test_impossible_patient_is_refused_by_name_in_a_study_and_in_a_trial():
    """More naive B cells in tissue than come from the marrow: the rate out of follicles would have to be negative."""
    changed = {"b_cells.naive_tissue": 300}
    said = "b_cells.naive_tissue = 300 there is no such patient: the rate of naive B cells out of follicles"
    with pytest.raises(InvalidValue, match=said):
        patients = {"population": "cart", "n": 2, "parameters": changed}
        run(Study.model_validate({"title": "impossible", "patients": patients, "arms": {"a": "no treatment"}}))
    text = EXAMPLE.read_text("utf-8")
    assert "[population]\n" in text
    document = parse_trial(text.replace("[population]\n", '[population]\nparameters = {"b_cells.naive_tissue" = 300}\n'))
    with pytest.raises(InvalidValue, match=said):
        run_trial(document.changed(repeats=2, patients=20))


def test_a_table_says_who_dies_and_the_dead_show_no_response() -> None:
    frail = sample("trial", 40, seed=4).with_values({"death.lupus_factor": 300.0}, beyond_bounds=True)
    table = potential_outcomes(frail, {"care": "none"}, [84, 364], seed=4)
    died = table.once["death_day"]
    dead = died[..., None] <= table.days
    assert 0 < dead[..., 0].sum() < dead[..., 1].sum() < 40
    for name, values in table.visits.items():
        gone = values[dead]
        assert np.isnan(gone).all() if name in ("sledai", "upcr", "igg_percent", "rescued") else (np.nan_to_num(gone) == 0).all()
        if name in ("sledai", "upcr", "igg_percent", "rescued", "doris", "lldas"):
            assert not np.isnan(values[~dead]).any(), name
    assert not (table.once["relapse_day"] >= died).any() and not (table.once["b_cell_return_day"] > died).any()
    response = Response("lldas", 364).read(observe(table, Observation())).value
    assert (response[dead[..., 1]] == 0).all()


def test_a_fatal_toxicity_is_of_grade_5_and_limits_the_dose() -> None:
    at_risk = sample("cart", 60, seed=1).with_values({"death.fatal_crs": 0.9999, "crs.cut_3": 2.0}, beyond_bounds=True)
    table = potential_outcomes(at_risk, {"high": ARMS["high"]}, [28], seed=1)
    fatal = table.once["crs"] == 5
    assert fatal.any() and not ((table.once["crs"] > 2) & ~fatal).any()
    np.testing.assert_array_equal(table.once["death_day"][fatal], table.once["crs_day"][fatal])
    assert (table.once["dlt"][fatal] == 1).all() and (table.once["dlt_day"][fatal] <= table.once["death_day"][fatal]).all()
    assert np.isnan(table.visits["sledai"][fatal]).all()


def test_visits_of_a_trial_in_another_disease_show_its_own_scores():
    arms = {"untreated": "no treatment", "car-t": ARMS["high"]}
    table = potential_outcomes("rheumatoid-arthritis", arms, [84, 168], patients=20, seed=3)
    assert "das28_crp" in table.visits and "doris" not in table.visits
    activity, response = table.visits["das28_crp"].mean(axis=(0, 2)), table.visits["acr20"].mean(axis=(0, 2))
    assert activity[1] < activity[0] - 1 and response[1] > response[0]


def test_a_trial_in_another_disease_knows_its_scores_at_entry_for_changes_and_rescue():
    arms = {"none": "no treatment", "rituximab": "rituximab 1000 mg on days 0 14"}
    table = potential_outcomes("rheumatoid-arthritis", arms, [84, 168], patients=40, seed=3)
    seen = observe(table, Observation())
    found = Change("das28_crp", 168).read(seen)
    entry = table.strata["das28_crp"]
    assert np.median(entry) > 5.1 and np.array_equal(found.baseline, entry)  # active disease, as trials of REFLEX enrol
    assert np.allclose(found.value, table.visits["das28_crp"][..., 1] - entry[:, None])
    assert found.value[:, 1].mean() < found.value[:, 0].mean() - 0.5
    rescued = Rescue(measure="das28_crp").day(seen)
    assert np.array_equal(rescued[:, 0] == 84, table.visits["das28_crp"][:, 0, 0] >= entry)
    for wrong, words in (
        (lambda: Response("das28_crp", 168).read(seen), 'not a yes or no; write kind = "change", or choose one of .*acr20'),
        (lambda: Change("acr20", 168).read(seen), "'acr20' has no value at entry; a change can be of das28_crp, das28_esr"),
        (
            lambda: Rescue().day(seen),
            "rescue: visits show no 'sledai'; write measure = one of das28_crp, .*of which more is worse",
        ),
        (lambda: Change("das28", 168).read(seen), "no measure at visits 'das28'; did you mean 'das28_"),
    ):
        with pytest.raises(ImmunoresetError, match=words) as caught:
            wrong()
        assert "\n" not in str(caught.value)
