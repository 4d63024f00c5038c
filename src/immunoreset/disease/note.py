"""One line of a chart: what a clinic writes down of one item at one visit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Note(NamedTuple):
    """One item at one visit: values, limits of the laboratory and cause (of `endpoints.visits`), one for all twins or each."""

    code: str
    values: Floats | float
    lower: Floats | float = np.nan
    upper: Floats | float = np.nan
    cause: Floats | float = np.nan
