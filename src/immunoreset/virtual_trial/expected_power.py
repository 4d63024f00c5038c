"""What the formula says of power on virtual patients: the drift of the test statistic per patient, from the true effect."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, isotonic_regression
from scipy.special import ndtri

from immunoreset.trial.group_sequential.boundaries import Boundaries, power
from immunoreset.trial.sample_size.means import sample_size_means
from immunoreset.trial.sample_size.rates import sample_size_rates
from immunoreset.trial.sample_size.sizes import SampleSize
from immunoreset.virtual_trial.comparing import Trials, statistic
from immunoreset.virtual_trial.endpoint import Change, Response, TimeTo, Values
from immunoreset.virtual_trial.observation import Observed
from immunoreset.virtual_trial.randomised import Randomised

Floats = NDArray[np.float64]


def drift_per_patient(trial: Randomised, observed: Observed) -> float:
    """The mean of z after n patients in all, divided by the root of n; below 0 when the treatment is worse.

    Responses and changes: from the usual sample size for rates (pooled variance, no strata) and means (spread left after the
    value at entry). Times: from the test applied once to the whole table. Not a number where rates are 0 or 1.
    """
    values = trial.endpoint.read(observed, trial.rescue)
    arms = [observed.arm(trial.treatment), observed.arm(trial.control)]
    if isinstance(trial.endpoint, Response):
        return _of_rates(trial, values.truth[:, arms])
    if isinstance(trial.endpoint, Change):
        return _of_means(trial, trial.endpoint, values, arms)
    return _of_times(trial, trial.endpoint, values, arms)


def _per_patient(trial: Randomised, fixed: SampleSize) -> float:
    plan = trial.plan
    return float((-ndtri(plan.alpha / plan.sides) + ndtri(1 - plan.beta)) / np.sqrt(fixed.total))


def _of_rates(trial: Randomised, responses: Floats) -> float:
    treated, control = (float(rate) for rate in np.nanmean(responses, axis=0))
    if treated == control:
        return 0.0
    if not (0 < treated < 1 and 0 < control < 1):
        return float("nan")
    plan, ratio = trial.plan, trial.ratio[0] / trial.ratio[1]
    fixed = sample_size_rates(treated, control, alpha=plan.alpha, power=1 - plan.beta, sides=plan.sides, ratio=ratio)
    return float(np.sign(treated - control)) * _per_patient(trial, fixed)


def _of_means(trial: Randomised, endpoint: Change, values: Values, arms: list[int]) -> float:
    change = values.value[:, arms]
    known = ~np.isnan(change)
    means = np.nanmean(change, axis=0)
    baseline = np.where(known, values.baseline[:, None], np.nan)
    centred = baseline - np.nanmean(baseline, axis=0)
    left = change - means
    slope = np.nansum(left * centred) / max(float(np.nansum(centred**2)), np.finfo(float).tiny)
    sd = float(np.sqrt(np.nansum((left - slope * centred) ** 2) / (known.sum() - 3)))
    difference = float(means[0] - means[1])
    if difference == 0 or sd == 0:
        return 0.0 if difference == 0 else float("nan")
    plan, ratio = trial.plan, trial.ratio[0] / trial.ratio[1]
    fixed = sample_size_means(difference, sd, alpha=plan.alpha, power=1 - plan.beta, sides=plan.sides, ratio=ratio)
    better = -1.0 if endpoint.better == "lower" else 1.0
    return better * float(np.sign(difference)) * _per_patient(trial, fixed)


def _of_times(trial: Randomised, endpoint: TimeTo, values: Values, arms: list[int]) -> float:
    """One large trial in which every patient is in both arms; its statistic grows with the root of patients."""
    patients = len(values.value)
    both = np.concatenate([values.value[:, arms[0]], values.value[:, arms[1]]])[None]
    event = np.concatenate([values.event[:, arms[0]], values.event[:, arms[1]]])[None]
    arm = np.repeat([1, 0], patients)[None]
    none = np.zeros(both.shape)
    z = statistic(endpoint, Trials(arm, none.astype(np.int64), both, event, none))[0]
    share = trial.ratio[0] / sum(trial.ratio)
    return float(z / np.sqrt(2 * patients) * 2 * np.sqrt(share * (1 - share)))


def needed_by_drift(plan: Boundaries, drift: float, wanted: float) -> float:
    """The total of patients with the wanted power when the mean of z is `drift` times its root; infinite when it never comes.

    >>> from immunoreset.trial.group_sequential.boundaries import boundaries
    >>> from immunoreset.trial.group_sequential.design import GroupSequential
    >>> round(needed_by_drift(boundaries(GroupSequential("none", looks=1)), 0.28, 0.8), 2)
    100.11
    """
    if np.isnan(drift) or drift <= 0:
        return float("nan") if np.isnan(drift) else float("inf")

    def excess(root: float) -> float:
        return power(plan, drift * root) - wanted

    high = 1.0 / drift
    while excess(high) < 0:
        high *= 2
    return float(brentq(excess, 0.0, high, xtol=1e-9)) ** 2  # pyright: ignore[reportArgumentType]


def needed_by_curve(totals: NDArray[np.int64], claims: Floats, wanted: float, *, trials: int) -> float:
    """The total at which a simulated curve (N,) reaches the wanted power, infinite when it does not.

    The curve is first made to rise, then read between totals as the normal quantile against the root of patients. When the
    first total has the power already, that is the answer.

    >>> round(needed_by_curve(np.array([50, 100]), np.array([0.6, 0.9]), 0.8, trials=1000), 1)
    76.5
    """
    rising = np.clip(isotonic_regression(claims).x, 0.5 / trials, 1 - 0.5 / trials)
    if rising[0] >= wanted:
        return float(totals[0])
    if rising[-1] < wanted:
        return float("inf")
    last = int((rising >= wanted).argmax())
    low, high = ndtri(rising[last - 1]), ndtri(rising[last])
    roots = np.sqrt(totals[last - 1 : last + 1].astype(float))
    return float(roots[0] + (ndtri(wanted) - low) / (high - low) * (roots[1] - roots[0])) ** 2
