"""The comparison table: statistics, small-trial intervals and verdicts."""

from dataclasses import replace

import numpy as np
import pytest

from immunoreset.evidence import compare, published_numbers
from immunoreset.outcomes import Outcomes

PATIENTS, TWINS = 5, 200
BY_NAME = {number.quantity: number for number in published_numbers()}


def cohort(**values: np.ndarray) -> Outcomes:
    patient, twin = np.divmod(np.arange(PATIENTS * TWINS), TWINS)
    return Outcomes(patient, twin, np.zeros(PATIENTS * TWINS, bool), values)


def row(quantity: str, arms: dict[str, Outcomes]):
    return compare(arms, [BY_NAME[quantity]])[0]


def test_sd_over_twins_recovers_the_sd_that_was_simulated():
    days = np.random.default_rng(1).normal(110, 32, PATIENTS * TWINS)
    result = row("b_cell_return_day_sd", {"car-t": cohort(b_cell_return_day=days)})
    assert result.simulated == pytest.approx(32, rel=0.05)
    assert result.verdict == "inside"


def test_small_trials_scatter_as_the_published_interval_says():
    """Trials of five from the published distribution scatter around its mean as 1.96 * 32 / sqrt(5)."""
    days = np.random.default_rng(2).normal(110, 32, PATIENTS * TWINS)
    result = row("b_cell_return_day_mean", {"car-t": cohort(b_cell_return_day=days)})
    assert result.simulated_high - result.simulated_low == pytest.approx(2 * 1.96 * 32 / 5**0.5, rel=0.2)


def test_value_outside_the_band_is_called_outside():
    late = np.full(PATIENTS * TWINS, 300.0)
    result = row("b_cell_return_day_mean", {"car-t": cohort(b_cell_return_day=late)})
    assert (result.verdict, result.simulated) == ("outside", 300)


def test_twins_without_the_event_are_counted_not_dropped():
    days = np.full(PATIENTS * TWINS, 100.0)
    days[:50] = np.nan
    result = row("b_cell_return_day_mean", {"car-t": cohort(b_cell_return_day=days)})
    assert (result.twins, result.without_value) == (PATIENTS * TWINS - 50, 50)


def test_nothing_simulated_is_outside_and_blank():
    result = row("b_cell_return_day_mean", {"car-t": cohort(b_cell_return_day=np.full(PATIENTS * TWINS, np.nan))})
    assert (result.simulated, result.simulated_low, result.verdict) == (None, None, "outside")


def test_each_row_looks_at_its_own_arm():
    arms = {"car-t": cohort(node_cleared=np.ones(1000)), "rituximab": cohort(node_cleared=np.zeros(1000))}
    rows = {result.quantity: result for result in compare(arms)}
    assert rows["node_clearance_fraction_car_t"].simulated == 1
    assert rows["node_clearance_fraction_rituximab"].simulated == 0
    assert {result.verdict for result in rows.values()} == {"inside"}


def test_order_of_twins_does_not_matter():
    days = np.random.default_rng(3).normal(110, 32, PATIENTS * TWINS)
    straight = cohort(b_cell_return_day=days)
    shuffle = np.random.default_rng(4).permutation(PATIENTS * TWINS)
    shuffled = replace(
        straight,
        patient=straight.patient[shuffle],
        twin=straight.twin[shuffle],
        values={"b_cell_return_day": days[shuffle]},
    )
    assert row("b_cell_return_day_mean", {"car-t": straight}) == row("b_cell_return_day_mean", {"car-t": shuffled})


def test_rows_begin_with_the_nine_keys_of_the_summary(invented_result):
    keys = ["quantity", "published", "low", "high", "source", "simulated", "simulated_low", "simulated_high", "verdict"]
    for row in invented_result.comparisons:
        assert list(row.as_dict())[:9] == keys
        assert row.verdict in {"inside", "outside"}
