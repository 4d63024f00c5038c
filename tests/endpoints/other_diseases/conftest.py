"""What every score must obey: less knowledge never changes a result, it only leaves it open; many visits are as one."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.endpoints.known import Answer, Range


def _allows(partial: Range | Answer, full: Range | Answer) -> bool:
    """Whether what is known in part agrees with what is known in full: the range holds it, the answer is the same or open."""
    if isinstance(partial, Answer) and isinstance(full, Answer):
        return bool(np.all((partial.yes <= full.yes) & (partial.no <= full.no)))
    assert isinstance(partial, Range) and isinstance(full, Range)
    return bool(np.all((partial.low <= full.low + 1e-9) & (partial.high >= full.high - 1e-9)))


def _same(many: Range | Answer, ones: list) -> bool:
    """Whether a column of results equals the results of single visits."""
    if isinstance(many, Answer):
        return many.yes.tolist() == [bool(one.yes) for one in ones] and many.no.tolist() == [bool(one.no) for one in ones]
    lows, highs = [float(one.low) for one in ones], [float(one.high) for one in ones]
    return np.allclose(many.low, lows, rtol=0, atol=1e-9) and np.allclose(many.high, highs, rtol=0, atol=1e-9)


@pytest.fixture(scope="session")
def allows():
    return _allows


@pytest.fixture(scope="session")
def same():
    return _same
