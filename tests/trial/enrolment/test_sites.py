"""Volunteers come as a Poisson process at each site, from its opening on, and the same ones in every rival trial."""

from itertools import islice

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.enrolment.durations import Days
from immunoreset.trial.enrolment.sites import DAYS_PER_MONTH, Site, arrivals, first_arrivals

BERLIN, ERLANGEN = Site("Berlin", 3.0), Site("Erlangen", 1.5, opens=60, ramp_up=90)


def test_numbers_within_a_period_are_poisson_with_the_rate_of_the_site():
    day, _ = first_arrivals((BERLIN,), np.arange(4000), seed=1, number=60)
    number = (day < 6 * DAYS_PER_MONTH).sum(axis=1)
    assert abs(number.mean() - 18) < 4 * np.sqrt(18 / 4000)
    np.testing.assert_allclose(number.var(), 18, rtol=0.1)


def test_a_growing_site_sees_half_its_rate_during_the_ramp_and_nobody_before_it_opens():
    day, _ = first_arrivals((ERLANGEN,), np.arange(4000), seed=2, number=40)
    assert day.min() > 60
    ramp, after = (day < 150).sum(axis=1), ((day >= 150) & (day < 240)).sum(axis=1)
    full = 1.5 * 90 / DAYS_PER_MONTH
    for number, mean in ((ramp, full / 2), (after, full)):
        assert abs(number.mean() - mean) < 4 * np.sqrt(mean / 4000)


def test_another_site_brings_volunteers_earlier_and_changes_no_day_of_the_first():
    alone, _ = first_arrivals((BERLIN,), np.arange(50), seed=3, number=20)
    both, site = first_arrivals((BERLIN, ERLANGEN), np.arange(50), seed=3, number=20)
    assert (both <= alone).all() and (both < alone).any()
    for trial in range(50):
        mine = both[trial][site[trial] == 0]
        assert np.array_equal(mine, alone[trial][: len(mine)])


def test_volunteers_one_by_one_are_those_of_the_table_without_end():
    day, site = first_arrivals((BERLIN, ERLANGEN), np.array([4]), seed=5, number=900)
    stream = list(islice(arrivals((BERLIN, ERLANGEN), 4, 5), 900))
    assert [one for one, _ in stream] == day[0].tolist() and [place for _, place in stream] == site[0].tolist()


@pytest.mark.parametrize("cv", [0.0, 0.3, 1.0])
def test_durations_have_the_mean_and_variation_asked_for(cv):
    days = Days(20, cv).draw((np.arange(20_000) + 0.5) / 20_000)
    np.testing.assert_allclose([days.mean(), days.std() / days.mean()], [20, cv], rtol=0.01, atol=1e-12)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Site("Berlin", -1), "site 'Berlin': -1 patients per month"),
        (lambda: Site("Berlin", 0), "give a rate above zero"),
        (lambda: Site("Berlin", 1, opens=-3), "opens -3"),
        (lambda: Days(-1), "duration with mean -1"),
        (lambda: Days(float("nan")), "duration with mean nan"),
    ],
)
def test_what_cannot_be_is_refused(make, said):
    with pytest.raises(InvalidValue, match=said):
        make()
