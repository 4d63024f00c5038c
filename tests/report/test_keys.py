"""The small drawings say what the numbers say."""

import re
from dataclasses import replace

import pytest

from immunoreset.report.keys import MARGIN, WIDTH, band_drawing


@pytest.fixture
def share(invented_result):
    row = next(row for row in invented_result.comparisons if row.quantity == "crs_any_fraction")
    return replace(
        row, low=0.25, high=0.75, published=0.5, simulated=1.0, simulated_low=0.0, simulated_high=1.0, verdict="outside"
    )


def test_shares_are_drawn_between_nought_and_one(share):
    drawing, inner = band_drawing(share), WIDTH - 2 * MARGIN
    assert f'x="{MARGIN + inner / 4:.1f}"' in drawing and f'width="{inner / 2:.1f}"' in drawing
    assert f'cx="{WIDTH - MARGIN:.1f}"' in drawing


def test_number_outside_has_another_colour_than_one_inside(share):
    colours = [
        re.search(r'<circle[^>]*fill="(#\w+)"', band_drawing(replace(share, verdict=word))) for word in ("inside", "outside")
    ]
    assert colours[0] and colours[1] and colours[0][1] != colours[1][1]


def test_unknown_published_number_is_not_drawn(share):
    assert band_drawing(share).count('stroke="#000"') == 1
    assert 'stroke="#000"' not in band_drawing(replace(share, published=None))


def test_quantity_that_did_not_happen_shows_only_the_band(share):
    drawing = band_drawing(replace(share, simulated=None, simulated_low=None, simulated_high=None))
    assert "<circle" not in drawing and drawing.count("<rect") == 1
