"""Sample sizes of trials with interim looks, and power by sample size for a plot."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.trial.group_sequential.boundaries import Boundaries, expected_information, power
from immunoreset.trial.group_sequential.futility import fixed_drift
from immunoreset.trial.sample_size.sizes import SampleSize, checked_totals


class WithLooks(NamedTuple):
    """The largest sample size, and the average one under no effect, half the effect and all of it."""

    largest: SampleSize
    expected_h0: float
    expected_h01: float
    expected_h1: float


class PowerCurve(NamedTuple):
    """Power and average total of patients by the largest total (n,)."""

    total: NDArray[np.float64]
    power: NDArray[np.float64]
    expected: NDArray[np.float64]


def with_looks(fixed: SampleSize, plan: Boundaries) -> WithLooks:
    """The sizes of a trial with looks, from the fixed size for the same alpha, sides and power.

    >>> from immunoreset.trial.group_sequential.boundaries import boundaries
    >>> from immunoreset.trial.group_sequential.design import GroupSequential
    >>> from immunoreset.trial.sample_size.rates import sample_size_rates
    >>> sizes = with_looks(sample_size_rates(0.5, 0.35), boundaries(GroupSequential("asOF", looks=3)))
    >>> round(sizes.largest.total, 1), round(sizes.expected_h1, 1)
    (343.0, 293.1)
    """
    inflated = SampleSize(*(part * plan.inflation for part in fixed))
    return WithLooks(inflated, fixed.total * plan.asn_h0, fixed.total * plan.asn_h01, fixed.total * plan.asn_h1)


def power_by_sample_size(fixed: SampleSize, plan: Boundaries, totals: ArrayLike) -> PowerCurve:
    """Power of the planned looks when the largest total is each of `totals` (n,), the effect being that of the fixed size.

    >>> from immunoreset.trial.group_sequential.boundaries import boundaries
    >>> from immunoreset.trial.group_sequential.design import GroupSequential
    >>> from immunoreset.trial.sample_size.rates import sample_size_rates
    >>> plan = boundaries(GroupSequential("asOF", looks=3))
    >>> power_by_sample_size(sample_size_rates(0.5, 0.35), plan, [200, 343]).power.round(3)
    array([0.571, 0.8  ])

    Raises InvalidValue for a total that is not above 0.
    """
    sizes = np.atleast_1d(checked_totals(totals, what="patients"))
    drifts = fixed_drift(plan.design) * np.sqrt(sizes / fixed.total)
    found = np.array([power(plan, float(drift)) for drift in drifts])
    share = np.array([expected_information(plan, float(drift)) for drift in drifts])
    return PowerCurve(sizes, found, sizes * share)
