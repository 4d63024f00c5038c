"""Permuted blocks: balance, ratio, chance, and reproducibility."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.randomisation.arms import Arms
from immunoreset.trial.randomisation.permuted_blocks import complete_randomisation, permuted_blocks

TWO = Arms(("standard", "car-t"))
STRATUM = np.random.default_rng(1).integers(0, 3, 60)


@pytest.mark.parametrize("arms", [TWO, Arms(("a", "b"), ratio=(1, 3)), Arms(("a", "b", "c"), ratio=(2, 1, 1))])
def test_every_stratum_stays_within_a_block_of_its_ratio_at_every_step(arms):
    arm = permuted_blocks(arms, STRATUM, seed=5, trials=300)
    for stratum in range(3):
        given = arm[:, stratum == STRATUM]
        for number, share in enumerate(arms.shares):
            drift = np.cumsum(given == number, axis=1) - share * np.arange(1, given.shape[1] + 1)
            assert np.abs(drift).max() <= 3 * arms.ratio[number]


def test_whole_blocks_keep_the_ratio_exactly():
    arm = permuted_blocks(Arms(("a", "b"), ratio=(1, 2)), np.zeros(60), seed=2, block_sizes=[6], trials=100)
    assert np.all(arm.reshape(100, 10, 6).sum(axis=2) == 4)


def test_every_patient_has_the_share_of_the_arm_as_chance():
    arms = Arms(("a", "b"), ratio=(1, 2))
    arm = permuted_blocks(arms, STRATUM, seed=3, trials=4000)
    assert np.all(np.abs(arm.mean(axis=0) - 2 / 3) < 4.5 * np.sqrt(2 / 9 / 4000))


def test_all_orders_of_a_block_are_equally_likely():
    arm = permuted_blocks(TWO, np.zeros(4), seed=4, block_sizes=[4], trials=6000)
    _, number = np.unique(arm, axis=0, return_counts=True)
    assert len(number) == 6 and np.all(np.abs(number - 1000) < 4.5 * np.sqrt(1000 * 5 / 6))


def test_same_seed_same_arms_in_any_batch_and_whoever_comes_later():
    whole = permuted_blocks(TWO, STRATUM, seed=6, trials=50)
    assert np.array_equal(whole[[7, 31]], permuted_blocks(TWO, STRATUM, seed=6, trials=[7, 31]))
    assert np.array_equal(whole[:, :25], permuted_blocks(TWO, STRATUM[:25], seed=6, trials=50))
    assert np.array_equal(whole[0], permuted_blocks(TWO, STRATUM, seed=6))
    assert not np.array_equal(whole, permuted_blocks(TWO, STRATUM, seed=7, trials=50))


def test_strata_may_differ_by_trial():
    strata = np.stack([STRATUM, STRATUM[::-1]])
    arm = permuted_blocks(TWO, strata, seed=6, trials=[4, 4])
    assert np.array_equal(arm[0], permuted_blocks(TWO, STRATUM, seed=6, trials=[4])[0])
    assert np.array_equal(arm[1], permuted_blocks(TWO, STRATUM[::-1], seed=6, trials=[4])[0])


def test_one_stratum_does_not_depend_on_another():
    other = np.where(STRATUM == 2, 5, STRATUM)
    one, two = permuted_blocks(TWO, STRATUM, seed=8), permuted_blocks(TWO, other, seed=8)
    assert np.array_equal(one[STRATUM < 2], two[STRATUM < 2])


def test_complete_randomisation_has_the_chances_of_the_ratio():
    arm = complete_randomisation(Arms(("a", "b", "c"), ratio=(1, 1, 2)), 200, seed=1, trials=100)
    share = np.bincount(arm.ravel()) / arm.size
    assert np.all(np.abs(share - [0.25, 0.25, 0.5]) < 4 * 0.5 / np.sqrt(arm.size))


def test_bad_input_is_refused():
    with pytest.raises(InvalidValue, match="block size 4 does not keep the ratio 1:2; give multiples of 3"):
        permuted_blocks(Arms(("a", "b"), ratio=(1, 2)), STRATUM, seed=1, block_sizes=[4])
    with pytest.raises(InvalidValue, match="one row per trial"):
        permuted_blocks(TWO, np.zeros((3, 10)), seed=1, trials=2)
    with pytest.raises(InvalidValue, match="trials: give their number"):
        permuted_blocks(TWO, STRATUM, seed=1, trials=0)
    with pytest.raises(InvalidValue, match="0 patients"):
        complete_randomisation(TWO, 0, seed=1)
