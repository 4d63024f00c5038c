"""Virtual patients who agree with a published table at entry: a pool is weighted, and patients are drawn by their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from immunoreset.baseline.covariates import covariates_of
from immunoreset.baseline.document import Baseline
from immunoreset.baseline.entropy import Floats, Weights, balance
from immunoreset.baseline.sampling import alike_together, drawn_by_weight
from immunoreset.baseline.statistics import Statistic, statistics_of
from immunoreset.catalogue import Catalogue, catalogue_of
from immunoreset.errors import InvalidValue
from immunoreset.memory import DRAWN, check_memory
from immunoreset.population import Cohort, sample, sample_ids

LEAST_EFFECTIVE = 0.3
"""Effective size, as a share of the pool, below which the table is about other patients than the population."""
PER_PATIENT, SMALLEST_POOL, LARGEST_GROWTH = 20, 4096, 8
FARTHEST = 2.0  # standard errors of a published number that weights may leave
_AT_ONCE = 8192  # patients of the pool drawn together
_COLUMNS = 40  # numbers that are held of each patient of the pool


@dataclass(frozen=True)
class Line:
    """A published number, and the same of the pool, of the weighted pool and of the patients drawn from it.

    `apart` is what the weights leave, and `apart_before` what the pool leaves, in standard errors of the published number.
    """

    row: int
    covariate: str
    statistic: str
    published: float
    before: float
    weighted: float
    after: float
    apart_before: float
    apart: float


@dataclass(frozen=True, eq=False)
class Problem:
    """A pool of patients and the statistics of a table, one per row and number; `rows` are the places of their rows."""

    baseline: Baseline
    pool: Mapping[str, Floats]
    rows: Sequence[int]
    statistics: Sequence[Statistic]

    @property
    def size(self) -> int:
        return len(next(iter(self.pool.values())))

    def covariate(self, place: int) -> str:
        """The covariate of a statistic, by its place."""
        return self.baseline.row[self.rows[place]].covariate

    def values(self, place: int) -> Floats:
        """The covariate of a statistic, of each patient of the pool."""
        return self.pool[self.covariate(place)]

    @cached_property
    def features(self) -> Floats:
        """What each patient adds to each moment, (K, N)."""
        return np.stack([one.feature(self.values(place)) for place, one in enumerate(self.statistics)])

    @cached_property
    def targets(self) -> Floats:
        return np.array([one.target for one in self.statistics])

    @cached_property
    def variances(self) -> Floats:
        return np.array([one.variance(self.values(place)) for place, one in enumerate(self.statistics)])

    def solved(self, without: str = "") -> Weights:
        """The weights for all statistics, or for those of all covariates but one."""
        kept = np.array([self.covariate(place) != without for place in range(len(self.statistics))])
        if not kept.any():
            return Weights(np.full(self.size, 1 / self.size), np.zeros(0))
        return balance(self.features[kept], self.targets[kept], self.variances[kept])

    def effective_without(self) -> dict[str, float]:
        """The effective size, as a share, if the table did not have a covariate; for each of them."""
        return {name: self.solved(without=name).effective for name in dict.fromkeys(row.covariate for row in self.baseline.row)}


@dataclass(frozen=True, eq=False)
class Balanced:
    """Patients `cohort` who agree with a table: `chosen` are their places among the patients of the pool (N,), whose weights
    add up to 1."""

    problem: Problem
    weights: Weights
    chosen: NDArray[np.int64]
    cohort: Cohort

    @property
    def baseline(self) -> Baseline:
        return self.problem.baseline

    @cached_property
    def lines(self) -> list[Line]:
        """The table again, with what the pool and the patients have."""
        problem, equal = self.problem, np.full(self.problem.size, 1 / self.problem.size)
        few = np.full(len(self.chosen), 1 / len(self.chosen))
        before = (problem.features.mean(axis=1) - problem.targets) / np.sqrt(problem.variances)
        return [
            Line(
                row=problem.rows[place],
                covariate=problem.covariate(place),
                statistic=one.label,
                published=one.published,
                before=one.estimate(problem.values(place), equal),
                weighted=one.estimate(problem.values(place), self.weights.weights),
                after=one.estimate(problem.values(place)[self.chosen], few),
                apart_before=float(before[place]),
                apart=float(self.weights.apart[place]),
            )
            for place, one in enumerate(problem.statistics)
        ]


def balanced(
    baseline: Baseline, *, patients: int | None = None, seed: int | None = None, catalogue: Catalogue | None = None
) -> Balanced:
    """Different virtual patients who agree with a published table at entry, as many as it wants if `patients` is not given.

    A pool of 20 times as many (4,096 at least) is drawn with `seed` and weighted by entropy balancing; it grows where a patient
    would be taken twice. `catalogue` holds diseases and numbers; those of this version and of the document's modules if not
    given. Raises InvalidValue, naming the row, for a number that the population cannot have or that the other
    rows contradict; naming the covariate, for an effective size below 30 % of the pool.
    """
    n = baseline.patients if patients is None else patients
    seed = baseline.seed if seed is None else seed
    if n < 1:
        raise InvalidValue(f"{n} patients of a baseline; ask for 1 or more")
    within = catalogue_of(baseline) if catalogue is None else catalogue
    size = max(PER_PATIENT * n, SMALLEST_POOL)
    largest = LARGEST_GROWTH * size
    pool: dict[str, Floats] = {}
    while True:
        check_memory(size * _COLUMNS * 8 + _AT_ONCE * DRAWN, f"a pool of {size} patients", count=n, least="patients")
        pool = _grown(pool, baseline.population, size, seed=seed, catalogue=within)
        problem = problem_of(baseline, pool)
        weights = solve(problem)
        chosen = drawn_by_weight(weights.weights, n, seed=seed, order=alike_together(problem.features))
        if chosen is not None:
            cohort = sample_ids(baseline.population, chosen, seed=seed, catalogue=within)
            return Balanced(problem, weights, chosen, cohort)
        if size >= largest:
            raise InvalidValue(f"{baseline.name}: of {size:,} patients one would be taken twice; ask for fewer than {n}")
        size *= 2


def problem_of(baseline: Baseline, pool: Mapping[str, Floats]) -> Problem:
    """The table as moments of a pool, whose covariates are given by name.

    Raises InvalidValue for a covariate that the pool lacks and for a number that no weights can give it.
    """
    rows, statistics = [], []
    for place, row in enumerate(baseline.row):
        if row.covariate not in pool:
            raise InvalidValue(
                f"{baseline.told(place)}: patients of '{baseline.population}' have no '{row.covariate}'; "
                f"they have {', '.join(pool)}"
            )
        for one in statistics_of(baseline, place):
            if why := one.unreachable(pool[row.covariate]):
                raise InvalidValue(
                    f"{baseline.told(place)}: {why}; correct the number, choose another population, or leave the row out"
                )
            rows.append(place)
            statistics.append(one)
    return Problem(baseline, pool, rows, statistics)


def solve(problem: Problem) -> Weights:
    """The weights of the pool. Raises InvalidValue for rows that contradict each other, and for too small an effective size."""
    found = problem.solved()
    baseline, farthest = problem.baseline, int(np.argmax(np.abs(found.apart)))
    if abs(found.apart[farthest]) > FARTHEST:
        one = problem.statistics[farthest]
        reached = one.estimate(problem.values(farthest), found.weights)
        raise InvalidValue(
            f"{baseline.told(problem.rows[farthest])}: {one.label} {one.published:.4g} contradicts {_others(problem, farthest)}: "
            f"together they allow {reached:.4g}; correct one of them, or leave one out"
        )
    if found.effective < LEAST_EFFECTIVE:
        _refuse(problem, found)
    return found


def _others(problem: Problem, place: int) -> str:
    """The rows on the same covariate by their places, where there are any; else all other rows."""
    rows, covariate = problem.rows, problem.covariate(place)
    same = sorted({row + 1 for other, row in enumerate(rows) if problem.covariate(other) == covariate and row != rows[place]})
    if same:
        return f"row {', '.join(map(str, same))} on '{covariate}'"
    alone = len(set(rows)) == 1
    return "what the row says besides" if alone else "the other rows in these patients"


def _percent(share: float) -> str:
    """Two digits of a share in percent, whole from 10 % on.

    >>> _percent(1.0), _percent(0.123), _percent(0.0123)
    ('100', '12', '1.2')
    """
    return f"{100 * share:.0f}" if share >= 0.095 else f"{100 * share:.2g}"


def _refuse(problem: Problem, found: Weights) -> None:
    """Say which covariate costs most."""
    without = problem.effective_without()
    worst = max(without, key=lambda name: without[name])
    row = next(place for place, row in enumerate(problem.baseline.row) if row.covariate == worst)
    places = [place for place in range(len(problem.statistics)) if problem.covariate(place) == worst]
    equal = np.full(problem.size, 1 / problem.size)
    told = ", ".join(
        f"{one.label} {one.published:.3g} against {one.estimate(problem.values(place), equal):.3g}"
        for place, one in ((place, problem.statistics[place]) for place in places)
    )
    population = problem.baseline.population
    raise InvalidValue(
        f"{problem.baseline.told(row)}: the table is about other patients than '{population}': weights would leave an effective "
        f"{_percent(found.effective)} % of them, and {100 * LEAST_EFFECTIVE:.0f} % is the least; without '{worst}' ({told} in "
        f"the model) it is {_percent(without[worst])} %; choose another population, or leave its rows out"
    )


def _grown(pool: Mapping[str, Floats], population: str, size: int, *, seed: int, catalogue: Catalogue) -> dict[str, Floats]:
    """The pool with patients after its last until it has `size`; only what a table can ask for is kept of them."""
    parts = [pool] if pool else []
    have = len(next(iter(pool.values()))) if pool else 0
    for first in range(have, size, _AT_ONCE):
        drawn = sample(population, min(_AT_ONCE, size - first), seed=seed, first_id=first, catalogue=catalogue)
        parts.append(covariates_of(drawn))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
