"""The published numbers say where they come from and never fill a blank."""

import math

from immunoreset.evidence import published_numbers, published_points

REQUIRED = {
    "car_t_peak_day",
    "car_t_peak_percent_of_t_cells",
    "b_cells_undetectable_day",
    "b_cell_return_day_mean",
    "b_cell_return_day_sd",
    "returning_b_cells_naive_percent",
    "anti_dsdna_negative_fraction_day90",
    "sledai_day90_median",
    "doris_fraction_day90",
    "remission_fraction_day540",
    "crs_any_fraction",
    "crs_grade2_plus_fraction",
    "icans_any_fraction",
    "igg_change_percent_day180",
    "vaccine_antibody_change_percent_day180",
    "node_clearance_fraction_car_t",
    "node_clearance_fraction_rituximab",
}


def test_every_required_quantity_is_compared():
    assert {number.quantity for number in published_numbers()} >= REQUIRED


def test_every_published_number_lies_in_its_own_band():
    for number in published_numbers():
        assert number.low < number.high, number.quantity
        if number.published is not None:
            assert number.low <= number.published <= number.high, number.quantity


def test_numbers_that_nobody_published_are_blank():
    blank = {number.quantity for number in published_numbers() if number.published is None}
    assert blank == {
        "car_t_peak_percent_of_t_cells",
        "b_cells_undetectable_day",
        "returning_b_cells_naive_percent",
        "igg_change_percent_day180",  # that of B-cell cancer with lasting aplasia is none of lupus
    }


def test_every_number_names_its_source_standing_and_tuning():
    for number in published_numbers():
        assert number.source.name
        assert number.standing in {"published", "secondary", "unverified"}
        assert number.tuned in {True, False, "indirectly"}
        assert bool(number.tuned_to) == (number.tuned == "indirectly"), number.quantity
        assert number.band


def test_range_of_five_covers_the_median_with_93_75_percent():
    peak = next(number for number in published_numbers() if number.quantity == "car_t_peak_percent_of_t_cells")
    assert (peak.low, peak.high) == (11, 59)
    assert "93.8 %" in peak.band


def test_points_have_one_value_per_day():
    for point in published_points():
        for column in (point.values, point.low, point.high, point.day_sd, point.limit):
            assert len(column) == len(point.days), point.label
        assert any(map(math.isfinite, point.values)) or any(map(math.isfinite, point.low))


def test_tuning_of_the_table_follows_from_the_roles():
    """Calibration rows of version 0.3 on the five: peak day, proteinuria, DORIS; most others count the same patients."""
    tuned = {number.quantity: number.tuned for number in published_numbers()}
    assert {quantity for quantity, mark in tuned.items() if mark is True} == {
        "car_t_peak_day",
        "proteinuria_normal_fraction_day90",
        "doris_fraction_day90",
    }
    assert tuned["node_clearance_fraction_rituximab"] is False


def test_pooled_anchors_are_not_taken_for_the_five_patients():
    """Toxicity, B-cell return and remission are calibrated on larger cohorts, not on the numbers of the five."""
    numbers = {number.quantity: number for number in published_numbers()}
    for quantity in ("b_cell_return_day_mean", "crs_any_fraction", "icans_any_fraction", "doris_fraction_day180"):
        assert numbers[quantity].tuned == "indirectly"
    assert numbers["crs_any_fraction"].tuned_to.startswith("CRS, any grade (Pooled CAR-T in SLE 2025)")
