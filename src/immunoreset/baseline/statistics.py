"""What a row of a published table says of the patients: means, standard deviations, shares and quantiles as moments.

A moment is the mean of a feature of the patients. The SD is the mean square about the published mean, a quantile the share of
patients below it; who lies on it counts half.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from immunoreset.baseline.covariates import COVARIATES
from immunoreset.baseline.document import Baseline, Row

Floats = NDArray[np.float64]


class Statistic(Protocol):
    """A published number of one covariate: its `label`, and its value as it was `published`."""

    @property
    def label(self) -> str: ...
    @property
    def published(self) -> float: ...
    @property
    def target(self) -> float:
        """What the mean of the feature should be."""
        ...

    def feature(self, values: Floats) -> Floats:
        """What each patient adds to the moment."""
        ...

    def variance(self, values: Floats) -> float:
        """Sampling variance of the moment in a table of as many patients as the published one."""
        ...

    def estimate(self, values: Floats, weights: Floats) -> float:
        """The number as it would be published of patients with these weights, which add up to 1."""
        ...

    def unreachable(self, values: Floats) -> str:
        """Why no weights of these patients can have it; blank where some may."""
        ...


@dataclass(frozen=True)
class Mean:
    """The mean, and the published SD where there is one, of `n` patients."""

    published: float
    sd: float | None
    n: int
    label: str = "mean"

    @property
    def target(self) -> float:
        return self.published

    def feature(self, values: Floats) -> Floats:
        return values

    def variance(self, values: Floats) -> float:
        return float(values.var() if self.sd is None else self.sd**2) / self.n

    def estimate(self, values: Floats, weights: Floats) -> float:
        return float(np.sum(weights * values))

    def unreachable(self, values: Floats) -> str:
        return _outside("mean", self.published, values)


@dataclass(frozen=True)
class Sd:
    """The standard deviation about the published `mean`, of `n` patients."""

    published: float
    mean: float
    n: int
    label: str = "SD"

    @property
    def target(self) -> float:
        return self.published**2

    def feature(self, values: Floats) -> Floats:
        return (values - self.mean) ** 2

    def variance(self, values: Floats) -> float:
        """With the kurtosis of the model's patients: skewed values have uncertain SDs."""
        apart = values - values.mean()
        squares = float(np.mean(apart**2))
        kurtosis = float(np.mean(apart**4)) / squares**2 if squares else 3.0
        return self.target**2 * max(kurtosis - 1, 1.0) / self.n

    def estimate(self, values: Floats, weights: Floats) -> float:
        middle = np.sum(weights * values)
        return float(np.sqrt(np.sum(weights * (values - middle) ** 2)))

    def unreachable(self, values: Floats) -> str:
        low, high = float(values.min()), float(values.max())
        largest = np.sqrt(max((self.mean - low) * (high - self.mean), 0.0))
        if self.published > largest:
            return f"SD {self.published:g} about that mean, and values of the model from {low:g} to {high:g} allow {largest:.3g}"
        smallest = float(np.abs(values - self.mean).min())
        return f"SD {self.published:g}, and nobody is as near to the mean" if self.published < smallest else ""


@dataclass(frozen=True)
class Share:
    """The share with `low` or more and below `high`, as `count` (of which a share may be no whole number) `of` patients."""

    count: float
    of: int
    low: float
    high: float
    label: str

    @property
    def published(self) -> float:
        return self.count / self.of

    @property
    def target(self) -> float:
        return self.published

    def feature(self, values: Floats) -> Floats:
        return ((values >= self.low) & (values < self.high)).astype(float)

    def variance(self, values: Floats) -> float:
        near = (self.count + 0.5) / (self.of + 1)  # so that 0 of 10 is no certainty
        return near * (1 - near) / self.of

    def estimate(self, values: Floats, weights: Floats) -> float:
        return float(np.sum(weights * self.feature(values)))

    def unreachable(self, values: Floats) -> str:
        inside = self.feature(values)
        if self.published == inside.min() == inside.max():
            return ""
        if inside.min() == inside.max():
            return f"{self.published:.3g} of the patients, and {'everybody' if inside[0] else 'nobody'} of the model is so"
        if self.published in (0.0, 1.0):
            return f"{'everybody' if self.published else 'nobody'} is so, and {inside.mean():.2g} of the model's patients are"
        return ""


@dataclass(frozen=True)
class Quantile:
    """The value below which the share `below` of `n` patients lies."""

    published: float
    below: float
    n: int

    @property
    def label(self) -> str:
        return {0.25: "first quartile", 0.5: "median", 0.75: "third quartile"}.get(self.below, f"quantile {self.below:g}")

    @property
    def target(self) -> float:
        return self.below

    def feature(self, values: Floats) -> Floats:
        return (values < self.published) + 0.5 * (values == self.published)

    def variance(self, values: Floats) -> float:
        return self.below * (1 - self.below) / self.n

    def estimate(self, values: Floats, weights: Floats) -> float:
        order = np.argsort(values, kind="stable")
        middles = np.cumsum(weights[order]) - 0.5 * weights[order]
        return float(values[order][min(np.searchsorted(middles, self.below), len(order) - 1)])

    def unreachable(self, values: Floats) -> str:
        return _outside(self.label, self.published, values)


def _outside(what: str, published: float, values: Floats) -> str:
    low, high = float(values.min()), float(values.max())
    if low <= published <= high:
        return ""
    model = f"all patients of the model have {low:g}" if low == high else f"the model's patients have {low:.4g} to {high:.4g}"
    return f"{what} {published:g}, and {model}"


def statistics_of(baseline: Baseline, place: int) -> list[Statistic]:
    """Everything that one row says, by its place among the rows."""
    row, n = baseline.row[place], baseline.published_n(place)
    found: list[Statistic] = []
    if row.mean is not None:
        found.append(Mean(row.mean, row.sd, n))
    if row.sd is not None and row.mean is not None:
        found.append(Sd(row.sd, row.mean, n))
    if row.count is not None or row.share is not None:
        of = row.of or n
        count = row.share * of if row.share is not None else float(row.count or 0)
        found.append(Share(count, of, *_limits(row), label=_share_in_words(row)))
    found += [Quantile(value, below, n) for below, value in row.shares_below().items()]
    return found


def _limits(row: Row) -> tuple[float, float]:
    if COVARIATES[row.covariate].yes_or_no:
        return 0.5, np.inf
    return -np.inf if row.at_least is None else row.at_least, np.inf if row.below is None else row.below


def _share_in_words(row: Row) -> str:
    words = ["share"]
    if row.at_least is not None:
        words.append(f"with {row.at_least:g} or more")
    if row.below is not None:
        words.append(f"below {row.below:g}")
    return " ".join(words)
