"""Minimisation: each new patient goes, with a biased coin, to the arm that leaves the prognostic factors best balanced.

Ratios other than 1:1 are kept at every step by giving an arm with share k to k places that are balanced like arms of their own
(Kuznetsova and Tymofeyev 2012); an imbalance of places that favoured one arm would spoil the ratio.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.engine.random import uniform
from immunoreset.errors import InvalidValue
from immunoreset.trial.labels import labels
from immunoreset.trial.randomisation.arms import Arms, Floats, Ints
from immunoreset.trial.randomisation.permuted_blocks import trial_numbers


def minimise(
    arms: Arms,
    factors: Sequence[ArrayLike],
    *,
    seed: int,
    probability: float = 0.8,
    weights: Sequence[float] = (),
    trials: int | ArrayLike | None = None,
) -> Ints:
    """The arm of patients in order of entry from prognostic factors, each (n,) or (T, n): (n,), or (T, n) for several trials.

    The imbalance is the weighted sum, over the patient's levels of each factor, of the range of patients per place. The best
    places get `probability` together, the others share the rest; ties are drawn evenly.

    >>> minimise(Arms(("standard", "car-t")), [["f", "f", "m", "f", "m", "m"]], seed=3, probability=1)
    array([1, 0, 0, 1, 1, 1])

    Raises InvalidValue for a probability outside (1 / places, 1], weights that do not fit or factors of unequal length.
    Source: Pocock and Simon 1975, method B of section 3.
    """
    places = arms.unit
    if not 1 / places < probability <= 1:
        raise InvalidValue(
            f"minimisation: probability {probability:g}; give more than {1 / places:.3g}, the even chance, up to 1"
        )
    share = np.array(weights if len(weights) else [1.0] * len(factors), dtype=float)
    if len(share) != len(factors) or not len(factors) or not np.all((share > 0) & np.isfinite(share)):
        raise InvalidValue(f"minimisation: {len(share)} weights for {len(factors)} factors; give one above 0 for each")
    ids = trial_numbers(trials)
    levels = _levels(factors, trials=len(ids))
    patients = levels.shape[1]
    drawn = uniform(seed, "randomisation: minimisation", ids, patients)
    counts = np.zeros((len(ids), len(factors), int(levels.max()) + 1, places))
    rows, columns = np.arange(len(ids))[:, None], np.arange(len(factors))
    chosen = np.empty((len(ids), patients), dtype=np.int64)
    for patient in range(patients):
        level = levels[:, patient]
        chances = _chances(counts[rows, columns, level], share, probability=probability)
        place = (drawn[:, patient, None] >= np.cumsum(chances, axis=1)[:, :-1]).sum(axis=1)
        counts[rows, columns, level, place[:, None]] += 1
        chosen[:, patient] = place
    arm = arms.places[chosen]
    return arm[0] if trials is None else arm


def _levels(factors: Sequence[ArrayLike], *, trials: int) -> Ints:
    """Levels (T, n, F) of the factors as numbers from 0."""
    numbered = []
    for position, factor in enumerate(factors, start=1):
        given = labels(factor, what=f"factor {position}")
        if given.ndim not in (1, 2) or not given.size or (given.ndim == 2 and given.shape[0] != trials):
            raise InvalidValue(f"factor {position} has shape {given.shape}; give one level per patient, (n,) or ({trials}, n)")
        numbers = np.unique(given, return_inverse=True)[1].reshape(given.shape)
        numbered.append(np.broadcast_to(numbers, (trials, given.shape[-1])))
        if numbered[-1].shape != numbered[0].shape:
            raise InvalidValue(f"factor {position} has {given.shape[-1]} patients, the first has {numbered[0].shape[1]}")
    return np.stack(numbered, axis=-1)


def _chances(counts: Floats, share: Floats, *, probability: float) -> Floats:
    """Chance of each place (T, K) from patients with the same levels (T, F, K)."""
    places = counts.shape[-1]
    tried = counts[:, :, None, :] + np.eye(places)
    imbalance = np.einsum("tfk,f->tk", tried.max(axis=-1) - tried.min(axis=-1), share)
    best = imbalance <= imbalance.min(axis=1, keepdims=True) + 1e-9
    number = best.sum(axis=1, keepdims=True)
    others = np.where(number < places, (1 - probability) / np.maximum(places - number, 1), 0)
    return np.where(best, np.where(number < places, probability, 1) / number, others)
