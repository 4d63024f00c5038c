"""Keyboard (mTPI-2): cut the range of toxicity rates into keys of equal width and find the strongest.

If the key with the highest posterior probability lies below the target key go up, above it go down, else stay. Keys of equal
width keep mTPI's habit of staying at a dose that is too toxic away.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from immunoreset.trial.decision import Decision
from immunoreset.trial.dose_finding.checking import check_design
from immunoreset.trial.dose_finding.decision_table import Letters, decide_by_table, letters_from
from immunoreset.trial.dose_finding.mtpi import check_interval, eliminated_by
from immunoreset.trial.outcomes import Outcomes


@dataclass(frozen=True)
class Keyboard:
    """The Keyboard design, which is also mTPI-2.

    The target key is from `target - epsilon1` to `target + epsilon2`; the others have its width, and the remainders at both
    ends are judged by their own width (mTPI-2) or left out (`end_keys=False`, Keyboard). Closing as in `MTPI`.
    Raises InvalidValue for a target or key outside (0, 1).

    >>> Keyboard(5, 0.3).decide(Outcomes.read("1NNN 2NTT", doses=5)).explain()
    'dose 1: many toxicities: de-escalate'

    Source: Yan 2017, doi:10.1158/1078-0432.CCR-17-0220; Guo 2017, doi:10.1016/j.cct.2017.04.006, for mTPI-2.
    """

    doses: int
    target: float
    epsilon1: float = 0.05
    epsilon2: float = 0.05
    exclusion_certainty: float = 0.95
    prior: tuple[float, float] = (1.0, 1.0)
    close_after: int = 1
    end_keys: bool = True
    start: int = 1

    def __post_init__(self) -> None:
        check_design(self)
        check_interval(self.target, self.epsilon1, self.epsilon2)

    def letters(self, patients: int) -> Letters:
        keys = keys_around(self.target, self.epsilon1, self.epsilon2, end_keys=self.end_keys)
        closing = (self.exclusion_certainty, self.close_after)
        return _letters(self.target, tuple(map(tuple, keys.tolist())), self.prior, closing, patients=patients)

    def decide(self, outcomes: Outcomes) -> Decision:
        return decide_by_table(self, outcomes, target=self.target, start=self.start)


def keys_around(target: float, below: float, above: float, *, end_keys: bool = True) -> NDArray[np.float64]:
    """Lower and upper ends of the keys, (K, 2), in rising order; rounded to 12 digits, so that 0.1 + 0.2 is 0.3.

    >>> keys_around(0.3, 0.1, 0.1, end_keys=False).tolist()
    [[0.0, 0.2], [0.2, 0.4], [0.4, 0.6], [0.6, 0.8], [0.8, 1.0]]
    """
    width = below + above
    low, high = round(target - below, 12), round(target + above, 12)
    down = int(np.floor(round(low / width, 9)))
    up = int(np.floor(round((1 - high) / width, 9)))
    edges = np.concatenate([low - width * np.arange(down, 0, -1), [low, high], high + width * np.arange(1, up + 1)]).round(12)
    if end_keys:
        edges = np.concatenate([[0.0] if edges[0] > 0 else [], edges, [1.0] if edges[-1] < 1 else []])
    return np.stack([edges[:-1], edges[1:]], axis=1)


@lru_cache(maxsize=256)
def _letters(
    target: float,
    keys: tuple[tuple[float, float], ...],
    prior: tuple[float, float],
    closing: tuple[float, int],
    *,
    patients: int,
) -> Letters:
    treated, toxic = np.indices((patients + 1, patients + 1))
    low, high = np.array(keys).T
    alpha, beta = (prior[0] + toxic)[..., None], (prior[1] + np.maximum(treated - toxic, 0))[..., None]
    strength = (betainc(alpha, beta, high) - betainc(alpha, beta, low)) / (high - low)
    strongest = strength.argmax(axis=-1)
    aim = int(np.flatnonzero((low < target) & (target < high))[0])
    return letters_from(strongest < aim, strongest > aim, eliminated_by(target, prior, closing, (treated, toxic)))
