"""Stratified permuted blocks: each stratum fills small shuffled blocks, so that the arms never drift far from their ratio.

Block sizes are drawn at random, so that nobody can guess the end of a block. Every draw is named by seed, trial and stratum: a
patient's arm depends on nobody who comes later, nor on how many trials are simulated.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.engine.random import uniform
from immunoreset.errors import InvalidValue
from immunoreset.trial.labels import labels
from immunoreset.trial.randomisation.arms import Arms, Floats, Ints
from immunoreset.whole_numbers import is_whole, whole_number, whole_numbers


def trial_numbers(trials: int | ArrayLike | None) -> Ints:
    """The names of trials for random numbers: 0 to T - 1, or the whole numbers given."""
    if trials is None:
        return np.zeros(1, dtype=np.int64)
    ids = np.arange(whole_number("trials", trials, least=0)) if np.ndim(trials) == 0 else whole_numbers("trials", trials)
    if ids.ndim != 1 or not ids.size or ids.dtype.kind not in "iu" or ids.min() < 0:
        raise InvalidValue("trials: give their number, 1 or more, or a list of whole numbers from 0")
    return ids.astype(np.int64)


def complete_randomisation(arms: Arms, patients: int, *, seed: int, trials: int | ArrayLike | None = None) -> Ints:
    """Every patient's arm by an independent draw: (n,), or (T, n) for several trials.

    >>> complete_randomisation(Arms(("standard", "car-t")), 6, seed=1)
    array([0, 1, 1, 1, 0, 1])
    """
    if not is_whole(patients) or patients < 1:
        raise InvalidValue(f"randomisation: {patients} patients; give at least 1")
    patients = int(patients)
    drawn = uniform(seed, "randomisation: complete", trial_numbers(trials), patients)
    arm = arms.places[(drawn * arms.unit).astype(np.int64)]
    return arm[0] if trials is None else arm


def permuted_blocks(
    arms: Arms,
    stratum: ArrayLike,
    *,
    seed: int,
    block_sizes: Sequence[int] = (),
    trials: int | ArrayLike | None = None,
) -> Ints:
    """The arm of patients in order of entry, given their stratum (n,) or (T, n): (n,), or (T, n) for several trials.

    `block_sizes` are equally likely, by default two and three times the smallest block that keeps the ratio.

    >>> permuted_blocks(Arms(("standard", "car-t")), ["a"] * 4 + ["b"] * 4, seed=1, block_sizes=[4])
    array([0, 1, 1, 0, 1, 1, 0, 0])

    Raises InvalidValue for a block size that does not keep the ratio.
    """
    sizes = whole_numbers("block size", block_sizes if len(block_sizes) else (2 * arms.unit, 3 * arms.unit))
    for size in sizes:
        if size < 1 or size % arms.unit:
            ratio = ":".join(map(str, arms.ratio))
            raise InvalidValue(f"block size {size} does not keep the ratio {ratio}; give multiples of {arms.unit}")
    ids = trial_numbers(trials)
    given = labels(stratum, what="stratum")
    known, numbers = np.unique(given, return_inverse=True)
    numbers = np.atleast_2d(numbers.reshape(given.shape))
    if given.ndim not in (1, 2) or not given.size or numbers.shape[0] not in (1, len(ids)):
        raise InvalidValue(f"stratum has shape {given.shape}; give one per patient, (n,), or one row per trial, ({len(ids)}, n)")
    arm = np.zeros((len(ids), numbers.shape[1]), dtype=np.int64)
    for number, label in enumerate(known):
        member = np.broadcast_to(numbers == number, arm.shape)
        rank = np.cumsum(member, axis=1) - 1
        sequence = _sequence(arms, sizes, ids, length=int(member.sum(axis=1).max()), purpose=f"{label}", seed=seed)
        arm = np.where(member, np.take_along_axis(sequence, np.maximum(rank, 0), axis=1), arm)
    return arm[0] if trials is None else arm


def _sequence(arms: Arms, sizes: Ints, ids: Ints, *, length: int, purpose: str, seed: int) -> Ints:
    """Arms (T, length) in the order in which a stratum gives them out."""
    total = length + int(sizes.max())  # the last block is whole as far as anybody sees it
    blocks = -(-total // int(sizes.min()))
    drawn = uniform(seed, f"randomisation: block sizes of stratum {purpose}", ids, blocks)
    ends = np.cumsum(sizes[(drawn * len(sizes)).astype(np.int64)], axis=1)
    begins = np.zeros((len(ids), total + 1), dtype=np.int64)
    np.put_along_axis(begins, np.minimum(ends, total), 1, axis=1)
    begins = begins[:, :total]
    block = np.cumsum(begins, axis=1)
    place = np.arange(total)
    within = place - np.maximum.accumulate(np.where(begins == 1, place, 0), axis=1)
    shuffle: Floats = block + uniform(seed, f"randomisation: order of stratum {purpose}", ids, total)
    order = np.argsort(shuffle, axis=1, kind="stable")
    return np.take_along_axis(arms.places[within % arms.unit], order, axis=1)[:, :length]
