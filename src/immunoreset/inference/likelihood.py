"""How likely all published rows are together, at many points z at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.inference.dependence import common_to_study
from immunoreset.inference.fixed_order import inverse_of_root, positive, root
from immunoreset.inference.laws import Law, signed_root
from immunoreset.inference.targets import Target

Floats = NDArray[np.float64]
OWN = 0.05
"""Share of a row's error that is taken to be its own, however close another row: a correlation is an estimate (chosen by us)."""


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The rows of a calibration and what separates them from the model.

    `mean` gives the emulated statistics (M, R) at points (M, K). `correlation` (R, R) is that of the sampling errors of rows,
    `emulator` (R,) the variance of the emulator, `between` (R,) the sd between studies and `discrepancy` (R,) an sd by which the
    model is allowed to be wrong, all on the scales of the rows.

    Rows are joined by their signed roots r: the log-likelihood is -r' C^-1 r / 2 with C the correlation of their whole errors.
    For normal rows this is the multivariate normal; rows that share nothing have the sum of their exact likelihoods; two rows
    that are one have, but for 5 %, the likelihood of one.
    """

    targets: tuple[Target, ...]
    mean: Callable[[Floats], Floats]
    correlation: Floats
    emulator: Floats
    between: Floats
    discrepancy: Floats

    @classmethod
    def of(
        cls,
        targets: Sequence[Target],
        mean: Callable[[Floats], Floats],
        *,
        correlation: Floats | None = None,
        emulator: Floats | None = None,
        between: Floats | None = None,
        discrepancy: Floats | None = None,
    ) -> Likelihood:
        """A likelihood; what is not given is none. Raises InvalidValue for arrays that do not fit, or are not numbers."""
        n = len(targets)
        if n == 0:
            raise InvalidValue("a likelihood needs one row or more")
        parts = {"emulator": emulator, "between": between, "discrepancy": discrepancy}
        filled = {name: np.zeros(n) if part is None else np.asarray(part, dtype=float) for name, part in parts.items()}
        for name, part in filled.items():
            bad = [t.name for t, own in zip(targets, part, strict=False) if not (np.isfinite(own) and own >= 0)]
            if part.shape != (n,) or bad:
                raise InvalidValue(f"'{name}' needs {n} numbers of 0 or more, one per row; it has {part.shape}, wrong: {bad}")
        rho = np.eye(n) if correlation is None else np.asarray(correlation, dtype=float)
        if rho.shape != (n, n) or not np.isfinite(rho).all() or not np.allclose(rho, rho.T) or not np.allclose(np.diag(rho), 1):
            raise InvalidValue(f"the correlation of {n} rows must be a symmetric {n} x {n} matrix with ones on its diagonal")
        return cls(tuple(targets), mean, rho, **filled)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(target.name for target in self.targets)

    @cached_property
    def sampling(self) -> Floats:
        """Covariance (R, R) of the sampling errors at the observed values."""
        sd = np.array([target.sd for target in self.targets])
        return positive(self.correlation) * np.outer(sd, sd)

    @cached_property
    def extra(self) -> Floats:
        """Covariance (R, R) of emulator, studies and discrepancy."""
        return np.diag(self.emulator + self.discrepancy**2) + common_to_study(self.targets, self.between)

    @cached_property
    def whole(self) -> Floats:
        """Correlation (R, R) of the whole errors of rows."""
        covariance = self.sampling + self.extra
        sd = np.sqrt(np.diag(covariance))
        return covariance / np.outer(sd, sd)

    @cached_property
    def _whiten(self) -> Floats:
        within = (1 - OWN) * self.whole + OWN * np.eye(len(self.targets))
        return inverse_of_root(root(within))

    @cached_property
    def _tables(self) -> tuple[Floats, Floats, Floats]:
        found = [signed_root(target.law, float(v)) for target, v in zip(self.targets, np.sqrt(np.diag(self.extra)), strict=True)]
        return (
            np.array([start for start, _, _ in found]),
            np.array([step for _, step, _ in found]),
            np.array([r for *_, r in found]),
        )

    def roots(self, mu: Floats) -> Floats:
        """Distance of each row from the statistics mu (M, R) in standard normal units, positive where the data lie above."""
        start, step, table = self._tables
        place = (mu - start) / step
        low = np.clip(np.floor(place), 0, table.shape[1] - 2).astype(np.int64)
        rows = np.arange(len(start))
        left, right = table[rows, low], table[rows, low + 1]
        return left + np.clip(place - low, -1e6, 1e6) * (right - left)

    def whitened(self, z: Floats) -> Floats:
        """The same at points z (M, K), made independent of each other (M, R)."""
        return np.einsum("mr,sr->ms", self.roots(self.mean(z)), self._whiten)

    def __call__(self, z: Floats) -> Floats:
        """Log-likelihood (M,) at points z (M, K), up to a constant."""
        return -0.5 * np.einsum("mr,mr->m", *(self.whitened(z),) * 2)

    def keep(self, rows: Sequence[int] | NDArray[np.int64]) -> Likelihood:
        """The likelihood of some of the rows, by their places."""
        at = np.asarray(rows, dtype=np.int64)
        mean = self.mean
        return Likelihood(
            tuple(self.targets[place] for place in at),
            lambda z: mean(z)[:, at],
            self.correlation[np.ix_(at, at)],
            self.emulator[at],
            self.between[at],
            self.discrepancy[at],
        )

    def observed(self, values: Floats) -> Likelihood:
        """The same rows with other observations (R,), in the unit of each law."""
        seen = (replace(t, law=t.law.seen(float(value))) for t, value in zip(self.targets, values, strict=True))
        return replace(self, targets=tuple(seen))

    def draw(self, mu: Floats, rng: np.random.Generator) -> Floats:
        """Data sets (M, R), in the unit of each law, from populations with the statistics mu (M, R)."""
        shape = mu.shape
        noise = rng.standard_normal((3, *shape))
        off = np.einsum("mr,sr->ms", noise[0], root(self.extra))
        scores = np.einsum("mr,sr->ms", noise[1], root(positive(self.correlation)))
        laws: list[Law] = [target.law for target in self.targets]
        columns = [law.draw(mu[:, i] + off[:, i], scores[:, i], noise[2][:, i]) for i, law in enumerate(laws)]
        return np.stack(columns, axis=1)

    def on_scale(self, data: Floats) -> Floats:
        """Data sets (M, R) on the scales of the rows."""
        return np.stack([target.law.observed(data[:, i]) for i, target in enumerate(self.targets)], axis=1)
