"""Outcomes with days: the yes or no of the source is kept, and the days fall where they should."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.enrolment.timed_outcomes import PotentialDays, Timed
from immunoreset.trial.outcome_sources import RateTable

RATES = RateTable((0.2, 0.6), (0.3, 0.5))
LATENT, CLOCK = np.random.default_rng(1).uniform(size=(2, 20_000, 2))
DOSE = np.repeat([1, 2], 10_000)


@pytest.mark.parametrize("late", [0.5, 0.8])
def test_days_keep_the_outcomes_of_the_source_and_the_share_of_late_toxicities(late):
    days = Timed(RATES, 30, late=late, benefit_by=90).event_days(LATENT, CLOCK, DOSE)
    toxic, effective = RATES.outcomes(LATENT, DOSE)
    assert np.array_equal(np.isfinite(days.toxic), toxic) and np.array_equal(np.isfinite(days.effective), effective)
    seen = days.toxic[toxic]
    assert seen.max() <= 30 and days.effective[effective].max() <= 90
    assert abs((seen > 15).mean() - late) < 4 * np.sqrt(late * (1 - late) / len(seen))


def test_known_days_are_looked_up_and_late_toxicities_do_not_count():
    source = PotentialDays([[40, 3], [np.inf, 20]], window=28, effective=[[90, 30], [np.inf, 60]])
    days = source.event_days(np.array([[0.1], [0.1], [0.9]]), np.zeros((3, 2)), np.array([1, 2, 2]))
    assert days.toxic.tolist() == [np.inf, 3, 20] and days.effective.tolist() == [90, 30, 60]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Timed(RATES, 0), "window of 0 days"),
        (lambda: Timed(RATES, 28, late=1), "share of late toxicities 1"),
        (lambda: Timed(RATES, 28, benefit_by=-1), "benefit by day -1"),
        (lambda: PotentialDays([1, 2], 28), "give patients by doses"),
        (lambda: PotentialDays([[1, -2]], 28), "negative or missing"),
    ],
)
def test_what_cannot_be_is_refused(make, said):
    with pytest.raises(InvalidValue, match=said):
        make()
