"""What interim looks see, and that a monitored trial keeps its alpha."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.cmh import cmh_test
from immunoreset.trial.analysis.log_rank import log_rank
from immunoreset.trial.analysis.monitoring import data_cut, day_of_event, response_looks, survival_looks
from immunoreset.trial.analysis.tables import tabulate
from immunoreset.trial.group_sequential.boundaries import boundaries, read_looks
from immunoreset.trial.group_sequential.design import GroupSequential

RNG = np.random.default_rng(41)
TRIALS, PATIENTS = 2000, 100
ARM = np.arange(PATIENTS) % 2
ENTRY = np.sort(RNG.uniform(0, 300, (TRIALS, PATIENTS)), axis=1)
TIME = RNG.exponential(120, (TRIALS, PATIENTS))
EVENT = np.ones((TRIALS, PATIENTS))


def test_the_last_look_sees_everything():
    looks = survival_looks(ENTRY, TIME, EVENT, ARM, days=[200, 1e6])
    assert np.allclose(looks.z[:, 1], log_rank(TIME, EVENT, ARM).z)
    assert np.allclose(looks.rates[:, 1], 1) and np.all(looks.rates[:, 0] < 1)


def test_a_look_uses_nobody_who_has_not_entered():
    day = 150.0
    entered = ENTRY[0] < day
    cut = data_cut(ENTRY[0], TIME[0], EVENT[0], day=day)
    alone = log_rank(cut.time[entered], cut.event[entered], ARM[entered])
    assert survival_looks(ENTRY[0], TIME[0], EVENT[0], ARM, days=[day]).z[0] == pytest.approx(float(alone.z))


def test_looks_by_number_of_events_have_that_number():
    day = day_of_event(ENTRY, TIME, EVENT, number=40)
    assert np.all(data_cut(ENTRY, TIME, EVENT, day=day).event.sum(axis=1) == 40)
    half = survival_looks(ENTRY, TIME, EVENT, ARM, days=[day, day_of_event(ENTRY, TIME, EVENT, number=80)])
    assert abs(half.rates[:, 0].mean() - 0.5) < 0.02


def test_information_of_the_log_rank_test_is_about_a_quarter_of_the_events():
    looks = survival_looks(ENTRY, TIME, EVENT, ARM, days=[day_of_event(ENTRY, TIME, EVENT, number=80)])
    assert abs(looks.information.mean() - 20) < 0.6


@pytest.mark.parametrize("kind", ["survival", "response"])
def test_a_group_sequential_trial_keeps_its_alpha(kind):
    plan = boundaries(GroupSequential("OF", looks=2))
    if kind == "survival":
        looks = survival_looks(ENTRY, TIME, EVENT, ARM, days=[day_of_event(ENTRY, TIME, EVENT, number=n) for n in (45, 90)])
    else:
        response = (RNG.random((TRIALS, PATIENTS)) < 0.4).astype(float)
        looks = response_looks(np.arange(PATIENTS), response, ARM, days=[49, 99])
    rejected = read_looks(plan, looks.z).rejected.mean()
    assert abs(rejected - 0.025) < 4 * np.sqrt(0.025 * 0.975 / TRIALS) + 0.002


def test_responses_not_yet_known_are_not_used():
    response = (RNG.random(PATIENTS) < 0.4).astype(float)
    looks = response_looks(ENTRY[0] + 168, response, ARM, days=[250, 1000])
    known = ENTRY[0] + 168 <= 250
    assert looks.z[0] == pytest.approx(float(cmh_test(tabulate(response[known], ARM[known])).z))
    assert looks.z[1] == pytest.approx(float(cmh_test(tabulate(response, ARM)).z))


def test_bad_looks_are_refused():
    with pytest.raises(InvalidValue, match="look 1: nobody in arm '1' has data yet"):
        survival_looks([0, 50], [10, 10], [1, 1], [0, 1], days=[20, 100])
    with pytest.raises(InvalidValue, match="look 2: nobody in arm '0'"):
        response_looks([[1, 2], [2, 90]], [1, 0], [1, 0], days=[[2, 100], [2, 80]])
    with pytest.raises(InvalidValue, match="event number 5"):
        day_of_event([0, 1], [1, 1], [1, 1], number=5)
    with pytest.raises(InvalidValue, match="entry of patient 2 is missing"):
        data_cut([0, np.nan], [1, 1], [1, 1], day=3)
