"""Intervals against what is known of them: binomial trials, Polya's urn, and which numbers reach whom."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import betabinom, binom

from immunoreset.catalogue import built_in
from immunoreset.inference.unknowns import can_be_free
from immunoreset.therapy import Regimen
from immunoreset.uncertainty.intervals import Spread, ends, statistic
from immunoreset.uncertainty.live import live_numbers

N = 20


def spread_of(*rows: np.ndarray) -> Spread:
    return Spread({"outcome": np.array(rows, dtype=float)}, {}, N, 7)


def yes(patients: int, share: float) -> np.ndarray:
    return (np.arange(patients) < round(share * patients)).astype(float)


@pytest.mark.parametrize("share", [0.1, 0.35, 0.8])
def test_a_share_of_sure_numbers_and_many_patients_is_binomial(share):
    found = spread_of(yes(20_000, share)).trial("outcome", share=True)
    low, high = binom.ppf([0.05, 0.95], N, share) / N
    assert found.low == pytest.approx(low, abs=1 / N) and found.high == pytest.approx(high, abs=1 / N)


def test_few_simulated_patients_are_a_sample_themselves():
    """Polya's urn of 6 of 15: the beta-binomial, wider than the binomial by 1 + (n - 1) / (P + 1)."""
    spread = spread_of(yes(15, 0.4))
    found = spread.trial("outcome", share=True)
    low, high = betabinom.ppf([0.05, 0.95], N, 6, 9) / N
    assert found.low == pytest.approx(low, abs=1 / N) and found.high == pytest.approx(high, abs=1 / N)
    plain = binom.ppf([0.05, 0.95], N, 0.4) / N
    assert found.high - found.low > 1.2 * (plain[1] - plain[0])


def test_a_trial_holds_patients_and_numbers_together():
    rng = np.random.default_rng(3)
    centres = np.linspace(-3, 3, 41)
    spread = spread_of(*(centre + rng.normal(0, 1, 400) for centre in centres))
    numbers, trial = spread.numbers("outcome", share=False), spread.trial("outcome", share=False)
    assert numbers.high == pytest.approx(2.7, abs=0.25) and numbers.low == pytest.approx(-2.7, abs=0.25)
    assert trial.high - trial.low > numbers.high - numbers.low
    assert spread.trial("outcome", share=False, n=400).high < trial.high


def test_who_has_no_value_is_left_out_and_where_nobody_has_one_there_is_no_number():
    values = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(statistic(values, share=False), [2.0, np.nan])
    assert np.isnan(ends(np.array([np.nan]), 0.9)).all()


def test_numbers_of_the_product_that_another_is_like_reach_who_is_given_the_other():
    within = built_in()
    free = can_be_free(within.theta)
    given = {"cart": [Regimen.parse("cd19-car-t-cd28 1e6 cells/kg on day 0", within.drugs)]}
    live = live_numbers(free, given, within)
    assert "car_t.expansion_max" in live.names
    assert not any(name.startswith(("rituximab.", "voclosporin.", "belimumab.")) for name in live.names)
    assert "body.egfr" in live.from_elsewhere
