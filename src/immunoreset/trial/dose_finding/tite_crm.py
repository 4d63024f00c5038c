"""TITE-CRM: the CRM for late toxicities, which counts patients still watched for the part of the window that has passed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision
from immunoreset.trial.dose_finding.crm import CRM, Fit
from immunoreset.trial.dose_finding.toxicity_posterior import watched_patients
from immunoreset.trial.outcomes import Outcomes


@dataclass(frozen=True)
class TiteCRM:
    """A CRM in which a patient watched for a share w of the window without toxicity adds 1 - w p to the likelihood.

    The shares are those of the outcomes: linear in time unless they were set by `adaptive_weights`. Where patients are not known
    one by one, those still watched at a dose share its follow-up equally.

    >>> design = TiteCRM(CRM((0.05, 0.1, 0.25, 0.4, 0.6), 0.25))
    >>> waiting = Outcomes.from_counts([3, 0, 0, 0, 0], [1, 0, 0, 0, 0], pending=[0, 3, 0, 0, 0], followed=[0, 0.6, 0, 0, 0])
    >>> design.decide(waiting).dose.tolist(), design.crm.decide(waiting).dose.tolist()
    ([1], [1])

    Source: Cheung and Chappell 2000, doi:10.1111/j.0006-341X.2000.01177.x.
    """

    crm: CRM

    @property
    def doses(self) -> int:
        return self.crm.doses

    def fit(self, outcomes: Outcomes) -> Fit:
        """Estimates from all patients, those still watched with their weight."""
        return self.crm.fit(outcomes, watched=watched_patients(outcomes))

    def decide(self, outcomes: Outcomes) -> Decision:
        return self.crm.choose(outcomes, self.fit(outcomes))


def adaptive_weights(followed: ArrayLike, window: float, toxicity_times: ArrayLike) -> NDArray[np.float64]:
    """Weights (N,) of patients watched for `followed` days that grow faster where toxicities were seen.

    The toxicity times cut the window into pieces of equal weight; within a piece the weight is linear. Raises InvalidValue for
    times outside the window.

    >>> adaptive_weights([84, 168], 168, [42, 84]).round(3).tolist()
    [0.667, 1.0]

    Source: Cheung and Chappell 2000, section 3.2.
    """
    times = np.sort(np.asarray(toxicity_times, dtype=float).reshape(-1))
    if window <= 0 or (times < 0).any() or (times > window).any():
        raise InvalidValue(f"toxicity times outside the window of {window:g} days: give times from the infusion on")
    knots = np.concatenate([[0.0], times, [window]])
    pieces = len(times) + 1
    watched = np.clip(np.asarray(followed, dtype=float), 0.0, window)
    piece = np.clip(np.searchsorted(knots, watched, side="right") - 1, 0, pieces - 1)
    length = knots[piece + 1] - knots[piece]
    within = np.divide(watched - knots[piece], length, out=np.ones_like(watched), where=length > 0)
    return (piece + within) / pieces
