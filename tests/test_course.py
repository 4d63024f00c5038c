"""What is followed, on which days, and the flares that come by themselves."""

import numpy as np
import pytest

from immunoreset.course import FOLLOWED, UNITS, days_to_store, flare_spread, natural_events, readouts
from immunoreset.engine import Shock
from immunoreset.patient.parameters import build, typical
from immunoreset.report.panels import PANELS


def test_every_panel_shows_something_that_is_followed():
    scored = {"sledai_2k"}  # made of the items that are followed
    assert {panel.output for panel in PANELS} <= set(FOLLOWED) | scored
    assert set(FOLLOWED) | scored == set(UNITS)


def test_every_readout_looks_at_something_that_is_followed():
    assert {readout.output for readout in readouts().values()} <= set(FOLLOWED)


def test_stored_days_are_dense_while_cells_expand():
    days = days_to_store(-35, 730)
    assert (np.diff(days) > 0).all() and days[0] == -35 and days[-1] == 730
    assert np.diff(days[(days >= -7) & (days <= 30)]).max() == 1


def test_short_study_stores_only_its_own_days():
    days = days_to_store(-10, 100)
    assert days[0] == -10 and days[-1] == 100 and 90 in days and 180 not in days


@pytest.mark.parametrize("sd", [0.3, 0.8])
def test_repeated_shocks_keep_the_spread_of_the_flare_drive(sd):
    """After a shock every 28 days with decay between them, the variance settles at sd squared."""
    p = build(typical(sZ=sd))
    decay = np.exp(-p.flare.relaxation * 28)
    variance = 0.0
    for _ in range(100):
        variance = variance * decay**2 + flare_spread(p) ** 2
    assert variance == pytest.approx(sd**2, rel=1e-6)


def test_shocks_come_every_four_weeks_and_not_on_the_first_day():
    shock = next(event for event in natural_events(-35, 730) if isinstance(event, Shock))
    assert shock.days[0] == -7 and set(np.diff(shock.days)) == {28}


def test_very_short_study_has_no_shock():
    assert not any(isinstance(event, Shock) for event in natural_events(0, 20))
