"""Simon's designs: the published tables, every design by brute force, and both errors kept."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.enumeration import operating_characteristics
from immunoreset.trial.phase2.simon import simon_two_stage


@pytest.mark.parametrize(
    ("p0", "p1", "alpha", "beta", "optimal", "minimax"),
    [
        # Simon 1989, table 1
        (0.10, 0.30, 0.10, 0.10, (1, 12, 5, 35), (1, 16, 4, 25)),
        (0.10, 0.30, 0.05, 0.20, (1, 10, 5, 29), (1, 15, 5, 25)),
        (0.20, 0.40, 0.05, 0.20, (3, 13, 12, 43), (4, 18, 10, 33)),
        # table 2: the optimal design has more than 100 patients
        (0.30, 0.45, 0.05, 0.10, (13, 40, 40, 110), (27, 77, 33, 88)),
    ],
)
def test_designs_equal_the_published_ones(p0, p1, alpha, beta, optimal, minimax):
    found = simon_two_stage(p0, p1, alpha=alpha, beta=beta)
    assert found.optimal[:4] == optimal
    assert found.minimax[:4] == minimax


def test_no_design_is_overlooked():
    p0, p1, alpha, beta, most = 0.2, 0.5, 0.1, 0.2, 18
    every = []
    for n in range(2, most + 1):
        for n1 in range(1, n):
            for r1 in range(n1):
                for r in range(r1 + 1, n):
                    x = np.arange(r1 + 1, n1 + 1)
                    size, power = (float(binom.pmf(x, n1, p) @ binom.sf(r - x, n - n1, p)) for p in (p0, p1))
                    if size <= alpha and power >= 1 - beta:
                        stop = binom.cdf(r1, n1, p0)
                        every.append((n1 + (1 - stop) * (n - n1), n))
    found = simon_two_stage(p0, p1, alpha=alpha, beta=beta, n_max=most)
    assert found.optimal.expected == pytest.approx(min(every)[0])
    assert found.minimax.n == min(n for _, n in every)
    for weight in np.linspace(0, 1, 41):
        best = min(weight * n + (1 - weight) * expected for expected, n in every)
        admissible = min(weight * design.n + (1 - weight) * design.expected for design in found.admissible)
        assert admissible == pytest.approx(best)


@pytest.mark.parametrize(("p0", "p1"), [(0.05, 0.25), (0.3, 0.5), (0.6, 0.8)])
def test_every_admissible_design_keeps_both_errors_exactly(p0, p1):
    for design in simon_two_stage(p0, p1).admissible:
        found = operating_characteristics(design.table, [p0, p1])
        assert found.claim == pytest.approx([design.alpha, design.power], abs=1e-12)
        assert found.claim[0] <= 0.05
        assert found.claim[1] >= 0.8
        assert found.expected[0] == pytest.approx(design.expected)
        assert found.early_stop[0] == pytest.approx(design.early_stop)


def test_admissible_designs_trade_total_for_expected():
    found = simon_two_stage(0.1, 0.3)
    assert found.admissible[0] == found.minimax
    assert found.admissible[-1] == found.optimal
    assert np.all(np.diff([design.n for design in found.admissible]) > 0)
    assert np.all(np.diff([design.expected for design in found.admissible]) < 0)


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"p0": 0.4, "p1": 0.3}, "must rise"),
        ({"alpha": 0.0}, "alpha 0"),
        ({"n_max": 10}, "raise n_max"),
        ({"n_max": 1}, "2 or more"),
    ],
)
def test_impossible_wishes_are_refused(wish, says):
    with pytest.raises(InvalidValue, match=says):
        simon_two_stage(**{"p0": 0.1, "p1": 0.3, **wish})
