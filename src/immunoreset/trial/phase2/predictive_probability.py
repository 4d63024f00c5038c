"""Phase 2 with continuous watching by predictive probability: stop when a claim at the end has become too unlikely."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, gammaln
from scipy.stats import beta

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.dose_finding.checking import check_prior
from immunoreset.trial.phase2.enumeration import StoppingTable, looks_every, operating_characteristics
from immunoreset.whole_numbers import set_whole, whole_number

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PredictiveProbability:
    """At most `n_max` patients, looks from `first` on every `step`, against the uninteresting rate `p0`.

    The claim at the end needs P(rate > p0) above `certainty` (theta T). A look stops for futility when the predictive
    probability of that claim is below `futile` (theta L), for benefit when it is above `benefit` (theta U; 1 never). The prior
    is Beta(a, b).

    >>> design = PredictiveProbability(n_max=36, first=10, p0=0.2, certainty=0.9, futile=0.001)
    >>> design.table().stop_le[-5:]
    (6, 7, 8, 9, 10)

    Raises InvalidValue for a rate or threshold out of range. Source: Lee & Liu 2008.
    """

    n_max: int
    first: int
    p0: float
    certainty: float
    futile: float
    benefit: float = 1.0
    step: int = 1
    prior: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        set_numbers(self)
        if not 0 < self.p0 < 1:
            raise InvalidValue(f"predictive probability: p0 is {self.p0:g}; it must be between 0 and 1")
        if not 0 < self.certainty < 1:
            raise InvalidValue(f"predictive probability: certainty is {self.certainty:g}; it must be between 0 and 1")
        if not 0 <= self.futile < self.benefit <= 1:
            raise InvalidValue(
                f"predictive probability: 0 <= futile < benefit <= 1 is needed, not {self.futile:g} and {self.benefit:g}"
            )
        if self.prior is not None:
            check_prior(self.prior)
        set_whole(self, n_max="predictive probability: n_max", first="predictive probability: first", step="step")
        looks_every(self.first, self.step, last=self.n_max)

    @property
    def beta_prior(self) -> tuple[float, float]:
        """The prior, Beta(p0, 1 - p0) unless given: the weight of one patient."""
        return self.prior or (self.p0, 1 - self.p0)

    def predictive(self, responses: ArrayLike, patients: int) -> Floats:
        """Predictive probability of a claim at the end for so many responses (X,) of `patients`.

        >>> design = PredictiveProbability(40, 10, p0=0.6, certainty=0.9, futile=0.001, prior=(0.6, 0.4))
        >>> design.predictive([16], 23).round(4)
        array([0.5656])
        """
        patients = whole_number("predictive probability: patients", patients, least=0)
        seen = np.atleast_1d(np.asarray(responses, dtype=float))[:, None]
        if patients > self.n_max or not ((seen >= 0) & (seen <= patients)).all():
            raise InvalidValue(f"predictive probability: give responses from 0 to the patients, of whom {self.n_max} at most")
        a, b = self.beta_prior
        rest = self.n_max - patients
        more = np.arange(rest + 1, dtype=float)
        choices = gammaln(rest + 1) - gammaln(more + 1) - gammaln(rest - more + 1)
        after = betaln(a + seen + more, b + patients - seen + rest - more)
        share = np.exp(choices + after - betaln(a + seen, b + patients - seen))
        return np.minimum(1.0, (share * (seen + more > self.last_stop)).sum(axis=1))

    @property
    def last_stop(self) -> int:
        """The most responses at the end that make no claim."""
        responses = np.arange(self.n_max + 1)
        a, b = self.beta_prior
        sure = beta.sf(self.p0, a + responses, b + self.n_max - responses)
        return int((sure <= self.certainty).sum()) - 1

    def table(self) -> StoppingTable:
        """Responses at which each look stops.

        Raises InvalidValue when no number of responses would make a claim: a design that cannot decide.
        """
        last = self.last_stop
        if last >= self.n_max:
            raise InvalidValue(
                f"predictive probability: even {self.n_max} of {self.n_max} responses are not enough; lower certainty"
            )
        return self._stop_on(self._chances())

    def _chances(self) -> list[Floats]:
        looks = looks_every(self.first, self.step, last=self.n_max)
        return [self.predictive(np.arange(patients + 1), patients) for patients in looks[:-1]]

    def _stop_on(self, chances: list[Floats]) -> StoppingTable:
        low = [int((chance < self.futile).sum()) - 1 for chance in chances]
        high = [int((chance <= self.benefit).sum()) if self.benefit < 1 else len(chance) for chance in chances]
        last = self.last_stop
        return StoppingTable(looks_every(self.first, self.step, last=self.n_max), (*low, last), (*high, last + 1))


class Searched(NamedTuple):
    """A design found by search, with its exact type I error and power, early stops and patients under no effect."""

    design: PredictiveProbability
    alpha: float
    power: float
    early_stop: float
    expected: float


def search_thresholds(
    start: PredictiveProbability,
    p1: float,
    *,
    alpha: float,
    power: float,
    futile_grid: ArrayLike = (),
    certainty_grid: ArrayLike = (),
) -> Searched:
    """The thresholds that keep both errors with the fewest patients expected under p0, sought on two grids.

    >>> start = PredictiveProbability(n_max=36, first=10, p0=0.2, certainty=0.9, futile=0.001)
    >>> found = search_thresholds(start, 0.4, alpha=0.1, power=0.9, futile_grid=[0.001], certainty_grid=[0.85, 0.9, 0.93])
    >>> round(found.alpha, 3), round(found.power, 3), round(found.expected, 2)
    (0.088, 0.906, 27.67)

    Raises InvalidValue when no pair keeps both errors. Source: Lee & Liu 2008.
    """
    if not start.p0 < p1 < 1:
        raise InvalidValue(f"predictive probability: p1 is {p1:g}; it must be above p0 ({start.p0:g}) and below 1")
    futile = np.atleast_1d(np.asarray(futile_grid, dtype=float))
    certain = np.atleast_1d(np.asarray(certainty_grid, dtype=float))
    futile = futile if futile.size else np.concatenate([[0.001], np.arange(0.01, 0.31, 0.01)])
    certain = certain if certain.size else np.arange(0.85, 0.995, 0.01)
    best: Searched | None = None
    by_bound = {replace(start, certainty=float(certainty)).last_stop: float(certainty) for certainty in certain[::-1]}
    for bound, certainty in by_bound.items():
        if bound >= start.n_max:
            continue
        chances = replace(start, certainty=certainty)._chances()
        tables: dict[StoppingTable, PredictiveProbability] = {}
        for stop in futile[::-1]:
            design = replace(start, certainty=certainty, futile=float(stop))
            tables[design._stop_on(chances)] = design
        for table, design in tables.items():
            found = operating_characteristics(table, [start.p0, p1])
            if found.claim[0] > alpha or found.claim[1] < power or (best is not None and found.expected[0] >= best.expected):
                continue
            best = Searched(design, *map(float, (found.claim[0], found.claim[1], found.early_stop[0], found.expected[0])))
    if best is None:
        raise InvalidValue(f"predictive probability: no thresholds keep alpha {alpha:g} and power {power:g}; raise n_max")
    return best
