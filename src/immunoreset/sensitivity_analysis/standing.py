"""How much of each headline's variance hangs on numbers of which standing: sums of total effects, as shares of their sum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from immunoreset.patient.birth_certificates import STANDINGS
from immunoreset.sensitivity_analysis.design import OTHERS
from immunoreset.sensitivity_analysis.pairs import Estimate


def by_standing(total: Estimate, standings: Sequence[str]) -> tuple[tuple[str, ...], Estimate]:
    """The standings that occur, and the share (S, H) of the sum of all total effects that numbers of each have, with intervals.

    `standings` are those of the K factors; the group of all others is its own. Total effects count what numbers do together once
    for each, so that their sum is more than 1; shares of it are what is told. Negative sums, which are noise, count as 0.
    """
    names = tuple(name for name in (*STANDINGS, OTHERS) if name in standings)
    member = np.array([[own == name for own in standings] for name in names], dtype=float)

    def shares(values: np.ndarray) -> np.ndarray:
        parts = np.maximum(np.einsum("sk,...kh->...sh", member, np.nan_to_num(values)), 0.0)
        whole = parts.sum(axis=-2, keepdims=True)
        return np.where(whole > 0, parts / np.where(whole > 0, whole, 1.0), np.nan)

    return names, Estimate.of(shares(total.value), shares(total.draws))
