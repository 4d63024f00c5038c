"""Randomised phase 2 with Bayesian looks: each result of both arms is judged, and every path is counted exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.phase2.beta_mixture import BetaMixture
from immunoreset.trial.phase2.comparison import greater_by_result
from immunoreset.whole_numbers import whole_numbers

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class TwoArms:
    """Looks after so many patients of treatment and of control (K pairs); a claim needs P(difference > margin) above `claim`.

    A look stops for futility below `futile` and for benefit above `benefit` (1 never). The control's prior may be history.

    >>> design = TwoArms(((24, 6),), BetaMixture((1.0,), (0.5,), (1.0,)), BetaMixture((1.0,), (11.0,), (32.0,)))
    >>> design.fewest_to_claim(0).tolist()
    [10, 11, 12, 12, 13, 13, 14]

    Raises InvalidValue for looks that do not grow or impossible thresholds. Source: Baeten et al. 2013 (the example).
    """

    looks: tuple[tuple[int, int], ...]
    treatment: BetaMixture
    control: BetaMixture
    claim: float = 0.95
    futile: float = 0.0
    benefit: float = 1.0
    margin: float = 0.0
    _sure: list[Floats] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        set_numbers(self)
        pairs = whole_numbers("two arms, looks", np.asarray(self.looks))
        if pairs.ndim != 2 or pairs.shape[1] != 2:
            raise InvalidValue(f"two arms: looks {self.looks} need patients of both arms")
        object.__setattr__(self, "looks", tuple(map(tuple, pairs.tolist())))
        if not self.looks or min(min(pair) for pair in self.looks) < 0 or max(self.looks[0]) == 0:
            raise InvalidValue(f"two arms: looks {self.looks} need patients of both arms")
        for before, after in pairwise(self.looks):
            if after[0] < before[0] or after[1] < before[1] or after == before:
                raise InvalidValue(f"two arms: the look after {after} patients does not follow the one after {before}")
        if not (0 <= self.futile < self.claim < 1 and self.claim <= self.benefit <= 1):
            given = f"{self.futile:g}, {self.claim:g}, {self.benefit:g}"
            raise InvalidValue(f"two arms: 0 <= futile < claim < 1 and claim <= benefit <= 1 is needed, not {given}")
        sure = [self._sure_after(*pair) for pair in self.looks]
        object.__setattr__(self, "_sure", sure)

    def _sure_after(self, treated: int, controls: int) -> Floats:
        treatment = self.treatment.posteriors(np.arange(treated + 1), treated)
        return greater_by_result(treatment, self.control.posteriors(np.arange(controls + 1), controls), self.margin)

    def probability(self, look: int) -> Floats:
        """P(difference > margin) at look 0, 1, ..., by responses of treatment (rows) and control (columns)."""
        return self._sure[look]

    def fewest_to_claim(self, look: int) -> NDArray[np.int64]:
        """Fewest responses to treatment that claim, by responses of the control; more than its patients when none do."""
        needed = self.claim if look == len(self.looks) - 1 else self.benefit
        return (self._sure[look] <= needed).sum(axis=0)


class TwoArmCharacteristics(NamedTuple):
    """For each pair of true rates (S,): claims, early stops, and average patients of both arms together."""

    claim: Floats
    early_stop: Floats
    expected: Floats


def two_arm_characteristics(design: TwoArms, rates: Sequence[tuple[float, float]]) -> TwoArmCharacteristics:
    """Exact operating characteristics for pairs of treatment and control rates (S, 2).

    >>> flat = BetaMixture((1.0,), (1.0,), (1.0,))
    >>> design = TwoArms(((12, 12), (24, 24)), flat, flat, futile=0.3)
    >>> found = two_arm_characteristics(design, [(0.3, 0.3), (0.7, 0.3)])
    >>> found.claim.round(3), found.expected.round(1)
    (array([0.048, 0.899]), array([41.7, 47.9]))
    """
    size = (design.looks[-1][0] + 1, design.looks[-1][1] + 1)
    claim, early, expected = (np.zeros(len(rates)) for _ in range(3))
    for scenario, pair in enumerate(rates):
        if not all(0 <= rate <= 1 for rate in pair):
            raise InvalidValue(f"two arms: rates {pair} must be between 0 and 1")
        running = np.zeros(size)
        running[0, 0] = 1.0
        before = (0, 0)
        for look, patients in enumerate(design.looks):
            grown = [_more(size[arm], patients[arm] - before[arm], pair[arm]) for arm in (0, 1)]
            running = grown[0] @ running @ grown[1].T
            seen = running[: patients[0] + 1, : patients[1] + 1]
            sure, is_last = design.probability(look), look == len(design.looks) - 1
            wins = sure > (design.claim if is_last else design.benefit)
            stops = np.ones_like(wins) if is_last else wins | (sure < design.futile)
            claim[scenario] += seen[wins].sum()
            early[scenario] += 0.0 if is_last else seen[stops].sum()
            expected[scenario] += seen[stops].sum() * sum(patients)
            seen[stops] = 0.0
            before = patients
    return TwoArmCharacteristics(claim, early, expected)


def _more(size: int, patients: int, rate: float) -> Floats:
    """Matrix (size, size) that adds the responses of so many further patients."""
    steps = np.arange(size)[:, None] - np.arange(size)[None, :]
    return binom.pmf(steps, patients, rate)
