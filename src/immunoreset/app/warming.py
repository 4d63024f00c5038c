"""Compiles the forms of the usual treatments when the server starts, so that a slider is fast from its first touch on."""

from __future__ import annotations

import numpy as np

from immunoreset.app.api.patient import bands_of, courses_of
from immunoreset.app.forms import BandsForm, CourseForm, PatientForm, TreatmentForm
from immunoreset.therapy.standard import STANDARD

USUAL = ("car-t", "untreated", "rituximab", "car-t-with-rescue")


def warm_up() -> None:
    """The typical patient and the first published one under the usual treatments."""
    treatments = [TreatmentForm(name=name, text=STANDARD[name]) for name in USUAL]
    never = np.zeros(1, dtype=np.int64)
    for patient in (PatientForm(), PatientForm(published=1)):  # type: ignore[call-arg]
        courses_of(CourseForm(patient=patient, treatments=treatments), never)  # type: ignore[call-arg]
        bands_of(BandsForm(patient=patient, treatments=treatments[:1]), 1, never)  # type: ignore[call-arg]
