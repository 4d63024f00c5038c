"""TPI and mTPI against their definition and the worked table."""

import numpy as np
import pytest
from scipy.stats import beta

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.decision_table import Letter
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.mtpi import MTPI, TPI


def test_mtpi_stays_at_three_toxicities_in_six_where_mtpi2_goes_down():
    """The example for which mTPI was revised: Guo 2017, section 1, target 0.3."""
    assert MTPI(5, 0.3).letters(6)[6, 3] == Letter.S
    assert Keyboard(5, 0.3).letters(6)[6, 3] == Letter.D


def test_mtpi_takes_the_range_with_the_largest_probability_per_width():
    table = MTPI(5, 0.25, 0.06, 0.04, exclusion_certainty=1.0).letters(20)
    for patients in range(1, 21):
        for toxic in range(patients + 1):
            posterior = beta(1 + toxic, 1 + patients - toxic)
            low, high = 0.19, 0.29
            mass = [
                posterior.cdf(low) / low,
                (posterior.cdf(high) - posterior.cdf(low)) / (high - low),
                posterior.sf(high) / (1 - high),
            ]
            assert table[patients, toxic] == int(np.argmax(mass))


def test_tpi_takes_the_most_probable_range_around_the_target():
    table = TPI(5, 0.3, 1.0, 1.5, exclusion_certainty=1.0).letters(15)
    for patients in range(1, 16):
        for toxic in range(patients + 1):
            posterior = beta(0.005 + toxic, 0.005 + patients - toxic)
            low, high = max(0.3 - 1.5 * posterior.std(), 0), min(0.3 + posterior.std(), 1)
            mass = [posterior.cdf(low), posterior.cdf(high) - posterior.cdf(low), posterior.sf(high)]
            assert table[patients, toxic] == int(np.argmax(mass))


def test_more_toxicities_never_give_a_bolder_letter():
    for design in (MTPI(5, 0.3), TPI(5, 0.3), MTPI(5, 0.17, 0.02, 0.1)):
        table = design.letters(30)
        for patients in range(1, 31):
            assert (np.diff(table[patients, : patients + 1]) >= 0).all()


@pytest.mark.parametrize(
    "make",
    [
        lambda: MTPI(5, 1.2),
        lambda: MTPI(5, 0.3, 0.3),
        lambda: MTPI(5, 0.3, 0.0, 0.0),
        lambda: TPI(5, 0.3, 0),
        lambda: MTPI(0, 0.3),
    ],
)
def test_settings_that_cannot_be_are_refused(make):
    with pytest.raises(InvalidValue):
        make()
