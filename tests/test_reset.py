"""Why the reset holds: the example, small, shows what its page claims."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from immunoreset.disease.lupus.outcomes import YEARS_OF_RELAPSE
from immunoreset.population import sample
from immunoreset.study import Study, run

EXAMPLE = Path(__file__).parent.parent / "examples/why-the-reset-holds.toml"
PATIENTS = 120


@pytest.fixture(scope="module")
def result():
    return run(Study.read(EXAMPLE).changed(twins=PATIENTS))


def relapsed(values, year=15):
    return values[f"relapse_year{year}"] == 1


def of_arm(result, name):
    return relapsed(result.arm(name).outcomes.values)


def test_example_runs_without_failures_and_knows_every_year(result):
    assert result.failed == 0 and len(result.scan.points) == 16
    assert {f"relapse_year{year}" for year in YEARS_OF_RELAPSE} <= set(result.arm("car-t").outcomes.values)


@pytest.mark.parametrize("year", YEARS_OF_RELAPSE)
@pytest.mark.parametrize("axis", ["deeper", "longer"])
def test_deeper_or_longer_depletion_never_gives_more_relapse(result, axis, year):
    """Among patients who come to low activity in both, beyond the chance of those who differ."""
    points = {point.steps: point.outcomes.values for point in result.scan.points}
    depths, lengths = (axis.steps for axis in result.scan.axes)
    assert depths == sorted(depths) and lengths == sorted(lengths, reverse=True)
    for less, more in pairwise(depths if axis == "deeper" else lengths):
        for other in lengths if axis == "deeper" else depths:
            pair = ((less, other), (more, other)) if axis == "deeper" else ((other, less), (other, more))
            before, after = (points[place][f"relapse_year{year}"] for place in pair)
            both = np.isfinite(before) & np.isfinite(after)
            gained, lost = int((both & (after > before)).sum()), int((both & (after < before)).sum())
            assert gained - lost <= 2 * np.sqrt(gained + lost), pair


def test_shallow_depletion_relapses_far_more_often(result):
    shallow, deep = (result.scan.points[place].share("relapse_year5") for place in (0, -1))
    assert shallow.low > deep.high


def test_without_the_sanctuary_only_its_patients_differ_and_some_no_longer_relapse(result):
    access = sample("cart", PATIENTS, seed=1).parameters["car_t.access_autoreactive"]
    usual, open_niche = (of_arm(result, name) for name in ("car-t", "no sanctuary"))
    assert set(access[usual != open_niche] < 0.1) == {True}
    assert (usual & ~open_niche).any() and not (open_niche & ~usual).any()


def test_without_reselection_relapse_of_those_who_seed_it_goes(result):
    seeding = sample("cart", PATIENTS, seed=1).parameters["autoreactive_loop.naive_share"]
    usual, not_seeded = (of_arm(result, name) for name in ("car-t", "no re-selection"))
    gone = usual & ~not_seeded
    assert gone.sum() > usual.sum() / 3 and np.median(seeding[gone]) > np.median(seeding)


def test_without_either_hardly_anybody_relapses(result):
    assert of_arm(result, "neither").sum() <= min(of_arm(result, name).sum() for name in ("no sanctuary", "no re-selection"))
    assert of_arm(result, "neither").mean() < of_arm(result, "car-t").mean() / 3


def test_long_lived_plasma_cells_keep_the_antibody_and_not_the_disease(result):
    usual, without = (result.arm(name).outcomes.values for name in ("car-t", "no long-lived plasma cells"))
    alone = [np.nansum(values["antibody_alone_year1"]) for values in (usual, without)]
    assert alone[0] > alone[1]
    assert abs(int(relapsed(usual).sum()) - int(relapsed(without).sum())) <= 2


def test_rituximab_keeps_blood_empty_as_long_and_leaves_the_niche(result):
    cells, antibody = (result.arm(name).outcomes.values for name in ("car-t", "rituximab"))
    assert np.nanmedian(antibody["b_cell_return_day"]) > np.nanmedian(cells["b_cell_return_day"])
    assert np.median(antibody["autoreactive_lowest_percent"]) > 50 > 1 > np.median(cells["autoreactive_lowest_percent"])
    assert np.nanmean(antibody["relapse_year15"]) > 0.5 > np.nanmean(cells["relapse_year15"])
