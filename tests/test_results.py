"""Labelled results keep every twin and say which failed."""

import json
from copy import deepcopy

import numpy as np
import pytest

from immunoreset import store
from immunoreset.errors import UnknownName
from immunoreset.results import QUANTILES, quantiles_of, summarise


def test_dataset_is_labelled_by_arm_twin_and_day(invented_result):
    data = invented_result.dataset()
    assert data["sledai_2k"].dims == ("arm", "twin", "day")
    assert data["sledai_2k"].attrs["unit"] == "1"
    assert list(data["arm"].values) == ["car-t", "rituximab"]
    assert (data["patient"] == "patient 2").sum() == 8


def test_dataset_keeps_failed_twins(invented_result):
    assert int(invented_result.dataset()["failed"].sum()) == invented_result.failed == 2


def test_quantiles_rise_and_ignore_failed_twins(invented_result):
    arm = deepcopy(invented_result.arms["car-t"])
    before = arm.quantiles("sledai_2k")
    assert (np.diff(before, axis=0) >= 0).all()
    arm.trajectories["sledai_2k"][arm.outcomes.failed] = 1e9
    np.testing.assert_array_equal(arm.quantiles("sledai_2k"), before)


@pytest.mark.parametrize("patients", [1, 2, 7, 100])
def test_quantiles_are_those_of_numpy_to_the_last_bit(patients):
    values = np.random.default_rng(patients).lognormal(0, 3, (3, patients, 40)).astype(np.float32)
    values[0, 0, :3] = np.nan, np.inf, 0.0
    np.testing.assert_array_equal(quantiles_of(values), np.quantile(values, QUANTILES, axis=-2))


def test_arm_that_does_not_exist_gets_a_suggestion(invented_result):
    with pytest.raises(UnknownName, match="did you mean 'rituximab'"):
        invented_result.arm("rituxinab")


def test_summary_counts_twins_without_a_value():
    summary = summarise("b_cell_return_day", np.array([100.0, 110.0, np.nan]))
    assert (summary["value"], summary["twins"], summary["without_value"]) == (105.0, 2, 1)


def test_summary_of_nothing_is_blank():
    assert summarise("b_cell_return_day", np.array([np.nan]))["value"] is None


def test_summary_is_valid_json_with_the_comparison_table(invented_result):
    document = json.loads(store.to_json(invented_result.summary()))
    row = document["comparisons"][0]
    required = {"quantity", "published", "low", "high", "source", "simulated", "simulated_low", "simulated_high", "verdict"}
    assert required <= set(row)
    assert {row["verdict"] for row in document["comparisons"]} <= {"inside", "outside"}
    assert document["arms"]["car-t"]["failed"] == 2


def test_mean_of_a_yes_or_no_is_the_share_of_those_who_have_it(invented_result):
    arm = invented_result.arms["car-t"]
    values = arm.outcomes.values["crs_any"]
    assert arm.mean("crs_any") == pytest.approx(np.nanmean(values))
    with pytest.raises(UnknownName, match="did you mean 'crs_any'"):
        arm.mean("crs_all")


def test_result_saves_itself(invented_result, tmp_path):
    folder = invented_result.save(tmp_path / "run")
    assert (folder / "report.html").is_file()


def test_unknown_output_is_named_with_the_nearest(invented_result):
    with pytest.raises(UnknownName, match="no output 'il_6'; did you mean 'il6'"):
        invented_result.arm("car-t").quantiles("il_6")


def test_result_prints_in_a_few_lines(invented_result):
    printed = repr(invented_result)
    assert printed.startswith("<StudyResult '") and printed.count("\n") == len(invented_result.arms)
    for name, arm in invented_result.arms.items():
        assert f"'{name}': {arm!r}" in printed
        assert f"{arm.twins:,} simulations, {int(arm.outcomes.failed.sum())} failed" in repr(arm)
    assert len(printed) < 200 * (1 + len(invented_result.arms))
