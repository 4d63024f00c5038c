"""How sure one can be that one response rate beats another, by quadrature over both posteriors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, expit

from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.beta_mixture import BetaMixture, BetaPosteriors

Floats = NDArray[np.float64]

_STEP = 0.01
_LOST = 35.0  # exp(-35) is left out at either end


def probability_greater(treatment: BetaMixture, control: BetaMixture, margin: float = 0.0) -> float:
    """Probability that the rate of the treatment is above that of the control by more than `margin`.

    >>> uniform = BetaMixture((1.0,), (1.0,), (1.0,))
    >>> round(probability_greater(uniform, uniform, 0.2), 6)
    0.32

    Raises InvalidValue for a margin outside (-1, 1).
    """
    return float(greater_by_result(treatment.posteriors([0], 0), control.posteriors([0], 0), margin)[0, 0])


def greater_by_result(treatment: BetaPosteriors, control: BetaPosteriors, margin: float = 0.0) -> Floats:
    """The same probability for every result of the treatment (rows) and of the control (columns), shape (T, C)."""
    if not -1 < margin < 1:
        raise InvalidValue(f"comparison of rates: the margin is {margin:g}; it must be between -1 and 1")
    low, high = max(0.0, -margin), min(1.0, 1.0 - margin)
    share, rest, width = _grid(treatment, control)
    # only between these bounds does the other rate still matter; nearer to 0 or 1 the answer is certain
    rate, complement = low + (high - low) * share, (1 - high) + (high - low) * rest
    log_rate, log_complement = np.log(rate), np.log(complement)
    density = np.zeros((len(control.a), len(width)))
    for weights, a, b in zip(control.weights.T, control.a.T, control.b.T, strict=True):
        log_part = (a - 1)[:, None] * log_rate + (b - 1)[:, None] * log_complement - betaln(a, b)[:, None]
        density += weights[:, None] * np.exp(log_part)
    certain = 1 - control.above(low)[:, 0] if low > 0 else np.zeros(len(control.a))
    return np.clip(treatment.above(rate + margin) @ (density * (high - low) * width).T + certain, 0.0, 1.0)


def _grid(treatment: BetaPosteriors, control: BetaPosteriors) -> tuple[Floats, Floats, Floats]:
    """A share of the range (G,), what is left of it, and the width of each step: a fine grid of sinh(u) = log odds."""
    smallest = min(float(control.a.min()), float(control.b.min()), 1.0)
    narrow = 2 / np.sqrt(max(float((arm.a + arm.b).max()) for arm in (treatment, control)))
    reach = np.arcsinh(min(_LOST / smallest, 600.0) + 20)
    u, step = np.linspace(-reach, reach, int(np.ceil(2 * reach / min(_STEP, narrow / 4))), retstep=True)
    odds = np.sinh(u)
    share, rest = expit(odds), expit(-odds)
    return share, rest, share * rest * np.cosh(u) * step
