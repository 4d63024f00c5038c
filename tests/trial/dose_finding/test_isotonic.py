"""Isotonic regression and the choice of the maximum tolerated dose."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from immunoreset.trial.dose_finding.isotonic import isotonic, select_mtd, toxicity_estimates
from immunoreset.trial.outcomes import Outcomes

rows = st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 50), st.booleans()), min_size=1, max_size=8)


@given(rows)
def test_isotonic_is_that_of_scipy_and_leaves_out_what_has_no_weight(row):
    values, weights, used = (np.array(part) for part in zip(*row, strict=True))
    found = isotonic(values[None], np.where(used, weights, 0.0)[None])[0]
    assert np.isnan(found[~used]).all()
    if used.any():
        np.testing.assert_allclose(found[used], isotonic_regression(values[used], weights=weights[used]).x, atol=1e-9)


counts = st.lists(
    st.integers(0, 12).flatmap(lambda number: st.tuples(st.just(number), st.integers(0, number))), min_size=2, max_size=6
)


@given(counts, st.floats(0.1, 0.5))
def test_the_chosen_dose_was_treated_and_none_is_nearer_to_the_target(doses, target):
    seen = Outcomes.from_counts(*zip(*doses, strict=True))
    chosen = int(select_mtd(seen, target, open_doses=np.ones((1, len(doses)), dtype=bool))[0])
    estimates = toxicity_estimates(seen)[0]
    if chosen == 0:
        assert seen.treated.sum() == 0
    else:
        assert seen.treated[0, chosen - 1] > 0
        assert abs(estimates[chosen - 1] - target) <= np.nanmin(np.abs(estimates - target)) + 1e-8


def test_of_doses_pooled_below_the_target_the_highest_is_chosen_and_above_it_the_lowest():
    everywhere = np.ones((1, 3), dtype=bool)
    assert select_mtd(Outcomes.from_counts([6, 6, 6], [1, 1, 1]), 0.3, open_doses=everywhere).tolist() == [3]
    assert select_mtd(Outcomes.from_counts([6, 6, 6], [3, 3, 3]), 0.3, open_doses=everywhere).tolist() == [1]


def test_closed_doses_and_doses_above_the_limit_are_not_chosen():
    seen = Outcomes.from_counts([6, 6, 6], [1, 2, 4])
    assert select_mtd(seen, 0.6, open_doses=np.array([[True, True, False]])).tolist() == [2]
    assert select_mtd(seen, 0.6, open_doses=np.ones((1, 3), dtype=bool), highest_rate=0.2).tolist() == [1]
    assert select_mtd(seen, 0.6, open_doses=np.zeros((1, 3), dtype=bool)).tolist() == [0]
