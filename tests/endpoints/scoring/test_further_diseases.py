"""Visits with items of Sjögren's disease, pemphigus, stiff-person syndrome and lungs get the scores of their definitions."""

import numpy as np
import pytest

from immunoreset.endpoints.items import items
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.visits import Visits


def scores(*rows: tuple[float, dict[str, float]]) -> dict[tuple[str, float], float]:
    """Of one patient, by name and day; nan where not known."""
    long = [(day, item, value) for day, values in rows for item, value in values.items()]
    day, item, value = zip(*long, strict=True)
    table = score(Visits.from_long(patient=["A"] * len(long), day=day, item=item, value=value), USUAL).by_visit()
    return {(name, when): found for name, when, found in zip(table["score"], table["day"], table["value"], strict=True)}


def test_essdai_and_esspri_respond_by_their_own_steps():
    found = scores((0, {"ESSDAI": 14, "ESSPRI": 6.0}), (90, {"ESSDAI": 11, "ESSPRI": 5.2}), (180, {"ESSDAI": 12, "ESSPRI": 5.0}))
    assert [found["essdai_category", day] for day in (0, 90)] == [2, 1]
    assert [found["essdai_response", day] for day in (90, 180)] == [1, 0]
    assert [found["esspri_response", day] for day in (90, 180)] == [0, 1]


def test_low_flow_of_saliva_is_a_tenth_of_a_millilitre():
    found = scores((0, {"SALIVARY_FLOW": 0.1}), (90, {"SALIVARY_FLOW": 0.11}))
    assert [found["low_salivary_flow", day] for day in (0, 90)] == [1, 0]


def test_complete_remission_asks_for_two_months_off_glucocorticoid():
    found = scores(
        (0, {"PDAI": 25, "PREDNISONE": 60}),
        (60, {"PDAI": 0, "PREDNISONE": 10}),
        (100, {"PDAI": 0, "PREDNISONE": 0}),
        (130, {"PDAI": 0, "PREDNISONE": 0}),
        (160, {"PDAI": 3, "PREDNISONE": 0}),
    )
    assert [found["pemphigus_lesion_free", day] for day in (0, 60, 100, 130, 160)] == [0, 1, 1, 1, 0]
    assert [found["pemphigus_remission", day] for day in (0, 60, 100, 130, 160)] == [0, 0, 0, 1, 0]


def test_without_the_dose_remission_off_therapy_is_not_known():
    found = scores((0, {"PDAI": 0}))
    assert found["pemphigus_lesion_free", 0] == 1 and np.isnan(found["pemphigus_remission", 0])


def test_a_walk_is_compared_with_that_at_entry():
    found = scores((0, {"T25FW": 15.0, "MRS": 3}), (112, {"T25FW": 8.1, "MRS": 2}), (180, {"T25FW": 12.1, "MRS": 3}))
    assert found["t25fw_change", 112] == pytest.approx(-46)
    assert [found["t25fw_faster", day] for day in (112, 180)] == [1, 0]
    assert [found["mrs_independent", day] for day in (0, 112)] == [0, 1]


@pytest.mark.parametrize(("capacity", "diffusion", "worse"), [(71.9, 60, 1), (72, 60, 0), (75, 50, 1), (76, 50, 0)])
def test_lungs_progress_by_a_large_fall_or_two_small_ones(capacity, diffusion, worse):
    found = scores((0, {"FVC": 80, "DLCO": 60}), (360, {"FVC": capacity, "DLCO": diffusion}))
    assert found["lung_progression", 360] == worse


@pytest.mark.parametrize(
    ("code", "highest"),
    [("ESSDAI", 123), ("ESSPRI", 10), ("PDAI", 250), ("T25FW", 180), ("STIFFNESS", 6), ("MRS", 6)],
)
def test_items_have_the_limits_of_their_instruments(code, highest):
    assert (items()[code].lowest, items()[code].highest) == (0, highest)
