"""BOP2, the Bayesian optimal phase 2 design: stop when the treatment is unlikely to beat the uninteresting rate.

After n of at most N patients the trial goes on while P(rate > uninteresting rate) is at least lambda (n/N)^gamma; the same
holds at the end, with the threshold lambda. The two numbers are sought so that the type I error is kept and the power is
highest. The prior is Dirichlet with the weight of one patient, so each endpoint has a beta posterior.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.phase2.enumeration import StoppingTable, check_looks, operating_characteristics
from immunoreset.trial.phase2.two_endpoints import Joint, PairKind, PairTable, pair_characteristics

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Thresholds:
    """How sure one must be to go on: `scale` (n/N)^`power_of_n`, the lambda and gamma of the paper.

    >>> Thresholds(0.84, 0.64).at((10, 40)).round(4)
    array([0.3459, 0.84  ])
    """

    scale: float
    power_of_n: float

    def __post_init__(self) -> None:
        set_numbers(self)
        if not 0 < self.scale < 1 or not 0 <= self.power_of_n < np.inf:
            raise InvalidValue(f"BOP2: lambda {self.scale:g} must be between 0 and 1 and gamma {self.power_of_n:g} at least 0")

    def at(self, looks: Sequence[int]) -> Floats:
        """The least probability with which the trial goes on, by look (K,)."""
        return self.scale * (np.asarray(looks, dtype=float) / looks[-1]) ** self.power_of_n


def futile_at_most(null: float, looks: Sequence[int], thresholds: Thresholds) -> tuple[int, ...]:
    """Responses at or below which each look stops (K,), for the uninteresting rate `null`; -1 where none stops.

    >>> futile_at_most(0.2, (10, 15, 20, 25, 30, 35, 40), Thresholds(0.84, 0.64))
    (1, 2, 4, 5, 7, 9, 10)
    """
    return tuple(_below(1 - _posterior_cdf(null, n), cut) for n, cut in zip(looks, thresholds.at(looks), strict=True))


def toxic_at_least(null: float, looks: Sequence[int], thresholds: Thresholds) -> tuple[int, ...]:
    """Toxicities at or above which each look stops (K,), for the highest acceptable rate `null`.

    >>> toxic_at_least(0.3, (10, 20), Thresholds(0.9, 0.8))
    (4, 4)
    """
    bounds = zip(looks, thresholds.at(looks), strict=True)
    return tuple(n - _below(_posterior_cdf(null, n)[::-1], cut) for n, cut in bounds)


def _posterior_cdf(null: float, patients: int) -> Floats:
    if not 0 < null < 1:
        raise InvalidValue(f"BOP2: the uninteresting rate is {null:g}; it must be between 0 and 1")
    events = np.arange(patients + 1)
    return betainc(null + events, 1 - null + patients - events, null)


def _below(rising: Floats, cut: float) -> int:
    return int((rising < cut).sum()) - 1


def bop2_table(null: float, looks: Sequence[int], thresholds: Thresholds) -> StoppingTable:
    """The stopping table of BOP2 for one response rate.

    Raises InvalidValue when no number of responses would be a claim. Source: Zhou, Lee & Yuan 2017.
    """
    check_looks(looks)
    stop = futile_at_most(null, looks, thresholds)
    if stop[-1] >= looks[-1]:
        raise InvalidValue(f"BOP2: even {looks[-1]} of {looks[-1]} responses are not enough; lower lambda {thresholds.scale:g}")
    return StoppingTable(tuple(looks), stop)


def bop2_pair_table(kind: PairKind, null: tuple[float, float], looks: Sequence[int], thresholds: Thresholds) -> PairTable:
    """The stopping table of BOP2 for two endpoints with the uninteresting rates `null` (for toxicity the second is the limit).

    >>> bop2_pair_table("nested", (0.15, 0.3), (10, 20), Thresholds(0.9, 0.8))
    PairTable(kind='nested', looks=(10, 20), first=(1, 5), second=(3, 8))

    Source: Zhou, Lee & Yuan 2017.
    """
    check_looks(looks)
    first = futile_at_most(null[0], looks, thresholds)
    if kind == "toxicity":
        return PairTable(kind, tuple(looks), first, toxic_at_least(null[1], looks, thresholds))
    return PairTable(kind, tuple(looks), first, futile_at_most(null[1], looks, thresholds))


class Optimum(NamedTuple):
    """The thresholds with the highest power, with their exact type I error, power and average patients under no effect."""

    thresholds: Thresholds
    alpha: float
    power: float
    expected_null: float


class _Score(NamedTuple):
    alpha: float
    power: float
    expected: float


def optimise_bop2(
    p0: float, p1: float, looks: Sequence[int], *, alpha: float, scales: ArrayLike = (), powers: ArrayLike = ()
) -> Optimum:
    """The lambda and gamma of the highest power for a response rate of `p1`, type I error at `p0` at most `alpha`.

    >>> found = optimise_bop2(0.2, 0.4, (10, 15, 20, 25, 30, 35, 40), alpha=0.1)
    >>> round(found.alpha, 4), round(found.power, 4)
    (0.0974, 0.8815)

    Raises InvalidValue for rates that do not rise, and when no thresholds on the grids keep alpha.
    """
    if not 0 < p0 < p1 < 1:
        raise InvalidValue(f"BOP2: rates {p0:g} and {p1:g} must rise, both between 0 and 1")

    def score(thresholds: Thresholds) -> _Score:
        table = StoppingTable(tuple(looks), tuple(min(stop, looks[-1]) for stop in futile_at_most(p0, looks, thresholds)))
        found = operating_characteristics(table, [p0, p1])
        return _Score(float(found.claim[0]), float(found.claim[1]), float(found.expected[0]))

    check_looks(looks)
    return _search(score, alpha, scales, powers)


def optimise_bop2_pair(
    kind: PairKind,
    scenarios: tuple[Joint, Joint],
    looks: Sequence[int],
    *,
    alpha: float,
    also_null: Sequence[Joint] = (),
    scales: ArrayLike = (),
    powers: ArrayLike = (),
) -> Optimum:
    """The thresholds of the highest power for two endpoints; `scenarios` are no effect (which sets the prior) and the effect.

    `also_null` are further scenarios, such as effective but toxic, in which the type I error is kept too (Chen et al. 2024).

    >>> from immunoreset.trial.phase2.two_endpoints import nested
    >>> found = optimise_bop2_pair("nested", (nested(0.15, 0.3), nested(0.25, 0.5)), (10, 20, 30), alpha=0.1)
    >>> found.alpha <= 0.1, round(found.power, 2)
    (True, 0.77)

    Raises InvalidValue when no thresholds on the grids keep alpha. Source: Zhou, Lee & Yuan 2017.
    """
    null, effect = scenarios

    def score(thresholds: Thresholds) -> _Score:
        table = bop2_pair_table(kind, null.rates, looks, thresholds)
        found = pair_characteristics(table, [effect, null, *also_null])
        return _Score(float(found.claim[1:].max()), float(found.claim[0]), float(found.expected[1]))

    return _search(score, alpha, scales, powers)


def _search(score: Callable[[Thresholds], _Score], alpha: float, scales: ArrayLike, powers: ArrayLike) -> Optimum:
    if not 0 < alpha < 1:
        raise InvalidValue(f"BOP2: alpha is {alpha:g}; it must be between 0 and 1")
    lambdas = np.atleast_1d(np.asarray(scales, dtype=float))
    gammas = np.sort(np.atleast_1d(np.asarray(powers, dtype=float)))
    lambdas = lambdas if lambdas.size else np.arange(50, 100) / 100
    gammas = gammas if gammas.size else np.arange(1, 101) / 100
    best: Optimum | None = None
    for scale in lambdas:
        # a larger gamma stops less, so type I error and power both rise with it: the last gamma that keeps alpha is the best
        low, high, kept = 0, len(gammas) - 1, None
        while low <= high:
            middle = (low + high) // 2
            thresholds = Thresholds(float(scale), float(gammas[middle]))
            found = score(thresholds)
            if found.alpha <= alpha:
                kept, low = Optimum(thresholds, *found), middle + 1
            else:
                high = middle - 1
        if kept is not None and (best is None or (kept.power, -kept.expected_null) > (best.power, -best.expected_null)):
            best = kept
    if best is None:
        raise InvalidValue(
            f"BOP2: no lambda and gamma on the grids keep a type I error of {alpha:g}; add patients or raise alpha"
        )
    return best
