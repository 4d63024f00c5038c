"""What happens to a patient with lupus without treatment: flares that come by themselves."""

import numpy as np
import pytest

from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.disease.lupus import flare_spread, natural_events
from immunoreset.engine import Shock


@pytest.mark.parametrize("sd", [0.3, 0.8])
def test_repeated_shocks_keep_the_spread_of_the_flare_drive(sd):
    """After a shock every 28 days with decay between them, the variance settles at sd squared."""
    p = STANDARD_PATIENT.build(typical(sZ=sd))
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
