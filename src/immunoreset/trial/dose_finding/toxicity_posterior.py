"""What a toxicity model believes after the outcomes seen so far: estimates and probabilities for every dose.

Patients still watched count as safe for the share of the window that has passed: with weight w, the chance of no toxicity so far
is 1 - w p.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.distinct import for_distinct
from immunoreset.trial.dose_finding.quadrature import Floats, average, weigh
from immunoreset.trial.dose_finding.toxicity_curves import ToxicityCurve, chance_weights, curve_of
from immunoreset.trial.outcomes import Counts, Outcomes

_CHUNK = 128  # trials whose weights are held at once


class Watched(NamedTuple):
    """Patients still watched, one by one, each (T, N); dose 0 marks a place not used."""

    dose: Counts
    share: Floats
    """Share of the toxicity window that counts as passed."""


class Posterior(NamedTuple):
    """What is believed of the parameters and of the toxicity of each dose."""

    parameters: Floats
    """Posterior means of the parameters, (T, K)."""
    variance: Floats
    """Posterior variances of the parameters, (T, K)."""
    mean: Floats
    """Posterior mean chance of toxicity, (T, D)."""
    sd: Floats
    """Posterior standard deviation of that chance, (T, D)."""
    above: Floats
    """Probability that each dose is more toxic than each of L limits, (T, L, D)."""
    log_evidence: Floats
    """Logarithm of the probability of the outcomes under the prior, (T,)."""


def posterior(
    model: ToxicityCurve,
    scaled: tuple[float, ...],
    outcomes: Outcomes,
    *,
    limits: tuple[float, ...] = (),
    watched: Watched | None = None,
) -> Posterior:
    """The posterior of a model at the doses `scaled`, on its own scale, after the outcomes.

    >>> from immunoreset.trial.dose_finding.toxicity_curves import Empiric
    >>> seen = Outcomes.read("1NNN 2NTT", doses=2)
    >>> posterior(Empiric(), (0.1, 0.3), seen).mean.round(3).tolist()
    [[0.209, 0.411]]
    """
    if outcomes.doses != len(scaled):
        raise InvalidValue(f"outcomes of {outcomes.doses} doses for a model of {len(scaled)}: give both the same doses")
    curve = curve_of(model, scaled)
    above = np.stack([chance_weights(model, scaled, limit) for limit in limits]) if limits else np.zeros((0, *curve.toxic.shape))
    safe = outcomes.treated - outcomes.toxic
    waiting = [] if watched is None else [watched.dose, watched.share]
    states = np.concatenate([outcomes.toxic, safe, *waiting], axis=1)

    def compute(rows: NDArray[np.int64]) -> tuple[Floats, ...]:
        some = None if watched is None else Watched(watched.dose[rows], watched.share[rows])
        weight, evidence = grid_weights(model, scaled, outcomes.take(rows), watched=some)
        means = average(weight, curve.nodes.values)
        variance = average(weight, curve.nodes.values**2) - means**2
        toxic = average(weight, curve.toxic)
        spread = np.sqrt(np.maximum(average(weight, curve.toxic**2) - toxic**2, 0.0))
        return means, variance, toxic, spread, np.clip(average(weight, above), 0.0, 1.0), evidence

    return Posterior(*for_distinct(states.T, compute, chunk=_CHUNK))


def grid_weights(
    model: ToxicityCurve, scaled: tuple[float, ...], outcomes: Outcomes, *, watched: Watched | None = None
) -> tuple[Floats, Floats]:
    """Posterior weight of every point of the grid, (T, G), and the logarithm of the evidence, (T,)."""
    curve = curve_of(model, scaled)
    height = np.zeros((outcomes.trials, curve.toxic.shape[1]))
    safe = outcomes.treated - outcomes.toxic
    for dose in range(outcomes.doses):
        height += outcomes.toxic[:, dose, None] * curve.log_toxic[dose]
        height += safe[:, dose, None] * curve.log_safe[dose]
    if watched is not None:
        height += _log_watched(watched, curve.toxic)
    return weigh(curve.nodes.log_weight, height)


def watched_patients(outcomes: Outcomes) -> Watched:
    """The patients still watched; where they are not known one by one, those of a dose share its follow-up equally."""
    seen = outcomes.patients
    if seen is not None:
        known = (seen.followed >= 1) | (seen.outcome % 2 == 1)
        pending = (seen.dose > 0) & ~known
        return Watched(np.where(pending, seen.dose, 0).astype(np.int64), np.where(pending, seen.followed, 0.0))
    most = int(outcomes.pending.max(initial=0))
    place = np.arange(most)[None, None, :]
    used = place < outcomes.pending[:, :, None]
    share = outcomes.followed / np.maximum(outcomes.pending, 1)
    level = np.arange(1, outcomes.doses + 1)[None, :, None]
    shape = (outcomes.trials, outcomes.doses * most)
    return Watched(np.where(used, level, 0).reshape(shape), np.where(used, share[:, :, None], 0.0).reshape(shape))


def _log_watched(watched: Watched, toxic: Floats) -> Floats:
    """Logarithm of the chance that nobody watched has had a toxicity so far, (T, G)."""
    total = np.zeros((len(watched.dose), toxic.shape[1]))
    for dose, share in zip(watched.dose.T, watched.share.T, strict=True):
        some = np.flatnonzero(dose > 0)
        if len(some):
            total[some] += np.log1p(-share[some, None] * toxic[dose[some] - 1])
    return total
