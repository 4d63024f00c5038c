"""The simulated patient's SLEDAI items, remission, and the grades of CRS and ICANS, as a clinic would judge them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from immunoreset import errors
from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.disease.lupus import chart
from immunoreset.disease.lupus.organs import ORGANS
from immunoreset.patient import signs

Changed = Callable[[Any, Mapping[str, Any]], Any]


def patient(**overrides: Any) -> tuple[Any, Any]:
    p = STANDARD_PATIENT.build(typical(**overrides))
    return STANDARD_PATIENT.initial(p), p


def crs_grade(s: Any, p: Any) -> float | None:
    return signs.crs_grade(np.asarray(read("crs_signal", s, p)), typical()).value


def icans_grade(s: Any, p: Any) -> float | None:
    return signs.icans_grade(np.asarray(read("icans_signal", s, p)), typical()).value


def read(output: str, s: Any, p: Any) -> float:
    return float(STANDARD_PATIENT.outputs[output].read(0.0, s, p))


def sledai(s: Any, p: Any) -> float:
    return float(chart.sledai_score(read("sledai_items", s, p)).total.low)


@pytest.fixture
def quiet(changed: Changed) -> Any:
    """The typical patient with serological activity alone."""
    organs = dict.fromkeys((f"organs.{organ}" for organ in ORGANS), 0.1)
    return changed(patient()[0], organs | {"nephritis.renal_inflammation": 0.1, "nephritis.proteinuria": 0.2})


def activity(s: Any, p: Any, **given: float) -> chart.Activity:
    one = {"prednisolone": 0.0, "immunosuppressed": 0.0} | given
    marks = np.array([[read("sledai_items", s, p)]])
    doses = {name: np.array([[value]]) for name, value in one.items()}
    organs = {organ: np.array([[read(organ, s, p)]]) for organ in ORGANS}
    load = chart.assessed_load(organs, np.array([[read("proteinuria", s, p)]]), typical())
    return chart.Activity(marks, marks, load, parameters=typical(), **doses)


def test_typical_patient_scores_16_with_arthritis_nephritis_and_serology() -> None:
    s, p = patient()
    assert sledai(s, p) == 16
    assert chart.sledai_score(read("sledai_items", s, p)).clinical.value == 12
    assert read("sledai_2k_smooth", s, p) == pytest.approx(16, abs=0.01)


@pytest.mark.parametrize(
    ("item", "points"),
    [
        ("hasRash", 2),
        ("hasAlo", 2),
        ("hasUlc", 2),
        ("hasSer", 2),
        ("hasVas", 8),
        ("hasNv", 8),
        ("hasFev", 1),
        ("hasArt", -4),
        ("hasU", -4),
        ("hasK", -4),
    ],
)
def test_each_item_of_a_patient_has_the_points_of_sledai_2k(item: str, points: int) -> None:
    assert sledai(*patient(**{item: 1.0 if points > 0 else 0.0})) == 16 + points


def test_an_item_scores_above_the_patients_own_cut_only(changed: Changed) -> None:
    s, p = patient(hasRash=1.0, cutRash=0.8)
    at_07, at_09 = (sledai(changed(s, {"organs.skin": level}), p) for level in (0.7, 0.9))
    assert at_09 - at_07 == 2


def test_remission_and_low_activity_follow_the_signs(quiet: Any) -> None:
    s, p = patient()
    assert not activity(s, p).doris().value and not activity(s, p).lldas().value
    assert sledai(quiet, p) == 4
    assert activity(quiet, p).doris().value and activity(quiet, p).lldas().value


@pytest.mark.parametrize(
    ("dose", "doris", "lldas"),
    [(0, True, True), (5, True, True), (7.5, False, True), (7.6, False, False)],
)
def test_remission_under_a_glucocorticoid_ends_at_the_published_doses(dose: float, doris: bool, lldas: bool, quiet: Any) -> None:
    _, p = patient()
    seen = activity(quiet, p, prednisolone=dose)
    assert (seen.doris().value, seen.lldas().value) == (doris, lldas)


def test_remission_is_drug_free_only_without_any_drug(quiet: Any) -> None:
    _, p = patient()
    free, steroid, immunosuppressed = ({}, {"prednisolone": 1.0}, {"immunosuppressed": 1.0})
    found = [activity(quiet, p, **drugs).drug_free_doris().value for drugs in (free, steroid, immunosuppressed)]
    assert found == [True, False, False]


def test_physicians_assessment_rises_with_activity_and_is_nought_without(quiet: Any) -> None:
    s, p = patient()
    scores = [np.asarray(activity(state, p).pga.value).item() for state in (quiet, s)]
    assert scores[0] == 0 and 1.5 < scores[1] < 3


@pytest.mark.parametrize(("il6", "grade"), [(30.0, 0), (50.0, 1), (300.0, 2), (1000.0, 3), (3000.0, 4)])
def test_crs_grade_counts_the_cuts_that_il6_exceeds(il6: float, grade: int, changed: Changed) -> None:
    s, p = patient()
    assert crs_grade(changed(s, {"cytokines.il6": il6}), p) == grade


def test_tocilizumab_lowers_crs_but_not_icans(changed: Changed) -> None:
    s, p = patient()
    ill = changed(s, {"cytokines.il6": 500.0, "cytokines.endothelium": 3.0})
    treated = changed(ill, {"tocilizumab.central": 500.0})
    assert crs_grade(ill, p) == 2 and crs_grade(treated, p) == 0
    assert icans_grade(ill, p) == icans_grade(treated, p) == 2


def test_share_of_patients_with_crs_is_logistic_in_the_signal(changed: Changed) -> None:
    uniform = (np.arange(20000) + 0.5) / 20000
    s, p = patient(CRS_SHIFT=np.log(uniform / (1 - uniform)))
    s = changed(s, {"cytokines.il6": 60.0})
    share = np.mean(signs.crs_grade(STANDARD_PATIENT.outputs["crs_signal"].read(0.0, s, p), typical()).low >= 1)
    assert share == pytest.approx(1 / (1 + np.exp(-(np.log10(60.0) - 1.588) / 0.15)), abs=0.001)


def test_no_toxicity_before_treatment() -> None:
    assert crs_grade(*patient()) == 0 and icans_grade(*patient()) == 0
    assert np.isfinite(read("icans_signal", *patient()))


def test_infection_hazard_rises_with_each_deficit(changed: Changed) -> None:
    s, p = patient()
    usual = read("infections_per_100_days", s, p)
    for deficit in ({"neutrophils.neutrophils": 0.2}, {"lymphocytes.host_lymphocytes": 60.0}, {"antibodies.igg": 3.0}):
        assert read("infections_per_100_days", changed(s, deficit), p) > 1.3 * usual


def test_any_state_is_an_output_and_a_misspelt_one_gets_a_suggestion() -> None:
    assert STANDARD_PATIENT.output("igg").unit == STANDARD_PATIENT.output("antibodies.igg").unit == "g/L"
    with pytest.raises(errors.UnknownName, match="did you mean 'sledai_items'"):
        STANDARD_PATIENT.output("sledaiitems")
