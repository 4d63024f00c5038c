"""Minimisation: balance of factors, the ratio at every step, and the biased coin."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.randomisation.arms import Arms
from immunoreset.trial.randomisation.minimisation import minimise
from immunoreset.trial.randomisation.permuted_blocks import complete_randomisation

TWO = Arms(("standard", "car-t"))
RNG = np.random.default_rng(1)
SEX, SITE, CLASS = RNG.integers(0, 2, 80), RNG.integers(0, 8, 80), RNG.integers(0, 3, 80)
FACTORS = [SEX, SITE, CLASS]


def worst_imbalance(arm):
    return max(
        float(np.abs((arm[:, factor == level] * 2 - 1).sum(axis=1)).mean()) for factor in FACTORS for level in np.unique(factor)
    )


def test_margins_are_far_better_balanced_than_by_chance():
    minimised = minimise(TWO, FACTORS, seed=1, trials=300)
    assert worst_imbalance(minimised) < 0.5 * worst_imbalance(complete_randomisation(TWO, 80, seed=1, trials=300))


def test_a_surer_coin_balances_better():
    loose, firm = (worst_imbalance(minimise(TWO, FACTORS, seed=2, probability=p, trials=300)) for p in (0.6, 1.0))
    assert firm < loose


@pytest.mark.parametrize("arms", [TWO, Arms(("a", "b"), ratio=(1, 2)), Arms(("a", "b", "c"), ratio=(1, 1, 2))])
def test_the_ratio_holds_for_every_patient(arms):
    arm = minimise(arms, FACTORS, seed=3, trials=3000)
    for number, share in enumerate(arms.shares):
        chance = (arm == number).mean(axis=0)
        assert np.all(np.abs(chance - share) < 4.5 * np.sqrt(share * (1 - share) / 3000))


def test_the_coin_follows_the_example_of_one_patient():
    # one factor, first patient in arm 0 or 1: the second goes to the other arm with the stated probability
    arm = minimise(TWO, [["f", "f"]], seed=4, probability=0.7, trials=5000)
    assert abs((arm[:, 0] != arm[:, 1]).mean() - 0.7) < 4 * np.sqrt(0.21 / 5000)


def test_a_heavier_factor_decides():
    # patient 3 is like patient 1 in the first factor and like patient 2 in the second
    factors = [["a", "b", "a"], ["x", "y", "y"]]
    arm = minimise(TWO, factors, seed=5, probability=1, weights=[3, 1], trials=400)
    assert np.all(arm[:, 2] != arm[:, 0])


def test_same_seed_same_arms_in_any_batch_and_whoever_comes_later():
    whole = minimise(TWO, FACTORS, seed=6, trials=20)
    assert np.array_equal(whole[[3, 11]], minimise(TWO, FACTORS, seed=6, trials=[3, 11]))
    assert np.array_equal(whole[:, :30], minimise(TWO, [factor[:30] for factor in FACTORS], seed=6, trials=20))
    assert np.array_equal(whole[0], minimise(TWO, FACTORS, seed=6))


def test_bad_input_is_refused():
    with pytest.raises(InvalidValue, match=r"probability 0.5; give more than 0.5"):
        minimise(TWO, FACTORS, seed=1, probability=0.5)
    with pytest.raises(InvalidValue, match="1 weights for 3 factors"):
        minimise(TWO, FACTORS, seed=1, weights=[1])
    with pytest.raises(InvalidValue, match="0 factors"):
        minimise(TWO, [], seed=1)
    with pytest.raises(InvalidValue, match="factor 2 has 79 patients, the first has 80"):
        minimise(TWO, [SEX, SITE[:79]], seed=1)
