"""Trials that many tests share: the leukaemia trial of Freireich and Gehan, and random ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

MERCAPTOPURINE = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


class TimeTrial(NamedTuple):
    time: np.ndarray
    event: np.ndarray
    arm: np.ndarray


@pytest.fixture(scope="session")
def leukaemia() -> TimeTrial:
    """Weeks in remission under 6-mercaptopurine (arm 1) and placebo: Gehan 1965; Cox and Oakes 1984, table 1.1."""
    time = np.array(MERCAPTOPURINE + PLACEBO, dtype=float)
    return TimeTrial(time, np.array(RELAPSED + [1] * 21), np.repeat([1, 0], 21))


@pytest.fixture(scope="session")
def null_times() -> TimeTrial:
    """2,000 trials of 100 patients with ties, censoring and no effect."""
    rng = np.random.default_rng(11)
    time = np.ceil(rng.exponential(100, (2000, 100)))
    return TimeTrial(np.minimum(time, 150), (time <= 150).astype(int), np.arange(100) % 2)
