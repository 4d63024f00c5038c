"""What is followed, and on which days."""

import numpy as np
import pytest

from immunoreset.catalogue import Theta, built_in
from immunoreset.catalogue.standard import patient_with
from immunoreset.followed import days_to_store, followed, readouts
from immunoreset.patient.course import Course
from immunoreset.population.changed import typical_values
from immunoreset.report.panels import panels_of

DAYS = np.array([-7.0, 90.0])


def scored_of(disease) -> set[str]:
    """What a clinic scores over time in a patient whose readings are all 1."""
    curves = {name: np.ones((1, len(DAYS))) for name in followed(disease)}
    numbers = typical_values(disease, built_in())
    course = Course(DAYS, curves, {}, numbers, np.zeros(1, dtype=bool))
    return set(disease.scored_curves(course))


@pytest.mark.parametrize("disease", list(built_in().diseases.values()), ids=lambda disease: disease.name)
def test_whatever_is_followed_in_a_disease_can_be_read_with_label_and_unit(disease):
    outputs = patient_with(disease.name).outputs
    for name in followed(disease):
        assert outputs[name].label and outputs[name].unit, name


@pytest.mark.parametrize("disease", list(built_in().diseases.values()), ids=lambda disease: disease.name)
def test_every_panel_of_a_disease_shows_what_is_followed_or_scored_in_it(disease):
    panels = {panel.output for panel in panels_of(disease)}
    assert panels <= set(followed(disease)) | scored_of(disease)
    assert {panel.output for panel in disease.panels} <= panels and len(panels) > len(disease.panels)


def test_every_readout_looks_at_something_that_is_followed_in_every_disease():
    read = {readout.output for readout in readouts(Theta.current()).values()}
    for disease in built_in().diseases.values():
        assert read <= set(followed(disease)), disease.name


def test_stored_days_are_dense_while_cells_expand():
    days = days_to_store(-35, 730)
    assert (np.diff(days) > 0).all() and days[0] == -35 and days[-1] == 730
    assert np.diff(days[(days >= -7) & (days <= 30)]).max() == 1


def test_short_study_stores_only_its_own_days():
    days = days_to_store(-10, 100)
    assert days[0] == -10 and days[-1] == 100 and 90 in days and 180 not in days
