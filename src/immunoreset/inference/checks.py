"""Whether a posterior can be believed: simulation-based calibration, rows left out, rows that move it, and its misfit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from immunoreset.inference.dependence import usual
from immunoreset.inference.likelihood import Likelihood
from immunoreset.inference.predictive import Expected, expected
from immunoreset.inference.slice_sampler import Sample, sample

Floats = NDArray[np.float64]
Sampler = Callable[..., Sample]
"""`sample` or the like, called with a likelihood, the number of unknowns and a seed."""
MOVES = 0.25
"""Posterior SDs by which a row has to move the mean of an unknown to be one that it rests on."""
MISFIT = 1.3
"""Mean squared distance per row, 1 where model and data agree, above which a discrepancy is added."""
BINS = 10


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Simulation-based calibration: `ranks` (D, K) of the truth among the draws, from 0 to 1, over D synthetic data sets.

    Also the shares of D x K truths inside central 90 and 50 % intervals, and the chance p of ranks as uneven as these (chi-square
    on 10 bins over all unknowns; where p is below 0.01 the intervals are not to be believed).
    """

    ranks: Floats
    inside_90: float
    inside_50: float
    p: float

    @classmethod
    def of(cls, ranks: Floats) -> Calibrated:
        from scipy.special import chdtrc

        away = np.abs(ranks - 0.5)
        counts = np.histogram(ranks, bins=BINS, range=(0, 1))[0]
        even = ranks.size / BINS
        p = float(chdtrc(BINS - 1, ((counts - even) ** 2 / even).sum()))
        return cls(ranks, float((away <= 0.45).mean()), float((away <= 0.25).mean()), p)


def rank(draws: Floats, truth: Floats) -> Floats:
    """The share of draws (M, K) below the truth (K,)."""
    return ((draws < truth).sum(axis=0) + 0.5) / (len(draws) + 1)


QUICK = partial(sample, chains=48, pilot=60, steps=80, check=False)
"""Shorter chains for checks that need many posteriors."""


def simulation_based(
    likelihood: Likelihood, unknowns: int, *, seed: int, n: int = 100, sampler: Sampler = QUICK, draws: int = 199
) -> Calibrated:
    """`n` truths from the prior, a data set from each, its posterior, and the ranks of the truths (Talts and others 2018)."""
    rng = np.random.Generator(np.random.Philox(seed))
    truths = rng.standard_normal((n, unknowns))
    data = likelihood.draw(likelihood.mean(truths), rng)
    found = (sampler(likelihood.observed(own), unknowns, seed=seed + 1 + i).thinned(draws) for i, own in enumerate(data))
    return Calibrated.of(np.array([rank(z, truth) for z, truth in zip(found, truths, strict=True)]))


@dataclass(frozen=True, eq=False)
class LeftOut:
    """A study left out: the draws (M, K) without it, and what they expect of its rows."""

    study: str
    z: Floats
    rows: Expected


def study_left_out(likelihood: Likelihood, study: str, unknowns: int, *, seed: int, sampler: Sampler = sample) -> LeftOut | None:
    """The posterior without the rows of a publication, and its rows as predicted by it; None where no other row is left.

    A row of another publication that counts the same patients stays, so that `Target.block` says what is independent.
    """
    own = [place for place, target in enumerate(likelihood.targets) if target.study == study]
    others = [place for place in range(len(likelihood.targets)) if place not in own]
    if not others or not own:
        return None
    z = sampler(likelihood.keep(others), unknowns, seed=seed).thinned(4000)
    left = likelihood.keep(own)
    return LeftOut(study, z, expected(left, left.mean(z), np.random.Generator(np.random.Philox(seed))))


def influence(likelihood: Likelihood, found: Sample, *, seed: int, sampler: Sampler = QUICK) -> Floats:
    """By how many posterior SDs each unknown's mean moves when a row is left out: (R, K), signed.

    Draws are weighted anew; where fewer than a tenth of them would count, the posterior without the row is sampled.
    """
    z = found.thinned(4000)
    mean, sd = z.mean(axis=0), z.std(axis=0)
    now = likelihood(z)
    everything = range(len(likelihood.targets))
    moved = np.zeros((len(likelihood.targets), z.shape[1]))
    if len(everything) == 1:
        return -mean[None] / sd
    for row in everything:
        without = likelihood.keep([place for place in everything if place != row])
        gain = without(z) - now
        weights = np.exp(gain - gain.max())
        weights /= weights.sum()
        if 1 / (weights**2).sum() < 0.1 * len(z):
            moved[row] = (sampler(without, z.shape[1], seed=seed + row).z.mean(axis=0) - mean) / sd
        else:
            moved[row] = (np.einsum("m,mk->k", weights, z) - mean) / sd
    return moved


def rests_on(moved: Floats, likelihood: Likelihood) -> tuple[tuple[str, ...], ...]:
    """Names of the rows on which each of K unknowns rests: those whose removal moves it by more than 0.25 posterior SD."""
    return tuple(tuple(likelihood.names[row] for row in np.flatnonzero(np.abs(own) > MOVES)) for own in moved.T)


def effective_rows(likelihood: Likelihood) -> float:
    """How many independent rows these are worth: R^2 / sum of squared correlations of their errors."""
    return len(likelihood.targets) ** 2 / float((likelihood.whole**2).sum())


def misfit(likelihood: Likelihood, z: Floats) -> float:
    """Mean over draws (M, K) of the squared distance per row, rows made independent: about 1 where model and data agree."""
    return float((likelihood.whitened(z) ** 2).mean())


@dataclass(frozen=True, eq=False)
class Discrepancy:
    """The misfit without discrepancy, how large one was added and what is left; `factor` is in units of `usual` of each row."""

    before: float
    factor: float
    after: float
    likelihood: Likelihood
    sample: Sample

    @property
    def by_row(self) -> Mapping[str, float]:
        """The sd that was added to each row, on its scale."""
        return dict(zip(self.likelihood.names, self.likelihood.discrepancy.tolist(), strict=True))


def with_discrepancy(
    likelihood: Likelihood, found: Sample, *, seed: int, sampler: Sampler = sample, largest: float = 16.0
) -> Discrepancy:
    """The posterior as it is where the misfit is at most 1.3; else with the least discrepancy of the model that brings it there.

    A discrepancy is an independent error of every row: 0.3 on logits and 0.15 on logarithms, times a factor of 1/2, 1, 2 ...
    """
    before = after = misfit(likelihood, found.thinned(4000))
    unit = np.array([usual(target) for target in likelihood.targets])
    factor, wider = 0.0, likelihood
    while after > MISFIT and factor < largest:
        factor = 2 * factor if factor else 0.5
        wider = replace(likelihood, discrepancy=np.hypot(likelihood.discrepancy, factor * unit))
        found = sampler(wider, found.draws.shape[-1], seed=seed)
        after = misfit(wider, found.thinned(4000))
    return Discrepancy(before, factor, after, wider, found)
