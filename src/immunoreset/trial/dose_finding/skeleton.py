"""Skeletons for the CRM: first guesses of toxicity by dose, spaced so that neighbouring doses can be told apart.

Around the dose guessed to be right, each next guess is set so that the model changes its mind between two doses exactly when the
rate at one of them leaves an interval of indifference around the target.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue, unknown
from immunoreset.trial.dose_finding.checking import check_doses, check_share

_MODELS = ("empiric", "logistic")


def getprior(
    halfwidth: float, target: float, nu: int, nlevel: int, *, model: str = "empiric", intercept: float = 3.0
) -> NDArray[np.float64]:
    """Guesses of toxicity (nlevel,) around dose `nu`, whose guess is the target.

    `halfwidth` is half of the interval of indifference; `intercept` belongs to the logistic model.
    Raises InvalidValue when the interval leaves 0 to 1, and UnknownName for a model other than empiric and logistic.

    >>> getprior(0.05, 0.25, 3, 5).round(3).tolist()
    [0.084, 0.157, 0.25, 0.355, 0.46]

    Source: Lee and Cheung 2009, doi:10.1177/1740774509105076; R package dfcrm, `getprior`.
    """
    check_doses(nlevel, nu)
    check_share("target", target)
    if not 0 < halfwidth < min(target, 1 - target):
        raise InvalidValue(f"halfwidth {halfwidth:g} around target {target:g}: keep the interval between 0 and 1")
    if model not in _MODELS:
        raise unknown("CRM model", model, _MODELS)
    if model == "logistic" and np.log((target + halfwidth) / (1 - target - halfwidth)) >= intercept:
        raise InvalidValue(f"intercept {intercept:g} of the logistic model: give one above the log odds of the interval")

    def depth(rate: float) -> float:
        """The rate on the scale on which the model multiplies by its parameter."""
        return np.log(rate) if model == "empiric" else np.log(rate / (1 - rate)) - intercept

    step = depth(target - halfwidth) / depth(target + halfwidth)
    scaled = depth(target) * step ** (nu - np.arange(1, nlevel + 1))
    return np.exp(scaled) if model == "empiric" else 1 / (1 + np.exp(-intercept - scaled))


def check_skeleton(skeleton: tuple[float, ...]) -> None:
    """Raises InvalidValue unless the guesses lie between 0 and 1 and rise from dose to dose.

    >>> check_skeleton((0.1, 0.1))
    Traceback (most recent call last):
    immunoreset.errors.InvalidValue: skeleton 0.1, 0.1: dose 2 is not above dose 1; give rising guesses
    """
    if not skeleton:
        raise InvalidValue("skeleton without a dose: give one guess of toxicity per dose")
    shown = ", ".join(f"{guess:g}" for guess in skeleton)
    for dose, guess in enumerate(skeleton, start=1):
        if not 0 < guess < 1:
            raise InvalidValue(f"skeleton {shown}: the guess {guess:g} at dose {dose} is not between 0 and 1")
        if dose > 1 and guess <= skeleton[dose - 2]:
            raise InvalidValue(f"skeleton {shown}: dose {dose} is not above dose {dose - 1}; give rising guesses")
