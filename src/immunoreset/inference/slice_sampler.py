"""Draws of unknowns that are standard normal a priori, by elliptical slice sampling (Murray, Adams, MacKay 2010).

There is no step to tune and no draw is refused. All chains are moved at the same time. After a pilot, the ellipses are laid about
the normal distribution that fits the draws so far instead of about the prior, and the target is corrected for that (as in
Nishihara, Murray, Adams 2014), so that narrow posteriors mix as well as wide ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.inference.fixed_order import inverse_of_root, root

Floats = NDArray[np.float64]
LogLikelihood = Callable[[Floats], Floats]
MOST = 1.05
"""R-hat above which chains are not taken to have met."""
WIDER = 1.3
"""The fitted covariance is widened by this, so that the tails are reached."""


@dataclass(frozen=True, eq=False)
class Sample:
    """`draws` (steps, chains, K) and `r_hat` (K,); `evaluations` counts points at which the likelihood was asked for."""

    draws: Floats
    r_hat: Floats
    evaluations: int

    @property
    def z(self) -> Floats:
        """All draws, (steps x chains, K)."""
        return self.draws.reshape(-1, self.draws.shape[-1])

    def thinned(self, n: int) -> Floats:
        """`n` different draws (n, K), spread over steps and chains."""
        z = self.z
        stride = next(step for step in range(int(0.618 * len(z)) or 1, len(z) + 2) if math.gcd(step, len(z)) == 1)
        return z[np.arange(n) * stride % len(z)]


def sample(
    log_likelihood: LogLikelihood,
    unknowns: int,
    *,
    seed: int,
    names: Sequence[str] = (),
    chains: int = 96,
    pilot: int = 150,
    steps: int = 300,
    longest: int = 1200,
    check: bool = True,
) -> Sample:
    """Draws from prior N(0, 1) times likelihood; `log_likelihood` takes points (M, K) and gives (M,).

    A pilot about the prior, `steps` about the normal fitted to its second half, then `steps` about one fitted to these, which are
    kept. Where R-hat is then above 1.05, a new fit and twice as many steps replace them, up to `longest`. The same seed gives the
    same bytes. Raises InvalidValue, with the names of unknowns, where R-hat stays above 1.05, unless `check` is off.
    """
    walk = _Walk(log_likelihood, np.random.Generator(np.random.Philox(seed)), chains, unknowns)
    draws = walk.go(steps, *_normal_of(walk.go(pilot, np.zeros(unknowns), np.eye(unknowns))))
    while True:
        draws = walk.go(steps, *_normal_of(draws))
        found = r_hat(draws)
        if (found <= MOST).all() or not check or 2 * steps > longest:
            break
        steps *= 2
    apart = {names[k] if names else f"unknown {k}": found[k] for k in range(unknowns) if not found[k] <= MOST}
    if apart and check:
        worst = ", ".join(f"{name} ({apart[name]:.2f})" for name in sorted(apart, key=lambda name: -apart[name]))
        raise InvalidValue(f"the chains have not met (R-hat above {MOST}): {worst}; take more steps, or free fewer unknowns")
    return Sample(draws, found, walk.evaluations)


def _normal_of(draws: Floats) -> tuple[Floats, Floats]:
    """Mean (K,) and a root (K, K) of the widened covariance of the second half of the draws (steps, chains, K)."""
    late = draws[len(draws) // 2 :].reshape(-1, draws.shape[-1])
    middle = late.mean(axis=0)
    away = late - middle
    covariance = WIDER * np.einsum("mi,mj->ij", away, away) / len(late)
    own = 1e-6 + 5.0 / len(late)  # a few draws span no volume
    return middle, root((1 - own) * covariance + own * np.eye(len(middle)))


class _Walk:
    """Chains at their points `z` (C, K), at first drawn from the prior."""

    def __init__(self, log_likelihood: LogLikelihood, rng: np.random.Generator, chains: int, unknowns: int) -> None:
        self.log_likelihood, self.rng = log_likelihood, rng
        self.z = rng.standard_normal((chains, unknowns))
        self.evaluations = 0

    def go(self, steps: int, middle: Floats, left: Floats) -> Floats:
        """`steps` on ellipses of the normal with mean `middle` and covariance left left'; draws (steps, C, K).

        All chains ask at the same time; one that finds its draw starts on the next ellipse without waiting for the others.
        """
        rng = self.rng

        def target(y: Floats) -> Floats:  # y is standard normal under the normal of the ellipses
            self.evaluations += len(y)
            z = middle + np.einsum("ck,jk->cj", y, left)
            value = self.log_likelihood(z) - 0.5 * np.einsum("ck,ck->c", z, z) + 0.5 * np.einsum("ck,ck->c", y, y)
            return np.where(np.isnan(value), -np.inf, value)

        y = np.einsum("ck,jk->cj", self.z - middle, inverse_of_root(left))
        now = target(y)
        chains = np.arange(len(y))
        kept, done = np.empty((steps, *y.shape)), np.zeros(len(y), dtype=np.int64)
        other, level, angle, low, high = np.empty_like(y), *np.empty((4, len(y)))
        fresh, busy = chains, chains
        while len(busy):
            other[fresh] = rng.standard_normal((len(fresh), y.shape[1]))
            level[fresh] = now[fresh] + np.log1p(-rng.random(len(fresh)))
            angle[fresh] = 2 * np.pi * rng.random(len(fresh))
            low[fresh], high[fresh] = angle[fresh] - 2 * np.pi, angle[fresh]
            turn = angle[busy, None]
            asked = y[busy] * np.cos(turn) + other[busy] * np.sin(turn)
            value = target(asked)
            good = (value > level[busy]) | (high[busy] - low[busy] < 1e-12)  # the latter: back where it was, within rounding
            found, missed = busy[good], busy[~good]
            y[found], now[found] = asked[good], value[good]
            kept[done[found], found] = asked[good]
            done[found] += 1
            low[missed] = np.where(angle[missed] < 0, angle[missed], low[missed])
            high[missed] = np.where(angle[missed] >= 0, angle[missed], high[missed])
            angle[missed] = low[missed] + (high[missed] - low[missed]) * rng.random(len(missed))
            busy = chains[done < steps]
            fresh = found[done[found] < steps]
        self.z = middle + np.einsum("ck,jk->cj", y, left)
        return middle + np.einsum("sck,jk->scj", kept, left)


def r_hat(draws: Floats) -> Floats:
    """Split R-hat (K,) of draws (steps, chains, K): the larger of ranks and folded ranks (Vehtari and others 2021)."""
    folded = np.abs(draws - np.median(draws.reshape(-1, draws.shape[-1]), axis=0))
    return np.maximum(_of_ranks(draws), _of_ranks(folded))


def _of_ranks(draws: Floats) -> Floats:
    from scipy.special import ndtri

    half = len(draws) // 2
    parts = np.concatenate([draws[:half], draws[half : 2 * half]], axis=1)
    flat = parts.reshape(-1, parts.shape[-1])
    ranks = 1 + flat.argsort(axis=0, kind="stable").argsort(axis=0).reshape(parts.shape)
    scores = ndtri((ranks - 0.375) / (parts.shape[0] * parts.shape[1] + 0.25))
    within = scores.var(axis=0, ddof=1).mean(axis=0)
    among = scores.mean(axis=0).var(axis=0, ddof=1)
    return np.sqrt((half - 1) / half + among / np.where(within > 0, within, np.nan))
