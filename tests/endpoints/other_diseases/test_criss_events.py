"""Events that rule out improvement in systemic sclerosis, and progression of lung disease, have their limits right."""

import pytest

from immunoreset.endpoints.other_diseases.criss_events import (
    capacity_fall,
    criss_event,
    heart_event,
    lung_event,
    lung_progression,
    pulmonary_hypertension_event,
)
from immunoreset.endpoints.quantities import BloodPressure, VascularResistance
from immunoreset.errors import UnknownName


def hypertension(mean=25.0, wedge=15.0, resistance=3.1, new=True, treated=True):
    return pulmonary_hypertension_event(
        mean_pressure=BloodPressure(mean, "mmHg"),
        wedge_pressure=BloodPressure(wedge, "mmHg"),
        resistance=VascularResistance(resistance, "WU"),
        new=new,
        treated=treated,
    ).value


def test_lung_event_needs_a_fall_of_15_percent_to_below_80_with_lung_disease_confirmed():
    certain = {"confirmed": True, "interstitial_disease": True}
    assert lung_event([80, 80, 100, 94], [68, 68.1, 80, 79.9], **certain).values.tolist() == [1, 0, 0, 1]
    assert lung_event(90, 70, confirmed=False, interstitial_disease=True).value is False
    assert lung_event(90, 70, confirmed=None, interstitial_disease=True).value is None
    assert lung_event(90, 85, confirmed=None, interstitial_disease=None).value is False


def test_pulmonary_hypertension_has_its_limits_on_the_right_side():
    assert hypertension() is True
    assert [hypertension(mean=24.9), hypertension(wedge=15.1), hypertension(resistance=3.0)] == [False] * 3
    assert [hypertension(new=False), hypertension(treated=False), hypertension(treated=None)] == [False, False, None]


def test_resistance_may_be_given_in_dynes():
    assert VascularResistance(240, "dyn.s/cm5").to("WU").value == pytest.approx(3)


def test_heart_event_includes_45_percent():
    assert heart_event([45, 45.1, None], new=True, treated=True).values[:2].tolist() == [1, 0]


def test_one_event_is_enough_and_an_unknown_one_leaves_open():
    none = {"renal_crisis": False, "lung": False, "heart": False, "pulmonary_hypertension": False}
    assert criss_event(**none).value is False
    assert criss_event(**none | {"renal_crisis": True, "lung": None}).value is True
    assert criss_event(**none | {"lung": None}).value is None


def test_progression_exceeds_its_limits_and_does_not_meet_them():
    at_limit, above = capacity_fall(100, 85, highest=250), capacity_fall(100, 84, highest=250)
    falls = capacity_fall(100, [89, 90, 95, 94])
    assert lung_progression(falls, at_limit, measure="absolute").values.tolist() == [1, 0, 0, 0]
    assert lung_progression(falls, above, measure="absolute").values.tolist() == [1, 1, 0, 1]


def test_relative_and_absolute_fall_differ():
    fall = capacity_fall(60, 53)
    assert lung_progression(fall, None, measure="relative").value is True
    assert lung_progression(fall, capacity_fall(60, 60), measure="absolute").value is False
    with pytest.raises(UnknownName, match="measure of the fall"):
        lung_progression(fall, None, measure="percent")  # type: ignore[arg-type]
