"""The examples run, and show what they say they show."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from immunoreset.demo import demo_study
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.reading import read_visits
from immunoreset.report.page import build_page
from immunoreset.simulated_visits import simulated_visits, write_tidy
from immunoreset.study import Study, run

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_demo_is_the_five_patient_example():
    example = Study.read(EXAMPLES / "five-patients.toml")
    assert demo_study().model_dump() == example.model_dump()


@pytest.mark.parametrize(
    "name", ["five-patients", "lupus-against-lymphoma", "lupus-against-leukaemia", "six-diseases", "twenty-patients"]
)
def test_example_runs_without_failures(name):
    result = run(Study.read(EXAMPLES / f"{name}.toml").changed(twins=3))
    assert result.failed == 0


def test_b_cells_return_earlier_and_cytokines_rise_less_in_lupus_than_in_lymphoma():
    """Published contrast: 10.1182/blood.2025028375."""
    result = run(Study.read(EXAMPLES / "lupus-against-lymphoma.toml").changed(twins=60))
    lupus, lymphoma = (result.arm(name).outcomes.values for name in ("lupus", "lymphoma"))
    back_in_a_year = [np.isfinite(values["b_cell_return_day"]).mean() for values in (lupus, lymphoma)]
    assert back_in_a_year[0] > back_in_a_year[1]
    assert np.median(lupus["il6_peak"]) < np.median(lymphoma["il6_peak"])
    assert lupus["crs_any"].mean() < lymphoma["crs_any"].mean()


def test_leukaemia_meets_more_cytokine_release_and_neurotoxicity_than_lupus_with_either_product():
    result = run(Study.read(EXAMPLES / "lupus-against-leukaemia.toml").changed(twins=60))
    assert result.failed == 0
    values = {name: arm.outcomes.values for name, arm in result.arms.items()}
    for product in ("", ", CD28 product"):
        lupus, leukaemia = values["lupus" + product], values["leukaemia" + product]
        assert np.median(lupus["car_t_peak_per_ul"]) < np.median(leukaemia["car_t_peak_per_ul"])
        for toxicity in ("crs_grade2_plus", "icans_any"):
            assert lupus[toxicity].mean() < leukaemia[toxicity].mean()


@pytest.fixture(scope="module")
def six_diseases():
    return run(Study.read(EXAMPLES / "six-diseases.toml").changed(twins=30))


def test_one_product_does_to_b_cells_in_six_diseases_what_it_does_in_lupus(six_diseases):
    lowest = {name: arm.trajectories["cd20_positive_per_ul"].min(axis=1) for name, arm in six_diseases.arms.items()}
    assert len(six_diseases.diseases) == 6 and six_diseases.failed == 0
    assert all(np.median(found) < 0.1 for found in lowest.values())


def test_report_of_six_diseases_shows_the_scores_of_each_once_and_compares_what_all_have(six_diseases):
    page = build_page(six_diseases)
    alone = page[page.index("Each disease for itself") :]
    together = page[page.index("side by side") : page.index("Each disease for itself")]
    for shown in ("SLEDAI-2K at day 90", "DAS28-CRP at day 90", "MMT-8 at day 90", "MG-ADL at day 90", "EDSS at day 90"):
        assert shown in alone and shown not in together
    assert "B cells back in blood" in together and "B cells back in blood" not in alone


def test_nine_treatments_cost_igg_where_they_reach_plasma_cells_and_b_cells_where_they_reach_these():
    result = run(Study.read(EXAMPLES / "nine-treatments.toml").changed(twins=24))
    values = {name: arm.outcomes.values for name, arm in result.arms.items()}
    igg = {name: np.median(found["igg_change_percent_day180"]) for name, found in values.items()}
    assert result.failed == 0 and len(values) == 9
    assert max(igg["BCMA cells"], igg["CD19 and BCMA cells"]) < min(igg["teclistamab"], igg["daratumumab"]) < igg["CD19 cells"]
    cleared = {name: found["node_cleared"].mean() for name, found in values.items()}
    assert min(cleared["CD19 cells"], cleared["donor cells"]) > 0.8 > cleared["obinutuzumab"] > cleared["telitacicept"] == 0


def test_a_pause_lowers_severe_cytokine_release_and_leaves_depletion():
    result = run(Study.read(EXAMPLES / "switch-against-crs.toml").changed(twins=100))
    severe = {name: arm.mean("crs_grade3_plus") for name, arm in result.arms.items()}
    assert result.failed == 0 and severe["pause"] < severe["no rescue"]
    assert result.arm("paused from day 3 to 7").mean("icans_any") < result.arm("no rescue").mean("icans_any")
    assert result.arm("pause").mean("node_cleared") > 0.9


def test_steps_up_to_the_dose_of_an_engager_lower_cytokine_release_and_not_depletion():
    result = run(Study.read(EXAMPLES / "engager-against-cells.toml").changed(twins=100))
    steps, at_once = (result.arm(f"teclistamab {how}") for how in ("in steps", "at once"))
    assert result.failed == 0 and steps.mean("crs_any") < at_once.mean("crs_any") < result.arm("CD19 cells").mean("crs_any")
    assert abs(steps.mean("node_cleared") - at_once.mean("node_cleared")) < 0.1


def scored_file(path):
    faults = Faults()
    with read_visits([path], faults) as intake:
        assert not len(faults), next(iter(faults))
        (visits,) = intake.batches()
    return score(visits, replace(USUAL, sledai_window=10))


def test_charts_of_twenty_patients_score_the_same_from_the_file_as_from_memory(tmp_path):
    visits = simulated_visits(Study.read(EXAMPLES / "twenty-patients.toml"), "car-t")
    write_tidy(visits, tmp_path / "visits.csv")
    memory, file = score(visits, replace(USUAL, sledai_window=10)), scored_file(tmp_path / "visits.csv")
    assert len(visits.patients) == 20
    words = {"patient": str, "score": str}
    assert_frame_equal(*(one.by_visit().astype(words) for one in (memory, file)))
    assert_frame_equal(memory.by_patient(), file.by_patient())
    assert_frame_equal(memory.episodes, file.episodes)
    assert len(file.episodes)


def test_packaged_charts_are_what_the_command_writes_today(tmp_path):
    """Line by line, but for a few last digits that depend on the processor."""
    write_tidy(simulated_visits(Study.read(EXAMPLES / "twenty-patients.toml"), "car-t"), tmp_path / "visits.csv")
    packaged, written = ((folder / name).read_text("utf-8").splitlines() for folder, name in (
        (EXAMPLES, "twenty-patients.csv"), (tmp_path, "visits.csv")))  # fmt: skip
    assert len(packaged) == len(written)
    assert sum(one == other for one, other in zip(packaged, written, strict=True)) > 0.99 * len(written)


def test_packaged_charts_of_twenty_patients_are_scored_without_a_fault():
    scored = scored_file(EXAMPLES / "twenty-patients.csv")
    table = scored.by_visit()
    assert len(scored.visits.patients) == 20 and table[table["score"] == "sledai"]["value"].notna().all()


def test_outcomes_of_a_study_are_those_of_its_charts():
    """SLEDAI, remission and responses of day 180, and the worst grades: from the study's outcomes and from its visits."""
    study = Study.read(EXAMPLES / "twenty-patients.toml")
    outcomes = run(study).arm("car-t").outcomes.values
    table = scored_table(score(simulated_visits(study, "car-t"), replace(USUAL, sledai_window=10)), day=180)
    names = {"sledai_day180": "sledai", "doris_day180": "doris", "sri4_day180": "sri4", "bicla_day180": "bicla"}
    for outcome, name in names.items():
        np.testing.assert_array_equal(outcomes[outcome], table[name], err_msg=outcome)


def scored_table(scored, day):
    found = scored.by_visit().query("day == @day")
    return {name: rows["value"].to_numpy() for name, rows in found.groupby("score", observed=True)}
